"""Algorithms known only by where they end: near the nearest global minimiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.setup.algorithm import Algorithm
from stability.setup.fields import NON_NEGATIVE, POSITIVE, Number, Symbol, quantity


@dataclass(frozen=True, kw_only=True)
class PolyakLojasiewicz(Algorithm):
    """Any algorithm that comes near the nearest global minimiser of a PL objective.

    >>> PolyakLojasiewicz(pl_constant="0.1", optimization_error=0).kind
    'pl'
    """

    kind: ClassVar[Name] = "pl"
    title: ClassVar[str] = "minimisation of a Polyak-Lojasiewicz objective"
    pl_constant: Number = quantity(
        POSITIVE,
        "mu, the Polyak-Lojasiewicz constant",
        example="0.1",
        symbol="mu",
        told="constant {}",
    )
    optimization_error: Number = quantity(
        NON_NEGATIVE,
        "the distance of the output to the nearest global minimiser",
        example="0.0",
        symbol=Symbol("optimization_error", "distance to the nearest minimiser", 0, r"\epsilon_A"),
    )
