"""Excess risk: how far the risk of what is trained is above that of the best model of a class.

`rival(h, z)` is the loss at z of a fixed model h of the class. A bound on the excess over the least
risk is a bound on the excess over every rival.
"""

from __future__ import annotations

from stability_proofs.kernel.notation import E, average, every
from stability_proofs.kernel.terms import Term, app, at, le, var
from stability_proofs.semantics.samples import INDEX, POINT, S, risk, training_risk

h = var("h", "model")


def rival(model: Term, point: Term) -> Term:
    """The loss of a fixed model."""
    return app("rival", model, point)


def rival_risk(model: Term) -> Term:
    """Its risk."""
    return E(POINT, rival(model, POINT))


def least(sample: Term) -> Term:
    """What no model of the class falls below on a sample: the least training risk."""
    return app("least", sample)


def nearly_minimises(erm_error: Term) -> tuple[Term, ...]:
    """The training risk is, on average, at most `erm_error` above the least one."""
    of_rival = average(INDEX, rival(h, at(S, INDEX)))
    return (
        every(S, h, le(least(S), of_rival)),
        le(E(S, training_risk(S) - least(S)), erm_error),
    )


def mean_excess(bound: Term) -> Term:
    """E R - R(h) is at most a bound, for every model h of the class."""
    return every(h, le(E(S, risk(S)) - rival_risk(h), bound))
