"""The set of all indices."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import every, indicator
from stability_proofs.kernel.terms import Term, eq, le, num
from stability_proofs.semantics.samples import i, j
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import WHOLE, inside
from stability_proofs.tactics.vocabulary import linear, use

ALL = le(num(0), num(0))
"""What holds for every index."""
EVERY = assume(every(i, eq(inside(i, WHOLE), indicator(ALL))))
"""A holds every index."""


@lemma(at=(j,), given=(EVERY.conclusion,), shows=eq(inside(j, WHOLE), 1))
def is_counted(index: Term) -> Theorem:
    """1{i in A} = 1, for the set of all indices."""
    value = checker.indicator(linear(ALL), ALL)
    return linear(eq(inside(index, WHOLE), 1), use(EVERY, index), value)
