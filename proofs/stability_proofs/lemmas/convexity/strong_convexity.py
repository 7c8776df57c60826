"""Co-coercivity of a function that is strongly convex on a set only.

The function is convex with gamma-Lipschitz gradient everywhere; on a convex set `curved` it is
mu-strongly convex. What is left without mu/2 |w|^2 is co-coercive there: for close points with a
ball around them in the set, then, summed over the pieces of a segment, for any two such points.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, specialise, substitute
from stability_proofs.kernel.notation import dot, every, square
from stability_proofs.kernel.terms import (
    NATURAL,
    VECTOR,
    Term,
    eq,
    implies,
    le,
    lt,
    num,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.limits import floor, floor_nonnegative
from stability_proofs.lemmas.convexity.gradient_steps import (
    CONVEX,
    POSITIVE,
    SMOOTH,
    descent,
    gamma,
    gradient,
    objective,
)
from stability_proofs.semantics.regularity import curved, curved_convex
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    cut,
    discharge,
    for_all,
    linear,
    one_over,
    restated,
    use,
)

w, v, e = var("w", VECTOR), var("v", VECTOR), var("e", VECTOR)
mu, constant, spare, x = var("mu"), var("constant"), var("spare"), var("x")
k, n = var("k", NATURAL), var("n", NATURAL)
share = 1 / (n + 1)

STRONGLY_CONVEX = every(
    w, v,
    implies(
        curved(w),
        curved(v),
        le(objective(w) + dot(gradient(w), v - w) + mu / 2 * square(v - w), objective(v)),
    ),
)  # fmt: skip
"""On the set the function lies above its tangents by mu/2 times the squared distance."""
FINE = le(2 * (gamma**2 + mu**2) * square(v - w), (n + 1) * constant**2 * spare**2)
"""n + 1 pieces of the segment from w to v are short enough."""


def bent(weights: Term) -> Term:
    """The gradient of what is left without mu/2 |w|^2."""
    return gradient(weights) - mu * weights


def change(first: Term, second: Term) -> Term:
    """What that gradient changes by from one point to another."""
    return bent(second) - bent(first)


def between(part: Term) -> Term:
    """A point of the segment from w to v."""
    return w + part * (v - w)


def spared(point: Term) -> Term:
    """A ball of radius `spare` around the point lies in the set."""
    return every(e, implies(le(square(e), spare**2), curved(point + e)))


@lemma(shows=lt(0, n + 1))
def some_pieces() -> Theorem:
    """0 < n + 1."""
    return linear(lt(0, n + 1), checker.natural(n))


@cache
def _close() -> Theorem:
    """|change|^2 <= constant <change, v - w>, if gamma - mu <= constant and w, v,

    v - change/constant and w + change/constant are in the set.
    """
    convex, positive = assume(STRONGLY_CONVEX), assume(lt(0, constant))
    enough, moved = assume(le(gamma - mu, constant)), change(w, v)
    low, high = v - (1 / constant) * moved, w + (1 / constant) * moved
    in_set = {point: assume(curved(point)) for point in (w, v, low, high)}
    over = one_over(positive)
    parabola = linear(
        le((gamma - mu) / 2 * square(moved) / constant**2, square(moved) / constant / 2),
        (enough, checker.square_of(moved), over, over),
        nonzero=[positive],
    )
    both = linear(
        le(square(moved) / constant, dot(moved, v - w)),
        use(convex, w, low, in_set[w], in_set[low]),
        substitute(descent(), {w: v, v: low}),
        use(convex, v, high, in_set[v], in_set[high]),
        substitute(descent(), {v: high}),
        parabola,
        nonzero=[positive],
    )
    goal = le(square(moved), constant * dot(moved, v - w))
    return linear(goal, (both, positive), nonzero=[positive])


@cache
def _near() -> Theorem:
    """The same for points with such balls, if those are large against their distance."""
    moved, positive = change(w, v), assume(lt(0, constant))
    far = 2 * (gamma**2 + mu**2) * square(v - w)
    balls = {point: assume(spared(point)) for point in (w, v)}
    large = assume(le(far, constant**2 * spare**2))
    bound = linear(
        le(square(moved), far),
        checker.square_of(gradient(v) - gradient(w) + mu * (v - w)),
        use(assume(SMOOTH), v, w),
    )
    over = one_over(positive)
    reach = linear(
        le(square((1 / constant) * moved), spare**2),
        (bound, over, over),
        (large, over, over),
        nonzero=[positive],
    )
    nothing = linear(le(square(0 * w), spare**2), Square(spare))
    return cut(
        _close(),
        use(balls[w], 0 * w, nothing),
        use(balls[v], 0 * w, nothing),
        use(balls[v], -(1 / constant) * moved, reach),
        use(balls[w], (1 / constant) * moved, reach),
    )


@cache
def _spared_between() -> Theorem:
    """Every point of a segment, 0 <= x <= 1, has the ball around it that its ends have."""
    small = assume(le(square(e), spare**2))
    ends = [use(assume(spared(point)), e, small) for point in (w, v)]
    ranged = assume(le(0, x)), assume(le(x, 1))
    inside = use(assume(curved_convex()), w + e, v + e, x, *ranged, *ends)
    return for_all(discharge(restated(inside, curved(between(x) + e)), small.conclusion), e)


def _piece(j: Term, low: Theorem, high: Theorem) -> Theorem:
    """`_near` for the points number j and j + 1 of n + 1 pieces, from 0 <= j and j <= n."""
    some = some_pieces()
    part = one_over(some)
    ends = []
    for number in (j, j + 1):
        least = linear(le(0, number * share), (linear(le(0, number), low), part))
        below = linear(le(number, n + 1), high)
        most = linear(le(number * share, 1), (below, part), nonzero=[some])
        ends.append(cut(substitute(_spared_between(), {x: number * share}), least, most))
    single = linear(le(share, 1), (checker.natural(n), part), nonzero=[some])
    large = linear(
        le(2 * (gamma**2 + mu**2) * square(v - w) * share**2, constant**2 * spare**2),
        (assume(FINE), part, part),
        Square(constant * spare, (single,)),
        nonzero=[some],
    )
    pair = substitute(_near(), {w: between(j * share), v: between((j + 1) * share)})
    return cut(pair, *ends, large)


@cache
def _along() -> Theorem:
    """The same for any two points with such balls, cut into n + 1 pieces.

    By induction |change over k + 1 pieces|^2 <= constant (k + 1) <that change, a piece>, from
    (k + 1) |a + b|^2 <= (k + 2) |a|^2 + (k + 1)(k + 2) |b|^2.
    """
    some = some_pieces()
    before, after = change(w, between((k + 1) * share)), change(w, between((k + 2) * share))
    bound = le(square(before), constant * (k + 1) * share * dot(before, v - w))
    claim = implies(le(k, n), bound)
    first = _piece(num(0), checker.natural(num(0)), checker.natural(n))
    start = discharge(restated(first, replace(bound, {k: num(0)})), le(0, n))
    last, count = assume(le(k + 1, n)), linear(lt(0, k + 1), checker.natural(k))
    more = linear(le(0, k + 2), count)
    known = use(assume(claim), linear(le(k, n), last))
    piece = _piece(k + 1, linear(le(0, k + 1), count), last)
    goal = replace(bound, {k: k + 1})
    scaled = linear(
        le((k + 1) * goal.args[0], (k + 1) * goal.args[1]),
        checker.square_of(before - (k + 1) * (after - before)),
        (known, more),
        (piece, more, count),
    )
    longer = linear(goal, (scaled, one_over(count)), nonzero=[count])
    pieces = checker.induction(k, claim, start, discharge(longer, last.conclusion))
    whole = use(pieces, n, linear(le(n, n)))
    one, hole = linear(eq((n + 1) * share, 1), nonzero=[some]), var("hole")
    end = change(w, between(hole))
    pattern = le(square(end), constant * hole * dot(end, v - w))
    return checker.rewrite(one, hole, pattern, whole)


@lemma(
    given=(
        POSITIVE,
        CONVEX,
        curved_convex(),
        SMOOTH,
        STRONGLY_CONVEX,
        lt(0, constant),
        lt(0, spare),
        le(gamma - mu, constant),
        spared(w),
        spared(v),
    ),
    shows=le(square(change(w, v)), constant * dot(change(w, v), v - w)),
)
def cocoercive_inside() -> Theorem:
    """|change|^2 <= constant <change, v - w> for any two points with such balls.

    Hypotheses: those of `descent`, STRONGLY_CONVEX, that the set is convex, spared(w), spared(v),
    0 < spare, 0 < constant and gamma - mu <= constant.
    """
    positive, wide = assume(lt(0, constant)), assume(lt(0, spare))
    whole = 2 * (gamma**2 + mu**2)
    ratio = whole * square(v - w) / constant**2 / spare**2
    sign = linear(le(0, whole), Square(gamma), Square(mu))
    over, under = one_over(positive), one_over(wide)
    least = linear(le(0, ratio), (sign, checker.square_of(v - w), over, over, under, under))
    lemma = for_all(discharge(_along(), FINE), n)
    enough = specialise(lemma, floor(ratio), floor_nonnegative(least))
    fine = linear(
        enough.conclusion.args[0],
        (checker.elementary("floor-above", ratio), positive, positive, wide, wide),
        nonzero=[positive, wide],
    )
    goal = le(square(change(w, v)), constant * dot(change(w, v), v - w))
    return restated(use(enough, fine), goal)
