"""What a stability constant of an algorithm says: the loss before and after a deletion."""

from __future__ import annotations

from collections.abc import Mapping

from proofs.meaning import minimisers, samples, training
from proofs.meaning.samples import S, y, z
from proofs.meaning.training import k, measured, r
from proofs.steps import E, absolute, every, size
from proofs.terms import NATURAL, ProofError, Term, at, le, put, replace, var
from stability.conventions import Averaged, Convention, Neighbour, Notion
from stability.theorem import Form, StabilityTheorem

m = size()
LAST = var("T", NATURAL)
"""The number of steps."""


def loss_before(theorem: StabilityTheorem, sample: Term) -> Term:
    """The loss at z of the algorithm's output on a sample (for an order r of the examples)."""
    if _trained(theorem, "erm"):
        return measured(minimisers.minimiser(sample), z)
    if _trained(theorem, "kernel-erm"):
        return minimisers.predicted_loss(minimisers.minimiser(sample), z)
    if _trained(theorem, "gd", "sgd"):
        return measured(training.run(sample, r, LAST), z)
    raise ProofError(f"{theorem.id}: no formula for its output")


def loss_after(theorem: StabilityTheorem, convention: Convention | None) -> Term:
    """The loss at z after the deletion of the example at k."""
    weights = {
        ("erm", Convention.KEEP): minimisers.kept(S, k),
        ("erm", Convention.RETRAIN): minimisers.refitted(S, k),
        ("gd", Convention.NULL_STEP): training.skipped(S, r, k, LAST),
        ("gd", Convention.RETRAIN): training.retrained(S, r, k, LAST),
    }
    kernel = _trained(theorem, "kernel-erm")
    kind = "erm" if kernel or _trained(theorem, "erm") else "gd"
    if (kind, convention) not in weights:
        raise ProofError(f"{theorem.id}: {convention} has no formula")
    of_weights = minimisers.predicted_loss if kernel else measured
    return of_weights(weights[kind, convention], z)


def constants_hold(
    theorem: StabilityTheorem,
    form: Form,
    values: Mapping[str, Term],
    functions: Mapping[str, Term],
) -> tuple[Term, ...]:
    """The formulas that say that the stated values are constants of the algorithm."""
    before = loss_before(theorem, S)
    if form.neighbour is Neighbour.REPLACEMENT:
        after = replace(before, {S: put(S, k, y)})
    else:
        after = loss_after(theorem, form.convention)
    over = theorem.averaged_over
    ordered = training.r in {*_free(before), *_free(after)}
    if over is Averaged.ALGORITHM:
        change = absolute(E(r, before) - E(r, after))
    elif over is Averaged.NOTHING:
        change = absolute(before - after)
    else:
        raise ProofError(f"{theorem.id}: averages over {over}")
    outer = (S, r, k) if ordered and over is Averaged.NOTHING else (S, k)
    if form.notion is Notion.UNIFORM and form.neighbour is Neighbour.REPLACEMENT:
        return (every(*outer, y, z, le(change, values["epsilon"])),)
    if form.notion is Notion.UNIFORM:
        return (every(*outer, z, le(change, values["beta"])),)
    if form.notion is not Notion.ELASTIC or "beta" not in functions:
        raise ProofError(f"{theorem.id}: {form.notion} has no formula")
    beta = functions["beta"]
    own = replace(beta, {y: at(S, k)})
    goals = [every(*outer, z, le(change, own / m))]
    goals += samples.elastic_values_of(beta, *(values[name] for name in ("B", "U", "B1", "D")))
    if theorem.structure is not None:
        goals += samples.dominated_by(beta, functions["profile"], values["B"], values["U"])
    return tuple(goals)


def _free(x: Term) -> frozenset[Term]:
    from proofs.terms import variables

    return variables(x)


def _trained(theorem: StabilityTheorem, *kinds: str) -> bool:
    from stability.hypotheses import trains_by

    texts = [h.text for h in theorem.hypotheses]
    return any(text.startswith(trains_by(kind).text) for kind in kinds for text in texts)
