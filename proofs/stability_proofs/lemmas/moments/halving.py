"""Sums of functions that each have mean 0 over an example of their own, by halving.

After Bousquet, Klochkov and Zhivotovskiy (2020), Theorem 4. A set of at most 2^k indices has two
halves; what the sum over it differs from its conditional means is the same for both halves, and
what one half adds to the other. No set is padded to 2^k indices, which saves a factor 2.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, substitute
from stability_proofs.kernel.notation import E, absolute, every, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    Term,
    eq,
    implies,
    le,
    member,
    num,
    var,
)
from stability_proofs.lemmas.analysis.positive_powers import P, of_none
from stability_proofs.lemmas.analysis.powers_of_two import (
    k,
    power_of_two,
)
from stability_proofs.lemmas.analysis.root_products import roots_added
from stability_proofs.lemmas.moments.cross_moments import (
    WEIGHT,
    count_sign,
    cross_moment,
    order_above_one,
    rate,
    squares,
    squares_sign,
)
from stability_proofs.lemmas.moments.halves import Halving, count_of_halves, two_of
from stability_proofs.lemmas.moments.moment_norms import Norm, power_of_equal
from stability_proofs.lemmas.probability.conditional_means import (
    CENTRED,
    DIFFERENCES,
    cost,
    g,
    mean_given,
    r,
    redrawn,
    weight,
)
from stability_proofs.semantics.samples import S, i, j
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    Prove,
    fails,
    inside,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    added,
    at_same,
    averaged,
    by_cases,
    linear,
    use,
)

W, order = var("W"), var("order")
z = var("z", "example")


def centred_sum(indices: Term) -> Term:
    """The sum over A of g_i less its mean given z_i and what is outside A."""
    return total(i, inside(i, indices) * (g(i, S) - mean_given(indices, i, S)))


def bound(indices: Term, levels: Term) -> Term:
    """(p - 1) W k sqrt(n s): n the number of indices, s the sum of c_j^2."""
    return rate() * levels * sqrt(count(indices) * squares(indices))


def stage(indices: Term, levels: Term) -> Term:
    """That the L_p norm of the sum over A is at most that."""
    return le(E(S, P(absolute(centred_sum(indices)))), P(bound(indices, levels)))


@lemma(given=(le(2, order), le(0, W)), shows=le(0, rate()))
def rate_sign() -> Theorem:
    """0 <= (p - 1) W."""
    return linear(le(0, rate()), (order_above_one(), WEIGHT[1]))


def _half(part: Term, other: Term, known: Theorem, cross: Theorem) -> Norm:
    """What one half contributes: its own sum, and what the other half adds to it."""
    roots = [elementary("sqrt", count(part) * squares(of)) for of in (part, other)]
    own = linear(le(0, bound(part, k)), (rate_sign(), checker.natural(k), roots[0]))
    mixed = linear(le(0, rate() * sqrt(count(part) * squares(other))), (rate_sign(), roots[1]))
    added_means = mean_given(part, i, S) - mean_given(WHOLE, i, S)
    first = Norm(S, centred_sum(part), known, own)
    return first + Norm(S, total(i, inside(i, part) * added_means), cross, mixed)


@lemma(
    given=(PARTED.conclusion,),
    shows=(
        eq(count(FIRST) + count(SECOND), count(WHOLE)),
        eq(squares(FIRST) + squares(SECOND), squares(WHOLE)),
    ),
)
def sizes_of_halves() -> tuple[Theorem, Theorem]:
    """count(A) and the squares of A are those of both parts."""
    share = use(PARTED, i)
    square = cost(j) ** 2
    parts = (inside(j, FIRST) + inside(j, SECOND)) * square
    each = linear(eq(inside(j, WHOLE) * square, parts), (square, substitute(share, {i: j})))
    return count_of_halves(), linear(
        eq(squares(FIRST) + squares(SECOND), squares(WHOLE)), added(j, each)
    )


def _larger(norm: Norm) -> Theorem:
    """What both halves contribute is at most the bound of the next stage, by Cauchy and Schwarz."""
    counted, squared = sizes_of_halves()
    squares_of_parts = squares(FIRST) + squares(SECOND)
    product = linear(
        eq((count(FIRST) + count(SECOND)) * squares_of_parts, count(WHOLE) * squares(WHOLE)),
        (squares_of_parts, counted),
        (count(WHOLE), squared),
    )
    first, second = (
        (count_sign(FIRST), squares_sign(FIRST)),
        (count_sign(SECOND), squares_sign(SECOND)),
    )
    straight = roots_added(first, second)
    crossed = roots_added((first[0], second[1]), (second[0], first[1]))
    return linear(
        le(norm.bound, bound(WHOLE, k + 1)),
        (straight, rate_sign(), checker.natural(k)),
        (crossed, rate_sign()),
        (rate() * (k + 1), at_same(product, sqrt)),
    )


def _both_halves(known: Theorem, other: Theorem) -> Theorem:
    """stage(A, k + 1), from stage(A1, k) and stage(A2, k)."""
    cross = cross_moment()
    turned = substitute(cross, {FIRST: SECOND, SECOND: FIRST})
    whole = _half(FIRST, SECOND, known, cross) + _half(SECOND, FIRST, other, turned)
    rest = g(i, S) - mean_given(WHOLE, i, S)
    parts = (inside(i, FIRST) + inside(i, SECOND)) * rest
    places = added(i, linear(eq(parts, inside(i, WHOLE) * rest), (-rest, use(PARTED, i))))
    norm = whole.of(linear(eq(whole.body, centred_sum(WHOLE)), places))
    return norm.below(_larger(norm)).moment


@lemma(given=(le(total(i, inside(i, WHOLE)), 1),), shows=eq(centred_sum(WHOLE), 0))
def none_of_one() -> Theorem:
    """Of a set of at most one index: the mean given the rest is g_i itself."""
    small, rest = assume(le(count(WHOLE), 1)), g(i, S) - mean_given(WHOLE, i, S)

    def nothing(known: Theorem) -> Theorem:
        goal = eq(inside(i, WHOLE) * rest, 0)
        value = checker.indicator(known, member(i, WHOLE))
        if known.conclusion.head != "member":
            return linear(goal, (rest, value))

        def outside(index: Term, prove: Prove) -> Theorem:
            return prove([fails(member(index, WHOLE), two_of(i, index), value, small)])

        same = same_families(redrawn(WHOLE, S, i), S, [i], [known], outside)
        own = averaged(r, equation=at_same(same, lambda sample: g(i, sample)))
        return linear(goal, (-inside(i, WHOLE), own))

    return linear(eq(centred_sum(WHOLE), 0), added(i, by_cases(member(i, WHOLE), nothing)))


@lemma(given=(le(total(i, inside(i, WHOLE)), 1),), shows=stage(WHOLE, num(0)))
def single() -> Theorem:
    """A set of at most one index is at stage 0."""
    same = averaged(S, equation=power_of_equal(none_of_one()))
    none = linear(le(num(0), 0))
    empty, least = of_none(absolute_below(none, linear(le(-num(0), 0)))), of_none(none)
    top = at_same(checker.same(bound(WHOLE, num(0)), num(0)), P)
    return linear(stage(WHOLE, num(0)), same, empty, top, least)


@lemma(
    given=(
        CENTRED,
        DIFFERENCES,
        le(0, W),
        le(2, order),
        every(z, le(0, weight(z))),
        le(E(z, P(weight(z))), P(W)),
    ),
    shows=every(
        k, FIRST, implies(le(total(i, inside(i, FIRST)), power_of_two(k)), stage(FIRST, k))
    ),
)
def by_halving() -> Theorem:
    """For all k, a set of at most 2^k indices is at stage k."""
    return Halving(stage, single(), _both_halves).theorem()
