"""Objects that say what they are in a few lines, as text and in notebooks."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod


class Told(ABC):
    """Base of objects that people hold: a subclass says its lines, and its formula if it has one.

    `print` shows the lines. Notebooks show them with the formula, which they typeset.
    """

    @abstractmethod
    def told(self) -> tuple[str, ...]:
        """What it is, in a few lines of plain text."""

    def told_latex(self) -> str:
        """Its formula in LaTeX, without dollar signs; "" if it has none."""
        return ""

    def __str__(self) -> str:
        return "\n".join(self.told())

    def _repr_html_(self) -> str:
        formula = self.told_latex()
        math = f"<div>$\\displaystyle {html.escape(formula)}$</div>" if formula else ""
        lines = "".join(f"<div>{html.escape(line)}</div>" for line in self.told())
        return f"<div>{lines}{math}</div>"

    def _repr_latex_(self) -> str | None:
        formula = self.told_latex()
        return f"$\\displaystyle {formula}$" if formula else None
