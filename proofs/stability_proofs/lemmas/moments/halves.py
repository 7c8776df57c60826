"""Sets of at most 2^k indices: what goes from both halves to the whole holds of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.checker import Theorem, assume, contradiction
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
from stability_proofs.lemmas.analysis.limits import floor
from stability_proofs.lemmas.analysis.powers_of_two import (
    k,
    next_power,
    no_power,
    power_of_two,
    power_sign,
    whole_power,
)
from stability_proofs.semantics.samples import i, j
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import FIRST, PARTED, SECOND, WHOLE, inside
from stability_proofs.tactics.vocabulary import (
    added,
    by_cases,
    cut,
    discharge,
    for_all,
    linear,
    summed,
    use,
)

n, other = var("n", NATURAL), var("other", "index")
REST = lt(inside(i, FIRST), inside(i, WHOLE))
"""That an index of A is in the other half."""


@lemma(given=(PARTED.conclusion,), shows=eq(count(FIRST) + count(SECOND), count(WHOLE)))
def count_of_halves() -> Theorem:
    """count(A) is that of both parts."""
    return linear(eq(count(FIRST) + count(SECOND), count(WHOLE)), added(i, use(PARTED, i)))


@lemma(
    given=(
        every(i, eq(inside(i, SECOND), indicator(REST))),
        every(i, implies(member(i, FIRST), member(i, WHOLE))),
    ),
    shows=PARTED.conclusion,
)
def parts_of_half() -> Theorem:
    """A is parted into a half of it and the rest."""
    first, whole = member(i, FIRST), member(i, WHOLE)
    definition = use(assume(every(i, eq(inside(i, SECOND), indicator(REST)))), i)
    contains = use(assume(every(i, implies(first, whole))), i)
    goal = eq(inside(i, WHOLE), inside(i, FIRST) + inside(i, SECOND))

    def by_values(own: Theorem, within: Theorem, rest: Term) -> Theorem:
        value = checker.indicator(linear(rest, own, within), REST)
        return linear(goal, own, within, definition, value)

    def at_first(known: Theorem) -> Theorem:
        own = checker.indicator(known, first)
        if known.conclusion == first:
            within = checker.indicator(checker.apply(contains, known), whole)
            return by_values(own, within, negation(REST))
        return by_cases(whole, lambda there: at_whole(own, there))

    def at_whole(own: Theorem, known: Theorem) -> Theorem:
        rest = REST if known.conclusion == whole else negation(REST)
        return by_values(own, checker.indicator(known, whole), rest)

    return for_all(by_cases(first, at_first), i)


@lemma(
    at=(i, other),
    given=(negation(eq(i, other)),),
    shows=le(inside(i, WHOLE) + inside(other, WHOLE), count(WHOLE)),
)
def two_of(first: Term, second: Term) -> Theorem:
    """1{i in A} + 1{j in A} <= the number of indices in A, for two indices."""
    differ = assume(negation(eq(first, second)))
    here, there = eq(j, first), eq(j, second)
    goal = le(indicator(here) + indicator(there), 1)

    def at_first(known: Theorem) -> Theorem:
        own = checker.indicator(known, here)
        if known.conclusion != here:
            return linear(goal, own, between(there)[1])
        hole = var("hole", "index")
        both = checker.rewrite(known, hole, eq(hole, second), assume(there))
        out = checker.indicator(assume(negation(there)), there)
        return checker.cases(there, contradiction(both, differ, goal), linear(goal, own, out))

    weights = indicator(here) + indicator(there)
    sign = between(member(j, WHOLE))[0]
    each = linear(
        le(weights * inside(j, WHOLE), inside(j, WHOLE)), (by_cases(here, at_first), sign)
    )
    found = [families.picked(j, inside(j, WHOLE), index) for index in (first, second)]
    whole = le(inside(first, WHOLE) + inside(second, WHOLE), count(WHOLE))
    return linear(whole, summed(j, each), *found)


@dataclass(frozen=True)
class Halving:
    """A claim about sets of at most 2^k indices, and how it goes from halves to the whole.

    `stage(A, k)` is a formula; `single` proves stage(A, 0) for a set of at most one index; `both`
    gives stage(A, k + 1) from stage(A1, k) and stage(A2, k), for the parts of A.
    """

    stage: Callable[[Term, Term], Term]
    single: Theorem
    both: Callable[[Theorem, Theorem], Theorem]

    def _at(self, size: Term, levels: Term) -> Term:
        """That all sets of at most so many indices are at a stage."""
        return every(WHOLE, implies(le(count(WHOLE), size), self.stage(WHOLE, levels)))

    def _doubled(self) -> Theorem:
        """For all natural n: if sets of at most n indices are at stage k, those of 2n are at
        k + 1."""
        small, known = assume(le(count(WHOLE), 2 * n)), assume(self._at(n, k))
        first = use(known, FIRST, assume(le(count(FIRST), n)))
        fewer = assume(le(count(WHOLE) - count(FIRST), n))
        second = use(known, SECOND, linear(le(count(SECOND), n), count_of_halves(), fewer))
        both = cut(self.both(first, second), parts_of_half())
        halved = sets.halved(WHOLE, n, FIRST, small, sets.collected(i, REST, SECOND, both))
        larger = for_all(discharge(halved, small.conclusion), WHOLE)
        return for_all(discharge(larger, known.conclusion), n)

    def theorem(self) -> Theorem:
        """For all k, a set of at most 2^k indices is at stage k."""
        claim = self._at(power_of_two(k), k)
        few = assume(le(count(WHOLE), power_of_two(num(0))))
        one = linear(le(count(WHOLE), 1), few, no_power())
        start = for_all(discharge(cut(self.single, one), few.conclusion), WHOLE)
        whole = floor(power_of_two(k))
        fewer = assume(le(count(WHOLE), whole))
        reached = linear(le(count(WHOLE), power_of_two(k)), fewer, whole_power())
        smaller = discharge(use(assume(claim), WHOLE, reached), fewer.conclusion)
        doubled = checker.specialise(self._doubled(), whole, power_sign())
        larger = use(doubled, for_all(smaller, WHOLE))
        more = assume(le(count(WHOLE), power_of_two(k + 1)))
        twice = linear(le(count(WHOLE), 2 * whole), more, next_power(), (num(2), whole_power()))
        step = for_all(discharge(use(larger, WHOLE, twice), more.conclusion), WHOLE)
        return checker.induction(k, claim, start, step)
