"""The body of `pac-bayes-mnist`: fits, errors with noise, certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stability.bounds.randomised import RandomisedBound, best_randomised, randomised_bounds
from stability.bounds.relative_entropy import kl_inverse
from stability.estimate.exact.logistic import LogisticModel, fit_logistic
from stability.estimate.exact.noisy_logistic import certify_errors, offset_from_minimizer
from stability.estimate.exact.noisy_scores import noisy_error
from stability.estimate.exact.softmax_constants import LIPSCHITZ_SUPREMUM, pixel_box
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability_experiments.bounds.pac_bayes_mnist.outcome import Outcome, claims, rows
from stability_experiments.bounds.pac_bayes_mnist.pictures import draw
from stability_experiments.common.images import digit_images
from stability_experiments.framework.context import Arrays, Context
from stability_experiments.framework.result import ExperimentFindings

DELTA = Fraction(1, 20)
LEVELS = tuple(Fraction(4, 100) * 2**k for k in range(9))
"""Levels of noise, fixed beforehand."""
TOLERANCE = 1e-7


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; the regularizations from the largest down."""

    training: int
    test: int
    regularizations: tuple[str, ...]


SIZES = {
    "smoke": Size(2000, 1000, ("0.1", "0.03", "0.01", "0.003", "0.001")),
    "paper": Size(
        60000, 10000, ("0.01", "0.003", "0.001", "0.0003", "0.0001", "0.00003", "0.00001")
    ),
}


@dataclass(frozen=True)
class Images:
    """Features in the pixel box and labels, for training and held out."""

    train: NDArray[np.float64]
    labels: NDArray[np.int64]
    test: NDArray[np.float64]
    test_labels: NDArray[np.int64]


def findings(context: Context) -> ExperimentFindings:
    """Every regularization: the fit, its errors with noise, and what is certified of them."""
    size, progress = SIZES[context.preset], context.progress
    train, test, name = digit_images(context.data, size.training, size.test, context.seed)
    images = Images(pixel_box(train), train.labels, pixel_box(test), test.labels)
    classes = len(train.classes)
    stages = context.stages(
        {"size": size, "levels": [float(level) for level in LEVELS], "tolerance": TOLERANCE},
        (train.fingerprint, test.fingerprint),
        ("scipy",),
    )
    outcomes: list[Outcome] = []
    start: NDArray[np.float64] | None = None
    for step, decay in enumerate(size.regularizations):
        progress("regularizations", step, len(size.regularizations))
        fit = stages.cached(
            f"minimiser-lambda-{decay}", partial(_fit, decay, images, classes, start)
        )
        start = fit["weights"]
        model = LogisticModel(start, float(decay), float(fit["gradient"]))
        errors = stages.cached(f"errors-lambda-{decay}", partial(_errors, model, images))
        outcomes.append(_outcome(decay, errors, images))
    progress("regularizations", len(size.regularizations), len(size.regularizations))
    outcomes.reverse()
    full = context.preset == "paper" and name == "mnist"
    draw(context.out / "risks.png", outcomes, name, len(train), len(test))
    return ExperimentFindings(
        rows=tuple(row for outcome in outcomes for row in rows(outcome, full)),
        claims=claims(outcomes, full),
        figures=("risks.png",),
        scaled_down=None if full else f"{name}: m = {len(train)}, {len(test)} test images",
    )


def _fit(
    decay: str, images: Images, classes: int, start: NDArray[np.float64] | None
) -> dict[str, NDArray[np.float64]]:
    """The minimiser, from that of the next larger regularization."""
    model = fit_logistic(
        images.train, images.labels, classes, float(decay), start=start, tolerance=TOLERANCE
    )
    return {"weights": model.weights, "gradient": np.asarray(model.gradient_norm)}


def _errors(model: LogisticModel, images: Images) -> dict[str, NDArray[np.float64]]:
    """Errors without noise, enclosures of those at each level, and the distance of the solver."""
    train, test = (images.train, images.labels), (images.test, images.test_labels)
    inside = [noisy_error(model.weights, *train, float(level)) for level in LEVELS]
    outside = [noisy_error(model.weights, *test, float(level)) for level in LEVELS]
    return {
        "training": np.asarray(1.0 - model.accuracy(*train)),
        "test": np.asarray(1.0 - model.accuracy(*test)),
        "noisy_training": np.array([error.upper for error in inside]),
        "noisy_test": np.array([(error.lower + error.upper) / 2 for error in outside]),
        "offset": np.asarray(offset_from_minimizer(model, *train)),
    }


def _outcome(decay: str, found: Arrays, images: Images) -> Outcome:
    """What is certified: from the certified mean square, from the largest distance, held out."""
    errors = dict(zip(LEVELS, map(float, found["noisy_training"]), strict=True))
    offset, size, held_out = float(found["offset"]), len(images.train), len(images.test)
    elastic = certify_errors(errors, images.train, decay, offset, DELTA)
    best = best_randomised(elastic)
    position = LEVELS.index(best.noise)
    unlucky = float(np.log(1 / float(DELTA)))
    return Outcome(
        decay=decay,
        training=float(found["training"]),
        test=float(found["test"]),
        best=best,
        noisy_test=float(found["noisy_test"][position]),
        uniform=best_randomised(_uniform(decay, errors, offset, size)),
        held_out=kl_inverse(float(found["test"]), unlucky / held_out),
        fixed_beforehand=float(np.sqrt(unlucky / (2 * size))),
        offset=offset,
        size=size,
        held_out_size=held_out,
    )


def _uniform(
    decay: str, errors: Mapping[Fraction, float], offset: float, size: int
) -> Sequence[RandomisedBound]:
    """The same from how far replacing any image there can be moves the weights: 2 sup L/(lambda m).

    That is a property of the box, proved as `elastic-argument-erm` is, for each of two deletions.
    """
    distance = 2 * Fraction(LIPSCHITZ_SUPREMUM) / (Fraction(decay) * size)
    own = AssumedStability(
        notion="argument", neighbour="replacement", values={"distance": distance}
    )  # type: ignore[arg-type]
    setup = Setup(
        sample=Sample(size),
        loss=Loss(range=1),
        stability=own,
        training=Training(noise_offset=offset),
    )
    return randomised_bounds(setup, errors, DELTA)
