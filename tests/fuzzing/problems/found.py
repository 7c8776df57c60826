"""How stable a method is on a problem, counted out, and how large its gaps are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Floats = np.ndarray


@dataclass
class Seen:
    """The largest changes seen, by (convention or "replacement", averaged over).

    `tables` (K, K): the largest change of the loss at z when an example z' is deleted.
    """

    kinds: int
    tables: dict[tuple[str, str], Floats] = field(default_factory=dict)

    def add(self, convention: str, gone: int, before: Floats, after: Floats) -> None:
        """Losses (K, orders) before and after an example of kind `gone` is deleted."""
        for averaged, change in (
            ("algorithm", np.abs((after - before).mean(axis=1))),
            ("nothing", np.abs(after - before).max(axis=1)),
        ):
            table = self.tables.setdefault(
                (convention, averaged), np.zeros((self.kinds, self.kinds))
            )
            table[gone] = np.maximum(table[gone], change)

    def add_in_mean(self, convention: str, gone: int, before: Floats, after: Floats) -> None:
        """The same for runs of different numbers of orders: means only."""
        change = np.abs(after.mean(axis=1) - before.mean(axis=1))
        table = self.tables.setdefault(
            (convention, "algorithm"), np.zeros((self.kinds, self.kinds))
        )
        table[gone] = np.maximum(table[gone], change)

    def values(self, convention: str, averaged: str, m: int) -> Mapping[str, float]:
        """Lower bounds on uniform and elastic constants; empty where nothing was counted."""
        table = self.tables.get((convention, averaged))
        if table is None:
            return {}
        return {
            "beta": float(table.max()),
            "epsilon": float(table.max()),
            "B": m * float(table.mean(axis=1).max()),
            "U": m * float(table.max()),
            "B1": m * float(table.mean()),
            "D": m * float(table.diagonal().mean()),
        }


@dataclass(frozen=True)
class Gaps:
    """R - R_emp of every sample (rows, equally likely) and order of visit (columns)."""

    table: Floats

    def mean(self) -> float:
        """E (R - R_emp)."""
        return float(self.table.mean())

    def square(self, averaged: str) -> float:
        """E (R - R_emp)^2, or that of the mean over the algorithm."""
        return float((self._of(averaged) ** 2).mean())

    def above(self, value: float, averaged: str, absolute: bool) -> float:
        """The probability that the gap is larger."""
        seen = self._of(averaged)
        return float(((np.abs(seen) if absolute else seen) > value * (1 + 1e-9) + 1e-12).mean())

    def _of(self, averaged: str) -> Floats:
        return self.table if averaged == "nothing" else self.table.mean(axis=1, keepdims=True)
