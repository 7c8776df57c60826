"""What a softmax regression is fitted to: the inputs, scaled or as they are, and an intercept."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.errors import SetupError

AS_GIVEN, UNIT_BALL = "as-given", "unit-ball"
SCALINGS = (AS_GIVEN, UNIT_BALL)
PENALISED, FREE, NO_INTERCEPT = "penalised", "free", "none"
INTERCEPTS = (PENALISED, FREE, NO_INTERCEPT)


@dataclass(frozen=True)
class SoftmaxFeatures:
    """The features x of every example.

    `scaling`: "as-given" for the inputs as they are, "unit-ball" for inputs (and the constant) over
    the largest norm that their declared range allows, so that |x| <= 1 for every example there can
    be. `intercept`: a last feature that is constant (1 before scaling); its weights are "penalised"
    like all others or "free" of the regulariser; "none" leaves it out.

    >>> data = Dataset([[3.0, 4.0]], [0], ("a",), range=(0, 4))
    >>> SoftmaxFeatures()(data).tolist()
    [[3.0, 4.0, 1.0]]
    >>> SoftmaxFeatures("unit-ball", "none")(data).round(3).tolist()
    [[0.53, 0.707]]
    """

    scaling: str = AS_GIVEN
    intercept: str = PENALISED

    def __post_init__(self) -> None:
        for name, allowed in (("scaling", SCALINGS), ("intercept", INTERCEPTS)):
            found = getattr(self, name)
            if found not in allowed:
                raise SetupError(
                    where=f"features.{name}", found=found, allowed=", ".join(map(repr, allowed))
                )

    @property
    def constant(self) -> bool:
        """Whether the last feature is a constant."""
        return self.intercept != NO_INTERCEPT

    @property
    def free_last(self) -> bool:
        """Whether the weights of the last feature are not penalised."""
        return self.intercept == FREE

    @property
    def words(self) -> str:
        """What x is and what is penalised.

        >>> SoftmaxFeatures(intercept="none").words
        'x is the inputs as they are without a constant'
        """
        scaled = self.scaling == UNIT_BALL
        what = "x is the inputs" + ("" if scaled else " as they are")
        what += " and a constant 1" if self.constant else " without a constant"
        if scaled:
            what += ", over the largest norm that their declared range allows"
        penalty = {
            PENALISED: "; the weights of the constant are penalised like all others",
            FREE: "; the weights of the constant (the intercepts) are not penalised",
            NO_INTERCEPT: "",
        }
        return what + penalty[self.intercept]

    def __call__(self, data: Dataset) -> NDArray[np.float64]:
        """The features (n, p). Raises SetupError for a scaling without a declared range."""
        x = np.asarray(data.inputs, dtype=np.float64)
        if self.constant:
            x = np.hstack([x, np.ones((len(x), 1))])
        if self.scaling == AS_GIVEN:
            return x
        largest = math.inf if data.range is None else self._norm(data.range, data.inputs.shape[1])
        if not 0.0 < largest < math.inf:
            raise SetupError(
                where="features.scaling",
                found=f"{self.scaling!r}, and no range of the inputs to scale by"
                if data.range is None
                else f"{self.scaling!r}, and inputs whose declared norm is at most {largest:g}",
                allowed="a declared range of the inputs, neither a single 0 nor without bound",
                remedy="Declare range and range_source in [data], or leave the scaling out.",
            )
        return x / largest

    def supremum(self, range: InputRange, columns: int) -> float:
        """sup |x| over every example in the range, rounded up."""
        return 1.0 if self.scaling == UNIT_BALL else self._norm(range, columns)

    def _norm(self, range: InputRange, columns: int) -> float:
        return range.largest_norm(columns, constant=self.constant)
