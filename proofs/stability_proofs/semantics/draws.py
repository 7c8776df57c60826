"""SGD with replacement as a function of independent draws: one batch for each step.

The seeds r = (r_1, ..., r_draws) of `randomised` are drawn batches. `order_of(r)` is the order in
which they make the algorithm visit examples: the shares in the batch of step t depend on one of
them, number `draw_of(t)`, and so does what stands in for a deleted example. Losses are those of the
weights after the last step.
"""

from __future__ import annotations

from stability.conventions import Convention
from stability_proofs.kernel.notation import every, indicator, size, total
from stability_proofs.kernel.terms import ProofError, Term, app, at, eq, le
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.randomised import d, influence, r, realised, realised_without
from stability_proofs.semantics.samples import S, i, z
from stability_proofs.semantics.training import (
    k,
    m,
    measured,
    refill,
    retrained,
    run,
    skipped,
    starts_alike,
    steps_never_grow,
    t,
    visit,
)


def order_of(seeds: Term) -> Term:
    """The order that drawn batches make."""
    return app("order_of", seeds, sort="order")


def draw_of(step: Term) -> Term:
    """The number of the draw that is used in a step."""
    return app("draw_of", step, sort="draw")


def one_per_step() -> Term:
    """Every draw is used in one of the T steps."""
    return every(d, eq(total(t, indicator(eq(draw_of(t), d)), 1, LAST), 1))


def batches_drawn() -> tuple[Term, ...]:
    """The batch of a step depends on its draw only, with and without an example."""
    drawn = at(r, draw_of(t))
    return (
        every(r, t, i, eq(visit(order_of(r), t, i), app("chosen", drawn, t, i))),
        every(r, k, t, i, eq(refill(order_of(r), k, t, i), app("standing_in", drawn, k, t, i))),
    )


CONVENTIONS = (Convention.NULL_STEP, Convention.RETRAIN)
"""What deletion may mean for a run."""


def losses(convention: Convention) -> tuple[Term, ...]:
    """What is trained on a sample, and after a deletion."""
    order = order_of(r)
    after = {
        Convention.NULL_STEP: skipped(S, order, i, LAST),
        Convention.RETRAIN: retrained(S, order, i, LAST),
    }
    if convention not in after:
        raise ProofError(f"{convention} has no formula for runs")
    return (
        every(S, r, z, eq(realised(S, r, z), measured(run(S, order, LAST), z))),
        every(S, r, i, z, eq(realised_without(S, r, i, z), measured(after[convention], z))),
    )


def assumed(convention: Convention) -> tuple[Term, ...]:
    """What holds of such a run; its start and its steps do not depend on sample and draws.

    Training without an example takes another one.
    """
    others = (le(2, m),) if convention is Convention.RETRAIN else ()
    return (
        *others,
        one_per_step(),
        *batches_drawn(),
        *losses(convention),
        *starts_alike(),
        *steps_never_grow(),
    )


def said(rho: Term, draws: Term) -> tuple[Term, ...]:
    """What is to be shown: the influence of one draw, and the number of draws."""
    return (*influence(rho), eq(size("draw"), draws))
