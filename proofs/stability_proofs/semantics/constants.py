"""What a conversion takes and gives: constants for every randomness that they may average over.

Over nothing: a constant holds for every realisation r of the algorithm. Over the algorithm: it
speaks of losses in expectation over r. The formulas of `samples` say both, their `loss` being the
loss for one r or the expected one. Where a rule changes the randomness, and for constants over
sample and algorithm together, `realised` losses name r (see `randomised`); `weights(S, r)` are the
trained weights. Of constants over sample and algorithm, only those of (pointwise) hypothesis
stability have a meaning: an expectation over sample, point and r. No theorem gives another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stability.conventions import VALUES, Averaged, Neighbour, Notion, Positions
from stability.theorems.kinds.hypotheses import AveragedOver
from stability.theorems.kinds.hypothesis import Hypothesis
from stability_proofs.kernel.notation import E, absolute, every, norm
from stability_proofs.kernel.terms import VECTOR, ProofError, Term, app, at, eq, le, put
from stability_proofs.semantics import privacy, randomised, samples
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.samples import S, i, loss, without, y, z
from stability_proofs.semantics.training import inside, measured

Formulas = tuple[Term, ...]
Kind = tuple[Notion, Neighbour]
Values = Mapping[str, Term]


def averages(hypotheses: Iterable[Hypothesis], takes: Kind) -> tuple[Averaged, ...]:
    """The randomness that a constant may average over, among what has a meaning for it.

    Raises ProofError if there is none.
    """
    groups = [h.allowed for h in hypotheses if isinstance(h, AveragedOver)]
    together = takes[0] in (Notion.HYPOTHESIS, Notion.POINTWISE)
    meant = [over for over in Averaged if over is not Averaged.BOTH or together]
    allowed = tuple(over for over in meant if all(over in group for group in groups))
    if not allowed:
        raise ProofError(f"{takes[0]} constants have no meaning over what they may average over")
    return allowed


def weights(sample: Term) -> Term:
    """The trained weights for the realisation r."""
    return app("weights", sample, r, sort=VECTOR)


def weights_without(sample: Term, deleted: Term) -> Term:
    """The same after the deletion of the example at i."""
    return app("weights_without", sample, r, deleted, sort=VECTOR)


def standing(M: Term) -> Formulas:
    """What always holds: losses lie in [0, M], and what is deleted plays no part."""
    return (*samples.standing(M), *randomised.standing(M), weights_untouched())


def weights_untouched() -> Term:
    """What is deleted plays no part for the trained weights."""
    return every(S, r, i, y, eq(weights_without(put(S, i, y), i), weights_without(S, i)))


def weights_inside() -> Formulas:
    """The set on which the loss is Lipschitz holds the trained weights."""
    return (every(S, r, inside(weights(S))), every(S, r, i, inside(weights_without(S, i))))


def taken(
    kind: Kind, over: Averaged, values: Values, positions: Positions, *, changes: bool
) -> Formulas:
    """That a constant holds; `changes` if the conversion changes what it averages over.

    `positions`: a mean over the sample is bounded for every example, or on average over them.
    """
    if kind[0] in privacy.NOTIONS:
        return privacy.premise(*kind, over, values)
    if kind[0] is Notion.ARGUMENT:
        return (*_distances(kind[1], over, values), *loss_of_weights(over))
    if changes or over is Averaged.BOTH:
        return _realised_constants(*kind, over, values, positions)
    return samples.premise(*kind, values, positions)


def given(
    kind: Kind,
    over: Averaged,
    values: Values,
    functions: Values,
    positions: Positions,
    *,
    changes: bool,
) -> Formulas:
    """What is to be shown of the constant that a conversion gives; see `taken`."""
    if set(values) != set(VALUES[kind]):
        raise ProofError(f"the values of {' '.join(kind)} constants are {VALUES[kind]}")
    if kind[0] in privacy.NOTIONS:
        return privacy.premise(*kind, over, values)
    if kind[0] is Notion.ARGUMENT:
        return _distances(kind[1], over, values)
    if changes or over is Averaged.BOTH:
        return _realised_constants(*kind, over, values, positions)
    if kind == (Notion.ELASTIC, Neighbour.REPLACEMENT):
        numbers = (values[name] for name in VALUES[kind])
        return samples.elastic_replacement(functions["beta"], *numbers)
    return samples.premise(*kind, values, positions)


def _realised_constants(
    notion: Notion, neighbour: Neighbour, over: Averaged, values: Values, positions: Positions
) -> Formulas:
    deletes = neighbour is Neighbour.DELETION
    if over is Averaged.BOTH and deletes and notion is Notion.POINTWISE:
        fresh = randomised.hypothesis(values["beta_hyp"], over, positions)
        return (fresh, _pointwise_deletion(values["beta_pt"], positions))
    if over is Averaged.BOTH:
        return randomised.premise(notion, neighbour, over, values, positions, before=False)
    if notion is not Notion.UNIFORM:
        raise ProofError(f"{neighbour} {notion} over {over} has no formula")
    after = realised_without(S, r, i, z) if deletes else realised(put(S, i, y), r, z)
    before, new = realised(S, r, z), () if deletes else (y,)
    constant = values["beta" if deletes else "epsilon"]
    if over is Averaged.NOTHING:
        return (every(S, r, i, *new, z, le(absolute(before - after), constant)),)
    return (every(S, i, *new, z, le(absolute(E(r, before) - E(r, after)), constant)),)


def _pointwise_deletion(constant: Term, positions: Positions) -> Term:
    """E |loss at z_i - loss without z_i at z_i| <= beta_pt, for all i or on average over i."""
    own = at(S, i)
    change = absolute(realised(S, r, own) - realised_without(S, r, i, own))
    return samples.at_positions(E(S, E(r, change)), constant, positions)


def _distances(neighbour: Neighbour, over: Averaged, values: Values) -> Formulas:
    """The trained weights move by at most a distance, surely or in expectation over r."""
    deletes = neighbour is Neighbour.DELETION
    after = weights_without(S, i) if deletes else weights(put(S, i, y))
    moved, new = norm(weights(S) - after), () if deletes else (y,)
    if over is Averaged.NOTHING:
        return (every(S, r, i, *new, le(moved, values["distance"])),)
    return (every(S, i, *new, le(E(r, moved), values["distance"])),)


def loss_of_weights(over: Averaged) -> Formulas:
    """The loss is that of the trained weights, for one r or in expectation over r."""
    here, gone = measured(weights(S), z), measured(weights_without(S, i), z)
    if over is Averaged.ALGORITHM:
        here, gone = E(r, here), E(r, gone)
    return (every(S, z, eq(loss(S, z), here)), every(S, i, z, eq(without(S, i, z), gone)))
