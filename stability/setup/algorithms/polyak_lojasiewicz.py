"""Algorithms known only by where they end: near the nearest global minimiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.setup.algorithm import Algorithm
from stability.setup.fields import FLAG, NON_NEGATIVE, POSITIVE, Number, Symbol, quantity
from stability.setup.measured import MEASURED


@dataclass(frozen=True, kw_only=True)
class PolyakLojasiewicz(Algorithm):
    """Any algorithm that comes near the nearest global minimiser of a PL objective.

    >>> PolyakLojasiewicz(pl_constant="0.1", optimization_error=0, measured=False).kind
    'pl'
    """

    kind: ClassVar[Name] = "pl"
    title: ClassVar[str] = "minimisation of a Polyak-Lojasiewicz objective"
    pl_constant: Number = quantity(
        POSITIVE,
        "mu, the Polyak-Lojasiewicz constant of the training risk: its gradients have at least the "
        "square 2 mu times what it is above its least value",
        example="0.1",
        symbol="mu",
        told="constant {}",
    )
    optimization_error: Number | None = quantity(
        NON_NEGATIVE,
        "the distance of the output to the nearest global minimiser of the training risk",
        default=None,
        shown=True,
        example="0.0",
        symbol=Symbol("optimization_error", "distance to the nearest minimiser", 0, r"\epsilon_A"),
        measurable=True,
        belongs_to=("sample", "loss", "algorithm"),
    )
    measured: bool | None = quantity(FLAG, MEASURED, default=None, shown=True, example="false")
