"""The split tail: derivations of `stability.theorems.elastic_split`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from stability.conventions import Quantity
from stability.theorems.kinds import GeneralizationStatement
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, antisymmetric, assume
from stability_proofs.kernel.notation import E, average, minimum
from stability_proofs.kernel.terms import (
    ProofError,
    Term,
    at,
    eq,
    le,
    lt,
    negation,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.elastic.contractions import (
    fitted_without,
    of_fit,
    of_left_out,
    risk_moves,
)
from stability_proofs.lemmas.elastic.elastic_gaps import below_both
from stability_proofs.lemmas.elastic.elastic_remainders import remainder_within
from stability_proofs.lemmas.elastic.elastic_squares import POINT, beta_rms, column, row
from stability_proofs.lemmas.elastic.elastic_walks import (
    B1,
    DIAGONAL,
    LEAST,
    MEAN,
    MOST,
    ROW_MEAN,
    SHRUNK_HIGH,
    SHRUNK_LOW,
    UNTOUCHED,
    B,
    D,
    M,
    U,
    others_positive,
)
from stability_proofs.lemmas.gaps.centred_gaps import (
    centred,
    gap_is_sum,
    has_mean_zero,
    own_square,
    remainder,
)
from stability_proofs.lemmas.gaps.gap_moments import own_range
from stability_proofs.lemmas.gaps.split_gaps import Bias, Split, d3, of_spreads
from stability_proofs.lemmas.moments.pairs import spread
from stability_proofs.lemmas.probability.concentration import tail
from stability_proofs.lemmas.probability.split_tails import hoeffding
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    elastic_further,
    gap,
    i,
    j,
    loo_gap,
    m,
    risk,
    without,
    y,
    z,
)
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.vocabulary import (
    averaged,
    by_cases,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)
from stability_proofs.theorems.elastic_second_moment import (
    FORMS,
    left_out_own,
    left_out_zero,
    mean_without,
)

c_sup = symbol_term("c_sup")
[LARGEST_COLUMN] = map(assume, elastic_further(beta(y, z), {"c_sup": c_sup}))
WIDTH = B + U + c_sup
APART = negation(eq(i, j))
D3 = assume(lt(0, d3)), assume(lt(d3, 1))


def smallest(x: Term) -> Term:
    """min(x + min(x, M^2/(4m)), M^2/4)."""
    return minimum(x + minimum(x, M**2 / (4 * m)), M**2 / 4)


def of_three(x: Term, twice: Theorem, mixed: Theorem, own: Theorem) -> Theorem:
    """What bounds the second moment, from 2 x, x + M^2/(4m) and M^2/4."""
    square = twice.conclusion.args[0]
    first = linear(le(square - x, x), twice)
    second = linear(le(square - x, M**2 / (4 * m)), mixed)
    inner = minimum(x, M**2 / (4 * m))
    both = linear(le(square, x + inner), below_both(first, second, inner))
    return below_both(both, own, smallest(x))


@cache
def fitted_split() -> Split:
    """The parts of the gap."""
    apart = assume(APART)
    moved = linear(
        le(spread(centred(i), j), (beta_rms / m) ** 2), of_fit(i, j, apart).spread(apart)
    )
    spreads = for_all(discharge(moved, APART), i, j)
    own = for_all(linear(le(E(S, centred(i) ** 2), M**2 / 4), own_square()), i)
    zero = for_all(use(has_mean_zero(), S), S, i)
    x = (1 - 1 / m) * beta_rms**2 / m**2

    def second(twice: Theorem, mixed: Theorem, flat: Theorem) -> Theorem:
        square = twice.conclusion.args[0]
        return of_three(
            x, linear(le(square, x + x), twice), linear(le(square, x + M**2 / (4 * m)), mixed), flat
        )

    return of_spreads(gap(S), gap_is_sum(), centred(i), zero, own_range(), spreads, own, second)


def _weight(point: Term) -> Term:
    """What bounds m times the remainder of an example."""
    return B1 + row(point) + beta(point, point) + column(point)


def _fitted_left() -> tuple[Theorem, Theorem]:
    """The mean remainder, and minus that, is at most the mean of the weights over m."""
    share, size = one_over(sample_size_positive()), sample_size_positive()
    found = []
    for sign in (1, -1):
        one = remainder_within(i, sign)
        each = linear(le(sign * remainder(i), _weight(at(S, i)) / m), one, (MEAN, share))
        goal = le(sign * average(i, remainder(i)), average(i, _weight(at(S, i))) / m)
        found.append(linear(goal, (summed(i, each), share), nonzero=[size]))
    return found[0], found[1]


def _weight_ends(point: Term) -> tuple[Theorem, Theorem]:
    """B1 <= weight and weight <= B1 + W."""
    least = (
        mean(POINT, use(LEAST, point, POINT)),
        use(LEAST, point, point),
        mean(POINT, use(LEAST, POINT, point)),
    )
    most = use(ROW_MEAN, point), use(MOST, point, point), use(LARGEST_COLUMN, point)
    low = linear(le(B1, _weight(point)), *least)
    return low, linear(le(_weight(point), B1 + WIDTH), *most)


Left = tuple[Theorem, ...]
"""That what is left of the gap, and minus that, is at most the mean of weights over m."""


def _range_of(left: Left, weight: Term, most: Theorem) -> Bias:
    """What is left is at most `top`/m, as no weight is above `top`."""
    top = most.conclusion.args[1]
    share, size = one_over(sample_size_positive()), sample_size_positive()
    mean_of = linear(le(average(i, weight), top), (summed(i, most), share), nonzero=[size])
    known = tuple(linear(le(t.conclusion.args[0], top / m), t, (mean_of, share)) for t in left)
    return Bias(top / m, lambda facts: known)


def _tail_of(left: Left, body: Term, spread: Theorem, below: Theorem, positive: Theorem) -> Bias:
    """What is left is at most (a + W tail(d3))/m, but with probability d3."""
    width, expected = positive.conclusion.args[1], use(below, i).conclusion.args[1]
    part = hoeffding(body, spread, positive, below, *D3)
    share, top = one_over(sample_size_positive()), expected + width * tail(d3)

    def within(facts: Sequence[Theorem]) -> tuple[Theorem, ...]:
        [fact] = facts
        return tuple(linear(le(t.conclusion.args[0], top / m), t, (fact, share)) for t in left)

    return Bias(top / m, within, (part,))


def _flat(bias: Bias, expected: Term, zero: Theorem, *facts: Theorem) -> Bias:
    """The same level where W is 0: what the range says is below it."""
    width = zero.conclusion.args[0]
    share, level = one_over(sample_size_positive()), (expected + width * tail(d3)) / m
    lower = linear(
        le(bias.level, level), *((fact, share) for fact in facts), ((tail(d3) - 1) / m, zero)
    )
    known = tuple(linear(le(t.conclusion.args[0], level), t, lower) for t in bias.within(()))
    return Bias(level, lambda facts: known, (), (D3[0],))


def _by_tail(
    found: Callable[[Bias], Theorem],
    width: Term,
    signs: Sequence[Theorem],
    tail_of: Callable[[Theorem], Bias],
    flat: Callable[[Theorem], Bias],
) -> Theorem:
    """Hoeffding needs a range of positive length; else what is left is small surely."""

    def positive(known: Theorem) -> Theorem:
        if known.conclusion == lt(0, width):
            return found(tail_of(known))
        sign = linear(le(0, width), *signs)
        return found(flat(antisymmetric(linear(le(width, 0), known), sign)))

    return by_cases(lt(0, width), positive)


def bias_of_fit(found: Callable[[Bias], Theorem], by_tail: bool) -> Theorem:
    """A tail of the gap, with what is left bounded by its tail, or by its range."""
    left, body = _fitted_left(), _weight(z)
    at_index_most = checker.substitute(_weight_ends(z)[1], {z: at(S, i)})
    whole = _range_of(left, _weight(at(S, i)), at_index_most)
    if not by_tail:
        return found(whole)
    low, high = _weight_ends(z)
    top = checker.substitute(high, {z: y})
    moved = for_all(linear(le(replace(body, {z: y}) - body, WIDTH), top, low), i, y, z)
    order = checker.exchange(E(z, column(z)))
    below = for_all(linear(le(E(z, body), 3 * B1 + D), MEAN, MEAN, DIAGONAL, order), i)
    signs = [assume(le(0, x)) for x in (B, U, c_sup)]
    more = assume(le(0, B1)), assume(le(0, D))
    return _by_tail(
        found,
        WIDTH,
        signs,
        lambda known: _tail_of(left, body, moved, below, known),
        lambda zero: _flat(whole, 3 * B1 + D, zero, *more),
    )


def split(claim: Claim) -> Derived:
    """Hoeffding for the sum, Cantelli or Chebyshev for the remainder, Hoeffding for the bias."""
    if claim.said:
        return Derived((FORMS[claim.statement.name](),))
    two = statement_of(claim).quantity is Quantity.ABSOLUTE_GAP
    return Derived((_fitted_tail(two, by_its_tail(claim)),))


@cache
def _fitted_tail(two_sided: bool, by_tail: bool) -> Theorem:
    parts = fitted_split()
    return bias_of_fit(parts.two_sided if two_sided else parts.one_sided, by_tail)


def statement_of(claim: Claim) -> GeneralizationStatement:
    """The statement about a gap."""
    if not isinstance(claim.statement, GeneralizationStatement):
        raise ProofError(f"{claim.theorem.id}: no statement about a gap")
    return claim.statement


def by_its_tail(claim: Claim) -> bool:
    """Whether what is left is bounded with a probability of its own."""
    return "delta_3" in claim.statement.names()


@cache
def _left_out() -> Split:
    apart, others, size = assume(APART), others_positive(), sample_size_positive()
    body, level = fitted_without(i), beta_rms**2 / ((m - 1) * (m - 1))
    near = of_left_out(i, j, apart, others).spread(apart)
    spreads = for_all(discharge(linear(le(spread(body, j), level), near), APART), i, j)
    own = for_all(left_out_own(), i)
    zero = for_all(left_out_zero(), S, i)
    x = beta_rms**2 / (m * (m - 1))

    def second(twice: Theorem, mixed: Theorem, flat: Theorem) -> Theorem:
        square, divisors = twice.conclusion.args[0], [size, others]
        two = linear(le(square, x + x), twice, nonzero=divisors)
        one = linear(le(square, x + M**2 / (4 * m)), mixed, nonzero=divisors)
        return of_three(x, two, one, flat)

    first, rest = average(i, body), average(i, risk(S) - mean_without())
    same = linear(eq(loo_gap(S), first + rest), nonzero=[size])
    return of_spreads(loo_gap(S), same, body, zero, _left_out_range(), spreads, own, second)


def _left_out_range() -> Theorem:
    """What is fitted without z_i has a loss in [0, M] at z_i."""
    R = var("R", "sample")
    points = [(point, put(R, i, point)) for point in (y, z)]
    known = []
    for point, new in points:
        plain = settled(replace(fitted_without(i), {S: new}))
        inner = averaged(POINT, equation=use(UNTOUCHED, R, i, point, POINT))
        own = use(UNTOUCHED, R, i, point, point)
        value = E(POINT, without(R, i, POINT)) - without(R, i, point)
        known.append(linear(eq(plain.conclusion.args[0], value), plain, inner, own))
    ends = use(SHRUNK_LOW, R, i, y), use(SHRUNK_HIGH, R, i, z)
    change = known[0].conclusion.args[0] - known[1].conclusion.args[0]
    return for_all(mean(R, linear(le(change, M), *known, *ends)), i, y, z)


def split_loo(claim: Claim) -> Derived:
    """The same for what is fitted without an example and tested on it; the bias has rows alone."""
    if claim.said:
        return Derived((FORMS[claim.statement.name](),))
    return Derived((_left_out_tail(by_its_tail(claim)),))


@cache
def _left_out_tail(by_tail: bool) -> Theorem:
    found, share, size = (
        _left_out().one_sided,
        one_over(sample_size_positive()),
        sample_size_positive(),
    )
    up, _ = risk_moves(i)
    left = average(i, risk(S) - mean_without())
    goal = le(left, average(i, row(at(S, i))) / m)
    below_rows = (linear(goal, (summed(i, up), share), nonzero=[size]),)
    whole = _range_of(below_rows, row(at(S, i)), use(ROW_MEAN, at(S, i)))
    if not by_tail:
        return found(whole)
    least = mean(POINT, use(LEAST, z, POINT))
    moved = for_all(linear(le(row(y) - row(z), B), use(ROW_MEAN, y), least), i, y, z)
    below = for_all(linear(le(E(z, row(z)), B1), MEAN), i)
    return _by_tail(
        found,
        B,
        [assume(le(0, B))],
        lambda known: _tail_of(below_rows, row(z), moved, below, known),
        lambda zero: _flat(whole, B1, zero, assume(le(0, B1))),
    )
