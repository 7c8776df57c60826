"""The trainings of `neurashed-information-bottleneck`, and the information on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    FixedRates,
    ResidualRates,
    Updates,
    draws,
    shared_features,
    signal_information,
    train_factors,
)
from stability.dynamics.neurashed.closed_forms import Pair, mean_factors

Floats = NDArray[np.float64]

SEEN = (0, 50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200, 4800, 8000)
"""After so many instances the features are looked at; multiples of every batch size below."""
PATTERNS = 8


@dataclass(frozen=True)
class Course:
    """A training: rule, instances in a batch, factors at first, instances seen at the end."""

    name: str
    updates: Updates
    batch_size: int
    start: float
    last: int = SEEN[-1]

    @property
    def seen(self) -> NDArray[np.int64]:
        """After how many instances (S,) the features are looked at, in whole batches."""
        steps = sorted({n // self.batch_size for n in SEEN if n <= self.last})
        return np.array(steps) * self.batch_size

    def expected(self) -> Pair:
        """The factors (S,) of shared and own features in mean field, for batches of 1."""
        return mean_factors(self.seen, self.updates, self.start)


ONE = Course("batches of 1", ResidualRates(), 1, 0.2)
TWO = Course("batches of 2", ResidualRates(), 2, 0.2)
ALL = Course("batches of 8", ResidualRates(), PATTERNS, 0.2)
FIXED = Course("batches of 1, fixed rates", FixedRates(), 1, 0.5, 2400)
FIXED_ALL = Course("batches of 8, fixed rates", FixedRates(), PATTERNS, 0.5, 800)
COURSES = (ONE, TWO, ALL, FIXED, FIXED_ALL)


def followed(course: Course, seeds: Sequence[int], draws_of_noise: int) -> dict[str, Floats]:
    """`log_factors` (S, seeds, 4), and the information `input` and `class` (S, seeds) in bits.

    `noise`: the standard error of the Monte Carlo mean, the largest of all.
    """
    given = shared_features()
    steps = (course.seen // course.batch_size).tolist()
    order = draws(PATTERNS, steps[-1], course.batch_size, seeds)
    found = train_factors(given, order, course.updates, start=course.start, checkpoints=steps)
    bits = signal_information(given, found.log_factors, draws=draws_of_noise)
    return {
        "log_factors": found.log_factors,
        "input": bits.with_input,
        "class": bits.with_class,
        "noise": np.asarray(np.maximum(bits.input_error, bits.class_error).max()),
    }


def expected_information(course: Course, draws_of_noise: int) -> dict[str, Floats]:
    """The information `input` and `class` (S,) at the mean factors: batches of 1."""
    shared, own = course.expected()
    ln = np.log(np.stack([shared, own, shared, own], axis=1))
    bits = signal_information(shared_features(), ln, draws=draws_of_noise)
    return {"input": bits.with_input, "class": bits.with_class}
