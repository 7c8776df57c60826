"""Kernel methods as regularised risks: the loss in the prediction as a loss in the weights."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import absolute, dot, norm, square
from stability_proofs.kernel.terms import VECTOR, Term, le, lt, var
from stability_proofs.lemmas.convexity.vectors import cauchy_schwarz, norm_nonnegative
from stability_proofs.lemmas.regularised_erm.objectives import Losses
from stability_proofs.semantics import minimisers
from stability_proofs.semantics.minimisers import feature, lean
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import z
from stability_proofs.semantics.training import cost, penalty, v, w
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import absolute_below, for_all, linear, sides, use

first, second = var("first", VECTOR), var("second", VECTOR)

sigma, lam = map(symbol_term, ("sigma", "lam"))
CONVEX, COST_LIPSCHITZ, FEE_LIPSCHITZ = minimisers.admissible(sigma)
COST, PENALTY = minimisers.kernel_minimisation(lam)[-2:]


def size(point: Term) -> Term:
    """sqrt(K(z, z)), the norm of the evaluation at the input of z."""
    return norm(feature(point))


def kernel_losses(kappa: Term) -> Losses:
    """Cost of predictions plus lam |w|^2, sigma sqrt(K(z, z))-Lipschitz in the weights."""
    strongly = linear(lt(0, 2 * lam), assume(lt(0, lam)))
    positive = assume(lt(0, sigma))
    bound = assume(minimisers.kernel_bounds(kappa)[0])
    reach = lambda point: sigma * size(point)  # noqa: E731
    sign = linear(le(0, reach(z)), (positive, norm_nonnegative(feature(z))))
    top = linear(le(reach(z), sigma * kappa), (positive, use(bound, z)))
    return Losses(
        slope=lambda weights, point: lean(dot(weights, feature(point)), point) * feature(point),
        pull=lambda weights: 2 * lam * weights,
        convex=_convex(),
        curved=_curved(),
        strongly=strongly,
        reach=reach,
        change=_change,
        reaches=for_all(sign, z),
        top=for_all(top, z),
    )


def _convex() -> Theorem:
    """The cost lies above its tangents, as it does in the prediction."""
    here, there = dot(w, feature(z)), dot(v, feature(z))
    slope = lean(here, z) * feature(z)
    goal = le(cost(w, z) + dot(slope, v - w), cost(v, z))
    costs = (use(assume(COST), weights, z) for weights in (w, v))
    return for_all(linear(goal, use(assume(CONVEX), here, there, z), *costs), w, v, z)


def _curved() -> Theorem:
    """lam |v|^2 is its tangent at w plus lam |v - w|^2."""
    goal = le(penalty(w) + dot(2 * lam * w, v - w) + 2 * lam / 2 * square(v - w), penalty(v))
    return for_all(linear(goal, *(use(assume(PENALTY), x) for x in (w, v))), w, v)


def _move(first: Term, second: Term, point: Term) -> Theorem:
    """|<first - second, feature>| <= sqrt(K(z, z)) |first - second|."""
    there, back, row = first - second, second - first, feature(point)
    bound = size(point) * norm(there)
    ways = (linear(le(dot(x, row), bound), cauchy_schwarz(x, row)) for x in (there, back))
    return absolute_below(*ways)


def _change(first: Term, second: Term, point: Term) -> Theorem:
    """cost(first, z) - cost(second, z) <= sigma sqrt(K(z, z)) |first - second|."""
    row, positive = feature(point), assume(lt(0, sigma))
    predicted = [dot(x, row) for x in (first, second)]
    upper, _ = sides(use(assume(COST_LIPSCHITZ), *predicted, point))
    goal = le(cost(first, point) - cost(second, point), sigma * size(point) * norm(first - second))
    costs = (use(assume(COST), x, point) for x in (first, second))
    return linear(goal, upper, (positive, _move(first, second, point)), *costs)


@lemma(
    at=(first, second, z),
    given=(FEE_LIPSCHITZ, lt(0, sigma)),
    shows=le(
        absolute(minimisers.predicted_loss(first, z) - minimisers.predicted_loss(second, z)),
        sigma * size(z) * norm(first - second),
    ),
)
def loss_change(first: Term, second: Term, point: Term) -> Theorem:
    """|loss of first - loss of second| <= sigma sqrt(K(z, z)) |first - second|."""
    row, positive = feature(point), assume(lt(0, sigma))
    predicted = [dot(x, row) for x in (first, second)]
    whole = use(assume(FEE_LIPSCHITZ), *predicted, point)
    goal = le(whole.conclusion.args[0], sigma * size(point) * norm(first - second))
    return linear(goal, whole, (positive, _move(first, second, point)))
