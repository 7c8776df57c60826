"""A problem with class-level elasticity, whose gap is simulated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.theorems.kinds.constant import Groups


@dataclass(frozen=True)
class ClassToy:
    """K classes, labels Bernoulli(1/2), p_c = clip((K/m) sum of the labels in class c, 0, 1).

    Loss |y - p_c|. beta(z', z) = K if the classes agree, else 0: B = 1, U = D = K, and the rows are
    groups of mean 1, variance K - 1 and maximum K. Its gap is simulated, not known in closed form.

    >>> toy = ClassToy(50, 20000)
    >>> abs(toy.gap(seed=0)) < 0.01
    True
    """

    classes: int
    m: int
    M: Fraction = Fraction(1)

    def elastic(self) -> dict[str, Fraction]:
        """B, U, B1 and D."""
        top = Fraction(self.classes)
        return {"B": Fraction(1), "U": top, "B1": Fraction(1), "D": top}

    def groups(self) -> Groups:
        """The rows of beta, one per class."""
        ones = np.ones(self.classes)
        return Groups(b=ones, v=ones * (self.classes - 1), top=ones * self.classes)

    def gap(self, seed: int) -> float:
        """One draw of R - R_emp."""
        generator = np.random.default_rng(seed)
        members = generator.multinomial(self.m, np.full(self.classes, 1 / self.classes))
        ones = generator.binomial(members, 0.5)
        p = np.clip(self.classes / self.m * ones, 0.0, 1.0)
        empirical = float(np.sum(ones * (1 - p) + (members - ones) * p)) / self.m
        return 0.5 - empirical
