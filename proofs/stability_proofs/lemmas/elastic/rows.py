"""How likely it is that a row of beta has a large mean over the sample: the forms of p_eta."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, average, every, exp, indicator, size, total
from stability_proofs.kernel.terms import NATURAL, Term, app, at, implies, le, lt, var
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.indicators import covered
from stability_proofs.lemmas.probability.averages import bernstein, hoeffding, mean_over
from stability_proofs.lemmas.probability.unions import sup_exceeds
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    dominated_by,
    elastic_values_of,
    j,
    largest_row,
    y,
    z,
)
from stability_proofs.semantics.slack import (
    GROUPS,
    group,
    k,
    one_row,
    profile,
    row,
    row_exceeds,
    shared_rows,
)
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    chain,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

a, c = var("a"), var("c")

B, U, B1, D, eta = map(symbol_term, ("B", "U", "B1", "D", "eta"))
b, v, U_row = map(symbol_term, ("b", "v", "U_row"))
LEAST, MOST, ROW_MEAN, *_ = map(assume, elastic_values_of(beta(y, z), B, U, B1, D))
LEVEL, ROOM = B + eta, B - b + eta


@lemma(
    at=(for_any(le(row(k, z), U_row), z),),
    shows=le(average(j, row(k, at(S, j))), average(j, U_row)),
)
def average_below(below: Theorem) -> Theorem:
    """The mean over the sample of a is at most that of b, from a <= b for arbitrary z."""
    lesser, greater = below.conclusion.args
    size = sample_size_positive()
    places = summed(j, checker.substitute(below, {z: at(S, j)}))
    goal = le(mean_over(lesser, S), mean_over(greater, S))
    return linear(goal, (places, one_over(size)))


@lemma(at=(for_any(le(row(k, z), U_row), z),), shows=le(average(j, row(k, at(S, j))), U_row))
def average_at_most(below: Theorem) -> Theorem:
    """The mean over the sample is at most c, from a <= c for arbitrary z."""
    value, constant = below.conclusion.args
    size = sample_size_positive()
    return linear(le(mean_over(value, S), constant), average_below(below), nonzero=[size])


@lemma(
    at=(for_any(le(total(j, row(k, at(S, j))) * b, a), S),),
    shows=le(E(S, indicator(lt(a, total(j, row(k, at(S, j))) * b))), E(S, 0)),
)
def never(below: Theorem) -> Theorem:
    """P(quantity > level) <= 0, from quantity <= level."""
    quantity, level = below.conclusion.args
    event = lt(level, quantity)
    return mean(S, linear(le(indicator(event), 0), checker.indicator(below, event)))


@lemma(
    at=(
        le(E(S, indicator(lt(b, app("c", S)))), a),
        for_any(le(app("c", S), app("c", S)), S),
        le(b, c),
    ),
    shows=le(E(S, indicator(lt(c, app("c", S)))), a),
)
def tail_of_smaller(tail: Theorem, smaller: Theorem, reached: Theorem) -> Theorem:
    """From P(q > x) <= p, r <= q and x <= level to P(r > level) <= p."""
    (lesser, quantity), (start, level) = smaller.conclusion.args, reached.conclusion.args
    inside = assume(le(quantity, start))
    escape = covered(lesser, level, [lt(start, quantity)], chain(smaller, inside, reached))
    return chain(mean(S, escape), tail)


@lemma(
    given=(MOST.conclusion, le(U - B, eta)),
    shows=le(E(S, indicator(lt(LEVEL, largest_row(S)))), E(S, 0)),
)
def certain() -> Theorem:
    """No row has a mean above B + eta, from U - B <= eta."""
    largest = checker.sup_is_least(y, average_at_most(use(MOST, y, z)))
    return never(linear(le(largest_row(S), LEVEL), largest, assume(le(U - B, eta))))


@lemma(
    at=(le(E(S, indicator(lt(LEVEL, largest_row(S)))), a), le(0, a)),
    given=(MOST.conclusion, le(0, eta), le(0, B)),
    shows=le(E(S, indicator(lt(LEVEL, largest_row(S)))), a),
)
def unless_flat(found: Theorem, sign: Theorem) -> Theorem:
    """P(some row exceeds) <= p without 0 < U, from 0 <= p: else all rows are 0."""
    largest = checker.sup_is_least(y, average_at_most(use(MOST, y, z)))
    signs = assume(le(0, B)), assume(le(0, eta))
    flat = linear(le(largest_row(S), LEVEL), largest, assume(le(U, 0)), *signs)
    return checker.cases(lt(0, U), found, chain(never(flat), sign))


ABOVE, TOP, AVERAGE = map(assume, dominated_by(beta(y, z), profile(z), B, U))
PROFILE = profile(z)


def _profile_sign() -> Theorem:
    return chain(use(LEAST, z, z), use(ABOVE, z, z))


def _by_profile(tail: Theorem) -> Theorem:
    """One function is above all rows, so its mean decides."""
    largest = checker.sup_is_least(y, average_below(use(ABOVE, y, z)))
    reached = linear(le(E(z, PROFILE) + eta, LEVEL), AVERAGE)
    found = tail_of_smaller(tail, largest, reached)
    bound = tail.conclusion.args[1]
    return unless_flat(found, linear(le(0, bound), exp_positive(bound.args[0])))


@lemma(
    given=(
        AVERAGE.conclusion,
        TOP.conclusion,
        MOST.conclusion,
        LEAST.conclusion,
        ABOVE.conclusion,
        le(0, eta),
        le(0, B),
    ),
    shows=le(E(S, indicator(lt(LEVEL, largest_row(S)))), exp(-2 * size() * eta * eta / (U * U))),
)
def product() -> Theorem:
    """The mean of the profile is above B + eta: Hoeffding."""
    least, positive = for_all(_profile_sign(), z), assume(lt(0, U))
    return _by_profile(hoeffding(PROFILE, U, eta, least, TOP, positive, assume(le(0, eta))))


@lemma(
    given=(
        AVERAGE.conclusion,
        TOP.conclusion,
        MOST.conclusion,
        LEAST.conclusion,
        ABOVE.conclusion,
        le(0, eta),
        le(0, B),
    ),
    shows=le(
        E(S, indicator(lt(LEVEL, largest_row(S)))),
        exp(-size() * eta * eta / (2 * (B * U + U * eta / 3))),
    ),
)
def product_by_bernstein() -> Theorem:
    """The same; the variance of a function in [0, U] with mean at most B is at most B U."""
    positive, sign = assume(lt(0, U)), assume(le(0, eta))
    average, least, most = E(z, PROFILE), _profile_sign(), use(TOP, z)
    square = mean(z, linear(le(PROFILE * PROFILE, U * PROFILE), (least, most)))
    variance = linear(
        le(E(z, (PROFILE - average) ** 2), B * U), square, (AVERAGE, positive), Square(average)
    )
    high = for_all(linear(le(PROFILE, average + U), most, mean(z, least)), z)
    return _by_profile(bernstein(PROFILE, U, B * U, eta, high, variance, positive, sign))


def _row_tail(tail: Theorem) -> Theorem:
    """At the level B + eta, from E row <= b."""
    [*_, average, _] = map(assume, one_row())
    here = mean_over(row(k, z), S)
    reached = linear(le(E(z, row(k, z)) + ROOM, LEVEL), average)
    return tail_of_smaller(tail, linear(le(here, here)), reached)


def _room() -> Theorem:
    return linear(le(0, ROOM), assume(lt(0, ROOM)))


@lemma(
    given=(one_row()[1], one_row()[2], one_row()[0], lt(0, U_row), lt(0, ROOM)),
    shows=le(
        E(S, indicator(lt(LEVEL, average(j, row(k, at(S, j)))))),
        exp(-2 * size() * ROOM * ROOM / (U_row * U_row)),
    ),
)
def row_by_hoeffding() -> Theorem:
    """The mean of one row is above B + eta."""
    least, most, *_ = map(assume, one_row())
    positive = assume(lt(0, U_row))
    return _row_tail(hoeffding(row(k, z), U_row, ROOM, least, most, positive, _room()))


@lemma(
    given=(one_row()[1], one_row()[2], one_row()[0], one_row()[3], lt(0, U_row), lt(0, ROOM)),
    shows=le(
        E(S, indicator(lt(LEVEL, average(j, row(k, at(S, j)))))),
        exp(-size() * ROOM * ROOM / (2 * (v + U_row * ROOM / 3))),
    ),
)
def row_by_bernstein() -> Theorem:
    """The same; a row exceeds its mean by at most U_row."""
    least, most, _, variance = map(assume, one_row())
    here = row(k, z)
    mean_sign = mean(z, use(least, z))
    below = for_all(linear(le(here, E(z, here) + U_row), use(most, z), mean_sign), z)
    positive = assume(lt(0, U_row))
    return _row_tail(bernstein(here, U_row, v, ROOM, below, variance, positive, _room()))


@lemma(
    given=(one_row()[1],),
    shows=implies(
        le(U_row, LEVEL), le(E(S, indicator(lt(LEVEL, average(j, row(k, at(S, j)))))), E(S, 0))
    ),
)
def row_below() -> Theorem:
    """A row with U_row <= B + eta never exceeds."""
    _, most, *_ = map(assume, one_row())
    small = assume(le(U_row, LEVEL))
    return discharge(never(chain(average_at_most(use(most, z)), small)), small.conclusion)


@lemma(
    at=(
        row(k, z),
        app("part", y, sort=NATURAL),
        GROUPS,
        every(z, le(1, app("part", z, sort=NATURAL))),
        every(z, le(app("part", z, sort=NATURAL), GROUPS)),
        for_any(le(beta(y, z), row(app("part", y, sort=NATURAL), z)), y, z),
    ),
    shows=le(
        E(S, indicator(lt(LEVEL, largest_row(S)))),
        total(k, E(S, indicator(lt(LEVEL, average(j, row(k, at(S, j)))))), 1, GROUPS),
    ),
)
def parts_exceed(
    bound: Term, part: Term, end: Term, first: Theorem, last: Theorem, below: Theorem
) -> Theorem:
    """P(some row exceeds) <= the sum over k of P(mean of bound > B + eta).

    `bound` is a function of z and k, `below` that a row is at most that of its part.
    """
    rows = for_all(average_below(below), y)
    over = mean_over(bound, S)
    union = sup_exceeds(mean_over(beta(y, z), S), LEVEL, part, over, end, first, last, rows)
    event = indicator(lt(LEVEL, over))
    return chain(mean(S, union), checker.exchange(E(S, total(k, event, 1, end))))


@lemma(
    given=(shared_rows()[0], shared_rows()[1], shared_rows()[2]),
    shows=implies(
        every(k, le(E(S, indicator(lt(LEVEL, average(j, row(k, at(S, j)))))), app("q", k))),
        le(E(S, indicator(lt(LEVEL, largest_row(S)))), total(k, app("q", k), 1, GROUPS)),
    ),
)
def groups() -> Theorem:
    """Probabilities of rows add up, whatever bounds them."""
    first, last, shared = map(assume, shared_rows())
    below = linear(le(beta(y, z), row(group(y), z)), use(shared, y, z))
    union = parts_exceed(row(k, z), group(y), GROUPS, first, last, below)
    each = assume(every(k, row_exceeds(row(k, z), LEVEL, app("q", k))))
    bounded = summed(k, use(each, k), 1, GROUPS)
    return discharge(chain(union, bounded), each.conclusion)
