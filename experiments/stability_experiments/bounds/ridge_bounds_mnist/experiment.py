"""`ridge-bounds-mnist`: random-feature ridge regression, exact deletion constants, plug-in bounds.

Target 1{digit >= 5}, squared loss of the prediction cut to [0, 1], keep-1/m. Every pair of a
deleted training image and a test image enters, the deleted image itself and all training images
into the supremum. The bounds use constants seen on one sample: they are estimates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.exact.ridge import Ridge
from stability.estimate.statistics.plug_in import plug_in
from stability.estimate.statistics.summary import SummaryAccumulator
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Loss, Sample, Setup
from stability_experiments.common.images import digit_images
from stability_experiments.common.pictures import grouped_bars
from stability_experiments.framework.result import (
    Claim,
    Experiment,
    Findings,
    Preset,
    Progress,
    Row,
)

NAME = "ridge-bounds-mnist"
DELTA = "0.05"
REGULARIZATIONS = (1e-4, 1e-3, 1e-2)
SCALES = (0.5, 1.0, 2.0)


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


def body(preset: str, data: Path | None, seed: int, out: Path, progress: Progress) -> Findings:
    """All regularizations at full size, then how the ratio changes with scale and sample size."""
    size = SIZES[preset]
    train, test, name = digit_images(data, size.training, size.test, seed)
    rows: list[Row] = []
    outcomes = []
    for regularization in REGULARIZATIONS:
        found = measure(train, test, size.features, 1.0, regularization, seed, progress)
        outcomes.append(found)
        setting = f"lambda={regularization:g}"
        note = f"condition number {found.condition_number:.3g}"
        rows.append(Row(name=f"gap, {setting}", computed=found.gap, note=note))
        rows.append(Row(name=f"uniform plug-in, {setting}", computed=found.uniform))
        rows.append(Row(name=f"elastic plug-in, {setting}", computed=found.elastic))
    rows.extend(_sweep(train, test, size, seed, progress))
    labels = [f"lambda={r:g}" for r in REGULARIZATIONS]
    grouped_bars(
        out / "bounds.png",
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
    full = preset == "paper" and name == "mnist"
    return Findings(
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


def measure(
    train: Dataset,
    test: Dataset,
    count: int,
    scale: float,
    regularization: float,
    seed: int,
    progress: Progress,
) -> Outcome:
    """Fit, delete every training image in turn, and bound. `scale` multiplies the features."""
    features = RandomFeatures(count, weight_deviation=0.2, bias_limit=1.0, seed=seed)
    inside, outside = scale * features(train.inputs), scale * features(test.inputs)
    targets, test_targets = _target(train), _target(test)
    fit = Ridge(regularization).fit(inside, targets)
    summary = SummaryAccumulator(len(train))
    done = 0
    what = f"deletions, lambda={regularization:g}, m={len(train)}, scale={scale:g}"
    for block in fit.deletions(outside, test_targets, "keep-1/m"):
        summary.add(block.changes, block.diagonal, block.training_maximum)
        done += len(block.indices)
        progress(what, done, len(train))
    setup = Setup(
        sample=Sample(len(train)),
        loss=Loss(range=1),
        algorithm=EmpiricalRiskMinimizer(strong_convexity=2 * regularization),
    )
    constant = plug_in(summary.finish(), setup, Convention.KEEP)
    analysis = analyse(setup, DELTA, measured=[constant])
    gap = fit.losses(outside, test_targets).mean() - fit.losses(inside, targets).mean()
    return Outcome(
        gap=float(gap),
        uniform=_value(analysis, "bousquet2002-thm12-emp"),
        elastic=_value(analysis, "elastic-finite-emp"),
        condition_number=fit.condition_number,
    )


def _target(data: Dataset) -> NDArray[np.float64]:
    return (data.labels >= 5).astype(np.float64)


def _value(analysis: Analysis, theorem: str) -> float:
    return analysis.of(theorem)[0].value


def _sweep(
    train: Dataset, test: Dataset, size: Size, seed: int, progress: Progress
) -> Iterator[Row]:
    """The ratio uniform/elastic at lambda = 1e-3 for other feature scales and sample sizes."""
    count, smallest = min(size.features, 500), size.sweep_training[0]
    settings = [(smallest, scale) for scale in SCALES]
    settings += [(m, 1.0) for m in size.sweep_training[1:]]
    for m, scale in settings:
        part = train.subset(np.arange(m))
        found = measure(part, test, count, scale, 1e-3, seed, progress)
        yield Row(
            name=f"uniform over elastic, m={m}, feature scale={scale:g}",
            computed=found.uniform / found.elastic,
            note=f"{count} features, lambda=1e-3",
        )


EXPERIMENT = Experiment(
    name=NAME,
    shows="a uniform bound above the range of the loss beside an elastic one below 0.3 (plug-in)",
    presets=(Preset(name="smoke", minutes=0.3), Preset(name="paper", minutes=15)),
    body=body,
)
