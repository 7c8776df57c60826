"""Sums of step sizes, each multiplied by the contraction of all later steps."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import every, total
from stability_proofs.kernel.terms import NATURAL, Term, app, bind, le, lt, num, replace, var
from stability_proofs.lemmas.analysis.recursions import contracted, contracted_next, n
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear, one_over, use

k, t = var("k", NATURAL), var("t", NATURAL)

mu = var("mu")


def alpha(step: Term) -> Term:
    """The step size."""
    return app("alpha", step)


def kept(step: Term) -> Term:
    """What a step leaves of a distance."""
    return 1 - alpha(step) * mu


@lemma(
    given=(lt(0, mu), every(n, le(alpha(n + 1) * mu, 1))),
    shows=every(n, le(total(k, alpha(k) * bind("prod", t, kept(t), k + 1, n), 1, n), 1 / mu)),
)
def contracted_steps() -> Theorem:
    """For all n, the sum to n of alpha_t prod (1 - alpha_tau mu) after t is at most 1/mu.

    Hypotheses: 0 < mu, and alpha_(n + 1) mu <= 1 for all n.
    """
    positive = assume(lt(0, mu))
    small = assume(every(n, le(alpha(n + 1) * mu, 1)))
    whole = contracted(kept, alpha, num(1), n)
    claim = le(whole, 1 / mu)
    nothing = checker.empty(replace(whole, {n: num(0)}), linear(lt(0, 1)))
    start = linear(replace(claim, {n: num(0)}), nothing, one_over(positive))
    room = linear(le(0, kept(n + 1)), use(small, n))
    longer = contracted_next(kept, alpha, num(1), n, linear(le(1, n + 1), checker.natural(n)))
    step = linear(replace(claim, {n: n + 1}), longer, (assume(claim), room), nonzero=[positive])
    return checker.induction(n, claim, start, step)
