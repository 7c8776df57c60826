"""The body of `ridge-bounds-mnist`: fits, exact deletions, plug-in bounds, and the claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.bounds.analyse import Analysis
from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.exact.ridge import Ridge
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import ElasticSummary, SummaryAccumulator
from stability.runs.tasks import NamedProgress
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability_experiments.common.images import digit_images
from stability_experiments.common.pictures import grouped_bars
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

DELTA = "0.05"
REGULARIZATIONS = (1e-4, 1e-3, 1e-2)
SCALES = (0.5, 1.0, 2.0)
ROWS = ("row_mean", "row_variance", "row_maximum", "diagonal")
"""What is kept of each deletion: the rows of an `ElasticSummary`."""


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses."""

    training: int
    test: int
    features: int
    sweep_training: tuple[int, ...]


SIZES = {
    "smoke": Size(training=2000, test=500, features=300, sweep_training=(500, 1000)),
    "paper": Size(training=60000, test=10000, features=2000, sweep_training=(2000, 5000, 10000)),
}


@dataclass(frozen=True)
class Outcome:
    """Gap and plug-in bounds of one fit."""

    gap: float
    uniform: float
    elastic: float
    condition_number: float


def findings(context: Context) -> ExperimentFindings:
    """All regularizations at full size, then how the ratio changes with scale and sample size."""
    size, seed = SIZES[context.preset], context.seed
    train, test, name = digit_images(context.data, size.training, size.test, seed)
    work = Work(
        train,
        test,
        seed,
        context.progress,
        context.stages(
            {"size": size}, (train.fingerprint, test.fingerprint), ("scipy",), one_thread=False
        ),
    )
    rows: list[Row] = []
    outcomes = []
    for regularization in REGULARIZATIONS:
        found = work.measure(len(train), size.features, 1.0, regularization)
        outcomes.append(found)
        setting = f"lambda={regularization:g}"
        note = f"condition number {found.condition_number:.3g}"
        rows.append(Row(name=f"gap, {setting}", computed=found.gap, note=note))
        rows.append(Row(name=f"uniform plug-in, {setting}", computed=found.uniform))
        rows.append(Row(name=f"elastic plug-in, {setting}", computed=found.elastic))
    rows.extend(_sweep(work, size))
    labels = [f"lambda={r:g}" for r in REGULARIZATIONS]
    grouped_bars(
        context.out / "bounds.png",
        labels,
        {
            "measured gap": [max(o.gap, 0.0) for o in outcomes],
            "uniform plug-in": [o.uniform for o in outcomes],
            "elastic plug-in": [o.elastic for o in outcomes],
        },
        line=("range of the loss", 1.0),
        title=f"Ridge regression on {name}, m = {len(train):,}",
        ylabel="test loss minus training loss",
    )
    full = context.preset == "paper" and name == "mnist"
    return ExperimentFindings(
        rows=tuple(rows),
        claims=(
            Claim(
                claim="the uniform plug-in bound is above the range of the loss, every lambda",
                holds=all(o.uniform > 1 for o in outcomes),
                required=full,
            ),
            Claim(
                claim="the elastic plug-in bound is below 0.3, every lambda",
                holds=all(o.elastic < 0.3 for o in outcomes),
                required=full,
            ),
            Claim(
                claim="the elastic plug-in bound is below half the uniform one, every lambda",
                holds=all(o.elastic < o.uniform / 2 for o in outcomes),
            ),
            Claim(
                claim="the measured gap is below every plug-in bound",
                holds=all(o.gap < min(o.elastic, o.uniform) for o in outcomes),
            ),
        ),
        figures=("bounds.png",),
        scaled_down=None if full else f"{name}: m = {len(train)}, {size.features} features",
    )


@dataclass(frozen=True, eq=False)
class Work:
    """The images, and where fits to parts of them are kept."""

    train: Dataset
    test: Dataset
    seed: int
    progress: NamedProgress
    stages: Stages

    def measure(self, size: int, count: int, scale: float, regularization: float) -> Outcome:
        """Fit to the first images, delete each in turn, and bound. `scale` multiplies features."""
        train = self.train if size == len(self.train) else self.train.subset(np.arange(size))
        found = self.stages.cached(
            f"lambda-{regularization:g}-m-{size}-scale-{scale:g}",
            lambda: self._deletions(train, count, scale, regularization),
        )
        rows = (found[name] for name in ROWS)
        analysis = plug_in_analysis(
            ElasticSummary(size, len(self.test), *rows),
            EmpiricalRiskMinimizer(strong_convexity=2 * regularization),
            Convention.KEEP,
            loss_range=1,
            delta=DELTA,
        )
        return Outcome(
            gap=float(found["gap"]),
            uniform=_value(analysis, "bousquet2002-thm12-emp"),
            elastic=_value(analysis, "elastic-finite-emp"),
            condition_number=float(found["condition_number"]),
        )

    def _deletions(
        self, train: Dataset, count: int, scale: float, regularization: float
    ) -> dict[str, ArrayLike]:
        features = RandomFeatures(count, weight_deviation=0.2, bias_limit=1.0, seed=self.seed)
        inside, outside = scale * features(train.inputs), scale * features(self.test.inputs)
        targets, test_targets = _target(train), _target(self.test)
        fit = Ridge(regularization).fit(inside, targets)
        summary = SummaryAccumulator(len(train))
        done = 0
        what = f"deletions, lambda={regularization:g}, m={len(train)}, scale={scale:g}"
        for block in fit.deletions(outside, test_targets, "keep-1/m"):
            summary.add(block.changes, block.diagonal, block.training_maximum)
            done += len(block.indices)
            self.progress(what, done, len(train))
        found = summary.finish()
        gap = fit.losses(outside, test_targets).mean() - fit.losses(inside, targets).mean()
        return {
            **{name: getattr(found, name) for name in ROWS},
            "gap": gap,
            "condition_number": fit.condition_number,
        }


def _target(data: Dataset) -> NDArray[np.float64]:
    return (data.labels >= 5).astype(np.float64)


def _value(analysis: Analysis, theorem: str) -> float:
    return analysis.of(theorem)[0].value


def _sweep(work: Work, size: Size) -> Iterator[Row]:
    """The ratio uniform/elastic at lambda = 1e-3 for other feature scales and sample sizes."""
    count, smallest = min(size.features, 500), size.sweep_training[0]
    settings = [(smallest, scale) for scale in SCALES]
    settings += [(m, 1.0) for m in size.sweep_training[1:]]
    for m, scale in settings:
        found = work.measure(m, count, scale, 1e-3)
        yield Row(
            name=f"uniform over elastic, m={m}, feature scale={scale:g}",
            computed=found.uniform / found.elastic,
            note=f"{count} features, lambda=1e-3",
        )
