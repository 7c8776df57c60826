"""Batches: how large a share every example has in a step, by the order of visiting.

Nothing is said of how an order comes about; what is said holds of the orders that the library
names, and a derivation may use no more.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import E, every, total
from stability_proofs.kernel.terms import NATURAL, Term, app, eq, implies, le, lt, var
from stability_proofs.semantics.samples import i
from stability_proofs.semantics.training import k, m, r, refill, step_size, t, visit

PASS, PLACE_IN_PASS = var("pass", NATURAL), var("place in the pass", NATURAL)


def shares_nonnegative() -> Term:
    """0 <= the share of every example."""
    return every(r, t, i, le(0, visit(r, t, i)))


def shares_sum() -> Term:
    """The shares of a batch sum to 1."""
    return every(r, t, eq(total(i, visit(r, t, i)), 1))


def refills_nonnegative() -> Term:
    """0 <= the share that stands in for a deleted example."""
    return every(r, k, t, i, le(0, refill(r, k, t, i)))


def refills_sum() -> Term:
    """The share of a deleted example is refilled, if there is another example."""
    refilled = eq(total(i, refill(r, k, t, i)), visit(r, t, k))
    return implies(le(2, m), every(r, k, t, refilled))


def shares() -> tuple[Term, ...]:
    """What holds of all batches."""
    return (shares_nonnegative(), shares_sum(), refills_nonnegative(), refills_sum())


def full() -> Term:
    """Every batch is the whole sample."""
    return every(r, t, i, eq(visit(r, t, i), 1 / m))


def uniform() -> Term:
    """On average over the order every example has the share 1/m of a batch."""
    return every(t, i, eq(E(r, visit(r, t, i)), 1 / m))


def at_least(size: Term) -> Term:
    """In a batch of that size an example has no share, or one of at least 1/size."""
    share = visit(r, t, i)
    return every(r, t, i, implies(lt(share, 1 / size), le(share, 0)))


def seen(order: Term, step: Term, place: Term) -> Term:
    """1 if the example at a place is in the batch of a step, else 0."""
    return app("seen", order, step, place)


def pass_length(size: Term) -> Term:
    """The number of batches that hold every example once: ceil(m/size)."""
    return -app("floor", -(m / size))


def last_batch(size: Term) -> Term:
    """The size of the last batch of a pass, which may be short."""
    return m - size * (pass_length(size) - 1)


def shuffled(size: Term) -> tuple[Term, ...]:
    """In every pass each example is in exactly one batch, with one share of it.

    The step at place b = 1, ... of pass j = 0, 1, ... is j ceil(m/size) + b.
    """
    length = pass_length(size)
    step = PASS * length + PLACE_IN_PASS
    last = PASS * length + length
    here, short = seen(r, step, i), seen(r, last, i)
    return (
        every(r, t, i, le(0, seen(r, t, i))),
        every(r, PASS, i, eq(total(PLACE_IN_PASS, here, 1, length), 1)),
        every(
            r, PASS, PLACE_IN_PASS, i,
            implies(
                le(1, PLACE_IN_PASS),
                lt(PLACE_IN_PASS, length),
                eq(visit(r, step, i), here / size),
            ),
        ),
        every(r, PASS, i, eq(visit(r, last, i), short / last_batch(size))),
    )  # fmt: skip


def weigh_at_most(weight: Term, last: Term) -> tuple[Term, ...]:
    """The sum of alpha_t/s_t over the steps that see an example is at most the weight.

    An example has the share 1/s_t of a batch of s_t that it is in.
    """
    return (every(r, k, le(total(t, step_size(t) * visit(r, t, k), 1, last), weight)),)
