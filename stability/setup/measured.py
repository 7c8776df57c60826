"""The word beside values that may come from runs: measured, or known."""

from __future__ import annotations

from typing import Any

from stability.errors import SetupError
from stability.setup.fields import declarations

MEASURED = (
    "true if a value of this section comes from runs (what follows is an estimate and promises "
    "nothing), false if it is an upper bound that is known without a run; needed where one is given"
)
"""What a field `measured` says."""


def measurable(instance: Any) -> tuple[str, ...]:
    """The fields of a section that are given and may have been measured."""
    return tuple(
        name
        for name, declared in declarations(instance).items()
        if declared.measurable and getattr(instance, name) is not None
    )


def check_measured(section: str, instance: Any) -> None:
    """Raise SetupError if a section does not say whether what it gives was measured."""
    given = measurable(instance)
    if given and instance.measured is None:
        raise SetupError(
            where=f"{section}.measured",
            found=f"nothing, beside {' and '.join(given)}",
            allowed="true or false",
            remedy="Say true if the value comes from runs: what follows is then an estimate. Say "
            "false if it is an upper bound that is known without a run.",
        )


def was_measured(instance: Any, name: str) -> bool:
    """Whether the value of a field of a section comes from runs."""
    declared = declarations(instance).get(name)
    return declared is not None and declared.measurable and instance.measured is True
