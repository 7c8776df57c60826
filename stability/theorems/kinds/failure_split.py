"""How a failure probability is shared out among the parts of a bound: a search in floats.

Every way to share it gives a valid bound; what is found is checked exactly (`Choice.at`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.conventions import Name
from stability.theorems.kinds.shares import Floats, best_shares
from stability.theorems.kinds.situation import Situation
from stability.theorems.statements.minimise import fast, names_of


@dataclass(frozen=True)
class FailureSplit:
    """Share the failure probability so that the bound is about smallest, as `best_shares` does.

    The first of the parts gets what the others leave. A part that the statement does not speak of
    gets nothing.
    """

    parts: tuple[Name, ...]

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The share of each part; they add up to what is available."""
        bound = at.statement.values["bound"]
        names = names_of(bound)
        numbers, function = at.floats(frozenset(names)), fast(bound, names)

        def value(shares: Mapping[str, Floats]) -> Floats:
            found = function(*({**numbers, **shares}[name] for name in names))
            return np.where(np.isfinite(found), found, np.inf)

        rest, *others = parts = tuple(part for part in self.parts if part in names)
        shares = best_shares(value, parts, np.array([float(at.available)]))
        found = {name: Fraction(float(shares[name][0])) for name in others}
        return {**found, rest: at.available - sum(found.values())}
