"""One trained network: true deletions, and what the network says about every pair of points."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.sampling import positions_per_class
from stability.elasticity.links import one_output
from stability.elasticity.similarity import normalised, relative
from stability.elasticity.step_factors import three_factors
from stability.elasticity.step_limits import step_limit
from stability.estimate.influence.curvature import GaussNewton
from stability.estimate.influence.influence import measure_influence
from stability.kernels.empirical import EmpiricalKernel
from stability.training.observing import Recording
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability.training.start import build_network
from stability_experiments.common.retraining import Report, Retraining, retrain
from stability_experiments.elasticity.elasticity_to_stability.factors import factors_at
from stability_experiments.framework.context import Arrays, Cached, computed

Floats = NDArray[np.float64]
SIMILARITY, KERNEL, RESIDUAL = "relative similarity", "normalised kernel", "kernel times residual"
STEP, INFLUENCE = "change by one step", "influence"
MEASURES = (SIMILARITY, KERNEL, RESIDUAL, STEP, INFLUENCE)
"""What the trained network says about a pair: each knows more than the one before."""

DELETION, NOTHING, ANOTHER = "deletion", "nothing deleted", "another example deleted"
TRUTHS = (DELETION, NOTHING, ANOTHER)
"""What stands beside it: the true deletion, and two placebos."""

UNCUT = 100.0
"""The loss is cut to [0, UNCUT], which no loss here reaches: differences of losses as they are."""

SHARE = 0.1
"""The step size over 2/lambda_max at the start: far from where training is chaotic."""

LIMIT_POINTS = 100
"""So many training points decide where 2/lambda_max is."""

ROUNDINGS = 3
"""Runs of the placebo that is as small as rounding."""

DECAY = 0.01
METHOD = GaussNewton(DECAY, tolerance=1e-4)
"""Influence: weight decay makes the curvature positive, and it is damped by as much again."""


@dataclass(frozen=True)
class Setting:
    """A perceptron on ten classes; `per_class` examples of each class are deleted, one by one."""

    data: str
    width: int
    epochs: int
    per_class: int
    looks: int

    def place(self, seed: int) -> str:
        """The name of a folder for what belongs to one seed."""
        return f"{self.data}/seed-{seed}"

    def recipe(self, train: Dataset, seed: int) -> Recipe:
        """Shuffled SGD with weight decay, steps of a tenth of 2/lambda_max."""
        recipe = Recipe(
            widths=(self.width,),
            step_size=1.0,
            epochs=self.epochs,
            batch_size=50,
            weight_decay=DECAY,
            init_seed=seed,
            order_seed=seed,
        )
        kernel = EmpiricalKernel(build_network(recipe, train.shape, len(train.classes)))
        points = train.random_subset(min(LIMIT_POINTS, len(train)), seed).inputs
        return replace(recipe, step_size=SHARE * step_limit(kernel, points, recipe.loss))


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of a deleted example (n) and a test example (n') of one network.

    `arrays`: "predicted" (measures, n, n'), with signs where there are signs; "steps" (S,) and
    "contrasts" (S, parts), the class structure of products of factors over training.
    """

    setting: Setting
    retraining: Retraining
    arrays: Arrays
    deleted_labels: NDArray[np.int64]
    test_labels: NDArray[np.int64]

    @property
    def true(self) -> Floats:
        """Loss without the example minus loss with it (n, n')."""
        return self.retraining.deletions.changes

    def predicted(self, measure: str) -> Floats:
        """What a measure says (n, n'), in the order of `MEASURES`."""
        return self.arrays["predicted"][MEASURES.index(measure)]

    def truth(self, name: str) -> Floats:
        """Sizes |change| (n, n') by the deletion or by a placebo.

        Nothing deleted: other initial weights, each row another push in a random direction, as
        large as the one that a deletion gives. Another example deleted: every row has the changes
        of the next deleted example.
        """
        if name == NOTHING:
            return np.abs(self.retraining.pushes.changes)
        return np.abs(np.roll(self.true, -1, axis=0) if name == ANOTHER else self.true)


def find_pairs(
    setting: Setting,
    train: Dataset,
    test: Dataset,
    seed: int,
    report: Report,
    cached: Cached = computed,
) -> Pairs:
    """Delete, push and look, each computed only if it is not stored.

    There are as many pushes as deletions, so that every pair has its placebo.
    """
    recipe, place = setting.recipe(train, seed), setting.place(seed)
    pushes = len(positions_per_class(train.labels, setting.per_class, seed))
    found = retrain(
        recipe, train, test, setting.per_class, ROUNDINGS, seed, report, UNCUT,
        pushes=pushes, cached=cached, place=place,
    )  # fmt: skip
    looked = cached(f"{place}/predicted", lambda: look(setting, train, test, seed, found))
    return Pairs(
        setting, found, looked, train.labels[found.deletions.deleted], np.asarray(test.labels)
    )


def look(
    setting: Setting, train: Dataset, test: Dataset, seed: int, true: Retraining
) -> dict[str, ArrayLike]:
    """Train once more and look: the arrays of `Pairs`.

    Factors over training are those between the deleted examples and as many test examples of every
    class as the rarest has.
    """
    recipe = true.recipe
    deleted = train.subset(true.deletions.deleted)
    fewest = int(np.bincount(test.labels, minlength=len(test.classes)).min())
    probes = test.subset(positions_per_class(test.labels, min(fewest, setting.per_class), seed))
    total = recipe.steps(len(train))
    steps = np.unique(np.geomspace(1, total, setting.looks).round().astype(int))
    recording = Recording([0, *steps], lambda model: factors_at(model, deleted, probes))
    model = train_one(recipe, train, observe=recording)
    influence = measure_influence(
        model, train, test, true.deletions.deleted, true.deletions, METHOD, loss_range=UNCUT
    )
    return {
        "predicted": [*similarities(EmpiricalKernel.of(model), deleted, test), influence.changes],
        "steps": [0, *steps],
        "contrasts": np.stack([recording[int(step)][0] for step in (0, *steps)]),
    }


def similarities(kernel: EmpiricalKernel, deleted: Dataset, test: Dataset) -> list[Floats]:
    """The measures (n, n') that come from the tangent kernel, in the order of `MEASURES`.

    Similarity and normalised kernel: of all outputs together, the trace of the blocks. Kernel times
    residual: |K g|, how far a step at the deleted example moves the outputs. Change by one step: by
    how much the loss rises for each unit of a step that is taken back.
    """
    parts = [replace(kernel, slopes=one_output(k)) for k in range(len(test.classes))]
    K = np.sum([part.matrix(deleted.inputs, test.inputs) for part in parts], axis=0)
    own, other = (
        np.sum([part.diagonal(d.inputs) for part in parts], axis=0) for d in (deleted, test)
    )
    factors = three_factors(kernel, deleted.inputs, deleted.labels, test.inputs)
    gained = factors.changes[:, np.arange(len(test)), test.labels]
    return [
        relative(K, own),
        normalised(K, own, other),
        factors.sizes["kernel and residual"],
        gained,
    ]
