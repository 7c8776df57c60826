"""The strengths of `le-sde-phase-transition`, and what an independent simulation found for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    LocallyElasticSDE,
    Strengths,
    constant_strengths,
    critical_scale,
    fading_strengths,
)

Floats = NDArray[np.float64]

CLASSES, SAMPLES, NOISE = 3, 30, 0.1
GAP = float(np.sqrt(2.0))
"""The distance of two class means at the start."""
LOOKS = (10.0, 100.0, 1000.0, 4000.0)
REFERENCE = "independent simulation"
REFERENCE_TRIALS, REFERENCE_STEP = 40, 0.25
"""The independent simulation took steps of Euler and Maruyama."""


@dataclass(frozen=True)
class Schedule:
    """alpha = scale / (1 + t)^exponent and beta = 0, or two constants.

    `shares` and `ratios` (4,): of the independent simulation, as printed, at `LOOKS`.
    """

    shares: tuple[str, ...]
    ratios: tuple[str, ...]
    exponent: float = 0.0
    scale: float = 0.0
    inter: float = 0.0

    def __str__(self) -> str:
        if self.exponent == 0.0:
            return f"alpha = {self.scale:g}, beta = {self.inter:g}"
        return f"r = {self.exponent:g}, c = {self.scale:g}"

    @property
    def strengths(self) -> Strengths:
        """As functions of time."""
        if self.exponent == 0.0:
            return constant_strengths(self.scale, self.inter)
        return fading_strengths(self.scale, self.exponent, self.inter)

    @property
    def model(self) -> LocallyElasticSDE:
        """The I-model with these strengths."""
        return LocallyElasticSDE(self.strengths, noise=NOISE)

    @property
    def slope(self) -> float | None:
        """c/K - 1/2, the slope of distance over spread on logarithmic axes, where r = 1."""
        return self.scale / CLASSES - 0.5 if self.exponent == 1.0 else None

    @property
    def reference_bias(self) -> Floats:
        """By what share (4,) the mean distance in steps of Euler differs from the exact one."""
        strengths, bias = self.strengths, []
        for end in LOOKS:
            alpha, beta = strengths.at(np.arange(0.0, end - REFERENCE_STEP / 2, REFERENCE_STEP))
            (A,), (B,) = strengths.accumulated([end])
            steps = np.log1p(REFERENCE_STEP * (alpha - beta) / CLASSES).sum()
            bias.append(np.expm1(steps - (A - B) / CLASSES))
        return np.array(bias)


SCHEDULES = (
    Schedule(("1", "1", "1", "1"), ("7.4", "8.9", "211", "5.9e4"), 0.5, 0.3),
    Schedule(("1", ".08", "0", "0"), ("7.0", "3.2", "1.5", "1.1"), 1.0, 0.5),
    Schedule(("1", "1", ".85", ".33"), ("10.5", "6.9", "4.7", "3.8"), 1.0, 1.0),
    Schedule(("1", "1", "1", "1"), ("15.7", "14.9", "14.9", "14.9"), 1.0, critical_scale(CLASSES)),
    Schedule(("1", "1", "1", "1"), ("34", "68", "146", "232"), 1.0, 2.5),
    Schedule(("1", "1", ".12", "0"), ("19.7", "9.3", "3.4", "1.8"), 1.5, 3.0),
    Schedule((".68", "0", "0", "0"), ("4.7", "1.5", ".57", ".44"), 0.0, 0.002, 0.002),
)


def half_unit(printed: str) -> float:
    """Half a unit of the last digit of a number as printed.

    >>> half_unit("5.9e4"), half_unit("34"), round(half_unit(".08"), 6)
    (500.0, 0.5, 0.005)
    """
    digits, _, power = printed.partition("e")
    decimals = len(digits.partition(".")[2])
    return 0.5 * 10.0 ** (int(power or 0) - decimals)
