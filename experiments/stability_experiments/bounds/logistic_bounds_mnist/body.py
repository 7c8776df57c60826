"""The body of `logistic-bounds-mnist`: fits by two learners, their guarantees, and deletions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from stability.conventions import Kind
from stability.estimate.exact.softmax_constants import LIPSCHITZ_SUPREMUM, lipschitz_constants
from stability.estimate.statistics.moments import (
    CERTIFICATE_SHARE,
    Moments,
    certified_moments,
)
from stability.setup.algorithms import EmpiricalRiskMinimizer, StochasticGradientDescent
from stability_experiments.bounds.logistic_bounds_mnist.claims import claims
from stability_experiments.bounds.logistic_bounds_mnist.guarantees import DELTAS
from stability_experiments.bounds.logistic_bounds_mnist.models import (
    Images,
    descend,
    minimise,
    step_size,
)
from stability_experiments.bounds.logistic_bounds_mnist.outcome import (
    DESCENT,
    MINIMISER,
    Outcome,
    outcome_of,
)
from stability_experiments.bounds.logistic_bounds_mnist.pictures import draw
from stability_experiments.common.images import digit_images
from stability_experiments.framework.context import Context, Stages
from stability_experiments.framework.result import ExperimentFindings, Row

REGULARIZATIONS = (
    "0.00001",
    "0.00003",
    "0.0001",
    "0.0003",
    "0.001",
    "0.003",
    "0.01",
    "0.03",
    "0.1",
)
DESCENTS = ("0.003", "0.01", "0.1", "0")
"""The weight decays of shuffled SGD, the last one none."""
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


def findings(context: Context) -> ExperimentFindings:
    """Every regularization by both learners, one run without, and deletions beside their limit."""
    size, seed = SIZES[context.preset], context.seed
    train, test, name = digit_images(context.data, size.training, size.test, seed)
    images = Images.of(train, test)
    slopes = lipschitz_constants(images.train)
    moments = {
        delta: certified_moments(slopes, LIPSCHITZ_SUPREMUM, delta * CERTIFICATE_SHARE)
        for delta in DELTAS
    }
    stages = context.stages(
        {"size": size}, (train.fingerprint, test.fingerprint), ("scipy",), one_thread=False
    )
    outcomes, shares, pairs = [], [], 0
    for step, decay in enumerate(REGULARIZATIONS):
        context.progress("regularizations", step, len(REGULARIZATIONS))
        near = size.deletions if decay in NEAR else 0
        found = stages.cached(
            f"minimiser-lambda-{decay}", partial(minimise, decay, images, near, seed)
        )
        algorithm = EmpiricalRiskMinimizer(regularization=decay)
        outcomes.append(outcome_of(MINIMISER, decay, algorithm, found, len(train), moments))
        if near:
            shares.append(float(found["share"]))
            pairs += int(found["pairs"])
    descents = [_descended(d, images, size, seed, stages, moments) for d in DESCENTS]
    context.progress("regularizations", len(REGULARIZATIONS), len(REGULARIZATIONS))
    draw(context.out / "bounds.png", outcomes, name, len(train), len(test))
    full = context.preset == "paper" and name == "mnist"
    nearest = Row(
        name="largest measured change over its proved limit",
        computed=max(shares),
        note=f"{pairs} pairs of a deleted and a test image, keep-1/m, lambda 0.01 and 0.1",
    )
    every = (*outcomes, *descents)
    return ExperimentFindings(
        rows=(
            *(row for o in outcomes for row in o.compared(full)),
            *(row for o in every for row in o.measured()),
            nearest,
            *(row for delta, found in moments.items() for row in _certified(found, delta)),
            *(row for o in every for row in o.told()),
        ),
        claims=claims(outcomes, descents, max(shares), pairs, full),
        figures=("bounds.png",),
        scaled_down=None if full else f"{name}: m = {len(train)}, {len(test)} test images",
    )


def _descended(
    decay: str,
    images: Images,
    size: Size,
    seed: int,
    stages: Stages,
    moments: dict[Fraction, Moments],
) -> Outcome:
    step = step_size(decay, len(images.train), size.batch)
    run = partial(descend, decay, images, step, size.epochs, size.batch, seed)
    found = stages.cached(f"descent-lambda-{decay}", run)
    algorithm = StochasticGradientDescent(
        step_size=step, epochs=size.epochs, batch_size=size.batch, weight_decay=Fraction(decay)
    )
    return outcome_of(DESCENT, decay, algorithm, found, len(images.train), moments)


def _certified(moments: Moments, delta: Fraction) -> tuple[Row, ...]:
    """The moments that every elastic bound rests on."""
    note = f"certified, fails with probability at most {float(moments.failure):g} for all of them"
    return tuple(
        Row(
            name=f"E L(z)^{order}, delta={float(delta):g}",
            computed=value,
            note=note,
            kind=Kind.UPPER,
        )
        for order, value in moments.values.items()
    )
