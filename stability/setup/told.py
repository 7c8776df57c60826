"""Sections of a setup, shown to people: every field that is known, in one line."""

from __future__ import annotations

from stability.setup.plain import field_words
from stability.told import Told


class ToldSection(Told):
    """Base of the sections of a setup."""

    def told(self) -> tuple[str, ...]:
        """What it is, and the fields that are known.

        >>> from stability.setup.loss import Loss
        >>> print(Loss(range=1, lipschitz="0.5", convex=True))
        loss: range = 1, lipschitz = 0.5, convex = yes, measured_failure = 0
        """
        return (
            f"{getattr(self, 'title', '') or type(self).__name__.lower()}: {field_words(self)}",
        )
