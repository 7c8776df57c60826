"""Claims about sets of indices that grow by one index at a time.

What holds of a set without indices, and of A if it holds of A without j, for each j in A, holds of
all sets: by induction over the number of indices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, assume, contradiction, substitute
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import every, indicator
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    eq,
    implies,
    le,
    lt,
    member,
    negation,
    num,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.semantics.samples import i, j, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import SECOND, WHOLE, holds, inside
from stability_proofs.tactics.vocabulary import (
    added,
    at_same,
    by_cases,
    discharge,
    for_all,
    linear,
    summed,
    use,
)

n = var("n", NATURAL)
REST = lt(indicator(eq(i, j)), inside(i, WHOLE))
"""That an index of A is not j."""
INSIDE = assume(member(j, WHOLE))
DEFINED = assume(every(i, eq(inside(i, SECOND), indicator(REST))))


@lemma(
    given=(DEFINED.conclusion, INSIDE.conclusion),
    shows=eq(inside(i, WHOLE), inside(i, SECOND) + indicator(eq(i, j))),
)
def share() -> Theorem:
    """1{i in A} = 1{i in the rest} + 1{i = j}, for j in A."""
    here, within = eq(i, j), member(i, WHOLE)
    goal = eq(inside(i, WHOLE), inside(i, SECOND) + indicator(here))
    definition = use(DEFINED, i)

    def at_j(known: Theorem) -> Theorem:
        value = checker.indicator(known, here)
        if known.conclusion != here:
            return by_cases(within, lambda there: apart(value, there))
        same = at_same(known, lambda index: inside(index, WHOLE))
        one = linear(eq(inside(i, WHOLE), 1), same, checker.indicator(INSIDE, member(j, WHOLE)))
        out = checker.indicator(linear(negation(REST), value, one), REST)
        return linear(goal, one, value, definition, out)

    def apart(value: Theorem, there: Theorem) -> Theorem:
        held = checker.indicator(there, within)
        case = REST if there.conclusion == within else negation(REST)
        rest = checker.indicator(linear(case, value, held), REST)
        return linear(goal, held, value, definition, rest)

    return by_cases(here, at_j)


@lemma(
    given=(DEFINED.conclusion, INSIDE.conclusion),
    shows=eq(count(WHOLE), count(SECOND) + 1),
)
def counted() -> Theorem:
    """A has one index more than the rest."""
    one = picked(i, num(1), j)
    return linear(eq(count(WHOLE), count(SECOND) + 1), added(i, share()), one)


@lemma(given=(DEFINED.conclusion, INSIDE.conclusion, member(i, SECOND)), shows=member(i, WHOLE))
def is_member() -> Theorem:
    """i is in A, from i being in the rest."""
    held = assume(member(i, SECOND))
    value = checker.indicator(held, member(i, SECOND))
    here = between(eq(i, j))[0]
    return holds(member(i, WHOLE), share(), value, here)


@lemma(given=(DEFINED.conclusion, INSIDE.conclusion, member(i, SECOND)), shows=negation(eq(i, j)))
def is_other() -> Theorem:
    """i is not j, from i being in the rest."""
    held, here = assume(member(i, SECOND)), eq(i, j)
    value = checker.indicator(held, member(i, SECOND))
    most = between(member(i, WHOLE))[1]
    same = checker.indicator(assume(here), here)
    absurd = linear(le(1, 0), share(), value, same, most)
    found = contradiction(absurd, linear(lt(0, 1)), negation(here))
    return checker.cases(here, found, assume(negation(here)))


@dataclass(frozen=True)
class Growth:
    """A claim about A, what has to hold of A for it, and how it grows.

    `claim(A)` is a formula; `within(A)` what is assumed of A; `kept` gives within(A without j) from
    within(A); `step` proves claim(A) from claim(A without j), for j in A, and within(A); `empty`
    from a theorem that no i is in A.
    """

    claim: Callable[[Term], Term]
    within: Callable[[Term], Term]
    kept: Callable[[Theorem], Theorem]
    step: Callable[[Theorem, Theorem], Theorem]
    empty: Callable[[Theorem], Theorem]

    def _stage(self, size: Term) -> Term:
        few = le(count(WHOLE), size)
        return every(WHOLE, implies(few, self.within(WHOLE), self.claim(WHOLE)))

    def _of_member(self, small: Theorem, inside_of: Theorem, known: Theorem) -> Theorem:
        """The claim for A, from that for A without j, j in A."""
        fewer = linear(le(count(SECOND), n), small, counted())
        smaller = use(known, SECOND, fewer, self.kept(inside_of))
        return sets.collected(i, REST, SECOND, self.step(smaller, inside_of))

    def theorem(self) -> Theorem:
        """For all A with within(A), the claim."""
        few, inside_of = assume(le(count(WHOLE), 0)), assume(self.within(WHOLE))
        start = self.empty(_outside(few))
        start = for_all(discharge(start, few.conclusion, inside_of.conclusion), WHOLE)
        known, small = assume(self._stage(n)), assume(le(count(WHOLE), n + 1))
        grown = self._of_member(small, inside_of, known)
        goal = self.claim(WHOLE)
        refused = assume(negation(goal))
        absent = contradiction(grown, refused, negation(INSIDE.conclusion))
        absent = checker.cases(INSIDE.conclusion, absent, assume(negation(INSIDE.conclusion)))
        none = self.empty(substitute(absent, {j: i}))
        larger = checker.cases(goal, assume(goal), none)
        step = for_all(discharge(larger, small.conclusion, inside_of.conclusion), WHOLE)
        every_size = checker.induction(n, self._stage(n), start, step)
        at_most = summed(i, between(member(i, WHOLE))[1])
        found = use(use(every_size, m), WHOLE, linear(le(count(WHOLE), m), at_most), inside_of)
        return for_all(discharge(found, inside_of.conclusion), WHOLE)


def _outside(few: Theorem) -> Theorem:
    """That i is not in A, from a count of at most 0."""
    formula, here = member(i, WHOLE), eq(j, i)
    low, high = between(member(j, WHOLE))[0], between(here)[1]
    each = linear(le(indicator(here) * inside(j, WHOLE), inside(j, WHOLE)), (high, low))
    found = picked(j, inside(j, WHOLE), i)
    none = linear(le(inside(i, WHOLE), 0), summed(j, each), found, few)
    held = assume(formula)
    absurd = linear(le(1, 0), none, checker.indicator(held, formula))
    found = contradiction(absurd, linear(lt(0, 1)), negation(formula))
    return checker.cases(formula, found, assume(negation(formula)))
