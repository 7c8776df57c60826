"""How far drawn runs move on average when an example is replaced, in terms of training risks."""

from __future__ import annotations

from collections.abc import Callable

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.families import family, swap
from stability_proofs.kernel.notation import E, every, norm, square, total
from stability_proofs.kernel.terms import VECTOR, Term, at, eq, implies, le, lt, num, put, var
from stability_proofs.lemmas.convexity.vectors import norm_nonnegative, norm_squared
from stability_proofs.lemmas.sgd.batch_slopes import NEW
from stability_proofs.lemmas.sgd.batch_steps import after, step_positive
from stability_proofs.lemmas.sgd.drawn_runs import DRAWN, WITHIN, drawn_share, joined, past
from stability_proofs.lemmas.sgd.own_steps import COSTS, OLD, PENALTY, own_step
from stability_proofs.semantics.on_average import order_of, q
from stability_proofs.semantics.samples import S, j, y
from stability_proofs.semantics.training import (
    k,
    m,
    projection,
    pull,
    r,
    run,
    run_moves,
    slope,
    step_size,
    t,
    visit,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    linear,
    mean,
    one_over,
    use,
)

gamma = var("gamma")
start, v = var("start", VECTOR), var("v", VECTOR)

ORDER = order_of(q)
HERE, THERE = run(S, ORDER, t), run(NEW, ORDER, t)
FAR = norm(HERE - THERE)
OWN_SLOPE, NEW_SLOPE = norm(slope(HERE, OLD)), norm(slope(THERE, y))
SHARE = visit(ORDER, after, k)
growth = var("growth")


def over_all(body: Term) -> Term:
    """E over the sample, the new example and the draws."""
    return E(S, E(y, E(q, body)))


def _unchanged(f: Callable[[Term, Term], Term]) -> Theorem:
    """Another draw at t + 1 does not change a function of both weights after t steps."""
    later = order_of(put(q, after, j))
    one = at_same(past(S), lambda weights: f(weights, run(NEW, later, t)))
    return joined(one, at_same(past(NEW), lambda weights: f(HERE, weights)))


def _drawn(f: Callable[[Term, Term], Term]) -> Theorem:
    """E share f = E f/m over all, for a function of both weights after t steps."""
    return averaged(S, y, equation=drawn_share(f(HERE, THERE), _unchanged(f)))


def _renamed(of: Callable[[Term], Term]) -> Theorem:
    """Over all, the slope of the new run at y is as the slope of the old one at z_k."""
    moved = swap(S, k, y, E(q, of(slope(HERE, OLD))))
    read = at_same(family("at-put", S, k, y), lambda point: of(slope(THERE, point)))
    return joined(moved, averaged(S, y, q, equation=read))


@lemma(
    given=(
        DRAWN.conclusion,
        WITHIN.conclusion,
        PENALTY.conclusion,
        projection(),
        COSTS.conclusion,
        run_moves(),
        lt(0, gamma),
        every(t, le(step_size(t), 2 / gamma)),
        every(S, r, eq(run(S, r, num(0)), start)),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(r, t, j, le(0, visit(r, t, j))),
        every(r, t, eq(total(j, visit(r, t, j)), 1)),
        every(
            start,
            v,
            y,
            le(
                square(slope(start, y) + pull(start) - (slope(v, y) + pull(v))),
                gamma**2 * square(start - v),
            ),
        ),
    ),
    shows=le(
        E(S, E(y, E(q, norm(run(S, ORDER, after) - run(NEW, ORDER, after))))),
        E(S, E(y, E(q, FAR))) + 2 * step_size(after) / m * E(S, E(q, OWN_SLOPE)),
    ),
)
def one_more_move() -> Theorem:
    """Over all, the distance grows by at most 2 alpha/m times the own slope in a step."""
    step = substitute(own_step(), {r: ORDER})
    size = step_size(after)
    own = _drawn(lambda first, _: norm(slope(first, OLD)))
    new = _drawn(lambda _, second: norm(slope(second, y)))
    slopes = E(S, E(q, OWN_SLOPE))
    far = over_all(norm(run(S, ORDER, after) - run(NEW, ORDER, after)))
    return linear(
        le(far, over_all(FAR) + 2 * size / m * slopes),
        mean(S, mean(y, mean(q, step))),
        (size, own),
        (size, new),
        (size / m, _renamed(norm)),
    )


@lemma(
    given=(
        DRAWN.conclusion,
        WITHIN.conclusion,
        PENALTY.conclusion,
        projection(),
        COSTS.conclusion,
        run_moves(),
        lt(0, gamma),
        lt(0, growth),
        every(t, le(step_size(t), 2 / gamma)),
        every(S, r, eq(run(S, r, num(0)), start)),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(r, t, j, le(0, visit(r, t, j))),
        every(r, t, eq(total(j, visit(r, t, j)), 1)),
        every(
            start,
            v,
            y,
            le(
                square(slope(start, y) + pull(start) - (slope(v, y) + pull(v))),
                gamma**2 * square(start - v),
            ),
        ),
    ),
    shows=le(
        E(S, E(y, E(q, square(run(S, ORDER, after) - run(NEW, ORDER, after))))),
        (1 + growth / m) * E(S, E(y, E(q, square(HERE - THERE))))
        + 2
        * (2 * (1 + 1 / growth) * step_size(after) ** 2)
        / m
        * E(S, E(q, square(slope(HERE, OLD)))),
    ),
)
def one_more_square() -> Theorem:
    """Over all, the squared distance grows to at most 1 + growth/m times itself, plus
    4 (1 + 1/growth) alpha^2/m times the squared own slope.

    If the example is drawn, (d + x)^2 <= (1 + growth) d^2 + (1 + 1/growth) x^2.
    """
    step, size = substitute(own_step(), {r: ORDER}), step_size(after)
    free, positive = assume(lt(0, growth)), step_positive()
    longer = run(S, ORDER, after) - run(NEW, ORDER, after)
    pair = square(slope(HERE, OLD)) + square(slope(THERE, y))
    gain = growth * square(HERE - THERE) + 2 * (1 + 1 / growth) * size**2 * pair
    goal = le(square(longer), square(HERE - THERE) + SHARE * gain)
    event = eq(at(q, after), k)
    drawn = use(DRAWN, q, after, k)
    signs = [norm_nonnegative(v) for v in (longer, HERE - THERE, slope(HERE, OLD), slope(THERE, y))]

    def decide(known: Theorem) -> Theorem:
        mark = joined(drawn, checker.indicator(known, event))
        x = size * (OWN_SLOPE + NEW_SLOPE)
        least = linear(le(0, x), (positive, signs[2]), (positive, signs[3]))
        bound = FAR + x if known.conclusion == event else FAR
        near = linear(le(norm(longer), bound), step, (x, mark))
        sign = linear(le(0, bound), signs[1], least) if known.conclusion == event else signs[1]
        squared = linear(
            le(square(longer), bound * bound), (near, signs[0]), (near, sign), norm_squared(longer)
        )
        lengths = [norm_squared(v) for v in (HERE - THERE, slope(HERE, OLD), slope(THERE, y))]
        if known.conclusion != event:
            return linear(goal, squared, lengths[0], (gain, mark))
        mixed = Square(growth * FAR - x, (one_over(free),))
        halves = Square(size * (OWN_SLOPE - NEW_SLOPE))
        more = Square(size * (OWN_SLOPE - NEW_SLOPE), (one_over(free),))
        return linear(
            goal,
            squared,
            mixed,
            halves,
            more,
            (1 + growth, lengths[0]),
            *((2 * (1 + 1 / growth) * size**2, length) for length in lengths[1:]),
            (gain, mark),
            nonzero=[free],
        )

    step_squared = by_cases(event, decide)
    far = _drawn(lambda first, second: square(first - second))
    own = _drawn(lambda first, _: square(slope(first, OLD)))
    new = _drawn(lambda _, second: square(slope(second, y)))
    factor = 2 * (1 + 1 / growth) * size**2
    slopes = E(S, E(q, square(slope(HERE, OLD))))
    return linear(
        le(
            over_all(square(longer)),
            (1 + growth / m) * over_all(square(HERE - THERE)) + 2 * factor / m * slopes,
        ),
        mean(S, mean(y, mean(q, step_squared))),
        (growth, far),
        (factor, own),
        (factor, new),
        (factor / m, _renamed(square)),
    )
