"""The numbers of `elasticity-to-stability`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stability.datasets.dataset import Dataset
from stability.elasticity.step_factors import PARTS
from stability.estimate.influence.agreement import agreement
from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.retraining import stands_out
from stability_experiments.elasticity.elasticity_to_stability.factors import (
    FACTORS,
    Floats,
    carried,
)
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    ANOTHER,
    DELETION,
    INFLUENCE,
    MEASURES,
    NOTHING,
    STEP,
    Pairs,
)
from stability_experiments.elasticity.elasticity_to_stability.relations import (
    KINDS,
    LEVELS,
    RANK,
    Key,
    Relation,
)
from stability_experiments.framework.result import Row

WHOLE = "all three"


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen on one data set: a network for every seed, and the relations over them."""

    train: Dataset
    test: Dataset
    pairs: tuple[Pairs, ...]
    relations: Mapping[Key, Relation]

    @property
    def steps(self) -> Floats:
        """After which steps (S,) the factors were looked at."""
        return self.pairs[0].arrays["steps"]

    def carried(self, name: str) -> Floats:
        """The class contrast that a factor carries over training (seeds, S), or `WHOLE`."""
        contrasts: list[dict[str, Floats]] = [
            dict(zip(PARTS, p.arrays["contrasts"].T, strict=True)) for p in self.pairs
        ]  # fmt: skip
        if name == WHOLE:
            return np.stack([one["all"] for one in contrasts])
        return np.stack([carried(one)[name] for one in contrasts])


def rows(found: Mapping[str, Seen]) -> Iterator[Row]:
    """Correlations with deletion, those of placebos in the notes; then what stands behind them."""
    for kind in reversed(KINDS):
        for data, seen in found.items():
            for level in LEVELS:
                for measure in MEASURES:
                    yield _correlation(data, seen, measure, level, kind)
    for data, seen in found.items():
        yield from _behind(data, seen)
        yield from _factors(data, seen)


def _correlation(data: str, seen: Seen, measure: str, level: str, kind: str) -> Row:
    one, *placebos = (seen.relations[measure, t, level, kind] for t in (DELETION, NOTHING, ANOTHER))
    return Mean.of(one.values).row(
        f"{kind} correlation of {measure} and true deletion, {level}, {data}",
        note=f"95% interval by bootstrap over deleted examples {one.low:.2f} to {one.high:.2f}; "
        f"placebos: {NOTHING} {placebos[0]}, {ANOTHER} {placebos[1]}",
    )


def _behind(data: str, seen: Seen) -> Iterator[Row]:
    for measure in (STEP, INFLUENCE):
        found = [agreement(p.predicted(measure), p.true) for p in seen.pairs]
        slope = Mean.of(a.slope for a in found).value
        yield Mean.of(a.pearson for a in found).row(
            f"Pearson of {measure} and true deletion with their signs, {data}",
            note=f"slope {slope:.3g}" if measure == INFLUENCE else "",
        )
    trained = [p.retraining for p in seen.pairs]
    step = Mean.of(r.recipe.step_size for r in trained).value
    yield Mean.of(r.accuracy for r in trained).row(
        f"test accuracy, {data}", note=f"step size {step:.3g}"
    )
    outs = [stands_out(r.pushed) for r in trained]
    moved, pushed = (
        Mean.of(np.abs(changes).mean() for changes in each).value
        for each in ([p.true for p in seen.pairs], [r.pushes.changes for r in trained])
    )
    yield Mean.of(out.middle for out in outs).row(
        f"deletion over push of its size, median cell, {data}",
        note=f"mean |change| {moved:.3g} and {pushed:.3g}; "
        f"{100 * Mean.of(out.share for out in outs).value:.0f}% of the cells below 2",
    )


def _factors(data: str, seen: Seen) -> Iterator[Row]:
    whole = seen.carried(WHOLE)
    for place, when in ((0, "before training"), (-1, "trained")):
        for name, words in FACTORS.items():
            values = seen.carried(name)[:, place]
            share = values.mean() / whole[:, place].mean()
            yield Mean.of(values).row(
                f"class contrast carried by the {words}, {when}, {data}",
                note=f"{100 * share:.0f}% of that of a step",
            )
        yield Mean.of(whole[:, place]).row(f"class contrast of a step, {when}, {data}")


def told(seen: Seen, measure: str, level: str, kind: str = RANK) -> str:
    """A correlation with deletion, its interval, and that with nothing deleted."""
    one, placebo = (seen.relations[measure, t, level, kind] for t in (DELETION, NOTHING))
    return f"{kind} correlation {one}, with nothing deleted {placebo.mean:.2f}"
