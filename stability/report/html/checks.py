"""Checks of plain values read from JSON: where, what was found, what is allowed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from stability.errors import DataError

Cell = str | int | float | bool | None
"""What a cell of a table may hold."""

T = TypeVar("T")


def parse(content: bytes, where: str, allowed: str) -> Any:
    """The value that JSON text holds. Raises DataError for anything else, NaN and infinity too."""
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DataError(
            where=where,
            found=_reason(error),
            allowed=allowed,
            remedy="Write it anew: the file is damaged or something else.",
        ) from None


def at(where: str, build: Callable[[], T]) -> T:
    """What `build` gives, with the place put in front of any complaint."""
    try:
        return build()
    except DataError as error:
        raise DataError(
            where=f"{where}: {error.where}",
            found=error.found,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from None


def items_of(raw: Any, where: str, each: Callable[[Any, str], T]) -> tuple[T, ...]:
    """Every item of a list, read by `each(item, place)`."""
    if not isinstance(raw, list):
        raise DataError(where=where, found=kind_of(raw), allowed="a list")
    return tuple(each(item, f"{where}[{place}]") for place, item in enumerate(raw))


def as_is(value: Any, where: str) -> Any:
    """The value itself, for `items_of`."""
    return value


def check_object(raw: Any, where: str, names: Iterable[str], wanted: Iterable[str]) -> None:
    """Refuse what is not an object with these names and no others."""
    if not isinstance(raw, dict):
        raise DataError(where=where, found=kind_of(raw), allowed="an object")
    missing = [name for name in wanted if name not in raw]
    unknown = [name for name in raw if name not in names]
    if missing or unknown:
        found = f"an unknown name {unknown[0]!r}" if unknown else f"nothing named {missing[0]!r}"
        raise DataError(where=where, found=found, allowed="the names " + ", ".join(names))


def check_text(value: Any, where: str) -> None:
    """Refuse what is not text that can be written as UTF-8."""
    if not isinstance(value, str):
        raise DataError(where=where, found=kind_of(value), allowed="text")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise DataError(where=where, found="half a character", allowed="text") from None


def check_cell(value: Any, where: str) -> None:
    """Refuse what cannot stand in a cell."""
    if isinstance(value, float) and not math.isfinite(value):
        raise DataError(
            where=where, found=str(value), allowed="a finite number", remedy="Use null for none."
        )
    if isinstance(value, str):
        check_text(value, where)
    elif not (value is None or isinstance(value, (int, float))):
        raise DataError(
            where=where, found=kind_of(value), allowed="text, a number, true, false or null"
        )


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    words = {dict: "an object", list: "a list", str: "text", bool: "a truth value"}
    if value is None:
        return "null"
    return words.get(type(value), f"a value of type {type(value).__name__}")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name}, which JSON does not know (use null)")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "values nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"bytes that are not UTF-8 at offset {error.start}"
    return str(error)
