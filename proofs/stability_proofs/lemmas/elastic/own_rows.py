"""How likely it is that the row of beta for an example has a large mean over the other examples.

What the finite-sample theorem needs of a sample is only this, for each of its own examples: the
supremum over all deleted points is more than that. Hence for every beta in [0, U], whatever its
structure, a bound that only grows with log m: each example is independent of the others.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, contradiction
from stability_proofs.kernel.families import family, picked, swap
from stability_proofs.kernel.notation import E, average, exp, indicator, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, put, replace, var
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.indicators import between, covered
from stability_proofs.lemmas.elastic.elastic_gaps import own_row_at_most
from stability_proofs.lemmas.elastic.elastic_walks import LEAST, MOST, ROW_MEAN, B, U, eta
from stability_proofs.lemmas.elastic.rows import LEVEL, average_at_most, never, tail_of_smaller
from stability_proofs.lemmas.probability.averages import bernstein, hoeffding, mean_over
from stability_proofs.semantics.samples import (
    OWN,
    TESTED,
    S,
    beta,
    elsewhere,
    i,
    j,
    largest_row,
    m,
    own_row,
    own_rows,
    rows_exceed,
    y,
    z,
)
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    by_cases,
    chain,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

a = var("a")

EXCEEDS = lt(LEVEL, own_row(S, i))


@lemma(given=(MOST.conclusion, LEAST.conclusion), shows=le(own_rows(S), largest_row(S)))
def below_largest_row() -> Theorem:
    """The largest own row is at most the largest row of any deleted point."""
    size, point = sample_size_positive(), at(S, OWN)
    least = use(LEAST, point, at(S, TESTED))
    sign = between(eq(OWN, TESTED))[0]
    entry = beta(point, at(S, TESTED))
    fewer = summed(TESTED, linear(le(elsewhere(OWN, TESTED) * entry, entry), (sign, least)))
    rows = average_at_most(use(MOST, y, z))
    over = checker.sup_is_above(y, rows, point)
    own = linear(le(own_row(S, OWN), largest_row(S)), (fewer, one_over(size)), over)
    return checker.sup_is_least(OWN, own)


def _one_of_them() -> Theorem:
    """1{level < largest own row} <= the number of own rows above the level.

    Were that below 1, it would be 0 for each of them.
    """
    value, parts = indicator(EXCEEDS), total(i, indicator(EXCEEDS))
    low = between(EXCEEDS)[0]
    here = replace(value, {i: j})
    others = linear(
        le(indicator(eq(j, i)) * here, here),
        (checker.substitute(low, {i: j}), between(eq(j, i))[1]),
    )
    counted = linear(le(value, parts), summed(j, others), picked(j, here, i))
    event = lt(LEVEL, own_rows(S))
    goal = le(indicator(event), parts)

    def few(known: Theorem) -> Theorem:
        """No own row exceeds."""

        def one(seen: Theorem) -> Theorem:
            aim = le(own_row(S, i), LEVEL)
            if seen.conclusion != EXCEEDS:
                return seen
            least = linear(le(1, parts), counted, checker.indicator(seen, EXCEEDS))
            return contradiction(known, least, aim)

        return checker.sup_is_least(i, by_cases(EXCEEDS, one))

    def split(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            return chain(between(event)[1], known)
        return linear(goal, checker.indicator(few(known), event), summed(i, low))

    return by_cases(le(1, parts), split)


def _independent_row() -> Theorem:
    """The own row of y in the place of z_i is at most the mean of the row of y over the sample."""
    new, entry = put(S, i, y), beta(y, at(S, j))
    first = at_same(family("at-put", S, i, y), lambda point: beta(point, at(new, j)))

    def at_place(known: Theorem) -> Theorem:
        value = checker.indicator(known, eq(i, j))
        goal = le(elsewhere(i, j) * beta(at(new, i), at(new, j)), entry)
        weight = (beta(at(new, i), at(new, j)), value)
        if known.conclusion.head == "=":
            return linear(goal, use(LEAST, y, at(S, j)), weight)
        kept = at_same(family("at-put-other", S, i, y, j, known), lambda there: beta(y, there))
        return linear(goal, first, kept, weight)

    size = sample_size_positive()
    places = summed(j, by_cases(eq(i, j), at_place))
    goal = le(own_row(new, i), mean_over(beta(y, z), S))
    return linear(goal, (places, one_over(size)), nonzero=[size])


@lemma(
    at=(
        for_any(
            le(E(S, indicator(lt(E(z, beta(y, z)) + eta, average(j, beta(y, at(S, j)))))), a), y
        ),
    ),
    given=(ROW_MEAN.conclusion, LEAST.conclusion),
    shows=rows_exceed(LEVEL, m * a),
)
def own_rows_exceed(tail: Theorem) -> Theorem:
    """P(some own row exceeds B + eta) <= m p.

    `tail`: for the row of any fixed y, P(its mean over the sample > its expectation + eta) <= p.
    """
    row_over = mean_over(beta(y, z), S)
    reached = linear(le(E(z, beta(y, z)) + eta, LEVEL), use(ROW_MEAN, y))
    fixed = tail_of_smaller(tail, linear(le(row_over, row_over)), reached)
    probability, event = fixed.conclusion.args[1], lt(LEVEL, row_over)
    inside = chain(_independent_row(), assume(le(row_over, LEVEL)))
    smaller = covered(own_row(put(S, i, y), i), LEVEL, [event], inside)
    one = linear(
        le(E(S, indicator(EXCEEDS)), probability),
        swap(S, i, y, indicator(EXCEEDS)),
        mean(S, mean(y, smaller)),
        checker.exchange(E(S, E(y, indicator(event)))),
        mean(y, fixed),
    )
    union = chain(mean(S, _one_of_them()), checker.exchange(E(S, total(i, indicator(EXCEEDS)))))
    whole = chain(union, summed(i, one))
    return linear(le(whole.conclusion.args[0], m * probability), whole)


@lemma(
    at=(rows_exceed(LEVEL, a), le(0, a)),
    given=(MOST.conclusion, le(0, eta), le(0, U), le(0, B)),
    shows=rows_exceed(LEVEL, a),
)
def unless_flat(found: Theorem, sign: Theorem) -> Theorem:
    """P(some own row exceeds) <= p without 0 < U, from 0 <= p: else all rows are 0."""
    size = sample_size_positive()
    last = (assume(le(0, U)), one_over(size))
    signs = assume(le(0, B)), assume(le(0, eta))
    goal = le(own_row(S, OWN), LEVEL)
    flat = linear(goal, own_row_at_most(OWN), assume(le(U, 0)), last, *signs, nonzero=[size])
    nothing = chain(never(checker.sup_is_least(OWN, flat)), sign)
    return checker.cases(lt(0, U), found, nothing)


def _times_size(exponential: Term) -> Theorem:
    return linear(
        le(0, m * exponential), (sample_size_positive(), exp_positive(exponential.args[0]))
    )


@lemma(
    given=(ROW_MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, eta), lt(0, U)),
    shows=rows_exceed(LEVEL, m * exp(-2 * m * eta * eta / (U * U))),
)
def where_not_flat() -> Theorem:
    """P(some own row exceeds B + eta) <= m exp(-2 m eta^2/U^2), from 0 < U."""
    positive, sign = assume(lt(0, U)), assume(le(0, eta))
    return own_rows_exceed(
        hoeffding(beta(y, z), U, eta, use(LEAST, y), use(MOST, y), positive, sign)
    )


@lemma(
    given=(ROW_MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, eta), le(0, U), le(0, B)),
    shows=rows_exceed(LEVEL, m * exp(-2 * m * eta * eta / (U * U))),
)
def by_hoeffding() -> Theorem:
    """The same for every beta in [0, U]."""
    return unless_flat(where_not_flat(), _times_size(exp(-2 * m * eta * eta / (U * U))))


@lemma(
    given=(ROW_MEAN.conclusion, MOST.conclusion, LEAST.conclusion, le(0, eta), le(0, U), le(0, B)),
    shows=rows_exceed(LEVEL, m * exp(-m * eta * eta / (2 * (B * U + U * eta / 3)))),
)
def by_bernstein() -> Theorem:
    """The same <= m exp(-m eta^2/(2 (B U + U eta/3))): the variance of a row is at most B U."""
    row, average_of = beta(y, z), E(z, beta(y, z))
    least, most, below = use(LEAST, y, z), use(MOST, y, z), use(ROW_MEAN, y)
    positive, sign = assume(lt(0, U)), assume(le(0, eta))
    square = mean(z, linear(le(row * row, U * row), (least, most)))
    variance = linear(
        le(E(z, (row - average_of) ** 2), B * U), square, (below, positive), Square(average_of)
    )
    high = checker.generalise(z, linear(le(row, average_of + U), most, mean(z, least)))
    tail = bernstein(row, U, B * U, eta, high, variance, positive, sign)
    exponential = exp(-m * eta * eta / (2 * (B * U + U * eta / 3)))
    return unless_flat(own_rows_exceed(tail), _times_size(exponential))
