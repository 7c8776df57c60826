"""Plain values: what a JSON file can hold, and the first place where two of them differ."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any, NamedTuple

import numpy as np

from stability.errors import SetupError


class Difference(NamedTuple):
    """One place (dotted) where two plain values differ, and what each holds there."""

    place: str
    first: Any
    second: Any


def plain(value: Any, where: str) -> Any:
    """`value` as JSON holds it: numbers, texts, truth values, None, lists, tables with text keys.

    A dataclass becomes the table of its fields with its `type`; numpy numbers and arrays become
    numbers and lists, fractions, decimals and paths texts. `where` names it in errors.

    Raises SetupError for anything else, NaN and infinity included.

    >>> plain({"step": np.float64(0.5), "widths": (3, Fraction(1, 3))}, "settings")
    {'step': 0.5, 'widths': [3, '1/3']}
    """
    if isinstance(value, Enum):
        return plain(value.value, where)
    if isinstance(value, np.generic):
        return plain(value.item(), where)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, (Fraction, Decimal, PurePath)):
        return str(value)
    if isinstance(value, np.ndarray):
        return plain(value.tolist(), where)
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: plain(item, f"{where}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        table = {name: plain(getattr(value, name), f"{where}.{name}") for name in names}
        return {"type": type(value).__name__, **table}
    raise SetupError(
        where=where,
        found=value if isinstance(value, float) else f"a value of type {type(value).__name__}",
        allowed="finite numbers, texts, truth values, lists, tables with text keys, dataclasses",
        remedy="Write what decides the numbers in these terms (a fingerprint for data).",
    )


def canonical(value: Any) -> bytes:
    """One spelling for a plain value, the order of keys aside."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(value: Any) -> str:
    """The sha256 (64 hex digits) of a plain value."""
    return hashlib.sha256(canonical(value)).hexdigest()


def first_difference(first: Any, second: Any, place: str = "") -> Difference | None:
    """Where two plain values first differ, in the order of `second`; None if nowhere.

    1 and 1.0 are the same number; True is not 1.

    >>> first_difference({"a": {"x": 1, "y": [1, 2]}}, {"a": {"x": 1.0, "y": [1, 3]}})
    Difference(place='a.y[1]', first=2, second=3)
    """
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*second, *(key for key in first if key not in second)]:
            inner = f"{place}.{key}" if place else str(key)
            found = first_difference(first.get(key), second.get(key), inner)
            if found is not None or (key in first) != (key in second):
                return found or Difference(inner, first.get(key), second.get(key))
        return None
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for i, (a, b) in enumerate(zip(first, second, strict=True)):
            found = first_difference(a, b, f"{place}[{i}]")
            if found is not None:
                return found
        return None
    same = first == second and isinstance(first, bool) == isinstance(second, bool)
    return None if same else Difference(place, first, second)
