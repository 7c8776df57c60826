"""Votes of nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.setup.algorithm import Algorithm
from stability.setup.fields import Symbol, at_least, quantity


@dataclass(frozen=True, kw_only=True)
class NearestNeighbours(Algorithm):
    """Majority vote of the k nearest neighbours, 0-1 loss.

    >>> NearestNeighbours(neighbours=5).kind
    'knn'
    """

    kind: ClassVar[Name] = "knn"
    title: ClassVar[str] = "k nearest neighbours"
    neighbours: int = quantity(
        at_least(1),
        "k, the number of neighbours",
        example="5",
        symbol=Symbol("k", "number of neighbours", 0, "k"),
        told="k = {}",
    )
