"""A setup as the text of a setup file."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from stability.setup.plain import plain_fields
from stability.setup.setup import Setup

SECTIONS = ("sample", "loss", "algorithm", "training", "stability")


def setup_text(setup: Setup) -> str:
    """A setup file that gives this setup; numbers have to be short decimals.

    >>> from stability import NearestNeighbours, Sample, Setup
    >>> print(setup_text(Setup(sample=Sample(50), algorithm=NearestNeighbours(neighbours=3))))
    [sample]
    size = 50
    <BLANKLINE>
    [algorithm]
    kind = "knn"
    neighbours = 3
    <BLANKLINE>
    """
    lines: list[str] = []
    for name in SECTIONS:
        section = getattr(setup, name)
        values = {} if section is None else _said(section)
        if values:
            lines += [f"[{name}]", *(f"{key} = {_value(v)}" for key, v in values.items()), ""]
    return "\n".join(lines)


def _said(section: Any) -> dict[str, Any]:
    """The fields of a section that are not as they are if nothing is said."""
    usual = {field.name: field.default for field in fields(section)}
    values = plain_fields(section).items()
    return {n: v for n, v in values if n not in usual or getattr(section, n) != usual[n]}


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(v)}" for name, v in value.items()) + " }"
    return json.dumps(value)
