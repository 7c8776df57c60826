"""What every training algorithm is: frozen data with allowed values, no mathematics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.setup.contradictions import check_order
from stability.setup.fields import check_fields
from stability.setup.measured import check_measured
from stability.setup.told import ToldSection


@dataclass(frozen=True)
class Algorithm(ToldSection):
    """Base of the algorithms. `kind` is the name used in setup files.

    `ways`: groups of fields that say one thing in different ways, of which one group is given.
    """

    kind: ClassVar[Name] = ""
    title: ClassVar[str] = ""
    ways: ClassVar[tuple[tuple[Name, ...], ...]] = ()

    def __post_init__(self) -> None:
        check_fields(self, "algorithm")
        check_order("algorithm", self)
        check_measured("algorithm", self)

    def steps_at(self, size: int) -> int | None:
        """The number of steps that training on a sample of this size takes, None without steps."""
        return None
