"""Two runs on convex Lipschitz losses that need not be smooth: their squared distance."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    elementary,
    interpret,
    root_squared,
    substitute,
)
from stability_proofs.kernel.notation import dot, every, norm, sqrt, square, total
from stability_proofs.kernel.terms import (
    NATURAL,
    VECTOR,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    lt,
    num,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.recursions import Sequence, n
from stability_proofs.lemmas.analysis.roots import at_most_by_squares
from stability_proofs.lemmas.convexity.vectors import (
    cauchy_schwarz,
    norm_at_most,
    norm_by_products,
    norm_nonnegative,
    norm_squared,
    triangle,
)
from stability_proofs.lemmas.sgd import batch_slopes
from stability_proofs.lemmas.sgd.batch_slopes import (
    OWN,
    L,
    L_nonnegative,
    own_share,
    steep,
    steep_at_most,
)
from stability_proofs.lemmas.sgd.batch_steps import (
    after,
    share_nonnegative,
    shares_sum,
    step_positive,
)
from stability_proofs.lemmas.sgd.run_losses import start_together
from stability_proofs.lemmas.sgd.two_runs import (
    Other,
    on_sample_inside,
    projected_apart,
    replacement,
)
from stability_proofs.semantics import regularity
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import (
    PLACE,
    batch_slope,
    inside,
    k,
    projection,
    pull,
    r,
    run,
    run_moves,
    slope,
    steepness,
    step_size,
    t,
    v,
    visit,
    w,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    cut,
    discharge,
    for_all,
    linear,
    restated,
    summed,
    use,
)

start = var("start", VECTOR)

x = var("x", VECTOR)
HERE = at(S, PLACE)
OWN_BATCH = batch_slope(w, S, r, after)


def _steep(weights: Term, direction: Term) -> Theorem:
    """<slope, x> <= L |x| at an example of S, for weights inside."""
    bounded = use(assume(regularity.slopes_bounded()), weights, HERE, assume(inside(weights)))
    short = norm_at_most(slope(weights, HERE), steepness(HERE), bounded, steep(HERE))
    goal = le(dot(slope(weights, HERE), direction), L * norm(direction))
    length = norm_nonnegative(direction)
    most = linear(le(norm(slope(weights, HERE)), L), short, steep_at_most(HERE))
    return linear(goal, cauchy_schwarz(slope(weights, HERE), direction), (most, length))


@lemma(
    given=(
        regularity.steepness_nonnegative(),
        regularity.slopes_bounded(),
        inside(w),
        regularity.steepness_at_most(L),
        every(r, n, k, le(0, visit(r, n, k))),
        every(r, n, eq(total(k, visit(r, n, k)), 1)),
    ),
    shows=le(norm(OWN_BATCH), L),
)
def batch_bounded() -> Theorem:
    """|batch slope| <= L at w inside."""
    share = share_nonnegative().conclusion.args[1]
    one = _steep(w, x)
    low, high = one.conclusion.args
    shared = summed(PLACE, linear(le(share * low, share * high), (share_nonnegative(), one)))
    products = linear(le(dot(OWN_BATCH, x), L * norm(x)), shared, (L * norm(x), shares_sum()))
    return norm_by_products(products, x, L_nonnegative())


@lemma(
    given=(regularity.convex()[0], every(r, n, k, le(0, visit(r, n, k)))),
    shows=le(0, dot(OWN_BATCH - batch_slopes.SAME, w - v)),
)
def batch_monotone() -> Theorem:
    """0 <= <batch slope at w - that at v, w - v>: every loss is convex."""
    convex, share = assume(regularity.convex()[0]), share_nonnegative().conclusion.args[1]
    turn = dot(slope(w, HERE) - slope(v, HERE), w - v)
    both = linear(le(0, turn), use(convex, w, v, HERE), use(convex, v, w, HERE))
    whole = dot(OWN_BATCH - replace(OWN_BATCH, {w: v}), w - v)
    shared = summed(PLACE, linear(le(0, share * turn), (share_nonnegative(), both)))
    return linear(le(0, whole), shared)


@lemma(
    at=lambda: (replacement(),),
    given=(
        regularity.steepness_nonnegative(),
        regularity.no_regulariser(),
        regularity.runs_inside()[0],
        regularity.slopes_bounded(),
        projection(),
        regularity.convex()[0],
        run_moves(),
        regularity.steepness_at_most(L),
        every(n, implies(le(1, n), lt(0, step_size(n)))),
        every(r, n, k, le(0, visit(r, n, k))),
        every(r, n, eq(total(k, visit(r, n, k)), 1)),
    ),
    shows=le(
        norm(run(S, r, after) - run(batch_slopes.NEW, r, after)) ** 2,
        norm(run(S, r, t) - run(batch_slopes.NEW, r, t)) ** 2
        + 2 * step_size(after) * OWN * (2 * L) * norm(run(S, r, t) - run(batch_slopes.NEW, r, t))
        + 4 * L**2 * step_size(after) ** 2,
    ),
)
def squared_step(other: Other) -> Theorem:
    """|w' - v'|^2 <= |w - v|^2 + 2 alpha reach share |w - v| + 4 L^2 alpha^2, for a replacement.

    The slopes on the same batch do not point apart, those on the other batch by reach share.
    """
    size, here, there = step_size(after), run(S, r, t), other.at(t)
    values = {w: here, v: there}
    ends = on_sample_inside(t), other.inside(t)
    batch, same = replace(OWN_BATCH, {w: here}), replace(OWN_BATCH, {w: there})
    its = replace(other.batch, {v: there})
    bounded = cut(substitute(batch_bounded(), {w: here}), ends[0])
    new = substitute(batch_bounded(), {S: batch_slopes.NEW})
    new = cut(substitute(new, {w: there}), ends[1])
    difference, far = batch - its, norm(here - there)
    length = linear(le(norm(difference), 2 * L), triangle(batch, -1 * its), bounded, new)
    squares = linear(
        le(square(difference), 4 * L**2),
        norm_squared(difference),
        (length, L_nonnegative()),
        (length, norm_nonnegative(difference)),
    )
    apart = cut(substitute(other.difference, {v: there}), ends[1])
    along = linear(
        le(dot(its - same, here - there), OWN * other.reach * far),
        cauchy_schwarz(its - same, here - there),
        (apart, norm_nonnegative(here - there)),
    )
    monotone = substitute(batch_monotone(), values)
    closer = _without_pull(other, here - size * batch, there - size * its)
    ahead, kept = closer.conclusion.args[1], closer.conclusion.args[0]
    point = here - there - size * difference
    positive = step_positive()
    goal = le(kept**2, far**2 + 2 * size * OWN * other.reach * far + 4 * L**2 * size**2)
    return linear(
        goal,
        (closer, elementary("sqrt", kept.args[0])),
        (closer, elementary("sqrt", ahead.args[0])),
        norm_squared(point),
        norm_squared(here - there),
        (positive, monotone),
        (positive, along),
        (positive, positive, squares),
    )


def _without_pull(other: Other, first: Term, second: Term) -> Theorem:
    """The distance after the step is at most |first - second|: the regulariser pulls nowhere."""
    size, here, there = step_size(after), run(S, r, t), other.at(t)
    still = assume(regularity.no_regulariser())
    moved = [point - size * pull(weights) for point, weights in ((first, here), (second, there))]
    closer = projected_apart(other, *moved)
    hole, kept = var("hole", VECTOR), closer.conclusion.args[0]
    without = [point - size * (0 * weights) for point, weights in ((first, here), (second, there))]
    one = le(kept, norm(first - size * hole - moved[1]))
    closer = checker.rewrite(use(still, here), hole, one, closer)
    two = le(kept, norm(without[0] - (second - size * hole)))
    closer = checker.rewrite(use(still, there), hole, two, closer)
    return restated(closer, le(kept, norm(first - second)))


C = var("C")
step = var("t", NATURAL)
distance, shift, added = (app(head, n) for head in ("distance", "shift", "added"))


def _later(body: Term) -> Term:
    return replace(body, {n: n + 1})


def _sum(body: Term, last: Term = n) -> Term:
    return total(step, replace(body, {n: step}), 1, last)


PREMISES = (
    le(0, C),
    every(n, le(0, distance)),
    every(n, le(0, _later(shift))),
    every(n, le(0, _later(added))),
    every(
        n,
        le(
            _later(distance) ** 2,
            distance**2 + 2 * _later(shift) * distance + C**2 * _later(added),
        ),
    ),
    le(replace(distance, {n: num(0)}), 0),
)


def _one_more(body: Term) -> Theorem:
    """A sum to n + 1 is that to n and one more."""
    return checker.last_of(_sum(body, n + 1), linear(le(1, n + 1), checker.natural(n)))


def _nothing(body: Term) -> Theorem:
    """A sum over no steps is 0."""
    return checker.empty(_sum(body, num(0)), linear(lt(0, 1)))


def _sum_nonnegative(body: Term) -> Theorem:
    """For every n, 0 <= the sum, as assumed of its terms."""
    claim, sign = le(0, _sum(body)), assume(every(n, le(0, _later(body))))
    start = linear(replace(claim, {n: num(0)}), _nothing(body))
    following = linear(_later(claim), assume(claim), _one_more(body), use(sign, n))
    return checker.induction(n, claim, start, following)


@cache
def _squares_added_up() -> Theorem:
    """distance(n) <= C sqrt(sum of added(t)) + sum of shift(t).

    If distance(n + 1)^2 <= distance(n)^2 + 2 shift(n + 1) distance(n) + C^2 added(n + 1): the
    square of the right side grows by at least as much.
    """
    factor, far, shift_sign, added_sign, grows, starts = map(assume, PREMISES)
    squares, shifts, p = _sum(added), _sum(shift), _later(shift)
    root, new_root = sqrt(squares), sqrt(_sum(added, n + 1))
    claim = le(distance, C * root + shifts)
    none = elementary("sqrt", _sum(added, num(0)))
    start = linear(replace(claim, {n: num(0)}), starts, _nothing(shift), (factor, none))
    known, more = assume(claim), use(shift_sign, n)
    signs = [use(_sum_nonnegative(added), last) for last in (n, n + 1)]
    of_old, of_new = map(root_squared, signs)
    grown = linear(
        le(root * root, new_root * new_root),
        of_old,
        of_new,
        _one_more(added),
        use(added_sign, n),
    )
    root_sign, new_sign = elementary("sqrt", squares), elementary("sqrt", _sum(added, n + 1))
    longer = at_most_by_squares(root, new_root, grown, new_sign)
    shifted = use(_sum_nonnegative(shift), n)
    before = linear(le(0, C * root + shifts), (factor, root_sign), shifted)
    bound = C * new_root + shifts + p
    squared = linear(
        le(_later(distance) ** 2, bound * bound),
        use(grows, n),
        (known, use(far, n)),
        (known, before),
        (more, known),
        (C**2, of_old),
        (C**2, of_new),
        (C**2, _one_more(added)),
        (factor, longer, shifted),
        (factor, longer, more),
        Square(p),
    )
    sign = linear(le(0, bound), (factor, new_sign), shifted, more)
    further = at_most_by_squares(_later(distance), bound, squared, sign)
    following = linear(_later(claim), further, _one_more(shift))
    return discharge(checker.induction(n, claim, start, following), *PREMISES)


@lemma(
    at=lambda: (replacement(),),
    given=(
        regularity.steepness_nonnegative(),
        regularity.no_regulariser(),
        regularity.runs_inside()[0],
        regularity.slopes_bounded(),
        projection(),
        regularity.convex()[0],
        run_moves(),
        regularity.steepness_at_most(L),
        every(S, r, eq(run(S, r, num(0)), start)),
        every(n, implies(le(1, n), lt(0, step_size(n)))),
        every(r, n, k, le(0, visit(r, n, k))),
        every(r, n, eq(total(k, visit(r, n, k)), 1)),
    ),
    shows=le(
        norm(run(S, r, LAST) - run(batch_slopes.NEW, r, LAST)),
        2 * L * sqrt(total(n, step_size(n) ** 2, 1, LAST))
        + total(n, 2 * L * step_size(n) * visit(r, n, k), 1, LAST),
    ),
)
def far_apart(other: Other) -> Theorem:
    """|w - v| <= 2 L sqrt(sum of alpha_t^2) + reach sum of alpha_t share_t after the last step."""
    lemma = _squares_added_up()
    meanings: tuple[tuple[str, Sequence], ...] = (
        ("distance", other.distance),
        ("shift", lambda at_step: other.reach * step_size(at_step) * visit(r, at_step, k)),
        ("added", lambda at_step: step_size(at_step) ** 2),
    )
    for head, meaning in meanings:
        lemma = interpret(lemma, head, (n,), meaning(n))
    positive = step_positive()
    count = for_all(norm_nonnegative(run(S, r, n) - other.at(n)), n)
    facts = (
        linear(le(0, 2 * L), L_nonnegative()),
        count,
        for_all(linear(le(0, meanings[1][1](after)), (other.sign, positive, own_share())), t),
        for_all(linear(le(0, step_size(after) ** 2), Square(step_size(after))), t),
        for_all(squared_step(other), t),
        start_together(other),
    )
    return use(use(substitute(lemma, {C: 2 * L}), *facts), LAST)
