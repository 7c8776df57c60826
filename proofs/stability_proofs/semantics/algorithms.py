"""What a stability constant of an algorithm says: the loss before and after a deletion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stability.conventions import FURTHER_VALUES, Averaged, Convention, Neighbour, Notion
from stability.theorems.kinds import StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import TrainedBy, averages_all_bags
from stability_proofs.kernel.notation import E, absolute, every, norm, size
from stability_proofs.kernel.terms import NATURAL, ProofError, Term, at, le, put, replace, var
from stability_proofs.semantics import (
    bagging,
    gibbs,
    minimisers,
    neighbours,
    on_average,
    one_draw,
    privacy,
    samples,
    training,
)
from stability_proofs.semantics.samples import S, y, z
from stability_proofs.semantics.training import k, measured, r

m = size()
ELASTIC = (Notion.ELASTIC, Neighbour.DELETION)
LAST = var("T", NATURAL)
"""The number of steps."""


def loss_before(theorem: StabilityTheorem, sample: Term) -> Term:
    """The loss at z of the algorithm's output on a sample (for an order r of the examples)."""
    losses = {
        "erm": measured(minimisers.minimiser(sample), z),
        "kernel-erm": minimisers.predicted_loss(minimisers.minimiser(sample), z),
        "gibbs": gibbs.loss(gibbs.chosen(sample), z),
        "knn": neighbours.verdict(neighbours.votes(sample, z), z),
        "gd": measured(training.run(sample, r, LAST), z),
        "sgd": measured(training.run(sample, r, LAST), z),
    }
    return losses[_kind(theorem, losses)]


def loss_after(theorem: StabilityTheorem, convention: Convention | None) -> Term:
    """The loss at z after the deletion of the example at k."""
    kept, refitted = minimisers.kept(S, k), minimisers.refitted(S, k)
    skipped = measured(training.skipped(S, r, k, LAST), z)
    retrained = measured(training.retrained(S, r, k, LAST), z)
    losses: Mapping[str, Mapping[Convention | None, Term]] = {
        "erm": {Convention.KEEP: measured(kept, z), Convention.RETRAIN: measured(refitted, z)},
        "kernel-erm": {
            Convention.KEEP: minimisers.predicted_loss(kept, z),
            Convention.RETRAIN: minimisers.predicted_loss(refitted, z),
        },
        "gibbs": {
            Convention.KEEP: gibbs.loss(gibbs.chosen_kept(S, k), z),
            Convention.RETRAIN: gibbs.loss(gibbs.chosen_refitted(S, k), z),
        },
        "knn": {Convention.RETRAIN: neighbours.verdict(neighbours.votes_left(S, k, z), z)},
        "gd": {Convention.NULL_STEP: skipped, Convention.RETRAIN: retrained},
        "sgd": {Convention.NULL_STEP: skipped, Convention.RETRAIN: retrained},
    }
    conventions = losses[_kind(theorem, losses)]
    if convention not in conventions:
        raise ProofError(f"{theorem.id}: {convention} has no formula")
    return conventions[convention]


def outputs_in_range(M: Term) -> tuple[Term, ...]:
    """The losses of trained weights lie in [0, M], with and without an example."""
    outputs = (
        ((S, r), training.run(S, r, LAST)),
        ((S, r, k), training.skipped(S, r, k, LAST)),
        ((S, r, k), training.retrained(S, r, k, LAST)),
    )
    losses = [((*of, z), measured(weights, z)) for of, weights in outputs]
    return tuple(every(*of, f) for of, x in losses for f in (le(0, x), le(x, M)))


def constants_hold(
    theorem: StabilityTheorem,
    statement: StabilityStatement,
    values: Mapping[str, Term],
    functions: Mapping[str, Term],
) -> tuple[Term, ...]:
    """The formulas that say that the stated values are constants of the algorithm."""
    if statement.notion in privacy.NOTIONS:
        return _of_outputs(theorem, statement, values)
    if statement.notion is Notion.EXPONENT:
        return _of_gibbs(theorem, statement, values, functions)
    if statement.notion is Notion.FRACTION:
        return _of_all_bags(theorem, statement, values)
    if _is_bagged(theorem):
        return _of_bags(theorem, statement, values)
    if statement.notion in on_average.NOTIONS and theorem.averaged_over is Averaged.BOTH:
        return (on_average.of_runs(statement.notion, statement.neighbour, values["epsilon"]),)
    if statement.notion is Notion.ELASTIC_ARGUMENT and "reach" in functions:
        return _distances(theorem, statement, values, functions["reach"])
    before = loss_before(theorem, S)
    if statement.neighbour is Neighbour.REPLACEMENT:
        after = replace(before, {S: put(S, k, y)})
    else:
        after = loss_after(theorem, statement.convention)
    over = theorem.averaged_over
    ordered = training.r in {*_free(before), *_free(after)}
    if over is Averaged.ALGORITHM:
        change = absolute(E(r, before) - E(r, after))
    elif over is Averaged.NOTHING:
        change = absolute(before - after)
    else:
        raise ProofError(f"{theorem.id}: averages over {over}")
    outer = (S, r, k) if ordered and over is Averaged.NOTHING else (S, k)
    if statement.notion is Notion.UNIFORM and statement.neighbour is Neighbour.REPLACEMENT:
        return (every(*outer, y, z, le(change, values["epsilon"])),)
    if statement.notion is Notion.UNIFORM:
        return (every(*outer, z, le(change, values["beta"])),)
    if statement.notion is Notion.HYPOTHESIS and over is Averaged.NOTHING:
        return (every(k, le(E(S, E(z, change)), values["beta_hyp"])),)
    if statement.notion is not Notion.ELASTIC or "beta" not in functions:
        raise ProofError(f"{theorem.id}: {statement.notion} has no formula")
    beta = functions["beta"]
    own = replace(beta, {y: at(S, k)})
    goals = [every(*outer, z, le(change, own / m))]
    goals += samples.elastic_values_of(beta, *(values[name] for name in ("B", "U", "B1", "D")))
    if theorem.structure is not None:
        goals += samples.dominated_by(beta, functions["profile"], values["B"], values["U"])
    if statement.square:
        goals.append(samples.is_square(beta))
    further = {name: values[name] for name in FURTHER_VALUES[ELASTIC] if name in values}
    return (*goals, *samples.elastic_further(beta, further))


def _of_outputs(
    theorem: StabilityTheorem, statement: StabilityStatement, values: Mapping[str, Term]
) -> tuple[Term, ...]:
    """What is guaranteed of the outputs; the algorithm is run again without an example."""
    kind = statement.notion, statement.neighbour
    again = Convention.RETRAIN if statement.neighbour is Neighbour.DELETION else None
    if statement.convention is not again or not _speaks_of(theorem, "dp"):
        raise ProofError(f"{theorem.id}: {statement.name} has no formula")
    return privacy.premise(*kind, theorem.averaged_over, values)


def _of_gibbs(
    theorem: StabilityTheorem,
    statement: StabilityStatement,
    values: Mapping[str, Term],
    functions: Mapping[str, Term],
) -> tuple[Term, ...]:
    """The chosen distribution averages every bounded function as that of an exponent does, which
    moves by no more than the constant."""
    kind = (statement.neighbour, theorem.averaged_over)
    if kind != (Neighbour.REPLACEMENT, Averaged.ALGORITHM) or "exponent" not in functions:
        raise ProofError(f"{theorem.id}: {statement.name} has no formula")
    power = functions["exponent"]
    return (
        gibbs.averages_alike(one_draw.proportional(power)),
        one_draw.moves(power, values["exponent"]),
    )


def _distances(
    theorem: StabilityTheorem,
    statement: StabilityStatement,
    values: Mapping[str, Term],
    reach: Term,
) -> tuple[Term, ...]:
    """That deleting z_k moves the weights by u(z_k)/m at most, u = `reach` in z, and u's sizes."""
    known = (Neighbour.DELETION, Convention.KEEP, Averaged.NOTHING)
    kind = (statement.neighbour, statement.convention, theorem.averaged_over)
    if kind != known or not _speaks_of(theorem, "erm"):
        raise ProofError(f"{theorem.id}: {statement.name} has no formula")
    moved = norm(minimisers.kept(S, k) - minimisers.minimiser(S))
    return (
        every(S, k, le(moved, replace(reach, {z: at(S, k)}) / m)),
        every(z, le(0, reach)),
        every(z, le(reach, values["u_sup"])),
        le(E(z, reach), values["u_mean"]),
        le(E(z, reach**2), values["u_rms"] ** 2),
    )


def _of_bags(
    theorem: StabilityTheorem, statement: StabilityStatement, values: Mapping[str, Term]
) -> tuple[Term, ...]:
    after: Mapping[Convention | None, Term] = {
        Convention.NULL_STEP: bagging.dropped(S, bagging.s, k, z),
        Convention.RETRAIN: bagging.predicted(S, bagging.swapped(bagging.s, k), z),
    }
    kind = (statement.notion, statement.neighbour, theorem.averaged_over)
    known = (Notion.UNIFORM, Neighbour.DELETION, Averaged.ALGORITHM)
    if kind != known or statement.convention not in after:
        raise ProofError(f"{theorem.id}: {statement.name} has no formula")
    return bagging.constants_hold(after[statement.convention], values)


def _of_all_bags(
    theorem: StabilityTheorem, statement: StabilityStatement, values: Mapping[str, Term]
) -> tuple[Term, ...]:
    known = (Neighbour.DELETION, Convention.RETRAIN, Averaged.ALGORITHM)
    if (statement.neighbour, statement.convention, theorem.averaged_over) != known:
        raise ProofError(f"{theorem.id}: {statement.name} has no formula")
    if averages_all_bags() not in theorem.hypotheses:
        raise ProofError(f"{theorem.id}: finitely many bags have no formula")
    return (bagging.fraction_moved(var("eps"), values["fraction"]),)


def _is_bagged(theorem: StabilityTheorem) -> bool:
    return any(_speaks_of(theorem, kind) for kind in ("bagging", "subbagging"))


def _speaks_of(theorem: StabilityTheorem, kind: str) -> bool:
    return any(isinstance(h, TrainedBy) and h.kinds == (kind,) for h in theorem.hypotheses)


def _free(x: Term) -> frozenset[Term]:
    from stability_proofs.kernel.terms import variables

    return variables(x)


def _kind(theorem: StabilityTheorem, kinds: Iterable[str]) -> str:
    """Which of these kinds of training a theorem speaks of."""
    for kind in kinds:
        if _speaks_of(theorem, kind):
            return kind
    raise ProofError(f"{theorem.id}: no formula for its output")
