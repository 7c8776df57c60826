"""The fourth moment of a sum of functions that are centred, each over an example of its own.

Y_i has mean 0 over z_i and does not depend on the other examples of a set of n indices. So E Y_j
Y_l^3 = 0 and E Y_j Y_k Y_l^2 = 0 for different indices, and E (sum of Y_i)^4 is at most n theta +
3 n (n - 1) eta: E Y_i^4 <= theta, E (E_i Y_i^2)^2 <= eta.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    Term,
    eq,
    implies,
    le,
    member,
    negation,
    num,
    put,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.moments.cross_moments import count_sign
from stability_proofs.lemmas.moments.fourth_moments import kept_apart
from stability_proofs.lemmas.moments.growth import (
    INSIDE,
    Growth,
    counted,
    is_member,
    is_other,
)
from stability_proofs.lemmas.moments.martingales import (
    BASE,
    CENTRED_PARTS,
    FREE_PARTS,
    part,
    rest_is_free,
    sum_parted,
)
from stability_proofs.lemmas.moments.pairs import over
from stability_proofs.semantics.samples import S, i, j, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import SECOND, WHOLE, fails, holds, inside, unequal
from stability_proofs.tactics.vocabulary import (
    Square,
    added,
    at_same,
    averaged,
    discharge,
    for_all,
    linear,
    mean,
    use,
)

ETA, THETA, LEVEL = var("eta"), var("theta"), var("level")
other = var("other", "index")
SQUARES = every(i, implies(member(i, BASE), le(E(S, over(part(i, S) ** 2, i) ** 2), ETA)))
FOURTHS = every(i, implies(member(i, BASE), le(E(S, part(i, S) ** 4), THETA)))
APART = negation(eq(i, other))


def _sum(indices: Term) -> Term:
    return total(i, inside(i, indices) * part(i, S))


def _within(indices: Term) -> Term:
    """Every index of the set is in the base, and is not the other index: in one formula."""
    level = inside(i, BASE) - indicator(eq(i, other))
    return every(i, implies(member(i, indices), le(1, level)))


def _in_base(index: Term, known: Theorem) -> tuple[Theorem, Theorem]:
    """That the index is in the base, and is not the other one."""
    base, here = member(index, BASE), eq(index, other)
    low, high = between(here)[0], between(base)[1]
    return holds(base, known, low), fails(here, known, high)


def _rest_within(known: Theorem) -> Theorem:
    """What holds of every index of A holds of those of the rest."""
    return for_all(discharge(use(known, i, is_member()), member(i, SECOND)), i)


def _free(index: Term, place: Term, first: Theorem, second: Theorem, apart: Theorem) -> Theorem:
    """For all S and z, Y_index does not depend on the example at a place."""
    return for_all(use(assume(FREE_PARTS), index, place, S, z, first, second, apart), S, z)


def _power_kept(kept: Theorem, order: int) -> Theorem:
    return for_all(at_same(use(kept, S, z), lambda value: value**order), S, z)


def _product_kept(first: Theorem, second: Theorem) -> Theorem:
    """A product of two that do not depend on an example does not either."""
    one, two = use(first, S, z), use(second, S, z)
    (a, b), (c, d) = one.conclusion.args, two.conclusion.args
    return for_all(linear(eq(a * c, b * d), (c, one), (b, two)), S, z)


def _none(factor: Term, index: Term, member_of: Theorem) -> Theorem:
    """E X over(Y_i, i) = 0."""
    zero = use(assume(CENTRED_PARTS), index, S, member_of)
    value = over(part(index, S), index)
    return averaged(S, equation=linear(eq(factor * value, 0), (factor, zero)))


def _empty(claim: Term, order: int, factor: Term) -> Callable[[Theorem], Theorem]:
    """The claim about (the sum)^k times a factor, for a set without indices."""

    def proved(outside: Theorem) -> Theorem:
        value = checker.indicator(outside, member(i, WHOLE))
        each = linear(eq(inside(i, WHOLE) * part(i, S), 0), (part(i, S), value))
        whole = linear(eq(_sum(WHOLE), 0), added(i, each))
        power = at_same(whole, lambda total_of: total_of**order)
        none = averaged(S, equation=linear(eq(_sum(WHOLE) ** order * factor, 0), (factor, power)))
        size = linear(eq(count(WHOLE), 0), added(i, linear(eq(inside(i, WHOLE), 0), value)))
        level = LEVEL * count(WHOLE) if order == 4 else ETA
        return linear(claim, none, (level, size))

    return proved


OTHER = assume(member(other, BASE))


@cache
def _crossed() -> Theorem:
    """E (sum over A of Y_i) Y_l^3 = 0, for l in the base and not in A."""
    Y = part(other, S)

    def claim(indices: Term) -> Term:
        return eq(E(S, _sum(indices) * Y**3), 0)

    def step(smaller: Theorem, known: Theorem) -> Theorem:
        base, apart = _in_base(j, use(known, j, INSIDE))
        back = unequal(apart)
        kept = _power_kept(_free(other, j, OTHER, base, back), 3)
        moved = kept_apart(Y**3, part(j, S), j, kept)
        none = _none(Y**3, j, base)
        same = linear(
            eq(_sum(WHOLE) * Y**3, (_sum(SECOND) + part(j, S)) * Y**3), (Y**3, sum_parted())
        )
        return linear(claim(WHOLE), averaged(S, equation=same), smaller, moved, none)

    return Growth(claim, _within, _rest_within, step, _empty(claim(WHOLE), 1, Y**3)).theorem()


def _square_kept(base: Theorem, apart: Theorem) -> Theorem:
    """For all S and z, over(Y_j^2, j) does not depend on z_l."""
    new = put(S, other, z)
    swapped = family("put-swap", S, other, z, j, y, apart)
    same = at_same(swapped, lambda sample: part(j, sample))
    free = use(assume(FREE_PARTS), j, other, put(S, j, y), z, base, OTHER, unequal(apart))
    whole = linear(eq(part(j, put(new, j, y)), part(j, put(S, j, y))), same, free)
    return for_all(averaged(y, equation=at_same(whole, lambda value: value**2)), S, z)


def _two_squares(base: Theorem, apart: Theorem) -> Theorem:
    """E Y_j^2 Y_l^2 <= eta, for two indices of the base; `apart`: l is not j."""
    Y, Z = part(j, S), part(other, S)
    kept = _power_kept(_free(other, j, OTHER, base, apart), 2)
    first = kept_apart(Z**2, Y**2, j, kept)
    second = kept_apart(over(Y**2, j), Z**2, other, _square_kept(base, apart))
    of_j, of_l = over(Y**2, j), over(Z**2, other)
    means = mean(S, linear(le(0, (of_j - of_l) ** 2), Square(of_j - of_l)))
    squares = use(assume(SQUARES), j, base), use(assume(SQUARES), other, OTHER)
    return linear(le(E(S, Y**2 * Z**2), ETA), first, second, means, *squares)


@cache
def _squared() -> Theorem:
    """E (sum over A of Y_i)^2 Y_l^2 <= n eta, for l in the base and not in A."""
    Y = part(other, S)

    def claim(indices: Term) -> Term:
        return le(E(S, _sum(indices) ** 2 * Y**2), ETA * count(indices))

    def step(smaller: Theorem, known: Theorem) -> Theorem:
        base, apart = _in_base(j, use(known, j, INSIDE))
        back, X, Z = unequal(apart), _sum(SECOND), part(j, S)
        kept = rest_is_free(known, base, lambda fact: _in_base(i, fact)[0])
        square = _power_kept(_free(other, j, OTHER, base, back), 2)
        mixed = kept_apart(X * Y**2, Z, j, _product_kept(kept, square))
        none = _none(X * Y**2, j, base)
        last = _two_squares(base, back)
        same = at_same(sum_parted(), lambda value: value**2 * Y**2)
        goal = claim(WHOLE)
        return linear(
            goal, averaged(S, equation=same), smaller, mixed, none, last, (-ETA, counted())
        )

    return Growth(claim, _within, _rest_within, step, _empty(claim(WHOLE), 2, Y**2)).theorem()


def _subset(indices: Term) -> Term:
    return every(i, implies(member(i, indices), member(i, BASE)))


PREMISES = le(3 * ETA, LEVEL), le(THETA, LEVEL)


@lemma(
    given=(CENTRED_PARTS, FREE_PARTS, SQUARES, FOURTHS, *PREMISES),
    shows=every(
        WHOLE,
        implies(
            _subset(WHOLE),
            le(
                E(S, total(i, inside(i, WHOLE) * part(i, S)) ** 4),
                LEVEL * total(i, inside(i, WHOLE)) ** 2,
            ),
        ),
    ),
)
@cache
def fourth_of_sum() -> Theorem:
    """For all A inside a set: E (sum over A of Y_i)^4 <= Lambda n^2, 3 eta and theta <= Lambda."""

    def claim(indices: Term) -> Term:
        return le(E(S, _sum(indices) ** 4), LEVEL * count(indices) ** 2)

    def step(smaller: Theorem, known: Theorem) -> Theorem:
        base, X, Y = use(known, j, INSIDE), _sum(SECOND), part(j, S)
        kept = rest_is_free(known, base, lambda fact: fact)
        cubed = kept_apart(X**3, Y, j, _power_kept(kept, 3))
        none = _none(X**3, j, base)
        at_j = _at_j(known, base)
        crossed, squared = (
            use(substitute(discharge(t(), OTHER.conclusion), {other: j}), base, SECOND, at_j)
            for t in (_crossed, _squared)
        )
        last = use(assume(FOURTHS), j, base)
        eta, theta = map(assume, PREMISES)
        size = count_sign(SECOND)
        same = averaged(S, equation=at_same(sum_parted(), lambda value: value**4))
        goal = le(E(S, _sum(WHOLE) ** 4), LEVEL * (count(SECOND) + 1) ** 2)
        grown = linear(goal, same, smaller, cubed, none, crossed, squared, last, (eta, size), theta)
        more = (-LEVEL * (count(WHOLE) + count(SECOND) + 1), counted())
        return linear(claim(WHOLE), grown, more)

    return Growth(claim, _subset, _rest_within, step, _empty(claim(WHOLE), 4, num(1))).theorem()


def _at_j(known: Theorem, base: Theorem) -> Theorem:
    """Every index of the rest is in the base, and is not j."""
    value = checker.indicator(use(known, i, is_member()), member(i, BASE))
    out = checker.indicator(is_other(), eq(i, j))
    level = le(1, inside(i, BASE) - indicator(eq(i, j)))
    return for_all(discharge(linear(level, value, out), member(i, SECOND)), i)
