"""Averages of base predictions over bags, drawn with or without replacement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.setup.algorithm import Algorithm
from stability.setup.fields import FLAG, NON_NEGATIVE, POSITIVE, Number, Symbol, at_least, quantity
from stability.setup.measured import MEASURED


@dataclass(frozen=True, kw_only=True)
class _Bags(Algorithm):
    """What bagging and subbagging share."""

    subsample: int = quantity(
        at_least(1),
        "the number of examples drawn for each bag",
        example="100",
        symbol=Symbol("subsample", "examples per bag", 0, "n"),
        told="bags of {}",
    )
    base_stability: Number | None = quantity(
        NON_NEGATIVE,
        "gamma: the base prediction moves at most gamma when one of `subsample` points is "
        "deleted, whatever the examples (with k distinct points in a bag: at most "
        "gamma subsample / k)",
        default=None,
        example="0.01",
        symbol=Symbol("base", "stability of the base predictions", 0, r"\gamma_n"),
        measurable=True,
        belongs_to=("algorithm.subsample",),
        shown=True,
    )
    measured: bool | None = quantity(FLAG, MEASURED, default=None, example="false", shown=True)
    bags: int | None = quantity(
        at_least(1),
        "the number of bags (missing: the average over all bags)",
        default=None,
        example="50",
        symbol="draws",
    )
    prediction_range: Number | None = quantity(
        POSITIVE,
        "the length of an interval in which base predictions lie",
        default=None,
        example="1.0",
        symbol=Symbol("prediction_range", "length of the interval of base predictions", 0, "Y"),
        shown=True,
    )


@dataclass(frozen=True, kw_only=True)
class Bagging(_Bags):
    """The average of base predictions over bags drawn with replacement.

    >>> Bagging(subsample=100, base_stability="0.01", measured=False).kind
    'bagging'
    """

    kind: ClassVar[Name] = "bagging"
    title: ClassVar[str] = "bagging"


@dataclass(frozen=True, kw_only=True)
class Subbagging(_Bags):
    """The average of base predictions over subsets drawn without replacement.

    `subsample` is at most the sample size.

    >>> Subbagging(subsample=100, base_stability="0.01", measured=False).kind
    'subbagging'
    """

    kind: ClassVar[Name] = "subbagging"
    title: ClassVar[str] = "subbagging"
