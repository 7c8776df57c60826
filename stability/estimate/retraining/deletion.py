"""Retraining a network with one example deleted or replaced: how far does each loss move?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.errors import DataError, RunError, SetupError
from stability.estimate.retraining.measurement import DeletionMeasurement
from stability.training.batched import MEMORY, Progress, Stack, train_variants
from stability.training.losses import clipped, natural_range
from stability.training.model import Model
from stability.training.recipe import Recipe
from stability.training.single import check_repeatable, train_variant
from stability.training.start import classes_of
from stability.training.variants import NOTHING, Variants, distinct_positions, replacements
from stability.training.variants import deletions as deletions_of

Floats = NDArray[np.float64]

LARGEST_ROUNDING = 0.05
"""By how much of the range of the loss a model trained alone may differ from the same in a batch.

Arithmetic makes far smaller differences, unless a training amplifies them until they decide it.
"""


def measure_deletions(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    deleted_indices: Sequence[int] | NDArray[np.int64],
    progress: Progress | None = None,
    *,
    convention: Convention = Convention.NULL_STEP,
    loss_range: float | None = None,
    memory_bytes: int = MEMORY,
    baseline: Model | None = None,
) -> DeletionMeasurement:
    """Train on the full sample and without each of the examples, and compare the losses.

    `convention`: "null-step" or "retrain" (`stability.training.Variants` says exactly what they
    do). `loss_range` defaults to the loss of a uniform guess, log(classes), or to 1 for the
    squared loss; real targets and losses of your own need it. Before anything is measured the
    training is run twice and must repeat bit for bit; pass the `baseline` that `check_repeatable`
    gave to do so once for many calls. Without it the first deletion is trained alone as well, for
    the `rounding` of the result. `progress(done, total)` counts model-epochs; `memory_bytes` is a
    budget for the models that are trained together.

    Raises SetupError for positions that are repeated or outside the sample, a training that is
    not repeatable or that diverges, a network that cannot be measured, a loss range that is not
    positive; DataError if the two data sets do not belong together.

    >>> from stability.datasets import load_digits
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> measure_deletions(recipe, train, test, [0, 7]).changes.shape
    (2, 1697)
    """
    deleted = distinct_positions(deleted_indices, len(train))
    retrain = convention == Convention.RETRAIN
    rows = deleted if retrain else np.append(NOTHING, deleted)
    variants = deletions_of(rows, len(train), convention)
    found = measure_variants(
        recipe, train, test, variants, loss_range, memory_bytes, progress, baseline
    )
    return replace(found, convention=Convention(convention))


def measure_replacements(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    positions: Sequence[int] | NDArray[np.int64],
    by: Dataset,
    progress: Progress | None = None,
    *,
    loss_range: float | None = None,
    memory_bytes: int = MEMORY,
    baseline: Model | None = None,
) -> DeletionMeasurement:
    """The same with each example replaced, in place, by the example of `by` in the same place.

    >>> from stability.datasets import load_digits
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(8,), step_size=0.1, epochs=1, batch_size=10)
    >>> measure_replacements(recipe, train, test, [0, 7], by=test.subset([3, 4])).changes.shape
    (2, 1697)
    """
    variants = replacements(distinct_positions(positions, len(train)), by, train)
    return measure_variants(
        recipe, train, test, variants, loss_range, memory_bytes, progress, baseline
    )


def measure_variants(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    variants: Variants,
    loss_range: float | None,
    memory_bytes: int,
    progress: Progress | None,
    baseline: Model | None,
) -> DeletionMeasurement:
    """The changes for variants, after a check that the training repeats bit for bit."""
    limit = checked_range(recipe, train, test, loss_range)
    alone = check_repeatable(recipe, train) if baseline is None else baseline
    found = compare_variants(recipe, train, test, variants, limit, memory_bytes, progress)
    pairs = [(alone, test, found.base_test), (alone, train, found.base_training)]
    if baseline is None:
        first = train_variant(recipe, train, variants, len(variants) - len(found.deleted))
        pairs.append((first, test, found.base_test + found.changes[0]))
    rounding = max(
        float(np.abs(clipped(model.losses(data), limit) - together).max())
        for model, data, together in pairs
    )
    refuse_rounding(rounding, limit, "a model trained alone and among others")
    return replace(found, rounding=rounding)


def compare_variants(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    variants: Variants,
    limit: float,
    memory_bytes: int = MEMORY,
    progress: Progress | None = None,
) -> DeletionMeasurement:
    """The changes for variants, unchecked: losses cut to [0, `limit`], `rounding` left at 0.

    The base is trained together with them: it is the first, if that changes nothing.
    """
    base: list[Floats] = []
    if not _first_is_base(variants):
        nothing = deletions_of([NOTHING], len(train))
        [stack] = train_variants(recipe, train, nothing, memory_bytes=memory_bytes)
        base = [_losses(stack, data, limit)[0] for data in (test, train)]
        if variants.replacements is not None:
            base.append(_losses(stack, variants.replacements, limit)[0])
    changes: list[Floats] = []
    diagonal: list[Floats] = []
    maximum: list[Floats] = []
    for stack in train_variants(
        recipe, train, variants, progress=progress, memory_bytes=memory_bytes
    ):
        on_test, on_training = _losses(stack, test, limit), _losses(stack, train, limit)
        positions = stack.deleted
        if not base:
            base = [on_test[0].copy(), on_training[0].copy()]
            on_test, on_training, positions = on_test[1:], on_training[1:], positions[1:]
        moved = np.subtract(on_training, base[1], out=on_training)
        own_place = moved[np.arange(len(positions)), positions]
        diagonal.append(np.where(positions == NOTHING, 0.0, own_place))
        maximum.append(np.abs(moved, out=moved).max(axis=1, initial=0.0))
        if (by := stack.variants.replacements) is not None:
            before = sum(map(len, changes))
            at_new = _losses(stack, by, limit).diagonal() - base[2][before : before + len(by)]
            maximum[-1] = np.maximum(maximum[-1], np.abs(at_new))
        changes.append(np.subtract(on_test, base[0], out=on_test))
    kept = variants.changed[len(variants) - sum(map(len, changes)) :]
    deletes = variants.replacements is None and variants.seeds is None
    return DeletionMeasurement(
        kept, base[0], base[1], np.concatenate(changes), np.concatenate(diagonal),
        np.concatenate(maximum), limit, 0.0, variants.convention if deletes else None,
    )  # fmt: skip


def refuse_rounding(rounding: float, limit: float, where: str) -> None:
    """Raise RunError if losses of one model, computed in two ways, are not those of one model.

    >>> refuse_rounding(0.364, 2.3, "a model trained alone and among others")
    Traceback (most recent call last):
    stability.errors.RunError: a model trained alone and among others: found losses that differ \
by up to 0.364; allowed: differences of rounding, at most 0.115 (0.05 of the range of the loss). \
Something changed between the two (code, data), or the training is so chaotic that rounding \
decides it: use smaller steps, fewer epochs or dtype = 'float64'.
    """
    if rounding <= LARGEST_ROUNDING * limit:
        return
    raise RunError(
        where=where,
        found=f"losses that differ by up to {rounding:.3g}",
        allowed=f"differences of rounding, at most {LARGEST_ROUNDING * limit:.3g} "
        f"({LARGEST_ROUNDING:g} of the range of the loss)",
        remedy="Something changed between the two (code, data), or the training is so chaotic "
        "that rounding decides it: use smaller steps, fewer epochs or dtype = 'float64'.",
    )


def _losses(stack: Stack, data: Dataset, limit: float) -> Floats:
    found = stack.losses(data)
    refuse_negative(found)
    return np.clip(found, 0.0, limit, out=found)


def refuse_negative(losses: Floats) -> None:
    """Raise SetupError for losses below 0, which would be cut to 0 and never move.

    >>> refuse_negative(np.array([[0.5, -1e-17]]))
    """
    least = float(losses.min(initial=0.0))
    if least < -1e-9 * max(1.0, float(np.abs(losses).max(initial=0.0))):
        raise SetupError(
            where="training.loss",
            found=f"a loss of {least:.3g}",
            allowed="losses of at least 0: they are cut to [0, range]",
            remedy="Add a constant.",
        )


def _first_is_base(variants: Variants) -> bool:
    same = variants.seeds is None or variants.seeds[0] == NOTHING
    return bool(variants.changed[0] == NOTHING and same)


def checked_range(recipe: Recipe, train: Dataset, test: Dataset, loss_range: float | None) -> float:
    """The range of the evaluated loss, after a look at the data that belong to it.

    Raises SetupError for a range that is not positive, DataError for data that do not fit.
    """
    if loss_range is not None and not (math.isfinite(loss_range) and loss_range > 0.0):
        raise SetupError(
            where="loss_range", found=loss_range, allowed="a finite number above 0", remedy=""
        )
    alike = train.classes == test.classes and train.has_labels == test.has_labels
    if not alike or train.inputs.shape[1] != test.inputs.shape[1]:
        raise DataError(
            where="test data",
            found=f"{len(test.classes)} classes, {test.inputs.shape[1]} numbers per input",
            allowed=f"the classes and the {train.inputs.shape[1]} numbers of the training data",
            remedy="Split one data set into both parts.",
        )
    if train.has_labels and len(train.classes) < 2:
        raise DataError(
            where="training data", found="one class", allowed="at least two classes", remedy=""
        )
    natural = natural_range(recipe.loss, classes_of(train))
    if loss_range is None and natural is None:
        raise SetupError(
            where="loss_range",
            found="nothing, for a loss without a largest value",
            allowed="a number: losses above it are cut to it",
            remedy="Choose one that few losses reach.",
        )
    return float(natural if loss_range is None else loss_range)  # type: ignore[arg-type]
