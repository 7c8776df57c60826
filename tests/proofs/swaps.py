"""Every way to the number of every proved theorem, turned: readers, searches and checks.

Written apart from the generator of mutants: each reader of each symbol is put in the place of each
other one, pairs of symbols exchange theirs, every search finds a constant outside each domain, and
every check always passes. None of these is proved. `python -m tests.proofs.swaps` counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds import Theorem
from stability.theorems.kinds.hypothesis import Hypothesis
from stability.theorems.kinds.situation import Choice
from stability.theorems.kinds.symbol_values import READERS
from stability_proofs.ledger.ledger import PROVED, prove
from stability_proofs.theorems.catalogue import DERIVATIONS

Swapped = Iterator[tuple[Any, str]]
EVERYWHERE = (Fraction(-5), Fraction(-1, 2), Fraction(0), Fraction(1, 1000), Fraction(1000))
"""Constants that a search might always find; those that a domain holds are left out."""


def readers(theorem: Theorem) -> Swapped:
    """Every reader in the place of every other one, and every two exchanged."""
    usual = {**READERS, **theorem.readers}
    used = sorted(usual.keys() & {n for s in theorem.statements for n in s.names()})
    for name in used:
        for other, reader in usual.items():
            if reader != usual[name]:
                yield replace(theorem, readers={**theorem.readers, name: reader}), f"{name} {other}"
    for one, two in combinations(used, 2):
        if usual[one] != usual[two]:
            turned = {**theorem.readers, one: usual[two], two: usual[one]}
            yield replace(theorem, readers=turned), f"{one} and {two} exchanged"


def searches(theorem: Theorem) -> Swapped:
    """Every free symbol chosen as a constant that its domain does not hold, the others as found."""
    choice: Choice | None = getattr(theorem, "choose", None)
    for name, domain in choice.domains.items() if choice is not None else ():
        for constant in EVERYWHERE:
            try:
                domain.convert(constant)
            except ValueError:
                search = _finding(choice, name, constant)
                what = f"{name} = {constant}"
                yield replace(theorem, choose=replace(choice, search=search)), what  # type: ignore[call-arg]


def _finding(choice: Choice | None, name: str, constant: Fraction) -> Any:
    return lambda at: {**choice.search(at), name: constant}  # type: ignore[union-attr]


def checks(theorem: Theorem) -> Swapped:
    """Every check, wherever in the theorem it stands, replaced by one that always passes."""
    yield from _passing(theorem, theorem.id)


def _passing(whole: Any, where: str) -> Swapped:
    """Data with one hypothesis in it that always passes, at each place."""
    if isinstance(whole, Hypothesis):
        if whole.check is not None:
            yield replace(whole, check=lambda given: None), f"{whole.id} passes in {where}"
        return
    if isinstance(whole, tuple):
        for position, part in enumerate(whole):
            for changed, what in _passing(part, where):
                yield (*whole[:position], changed, *whole[position + 1 :]), what
        return
    for name in ("hypotheses", "statements", "in_place"):
        if name in {item.name for item in fields(whole)}:
            for changed, what in _passing(getattr(whole, name) or (), where):
                yield replace(whole, **{name: changed}), what


SWAPS = (readers, searches, checks)


def survivors() -> tuple[dict[str, int], list[str]]:
    """How many of each kind were tried, and those that are still proved."""
    counts, found = {swap.__name__: 0 for swap in SWAPS}, []
    for theorem in CATALOGUE:
        for swap in SWAPS if theorem.id in DERIVATIONS else ():
            for changed, what in swap(theorem):
                counts[swap.__name__] += 1
                if prove(changed).verdict == PROVED:
                    found.append(f"{theorem.id}: {what}")
    return counts, found


if __name__ == "__main__":
    counted, proved = survivors()
    for line in proved:
        print("still proved:", line)
    print(", ".join(f"{number} {kind}" for kind, number in counted.items()), end=", ")
    print(len(proved), "still proved")
