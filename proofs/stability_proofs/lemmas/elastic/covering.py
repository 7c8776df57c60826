"""Rows of beta that are Lipschitz in the deleted point, on a set that balls cover."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, contradiction
from stability_proofs.kernel.notation import E, exp, indicator
from stability_proofs.kernel.terms import Term, bind, eq, le, lt
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.lemmas.elastic.rows import (
    LEAST,
    LEVEL,
    MOST,
    ROW_MEAN,
    B,
    U,
    eta,
    parts_exceed,
    tail_of_smaller,
    unless_flat,
)
from stability_proofs.lemmas.probability.averages import hoeffding, mean_over
from stability_proofs.lemmas.probability.unions import counted
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, beta, largest_row, m, x, y, z
from stability_proofs.semantics.slack import ball, balls_cover, k, lipschitz_rows, to_centre
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    by_cases,
    chain,
    for_all,
    linear,
    mean,
    sides,
    summed,
    use,
)

Lambda, radius, balls = map(symbol_term, ("Lambda", "radius", "balls"))
FIRST, LAST, INSIDE, TRIANGLE = map(assume, balls_cover(radius, balls))
[LIPSCHITZ] = map(assume, lipschitz_rows(Lambda))
WIDTH = 2 * Lambda * radius


def _in_ball(point: Term) -> Term:
    return eq(ball(point), k)


def _candidate(point: Term) -> Term:
    return indicator(_in_ball(point)) * beta(point, z)


TOP = bind("sup", y, _candidate(y))
"""The largest value at z of the rows of the points of a ball."""


def _in_range(point: Term) -> tuple[Theorem, Theorem]:
    """0 <= candidate and candidate <= U."""
    low, high = between(_in_ball(point))
    entry = use(LEAST, point, z)
    least = linear(le(0, _candidate(point)), (entry, low))
    return least, linear(le(_candidate(point), U), (entry, high), use(MOST, point, z))


def _above(point: Term) -> Theorem:
    return checker.sup_is_above(y, _in_range(y)[1], point)


def _row_below_top() -> Theorem:
    """beta(y, z) <= the largest value of the rows of its ball."""
    here = checker.substitute(_above(y), {k: ball(y)})
    inside = eq(ball(y), ball(y))
    value = checker.indicator(checker.same(ball(y), ball(y)), inside)
    top = checker.replace(TOP, {k: ball(y)})
    return linear(le(beta(y, z), top), here, (beta(y, z), value))


def _near_row() -> Theorem:
    """The largest value is at most beta(y, z) + 2 Lambda radius, for y in the ball."""
    member = assume(_in_ball(y))
    signs = assume(lt(0, Lambda)), assume(lt(0, radius))
    goal = le(_candidate(x), beta(y, z) + WIDTH)

    def to_own(point: Term, known: Theorem) -> Theorem:
        own = at_same(known, lambda of: to_centre(point, of))
        return linear(le(to_centre(point, k), radius), use(INSIDE, point), own)

    def candidate(known: Theorem) -> Theorem:
        value = checker.indicator(known, _in_ball(x))
        if known.conclusion != _in_ball(x):
            return linear(goal, use(LEAST, y, z), signs, (beta(x, z), value))
        up, _ = sides(use(LIPSCHITZ, x, y, z))
        near = linear(
            le(use(TRIANGLE, x, y, k).conclusion.args[0], 2 * radius),
            use(TRIANGLE, x, y, k),
            to_own(x, known),
            to_own(y, member),
        )
        return linear(goal, up, (signs[0], near), (beta(x, z), value))

    return checker.sup_is_least(x, by_cases(_in_ball(x), candidate))


def _mean_of_top() -> Theorem:
    """E of the largest value <= B + 2 Lambda radius: of a point of the ball, or there is none."""
    goal = le(E(z, TOP), B + WIDTH)
    member = linear(goal, mean(z, _near_row()), use(ROW_MEAN, y))
    larger = assume(lt(B + WIDTH, E(z, TOP)))

    def empty(known: Theorem) -> Theorem:
        aim = le(_candidate(y), 0)
        if known.conclusion == _in_ball(y):
            return contradiction(member, larger, aim)
        return linear(aim, (beta(y, z), checker.indicator(known, _in_ball(y))))

    nothing = mean(z, checker.sup_is_least(y, by_cases(_in_ball(y), empty)))
    signs = assume(lt(0, Lambda)), assume(lt(0, radius))
    return checker.cases(goal, assume(goal), linear(goal, nothing, assume(le(0, B)), signs))


@lemma(
    given=(
        FIRST.conclusion,
        LAST.conclusion,
        INSIDE.conclusion,
        ROW_MEAN.conclusion,
        MOST.conclusion,
        LEAST.conclusion,
        TRIANGLE.conclusion,
        LIPSCHITZ.conclusion,
        le(0, eta),
        le(0, B),
        lt(0, radius),
        lt(0, Lambda),
        lt(WIDTH, eta),
    ),
    shows=le(
        E(S, indicator(lt(LEVEL, largest_row(S)))),
        balls * exp(-2 * m * (eta - WIDTH) * (eta - WIDTH) / (U * U)),
    ),
)
def covering() -> Theorem:
    """P(some row exceeds) <= balls exp(-2 m (eta - 2 Lambda radius)^2/U^2)."""
    slack, further = eta - WIDTH, assume(lt(WIDTH, eta))
    least = for_all(chain(_in_range(z)[0], _above(z)), z)
    most = for_all(checker.sup_is_least(y, _in_range(y)[1]), z)
    positive, sign = assume(lt(0, U)), linear(le(0, slack), further)
    tail = hoeffding(TOP, U, slack, least, most, positive, sign)
    over = mean_over(TOP, S)
    reached = linear(le(E(z, TOP) + slack, LEVEL), _mean_of_top())
    one = tail_of_smaller(tail, linear(le(over, over)), reached)
    union = parts_exceed(TOP, ball(y), balls, FIRST, LAST, _row_below_top())
    bound = exp(-2 * m * slack * slack / (U * U))
    summed_up = chain(union, summed(k, one, 1, balls))
    found = linear(
        le(summed_up.conclusion.args[0], balls * bound), summed_up, (bound, counted(balls))
    )
    sign = linear(le(0, balls * bound), (checker.natural(balls), exp_positive(bound.args[0])))
    return unless_flat(found, sign)
