"""What is given to functions of the locally elastic SDE, as arrays and numbers, or refused."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError, SetupError

Floats = NDArray[np.float64]


def array_of(values: ArrayLike, where: str, allowed: str, remedy: str = "") -> Floats:
    """An array of numbers. Raises DataError for text and for rows of different lengths.

    >>> array_of([[1, 2], [3]], "means", "(classes, features)")
    Traceback (most recent call last):
    stability.errors.DataError: means: found something that is no array of numbers (text, or rows...
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            where=where,
            found="something that is no array of numbers (text, or rows of different lengths)",
            allowed=allowed,
            remedy=remedy,
        ) from None


def number_of(value: object, where: str, allowed: str, least: float = -np.inf) -> float:
    """A finite number of at least `least`. Raises SetupError for anything else."""
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        if np.isfinite(number) and number >= least:
            return number
    raise SetupError(where=where, found=_told(value), allowed=allowed)


def count_of(value: object, where: str, least: int = 1) -> int:
    """A whole number of at least `least`. Raises SetupError for anything else.

    >>> count_of(2.5, "simulate.trials")
    Traceback (most recent call last):
    stability.errors.SetupError: simulate.trials: found 2.5; allowed: a whole number of at least 1.
    """
    if isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least:
        return int(value)
    raise SetupError(where=where, found=_told(value), allowed=f"a whole number of at least {least}")


def _told(value: object) -> object:
    """The value as messages show it: numbers and text themselves, of all else the type."""
    return value if isinstance(value, int | float | str) else type(value).__name__
