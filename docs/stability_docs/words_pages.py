"""Words that the library declares, as pieces of Markdown that hand-written pages include."""

from __future__ import annotations

from collections.abc import Mapping

from stability.conventions import Quantity
from stability.report.words import LEGEND, QUANTITY_LATEX
from stability.setup.algorithms import KINDS
from stability.theorems.kinds.quantities import QUANTITIES
from stability_docs.markdown import math, plain, table


def pieces() -> Mapping[str, str]:
    """Each piece by the name of its file."""
    return {
        "legend.md": "\n".join(table(("word", "meaning"), [(w, plain(m)) for w, m in LEGEND])),
        "quantities.md": _quantities(),
        "algorithms.md": "\n".join(
            table(("kind", "algorithm"), [(f"`{k}`", plain(c.title)) for k, c in KINDS.items()])
        ),
    }


def _quantities() -> str:
    rows = [
        (f"`{quantity}`", math(QUANTITY_LATEX[quantity]), plain(QUANTITIES[quantity]))
        for quantity in Quantity
    ]
    return "\n".join(table(("quantity", "formula", "meaning"), rows))
