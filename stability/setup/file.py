"""Setup files: TOML to `Setup`. A decimal literal means exactly that decimal.

Sections and keys are those of the frozen data in `setup.py` and `algorithms.py` beside this file;
nothing is listed twice. Files are untrusted: every mistake is a SetupError whose `where` starts
with the name of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from stability.errors import SetupError
from stability.setup.algorithms import KINDS, ConstantStep, DecayingStep, StepSize
from stability.setup.sections import (
    FileFormat,
    Undeclared,
    build_sections,
    in_file,
    read_document,
    read_text,
    unquoted,
)
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.setup.template import template

STEP_KEYS = {"constant": ("size", ConstantStep), "decay": ("c", DecayingStep)}
STEP_TEXT = 'a number above 0, or { schedule = "decay", c = 0.1 } for steps c/t'


def read_setup(path: str | PathLike[str]) -> Setup:
    """The setup that a file describes.

    Raises SetupError (the file's name, the place in it, what was found, what is allowed) if the
    file cannot be read, is not TOML, or says something that cannot be.
    """
    return parse_setup(read_text(path, FORMAT), str(path))


def parse_setup(text: str, name: str = "setup") -> Setup:
    """The setup that a TOML text describes; `name` stands for the text in messages.

    >>> parse_setup('''
    ... sample.size = 1000
    ... stability = { notion = "uniform", values = { beta = 1e-5 } }
    ... ''').stability.values
    (('beta', Fraction(1, 100000)),)
    """
    document = read_document(text, name, FORMAT)
    with in_file(name):
        return Setup(**build_sections(document, FORMAT))


def _risks(where: str, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise SetupError(where=where, found=value, allowed="a list of numbers, one per step")
    return tuple(unquoted(f"{where}[{i}]", v) for i, v in enumerate(value))


def _named_numbers(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SetupError(where=where, found=value, allowed="a table of name = number")
    return {name: unquoted(f"{where}.{name}", v) for name, v in value.items()}


def _step_size(where: str, value: Any) -> StepSize | Any:
    if not isinstance(value, Mapping):
        return unquoted(where, value)
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
    return kind(unquoted(f"{where}.{key}", value[key]))


FORMAT = FileFormat(
    what="a setup file",
    sections={
        "sample": Sample,
        "loss": Loss,
        "algorithm": KINDS,
        "training": Training,
        "stability": AssumedStability,
    },
    needed={"sample": "a section [sample] with the line size = 60000, say"},
    undeclared={
        "step_size": Undeclared(STEP_TEXT, _step_size),
        "expected_risks": Undeclared("a list of numbers, one per step", _risks),
        "values": Undeclared("a table of name = number", _named_numbers, required=True),
    },
    example="sections such as [sample] with lines such as size = 60000",
    hint="`stability init FILE` writes a commented one to start from.",
)
"""Which sections and keys a setup file may hold."""

__all__ = ["FORMAT", "parse_setup", "read_setup", "template"]
