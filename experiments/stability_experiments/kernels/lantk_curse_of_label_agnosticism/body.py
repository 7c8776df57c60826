"""The body of `lantk-curse-of-label-agnosticism`: two worlds, three labellings, every method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.common.images import digit_images
from stability_experiments.common.label_aware_scores import BASE, WORDS, Splits, scores
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings, Row
from stability_experiments.kernels.lantk_curse_of_label_agnosticism.pictures import draw
from stability_experiments.kernels.lantk_curse_of_label_agnosticism.worlds import (
    LABELLINGS,
    World,
    composites,
    gaussian,
)

Found = Mapping[str, Mapping[str, Splits]]
"""By world and labelling, one split for each seed."""
GAUSSIAN, DIGITS = "normal points, linear kernel", "two digits, tangent kernel"


@dataclass(frozen=True)
class Size:
    """Training and test points, and seeds."""

    training: int
    test: int
    seeds: int


SIZES = {"smoke": Size(100, 200, 3), "paper": Size(1000, 1000, 5)}


def findings(context: Context) -> ExperimentFindings:
    """Every world, seed and labelling, and what shows."""
    size, seed = SIZES[context.preset], context.seed
    train, test, name = digit_images(context.data, 60_000, 10_000, seed)
    fingerprints = train.fingerprint, test.fingerprint
    stages = context.stages({"size": size}, fingerprints, ("scipy",), one_thread=False)
    found: dict[str, dict[str, Splits]] = {}
    for done, world in enumerate((GAUSSIAN, DIGITS)):
        context.progress("worlds", done, 2)
        made = [
            gaussian(size.training, size.test, seed + k)
            if world == GAUSSIAN
            else composites(train, test, (size.training, size.test), seed + k)
            for k in range(size.seeds)
        ]
        place = "normal" if world == GAUSSIAN else "digits"
        every = [
            stages.cached(f"{place}-{k}", partial(of_world, one, seed + k))
            for k, one in enumerate(made)
        ]
        found[world] = {
            labelling: Splits(f"{world}, {labelling} labels", [_of(e, labelling) for e in every])
            for labelling in LABELLINGS
        }
    context.progress("worlds", 2, 2)
    return ExperimentFindings(
        rows=tuple(rows(found)),
        claims=tuple(claims(found)),
        figures=draw(context.out, found, size.training),
        scaled_down=f"{size.training:,} training points; composites of two digits ({name}) stand "
        "in for photographs with two things in them",
    )


def of_world(world: World, seed: int) -> dict[str, np.ndarray]:
    """The scores of every method, with each labelling: "product/KR-V1, validation"."""
    return {
        f"{labelling}/{method}": numbers
        for labelling, task in world.tasks().items()
        for method, numbers in scores(task, seed).items()
    }


def _of(every: Mapping[str, np.ndarray], labelling: str) -> dict[str, np.ndarray]:
    start = f"{labelling}/"
    return {name.removeprefix(start): v for name, v in every.items() if name.startswith(start)}


def rows(found: Found) -> Iterator[Row]:
    """Accuracies of all methods; lambda is chosen on held-out training points."""
    for labellings in found.values():
        for splits in labellings.values():
            for method, words in WORDS.items():
                yield Mean.of(splits.accuracies(method)).row(
                    f"accuracy in %, {splits.name}, {words}", note=splits.told(method)
                )


def mean(found: Found, world: str, labelling: str, method: str = BASE) -> float:
    """The accuracy in the mean over seeds."""
    return float(found[world][labelling].accuracies(method).mean())


def claims(found: Found) -> Iterator[Claim]:
    """What has to show, and what a label-aware kernel may do about it."""
    for world in found:
        drop = min(mean(found, world, side) for side in LABELLINGS[:2]) - mean(
            found, world, "product"
        )
        least = 25 if world == GAUSSIAN else 1
        yield Claim(
            claim=f"{world}: the label-free kernel predicts the product of the labels worse than "
            f"either label, by at least {least} points",
            holds=drop >= least,
            required=world == GAUSSIAN,
        )
    yield Claim(
        claim="normal points: the linear kernel guesses at the product (40% to 60%) and tells "
        "either label (85% or more)",
        holds=40 <= mean(found, GAUSSIAN, "product") <= 60
        and min(mean(found, GAUSSIAN, side) for side in LABELLINGS[:2]) >= 85,
    )
    for world in found:
        for method in _aware():
            yield Claim(
                claim=f"{world}: {WORDS[method]} predicts the product better than the label-free "
                "kernel",
                holds=mean(found, world, "product", method) > mean(found, world, "product"),
                required=False,
            )


def _aware() -> Sequence[str]:
    return [method for method in WORDS if method != BASE]
