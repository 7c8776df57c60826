"""How many of given examples a bag holds, and how little that tells of a prediction in [0, 1].

Every example is in a bag with probability P, two of them with probability P^2 - Q.
"""

from __future__ import annotations

from collections.abc import Callable

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret
from stability_proofs.kernel.families import picked
from stability_proofs.kernel.notation import E, absolute, average, every, indicator, size, total
from stability_proofs.kernel.terms import (
    FORMULA,
    Term,
    app,
    eq,
    implies,
    le,
    lt,
    negation,
    num,
    var,
)
from stability_proofs.semantics.bagging import in_bag, s
from stability_proofs.semantics.samples import i, j
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

P, Q, eps = var("P"), var("Q"), var("eps")
m = size()
VARIANCE = P * (1 - P) + Q


def member(place: Term) -> Term:
    """1 if the example at a place is in the bag s."""
    return indicator(in_bag(s, place))


def weight(place: Term) -> Term:
    """A weight of an example, whatever it is."""
    return app("weight", place)


ONE = every(i, eq(E(s, member(i)), P))
TWO = every(i, j, implies(negation(eq(i, j)), eq(E(s, member(i) * member(j)), P * P - Q)))


def _pair() -> Theorem:
    """E of two memberships = P^2 - Q + 1{i = j} (P - P^2 + Q)."""
    same, product = indicator(eq(i, j)), E(s, member(i) * member(j))
    goal = eq(product, P * P - Q + same * VARIANCE)

    def decide(known: Theorem) -> Theorem:
        value = checker.indicator(known, eq(i, j))
        if known.conclusion.head != "=":
            return linear(goal, use(assume(TWO), i, j, known), (VARIANCE, value))
        own = at_same(known, lambda place: E(s, member(i) * member(place)))
        squares = averaged(s, equation=squared(in_bag(s, i)))
        return linear(goal, own, squares, use(assume(ONE), i), (VARIANCE, value))

    return by_cases(eq(i, j), decide)


@lemma(
    at=(app("event", sort=FORMULA),),
    shows=eq(
        indicator(app("event", sort=FORMULA)) * indicator(app("event", sort=FORMULA)),
        indicator(app("event", sort=FORMULA)),
    ),
)
def squared(event: Term) -> Theorem:
    """The square of an indicator is the indicator."""
    value = indicator(event)

    def decide(known: Theorem) -> Theorem:
        known_value = checker.indicator(known, event)
        return linear(eq(value * value, value), (value, known_value), known_value)

    return by_cases(event, decide)


@lemma(
    given=(ONE, TWO),
    shows=eq(
        E(s, (total(j, weight(j) * member(j)) - P * total(j, weight(j))) ** 2),
        VARIANCE * total(j, weight(j) ** 2) - Q * total(j, weight(j)) ** 2,
    ),
)
def variance() -> Theorem:
    """E (sum a_i (member_i - P))^2 = (P (1 - P) + Q) sum a_i^2 - Q (sum a_i)^2, for weights a."""
    counted, weights = total(i, weight(i) * member(i)), total(i, weight(i))
    product = member(i) * member(j)
    term = weight(i) * weight(j) * product
    rows = checker.exchange(E(s, total(i, total(j, term))))
    row = checker.congruence(total(i, num(0)), i, checker.exchange(E(s, total(j, term))))
    same = indicator(eq(i, j))
    weighed = linear(
        eq(E(s, term), weight(i) * weight(j) * (P * P - Q + same * VARIANCE)),
        (weight(i) * weight(j), _pair()),
    )
    inner = checker.congruence(total(j, num(0)), j, weighed)
    pairs = checker.congruence(total(i, num(0)), i, inner)
    diagonal = checker.congruence(
        total(i, num(0)), i, at_same(picked(j, weight(j), i), lambda x: weight(i) * x)
    )
    single = checker.exchange(E(s, total(i, weight(i) * member(i))))
    held = checker.congruence(
        total(i, num(0)), i, at_same(use(assume(ONE), i), lambda x: weight(i) * x)
    )
    squares = total(i, weight(i) ** 2)
    goal = eq(E(s, (counted - P * weights) ** 2), VARIANCE * squares - Q * weights**2)
    return linear(
        goal,
        rows,
        row,
        pairs,
        (VARIANCE, diagonal),
        (P * weights, single),
        (P * weights, held),
    )


F = app("f", s)
LEFT = app("left", i)
CHANGE = E(s, F) - LEFT
MOVED = lt(eps, absolute(CHANGE))
PREMISES = (
    every(s, le(0, F)),
    every(s, le(F, 1)),
    every(i, eq(LEFT * E(s, 1 - member(i)), E(s, (1 - member(i)) * F))),
    le(0, Q),
    lt(0, P),
    lt(P, 1),
    lt(0, eps),
)
FROM_ZERO, TO_ONE, OTHERS, Q_SIGN, POSITIVE, ROOM, FAR = map(assume, PREMISES)
COUNTED = indicator(MOVED)
SIGNED = COUNTED * (2 * indicator(le(0, CHANGE)) - 1)
"""1 where the average moves up by more than eps, -1 where it moves down, else 0."""


def _in_cases(goal: Callable[[Theorem, Theorem], Theorem]) -> Theorem:
    """What follows whether the move is up or down, and whether it is more than eps."""
    return by_cases(le(0, CHANGE), lambda sign: by_cases(MOVED, lambda event: goal(sign, event)))


def _signed_square() -> Theorem:
    """The square of the signed count is the count."""
    up = indicator(le(0, CHANGE))

    def decide(sign: Theorem, event: Theorem) -> Theorem:
        of_sign = checker.indicator(sign, le(0, CHANGE))
        value = checker.indicator(event, MOVED)
        squares = ((up * COUNTED * COUNTED, of_sign), (COUNTED * COUNTED, of_sign))
        return linear(eq(SIGNED * SIGNED, COUNTED), *squares, (COUNTED, value), value)

    return _in_cases(decide)


def _signed_move() -> Theorem:
    """eps times the count is at most the signed count times the move."""
    factor = 2 * indicator(le(0, CHANGE)) - 1

    def decide(sign: Theorem, event: Theorem) -> Theorem:
        goal = le(eps * COUNTED, SIGNED * CHANGE)
        value = checker.indicator(event, MOVED)
        weights = ((eps, value), (factor * CHANGE, value))
        if event.conclusion != MOVED:
            return linear(goal, *weights)
        of_sign = (CHANGE, checker.indicator(sign, le(0, CHANGE)))
        ends = [linear(le(x, factor * CHANGE), sign, of_sign) for x in (CHANGE, -CHANGE)]
        far = checker.max_is_least(absolute(CHANGE), ends)
        return linear(goal, event, far, *weights)

    return _in_cases(decide)


@lemma(
    given=(
        Q_SIGN.conclusion,
        FAR.conclusion,
        ROOM.conclusion,
        POSITIVE.conclusion,
        PREMISES[0],
        TO_ONE.conclusion,
        ONE,
        TWO,
        OTHERS.conclusion,
    ),
    shows=le(
        average(j, indicator(lt(eps, absolute(E(s, F) - app("left", j))))),
        (P / (1 - P) + Q / (1 - P) / (1 - P)) / (4 * m * eps * eps),
    ),
)
def few_moved() -> Theorem:
    """share of i with |E f - left(i)| > eps <= (P/(1 - P) + Q/(1 - P)^2)/(4 m eps^2).

    left(i) is the mean of f over the bags without i. With a_i the signed count,
    (1 - P) sum a_i change_i = E (sum a_i (member_i - P)) (f - 1/2), of which the square is at most
    the variance of the first factor times 1/4.
    """
    moved, unit = total(i, COUNTED), F - num(1) / 2
    held = total(i, SIGNED * member(i)) - P * total(i, SIGNED)
    one = use(assume(ONE), i)
    with_f, mean_f = E(s, member(i) * F), E(s, F)
    room = linear(lt(0, 1 - P), ROOM)
    at_i = linear(
        le((1 - P) * eps * COUNTED, SIGNED * (with_f - P * mean_f)),
        (room, _signed_move()),
        (SIGNED, use(OTHERS, i)),
        (SIGNED * LEFT, one),
    )
    with_all = checker.exchange(E(s, total(i, SIGNED * member(i) * F)))
    alone = checker.exchange(E(s, total(i, SIGNED * member(i))))
    members = checker.congruence(total(i, num(0)), i, at_same(one, lambda chance: SIGNED * chance))
    least = linear(
        le((1 - P) * eps * moved, E(s, held * unit)),
        summed(i, at_i),
        with_all,
        alone,
        members,
    )
    spread = interpret(variance(), "weight", (i,), SIGNED)
    squares = checker.congruence(total(i, num(0)), i, _signed_square())
    positive = linear(lt(0, VARIANCE), (POSITIVE, room), Q_SIGN)
    weights = linear(le(0, total(i, SIGNED) ** 2), Square(total(i, SIGNED)))
    most = linear(
        le(E(s, held**2), VARIANCE * moved), spread, (VARIANCE, squares), (Q_SIGN, weights)
    )
    level = (1 - P) * eps
    at_s = linear(
        le(2 * level * VARIANCE * held * unit, level**2 * held**2 + VARIANCE**2 / 4),
        Square(level * held - VARIANCE * unit),
        (use(FROM_ZERO, s), use(TO_ONE, s), linear(le(0, VARIANCE**2), Square(VARIANCE))),
    )
    far = linear(lt(0, level), (room, FAR))
    whole = linear(
        le(level**2 * moved * VARIANCE, VARIANCE**2 / 4),
        mean(s, at_s),
        (far, positive, least),
        (far, far, most),
    )
    size_positive = sample_size_positive()
    shares = [one_over(t) for t in (positive, room, room, FAR, FAR, size_positive)]
    stated = (P / (1 - P) + Q / (1 - P) / (1 - P)) / (4 * m * eps * eps)
    return linear(
        le(moved / m, stated), (whole, *shares), nonzero=[positive, room, FAR, size_positive]
    )
