"""Numpy arrays in a pickle, rebuilt without calling any of numpy's own unpickling functions.

A pickled array is: call `_reconstruct(ndarray, (0,), b"b")` for an empty array, call
`dtype("u1", 0, 1)` for its type, give the type its byte order and the array its shape, type
and bytes. The names stand for the roles below; nothing is imported and nothing is called.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Malformed(ValueError):
    """What is wrong, in words; the reader adds file and byte."""


class Role(Enum):
    """The three things of numpy that a pickled array names."""

    RECONSTRUCT = "_reconstruct"
    NDARRAY = "ndarray"
    DTYPE = "dtype"


# numpy 2 writes numpy._core where numpy 1 wrote numpy.core
ROLES = {
    "numpy.core.multiarray._reconstruct": Role.RECONSTRUCT,
    "numpy._core.multiarray._reconstruct": Role.RECONSTRUCT,
    "numpy.ndarray": Role.NDARRAY,
    "numpy.dtype": Role.DTYPE,
}


@dataclass(slots=True, eq=False)
class PendingArray:
    """An array that is filled by `build`."""

    value: NDArray[Any] | None = None


@dataclass(slots=True, eq=False)
class PendingType:
    """A number type that gets its byte order by `build`."""

    value: np.dtype


def call(role: Any, arguments: Any) -> PendingArray | PendingType:
    """What calling a role gives; Malformed for anything but the two calls of a pickled array."""
    if role is Role.RECONSTRUCT and isinstance(arguments, tuple):
        if len(arguments) == 3 and arguments[0] is Role.NDARRAY:
            return PendingArray()
        raise Malformed("a reconstruction of something that is not a numpy.ndarray")
    if role is Role.DTYPE and isinstance(arguments, tuple) and arguments:
        return PendingType(_number_type(arguments[0]))
    raise Malformed("a call of something other than numpy's array reconstruction")


def build(target: Any, state: Any) -> None:
    """Fill a pending array or give a type its byte order; Malformed if that cannot be."""
    if isinstance(target, PendingType):
        target.value = _with_byte_order(target.value, state)
    elif isinstance(target, PendingArray) and target.value is None:
        target.value = _array(state)
    else:
        raise Malformed("a state set on something that is not a new array or number type")


def _number_type(code: Any) -> np.dtype:
    text = code.decode("latin-1") if isinstance(code, bytes) else code
    if not isinstance(text, str) or not re.fullmatch(r"[iu][1248]|f[248]", text):
        shown = repr(text[:40]) if isinstance(text, str) else "not a string"
        raise Malformed(f"an array type {shown}, not integers or floats")
    return np.dtype(text)


def _with_byte_order(kind: np.dtype, state: Any) -> np.dtype:
    plain = isinstance(state, tuple) and 8 <= len(state) <= 9
    if not plain or state[2:5] != (None, None, None):
        raise Malformed("an array type with fields or parts")
    order = state[1].decode("latin-1") if isinstance(state[1], bytes) else state[1]
    if order not in ("|", "<", ">", "="):
        raise Malformed("an array type with an unknown byte order")
    return kind if order == "|" else kind.newbyteorder(order)


def _array(state: Any) -> NDArray[Any]:
    if not isinstance(state, tuple) or len(state) != 5:
        raise Malformed("an array whose parts are not version, shape, type, order and bytes")
    _, shape, kind, fortran, content = state
    if not isinstance(kind, PendingType) or not isinstance(content, bytes):
        raise Malformed("an array whose content is not bytes of plain numbers")
    whole = isinstance(shape, tuple) and len(shape) <= 8
    if not whole or not all(type(size) is int and 0 <= size < 1 << 40 for size in shape):
        raise Malformed("an array whose shape is not a few whole numbers")
    expected = math.prod(shape) * kind.value.itemsize
    if len(content) != expected:
        raise Malformed(f"an array of shape {shape} with {len(content)} bytes, not {expected}")
    flat = np.frombuffer(content, dtype=kind.value)
    return flat.reshape(shape, order="F" if fortran is True or fortran == 1 else "C")
