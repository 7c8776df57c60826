"""Constants from outside the theory: they belong to the setup that they were made for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from stability.errors import SetupError, shown
from stability.setup.setup import SECTIONS, Setup
from stability.theorems.kinds.constant import Stability


def measured_constants(measured: Iterable[Stability], setup: Setup) -> list[Stability]:
    """The constants, if they are constants of this very setup.

    Raises SetupError for something else, and for a constant of a setup that differs anywhere, in
    the sample, the loss, the algorithm or what is known of training.
    """
    constants: list[Any] = list(measured) if isinstance(measured, Iterable) else [measured]
    for i, constant in enumerate(constants):
        if not isinstance(constant, Stability):
            raise SetupError(
                where=f"measured[{i}]",
                found=constant,
                allowed="constants of the class Stability, such as certified_hypothesis gives",
            )
        if constant.setup != setup:
            place, found, wanted = _difference(constant.setup, setup)
            raise SetupError(
                where=f"measured[{i}].setup.{place}",
                found=found,
                allowed=f"{wanted}, as in the setup that is analysed",
                remedy="A constant belongs to the setup that it was made for, and says nothing of "
                "another: analyse that one (constant.setup), or make the constant for this one.",
            )
    return constants


def _difference(one: Setup, other: Setup) -> tuple[str, Any, str]:
    """The first place at which two setups differ, and what stands there in either."""
    for section in SECTIONS:
        mine, theirs = getattr(one, section), getattr(other, section)
        if mine == theirs:
            continue
        if type(mine) is not type(theirs):
            return f"{section}.kind", *_told(_kind(mine), _kind(theirs))
        for item in fields(mine):
            here, there = getattr(mine, item.name), getattr(theirs, item.name)
            if here != there:
                return f"{section}.{item.name}", *_told(here, there)
    raise AssertionError("the setups are equal")


def _kind(section: Any) -> Any:
    return getattr(section, "kind", None if section is None else "one of your own")


def _told(one: Any, other: Any) -> tuple[Any, str]:
    """A value, and another in words that differ: with all digits if the first twelve agree."""
    alike = shown(one) == shown(other)
    return (str(one), str(other)) if alike else (one, shown(other))
