"""The range in which the inputs of a data set lie by their nature, as the data set declares it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError

SOURCE, USER = "the source", "the user"
"""Who declares a range: the people who published the data, or the one who reads them."""
FORMAT = "the format of the numbers ({})"
"""Who declares it where no other number can be stored, such as one above 255 in a byte."""
WHERE = "the range of the inputs"


@dataclass(frozen=True)
class InputRange:
    """A box that holds every input there can be, not only those of one sample.

    `low` and `high` are numbers, or one number for each of the d numbers of an example (stored as
    tuples (d,)). `by` says who declares it, in words that outputs repeat: the source, the format of
    the numbers, or what the user names. Nothing in this library works a range out from the data:
    the largest value of a sample bounds no other example, so no bound may rest on it.

    Raises DataError for ends that are not finite, of different lengths, or the wrong way round.

    >>> InputRange(0, 1).inside(0.0, 1.0), InputRange([0, 18], [1, 99]).inside(0.0, 1.0)
    (True, False)
    >>> str(InputRange(0, 255))
    '[0, 255]'
    """

    low: float | tuple[float, ...]
    high: float | tuple[float, ...]
    by: str = USER

    def __post_init__(self) -> None:
        low, high = _end(self.low, "low"), _end(self.high, "high")
        if np.shape(low) != np.shape(high) and () not in (np.shape(low), np.shape(high)):
            raise _fault(f"{np.size(low)} lower and {np.size(high)} upper ends")
        wrong = np.flatnonzero(np.atleast_1d(np.greater(low, high)))
        if wrong.size:
            place = "" if np.ndim(low) == np.ndim(high) == 0 else f" of column {wrong[0]}"
            raise _fault(f"a lower end{place} that is above the upper one")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @classmethod
    def of(cls, value: Any, name: str = "") -> InputRange | None:
        """The range that a caller means: one of these, a pair (low, high), or None for none.

        `name`: of the data set, for messages.

        >>> InputRange.of((0, 1)) == InputRange(0, 1), InputRange.of(None)
        (True, None)
        """
        if value is None or isinstance(value, cls):
            return value
        try:
            low, high = value
        except (TypeError, ValueError):
            raise _fault("something that is not a pair", name) from None
        try:
            return cls(low, high)
        except DataError as error:
            raise _fault(error.found, name) from None

    @classmethod
    def of_format(cls, dtype: np.dtype) -> InputRange | None:
        """The range of every number of a type of at most two bytes; None for others.

        >>> print(InputRange.of_format(np.dtype("uint8")))
        [0, 255]
        """
        if dtype.kind not in "iu" or dtype.itemsize > 2:
            return None
        ends = np.iinfo(dtype)
        return cls(ends.min, ends.max, FORMAT.format(dtype))

    def divided(self, by: float, kind: np.dtype) -> InputRange:
        """The range of the inputs after a division, each rounded as the inputs are to `kind`.

        >>> print(InputRange(0, 255).divided(255, np.dtype("float64")))
        [0, 1]
        """
        low, high = (
            (np.asarray(end, kind) / kind.type(by)).astype(np.float64).tolist()
            for end in (self.low, self.high)
        )
        return InputRange(low, high, self.by)

    def largest_norm(self, columns: int, *, constant: bool = False) -> float:
        """sup |x| over the box, for x of so many numbers; rounded up, infinite above 1e308.

        With `constant` for (x, 1).

        >>> InputRange(-1, 2).largest_norm(4), InputRange(0, 1).largest_norm(8, constant=True)
        (4.0000000000000036, 3.0000000000000027)
        """
        sides = np.maximum(np.abs(np.asarray(self.low)), np.abs(np.asarray(self.high)))
        with np.errstate(over="ignore"):
            squares = np.broadcast_to(sides.astype(np.float64) ** 2, (columns,))
        if not np.isfinite(squares).all():
            return math.inf
        return math.sqrt(math.fsum([*squares.tolist(), float(constant)])) * (1.0 + 2.0**-50)

    def inside(self, low: float, high: float) -> bool:
        """Whether the whole box lies in [low, high]."""
        return bool(np.min(self.low) >= low and np.max(self.high) <= high)

    @property
    def columns(self) -> int | None:
        """How many numbers an example has, where each has ends of its own; otherwise None."""
        sizes = [np.size(end) for end in (self.low, self.high) if np.ndim(end)]
        return sizes[0] if sizes else None

    def __str__(self) -> str:
        if self.columns is None:
            return f"[{self.low:g}, {self.high:g}]"
        return f"a box with ends of its own for each of {self.columns} numbers"


def _end(value: ArrayLike | tuple[float, ...], name: str) -> float | tuple[float, ...]:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _fault(f"{name} ends that are not numbers, or too large") from None
    if array.ndim == 0 and math.isfinite(array):
        return float(array)
    if array.ndim > 0 and array.size and np.isfinite(array).all():
        return tuple(array.ravel().tolist())
    raise _fault(f"{name} ends that are missing or not finite")


def _fault(found: str, name: str = "") -> DataError:
    return DataError(
        where=f"{name}.range" if name else WHERE,
        found=found,
        allowed="finite numbers low <= high, or one such pair for each number of an example",
        remedy="Leave the range out where none is known: only bounds proved from it need it.",
    )


UNIT = InputRange(0.0, 1.0, SOURCE)
"""Pixels as the readers of published images give them."""
