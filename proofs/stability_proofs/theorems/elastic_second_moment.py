"""The elastic second moment: derivations of `stability.theorems.elastic_second_moment`."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, average, indicator, sqrt
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, put
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.elastic.elastic_remainders import remainder_within, weight
from stability_proofs.lemmas.elastic.elastic_squares import (
    POINT,
    ROOT_BB,
    ROOT_UB,
    ROOT_UD,
    column,
    column_moment,
    diagonal_moment,
    entry_moment,
    root_sign,
    row,
    row_moment,
)
from stability_proofs.lemmas.elastic.elastic_walks import (
    B1,
    DELETION,
    LEAST,
    MEAN,
    UNTOUCHED,
    B,
    D,
    M,
    U,
)
from stability_proofs.lemmas.gaps.centred_gaps import (
    centred,
    gap_is_sum,
    has_mean_zero,
    mean_square,
    remainder,
)
from stability_proofs.lemmas.moments.moments import markov, minkowski
from stability_proofs.lemmas.moments.pairs import (
    APART,
    product_below_spreads,
    spread,
    spread_below,
    squared_mean,
)
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, beta, gap, i, j, loss, m, risk, without, x, y, z
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    chain,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    use,
)

delta = symbol_term("delta")
PAIRS = (ROOT_BB + ROOT_UB) / m
BIAS = (ROOT_BB + B1 + ROOT_UD + ROOT_UB) / m


def _share() -> Theorem:
    return one_over(sample_size_positive())


def _deleted(index: Term, other: Term) -> Term:
    """g_i with the example at j deleted: it does not depend on it."""
    new = put(S, index, x)
    fitted = E(POINT, without(new, other, POINT)) - without(new, other, at(S, index))
    return E(x, fitted)


def _spread_small(index: Term, other: Term, apart: Theorem) -> Theorem:
    """spread(g_i, j) <= E ((b(z_j) + beta(z_j, z_i))/m)^2 <= ((sqrt(B B1) + sqrt(U B1))/m)^2."""
    new, deleted = put(S, index, x), _deleted(index, other)
    # deleted does not depend on the example at j
    turned = family("put-swap", S, other, z, index, x, apart)
    read = family("at-put-other", S, other, z, index, apart)
    both, point = put(put(S, other, z), index, x), at(put(S, other, z), index)

    def kept_at(tested: Term) -> Theorem:
        swapped = at_same(turned, lambda sample: without(sample, other, tested))
        return chain(swapped, use(UNTOUCHED, new, other, z, tested))

    own = chain(kept_at(point), at_same(read, lambda there: without(new, other, there)))
    risks = averaged(POINT, equation=kept_at(POINT))
    inner = E(POINT, without(both, other, POINT)) - without(both, other, point)
    fitted = E(POINT, without(new, other, POINT)) - without(new, other, at(S, index))
    kept = averaged(x, equation=linear(eq(inner, fitted), risks, own))
    below = spread_below(centred(index), deleted, other, for_all(kept, S, z))
    # and it is near
    same = family("at-put-other", S, index, x, other, apart)
    own_point, cost = at(S, index), beta(at(S, other), at(S, index))

    def near(tested: Term, sign: int) -> Theorem:
        change = loss(new, tested) - without(new, other, tested)
        bounds = sides(use(DELETION, new, other, tested))
        named = at_same(same, lambda there: beta(there, tested))
        return linear(le(sign * change, beta(at(S, other), tested) / m), *bounds, (1 / m, named))

    weight = (row(at(S, other)) + cost) / m
    change = risk(new) - loss(new, own_point) - fitted

    def within(sign: int) -> Theorem:
        parts = mean(POINT, near(POINT, sign)), near(own_point, -sign)
        here = mean(x, linear(le(sign * change, weight), *parts))
        return linear(le(sign * (centred(index) - deleted), weight), here)

    square = mean(
        S, linear(le((centred(index) - deleted) ** 2, weight**2), (within(1), within(-1)))
    )
    moment = minkowski(
        row_moment(other),
        entry_moment(other, index, apart),
        row(at(S, other)),
        cost,
        root_sign(B, B1),
        root_sign(U, B1),
    )
    goal = le(spread(centred(index), other), PAIRS**2)
    return linear(goal, below, square, (moment, _share(), _share()))


def _pair() -> Theorem:
    """E g_i g_j <= PAIRS^2."""
    apart, zero = assume(APART), has_mean_zero()
    other_zero = checker.substitute(zero, {i: j})
    product = product_below_spreads(centred(i), centred(j), zero, other_zero, apart)
    spreads = _spread_small(i, j, apart), _spread_small(j, i, apart)
    return linear(le(E(S, centred(i) * centred(j)), PAIRS**2), product, *spreads)


def _weight_moment(index: Term) -> Theorem:
    """E weight^2 <= (sqrt(B B1) + B1 + sqrt(U D) + sqrt(U B1))^2."""
    point, overall = at(S, index), E(y, row(y))
    least = mean(y, mean(POINT, use(LEAST, y, POINT)))
    B1_sign = assume(le(0, B1))
    known = linear(le(E(S, overall * overall), B1 * B1), (MEAN, least), (MEAN, B1_sign))
    parts = (
        (row_moment(index), row(point), root_sign(B, B1)),
        (known, overall, B1_sign),
        (diagonal_moment(index), beta(point, point), root_sign(U, D)),
        (column_moment(index), column(point), root_sign(U, B1)),
    )
    moment, body, sign = parts[0]
    for next_moment, next_body, next_sign in parts[1:]:
        whole = minkowski(moment, next_moment, body, next_body, sign, next_sign)
        top = sign.conclusion.args[1] + next_sign.conclusion.args[1]
        body = body + next_body
        moment = linear(le(E(S, body * body), top * top), whole)
        sign = linear(le(0, top), sign, next_sign)
    return moment


def _remainder_square(index: Term) -> Theorem:
    """remainder^2 <= (weight/m)^2."""
    goal = le(remainder(index) ** 2, (weight(index) / m) ** 2)
    return linear(goal, (remainder_within(index, 1), remainder_within(index, -1)))


def _bias() -> Theorem:
    """E (mean remainder)^2 <= BIAS^2, as each of them has at most that second moment."""
    share = _share()

    def own(index: Term) -> Theorem:
        moment = (_weight_moment(index), share, share)
        goal = le(E(S, remainder(index) ** 2), BIAS**2)
        return linear(goal, mean(S, _remainder_square(index)), moment)

    first, second = remainder(i), remainder(j)
    product = mean(S, linear(le(0, (first - second) ** 2), Square(first - second)))
    level = BIAS**2 + indicator(eq(j, i)) * num(0)
    products = linear(le(E(S, first * second), level), product, own(i), own(j))
    return squared_mean(first, for_all(products, i, j))


def _mean_square() -> Theorem:
    """E (mean of g_i)^2 <= M^2/(4m) + PAIRS^2."""
    return mean_square(_pair(), linear(le(0, PAIRS**2), Square(PAIRS)))


def _bias_sign() -> Theorem:
    signs = root_sign(B, B1), assume(le(0, B1)), root_sign(U, D), root_sign(U, B1)
    return linear(le(0, BIAS), *((_share(), sign) for sign in signs))


@cache
def _second_moment() -> Theorem:
    """E G^2 <= (BIAS + sqrt(M^2/(4m) + PAIRS^2))^2, by Minkowski's inequality."""
    squares, square = _mean_square(), linear(le(0, M * M), Square(M))
    most = squares.conclusion.args[1]
    root = root_squared(linear(le(0, most), (square, _share()), Square(PAIRS)))
    first, rest = average(i, centred(i)), average(i, remainder(i))
    of_first = linear(le(E(S, first * first), sqrt(most) * sqrt(most)), squares, root)
    of_rest = linear(le(E(S, rest * rest), BIAS * BIAS), _bias())
    signs = _bias_sign(), elementary("sqrt", most)
    whole = minkowski(of_rest, of_first, rest, first, *signs)
    same = linear(eq(gap(S) ** 2, (rest + first) ** 2), (gap(S) + first + rest, gap_is_sum()))
    goal = le(E(S, gap(S) ** 2), (BIAS + sqrt(most)) ** 2)
    return linear(goal, whole, averaged(S, equation=same))


def second_moment(claim: Claim) -> Derived:
    """The gap is the mean of centred gaps, and a remainder."""
    return Derived((_second_moment(),))


def chebyshev(claim: Claim) -> Derived:
    """Markov's inequality for G^2."""
    most, range_of = _mean_square().conclusion.args[1], assume(lt(0, M))
    square = linear(lt(0, M * M), (range_of, range_of))
    root = root_positive(linear(lt(0, most), (square, _share()), Square(PAIRS)))
    positive = linear(lt(0, BIAS + sqrt(most)), _bias_sign(), root)
    level = BIAS + sqrt(most)
    moment = linear(le(E(S, gap(S) * gap(S)), level * level), _second_moment())
    return Derived((markov(moment, gap(S), positive, assume(lt(0, delta))),))
