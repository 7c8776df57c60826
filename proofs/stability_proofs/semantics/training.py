"""Training: losses, runs with and without an example, and step sizes.

Weights are vectors. `cost(w, z)` is the training loss with gradient (for convex losses: a
subgradient) `slope(w, z)`; `penalty(w)` is a regulariser without data, with gradient `pull(w)`, and
may be 0. `measured(w, z)` is the loss that is evaluated, which may be another one (a cut loss).
`steepness(z)` is L(z), the Lipschitz constant of both for that example. `inside(w)` says that w
lies in the convex set that holds all iterates.

A run starts at `start`, which no sample changes, and at step t = 1, ..., T moves against the mean
slope over the batch: the example at i has the share `visit(r, t, i)` of it, r being the order in
which the algorithm visits examples. Runs after a deletion:
- null step, `skipped`: the slope of the example is left out, its share of the batch is kept;
- retrain, `retrained`: its share is refilled by other examples, `refill(r, k, t, i)`.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import dot, every, indicator, size, total
from stability_proofs.kernel.terms import (
    FORMULA,
    NATURAL,
    VECTOR,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    num,
    var,
)
from stability_proofs.semantics.samples import S

w, v = var("w", VECTOR), var("v", VECTOR)
r, t, k = var("r", "order"), var("t", NATURAL), var("k", "index")
PLACE = var("place in the batch", "index")
"""Bound in the sums over a batch; no derivation uses this name."""
m = size()


def cost(weights: Term, point: Term) -> Term:
    """The training loss."""
    return app("cost", weights, point)


def slope(weights: Term, point: Term) -> Term:
    """Its gradient in the weights."""
    return app("slope", weights, point, sort=VECTOR)


def penalty(weights: Term) -> Term:
    """The regulariser."""
    return app("penalty", weights)


def pull(weights: Term) -> Term:
    """Its gradient."""
    return app("pull", weights, sort=VECTOR)


def measured(weights: Term, point: Term) -> Term:
    """The evaluated loss."""
    return app("measured", weights, point)


def steepness(point: Term) -> Term:
    """L(z)."""
    return app("steepness", point)


def inside(weights: Term) -> Term:
    """That w lies in the set that holds all iterates."""
    return app("inside", weights, sort=FORMULA)


def step_size(step: Term) -> Term:
    """alpha_t."""
    return app("alpha", step)


def visit(order: Term, step: Term, place: Term) -> Term:
    """The share of the example at a place in the batch of a step."""
    return app("visit", order, step, place)


def refill(order: Term, deleted: Term, step: Term, place: Term) -> Term:
    """The share by which the example at a place stands in for the deleted one."""
    return app("refill", order, deleted, step, place)


START = var("start", VECTOR)


def projected(weights: Term) -> Term:
    """The projection after a step (the weights themselves if there is none)."""
    return app("projected", weights, sort=VECTOR)


def run(sample: Term, order: Term, step: Term) -> Term:
    """The weights after so many steps."""
    return app("run", sample, order, step, sort=VECTOR)


def skipped(sample: Term, order: Term, deleted: Term, step: Term) -> Term:
    """The same with null steps at the deleted example."""
    return app("skipped", sample, order, deleted, step, sort=VECTOR)


def retrained(sample: Term, order: Term, deleted: Term, step: Term) -> Term:
    """The same without the deleted example, its share refilled."""
    return app("retrained", sample, order, deleted, step, sort=VECTOR)


def batch_slope(weights: Term, sample: Term, order: Term, step: Term) -> Term:
    """The mean slope over the batch of a step."""
    share = visit(order, step, PLACE)
    return total(PLACE, share * slope(weights, at(sample, PLACE)))


def skipped_slope(weights: Term, sample: Term, order: Term, deleted: Term, step: Term) -> Term:
    """The same without the slope of the deleted example."""
    share = (1 - indicator(eq(PLACE, deleted))) * visit(order, step, PLACE)
    return total(PLACE, share * slope(weights, at(sample, PLACE)))


def refilled_slope(weights: Term, sample: Term, order: Term, deleted: Term, step: Term) -> Term:
    """The same with the share of the deleted example refilled."""
    kept = (1 - indicator(eq(PLACE, deleted))) * visit(order, step, PLACE)
    share = kept + refill(order, deleted, step, PLACE)
    return total(PLACE, share * slope(weights, at(sample, PLACE)))


def moved(weights: Term, batch: Term, step: Term) -> Term:
    """One step from the weights: against the batch's slope and the regulariser's, projected."""
    return projected(weights - step_size(step) * (batch + pull(weights)))


def run_moves() -> Term:
    """How the weights move."""
    here, after = run(S, r, t), t + 1
    return every(S, r, t, eq(run(S, r, after), moved(here, batch_slope(here, S, r, after), after)))


def skipped_moves() -> Term:
    """The same with null steps at the deleted example."""
    here, after = skipped(S, r, k, t), t + 1
    step = moved(here, skipped_slope(here, S, r, k, after), after)
    return every(S, r, k, t, eq(skipped(S, r, k, after), step))


def retrained_moves() -> Term:
    """The same without the deleted example, its share refilled."""
    here, after = retrained(S, r, k, t), t + 1
    step = moved(here, refilled_slope(here, S, r, k, after), after)
    return every(S, r, k, t, eq(retrained(S, r, k, after), step))


def projection() -> Term:
    """From its projection every other is seen at an obtuse angle to the weights.

    That is so for projections on any closed convex set, and if there is none.
    """
    other = projected(v) - projected(w)
    return every(w, v, le(dot(w - projected(w), other), 0))


def not_projected() -> Term:
    """There is no projection."""
    return every(w, eq(projected(w), w))


def runs() -> tuple[Term, ...]:
    """How the weights move, with and without an example."""
    return (run_moves(), skipped_moves(), retrained_moves(), projection())


def starts_alike() -> tuple[Term, ...]:
    """All runs start at the same weights. (That steps and their number are fixed is in `runs`.)"""
    nothing = num(0)
    return (
        every(S, r, eq(run(S, r, nothing), START)),
        every(S, r, k, eq(skipped(S, r, k, nothing), START)),
        every(S, r, k, eq(retrained(S, r, k, nothing), START)),
    )


def steps_at_most(limit: Term) -> tuple[Term, ...]:
    """Every step size is at most a limit."""
    return (every(t, le(step_size(t), limit)),)


def constant_steps() -> tuple[Term, ...]:
    """Every step size is the first one."""
    return (every(t, eq(step_size(t), step_size(num(1)))),)


def decaying_steps(c: Term) -> tuple[Term, ...]:
    """alpha_t = c/t."""
    return (every(t, eq(step_size(t), c / t)),)


def steps_never_grow() -> tuple[Term, ...]:
    """No step size is larger than the first: they are constant, or c/t."""
    return (every(t, implies(le(1, t), le(step_size(t), step_size(num(1))))),)
