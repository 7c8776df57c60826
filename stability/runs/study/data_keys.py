"""Values of the section [data] that no plain declaration says: columns, characters, weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stability.setup.fields import POSITIVE, Allowed


class ColumnName(Allowed):
    """A column by its name, or by its position from 0."""

    def convert(self, value: Any) -> str | int:
        """The name or position as it is; ValueError for anything else."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole or (isinstance(value, str) and value.strip()):
            return value
        raise ValueError("neither a name nor a position")

    def read(self, where: str, value: Any) -> Any:
        """What a file says: a text or a whole number."""
        return value


class Mark(Allowed):
    """One character, which may be a blank or a tab."""

    def convert(self, value: Any) -> str:
        """The character as it is; ValueError for anything else."""
        if isinstance(value, str) and len(value) == 1 and value not in '"\r\n':
            return value
        raise ValueError("not one character")

    def read(self, where: str, value: Any) -> Any:
        """What a file says."""
        return value


BALANCED = "balanced"
"""In place of a table: weights that make all classes weigh the same."""
Weighting = tuple[tuple[str, float], ...] | str
"""Weights of classes as pairs, or "balanced"."""


class ClassWeights(Allowed):
    """A table from classes to numbers above 0, stored as pairs; or "balanced"."""

    def convert(self, value: Any) -> Weighting:
        """The pairs; TypeError for anything that is no table, ValueError for an empty one."""
        if value == BALANCED:
            return BALANCED
        if isinstance(value, tuple):
            value = dict(value)
        if not isinstance(value, Mapping):
            raise TypeError("not a table")
        if not value:
            raise ValueError("an empty table")
        return tuple((str(k), float(POSITIVE.part(f".{k}", v))) for k, v in value.items())

    def read(self, where: str, value: Any) -> Any:
        """What a file says."""
        return value


CLASS_WEIGHTS = ClassWeights(
    'a table of classes and numbers above 0, such as { spam = 10.0 }, or "balanced"', each=POSITIVE
)
