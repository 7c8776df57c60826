"""Regularised minimisation of losses that are not convex: one example moves the minimiser far."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.setup.setup import Setup
from stability.theorems.kinds.symbol_values import strong_convexity


@dataclass(frozen=True)
class TwoWells:
    """Losses on a line, l_a falling to the right of 0 and l_b to the left, both flat elsewhere.

    l_b(w) = M - L r(-w) and l_a(w) = M - s r(w), where r(w) is 0 left of 0, has slope 1 after a
    parabola on [0, h], and stays put further out than any minimiser; h = L/gamma, 0 where nothing
    is said of smoothness; s = L (1 - 1/(m + 1)). With n examples of b, the regularised minimiser
    left of 0 is -n L/(lambda m), and the one right of 0 is as far for n s in place of n L; the
    deeper has the larger of the two products. Of m = 2k examples let k be of each kind: b is
    deeper, and a once an example of b is deleted or replaced by one of a. Of m = 2k + 1 let k + 1
    be of a, which is deeper, and b once one of these is gone. So the minimiser changes sides.

    >>> from stability import parse_setup
    >>> setup = parse_setup('''
    ... sample = { size = 1001 }
    ... loss = { range = 100, lipschitz = 1, convex = false }
    ... algorithm = { kind = "erm", regularization = 0.1 }
    ... ''')
    >>> float(TwoWells(setup).distance)
    4.995004995004995
    """

    setup: Setup

    @property
    def distance(self) -> Fraction | None:
        """A distance that the minimiser moves by; None where there is no such problem."""
        setup = self.setup
        L, m, lam = setup.loss.lipschitz, setup.sample.size, strong_convexity(setup)
        if setup.value("algorithm.kind") != "erm" or setup.loss.convex is True:
            return None
        if L is None or lam is None or m < 4 or (setup.loss.range or 0) < L**2 / lam:
            return None
        least = (m // 2 - 1) * L / (lam * m)
        return (m // 2) * L / (lam * m) if self._bend < least * (1 - Fraction(1, m + 1)) else None

    @property
    def _bend(self) -> Fraction:
        gamma, L = self.setup.loss.smoothness, self.setup.loss.lipschitz
        return Fraction(0) if gamma is None or L is None else L / gamma

    @property
    def change(self) -> Fraction | None:
        """What the loss of b changes by; None where there is no such problem."""
        far, L = self.distance, self.setup.loss.lipschitz
        return None if far is None or L is None else L * (far - self._bend / 2)
