"""A small ReLU network by shuffled mini-batch SGD, retrained without each of many examples."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from stability.conventions import Convention
from stability.datasets.sampling import positions_per_class
from stability.estimate.retraining.deletion import measure_deletions
from stability.estimate.statistics.class_ratios import own_ratios
from stability.estimate.statistics.classes import ClassMap, class_map
from stability.estimate.statistics.plug_in import plug_in_analysis
from stability.estimate.statistics.summary import summarise
from stability.runs.tasks import NamedProgress
from stability.setup.algorithms import StochasticGradientDescent
from stability.setup.setup import Exact
from stability.training.recipe import Recipe
from stability_experiments.demo.numbers import Number, Split, compared, gap

LEARNER = "network"
DELETIONS_PER_CLASS = 12
LOSS_RANGE = Fraction("2.302585092994046")
"""log 10, rounded up."""


@dataclass(frozen=True)
class NetworkResult:
    """The numbers of the table, and the class-by-class map of m |change of the loss|.

    `own_over_others`: within a tested class, what deletions of that class do over those of another
    (`own_ratios`, the geometric mean).
    """

    numbers: tuple[Number, ...]
    sensitivity: ClassMap
    own_over_others: float
    deletions: int


def network_numbers(split: Split, delta: Exact, progress: NamedProgress) -> NetworkResult:
    """Cross-entropy cut to [0, log 10]; null step: same start, same order, one example skipped."""
    recipe = Recipe(
        widths=(32,),
        step_size=0.1,
        epochs=5,
        batch_size=20,
        order_seed=split.seed,
        init_seed=split.seed,
    )
    deleted = positions_per_class(split.train.labels, DELETIONS_PER_CLASS, split.seed)
    found = measure_deletions(
        recipe,
        split.train,
        split.test,
        deleted,
        lambda done, total: progress(f"retraining without {len(deleted)} examples", done, total),
    )
    size = len(split.train)
    analysis = plug_in_analysis(
        summarise([found], size),
        StochasticGradientDescent(
            step_size=recipe.step_size, epochs=recipe.epochs, batch_size=recipe.batch_size
        ),
        Convention.NULL_STEP,
        loss_range=LOSS_RANGE,
        delta=delta,
    )
    sensitivity = class_map(
        size * found.changes, split.train.labels[deleted], split.test.labels, split.train.classes
    )
    setting = f"{recipe.epochs} epochs"
    return NetworkResult(
        numbers=(
            gap(LEARNER, setting, found.base_test, found.base_training, float(LOSS_RANGE)),
            *compared(LEARNER, setting, analysis),
        ),
        sensitivity=sensitivity,
        own_over_others=own_ratios(
            sensitivity,
            np.bincount(split.train.labels[deleted], minlength=len(split.train.classes)),
        ).geometric_mean,
        deletions=len(deleted),
    )
