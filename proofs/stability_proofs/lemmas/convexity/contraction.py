"""Gradient steps on a function that is strongly convex on a set come closer by 1 - step mu."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import dot, every, norm, square
from stability_proofs.kernel.terms import VECTOR, Term, eq, implies, le, lt, num, var
from stability_proofs.lemmas.analysis.limits import limit
from stability_proofs.lemmas.convexity.gradient_steps import (
    CONVEX,
    MOVED,
    POSITIVE,
    SMOOTH,
    TAKEN,
    gamma,
    gradient,
    growth,
    step,
    stepped,
)
from stability_proofs.lemmas.convexity.strong_convexity import (
    STRONGLY_CONVEX,
    change,
    cocoercive_inside,
    constant,
    mu,
    n,
    share,
    some_pieces,
    spare,
)
from stability_proofs.lemmas.convexity.vectors import (
    norm_at_most,
    norm_nonnegative,
    norm_scaled,
    norm_squared,
    triangle,
)
from stability_proofs.semantics.regularity import CENTRE, ROOM, curved, curved_convex
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import cut, discharge, for_all, linear, one_over, use

w, v, e = var("w", VECTOR), var("v", VECTOR), var("e", VECTOR)
CURVATURE = lt(0, mu)
SMALL = le(step, 2 / (gamma + mu))
CONTRACTS = le(step * mu, 1)
BALL = every(w, implies(le(square(w), ROOM**2), curved(CENTRE + w)))
"""The set holds a ball."""


@cache
def _spared_step() -> Theorem:
    """|w' - v'| <= (1 - step mu) |w - v| for two points with balls around them in the set.

    |w' - v'|^2 is (1 - step mu)^2 |w - v|^2 - 2 step (1 - step mu) <change, v - w>
    + step^2 |change|^2, and the constant of co-coercivity may be as near as one likes to
    2 (1 - step mu)/step, which is at least gamma - mu.
    """
    taken, contracts = assume(TAKEN), assume(CONTRACTS)
    sum_positive = linear(lt(0, gamma + mu), assume(POSITIVE), assume(CURVATURE))
    small = linear(
        le(step * (gamma + mu), 2), (assume(SMALL), sum_positive), nonzero=[sum_positive]
    )
    some = some_pieces()
    part, over = one_over(some), one_over(taken)
    best = 2 * (1 - step * mu) / step
    chosen = best + 1 / (n + 1)
    enough = linear(le(gamma - mu, chosen), (small, over), part, nonzero=[taken])
    positive = linear(lt(0, chosen), (contracts, over), part)
    lemma = cut(substitute(cocoercive_inside(), {constant: chosen}), enough, positive)
    moved, along, far = change(w, v), dot(change(w, v), v - w), norm(w - v)
    bound, error = 2 * step * (1 - step * mu) * along, step**2 * along
    near = linear(
        le(step**2 * square(moved), bound + error / (n + 1)), (taken, taken, lemma), nonzero=[taken]
    )
    little = limit(for_all(near, n), bound, error)
    apart, kept = stepped(w) - stepped(v), (1 - step * mu) * far
    squares = linear(
        le(square(apart), kept * kept), little, ((1 - step * mu) ** 2, norm_squared(w - v))
    )
    sign = linear(le(0, kept), (contracts, norm_nonnegative(w - v)))
    return norm_at_most(apart, kept, squares, sign)


def _drawn(point: Term) -> Term:
    """The point moved by the share 1/(n + 1) of the way to the centre of a ball in the set."""
    return point + share * (CENTRE - point)


def _ball(point: Term) -> Theorem:
    """Around it lies a ball in the set, of the share 1/(n + 1) of the radius."""
    some = some_pieces()
    part = one_over(some)
    most = linear(le(share, 1), (checker.natural(n), part), nonzero=[some])
    away = linear(le(0, share), part)
    little = assume(le(square(e), (share * ROOM) ** 2))
    grown = (n + 1) * e
    reach = linear(le(square(grown), ROOM**2), (little, some, some), nonzero=[some])
    near = use(assume(BALL), grown, reach)
    ends = assume(curved(point)), near
    inside = use(assume(curved_convex()), point, CENTRE + grown, share, away, most, *ends)
    one, hole = linear(eq((n + 1) * share, 1), nonzero=[some]), var("hole")
    moved = checker.rewrite(one, hole, curved(_drawn(point) + hole * e), inside)
    return for_all(discharge(moved, little.conclusion), e)


@lemma(
    given=(
        POSITIVE,
        TAKEN,
        CURVATURE,
        CONTRACTS,
        SMALL,
        BALL,
        CONVEX,
        curved_convex(),
        SMOOTH,
        STRONGLY_CONVEX,
        curved(w),
        curved(v),
        lt(0, ROOM),
    ),
    shows=le(norm(MOVED), (1 - step * mu) * norm(w - v)),
)
def contraction() -> Theorem:
    """|w' - v'| <= (1 - step mu) |w - v| for w and v in the set and steps at most 2/(gamma + mu).

    Moved a little to the centre of a ball in the set they have balls around them; a limit.
    Hypotheses: those of `descent`, STRONGLY_CONVEX, CURVATURE, TAKEN, SMALL, CONTRACTS, that the
    set is convex and holds a ball, w and v.
    """
    contracts, some = assume(CONTRACTS), some_pieces()
    part = one_over(some)
    away = linear(le(0, share), part)
    kept = linear(le(0, 1 - share), (checker.natural(n), part), nonzero=[some])
    first, second = _drawn(w), _drawn(v)
    wide = linear(lt(0, share * ROOM), (part, assume(lt(0, ROOM))))
    lemma = substitute(_spared_step(), {spare: share * ROOM})
    lemma = cut(substitute(lemma, {w: first, v: second}), wide, _ball(w), _ball(v))
    far, growing = norm(w - v), 1 + step * gamma
    closer = linear(
        le(norm(first - second), far), norm_scaled(kept, w - v), (away, norm_nonnegative(w - v))
    )
    bound, error = (1 - step * mu) * far, growing * (norm(w - CENTRE) + norm(v - CENTRE))
    steps = []
    for point, near in ((w, first), (v, second)):
        steps.append(substitute(growth(), {w: point, v: near}))
        steps.append((growing, norm_scaled(away, point - CENTRE)))
    here, there = stepped(first), stepped(second)
    near = linear(
        le(norm(stepped(w) - stepped(v)), bound + error / (n + 1)),
        triangle(stepped(w) - here, here - stepped(v)),
        triangle(here - there, there - stepped(v)),
        checker.same(norm(there - stepped(v)), norm(stepped(v) - there)),
        lemma,
        (contracts, closer),
        *steps,
    )
    return limit(for_all(near, n), bound, error)


@lemma(
    given=(POSITIVE, SMOOTH, STRONGLY_CONVEX, curved(w), curved(v), lt(gamma, mu)),
    shows=le(norm(w - v), 0),
)
def one_point() -> Theorem:
    """|w - v| <= 0 for w and v in the set, if gamma < mu: then the set holds one point."""
    convex, smooth, positive = assume(STRONGLY_CONVEX), assume(SMOOTH), assume(POSITIVE)
    ends = {point: assume(curved(point)) for point in (w, v)}
    difference = gradient(w) - gradient(v)
    curved_more = assume(lt(gamma, mu))
    pulled = linear(
        le(mu * square(w - v), dot(difference, w - v)),
        use(convex, w, v, ends[w], ends[v]),
        use(convex, v, w, ends[v], ends[w]),
    )
    doubled = linear(
        le(gamma * dot(difference, w - v), gamma * gamma * square(w - v)),
        checker.square_of(difference - gamma * (w - v)),
        use(smooth, w, v),
    )
    held = linear(
        le((mu - gamma) * square(w - v), 0),
        pulled,
        (doubled, one_over(positive)),
        nonzero=[positive],
    )
    gap = linear(lt(0, mu - gamma), curved_more)
    nothing = linear(le(square(w - v), 0), (held, one_over(gap)), nonzero=[gap])
    return norm_at_most(w - v, num(0), nothing, linear(le(0, 0)))
