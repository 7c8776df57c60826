"""What every training algorithm is: frozen data with allowed values, no mathematics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stability.conventions import Name
from stability.setup.fields import check_fields


@dataclass(frozen=True)
class Algorithm:
    """Base of the algorithms. `kind` is the name used in setup files."""

    kind: ClassVar[Name] = ""
    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check_fields(self, "algorithm")

    def check_size(self, size: int) -> None:
        """Raise SetupError if it cannot train on a sample of this size."""
