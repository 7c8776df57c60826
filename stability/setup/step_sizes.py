"""Step sizes as data: constant, or c/t at step t."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stability.errors import SetupError
from stability.setup.fields import (
    POSITIVE,
    ZERO,
    Allowed,
    Number,
    check_fields,
    quantity,
    unquoted,
)


@dataclass(frozen=True)
class ConstantStep:
    """The same step size at every step.

    >>> ConstantStep("0.01").size
    Fraction(1, 100)
    """

    size: Number = quantity(POSITIVE, "the step size of every step")

    def __post_init__(self) -> None:
        check_fields(self, "algorithm.step_size")


@dataclass(frozen=True)
class DecayingStep:
    """Step size c/t at step t = 1, 2, ...

    >>> DecayingStep("0.1").c
    Fraction(1, 10)
    """

    c: Number = quantity(POSITIVE, "the c of the step size c/t")

    def __post_init__(self) -> None:
        check_fields(self, "algorithm.step_size")


StepSize = ConstantStep | DecayingStep
SCHEDULES: dict[str, tuple[type[StepSize], str]] = {
    "constant": (ConstantStep, "size"),
    "decay": (DecayingStep, "c"),
}
"""The schedules of step sizes by the names that setup files use, each with its one key."""


class StepSizes(Allowed):
    """Step sizes as data; a plain number means that size at every step."""

    def convert(self, value: Any) -> StepSize:
        """The step size; ValueError if it is not allowed."""
        if isinstance(value, (ConstantStep, DecayingStep)):
            return value
        return ConstantStep(POSITIVE.convert(value))

    def read(self, where: str, value: Any) -> Any:
        """A number, or a table with a schedule. Raises SetupError for any other table."""
        if not isinstance(value, Mapping):
            return unquoted(where, value)
        schedule = value.get("schedule")
        if not isinstance(schedule, str) or schedule not in SCHEDULES:
            raise SetupError(
                where=f"{where}.schedule",
                found="nothing (it is required)" if schedule is None else schedule,
                allowed="one of " + ", ".join(repr(s) for s in SCHEDULES),
            )
        kind, key = SCHEDULES[schedule]
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


STEP_SIZES = StepSizes(
    'a number above 0, or { schedule = "decay", c = 0.1 } for steps c/t', low=ZERO, open_low=True
)
