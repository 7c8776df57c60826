"""On-average model stability: how far the trained weights move when an example is replaced.

The distance is averaged over the replaced example, the sample, the new example and the algorithm.
In bounds the algorithm is any, with seeds r and trained weights `weights(S, r)`, and the loss is
that of the weights in expectation over r. In runs that draw one example per step with replacement
the order of the examples is one of draws q = (q_1, q_2, ...), which are independent and uniform:
`order_of(q)`, in which the example at q_t is the batch of step t.
"""

from __future__ import annotations

from stability.conventions import Neighbour, Notion
from stability_proofs.kernel.notation import E, average, dot, every, indicator, norm, square
from stability_proofs.kernel.terms import (
    HORIZON,
    NATURAL,
    VECTOR,
    ProofError,
    Term,
    app,
    at,
    eq,
    le,
    put,
    var,
)
from stability_proofs.semantics import samples
from stability_proofs.semantics.constants import weights
from stability_proofs.semantics.randomised import r
from stability_proofs.semantics.samples import S, Values, i, y, z
from stability_proofs.semantics.training import PLACE, cost, k, measured, run, t, v, visit, w

NOTIONS = (Notion.ON_AVERAGE_L1, Notion.ON_AVERAGE_L2)
q = var("q", "draws")
LAST = var("T", NATURAL)


def order_of(draws: Term) -> Term:
    """The order in which these draws visit the examples."""
    return app("order_of_draws", draws, sort="order")


def drawn() -> tuple[Term, Term]:
    """The batch of a step is the example that is drawn in it; expectations are over T draws."""
    share = visit(order_of(q), t, i)
    return every(q, t, i, eq(share, indicator(eq(at(q, t), i)))), le(LAST, HORIZON)


def stable(notion: Notion, moved: Term, constant: Term) -> Term:
    """That the mean distance, or mean squared distance, is at most as the constant says.

    `moved`: how the weights move when a fresh y takes the place of the example at k.
    """
    if notion is Notion.ON_AVERAGE_L1:
        return le(moved, constant)
    return le(moved, constant**2)


def movement(notion: Notion, before: Term, after: Term, draws: Term, place: Term) -> Term:
    """The distance, or its square, averaged over the replaced place, S, y and the algorithm."""
    far = before - after
    size = norm(far) if notion is Notion.ON_AVERAGE_L1 else square(far)
    return average(place, E(S, E(y, E(draws, size))))


def of_runs(notion: Notion, neighbour: Neighbour, constant: Term) -> Term:
    """That runs are as stable as the constant says."""
    if neighbour is not Neighbour.REPLACEMENT:
        raise ProofError(f"{neighbour} {notion} has no formula")
    before, after = (run(s, order_of(q), LAST) for s in (S, put(S, k, y)))
    return stable(notion, movement(notion, before, after, q, k), constant)


def premise(notion: Notion, neighbour: Neighbour, values: Values) -> tuple[Term, ...]:
    """That trained weights are as stable as the constant says, and that the loss is theirs."""
    if neighbour is not Neighbour.REPLACEMENT:
        raise ProofError(f"{neighbour} {notion} has no formula")
    moved = movement(notion, weights(S), weights(put(S, i, y)), r, i)
    loss = every(S, z, eq(samples.loss(S, z), E(r, measured(weights(S), z))))
    return (stable(notion, moved, values["epsilon"]), loss)


def risks_before(risk: Term) -> Term:
    """F(t + 1) bounds the expected training risk after t steps; `risk` is F at t + 1."""
    before = average(PLACE, cost(run(S, order_of(q), t), at(S, PLACE)))
    return every(t, le(E(S, E(q, before)), risk))


def training_risk_at_most(risk: Term) -> Term:
    """The expected training risk of the output."""
    return le(E(S, samples.training_risk(S)), risk)


def incline(weights_: Term, point: Term) -> Term:
    """The slope of a tangent of the evaluated loss."""
    return app("incline", weights_, point, sort=VECTOR)


def evaluated_smooth(gamma: Term) -> tuple[Term, ...]:
    """The evaluated loss is at most gamma/2 |v - w|^2 above its tangents.

    That follows from gamma-Lipschitz gradients, of the loss or of its sum with a convex function,
    and of what is cut off from above it is true again: the tangent is flat where the cut is.
    """
    above = measured(v, z) - measured(w, z) - dot(incline(w, z), v - w)
    return (every(w, v, z, le(above, gamma / 2 * square(v - w))),)


def evaluated_nonnegative() -> tuple[Term, ...]:
    """The evaluated losses are not negative."""
    return (every(w, z, le(0, measured(w, z))),)


def costs_nonnegative() -> Term:
    """The training losses are not negative."""
    return every(w, z, le(0, cost(w, z)))
