"""Equality of families put together from others: index by index, in each of the possible cases.

A set A of indices that is parted into two sets, `FIRST` and `SECOND`, is the sum of their
indicators: an index is in the first and in A, in the second and in A, or in none of the three.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, alike, assume, contradiction
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import every, indicator
from stability_proofs.kernel.terms import (
    SET,
    ProofError,
    Term,
    at,
    eq,
    le,
    lt,
    member,
    negation,
    var,
)
from stability_proofs.tactics.vocabulary import by_cases, linear, turned, use

i = var("i", "index")
WHOLE, FIRST, SECOND = (var(name, SET) for name in ("A", "A1", "A2"))
HERE = var("place in a family", "index")
"""Bound in equalities of families."""

Known = Sequence[Theorem]
"""Memberships of indices, and that indices differ."""
Prove = Callable[[Known], Theorem]
Split = Callable[[Term, Prove], Theorem]
"""Proves the same of an index in each of the cases there are."""


def inside(index: Term, indices: Term) -> Term:
    """1 if an index is in a set."""
    return indicator(member(index, indices))


PARTED = assume(every(i, eq(inside(i, WHOLE), inside(i, FIRST) + inside(i, SECOND))))
"""A is parted into the two sets."""


def holds(formula: Term, *facts: Theorem) -> Theorem:
    """A formula, from relations that refute 1{formula} = 0."""
    opposite = assume(negation(formula))
    value = checker.indicator(opposite, formula)
    found = contradiction(linear(le(1, 0), value, *facts), linear(lt(0, 1)), formula)
    return checker.cases(formula, assume(formula), found)


def fails(formula: Term, *facts: Theorem) -> Theorem:
    """The negation of a formula, from relations that refute 1{formula} = 1."""
    known, goal = assume(formula), negation(formula)
    absurd = linear(le(1, 0), checker.indicator(known, formula), *facts)
    found = contradiction(absurd, linear(lt(0, 1)), goal)
    return checker.cases(formula, found, assume(goal))


def apart(first: Term, second: Term, known: Known) -> Theorem:
    """That two indices differ: known, or one is in a set that the other is not in."""
    goal = negation(eq(first, second))
    stated = _find(known, goal)
    if stated is not None:
        return stated
    same, hole = assume(eq(first, second)), var("hole", "index")
    for index, other, moved in ((first, second, same), (second, first, turned(same))):
        for fact in known:
            if fact.conclusion.head != "member" or fact.conclusion.args[0] != index:
                continue
            indices = fact.conclusion.args[1]
            out = _find(known, negation(member(other, indices)))
            if out is not None:
                there = checker.rewrite(moved, hole, member(hole, indices), fact)
                found = contradiction(there, out, goal)
                return checker.cases(eq(first, second), found, assume(goal))
    raise ProofError(f"the indices {first} and {second} may be one")


def unequal(known: Theorem) -> Theorem:
    """That j is not i, from i not being j."""
    first, second = known.conclusion.args[0].args
    formula = eq(second, first)
    absurd = contradiction(turned(assume(formula)), known, negation(formula))
    return checker.cases(formula, absurd, assume(negation(formula)))


def _find(known: Known, formula: Term) -> Theorem | None:
    return next((fact for fact in known if alike(fact.conclusion, formula)), None)


def element(of: Term, known: Known) -> Theorem:
    """What is read of mixed and changed families at an index, as an equation."""
    found = checker.same(of, of)
    while (step := _step(found.conclusion.args[1], known)) is not None:
        hole = var("hole", of.sort)
        found = checker.rewrite(step, hole, eq(of, hole), found)
    return found


def _step(of: Term, known: Known) -> Theorem | None:
    if of.head != "at" or of.args[0].head not in ("put", "mix"):
        return None
    changed, index = of.args
    if changed.head == "put":
        base, place, value = changed.args
        if place == index:
            return family("at-put", base, place, value)
        return family("at-put-other", base, place, value, index, apart(place, index, known))
    first, second, indices = changed.args
    for formula in (member(index, indices), negation(member(index, indices))):
        fact = _find(known, formula)
        if fact is not None:
            return sets.mixed(first, second, indices, index, fact)
    raise ProofError(f"is {index} in {indices}?")


def same_elements(left: Term, right: Term, index: Term, known: Known) -> Theorem:
    """left_i = right_i."""
    first, second = (element(at(f, index), known) for f in (left, right))
    hole = var("hole", first.conclusion.args[1].sort)
    return checker.rewrite(turned(second), hole, eq(at(left, index), hole), first)


def same_families(
    left: Term,
    right: Term,
    places: Sequence[Term],
    known: Known,
    split: Split,
) -> Theorem:
    """left = right: at each of the places, and elsewhere in each case of `split`."""
    goal = eq(at(left, HERE), at(right, HERE))

    def elsewhere(differ: Known) -> Theorem:
        return split(
            HERE, lambda cases: same_elements(left, right, HERE, [*known, *differ, *cases])
        )

    def at_places(rest: Sequence[Term], differ: Known) -> Theorem:
        if not rest:
            return elsewhere(differ)
        place, *others = rest
        here = eq(HERE, place)
        own = same_elements(left, right, place, known)
        moved = checker.rewrite(turned(assume(here)), HERE, goal, own)
        return checker.cases(here, moved, at_places(others, [*differ, assume(negation(here))]))

    return sets.equal_families(left, right, HERE, at_places(places, ()))


def in_parts(index: Term, prove: Prove) -> Theorem:
    """Prove the same for an index of the first set, of the second, and of neither."""
    first, second, whole = (member(index, a) for a in (FIRST, SECOND, WHOLE))
    out = [assume(negation(formula)) for formula in (first, second)]
    values = (checker.indicator(o, f) for o, f in zip(out, (first, second), strict=True))
    none = prove([*out, fails(whole, use(PARTED, index), *values)])
    here, there = prove(members_of_first(index)), prove(members_of_second(index))
    return checker.cases(first, here, checker.cases(second, there, none))


def _members(index: Term, part: Term, other: Term) -> list[Theorem]:
    own = assume(member(index, part))
    value, sizes = checker.indicator(own, member(index, part)), use(PARTED, index)
    low, high = member(index, other), member(index, WHOLE)
    least = by_cases(
        low, lambda known: linear(le(0, indicator(low)), checker.indicator(known, low))
    )
    most = by_cases(
        high, lambda known: linear(le(indicator(high), 1), checker.indicator(known, high))
    )
    return [own, holds(high, value, sizes, least), fails(low, value, sizes, most)]


def members_of_first(index: Term) -> list[Theorem]:
    """An index of the first set is in A, and not in the second."""
    return _members(index, FIRST, SECOND)


def members_of_second(index: Term) -> list[Theorem]:
    """An index of the second set is in A, and not in the first."""
    return _members(index, SECOND, FIRST)


def in_whole(index: Term, prove: Prove) -> Theorem:
    """Prove the same for an index of A and of no index of A."""
    formula = member(index, WHOLE)
    return checker.cases(formula, prove([assume(formula)]), prove([assume(negation(formula))]))
