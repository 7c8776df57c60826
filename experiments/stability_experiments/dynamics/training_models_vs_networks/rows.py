"""The rows of `training-models-vs-networks`: means over networks, and their standard errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stability.dynamics import centred_logits
from stability.dynamics.sde.model import IDENTITY, LOGITS
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.training_models_vs_networks.findings import (
    KIN,
    OTHERS,
    OWN,
    Found,
)
from stability_experiments.dynamics.training_models_vs_networks.hierarchy import closeness
from stability_experiments.dynamics.training_models_vs_networks.impacts import SEEN
from stability_experiments.dynamics.training_models_vs_networks.relations import other_classes
from stability_experiments.dynamics.training_models_vs_networks.strengths import LATER, modes
from stability_experiments.framework.result import Row

LAST = -1
SMALL = "changes to first order in the step, which overstate steps as large as those of training"
MODES = ("the mean over classes", "the differences of classes")


def rows(found: Found) -> Iterator[Row]:
    """Accuracy; elasticity by classes; what the strengths of the SDE predict."""
    yield Mean.of(one["accuracy"][LAST] for one in found.networks).row(
        f"accuracy, {found.data}", note="superclasses: " + "; ".join(found.tree)
    )
    yield from _shares(found)
    yield from _tables(found)
    yield from _logits(found)
    yield from _strengths(found)


def _moments(found: Found) -> tuple[tuple[str, int], ...]:
    middle = len(found.probed) // 2
    return ("before training", 0), (f"after {found.probed[middle]}", middle), ("at the end", LAST)


def _shares(found: Found) -> Iterator[Row]:
    for kind, name in enumerate(SEEN):
        both = zip(("networks", "neurashed"), found.shares(kind), strict=True)
        for who, values in both:
            for words, place in _moments(found):
                yield Mean.of(values[:, place]).row(f"same-class share of {name}, {who}, {words}")
    graphs = np.swapaxes(found.graph["elasticity"], 0, 1)
    for who, tables in (("networks", found.elasticity), ("neurashed", graphs)):
        for words, place in _moments(found):
            values = found.by_kin(tables[:, place, 0])
            for k, kin in enumerate(KIN):
                yield Mean.of(values[:, k]).row(
                    f"relative elasticity of logits, {kin}, {who}, {words}"
                )


def _tables(found: Found) -> Iterator[Row]:
    for kind, name in enumerate(SEEN):
        for others, cells in ((False, "all pairs of classes"), (True, "different classes")):
            values = found.agreement(kind, others_only=others)
            for words, place in _moments(found):
                yield Mean.of(values[:, place]).row(
                    f"{'rank ' * others}correlation of elasticity with neurashed, {name}, {cells}, "
                    f"{words}"
                )
        yield Row(
            name=f"share of renamed hierarchies that agree as well, {name}, at the end",
            computed=found.p_value(kind),
            note="Mantel's test on the mean of the networks, different classes",
        )
    close = closeness(found.confused)
    yield Mean.of(other_classes(one[LAST, 0], close) for one in found.elasticity).row(
        "rank correlation of elasticity with confusions, logits, different classes, at the end",
        note="the confusions that the hierarchy is made from, without a model",
    )


def _logits(found: Found) -> Iterator[Row]:
    for first in (0, LATER):
        start = f"from {found.looks[first]} on"
        for kind in (LOGITS, IDENTITY):
            for whose in (OWN, OTHERS):
                yield Mean.of(found.errors(kind, whose, first)).row(
                    f"error of predicted mean logits, {kind}, {whose}, {start}",
                    note="over |logits - their start|; 1: nothing ever moves",
                )
        yield Mean.of(found.errors_of_others(first)).row(
            f"error of predicted mean logits, mean of the others, {start}", note="no model"
        )
    told = [one.means[LAST] for one in found.predictions[LOGITS, OWN, LATER]]
    shown = [found.graph["shown"][LAST].mean(axis=0)] * len(told)
    for who, tables in (("L-model", told), ("neurashed", shown)):
        yield Mean.of(
            other_classes(centred_logits(table), centred_logits(one[LAST]))
            for table, one in zip(tables, found.means, strict=True)
        ).row(
            f"rank correlation of mean logits with {who}, of other classes, at the end",
            note="which wrong class has the larger logit"
            + f"; it starts at the logits after {found.looks[LATER]}" * (who == "L-model"),
        )


def _strengths(found: Found) -> Iterator[Row]:
    span = f"{found.looks[0]} to {found.looks[LAST]}"
    for words, totals, note in (
        ("logits", [one.from_logits[:, LAST] for one in found.strengths], ""),
        ("updates", [one.from_updates[:, LAST] for one in found.strengths], SMALL),
    ):
        grown = [modes(total, len(found.classes)) for total in totals]
        for k, name in enumerate(("A", "B")):
            yield Mean.of(total[k] for total in totals).row(
                f"{name}, from {words}, {span}", note=note
            )
        for k, name in enumerate(MODES):
            yield Mean.of(part[k] for part in grown).row(
                f"log growth of {name}, from {words}, {span}", note=note
            )
    for k, where in enumerate(("the same class", "other classes")):
        for words, place in _moments(found):
            yield Mean.of(one.along[k, place] for one in found.strengths).row(
                f"cosine of what an update does to {where} and d of its class, {words}",
                note="the L-model says 1, or -1 where the strength is below 0",
            )
    for words, place in _moments(found)[1:]:
        yield Mean.of(one.follows[place] for one in found.strengths).row(
            f"correlation over classes of the change by an update and the logits there, {words}",
            note="the L-model says 1: what is large grows most",
        )
