"""The vote of the k nearest neighbours, with and without an example.

`far(z', z)` is the distance of the input of z' from that of z. `rank(S, i, z)` counts the examples
that are strictly closer to z than that at i, and the neighbours of z are the examples with a rank
below k. Every example casts a ballot, a vector (for classes: the unit vector of its class), and the
loss at z depends on the sum of the neighbours' ballots alone. After the deletion of an example all
of that is said of the others. With ties more than k examples may have a rank below k; ties have
probability 0 for continuous laws, and if the distance counts random marks of the examples.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.terms import NATURAL, VECTOR, Term, app, at, eq, le, lt, var
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import INDEX, S, i, j, x, y, z

COUNT = symbol_term("k")
"""The number of neighbours."""
VOTES = var("votes", VECTOR)


def far(example: Term, point: Term) -> Term:
    """The distance of the inputs."""
    return app("far", example, point)


def closer(first: Term, second: Term, point: Term) -> Term:
    """1 if the first example is closer to the point than the second."""
    return indicator(lt(far(first, point), far(second, point)))


def tie(first: Term, second: Term, point: Term) -> Term:
    """1 if both are equally far from the point."""
    return indicator(eq(far(first, point), far(second, point)))


def rank(sample: Term, place: Term, point: Term) -> Term:
    """How many examples are closer to the point."""
    return app("rank", sample, place, point, sort=NATURAL)


def rank_left(sample: Term, deleted: Term, place: Term, point: Term) -> Term:
    """How many of the examples that are left."""
    return app("rank_left", sample, deleted, place, point, sort=NATURAL)


def near(rank_of: Term) -> Term:
    """1 if an example with that rank is a neighbour."""
    return indicator(lt(rank_of, COUNT))


def ballot(example: Term) -> Term:
    """The vote of an example."""
    return app("ballot", example, sort=VECTOR)


def votes(sample: Term, point: Term) -> Term:
    """The sum of the neighbours' ballots."""
    return total(INDEX, near(rank(sample, INDEX, point)) * ballot(at(sample, INDEX)))


def votes_left(sample: Term, deleted: Term, point: Term) -> Term:
    """That of the neighbours among the examples that are left."""
    left = (1 - indicator(eq(INDEX, deleted))) * near(rank_left(sample, deleted, INDEX, point))
    return total(INDEX, left * ballot(at(sample, INDEX)))


def verdict(ballots: Term, point: Term) -> Term:
    """The loss at a point when these are the votes."""
    return app("verdict", ballots, point)


def voting() -> tuple[Term, ...]:
    """What ranks are."""
    here = closer(at(S, INDEX), at(S, i), z)
    left = (1 - indicator(eq(INDEX, j))) * here
    return (
        every(S, i, z, eq(rank(S, i, z), total(INDEX, here))),
        every(S, j, i, z, eq(rank_left(S, j, i, z), total(INDEX, left))),
    )


def no_ties() -> tuple[Term, ...]:
    """Two independent examples are equally far from an independent third with probability 0."""
    return (le(E(z, E(x, E(y, tie(x, y, z)))), 0),)


def zero_one() -> tuple[Term, ...]:
    """The loss lies in [0, 1]."""
    loss = verdict(VOTES, z)
    return (every(VOTES, z, le(0, loss)), every(VOTES, z, le(loss, 1)))
