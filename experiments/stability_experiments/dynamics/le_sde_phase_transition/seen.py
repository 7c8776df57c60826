"""What was seen on the paths of `le-sde-phase-transition`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stability_experiments.dynamics.le_sde_phase_transition.schedules import Floats, Schedule


@dataclass(frozen=True)
class Pair:
    """Constant strengths in one of the two models, from simplex class means or noisy ones."""

    kind: str
    alpha: float
    beta: float
    spread: float

    def __str__(self) -> str:
        start = ", class means noisy at the start" if self.spread else ""
        return f"{self.kind}, alpha = {self.alpha:g}, beta = {self.beta:g}{start}"

    @property
    def key(self) -> str:
        """For the name of a folder."""
        return f"{self.kind}_{self.alpha:g}_{self.beta:g}_{self.spread:g}"


@dataclass(frozen=True, eq=False)
class Seen:
    """Arrays by name for each schedule, number of classes and pair, and the phase diagram.

    Of that `share` (T, R, C) for `exponents` (R,) and `scales` (C,).
    """

    schedules: Mapping[Schedule, Mapping[str, Floats]]
    boundaries: Mapping[int, Mapping[str, Floats]]
    pairs: Mapping[Pair, Mapping[str, Floats]]
    phase: Mapping[str, Floats]

    def pair(self, kind: str, alpha: float, beta: float, spread: float = 0.0) -> dict[str, float]:
        """Means over trials by name."""
        found = self.pairs[Pair(kind, alpha, beta, spread)]
        return {name: float(values.mean()) for name, values in found.items()}
