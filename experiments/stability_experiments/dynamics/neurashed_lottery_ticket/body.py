"""The body of `neurashed-lottery-ticket`: accuracies of tickets, claims, and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.dynamics.neurashed_lottery_ticket.pictures import draw
from stability_experiments.dynamics.neurashed_lottery_ticket.tickets import (
    EARLY,
    KEPT,
    KINDS,
    READINGS,
    Floats,
    first_training,
    kept_features,
    ticket_accuracies,
)
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

Found = Mapping[tuple[str, int], Mapping[str, Floats]]
"""By reading and number of features kept."""
SIMULATED = "simulation of a like specification, 5 seeds"
KNOWN = {"largest": (0.94, 0.09), "random": (0.64, 0.11), "smallest": (0.75, 0.08)}
"""Accuracies with 12 of 21 features, and two standard errors of a mean over 5 seeds."""
FULL = 0.993
UNSAID = (
    "the reference does not say whether a pruned feature still fires for those made of it; neither "
    "reading gives all of its numbers"
)


@dataclass(frozen=True)
class Size:
    """Seeds, test instances of each, and numbers of features kept."""

    seeds: int
    tested: int
    kept: tuple[int, ...]


SIZES = {
    "smoke": Size(20, 300, (9, 12, 15)),
    "paper": Size(100, 1000, (6, 8, 10, 12, 14, 16, 18, 20)),
}


def findings(context: Context) -> ExperimentFindings:
    """The whole graph, then tickets of every size, both readings."""
    size = SIZES[context.preset]
    stages = context.stages({"size": size}, ())
    seeds = range(context.seed, context.seed + size.seeds)
    whole = stages.cached("whole", lambda: first_training(seeds, size.tested))
    total = len(READINGS) * len(size.kept)
    found: dict[tuple[str, int], Mapping[str, Floats]] = {}
    for count in size.kept:
        kept = kept_features(whole["last"], count, context.seed)
        for reading in READINGS:
            context.progress("tickets", len(found), total)
            found[reading, count] = stages.cached(
                f"{reading}-{count}",
                lambda k=kept, r=reading: ticket_accuracies(k, r, seeds, size.tested),
            )
    context.progress("tickets", total, total)
    return ExperimentFindings(
        rows=(*_rows(whole, found), *_early(whole, context.seed)),
        claims=tuple(_claims(whole, found)),
        figures=draw(context.out, whole, found),
        scaled_down=None if context.preset == "paper" else "fewer seeds, test instances and sizes",
    )


def _rows(whole: Mapping[str, Floats], found: Found) -> Iterator[Row]:
    yield Mean.of(whole["accuracy"]).row(
        "accuracy, all 21 features", FULL, 0.01, SIMULATED, required=True
    )
    for reading in READINGS:
        for k, kind in enumerate(KINDS):
            values = found[reading, KEPT]["again"][k]
            known, tolerance = KNOWN.get(kind, (None, None))
            yield Mean.of(values).row(
                f"accuracy, {kind}, {KEPT} features, others {reading}", known, tolerance,
                None if known is None else SIMULATED, note="" if known is None else UNSAID,
            )  # fmt: skip
    for (reading, count), one in found.items():
        for k, kind in enumerate(KINDS):
            gain = one["again"][k] - one["rewound"][k]
            yield Mean.of(gain).row(
                f"accuracy gained by training again, {kind}, {count} features, others {reading}"
            )


def _early(whole: Mapping[str, Floats], seed: int) -> Iterator[Row]:
    early, last = (kept_features(whole[key], KEPT, seed)["largest"] for key in ("early", "last"))
    yield Mean.of((early & last).sum(axis=1) / KEPT).row(
        f"share of the {KEPT} largest that are the largest after {EARLY} instances"
    )


def _claims(whole: Mapping[str, Floats], found: Found) -> Iterator[Claim]:
    means = {
        key: dict(zip(KINDS, one["again"].mean(axis=1), strict=True)) for key, one in found.items()
    }
    for reading in READINGS:
        at = means[reading, KEPT]
        yield Claim(
            claim=f"others {reading}: the {KEPT} largest are better than {KEPT} at random and than "
            "the smallest, by 0.1 at least",
            holds=bool(at["largest"] > max(at["random"], at["smallest"]) + 0.1),
        )
        yield Claim(
            claim=f"others {reading}: the {KEPT} largest come within 0.06 of all 21",
            holds=bool(at["largest"] > whole["accuracy"].mean() - 0.06),
        )
    yield Claim(
        claim="training again hardly matters (less than 0.05, every ticket, in the mean over "
        "seeds): which features are kept decides",
        holds=all(
            bool((np.abs((one["again"] - one["rewound"]).mean(axis=1)) < 0.05).all())
            for one in found.values()
        ),
    )
