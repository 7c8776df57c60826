"""Statements over sample and algorithm together: losses that depend on the seeds of a run.

The seeds r = (r_1, ..., r_draws) are independent of each other and of the sample, and used alike
with and without an example. `realised(S, r, z)` is the loss at z of what the algorithm makes of S
and r, `realised_without(S, r, i, z)` that after the deletion of the example at i, and
`realised_twice(S, r, i, j, z)` that of the same deletion with the example at j deleted already.
"""

from __future__ import annotations

from stability.conventions import Averaged, Neighbour, Notion, Positions, Quantity
from stability_proofs.kernel.notation import E, absolute, average, every, indicator
from stability_proofs.kernel.terms import (
    ProofError,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    lt,
    negation,
    put,
    var,
)
from stability_proofs.semantics.samples import (
    INDEX,
    POINT,
    S,
    Values,
    at_positions,
    i,
    j,
    m,
    y,
    z,
)

r, d, x = var("r", "seeds"), var("d", "draw"), var("x", "seed")


def realised(sample: Term, seeds: Term, point: Term) -> Term:
    """The loss at z."""
    return app("realised", sample, seeds, point)


def realised_without(sample: Term, seeds: Term, deleted: Term, point: Term) -> Term:
    """The loss at z after the deletion of the example at i."""
    return app("realised_without", sample, seeds, deleted, point)


def realised_twice(sample: Term, seeds: Term, first: Term, second: Term, point: Term) -> Term:
    """The loss at z with the example at `first` deleted and then that at `second`."""
    return app("realised_twice", sample, seeds, first, second, point)


def gap(sample: Term, seeds: Term) -> Term:
    """R - R_emp for these seeds."""
    risk = E(POINT, realised(sample, seeds, POINT))
    return risk - average(INDEX, realised(sample, seeds, at(sample, INDEX)))


def loo_gap(sample: Term, seeds: Term) -> Term:
    """R - R_loo for these seeds."""
    risk = E(POINT, realised(sample, seeds, POINT))
    return risk - average(INDEX, realised_without(sample, seeds, INDEX, at(sample, INDEX)))


def standing(M: Term) -> tuple[Term, ...]:
    """What always holds: losses lie in [0, M], and what is deleted plays no part."""
    loss, shrunk = realised(S, r, z), realised_without(S, r, i, z)
    doubly = realised_twice(S, r, i, j, z)
    return (
        every(S, r, z, le(0, loss)),
        every(S, r, z, le(loss, M)),
        every(S, r, i, z, le(0, shrunk)),
        every(S, r, i, z, le(shrunk, M)),
        every(S, r, i, y, z, eq(realised_without(put(S, i, y), r, i, z), shrunk)),
        every(S, r, i, j, y, z, eq(realised_twice(put(S, i, y), r, i, j, z), doubly)),
        every(S, r, i, j, y, z, eq(realised_twice(put(S, j, y), r, i, j, z), doubly)),
    )


def uniform(constant: Term) -> Term:
    """|E_r loss - E_r loss without z_i| <= beta, for all S, i and z."""
    change = E(r, realised(S, r, z)) - E(r, realised_without(S, r, i, z))
    return every(S, i, z, le(absolute(change), constant))


def uniform_before(constant: Term) -> Term:
    """The same one size lower: the example at i is deleted already, then that at j."""
    change = E(r, realised_without(S, r, i, z)) - E(r, realised_twice(S, r, i, j, z))
    return every(S, i, j, z, implies(negation(eq(i, j)), le(absolute(change), constant)))


def hypothesis(constant: Term, over: Averaged, positions: Positions) -> Term:
    """E |loss - loss without z_i| <= beta_hyp, for every r or in expectation over r.

    For all i, or on average over i.
    """
    change = E(z, absolute(realised(S, r, z) - realised_without(S, r, i, z)))
    return _averaged(change, constant, over, positions)


def pointwise(constant: Term, over: Averaged, positions: Positions) -> Term:
    """The same for the loss at z_i, with a fresh y in the place of z_i after the change."""
    new, own = put(S, i, y), at(S, i)
    change = E(y, absolute(realised(S, r, own) - realised(new, r, own)))
    return _averaged(change, constant, over, positions)


def _averaged(change: Term, constant: Term, over: Averaged, positions: Positions) -> Term:
    if over is Averaged.NOTHING:
        return every(r, at_positions(E(S, change), constant, positions))
    if over is Averaged.BOTH:
        return at_positions(E(S, E(r, change)), constant, positions)
    raise ProofError(f"no such constant over {over}")


def premise(
    notion: Notion,
    neighbour: Neighbour,
    over: Averaged,
    values: Values,
    positions: Positions,
    *,
    before: bool,
) -> tuple[Term, ...]:
    """That a rule is as stable as a constant says; `before`: also one size lower.

    `positions`: a mean over the sample is bounded for every example, or on average over them.
    """
    deletes = neighbour is Neighbour.DELETION
    if (notion, over) == (Notion.UNIFORM, Averaged.ALGORITHM) and deletes:
        beta = values["beta"]
        smaller = (uniform_before(beta * m / (m - 1)),) if before else ()
        return (uniform(beta), *smaller)
    if notion is Notion.HYPOTHESIS and deletes:
        return (hypothesis(values["beta_hyp"], over, positions),)
    if notion is Notion.POINTWISE and not deletes:
        return (pointwise(values["epsilon_pt"], over, positions),)
    raise ProofError(f"{neighbour} {notion} over {over} has no formula for statements over both")


def influence(rho: Term) -> tuple[Term, ...]:
    """Another seed in one draw changes a loss, also after a deletion, by at most rho."""
    other = put(r, d, x)
    change = realised(S, r, z) - realised(S, other, z)
    after = realised_without(S, r, i, z) - realised_without(S, other, i, z)
    return (
        every(S, r, d, x, z, le(absolute(change), rho)),
        every(S, r, i, d, x, z, le(absolute(after), rho)),
    )


def conclusion(quantity: Quantity, bound: Term, failure: Term) -> Term:
    """The quantity is above the bound with probability at most `failure` over sample and seeds."""
    gaps = {Quantity.GAP: gap, Quantity.LOO_GAP: loo_gap}
    if quantity not in gaps:
        raise ProofError(f"{quantity} has no formula over sample and algorithm")
    return le(E(S, E(r, indicator(lt(bound, gaps[quantity](S, r))))), failure)
