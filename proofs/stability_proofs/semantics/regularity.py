"""What is assumed of losses as functions of the weights: convexity, smoothness, slopes."""

from __future__ import annotations

from stability_proofs.kernel.notation import E, absolute, dot, every, norm, square
from stability_proofs.kernel.terms import FORMULA, VECTOR, Term, app, eq, implies, le, lt, var
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import (
    cost,
    inside,
    k,
    measured,
    penalty,
    pull,
    r,
    retrained,
    run,
    skipped,
    slope,
    steepness,
    t,
    v,
    w,
)

CENTRE, ROOM = var("centre", VECTOR), var("room")
"""A ball in the set on which the objectives are strongly convex."""


def full_slope(weights: Term, point: Term) -> Term:
    """The gradient of training loss plus regulariser."""
    return slope(weights, point) + pull(weights)


def convex() -> tuple[Term, ...]:
    """Training loss and regulariser lie above their tangents."""
    there = v - w
    return (
        every(w, v, z, le(cost(w, z) + dot(slope(w, z), there), cost(v, z))),
        every(w, v, le(penalty(w) + dot(pull(w), there), penalty(v))),
    )


def strongly_convex(mu: Term) -> tuple[Term, ...]:
    """Loss plus regulariser lie above their tangents by mu/2 times the squared distance.

    For a regulariser that is so everywhere `curved` is everything, for losses that are so on a
    ball it is that ball; in between, a convex set that holds a ball and all iterates.
    """
    there = v - w
    objective = cost(w, z) + penalty(w)
    below = objective + dot(full_slope(w, z), there) + mu / 2 * square(there)
    tangent = le(below, cost(v, z) + penalty(v))
    return (
        every(w, v, z, implies(curved(w), curved(v), tangent)),
        every(w, implies(inside(w), curved(w))),
        curved_convex(),
        lt(0, ROOM),
        every(w, implies(le(square(w), ROOM**2), curved(CENTRE + w))),
    )


def curved(weights: Term) -> Term:
    """That w lies in the set on which the objectives are strongly convex."""
    return app("curved", weights, sort=FORMULA)


def curved_convex() -> Term:
    """Segments between points of that set lie in it."""
    x = var("x")
    between = curved(w + x * (v - w))
    return every(w, v, x, implies(le(0, x), le(x, 1), curved(w), curved(v), between))


def smooth(gamma: Term) -> tuple[Term, ...]:
    """The gradients of training loss plus regulariser are gamma-Lipschitz."""
    change = full_slope(w, z) - full_slope(v, z)
    return (every(w, v, z, le(square(change), gamma**2 * square(w - v))),)


def loss_changes() -> Term:
    """L(z) bounds changes of the evaluated loss inside."""
    change = absolute(measured(w, z) - measured(v, z))
    near = le(change, steepness(z) * norm(w - v))
    return every(w, v, z, implies(inside(w), inside(v), near))


def slopes_bounded() -> Term:
    """L(z) bounds the gradients of the training loss inside."""
    return every(w, z, implies(inside(w), le(square(slope(w, z)), steepness(z) ** 2)))


def steepness_nonnegative() -> Term:
    """0 <= L(z)."""
    return every(z, le(0, steepness(z)))


def steepness_at_most(L: Term) -> Term:
    """L bounds L(z)."""
    return every(z, le(steepness(z), L))


def steepness_mean(L_mean: Term) -> Term:
    """E L(z) <= L_mean."""
    return le(E(z, steepness(z)), L_mean)


def steepness_mean_square(L_rms: Term) -> Term:
    """E L(z)^2 <= L_rms^2."""
    return le(E(z, steepness(z) ** 2), L_rms**2)


def steepness_mean_fourth(L_4: Term) -> Term:
    """E L(z)^4 <= L_4^4."""
    return le(E(z, steepness(z) ** 4), L_4**4)


def runs_inside() -> tuple[Term, ...]:
    """All iterates are inside, with and without an example."""
    return (
        every(S, r, t, inside(run(S, r, t))),
        every(S, r, k, t, inside(skipped(S, r, k, t))),
        every(S, r, k, t, inside(retrained(S, r, k, t))),
    )


def lipschitz(L: Term, L_mean: Term, L_rms: Term, L_4: Term) -> tuple[Term, ...]:
    """L(z) bounds slopes and changes of the evaluated loss inside; the others bound L(z)."""
    return (
        loss_changes(),
        slopes_bounded(),
        steepness_nonnegative(),
        steepness_at_most(L),
        steepness_mean(L_mean),
        steepness_mean_square(L_rms),
        steepness_mean_fourth(L_4),
        *runs_inside(),
    )


def no_regulariser() -> Term:
    """Nothing but the loss moves the weights."""
    return every(w, eq(pull(w), 0 * w))


def losses_inside_at_most(rho: Term) -> tuple[Term, ...]:
    """The evaluated losses lie in [0, rho] inside."""
    return (
        every(w, z, implies(inside(w), le(0, measured(w, z)))),
        every(w, z, implies(inside(w), le(measured(w, z), rho))),
    )
