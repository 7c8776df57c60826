"""Cross-validation: folds, what is fitted without one, its error, and an elastic constant there.

`fold(i)` is the number of the fold of the example at i. `held(S, i, z)` is the loss at z of what is
fitted without that fold, `held_without(S, i, j, z)` that with z_j deleted as well.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import E, absolute, average, every, indicator, total
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    app,
    at,
    eq,
    implies,
    le,
    negation,
    put,
    var,
)
from stability_proofs.semantics.samples import INDEX, POINT, S, beta, i, j, m, y, z

OTHER = var("example outside a fold", "index")
"""Bound in the number of examples outside a fold; no derivation uses this name."""


def fold(index: Term) -> Term:
    """The number of an example's fold."""
    return app("fold", index, sort=NATURAL)


def together(first: Term, second: Term) -> Term:
    """That two examples are in one fold."""
    return eq(fold(first), fold(second))


def held(sample: Term, tested: Term, point: Term) -> Term:
    """The loss at z of what is fitted without the fold of the example at i."""
    return app("held", sample, tested, point)


def held_without(sample: Term, tested: Term, deleted: Term, point: Term) -> Term:
    """The same with the example at j deleted as well."""
    return app("held_without", sample, tested, deleted, point)


def outside(index: Term) -> Term:
    """The number of examples outside the fold of the one at i: those that are trained on."""
    return total(OTHER, 1 - indicator(together(index, OTHER)))


def mean_risk(sample: Term) -> Term:
    """R_K: the mean over i of the risk of what is fitted without the fold of z_i."""
    return average(INDEX, E(POINT, held(sample, INDEX, POINT)))


def cross_validation_error(sample: Term) -> Term:
    """R_cv: the mean of the losses at z_i of what is fitted without the fold of z_i."""
    return average(INDEX, held(sample, INDEX, at(sample, INDEX)))


def kfold_gap(sample: Term) -> Term:
    """R_K - R_cv."""
    return mean_risk(sample) - cross_validation_error(sample)


def standing(M: Term, folds: Term) -> tuple[Term, ...]:
    """Losses lie in [0, M], what is left out plays no part, and folds are as equal as can be.

    The largest fold of m examples has m/K of them, rounded up.
    """
    tested, deleted = held(S, i, z), held_without(S, i, j, z)
    return (
        every(S, i, z, le(0, tested)),
        every(S, i, z, le(tested, M)),
        every(S, i, j, y, z, implies(together(i, j), eq(held(put(S, j, y), i, z), tested))),
        every(S, i, j, y, z, eq(held_without(put(S, i, y), i, j, z), deleted)),
        every(S, i, j, y, z, eq(held_without(put(S, j, y), i, j, z), deleted)),
        every(i, le(m + app("floor", -(m / folds)), outside(i))),
    )


def elastic_deletion() -> Term:
    """beta at the size of a training set: deleting z_j moves losses by beta(z_j, z) over it."""
    change = absolute(held(S, i, z) - held_without(S, i, j, z))
    small = le(change, beta(at(S, j), z) / outside(i))
    return every(S, i, j, z, implies(negation(together(i, j)), small))
