"""The body of `logistic-bounds-mnist`: fits by two learners, their bounds, and deletions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.bounds.analyse import analyse
from stability.conventions import Kind
from stability.estimate.exact.logistic import (
    LogisticModel,
    delete_logistic,
    fit_logistic,
    sgd_logistic,
)
from stability.estimate.exact.softmax_constants import (
    LIPSCHITZ_SUPREMUM,
    SMOOTHNESS_SUPREMUM,
    deletion_limit,
    lipschitz_constants,
    pixel_box,
)
from stability.estimate.statistics.intervals import empirical_bernstein_upper
from stability.report.compared import COMPARED, compared_bounds
from stability.setup.algorithms import Algorithm, EmpiricalRiskMinimizer, StochasticGradientDescent
from stability.setup.setup import Loss, Sample, Setup
from stability_experiments.common.images import digit_images
from stability_experiments.common.pictures import curves
from stability_experiments.framework.context import Arrays, Context, Stages
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

DELTA, CERTIFICATE = Fraction(1, 20), Fraction(1, 200)
LOSS_RANGE = Fraction("2.302585092994046")
REGULARIZATIONS = ("0.003", "0.005", "0.01", "0.02", "0.05", "0.1")
NEAR = ("0.01", "0.1")
"""The regularizations at which deletions are compared with their proved limit."""


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses."""

    training: int
    test: int
    batch: int
    epochs: int
    deletions: int


SIZES = {
    "smoke": Size(training=2000, test=1000, batch=20, epochs=30, deletions=10),
    "paper": Size(training=60000, test=10000, batch=100, epochs=40, deletions=10),
}


@dataclass(frozen=True)
class Images:
    """Features in the pixel box, labels, and the certified bound of E L(z)."""

    train: NDArray[np.float64]
    labels: NDArray[np.int64]
    test: NDArray[np.float64]
    test_labels: NDArray[np.int64]
    mean_lipschitz: float


@dataclass(frozen=True)
class Outcome:
    """One run: its gap, accuracy and bounds."""

    learner: str
    decay: float
    gap: float
    standard_error: float
    accuracy: float
    bounds: dict[str, float]
    labels: dict[str, str]

    def rows(self) -> Iterator[Row]:
        """The rows of the result."""
        setting = f"{self.learner}, lambda={self.decay:g}"
        yield Row(name=f"gap, {setting}", computed=self.gap, standard_error=self.standard_error)
        yield Row(name=f"accuracy, {setting}", computed=self.accuracy)
        for name, value in self.bounds.items():
            note = self.labels[name]
            if value >= LOSS_RANGE:
                note += "; vacuous"
            yield Row(name=f"{name}, {setting}", computed=value, note=note, kind=Kind.UPPER)


def findings(context: Context) -> ExperimentFindings:
    """Every regularization by both learners, one run without, and deletions beside their limit."""
    size, seed, progress = SIZES[context.preset], context.seed, context.progress
    train, test, name = digit_images(context.data, size.training, size.test, seed)
    inside = pixel_box(train)
    images = Images(
        inside,
        train.labels,
        pixel_box(test),
        test.labels,
        empirical_bernstein_upper(
            lipschitz_constants(inside), LIPSCHITZ_SUPREMUM, float(CERTIFICATE)
        ),
    )
    stages = context.stages(
        {"size": size}, (train.fingerprint, test.fingerprint), ("scipy",), one_thread=False
    )
    outcomes, shares, pairs = [], [], 0
    for step, decay in enumerate(REGULARIZATIONS):
        progress("regularizations", step, len(REGULARIZATIONS))
        near = size.deletions if decay in NEAR else 0
        found = stages.cached(
            f"minimiser-lambda-{decay}", partial(_minimise, decay, images, near, seed)
        )
        minimiser = EmpiricalRiskMinimizer(regularization=decay)
        outcomes.append(_outcome("minimiser", decay, minimiser, found, images))
        outcomes.append(_descend(decay, images, size, seed, stages))
        if near:
            shares.append(float(found["share"]))
            pairs += int(found["pairs"])
    progress("regularizations", len(REGULARIZATIONS), len(REGULARIZATIONS))
    free = _descend("0", images, size, seed, stages)
    rows = [row for outcome in (*outcomes, free) for row in outcome.rows()]
    rows.append(
        Row(
            name="largest measured change over its proved limit",
            computed=max(shares),
            note=f"{pairs} pairs of a deleted and a test image, keep-1/m, lambda 0.01 and 0.1",
        )
    )
    _draw(context.out, outcomes, name, len(train))
    full = context.preset == "paper" and name == "mnist"
    return ExperimentFindings(
        rows=tuple(rows),
        claims=_claims(outcomes, free, max(shares), pairs, full),
        figures=("bounds.png",),
        scaled_down=None if full else f"{name}: m = {len(train)}, {len(test)} test images",
    )


def _claims(
    outcomes: list[Outcome], free: Outcome, share: float, pairs: int, full: bool
) -> tuple[Claim, ...]:
    range_ = float(LOSS_RANGE)
    minimisers = [o for o in outcomes if o.learner == "minimiser"]
    return (
        Claim(claim=f"no measured change above its proved limit ({pairs} pairs)", holds=share <= 1),
        Claim(
            claim="some lambda has a vacuous uniform tail bound and an elastic one that is not",
            holds=any(
                o.bounds["uniform tail"] >= range_ > o.bounds["elastic tail"] for o in minimisers
            ),
            required=full,
        ),
        Claim(
            claim="every measured gap is below every bound",
            holds=all(o.gap < min(o.bounds.values()) for o in (*outcomes, free)),
        ),
        Claim(
            claim="without weight decay both tail bounds are vacuous",
            holds=min(free.bounds["uniform tail"], free.bounds["elastic tail"]) >= range_,
        ),
        Claim(
            claim="elastic is below uniform, tail and moment, for every run",
            holds=all(
                o.bounds["elastic tail"] < o.bounds["uniform tail"]
                and o.bounds["elastic moment"] < o.bounds["uniform moment"]
                for o in (*outcomes, free)
            ),
        ),
    )


def _outcome(
    learner: str, decay: str, algorithm: Algorithm, found: Arrays, images: Images
) -> Outcome:
    """What was found of a model, and the bounds that its setup gives."""
    setup = Setup(
        sample=Sample(len(images.train)),
        loss=Loss(
            range=LOSS_RANGE,
            lipschitz=LIPSCHITZ_SUPREMUM,
            mean_lipschitz=images.mean_lipschitz,
            smoothness=Fraction(SMOOTHNESS_SUPREMUM),
            convex=True,
            measured_failure=CERTIFICATE,
        ),
        algorithm=algorithm,
    )
    compared = compared_bounds(analyse(setup, DELTA))
    return Outcome(
        learner=learner,
        decay=float(decay),
        gap=float(found["gap"]),
        standard_error=float(found["standard_error"]),
        accuracy=float(found["accuracy"]),
        bounds={name: bound.value for name, bound in compared},
        labels={n: ", ".join((*b.labels.words, b.labels.losses)) for n, b in compared},
    )


def _measured(model: LogisticModel, images: Images) -> dict[str, float]:
    losses = model.losses(images.test, images.test_labels, float(LOSS_RANGE))
    training = model.losses(images.train, images.labels, float(LOSS_RANGE))
    return {
        "gap": float(losses.mean() - training.mean()),
        "standard_error": float(losses.std(ddof=1) / np.sqrt(len(losses))),
        "accuracy": model.accuracy(images.test, images.test_labels),
    }


def _minimise(decay: str, images: Images, deletions: int, seed: int) -> dict[str, float]:
    """The minimiser; with deletions, the largest change over its proved limit as well."""
    model = fit_logistic(images.train, images.labels, 10, float(decay), tolerance=1e-10)
    found = _measured(model, images)
    if deletions:
        found["share"], found["pairs"] = _nearness(model, float(decay), images, deletions, seed)
    return found


def _descend(decay: str, images: Images, size: Size, seed: int, stages: Stages) -> Outcome:
    """Shuffled SGD. The step is small enough that its constant is near the minimiser's."""
    steps_per_pass = -(-len(images.train) // size.batch)
    slow = Fraction(1, 5) / (steps_per_pass * Fraction(decay)) if Fraction(decay) else Fraction(1)
    step = Fraction(f"{float(min(slow, Fraction(1))):.3g}")

    def descend() -> dict[str, float]:
        model = sgd_logistic(
            images.train,
            images.labels,
            10,
            step_size=float(step),
            epochs=size.epochs,
            batch_size=size.batch,
            order_seed=seed,
            regularization=float(decay),
        )
        return _measured(model, images)

    algorithm = StochasticGradientDescent(
        step_size=step,
        epochs=size.epochs,
        batch_size=size.batch,
        weight_decay=Fraction(decay),
    )
    found = stages.cached(f"descent-lambda-{decay}", descend)
    return _outcome("shuffled SGD", decay, algorithm, found, images)


def _nearness(
    model: LogisticModel, decay: float, images: Images, deletions: int, seed: int
) -> tuple[float, int]:
    """The largest measured change over its proved limit L(z') L(z)/(lambda m)."""
    generator = np.random.default_rng(seed)
    deleted = generator.choice(len(images.train), deletions, replace=False)
    block = delete_logistic(
        model,
        (images.train, images.labels),
        (images.test, images.test_labels),
        deleted,
        tolerance=1e-10,
    )
    # Both fits are within tolerance/lambda of their minimisers: allow for it.
    slack = 2 * 1e-10 / decay * LIPSCHITZ_SUPREMUM
    limit = deletion_limit(images.train[deleted], images.test, decay, len(images.train))
    return float(((np.abs(block.changes) - slack) / limit).max()), block.changes.size


def _draw(out: Path, outcomes: list[Outcome], name: str, size: int) -> None:
    minimisers = [o for o in outcomes if o.learner == "minimiser"]
    series = {bound: [o.bounds[bound] for o in minimisers] for bound, _ in COMPARED}
    curves(
        out / "bounds.png",
        [o.decay for o in minimisers],
        {"measured gap": [o.gap for o in minimisers], **series},
        title=f"Logistic regression on {name}, m = {size:,}",
        xlabel="weight decay lambda",
        ylabel="bound on test minus training loss",
        line=("range of the loss", float(LOSS_RANGE)),
    )
