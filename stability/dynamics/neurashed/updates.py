"""How amplification factors change in training, and the drift that follows.

A step multiplies the factors of features that fire by a number above 1 and those of the others by
one below 1, within what the class of the label is made of. With a batch a feature counts as firing
if it fires for one instance at least. Factors are kept as logarithms: they overflow otherwise.

Source: arXiv:2112.09741; rates, scope, exponent and the gate as specified by this project.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import SetupError
from stability.setup.fields import ONE, POSITIVE, ZERO, Allowed, check_fields, one_of, quantity

ABOVE_ONE = Allowed("a number above 1", low=ONE, open_low=True)
BELOW_ONE = Allowed("a number above 0 and below 1", ZERO, ONE, True, True)
LABEL, EVERYWHERE = "label", "everywhere"


@dataclass(frozen=True, kw_only=True)
class Updates:
    """Base of the two rules.

    With `exposure` e (default: the instances in a batch, so that a feature that always fires grows
    equally per pass for every batch size) a step multiplies by up^e or down^e. `scope` "label":
    only features that the labels' classes are made of are touched, "everywhere": all of them.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    gated: ClassVar[bool] = False

    up: float = quantity(ABOVE_ONE, "the number that multiplies the factor of a firing feature")
    down: float = quantity(BELOW_ONE, "the number that multiplies the factors of the others")
    exposure: float | None = quantity(
        POSITIVE,
        "the exponent of both numbers in a step; default: the instances in a batch",
        default=None,
        example="0.25",
    )
    scope: str = quantity(
        one_of(LABEL, EVERYWHERE),
        "which features a step touches: those that the label's class is made of, or all",
        default=LABEL,
        example=f'"{LABEL}"',
    )

    def __post_init__(self) -> None:
        check_fields(self, "updates", floats=True)

    @property
    def growth(self) -> float:
        """a = ln(up)."""
        return math.log(self.up)

    @property
    def decay(self) -> float:
        """d = -ln(down)."""
        return -math.log(self.down)

    @property
    def survival_rate(self) -> float:
        """q* = d/(a + d): a factor grows if its feature fires in more than so many of the steps.

        >>> round(FixedRates().survival_rate, 4)
        0.5903
        """
        return self.decay / (self.growth + self.decay)

    def batch_rate(self, rate: ArrayLike, batch_size: int) -> NDArray[np.float64]:
        """q = 1 - (1 - p)^b: how often a feature fires in a batch, drawn with replacement.

        `rate` p: how often it fires for an instance of a class that is made of it.
        """
        return 1.0 - (1.0 - np.asarray(rate, dtype=np.float64)) ** batch_size

    def drift(self, rate: ArrayLike, batch_size: int) -> NDArray[np.float64]:
        """The mean change of ln(factor) per step that touches it: e (q a - (1 - q) d).

        Of the fixed rule; the gate of the other multiplies growth by the mean residual.
        """
        q = self.batch_rate(rate, batch_size)
        exposure = batch_size if self.exposure is None else self.exposure
        return exposure * (q * self.growth - (1.0 - q) * self.decay)

    def smallest_batch(self, rate: float) -> float:
        """The batch size above which a feature that fires with this rate grows.

        0 for a feature that always fires, infinity for one that never does. Raises SetupError for a
        rate outside [0, 1].

        >>> [round(FixedRates().smallest_batch(p), 2) for p in (0.5, 0.3, 0.1)]
        [1.29, 2.5, 8.47]
        """
        if not 0.0 <= rate <= 1.0:
            raise SetupError(where="rate", found=rate, allowed="a number from 0 to 1")
        if rate in (0.0, 1.0):
            return 0.0 if rate else math.inf
        return math.log(1.0 - self.survival_rate) / math.log1p(-rate)


@dataclass(frozen=True, kw_only=True)
class FixedRates(Updates):
    """Factors grow and fall at fixed rates, however good the predictions are: as published.

    >>> FixedRates(up=0.9)
    Traceback (most recent call last):
    stability.errors.SetupError: updates.up: found 0.9; allowed: a number above 1. It is the ...
    """

    kind: ClassVar[str] = "fixed-rates"
    title: ClassVar[str] = "fixed rates"
    up: float = quantity(
        ABOVE_ONE,
        "the number that multiplies the factor of a firing feature",
        default=1.007,
        example="1.007",
    )
    down: float = quantity(
        BELOW_ONE,
        "the number that multiplies the factors of the others",
        default=0.99,
        example="0.99",
    )


@dataclass(frozen=True, kw_only=True)
class ResidualRates(Updates):
    """Growth is gated by the residual: up^(e r), r the batch mean of 1 - softmax of the label.

    1 - softmax is the residual of the cross-entropy. So growth stops as the fit improves, and where
    it falls below the decay the features that do not always fire begin to go.
    """

    kind: ClassVar[str] = "residual-rates"
    title: ClassVar[str] = "growth gated by the residual"
    gated: ClassVar[bool] = True
    up: float = quantity(
        ABOVE_ONE,
        "the number that multiplies the factor of a firing feature",
        default=1.05,
        example="1.05",
    )
    down: float = quantity(
        BELOW_ONE,
        "the number that multiplies the factors of the others",
        default=0.997,
        example="0.997",
    )
