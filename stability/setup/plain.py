"""Declared data as plain values, for JSON: numbers, texts, truth values, lists and tables."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from math import isfinite
from typing import Any

from stability.setup.step_sizes import ConstantStep, DecayingStep


def plain_fields(instance: Any, *, floats: bool = False) -> dict[str, Any]:
    """The fields of a section that are known, with its kind if it has one.

    Whole numbers among the fractions become int, or with `floats` float like the others.

    >>> from stability.setup.algorithms import GradientDescent
    >>> plain_fields(GradientDescent(step_size="0.5", steps=2))
    {'kind': 'gd', 'step_size': 0.5, 'steps': 2, 'weight_decay': 0}
    """
    head = {"kind": instance.kind} if hasattr(instance, "kind") else {}
    values = {item.name: getattr(instance, item.name) for item in fields(instance)}
    return {**head, **{n: _plain(v, floats) for n, v in values.items() if v is not None}}


def _plain(value: Any, floats: bool) -> Any:
    if isinstance(value, DecayingStep):
        return {"schedule": "decay", "c": _plain(value.c, floats)}
    if isinstance(value, ConstantStep):
        return _plain(value.size, floats)
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 and not floats else float(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return {name: _plain(number, floats) for name, number in value}
        return [_plain(part, floats) for part in value]
    return value


def field_words(instance: Any) -> str:
    """The fields of a section that are known, in one line.

    >>> from stability.setup.algorithms import GradientDescent
    >>> print(field_words(GradientDescent(step_size="0.5", steps=2)))
    kind = gd, step_size = 0.5, steps = 2, weight_decay = 0
    """
    return ", ".join(f"{name} = {_word(value)}" for name, value in plain_fields(instance).items())


def _word(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {_word(part)}" for name, part in value.items())
        return f"({inside})"
    if isinstance(value, list):
        return f"{len(value)} values"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else shown_number(value)


def shown_number(value: Any) -> str:
    """A number in at most 12 digits, other values as they are."""
    return f"{value:.12g}" if isinstance(value, (int, float)) else str(value)


def finite(value: Any) -> Any:
    """The same with null for infinite floats, which JSON does not know."""
    if isinstance(value, dict):
        return {name: finite(v) for name, v in value.items()}
    return None if isinstance(value, float) and not isfinite(value) else value
