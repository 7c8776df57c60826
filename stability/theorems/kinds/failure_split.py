"""How a failure probability is shared out among the parts of a bound: a search in floats.

Every way to share it gives a valid bound; what is found is checked exactly (`Choice.at`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.conventions import Name
from stability.theorems.kinds.situation import Situation
from stability.theorems.statements.minimise import fast

LEAST = 1e-12
"""The least share of the whole that any part gets."""
POINTS, ROUNDS = 33, 5
"""Shares tried of each part, and how often the neighbourhood of the best is looked at closer."""


@dataclass(frozen=True)
class FailureSplit:
    """Share the failure probability so that the bound is about smallest.

    The first of the parts gets what the others leave: these are tried on a grid of shares, closer
    and closer around the best. A part that the statement does not speak of gets nothing.
    """

    parts: tuple[Name, ...]

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The share of each part; they add up to what is available."""
        bound = at.statement.values["bound"]
        names = tuple(sorted(s.name for s in bound.free_symbols))
        numbers, function = at.floats(frozenset(names)), fast(bound, names)
        rest, *others = [part for part in self.parts if part in names]
        ranges = [(LEAST, 1.0)] * len(others)
        best = [LEAST] * len(others)
        for _ in range(ROUNDS):
            axes = [np.geomspace(low, high, POINTS) for low, high in ranges]
            grid = np.meshgrid(*axes, indexing="ij")
            left = 1.0 - sum(grid)
            now = {rest: np.maximum(left, LEAST), **dict(zip(others, grid, strict=True))}
            shares = {name: share * float(at.available) for name, share in now.items()}
            values = function(*({**numbers, **shares}[name] for name in names))
            values = np.where((left >= LEAST) & np.isfinite(values), values, np.inf)
            place = np.unravel_index(int(np.argmin(values)), values.shape)
            best = [float(axis[k]) for axis, k in zip(axes, place, strict=True)]
            ranges = [
                (float(axis[max(k - 1, 0)]), float(axis[min(k + 1, POINTS - 1)]))
                for axis, k in zip(axes, place, strict=True)
            ]
        found = {name: at.available * Fraction(x) for name, x in zip(others, best, strict=True)}
        return {**found, rest: at.available - sum(found.values())}
