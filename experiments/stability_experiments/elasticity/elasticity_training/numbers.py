"""What one watched training gave, by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stability_experiments.elasticity.elasticity_training.watching import (
    GROUPS,
    SEEN,
    Floats,
    Watched,
)
from stability_experiments.framework.context import Arrays


@dataclass(frozen=True, eq=False)
class Course:
    """What was seen during one training."""

    watched: Watched
    arrays: Arrays

    @property
    def steps(self) -> Floats:
        """After which steps (S,) it was looked at."""
        return self.arrays["steps"]

    def number(self, name: str) -> Floats:
        """One of the numbers in `SEEN` over training (S,)."""
        return self.arrays["seen"][:, SEEN[self.watched.task].index(name)]

    def label_contrast(self, form: str) -> Floats:
        """log(mean over pairs of one label and two digits / mean over pairs of two labels) (S,).

        For the network with one output: structure that the labels give, beyond that of the digits.
        """
        return np.log(self.number(f"{form}, {GROUPS[1]}") / self.number(f"{form}, {GROUPS[2]}"))

    def digit_contrast(self, form: str) -> Floats:
        """log(mean over pairs of one digit / mean over pairs of two digits of one label) (S,)."""
        return np.log(self.number(f"{form}, {GROUPS[0]}") / self.number(f"{form}, {GROUPS[1]}"))
