"""Setup files with some of their keys given other values: the points of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import product
from os import PathLike
from typing import Any

from stability.errors import SetupError, did_you_mean
from stability.setup.file import FORMAT
from stability.setup.sections import build_sections, in_file, key_names, read_document, read_text
from stability.setup.setup import Setup

MOST_POINTS = 10_000
"""So many setups of one sweep are analysed at most."""


@dataclass(frozen=True)
class Over:
    """A key of setup files, such as "sample.size", and the values it is given, as they are written.

    >>> Over.read("sample.size=1e3,1e4")
    Over(key='sample.size', values=('1e3', '1e4'))
    """

    key: str
    values: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Over:
        """What KEY=V,V,... says. Raises SetupError."""
        key, equals, listed = text.partition("=")
        values = tuple(part.strip() for part in listed.split(","))
        if not (equals and key.count(".") == 1 and all(values)):
            raise SetupError(
                where="--over",
                found=text,
                allowed="SECTION.KEY=VALUE,VALUE,... such as sample.size=1e3,1e4,1e5",
            )
        twice = next((v for v in values if values.count(v) > 1), None)
        if twice is not None:
            raise SetupError(where=f"--over {key}", found=f"{twice} twice", allowed="each once")
        return cls(key.strip(), values)


@dataclass(frozen=True)
class Point:
    """One setup of a sweep: the values of the keys, in the order of the sweep, as written."""

    values: tuple[tuple[str, str], ...]
    setup: Setup

    @property
    def name(self) -> str:
        """The values in words.

        >>> Point((("sample.size", "1e3"), ("algorithm.steps", "5")), None).name
        'size = 1e3, steps = 5'
        """
        return ", ".join(f"{key.partition('.')[2]} = {value}" for key, value in self.values)


def swept(path: str | PathLike[str], over: Sequence[Over]) -> tuple[Point, ...]:
    """The setups that a file describes when some of its keys take every combination of values.

    Raises SetupError as `read_setup`, for keys that setup files do not have, keys given twice, and
    more than 10,000 combinations.
    """
    document = read_document(read_text(path, FORMAT), str(path), FORMAT)
    keys = [one.key for one in over]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise SetupError(where=f"--over {twice}", found="this key twice", allowed="each key once")
    for one in over:
        _check_key(document, one.key)
    count = 1
    for one in over:
        count *= len(one.values)
    if count > MOST_POINTS:
        raise SetupError(
            where="--over", found=f"{count} combinations", allowed=f"at most {MOST_POINTS}"
        )
    points = []
    for values in product(*(one.values for one in over)):
        named = tuple(zip(keys, values, strict=True))
        with in_file(f"{path} with {', '.join(f'{k} = {v}' for k, v in named)}"):
            points.append(Point(named, Setup(**build_sections(_with(document, named), FORMAT))))
    return tuple(points)


def _check_key(document: Mapping[str, Any], key: str) -> None:
    section = key.partition(".")[0]
    form = FORMAT.sections.get(section)
    if isinstance(form, Mapping):
        form = form.get(document.get(section, {}).get("kind", ""))
    known = [] if form is None else [f"{section}.{item}" for item in key_names(form)]  # type: ignore[arg-type]
    if key not in known:
        every = known or [f"{part}.…" for part in FORMAT.sections]
        raise SetupError(
            where="--over",
            found=key,
            allowed="a key of this setup: " + ", ".join(every),
            remedy=did_you_mean(key, known),
        )


def _with(document: Mapping[str, Any], named: Sequence[tuple[str, str]]) -> dict[str, Any]:
    changed = {name: dict(section) for name, section in document.items()}
    for key, value in named:
        section, _, name = key.partition(".")
        changed.setdefault(section, {})[name] = _literal(value)
    return changed


def _literal(text: str) -> Any:
    """What a value on the command line stands for: a number, a truth value or a text.

    >>> _literal("1e3"), _literal("0.1"), _literal("true"), _literal("shuffled")
    (1000, Decimal('0.1'), True, 'shuffled')
    """
    if text in ("true", "false"):
        return text == "true"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text.strip("\"'")
    if not number.is_finite():
        return text
    whole = abs(number.adjusted()) < 300 and number == number.to_integral_value()
    return int(number) if whole else number
