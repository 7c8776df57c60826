"""The body of `elasticity-clustering-cifar10`: every pair and seed, with rows and claims."""

from __future__ import annotations

from stability_experiments.common.pair_clustering.claims import (
    above,
    best_start_helps,
    catapult,
    starts_matter,
    within_range,
)
from stability_experiments.common.pair_clustering.methods import (
    KERNELIZED,
    LOGIT,
    PROBABILITY,
    UNTRAINED,
    Method,
)
from stability_experiments.common.pair_clustering.pairs import load_images
from stability_experiments.common.pair_clustering.pictures import draw_starts, draw_table
from stability_experiments.common.pair_clustering.published import (
    CIFAR_LINES,
    COLOUR_PAIRS,
    FNN,
    FNN_BCE,
    LINEAR,
)
from stability_experiments.common.pair_clustering.rows import (
    file_rows,
    start_rows,
    step_rows,
    table_rows,
)
from stability_experiments.common.pair_clustering.study import Found
from stability_experiments.elasticity.elasticity_clustering_cifar10.sizes import SIZES
from stability_experiments.framework.context import Context
from stability_experiments.framework.result import Claim, ExperimentFindings

PLACES = {pair: place for place, pair in enumerate(COLOUR_PAIRS)}
LINEAR_KERNEL, FNN_KERNEL = Method(LINEAR, KERNELIZED), Method(FNN, KERNELIZED)
BCE_KERNEL = Method(FNN_BCE, KERNELIZED, LOGIT)
NEAR_CHANCE = 65.0


def findings(context: Context) -> ExperimentFindings:
    """Every pair and seed, and what shows."""
    size = SIZES[context.preset]
    stages = context.stages(
        {"size": size},
        [load_images("cifar-10", context.data).fingerprint],
        ("torch", "scikit-learn"),
        workers=size.workers,
    )
    found = size.study.run("pairs", context.seed, stages, context.data, context.progress)
    return ExperimentFindings(
        rows=(
            *table_rows(found, CIFAR_LINES, PLACES),
            *step_rows(found),
            *start_rows(found),
            *file_rows(context, stages, found, CIFAR_LINES, PLACES),
        ),
        claims=claims(found),
        figures=(
            draw_table(
                context.out / "methods.png", found, CIFAR_LINES, PLACES,
                "Two kinds of object told apart by networks that only saw them together",
            ),
            draw_starts(
                context.out / "starts.png", found, (LINEAR_KERNEL, FNN_KERNEL, BCE_KERNEL)
            ),
        ),
        scaled_down=size.scaled_down,
    )  # fmt: skip


def claims(found: Found) -> tuple[Claim, ...]:
    """What has to show, and whether it does; published accuracies are near chance, and so is it."""
    return (
        near_chance(found),
        catapult(found, FNN, required=False),
        above(found, FNN_KERNEL, LINEAR_KERNEL, required=False),
        above(found, FNN_KERNEL, Method(FNN + UNTRAINED, KERNELIZED), required=False),
        above(found, BCE_KERNEL, Method(FNN_BCE, KERNELIZED, PROBABILITY), required=False),
        starts_matter(found, required=False),
        best_start_helps(found),
        within_range(found, CIFAR_LINES, PLACES, FNN),
    )


def near_chance(found: Found) -> Claim:
    """Whether all methods fail to tell the objects apart."""
    worst = max(found.on_average(method).value for method in found.study.methods)
    return Claim(
        claim=f"no method tells two kinds of object apart: at most {NEAR_CHANCE:g}% on average "
        "over pairs and seeds, where 50% is chance",
        holds=worst <= NEAR_CHANCE,
    )
