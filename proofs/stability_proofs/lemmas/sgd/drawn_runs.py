"""Runs with one example per step, drawn independently: weights do not depend on later draws."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked, swap, uniform
from stability_proofs.kernel.notation import E, indicator, square, total
from stability_proofs.kernel.terms import (
    HORIZON,
    NATURAL,
    Term,
    at,
    eq,
    le,
    lt,
    num,
    put,
    replace,
    var,
)
from stability_proofs.semantics import on_average, training
from stability_proofs.semantics.on_average import order_of, q
from stability_proofs.semantics.samples import S, j
from stability_proofs.semantics.training import (
    PLACE,
    batch_slope,
    k,
    m,
    moved,
    run,
    slope,
    t,
    visit,
)
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    discharge,
    linear,
    sample_size_positive,
    turned,
    use,
)

n, u = var("n", NATURAL), var("u", NATURAL)
DRAWN, AVERAGED = map(assume, on_average.drawn())
WITHIN = assume(le(t + 1, HORIZON))
"""Expectations are over the draw of the next step, too."""
LATER = put(q, u, j)
"""Another draw at step u."""


@lemma(
    at=(eq(training.v, training.START), eq(training.START, training.w)),
    shows=eq(training.v, training.w),
)
def joined(*equations: Theorem) -> Theorem:
    """From a = b, b = c, ... to a = ..., of any sort."""
    first, *rest = equations
    for equation in rest:
        left = first.conclusion.args[0]
        hole = var("hole", left.sort)
        first = checker.rewrite(equation, hole, eq(left, hole), first)
    return first


@cache
def _past() -> Theorem:
    """For all n < u the weights after n steps do not depend on draw u."""
    before, other = run(S, order_of(q), n), run(S, order_of(LATER), n)
    premise, claim = lt(n, u), eq(other, before)
    (starts, *_), moves = training.starts_alike(), assume(training.run_moves())
    orders = order_of(LATER), order_of(q)
    first, second = (use(assume(starts), S, order) for order in orders)
    start = joined(first, turned(second))
    after, later = n + 1, lt(n + 1, u)
    known = assume(later)
    same = use(assume(checker.implies(premise, claim)), linear(premise, known))
    kept = family("at-put-other", q, u, j, after, known)
    shares = joined(
        use(DRAWN, LATER, after, PLACE),
        at_same(kept, lambda place: indicator(eq(place, PLACE))),
        turned(use(DRAWN, q, after, PLACE)),
    )
    slopes = at_same(shares, lambda share: share * slope(before, at(S, PLACE)))
    batch = checker.congruence(total(PLACE, num(0)), PLACE, slopes)
    step = joined(
        use(moves, S, orders[0], n),
        at_same(
            same, lambda weights: moved(weights, batch_slope(weights, S, orders[0], after), after)
        ),
        at_same(batch, lambda slope_: moved(before, slope_, after)),
        turned(use(moves, S, orders[1], n)),
    )
    whole = checker.implies(premise, claim)
    return checker.induction(n, whole, discharge(start, lt(num(0), u)), discharge(step, later))


@lemma(
    at=(S,),
    given=(training.starts_alike()[0], DRAWN.conclusion, training.run_moves()),
    shows=eq(run(S, order_of(put(q, t + 1, j)), t), run(S, order_of(q), t)),
)
def past(sample: Term) -> Theorem:
    """The weights after t steps do not depend on draw t + 1."""
    theorem = checker.substitute(_past(), {S: sample, u: t + 1})
    return use(theorem, t, linear(lt(t, t + 1)))


@lemma(
    at=(
        square(slope(run(S, order_of(q), t), at(S, k))),
        for_any(
            eq(
                square(slope(run(S, order_of(put(q, t + 1, j)), t), at(S, k))),
                square(slope(run(S, order_of(q), t), at(S, k))),
            ),
            q,
            j,
        ),
    ),
    given=(DRAWN.conclusion, WITHIN.conclusion),
    shows=eq(
        E(q, visit(order_of(q), t + 1, k) * square(slope(run(S, order_of(q), t), at(S, k)))),
        E(q, square(slope(run(S, order_of(q), t), at(S, k)))) / m,
    ),
)
def drawn_share(value: Term, unchanged: Theorem) -> Theorem:
    """E_q share value = E_q value/m, where share is that of the example at k in step t + 1.

    `unchanged`: another draw j at t + 1 does not change the value.
    """
    after = t + 1
    share = visit(order_of(q), after, k)
    new = put(q, after, j)
    redrawn = swap(q, after, j, share * value, WITHIN)
    read = family("at-put", q, after, j)
    here = joined(use(DRAWN, new, after, k), at_same(read, lambda place: indicator(eq(place, k))))
    was = replace(share, {q: new})
    both = linear(
        eq(was * replace(value, {q: new}), indicator(eq(j, k)) * value),
        (replace(value, {q: new}), here),
        (indicator(eq(j, k)), unchanged),
    )
    law = uniform(j, indicator(eq(j, k)))
    inside = averaged(q, j, equation=both)
    one = picked(j, num(1), k)
    average = E(q, value)
    return linear(
        eq(E(q, share * value), average / m),
        redrawn,
        inside,
        (average / m, law),
        (average / m, one),
        nonzero=[sample_size_positive()],
    )
