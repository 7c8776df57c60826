"""Setup files: TOML to `Setup`. A decimal literal means exactly that decimal.

Sections and keys are those of the frozen data in `stability.setup` and `stability.algorithms`;
nothing is listed twice. Files are untrusted: every mistake is a SetupError whose `where` starts
with the name of the file.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal, InvalidOperation
from os import PathLike
from pathlib import Path
from typing import Any

from stability._fields import allowed_of
from stability.algorithms import KINDS, Algorithm, ConstantStep, DecayingStep, StepSize
from stability.errors import SetupError, shown
from stability.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.setup_template import template

LARGEST_FILE = 1_000_000
"""Bytes. A setup file has a few hundred; a longer one is something else."""

SECTIONS: Mapping[str, type] = {
    "sample": Sample,
    "loss": Loss,
    "algorithm": Algorithm,
    "training": Training,
    "stability": AssumedStability,
}
"""Section name to the data it describes (for `algorithm` the class follows from `kind`)."""

STEP_KEYS = {"constant": ("size", ConstantStep), "decay": ("c", DecayingStep)}
STEP_TEXT = 'a number above 0, or { schedule = "decay", c = 0.1 } for steps c/t'


def read_setup(path: str | PathLike[str]) -> Setup:
    """The setup that a file describes.

    Raises SetupError (the file's name, the place in it, what was found, what is allowed) if the
    file cannot be read, is not TOML, or says something that cannot be.
    """
    file = Path(path)
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SetupError(
            where=str(file),
            found=f"no readable file ({error.strerror or error})",
            allowed="a setup file in TOML",
            remedy="`stability init FILE` writes a commented one to start from.",
        ) from None
    if len(content) > LARGEST_FILE:
        raise SetupError(
            where=str(file),
            found=f"more than {LARGEST_FILE} bytes",
            allowed="a setup file, which is far shorter",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SetupError(
            where=f"{file}: byte {error.start}",
            found="bytes that are not UTF-8 text",
            allowed="a setup file in TOML, saved as UTF-8",
        ) from None
    return parse_setup(text, str(file))


def parse_setup(text: str, name: str = "setup") -> Setup:
    """The setup that a TOML text describes; `name` stands for the text in messages.

    >>> parse_setup('''
    ... sample.size = 1000
    ... stability = { notion = "uniform", values = { beta = 1e-5 } }
    ... ''').stability.values
    (('beta', Fraction(1, 100000)),)
    """
    document = _document(text, name)
    try:
        return _setup(document)
    except SetupError as error:
        raise SetupError(
            where=f"{name}: {error.where}",
            found=error.found,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from None


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        deep = isinstance(error, RecursionError)
        raise SetupError(
            where=name,
            found=f"text that is not TOML: {'nested too deeply' if deep else error}",
            allowed="sections such as [sample] with lines such as size = 60000",
            remedy="`stability init FILE` writes a commented example.",
        ) from None


def _decimal(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation:
        raise ValueError(f"the number {shown(literal)} is out of range") from None


def _setup(document: Mapping[str, Any]) -> Setup:
    for name, content in document.items():
        if name not in SECTIONS:
            raise _unknown_section(name, content)
        if not isinstance(content, Mapping):
            raise SetupError(
                where=name, found=content, allowed=f"a section: [{name}] with lines key = value"
            )
    if "sample" not in document:
        raise SetupError(
            where="sample",
            found="nothing (it is required)" if document else "nothing in the whole file",
            allowed="a section [sample] with the line size = 60000, say",
        )
    built = {name: _section(name, content) for name, content in document.items()}
    return Setup(**built)


def _unknown_section(name: str, content: Any) -> SetupError:
    homes = [section for section, kind in SECTIONS.items() if name in _names(kind)]
    homes += ["algorithm"] if name in _kinds_with() else []
    near = f"Did you mean [{_nearest(name, SECTIONS)}]?" if _nearest(name, SECTIONS) else ""
    if homes and not isinstance(content, Mapping):
        near = f"{name} belongs in the section [{homes[0]}]."
    return SetupError(
        where=f"[{name}]",
        found="an unknown section" if isinstance(content, Mapping) else "a key outside a section",
        allowed="the sections " + ", ".join(SECTIONS),
        remedy=near,
    )


def _section(name: str, content: Mapping[str, Any]) -> Any:
    given = dict(content)
    kind: type = SECTIONS[name]
    if name == "algorithm":
        kind = _kind(given)
        given.pop("kind")
    for key in given:
        if key not in _names(kind):
            raise _unknown_key(name, key, kind)
    for item in fields(kind):
        if _required(item) and item.name not in given:
            raise _missing(name, item)
    return kind(**{key: _value(name, key, value) for key, value in given.items()})


def _kind(given: Mapping[str, Any]) -> type[Algorithm]:
    kind = given.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    near = _nearest(kind, KINDS) if isinstance(kind, str) else ""
    raise SetupError(
        where="algorithm.kind",
        found="nothing (it is required)" if kind is None else kind,
        allowed="one of " + ", ".join(repr(k) for k in KINDS),
        remedy=f"Did you mean {near!r}?" if near else "",
    )


def _unknown_key(section: str, key: str, kind: type) -> SetupError:
    known = (*(("kind",) if section == "algorithm" else ()), *_names(kind))
    of_this = f" of kind {kind.kind!r}" if issubclass(kind, Algorithm) else ""
    elsewhere = _kinds_with().get(key, ()) if section == "algorithm" else ()
    near = _nearest(key, known)
    remedy = f"Did you mean {near}?" if near else ""
    if elsewhere:
        remedy = f"{key} belongs to " + ", ".join(repr(k) for k in elsewhere) + "."
    elif not near:
        homes = [s for s, other in SECTIONS.items() if key in _names(other)]
        remedy = f"{key} belongs in the section [{homes[0]}]." if homes else ""
    return SetupError(
        where=f"{section}.{key}",
        found="an unknown key",
        allowed=f"the keys of [{section}]{of_this}: " + ", ".join(known),
        remedy=remedy,
    )


def _missing(section: str, item: Field[Any]) -> SetupError:
    allowed = allowed_of(item)
    other = STEP_TEXT if item.name == "step_size" else "a table of name = number"
    return SetupError(
        where=f"{section}.{item.name}",
        found="nothing (it is required)",
        allowed=allowed.text if allowed else other,
        remedy=f"It is {item.metadata['explain']}." if allowed else "",
    )


def _value(section: str, key: str, value: Any) -> Any:
    where = f"{section}.{key}"
    if key == "step_size":
        return _step_size(value)
    if key == "expected_risks":
        if not isinstance(value, list):
            raise SetupError(where=where, found=value, allowed="a list of numbers, one per step")
        return tuple(_unquoted(f"{where}[{i}]", v) for i, v in enumerate(value))
    if section == "stability" and key == "values":
        if not isinstance(value, Mapping):
            raise SetupError(where=where, found=value, allowed="a table of name = number")
        return {name: _unquoted(f"{where}.{name}", v) for name, v in value.items()}
    return value if _is_word(section, key) else _unquoted(where, value)


def _is_word(section: str, key: str) -> bool:
    kinds = KINDS.values() if section == "algorithm" else (SECTIONS[section],)
    declared = [allowed_of(f) for kind in kinds for f in fields(kind) if f.name == key]
    return any(allowed is not None and allowed.choices for allowed in declared)


def _step_size(value: Any) -> StepSize | Any:
    where = "algorithm.step_size"
    if not isinstance(value, Mapping):
        return _unquoted(where, value)
    schedule = value.get("schedule")
    if not isinstance(schedule, str) or schedule not in STEP_KEYS:
        raise SetupError(
            where=f"{where}.schedule",
            found="nothing (it is required)" if schedule is None else schedule,
            allowed="one of " + ", ".join(repr(s) for s in STEP_KEYS),
        )
    key, kind = STEP_KEYS[schedule]
    for other in value:
        if other not in ("schedule", key):
            raise SetupError(
                where=f"{where}.{other}",
                found="an unknown key",
                allowed=f"schedule and {key}",
                remedy=f"Did you mean {key}?",
            )
    if key not in value:
        raise SetupError(
            where=f"{where}.{key}", found="nothing (it is required)", allowed="a number above 0"
        )
    return kind(_unquoted(f"{where}.{key}", value[key]))


def _unquoted(where: str, value: Any) -> Any:
    """The value, unless it is a text: numbers and truth values are written without quotes."""
    if not isinstance(value, str):
        return value
    raise SetupError(
        where=where,
        found=value if value else "an empty text",
        allowed="a number, or true or false, without quotes",
    )


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING or item.name == "values"


def _names(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind)) if kind is not Algorithm else ("kind",)


def _kinds_with() -> dict[str, tuple[str, ...]]:
    keys = {key for kind in KINDS.values() for key in _names(kind)}
    return {key: tuple(n for n, kind in KINDS.items() if key in _names(kind)) for key in keys}


def _nearest(word: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


__all__ = ["parse_setup", "read_setup", "template"]
