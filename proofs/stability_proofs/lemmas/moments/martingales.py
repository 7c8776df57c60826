"""Moments of sums that grow by one example at a time, by Rio's inequality.

T(A), for a set A of indices, is X + Y for each j in A: X does not depend on z_j and has at most the
moment of T(A without j), Y has mean 0 over z_j and a norm of at most y_j. So by induction over the
number of indices ||T(A)||_p <= sqrt((p - 1) sum over A of y_j^2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.axioms import CENTRED_STEP
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    contradiction,
    interpret,
    root_squared,
    substitute,
)
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, absolute, every, indicator, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    NATURAL,
    SET,
    Term,
    app,
    eq,
    implies,
    le,
    lt,
    member,
    negation,
    num,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.positive_powers import P, of_none, p, sign
from stability_proofs.lemmas.moments.moment_norms import ORDER, power_of_equal
from stability_proofs.semantics.samples import S, i, j, m, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import SECOND, WHOLE, holds, inside
from stability_proofs.tactics.vocabulary import (
    Square,
    absolute_below,
    added,
    at_same,
    averaged,
    by_cases,
    discharge,
    for_all,
    linear,
    summed,
    use,
)

n, BASE = var("n", NATURAL), var("base", SET)
a, b = var("a"), var("b")
REST = lt(indicator(eq(i, j)), inside(i, WHOLE))
"""That an index of A is not j."""
INSIDE = assume(member(j, WHOLE))


def norm_of(index: Term) -> Term:
    """y_i: what the norm of the part of an index is at most."""
    return app("norm_of", index)


def squares_of(indices: Term) -> Term:
    """The sum of y_i^2 over a set."""
    return total(i, inside(i, indices) * norm_of(i) ** 2)


@dataclass(frozen=True)
class Parts:
    """T(A) = X + Y for an index j of A, from `known`: the claim for A without j.

    `same`: T(A) = X + Y; `kept`: for all S and z, X does not depend on z_j; `zero`: for all S, Y
    has mean 0 over z_j; `rest` and `own`: E |X|^p <= P(bound), E |Y|^p <= P(y_j).
    """

    X: Term
    Y: Term
    same: Theorem
    kept: Theorem
    zero: Theorem
    rest: Theorem
    own: Theorem


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


def _fewer(small: Theorem) -> Theorem:
    """The count of the rest is at most n, from that of A being at most n + 1."""
    counted = added(i, share())
    return linear(le(count(SECOND), n), small, counted, picked(i, num(1), j))


def _squares() -> Theorem:
    """The squares of A are those of the rest and y_j^2."""
    square = norm_of(i) ** 2
    parts = (inside(i, SECOND) + indicator(eq(i, j))) * square
    each = added(i, linear(eq(inside(i, WHOLE) * square, parts), (square, share())))
    return linear(
        eq(squares_of(WHOLE), squares_of(SECOND) + norm_of(j) ** 2), each, picked(i, square, j)
    )


def _root(indices: Term) -> Term:
    return sqrt((p - 1) * squares_of(indices))


def _squares_sign(indices: Term) -> Theorem:
    """0 <= (p - 1) times the sum of y_i^2 over a set."""
    square = norm_of(i) ** 2
    each = (between(member(i, indices))[0], linear(le(0, square), Square(norm_of(i))))
    summed_over = summed(i, linear(le(0, inside(i, indices) * square), each))
    low = linear(le(0, squares_of(indices)), summed_over)
    return linear(le(0, (p - 1) * squares_of(indices)), (linear(le(0, p - 1), ORDER), low))


def _grown(parts: Parts, least: Theorem) -> Theorem:
    """The claim for A, from its parts; `least`: 0 <= y_j."""
    step = substitute(CENTRED_STEP.theorem(), {i: j, a: _root(SECOND), b: norm_of(j)})
    step = interpret(interpret(step, "F", (S,), parts.X), "G", (S,), parts.Y)
    sign_of = checker.elementary("sqrt", (p - 1) * squares_of(SECOND))
    found = use(step, parts.kept, parts.zero, sign_of, least, ORDER, parts.rest, parts.own)
    squared = root_squared(_squares_sign(SECOND))
    inner = linear(
        eq(
            _root(SECOND) * _root(SECOND) + (p - 1) * norm_of(j) * norm_of(j),
            (p - 1) * squares_of(WHOLE),
        ),
        squared,
        (1 - p, _squares()),
    )
    level = at_same(inner, lambda x: P(sqrt(x)))
    same = averaged(S, equation=power_of_equal(parts.same))
    whole = parts.same.conclusion.args[0]
    goal = le(E(S, P(absolute(whole))), P(_root(WHOLE)))
    return linear(goal, same, found, level)


@dataclass(frozen=True)
class Sum:
    """T(A), what has to hold of A, and how it grows.

    `of(A)` is T(A); `within(A)` what is assumed of A; `kept` gives within(A without j); `step`
    gives the parts; `least`: for all i, 0 <= y_i; `empty` proves T(A) = 0 from a theorem that no i
    is in A.
    """

    of: Callable[[Term], Term]
    within: Callable[[Term], Term]
    kept: Callable[[Theorem], Theorem]
    step: Callable[[Theorem, Theorem], Parts]
    least: Theorem
    empty: Callable[[Theorem], Theorem]

    def claim(self, indices: Term) -> Term:
        """That the moment of T(A) is at most that of the root of the squares."""
        return le(E(S, P(absolute(self.of(indices)))), P(_root(indices)))

    def _stage(self, size: Term) -> Term:
        few = le(count(WHOLE), size)
        return every(WHOLE, implies(few, self.within(WHOLE), self.claim(WHOLE)))

    def _none(self, outside: Theorem) -> Theorem:
        """The claim for a set without indices."""
        zero = self.empty(outside)
        same = averaged(S, equation=power_of_equal(zero))
        none = linear(le(num(0), 0))
        nothing = of_none(absolute_below(none, linear(le(-num(0), 0))))
        return linear(self.claim(WHOLE), same, nothing, sign(_root(WHOLE)))

    def _of_member(self, small: Theorem, inside_of: Theorem, known: Theorem) -> Theorem:
        """The claim for A, from that for A without j, j in A."""
        rest = self.kept(inside_of)
        smaller = use(known, SECOND, _fewer(small), rest)
        grown = _grown(self.step(smaller, inside_of), use(self.least, j))
        return sets.collected(i, REST, SECOND, grown)

    def theorem(self) -> Theorem:
        """For all A with within(A), the claim."""
        few, inside_of = assume(le(count(WHOLE), 0)), assume(self.within(WHOLE))
        start = self._none(_outside(few))
        start = for_all(discharge(start, few.conclusion, inside_of.conclusion), WHOLE)
        known, small = assume(self._stage(n)), assume(le(count(WHOLE), n + 1))
        grown = self._of_member(small, inside_of, known)
        goal = self.claim(WHOLE)
        refused = assume(negation(goal))
        absent = contradiction(grown, refused, negation(INSIDE.conclusion))
        absent = checker.cases(INSIDE.conclusion, absent, assume(negation(INSIDE.conclusion)))
        empty = self._none(substitute(absent, {j: i}))
        larger = checker.cases(goal, assume(goal), empty)
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


def part(index: Term, sample: Term) -> Term:
    """Y_i(S)."""
    return app("part", index, sample)


def _subset(indices: Term) -> Term:
    return every(i, implies(member(i, indices), member(i, BASE)))


CENTRED_PARTS = every(i, S, implies(member(i, BASE), eq(E(z, part(i, put(S, i, z))), 0)))
FREE_PARTS = every(
    i, j, S, z,
    implies(
        member(i, BASE), member(j, BASE), negation(eq(i, j)),
        eq(part(i, put(S, j, z)), part(i, S)),
    ),
)  # fmt: skip
SMALL_PARTS = every(i, implies(member(i, BASE), le(E(S, P(absolute(part(i, S)))), P(norm_of(i)))))
NORMS_SIGN = every(i, le(0, norm_of(i)))


@lemma(given=(DEFINED.conclusion, INSIDE.conclusion, member(i, SECOND)), shows=member(i, WHOLE))
def is_member() -> Theorem:
    """i is in A, from i being in the rest."""
    held = assume(member(i, SECOND))
    value = checker.indicator(held, member(i, SECOND))
    here = between(eq(i, j))[0]
    return holds(member(i, WHOLE), share(), value, here)


def _is_other() -> Theorem:
    """i is not j, from i being in the rest."""
    held, here = assume(member(i, SECOND)), eq(i, j)
    value = checker.indicator(held, member(i, SECOND))
    most = between(member(i, WHOLE))[1]
    same = checker.indicator(assume(here), here)
    absurd = linear(le(1, 0), share(), value, same, most)
    found = contradiction(absurd, linear(lt(0, 1)), negation(here))
    return checker.cases(here, found, assume(negation(here)))


def _rest_within(known: Theorem) -> Theorem:
    """The rest lies in what A lies in."""
    base = use(known, i, is_member())
    return for_all(discharge(base, member(i, SECOND)), i)


def _sum(indices: Term) -> Term:
    return total(i, inside(i, indices) * part(i, S))


def _parts(smaller: Theorem, known: Theorem) -> Parts:
    X, Y = _sum(SECOND), part(j, S)
    of_j = use(known, j, INSIDE)
    each = linear(
        eq(inside(i, WHOLE) * part(i, S), (inside(i, SECOND) + indicator(eq(i, j))) * part(i, S)),
        (part(i, S), share()),
    )
    same = linear(eq(_sum(WHOLE), X + Y), added(i, each), picked(i, part(i, S), j))
    changed, event = part(i, put(S, j, z)), member(i, SECOND)

    def unmoved(fact: Theorem) -> Theorem:
        goal = eq(inside(i, SECOND) * changed, inside(i, SECOND) * part(i, S))
        if fact.conclusion != event:
            return linear(goal, (changed - part(i, S), checker.indicator(fact, event)))
        base = use(known, i, is_member())
        free = use(assume(FREE_PARTS), i, j, S, z, base, of_j, _is_other())
        return linear(goal, (inside(i, SECOND), free))

    kept = added(i, by_cases(event, unmoved))
    kept = linear(eq(replace(X, {S: put(S, j, z)}), X), kept)
    return Parts(
        X, Y, same, for_all(kept, S, z),
        for_all(use(assume(CENTRED_PARTS), j, S, of_j), S),
        smaller, use(assume(SMALL_PARTS), j, of_j),
    )  # fmt: skip


def _no_parts(outside: Theorem) -> Theorem:
    value = checker.indicator(outside, member(i, WHOLE))
    each = linear(eq(inside(i, WHOLE) * part(i, S), 0), (part(i, S), value))
    return linear(eq(_sum(WHOLE), 0), added(i, each))


@lemma(
    given=(ORDER.conclusion, CENTRED_PARTS, FREE_PARTS, SMALL_PARTS, NORMS_SIGN),
    shows=every(
        WHOLE,
        implies(
            _subset(WHOLE),
            le(
                E(S, P(absolute(total(i, inside(i, WHOLE) * part(i, S))))),
                P(sqrt((p - 1) * total(i, inside(i, WHOLE) * norm_of(i) ** 2))),
            ),
        ),
    ),
)
@cache
def sum_of_parts() -> Theorem:
    """For all A inside a set: ||sum over A of Y_i||_p <= sqrt((p - 1) sum of y_i^2 over A).

    Y_i has mean 0 over z_i and does not depend on the other examples in the set.
    """
    return Sum(_sum, _subset, _rest_within, _parts, assume(NORMS_SIGN), _no_parts).theorem()
