"""Split tail and second moment: derivations of `stability.theorems.uniform_split`."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, average, minimum, sqrt
from stability_proofs.kernel.terms import Term, eq, le, lt, negation, num
from stability_proofs.lemmas.analysis.maxima import least_positive
from stability_proofs.lemmas.analysis.roots import equal_by_squares
from stability_proofs.lemmas.elastic.elastic_gaps import below_both
from stability_proofs.lemmas.gaps.centred_gaps import (
    M,
    centred,
    gap_is_sum,
    has_mean_zero,
    own_square,
    remainder,
)
from stability_proofs.lemmas.gaps.gap_moments import own_range
from stability_proofs.lemmas.gaps.replaced_gaps import (
    epsilon,
    remainder_square,
    remainder_within,
    spread_small,
)
from stability_proofs.lemmas.gaps.split_gaps import Bias, Split, of_spreads
from stability_proofs.lemmas.moments.mean_squares import below_each, below_pairs
from stability_proofs.lemmas.moments.pairs import product_below_spreads
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.samples import S, gap, i, j, m
from stability_proofs.tactics.mixed_families import unequal
from stability_proofs.tactics.vocabulary import (
    Square,
    discharge,
    for_all,
    linear,
    one_over,
    put_equal,
    sample_size_positive,
    summed,
    use,
)
from stability_proofs.theorems.elastic_second_moment import Root, root_of, tail_of

APART = negation(eq(i, j))
OWN = linear(le(E(S, centred(i) ** 2), M**2 / 4), own_square())


@cache
def fitted_split() -> Split:
    """The parts of the gap."""
    moved = spread_small(i, j, assume(APART))
    spreads = for_all(discharge(moved, APART), i, j)
    zero = for_all(use(has_mean_zero(), S), S, i)

    def second(twice: Theorem, mixed: Theorem, flat: Theorem) -> Theorem:
        return linear(le(twice.conclusion.args[0], (1 - 1 / m) * epsilon**2 / 2), twice)

    same, own = gap_is_sum(), for_all(OWN, i)
    return of_spreads(gap(S), same, centred(i), zero, own_range(), spreads, own, second)


def split(claim: Claim) -> Derived:
    """The remainder moves little in root mean square, and what is left is at most 2 epsilon."""
    return Derived((_tail(),))


def whole_bias() -> Bias:
    """What is left of the gap is at most 2 epsilon."""
    size = sample_size_positive()
    share = one_over(size)
    sides = tuple(
        linear(
            le(sign * average(i, remainder(i)), 2 * epsilon),
            (summed(i, one), share),
            nonzero=[size],
        )
        for sign, one in zip((1, -1), remainder_within(i), strict=True)
    )
    return Bias(2 * epsilon, lambda facts: sides)


@cache
def _tail() -> Theorem:
    parts = fitted_split()
    found = parts.one_sided(whole_bias())
    return put_equal(_root_apart(parts.v), found)


def _root_apart(inside: Term) -> Theorem:
    """sqrt((1 - 1/m) epsilon^2/2) = epsilon sqrt(1 - 1/m) sqrt 2/2."""
    size = sample_size_positive()
    rest = linear(le(0, 1 - 1 / m), (checker.at_least_one("index"), one_over(size)), nonzero=[size])
    square = linear(le(0, epsilon**2), Square(epsilon))
    whole = linear(le(0, inside), (square, rest))
    two, apart = sqrt(num(2)), epsilon * sqrt(1 - 1 / m) * sqrt(num(2)) / 2
    squares = linear(
        eq(sqrt(inside) * sqrt(inside), apart * apart),
        root_squared(whole),
        (epsilon**2 * two**2 / 4, root_squared(rest)),
        (epsilon**2 * (1 - 1 / m) / 4, root_squared(linear(le(0, num(2))))),
    )
    roots = elementary("sqrt", 1 - 1 / m), elementary("sqrt", num(2))
    signs = elementary("sqrt", inside), linear(le(0, apart), (assume(le(0, epsilon)), *roots))
    return equal_by_squares(sqrt(inside), apart, squares, *signs)


@cache
def _root() -> Root:
    def pair(apart: Theorem) -> Theorem:
        back, zero = unequal(apart), has_mean_zero()
        other = checker.substitute(zero, {i: j})
        product = product_below_spreads(centred(i), centred(j), zero, other, back)
        goal = le(E(S, centred(i) * centred(j)), epsilon**2 / 4)
        return linear(goal, product, spread_small(i, j, back), spread_small(j, i, apart))

    spread_of = (1 - 1 / m) * epsilon**2 / 4
    pairs = below_pairs(centred(i), OWN, pair)
    square = E(S, average(i, centred(i)) ** 2)
    least = minimum(M**2 / 4, M**2 / (4 * m) + spread_of)
    squares = below_both(
        below_each(centred(i), OWN), linear(le(square, M**2 / (4 * m) + spread_of), pairs), least
    )
    level = 3 * epsilon / 2
    own = linear(le(E(S, remainder(i) ** 2), level**2), remainder_square(i))
    share = one_over(sample_size_positive())
    whole = linear(lt(0, M**2 / 4), (assume(lt(0, M)), assume(lt(0, M))))
    others = linear(le(0, m - 1), checker.at_least_one("index")), share
    both = linear(
        lt(0, M**2 / (4 * m) + spread_of),
        (whole, share),
        (*others, linear(le(0, epsilon**2), Square(epsilon))),
        nonzero=[sample_size_positive()],
    )
    sign = linear(le(0, level), assume(le(0, epsilon)))
    positive = least_positive(whole, both)
    return root_of(gap(S), gap_is_sum(), squares, below_each(remainder(i), own), sign, positive)


def second_moment(claim: Claim) -> Derived:
    """The gap is the mean of centred gaps, and a remainder."""
    return Derived((_root()[0],))


def chebyshev(claim: Claim) -> Derived:
    """Markov's inequality for G^2."""
    return Derived((tail_of(gap(S), *_root()),))
