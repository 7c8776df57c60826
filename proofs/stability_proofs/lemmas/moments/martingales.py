"""Moments of sums that grow by one example at a time, by Rio's inequality.

T(A), for a set A of indices, is X + Y for each j in A: X does not depend on z_j and has at most the
moment of T(A without j), Y has mean 0 over z_j and a norm of at most y_j. So by induction over the
number of indices ||T(A)||_p <= sqrt((p - 1) sum over A of y_j^2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.axioms import CENTRED_STEP
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    interpret,
    root_squared,
    substitute,
)
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, absolute, every, indicator, sqrt, total
from stability_proofs.kernel.terms import (
    SET,
    Term,
    app,
    eq,
    implies,
    le,
    member,
    negation,
    num,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.analysis.positive_powers import P, of_none, p, sign
from stability_proofs.lemmas.moments.growth import (
    DEFINED,
    INSIDE,
    Growth,
    is_member,
    is_other,
    share,
)
from stability_proofs.lemmas.moments.moment_norms import ORDER, power_of_equal
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import SECOND, WHOLE, inside
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

BASE = var("base", SET)
a, b = var("a"), var("b")


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

    def _none(self, outside: Theorem) -> Theorem:
        """The claim for a set without indices."""
        zero = self.empty(outside)
        same = averaged(S, equation=power_of_equal(zero))
        none = linear(le(num(0), 0))
        nothing = of_none(absolute_below(none, linear(le(-num(0), 0))))
        return linear(self.claim(WHOLE), same, nothing, sign(_root(WHOLE)))

    def _grown(self, smaller: Theorem, inside_of: Theorem) -> Theorem:
        return _grown(self.step(smaller, inside_of), use(self.least, j))

    def theorem(self) -> Theorem:
        """For all A with within(A), the claim."""
        return Growth(self.claim, self.within, self.kept, self._grown, self._none).theorem()


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


def _rest_within(known: Theorem) -> Theorem:
    """The rest lies in what A lies in."""
    base = use(known, i, is_member())
    return for_all(discharge(base, member(i, SECOND)), i)


def _sum(indices: Term) -> Term:
    return total(i, inside(i, indices) * part(i, S))


@lemma(
    given=(DEFINED.conclusion, INSIDE.conclusion),
    shows=eq(_sum(WHOLE), _sum(SECOND) + part(j, S)),
)
def sum_parted() -> Theorem:
    """The sum over A is that over the rest and Y_j."""
    each = linear(
        eq(inside(i, WHOLE) * part(i, S), (inside(i, SECOND) + indicator(eq(i, j))) * part(i, S)),
        (part(i, S), share()),
    )
    one = picked(i, part(i, S), j)
    return linear(eq(_sum(WHOLE), _sum(SECOND) + part(j, S)), added(i, each), one)


def rest_is_free(known: Theorem, own: Theorem, apart: Callable[[Theorem], Theorem]) -> Theorem:
    """The sum over A is that over the rest and Y_j; for all S and z, the former does not depend on
    z_j.

    `own`: j is in the base; `apart` gives from `known` that i is.
    """
    changed, event = part(i, put(S, j, z)), member(i, SECOND)

    def unmoved(fact: Theorem) -> Theorem:
        goal = eq(inside(i, SECOND) * changed, inside(i, SECOND) * part(i, S))
        if fact.conclusion != event:
            return linear(goal, (changed - part(i, S), checker.indicator(fact, event)))
        base = apart(use(known, i, is_member()))
        free = use(assume(FREE_PARTS), i, j, S, z, base, own, is_other())
        return linear(goal, (inside(i, SECOND), free))

    kept = added(i, by_cases(event, unmoved))
    return for_all(linear(eq(replace(_sum(SECOND), {S: put(S, j, z)}), _sum(SECOND)), kept), S, z)


def _parts(smaller: Theorem, known: Theorem) -> Parts:
    of_j = use(known, j, INSIDE)
    return Parts(
        _sum(SECOND), part(j, S), sum_parted(), rest_is_free(known, of_j, lambda fact: fact),
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
