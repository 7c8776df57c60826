"""Checks of the arguments that all readers share: which part, which number type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stability.errors import SetupError, did_you_mean

DTYPES = ("float64", "float32")
PARTS = ("train", "test", "all")


def one_of(value: object, allowed: Sequence[str], where: str, remedy: str = "") -> str:
    """`value` if it is one of `allowed`; SetupError with the nearest of them otherwise."""
    if isinstance(value, str) and value in allowed:
        return value
    if isinstance(value, str) and not remedy:
        remedy = did_you_mean(value.lower(), allowed)
    raise SetupError(where=where, found=value, allowed=", ".join(allowed), remedy=remedy)


def number_type(dtype: object, where: str) -> np.dtype:
    """The numpy type for "float64" or "float32"; SetupError for any other."""
    return np.dtype(one_of(dtype, DTYPES, f"{where}.dtype"))
