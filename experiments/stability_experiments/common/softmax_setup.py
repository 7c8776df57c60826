"""Softmax regression on the pixel box as a setup: what is proved of its losses, what certified."""

from __future__ import annotations

from fractions import Fraction

from stability.estimate.exact.softmax_constants import LIPSCHITZ_SUPREMUM, SMOOTHNESS_SUPREMUM
from stability.estimate.statistics.moments import Moments
from stability.setup.algorithms import Algorithm
from stability.setup.setup import Exact, Loss, Sample, Setup


def softmax_setup(size: int, algorithm: Algorithm, moments: Moments, loss_range: Exact) -> Setup:
    """A learner of softmax regression from `size` images, with certified moments of L(z)."""
    return Setup(
        sample=Sample(size),
        loss=Loss(
            range=loss_range,
            lipschitz=LIPSCHITZ_SUPREMUM,
            mean_lipschitz=moments.mean,
            rms_lipschitz=moments.rms,
            fourth_moment_lipschitz=moments.fourth,
            smoothness=Fraction(SMOOTHNESS_SUPREMUM),
            convex=True,
            measured_failure=moments.failure,
        ),
        algorithm=algorithm,
    )
