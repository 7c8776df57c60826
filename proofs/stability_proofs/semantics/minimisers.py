"""Minimisers of regularised risk, with and without an example, and kernel methods.

`minimiser(S)` minimises the mean training loss plus the regulariser; `kept(S, k)` the same without
the term of the example at k, the divisor 1/m kept; `refitted(S, k)` on the m - 1 others, divisor
1/(m - 1). Kernel methods: weights are functions in a Hilbert space, `feature(z)` represents the
evaluation at the input of z, so that K(z, z') is the inner product of features; `charge(p, z)` is
the cost of the prediction p at z, and `fee(p, z)` the evaluated loss.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import E, absolute, average, dot, every, norm, square
from stability_proofs.kernel.terms import VECTOR, Term, app, at, eq, le, var
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import PLACE, cost, inside, k, m, penalty, pull, v, w

p, q = var("p"), var("q")


def minimiser(sample: Term) -> Term:
    """The minimiser on the whole sample."""
    return app("minimiser", sample, sort=VECTOR)


def kept(sample: Term, deleted: Term) -> Term:
    """The minimiser without an example, the divisor kept."""
    return app("kept", sample, deleted, sort=VECTOR)


def refitted(sample: Term, deleted: Term) -> Term:
    """The minimiser on the other examples."""
    return app("refitted", sample, deleted, sort=VECTOR)


def objective(sample: Term, weights: Term) -> Term:
    """Mean training loss plus regulariser."""
    return average(PLACE, cost(weights, at(sample, PLACE))) + penalty(weights)


def objective_kept(sample: Term, deleted: Term, weights: Term) -> Term:
    """The same without the term of an example."""
    return objective(sample, weights) - cost(weights, at(sample, deleted)) / m


def objective_refitted(sample: Term, deleted: Term, weights: Term) -> Term:
    """Mean training loss over the other examples, plus regulariser."""
    others = m * average(PLACE, cost(weights, at(sample, PLACE))) - cost(
        weights, at(sample, deleted)
    )
    return others / (m - 1) + penalty(weights)


def minimisation() -> tuple[Term, ...]:
    """No weights have a smaller objective than the minimiser; all of them lie inside."""
    best, less, fewer = minimiser(S), kept(S, k), refitted(S, k)
    return (
        every(S, w, le(objective(S, best), objective(S, w))),
        every(S, k, w, le(objective_kept(S, k, less), objective_kept(S, k, w))),
        every(S, k, w, le(objective_refitted(S, k, fewer), objective_refitted(S, k, w))),
    )


def minimisers_inside() -> tuple[Term, ...]:
    """The set on which the loss is Lipschitz holds the minimisers."""
    return (
        every(S, inside(minimiser(S))),
        every(S, k, inside(kept(S, k))),
        every(S, k, inside(refitted(S, k))),
    )


def penalty_strongly_convex(mu: Term) -> tuple[Term, ...]:
    """The regulariser lies above its tangents by mu/2 times the squared distance."""
    there = v - w
    below = penalty(w) + dot(pull(w), there) + mu / 2 * square(there)
    return (every(w, v, le(below, penalty(v))),)


def feature(point: Term) -> Term:
    """The function whose inner product with f is the prediction of f at the input of z."""
    return app("feature", point, sort=VECTOR)


def charge(prediction: Term, point: Term) -> Term:
    """The cost of a prediction."""
    return app("charge", prediction, point)


def fee(prediction: Term, point: Term) -> Term:
    """The evaluated loss of a prediction."""
    return app("fee", prediction, point)


def lean(prediction: Term, point: Term) -> Term:
    """A slope of the cost in the prediction."""
    return app("lean", prediction, point)


def predicted_loss(weights: Term, point: Term) -> Term:
    """The evaluated loss of the prediction of a function."""
    return fee(dot(weights, feature(point)), point)


def kernel_minimisation(lam: Term) -> tuple[Term, ...]:
    """Cost of predictions plus lam times the squared norm, minimised over the Hilbert space."""
    predicted = charge(dot(w, feature(z)), z)
    return (
        *minimisation(),
        every(w, z, eq(cost(w, z), predicted)),
        every(w, eq(penalty(w), lam * square(w))),
    )


def admissible(sigma: Term) -> tuple[Term, ...]:
    """The cost is convex in the prediction; it and the evaluated loss are sigma-Lipschitz in it."""
    return (
        every(p, q, z, le(charge(p, z) + lean(p, z) * (q - p), charge(q, z))),
        every(p, q, z, le(absolute(charge(p, z) - charge(q, z)), sigma * absolute(p - q))),
        every(p, q, z, le(absolute(fee(p, z) - fee(q, z)), sigma * absolute(p - q))),
    )


def kernel_bounds(kappa: Term) -> tuple[Term, ...]:
    """sqrt(K(z, z)) <= kappa."""
    return (every(z, le(norm(feature(z)), kappa)),)


def kernel_mean(kappa_mean: Term) -> tuple[Term, ...]:
    """E sqrt(K(z, z)) <= kappa_mean."""
    return (le(E(z, norm(feature(z))), kappa_mean),)
