"""The slope of a drawn run at one of its examples: bounds on its mean by the training risk."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared, substitute
from stability_proofs.kernel.notation import E, average, every, sqrt, square, total
from stability_proofs.kernel.terms import Term, app, eq, implies, le, lt, num, var
from stability_proofs.lemmas.analysis.limits import limit, n
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.convexity.vectors import norm_squared
from stability_proofs.lemmas.sgd.batch_steps import after, gamma
from stability_proofs.lemmas.sgd.mean_moves import HERE, OWN_SLOPE
from stability_proofs.lemmas.sgd.own_steps import COSTS, OLD, PENALTY, slope_bounded
from stability_proofs.semantics import on_average
from stability_proofs.semantics.on_average import q
from stability_proofs.semantics.reading import symbol_facts
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import cost, k, m, pull, run, slope, t, w
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    averaged,
    by_cases,
    cut,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)


def risk(step: Term) -> Term:
    """F, the bound on the expected training risk before a step."""
    return app("F", step)


OWN_COST = cost(HERE, OLD)


@cache
def _mean_cost() -> Theorem:
    """The mean over k of the expected own loss after t steps is at most F(t + 1)."""
    known = use(assume(on_average.risks_before(risk(after))), t)
    inside = averaged(S, equation=checker.exchange(E(q, total(k, OWN_COST))))
    outside = checker.exchange(E(S, total(k, E(q, OWN_COST))))
    goal = le(average(k, E(S, E(q, OWN_COST))), risk(after))
    return linear(goal, known, (1 / m, inside), (1 / m, outside), nonzero=[sample_size_positive()])


def _over_examples(pointwise: Theorem) -> Theorem:
    """The mean over k of E a is at most that of E b, from a <= b."""
    each = summed(k, mean(S, mean(q, pointwise)))
    low, high = each.conclusion.args
    return linear(le(low / m, high / m), (each, one_over(sample_size_positive())))


def _squared_slope() -> Theorem:
    """|own slope|^2 <= 2 gamma own loss."""
    return substitute(slope_bounded(), {w: HERE, z: OLD})


@lemma(
    given=(
        on_average.costs_nonnegative(),
        PENALTY.conclusion,
        COSTS.conclusion,
        lt(0, gamma),
        every(
            n, le(E(S, E(q, average(k, cost(run(S, on_average.order_of(q), n), OLD)))), risk(n + 1))
        ),
        every(
            w,
            on_average.v,
            z,
            le(
                square(slope(w, z) + pull(w) - (slope(on_average.v, z) + pull(on_average.v))),
                gamma**2 * square(w - on_average.v),
            ),
        ),
    ),
    shows=le(average(k, E(S, E(q, square(slope(HERE, OLD))))), 2 * gamma * risk(after)),
)
def mean_square() -> Theorem:
    """The mean squared own slope is at most 2 gamma F(t + 1)."""
    squares = average(k, E(S, E(q, square(slope(HERE, OLD)))))
    smooth = assume(lt(0, gamma))
    return linear(
        le(squares, 2 * gamma * risk(after)),
        _over_examples(_squared_slope()),
        (_mean_cost(), smooth),
    )


@cache
def _root_bound() -> Theorem:
    """a <= sqrt(2 gamma) sqrt f, if a <= gamma f/c + c/2 for every c > 0: take the root for c, or a
    small c if f is 0."""
    a, f, c = var("a"), var("f"), var("c")
    whole = assume(every(c, checker.implies(lt(0, c), le(a, gamma * f / c + c / 2))))
    smooth, sign = assume(lt(0, gamma)), assume(le(0, f))
    two = root_squared(linear(le(0, num(2))))
    root = sqrt(num(2)) * sqrt(gamma) * sqrt(f)
    roots = [elementary("sqrt", of) for of in (num(2), gamma, f)]
    goal = le(a, root)

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            count = linear(lt(0, n + 1), checker.natural(n))
            small = 1 / (n + 1)
            near = use(whole, small, one_over(count))
            close = linear(le(a, 0 + small / 2), near, (smooth, known, count), nonzero=[count])
            nothing = limit(for_all(close, n), num(0), num(1) / 2)
            return linear(goal, nothing, tuple(roots))
        positive = [root_positive(of) for of in (linear(lt(0, num(2))), smooth, known)]
        some = linear(lt(0, root), tuple(positive))
        squares = [two, root_squared(linear(le(0, gamma), smooth)), root_squared(sign)]
        value = linear(
            eq(root * root, 2 * gamma * f),
            (sqrt(gamma) ** 2 * sqrt(f) ** 2, squares[0]),
            (2 * sqrt(f) ** 2, squares[1]),
            (2 * gamma, squares[2]),
        )
        half = linear(eq(gamma * f / root, root / 2), (1 / root / 2, value), nonzero=positive)
        return linear(goal, use(whole, root, some), half)

    return by_cases(le(f, 0), decide)


@lemma(
    given=(
        on_average.costs_nonnegative(),
        PENALTY.conclusion,
        COSTS.conclusion,
        lt(0, gamma),
        every(n, implies(le(1, n), le(0, risk(n)))),
        every(
            n, le(E(S, E(q, average(k, cost(run(S, on_average.order_of(q), n), OLD)))), risk(n + 1))
        ),
        every(
            w,
            on_average.v,
            z,
            le(
                square(slope(w, z) + pull(w) - (slope(on_average.v, z) + pull(on_average.v))),
                gamma**2 * square(w - on_average.v),
            ),
        ),
    ),
    shows=le(average(k, E(S, E(q, OWN_SLOPE))), sqrt(2) * sqrt(gamma) * sqrt(risk(after))),
)
def mean_slope() -> Theorem:
    """The mean own slope is at most sqrt(2 gamma F(t + 1)): |s| <= |s|^2/(2c) + c/2 for every c."""
    c = var("c")
    slopes, some, smooth = average(k, E(S, E(q, OWN_SLOPE))), assume(lt(0, c)), assume(lt(0, gamma))
    bounded = linear(le(0, 2 * gamma * OWN_COST - square(slope(HERE, OLD))), _squared_slope())
    pointwise = linear(
        le(OWN_SLOPE, gamma * OWN_COST / c + c / 2),
        Square(OWN_SLOPE - c, (one_over(some),)),
        (1 / c, norm_squared(slope(HERE, OLD))),
        (bounded, one_over(some)),
        nonzero=[some],
    )
    size = sample_size_positive()
    bound = linear(
        le(slopes, gamma * risk(after) / c + c / 2),
        _over_examples(pointwise),
        (_mean_cost(), smooth, one_over(some)),
        nonzero=[size],
    )
    sign = use(assume(symbol_facts("F")[0]), after, linear(le(1, after), checker.natural(t)))
    lemma = substitute(_root_bound(), {var("a"): slopes, var("f"): risk(after)})
    return cut(lemma, for_all(checker.discharge(lt(0, c), bound), c), sign)
