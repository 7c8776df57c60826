"""A placebo: retraining after a change that has nothing to do with any example.

Training amplifies small differences. A placebo of the size of rounding (the default) shows whether
a measured change could be arithmetic; it does not show more, since a deletion is a larger push and
chaos may amplify that one only. A placebo of the size of a deletion (`deletion_size`) shows what
of a change is due to *this* example: what stands out from an equal push in a random direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.estimate.retraining.deletion import measure_variants
from stability.estimate.retraining.measurement import DeletionMeasurement
from stability.estimate.statistics.classes import class_map
from stability.estimate.statistics.signal import Signal
from stability.training.batched import MEMORY, Progress, train_variants
from stability.training.model import Model
from stability.training.recipe import Recipe
from stability.training.variants import NOTHING, distinct_positions, placebos
from stability.training.variants import deletions as deletions_of

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
    default is about one unit in the last place, and less is refused: it would be rounded away.
    For a push as large as that of a deletion use `relative=deletion_size(...)`.
    `changes` (runs, n_test) are then loss after the change minus loss without it; `deleted` holds
    -1 and `diagonal` 0. Compare with `signal_over`.

    Raises SetupError and DataError as `measure_deletions` does.

    >>> from stability.datasets import load_digits
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> float(abs(measure_placebo(recipe, train, test, runs=2).changes).max()) < 1e-5
    True
    """
    if runs < 1:
        raise SetupError(where="placebo.runs", found=runs, allowed="at least 1", remedy="")
    least = torch.finfo(getattr(torch, recipe.dtype)).eps / 2.0
    if 0.0 < relative < least:
        raise SetupError(
            where="placebo.relative",
            found=relative,
            allowed=f"at least {least:.2g}, half a unit in the last place of {recipe.dtype}",
            remedy="Less leaves the weights as they are, and everything would stand out from it.",
        )
    variants = placebos(np.append(NOTHING, placebo_seeds(runs, seed)), relative)
    return measure_variants(
        recipe, train, test, variants, loss_range, memory_bytes, progress, baseline
    )


def placebo_seeds(runs: int, seed: int) -> NDArray[np.int64]:
    """The seeds (runs,) of the changes of the initial weights."""
    return np.random.SeedSequence(seed).generate_state(runs, np.uint32).astype(np.int64)


def deletion_size(
    recipe: Recipe,
    train: Dataset,
    deleted_indices: Sequence[int] | NDArray[np.int64],
    *,
    memory_bytes: int = MEMORY,
) -> float:
    """How far deleting one example moves the weights in one epoch, relative to where they began.

    The mean over the positions of |w without - w| / |w_0| after one epoch (null step), in which
    every example is seen once; norms over all weights. The size for a placebo that pushes as much
    as a deletion does.

    >>> from stability.datasets import load_digits
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> 1e-3 < deletion_size(recipe, train, [0, 7]) < 1e-1
    True
    """
    positions = distinct_positions(deleted_indices, len(train))
    variants = deletions_of(np.append(NOTHING, positions), len(train))
    once, base, sizes = replace(recipe, epochs=1), None, []
    for stack in train_variants(once, train, variants, memory_bytes=memory_bytes):
        rows = [p.reshape(len(stack.variants), -1).double() for p in stack.parameters.values()]
        weights = torch.cat(rows, dim=1)
        base = weights[0] if base is None else base
        start = torch.cat([p.reshape(-1) for p in stack.network.initial.values()])
        sizes.append((weights - base).norm(dim=1) / start.double().norm().to(weights.device))
    return float(torch.cat(sizes)[1:].mean())


def signal_over(
    deletions: DeletionMeasurement,
    placebo: DeletionMeasurement,
    train: Dataset,
    test: Dataset,
    needed: float = 2.0,
) -> Signal:
    """Compare measured deletions with their placebo, measured in the same way.

    Raises SetupError for a second argument that is no placebo, or one whose test points or loss
    range are others.

    >>> from stability.datasets import load_digits
    >>> from stability.estimate import measure_deletions
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> found = measure_deletions(recipe, train, test, range(0, 100, 5))
    >>> signal = signal_over(found, measure_placebo(recipe, train, test, runs=2), train, test)
    >>> bool(signal.drowned.any())
    False
    """
    alike = placebo.changes.shape[1] == deletions.changes.shape[1] == len(test)
    if not alike or placebo.loss_range != deletions.loss_range:
        raise SetupError(
            where="signal.placebo",
            found=f"{placebo.changes.shape[1]} test points, loss range {placebo.loss_range:g}",
            allowed=f"those of the deletions: {len(test)}, {deletions.loss_range:g}",
        )
    if (placebo.deleted != NOTHING).any() or (deletions.deleted == NOTHING).any():
        raise SetupError(
            where="signal.placebo",
            found="deletions in place of a placebo, or a placebo in place of deletions",
            allowed="first what measure_deletions gave, then what measure_placebo gave",
        )
    names, labels = train.classes, test.labels
    grid = class_map(deletions.changes, train.labels[deletions.deleted], labels, names)
    moved = np.abs(placebo.changes).mean(axis=0)
    counts = np.bincount(labels, minlength=len(names))
    sums = np.bincount(labels, weights=moved, minlength=len(names))
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return Signal(grid, means, needed)
