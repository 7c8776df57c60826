"""Gradient steps on a function with Lipschitz gradient: how they change the distance of two points.

The function is `objective(w)`, its gradient (of a convex function: its subgradient) `gradient(w)`;
`at_function` puts others in their place. All of it for vectors of any Hilbert space, without
integrals: the descent lemma sums the convexity inequality over ever smaller pieces of a segment.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import dot, every, norm, square
from stability_proofs.kernel.terms import NATURAL, VECTOR, Term, app, eq, le, lt, num, replace, var
from stability_proofs.lemmas.analysis.limits import limit
from stability_proofs.lemmas.convexity.vectors import (
    norm_at_most,
    norm_nonnegative,
    norm_scaled,
    norm_squared,
    triangle,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.stored import Problem, certified
from stability_proofs.tactics.vocabulary import for_all, linear, one_over, use

w, v, e = var("w", VECTOR), var("v", VECTOR), var("e", VECTOR)
gamma, step = var("gamma"), var("step")
k, n = var("k", NATURAL), var("n", NATURAL)


def objective(weights: Term) -> Term:
    """The function."""
    return app("objective", weights)


def gradient(weights: Term) -> Term:
    """Its gradient."""
    return app("gradient", weights, sort=VECTOR)


def stepped(weights: Term) -> Term:
    """The weights after a step against the gradient."""
    return weights - step * gradient(weights)


CONVEX = every(w, v, le(objective(w) + dot(gradient(w), v - w), objective(v)))
"""The function lies above its tangents."""
SMOOTH = every(w, v, le(square(gradient(w) - gradient(v)), gamma**2 * square(w - v)))
"""Its gradient is gamma-Lipschitz."""
PARABOLA = every(
    w, v,
    le(
        objective(v),
        objective(w) + dot(gradient(w), v - w) + gamma / 2 * square(v - w),
    ),
)  # fmt: skip
"""The function lies below a parabola on its tangent; by `descent` if SMOOTH."""
POSITIVE = lt(0, gamma)
TAKEN = lt(0, step)


@lemma(
    at=(CONVEX, app("cost", w), app("slope", w, sort=VECTOR)),
    given=(
        every(w, v, le(app("cost", w) + dot(app("slope", w, sort=VECTOR), v - w), app("cost", v))),
    ),
    shows=every(
        w, v, le(app("cost", w) + dot(app("slope", w, sort=VECTOR), v - w), app("cost", v))
    ),
)
def at_function(theorem: Theorem, value: Term, slope: Term) -> Theorem:
    """The theorem for another function, given as terms in `w`."""
    return interpret(interpret(theorem, "objective", (w,), value), "gradient", (w,), slope)


@lemma(
    given=(POSITIVE, CONVEX, SMOOTH),
    shows=le(objective(v), objective(w) + dot(gradient(w), v - w) + gamma / 2 * square(v - w)),
)
def descent() -> Theorem:
    """The objective at v is at most its tangent at w plus gamma/2 |v - w|^2.

    By convexity at w + (k + 1) e a piece e of the segment costs at most <gradient there, e>, which
    is at most <gradient(w), e> + gamma (k + 1) |e|^2. Hypotheses: CONVEX, SMOOTH, POSITIVE.
    """
    convex, smooth, positive = assume(CONVEX), assume(SMOOTH), assume(POSITIVE)
    here, there = w + k * e, w + (k + 1) * e
    claim = le(
        objective(here),
        objective(w) + k * dot(gradient(w), e) + gamma / 2 * square(e) * k * (k + 1),
    )
    change, reach = gradient(there) - gradient(w), gamma * (k + 1)
    count = linear(lt(0, k + 1), checker.natural(k))
    turned = linear(
        le(reach * dot(change, e), reach * reach * square(e)),
        checker.square_of(change - reach * e),
        use(smooth, there, w),
    )
    along = linear(
        le(dot(change, e), reach * square(e)),
        (turned, one_over(linear(lt(0, reach), (positive, count)))),
        nonzero=[positive, count],
    )
    next_piece = linear(replace(claim, {k: k + 1}), assume(claim), use(convex, there, here), along)
    pieces = checker.induction(k, claim, linear(replace(claim, {k: num(0)})), next_piece)

    share, some = 1 / (n + 1), linear(lt(0, n + 1), checker.natural(n))
    whole = substitute(use(pieces, n + 1), {e: share * (v - w)})
    one = linear(eq((n + 1) * share, 1), nonzero=[some])
    hole = var("hole")
    pattern = le(objective(w + hole * (v - w)), whole.conclusion.args[1])
    at_end = checker.rewrite(one, hole, pattern, whole)
    far = gamma / 2 * square(v - w)
    bound = objective(w) + dot(gradient(w), v - w) + far
    near = linear(le(objective(v), bound + far / (n + 1)), at_end, nonzero=[some])
    return limit(for_all(near, n), bound, far)


def touching(constant: Term, change: Term) -> tuple[Term, Term]:
    """v - change/constant and w + change/constant: where tangents are compared."""
    return v - (1 / constant) * change, w + (1 / constant) * change


CHANGE = gradient(v) - gradient(w)


def cocoercivity() -> Problem:
    """|change|^2/gamma <= <change, v - w>, from tangents and parabolas at two points."""
    convex, above = assume(CONVEX), assume(PARABOLA)
    low, high = touching(gamma, CHANGE)
    return Problem(
        goal=le(square(CHANGE) / gamma, dot(CHANGE, v - w)),
        facts=(use(convex, w, low), use(above, v, low), use(convex, v, high), use(above, w, high)),
        nonzero=(assume(POSITIVE),),
        degree=1,
    )


@lemma(given=(POSITIVE, CONVEX, PARABOLA), shows=le(square(CHANGE), gamma * dot(CHANGE, v - w)))
def cocoercive() -> Theorem:
    """|gradient(v) - gradient(w)|^2 <= gamma <gradient(v) - gradient(w), v - w>.

    The tangent at w is below the parabola on the tangent at v where that is least, and the other
    way round; add the two. Hypotheses: CONVEX, PARABOLA, POSITIVE.
    """
    both, positive = certified("cocoercivity", cocoercivity()), assume(POSITIVE)
    goal = le(square(CHANGE), gamma * dot(CHANGE, v - w))
    return linear(goal, (both, positive), nonzero=[positive])


MOVED = stepped(w) - stepped(v)


def steps_apart() -> Problem:
    """|w' - v'|^2 <= |w - v|^2, from co-coercivity and a step of at most 2/gamma."""
    return Problem(
        goal=le(square(MOVED), square(w - v)),
        facts=(
            cocoercive(),
            assume(TAKEN),
            assume(le(step, 2 / gamma)),
            one_over(assume(POSITIVE)),
        ),
        vectors=(CHANGE,),
        nonzero=(assume(POSITIVE),),
        degree=3,
    )


@lemma(
    given=(POSITIVE, TAKEN, CONVEX, PARABOLA, le(step, 2 / gamma)),
    shows=le(norm(MOVED), norm(w - v)),
)
def non_expansive() -> Theorem:
    """Steps of at most 2/gamma do not move two points apart: |w' - v'| <= |w - v|.

    |w' - v'|^2 = |w - v|^2 - 2 step <change, v - w> + step^2 |change|^2. Hypotheses: CONVEX,
    PARABOLA, POSITIVE, TAKEN and step <= 2/gamma.
    """
    far = norm(w - v)
    apart = certified("steps-apart", steps_apart())
    squares = linear(le(square(MOVED), far * far), apart, norm_squared(w - v))
    return norm_at_most(MOVED, far, squares, norm_nonnegative(w - v))


@lemma(given=(POSITIVE, TAKEN, SMOOTH), shows=le(norm(MOVED), (1 + step * gamma) * norm(w - v)))
def growth() -> Theorem:
    """Without convexity: |w' - v'| <= (1 + step gamma) |w - v|.

    Hypotheses: SMOOTH, POSITIVE and TAKEN.
    """
    smooth, positive, taken = assume(SMOOTH), assume(POSITIVE), assume(TAKEN)
    change, far = gradient(v) - gradient(w), norm(w - v)
    squares = linear(
        le(square(change), (gamma * far) ** 2), use(smooth, w, v), (gamma**2, norm_squared(w - v))
    )
    reach = linear(le(0, gamma * far), (positive, norm_nonnegative(w - v)))
    slopes = norm_at_most(change, gamma * far, squares, reach)
    moved = stepped(w) - stepped(v)
    return linear(
        le(norm(moved), (1 + step * gamma) * far),
        triangle(w - v, step * change),
        norm_scaled(linear(le(0, step), taken), change),
        (taken, slopes),
    )


p, q = var("p", VECTOR), var("q", VECTOR)


def projections_apart() -> Problem:
    """|p - q|^2 <= |w - v|^2, from the variational inequality of each, at the other."""
    return Problem(
        goal=le(square(p - q), square(w - v)),
        facts=(assume(le(dot(w - p, q - p), 0)), assume(le(dot(v - q, p - q), 0))),
        vectors=(w - v, p - q),
        degree=1,
    )


@lemma(
    given=(le(dot(w - p, q - p), 0), le(dot(v - q, p - q), 0)), shows=le(norm(p - q), norm(w - v))
)
def projection_non_expansive() -> Theorem:
    """|p - q| <= |w - v| for the projections p of w and q of v on a convex set.

    Hypotheses: the variational inequality of each, at the other.
    """
    far = norm(w - v)
    apart = certified("projections-apart", projections_apart())
    squares = linear(le(square(p - q), far * far), apart, norm_squared(w - v))
    return norm_at_most(p - q, far, squares, norm_nonnegative(w - v))
