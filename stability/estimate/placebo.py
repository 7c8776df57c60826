"""A placebo: retraining after a change that has nothing to do with any example.

Training amplifies small differences. What a deletion is seen to do counts as the effect of the
example only as far as it stands out from what a meaningless change does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.estimate.classes import ClassMap, class_map
from stability.estimate.deletion import measure_variants
from stability.estimate.measurement import DeletionMeasurement
from stability.training.batched import MEMORY, Progress
from stability.training.model import Model
from stability.training.recipe import Recipe
from stability.training.variants import NOTHING, placebos

Floats = NDArray[np.float64]

RELATIVE = 1e-7
"""How much every initial weight is changed, relatively."""


def measure_placebo(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    runs: int = 10,
    progress: Progress | None = None,
    *,
    relative: float = RELATIVE,
    seed: int = 0,
    loss_range: float | None = None,
    memory_bytes: int = MEMORY,
    baseline: Model | None = None,
) -> DeletionMeasurement:
    """Train `runs` times on the full sample, each time from slightly other initial weights.

    Every initial weight is multiplied by 1 + `relative` times a standard normal number (biases
    start at 0 and stay there); order, batches and all else are the recipe's. In float32 the
    default is about one unit in the last place. `changes` (runs, n_test) are then loss after the
    change minus loss without it; `deleted` holds -1 and `diagonal` 0. Compare with `signal_over`.

    Raises SetupError and DataError as `measure_deletions` does.

    >>> from stability.datasets import load_digits
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> float(abs(measure_placebo(recipe, train, test, runs=2).changes).max()) < 1e-5
    True
    """
    if runs < 1:
        raise SetupError(where="placebo.runs", found=runs, allowed="at least 1", remedy="")
    variants = placebos(np.append(NOTHING, placebo_seeds(runs, seed)), relative)
    return measure_variants(
        recipe, train, test, variants, loss_range, memory_bytes, progress, baseline
    )


def placebo_seeds(runs: int, seed: int) -> NDArray[np.int64]:
    """The seeds (runs,) of the changes of the initial weights."""
    return np.random.SeedSequence(seed).generate_state(runs, np.uint32).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Signal:
    """Deletions beside their placebo, class by class: plain changes, not multiplied by m.

    `deletions`: mean |change| by class of the deleted (row) and of the test point (column);
    `placebo` (classes,): mean |change| of the placebo by class of the test point. `ratio`
    (classes, classes) is the first over the second; `drowned` says where it is below `needed`:
    there the measured changes are mostly the chaos of training. NaN where there are no pairs.
    """

    deletions: ClassMap
    placebo: Floats
    needed: float

    @property
    def ratio(self) -> Floats:
        """Mean |change| by deletion over that by placebo, infinite if the placebo moves nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.deletions.mean / self.placebo

    @property
    def drowned(self) -> NDArray[np.bool_]:
        """Cells (deleted class, test class) in which the signal does not stand out."""
        return self.ratio < self.needed


def signal_over(
    deletions: DeletionMeasurement,
    placebo: DeletionMeasurement,
    train: Dataset,
    test: Dataset,
    needed: float = 2.0,
) -> Signal:
    """Compare measured deletions with their placebo.

    >>> from stability.datasets import load_digits
    >>> from stability.estimate import measure_deletions
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> found = measure_deletions(recipe, train, test, range(0, 100, 5))
    >>> signal = signal_over(found, measure_placebo(recipe, train, test, runs=2), train, test)
    >>> bool(signal.drowned.any())
    False
    """
    names, labels = train.classes, test.labels
    grid = class_map(deletions.changes, train.labels[deletions.deleted], labels, names)
    moved = np.abs(placebo.changes).mean(axis=0)
    counts = np.bincount(labels, minlength=len(names))
    sums = np.bincount(labels, weights=moved, minlength=len(names))
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return Signal(grid, means, needed)
