"""A loss that lies in [0, M] for both of two runs changes by at most M."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import absolute, every
from stability_proofs.kernel.terms import Term, implies, le, var
from stability_proofs.lemmas.sgd.run_losses import loss_change
from stability_proofs.lemmas.sgd.two_runs import NEW, Other, on_sample_inside, replacement
from stability_proofs.semantics import algorithms, regularity
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import inside, measured, r, run
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import absolute_below, linear, use

M, rho = var("M"), var("rho")

Range = tuple[Theorem, Theorem]
"""0 <= the loss at z, and the loss <= M."""


@lemma(
    at=lambda: (replacement(), M),
    given=(
        every(S, r, z, le(0, measured(run(S, r, LAST), z))),
        every(S, r, z, le(measured(run(S, r, LAST), z), M)),
    ),
    shows=le(absolute(measured(run(S, r, LAST), z) - measured(run(NEW, r, LAST), z)), M),
)
def of_trained(other: Other, M: Term) -> Theorem:
    """|loss change at z| <= M: the losses of trained weights lie in [0, M]."""
    formulas = {
        head: algorithms.outputs_in_range(M)[2 * which : 2 * which + 2]
        for which, head in enumerate(("run", "skipped", "retrained"))
    }

    def known(weights: Term) -> Range:
        low, high = (use(assume(f), *weights.args[:-1], z) for f in formulas[weights.head])
        return low, high

    return _change(other, known(run(S, r, LAST)), known(other.at(LAST)))


@lemma(
    at=lambda: (replacement(), rho),
    given=(
        regularity.runs_inside()[0],
        every(regularity.v, z, implies(inside(regularity.v), le(measured(regularity.v, z), rho))),
        every(regularity.v, z, implies(inside(regularity.v), le(0, measured(regularity.v, z)))),
    ),
    shows=le(absolute(measured(run(S, r, LAST), z) - measured(run(NEW, r, LAST), z)), rho),
)
def of_inside(other: Other, M: Term) -> Theorem:
    """The same, for losses that lie in [0, M] inside."""
    inside = [(run(S, r, LAST), on_sample_inside(LAST)), (other.at(LAST), other.inside(LAST))]

    def known(weights: Term, within: Theorem) -> Range:
        low, high = regularity.losses_inside_at_most(M)
        return use(assume(low), weights, z, within), use(assume(high), weights, z, within)

    return _change(other, *(known(*pair) for pair in inside))


def _change(other: Other, here: Range, there: Range) -> Theorem:
    moved = loss_change(other).conclusion.args[0].args[0]
    M = here[1].conclusion.args[1]
    up = linear(le(moved, M), here[1], there[0])
    down = linear(le(-moved, M), there[1], here[0])
    return absolute_below(up, down)
