"""A small ReLU network by shuffled mini-batch SGD, retrained without each of many examples."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stability.bounds.analyse import analyse
from stability.conventions import Convention
from stability.datasets.sampling import positions_per_class
from stability.estimate.retraining.deletion import measure_deletions
from stability.estimate.statistics.classes import ClassMap, class_map
from stability.estimate.statistics.plug_in import plug_in
from stability.estimate.statistics.summary import summarise
from stability.runs.tasks import NamedProgress
from stability.setup.algorithms import StochasticGradientDescent
from stability.setup.setup import Exact, Loss, Sample, Setup
from stability.training.recipe import Recipe
from stability_experiments.demo.rows import Row, Split, compared, gap_row

LEARNER = "network"
DELETIONS_PER_CLASS = 12
LOSS_RANGE = Fraction("2.302585092994046")
"""log 10, rounded up."""


@dataclass(frozen=True)
class NetworkResult:
    """The rows of the table, and the class-by-class map of m |change of the loss|."""

    rows: tuple[Row, ...]
    sensitivity: ClassMap
    deletions: int


def network_rows(split: Split, delta: Exact, progress: NamedProgress) -> NetworkResult:
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
    setup = Setup(
        sample=Sample(size),
        loss=Loss(range=LOSS_RANGE),
        algorithm=StochasticGradientDescent(
            step_size=recipe.step_size, epochs=recipe.epochs, batch_size=recipe.batch_size
        ),
    )
    summary = summarise([found], size)
    analysis = analyse(setup, delta, measured=[plug_in(summary, setup, Convention.NULL_STEP)])
    sensitivity = class_map(
        size * found.changes, split.train.labels[deleted], split.test.labels, split.train.classes
    )
    setting = f"{recipe.epochs} epochs"
    return NetworkResult(
        rows=(
            gap_row(LEARNER, setting, found.base_test, found.base_training, float(LOSS_RANGE)),
            *compared(LEARNER, setting, analysis),
        ),
        sensitivity=sensitivity,
        deletions=len(deleted),
    )
