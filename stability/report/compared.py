"""The bounds that are shown side by side: uniform and elastic, each by the same three methods."""

from __future__ import annotations

from collections.abc import Sequence

from stability.bounds.analyse import Analysis
from stability.theorems import (
    bousquet2002,
    elastic_second_moment,
    elastic_split,
    feldman2018,
    finite_elastic,
    uniform_split,
)
from stability.theorems.catalogue import made
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.bound import Bound

COMPARED: tuple[tuple[str, str], ...] = (
    ("uniform tail", "bousquet2002-thm12-emp"),
    ("elastic tail", "elastic-finite-emp"),
    ("uniform moment", "feldman2018-chebyshev"),
    ("elastic moment", "elastic-chebyshev"),
    ("uniform split", "uniform-split"),
    ("elastic split", "elastic-split"),
)
"""What each is called, and its theorem. Tail: Theorem 12 of Bousquet and Elisseeff, and the
finite-sample elastic theorem. Moment: second moment and Markov's inequality. Split: an independent
sum, a remainder and a bias, each with a tail of its own."""


def compared_theorems() -> tuple[GeneralizationTheorem, ...]:
    """Those theorems, in their order.

    >>> [theorem.id for theorem in compared_theorems()] == [theorem for _, theorem in COMPARED]
    True
    """
    return (
        made(bousquet2002.theorem12_emp),
        made(finite_elastic.emp),
        made(feldman2018.chebyshev),
        made(elastic_second_moment.chebyshev),
        made(uniform_split.split),
        made(elastic_split.split),
    )


def label_notes(named: Sequence[tuple[str, Bound]]) -> tuple[str, ...]:
    """The labels of bounds that stand in one row, for a note below the table: one line for those
    that share them, and the range of the losses."""
    losses = dict.fromkeys(f"the {bound.labels.losses}." for _, bound in named)
    return (*shared_labels(named), *losses)


def shared_labels(named: Sequence[tuple[str, Bound]]) -> tuple[str, ...]:
    """One line for the names of bounds that share all labels but the range of the losses."""
    groups: dict[str, dict[str, None]] = {}
    for name, bound in named:
        groups.setdefault(", ".join(bound.labels.words), {})[name] = None
    return tuple(f"{', '.join(names)}: {words}." for words, names in groups.items())


def compared_bounds(analysis: Analysis) -> tuple[tuple[str, Bound], ...]:
    """The smallest bound of each of those theorems, in their order.

    Raises LookupError, with the reasons, if a theorem gave none.
    """
    found = []
    for name, theorem in COMPARED:
        bounds = analysis.of(theorem)
        if not bounds:
            reasons = [str(r) for r in analysis.refused if r.theorem == theorem]
            raise LookupError(f"no {theorem}: {reasons}")
        found.append((name, bounds[0]))
    return tuple(found)
