"""Averaging over the distribution that minimises mean loss plus lambda times relative entropy.

`base(h, z)` is the loss at z of the base hypothesis h, in [0, M]; E over a base hypothesis averages
over the prior. A distribution g has the density `density(g, h)` with respect to the prior, and the
relative entropy E density log density; the sort holds those with finite entropy, among them the one
with a density in proportion to exp(-cost/lambda), for each of the three costs here. `chosen(S)`
minimises over all distributions; `chosen_kept(S, k)` and `chosen_refitted(S, k)` do after a
deletion.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import E, average, every, exp, log
from stability_proofs.kernel.terms import Term, app, at, eq, implies, le, var
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import PLACE, k, m

h, g = var("h", "hypothesis"), var("g", "distribution")
POINT = var("z", "example")


def base(hypothesis: Term, point: Term) -> Term:
    """The base loss."""
    return app("base", hypothesis, point)


def density(distribution: Term, hypothesis: Term) -> Term:
    """The density with respect to the prior."""
    return app("density", distribution, hypothesis)


def mean_cost(sample: Term, hypothesis: Term) -> Term:
    """The mean base loss over the sample."""
    return average(PLACE, base(hypothesis, at(sample, PLACE)))


def kept_cost(sample: Term, deleted: Term, hypothesis: Term) -> Term:
    """The same without the term of an example, the divisor kept."""
    return mean_cost(sample, hypothesis) - base(hypothesis, at(sample, deleted)) / m


def refitted_cost(sample: Term, deleted: Term, hypothesis: Term) -> Term:
    """The mean over the other examples."""
    others = m * mean_cost(sample, hypothesis) - base(hypothesis, at(sample, deleted))
    return others / (m - 1)


def chosen(sample: Term) -> Term:
    """The distribution that the sample gives."""
    return app("chosen", sample, sort="distribution")


def chosen_kept(sample: Term, deleted: Term) -> Term:
    """That without a term."""
    return app("chosen_kept", sample, deleted, sort="distribution")


def chosen_refitted(sample: Term, deleted: Term) -> Term:
    """That of the other examples."""
    return app("chosen_refitted", sample, deleted, sort="distribution")


def costs() -> tuple[tuple[Term, Term], ...]:
    """Each chosen distribution, with the cost of h that it is chosen for."""
    return (
        (chosen(S), mean_cost(S, h)),
        (chosen_kept(S, k), kept_cost(S, k, h)),
        (chosen_refitted(S, k), refitted_cost(S, k, h)),
    )


def objective(distribution: Term, cost: Term, lam: Term) -> Term:
    """Mean cost plus lam times relative entropy; `cost` is a term in h."""
    here = density(distribution, h)
    return E(h, here * cost) + lam * E(h, here * log(here))


def tilted(distribution: Term) -> Term:
    """A distribution with the density in proportion to exp(-cost/lam)."""
    return app(f"tilted_{distribution.head}", *distribution.args, sort="distribution")


def densities() -> tuple[Term, ...]:
    """Densities are not negative and have mean 1 under the prior."""
    return (every(g, h, le(0, density(g, h))), every(g, eq(E(h, density(g, h)), 1)))


def in_proportion(distribution: Term, cost: Term, lam: Term) -> Term:
    """The density of the tilted distribution."""
    weight = exp(-cost / lam)
    return every(S, k, h, eq(density(tilted(distribution), h), weight / E(h, weight)))


def least(distribution: Term, cost: Term, lam: Term) -> Term:
    """No distribution has a smaller objective than the chosen one."""
    return every(S, k, g, le(objective(distribution, cost, lam), objective(g, cost, lam)))


def averaging(lam: Term) -> tuple[Term, ...]:
    """What densities are, and that the chosen distributions have the least objective."""
    about = (shape(best, cost, lam) for best, cost in costs() for shape in (in_proportion, least))
    return (*densities(), *about)


def base_range(M: Term) -> tuple[Term, ...]:
    """Base losses lie in [0, M]."""
    return (every(h, POINT, le(0, base(h, POINT))), every(h, POINT, le(base(h, POINT), M)))


def loss(distribution: Term, point: Term) -> Term:
    """The loss at z of a distribution."""
    return app("loss_of_distribution", distribution, point)


def loss_is_average() -> tuple[Term, ...]:
    """It is the average of the base loss over the distribution."""
    average_loss = E(h, density(g, h) * base(h, POINT))
    return (every(g, POINT, eq(loss(g, POINT), average_loss)),)


def averages_alike(other: Term) -> Term:
    """The chosen distribution and a density, a term in S and h, give every function the same mean.

    The function has values in [0, 1], for every h. It may be any: `values` is free.
    """
    values = app("values", h)
    bounded = (every(h, le(0, values)), every(h, le(values, 1)))
    same = eq(E(h, density(chosen(S), h) * values), E(h, other * values))
    return every(S, implies(*bounded, same))
