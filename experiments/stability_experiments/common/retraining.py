"""Retraining without single examples, beside placebos: what several experiments do.

Two placebos retrain on the full sample from initial weights that are changed a little: by 1e-7,
relatively (that alone moves losses if training amplifies without limit), and by as much as a
deletion moves the weights in one epoch (that moves them if training amplifies at all). Neither
has to do with any example. What a deletion does is the effect of its example only as far as it
stands out from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.datasets.sampling import positions_per_class
from stability.estimate.retraining.deletion import measure_deletions
from stability.estimate.retraining.measurement import DeletionMeasurement
from stability.estimate.retraining.placebo import (
    RELATIVE,
    Signal,
    deletion_size,
    measure_placebo,
    signal_over,
)
from stability.training.model import Model
from stability.training.recipe import Recipe
from stability.training.single import check_repeatable
from stability_experiments.framework.context import Arrays, Cached, computed
from stability_experiments.framework.result import Row

Report = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Retraining:
    """Deletions from one training run, with both placebos.

    `placebo`: initial weights changed by 1e-7, relatively; `pushes`: by `push_size`, which is how
    far a deletion moves the weights in one epoch. `signal` and `pushed` compare the deletions
    with each, class by class. `accuracy`: on the test images, of the full sample's model.
    """

    recipe: Recipe
    deletions: DeletionMeasurement
    placebo: DeletionMeasurement
    pushes: DeletionMeasurement
    signal: Signal
    pushed: Signal
    push_size: float
    accuracy: float

    @property
    def recipe_note(self) -> str:
        """How, where and in which numbers it was trained."""
        recipe = self.recipe
        return (
            f"steps of {recipe.step_size:g}, batches of {recipe.batch_size}, trained on "
            f"{recipe.device} in {recipe.dtype}"
        )


def training_device() -> str:
    """The device to train on: "cuda" if torch sees a GPU, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def budget(recipe: Recipe) -> int:
    """Bytes for models that are trained together: on a CPU what its caches hold is fastest."""
    if recipe.device != "cpu":
        return 2**31
    return 2**24 if recipe.network == "relu-mlp" else 2**26


def retrain(
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    per_class: int,
    runs: int,
    seed: int,
    report: Report,
    loss_range: float | None = None,
    *,
    pushes: int | None = None,
    cached: Cached = computed,
    place: str = "",
) -> Retraining:
    """Delete `per_class` examples of every class in turn; `runs` of each placebo. Null step.

    `pushes`: another number of runs of the placebo that is as large as a deletion. The loss is cut
    to [0, `loss_range`], by default log(classes). Deletions and placebos are kept by `cached`, each
    under a name that begins with `place`.
    """
    deleted = positions_per_class(train.labels, per_class, seed)
    memory = budget(recipe)

    @cache
    def baseline() -> Model:
        return check_repeatable(recipe, train)

    def delete() -> dict[str, ArrayLike]:
        found = measure_deletions(
            recipe, train, test, deleted, report,
            loss_range=loss_range, memory_bytes=memory, baseline=baseline(),
        )  # fmt: skip
        right = baseline().outputs(test).argmax(axis=1) == test.labels
        push = deletion_size(recipe, train, deleted[::per_class], memory_bytes=memory)
        return {**_arrays(found), "accuracy": right.mean(), "push_size": push}

    def push(relative: float, count: int) -> dict[str, ArrayLike]:
        found = measure_placebo(
            recipe, train, test, count,
            relative=relative, seed=seed, loss_range=loss_range, memory_bytes=memory,
            baseline=baseline(),
        )  # fmt: skip
        return _arrays(found)

    first = cached(f"{place}/deletions", delete)
    push_size = float(first["push_size"])
    found = _measurement(first, Convention.NULL_STEP)
    placebo = _measurement(cached(f"{place}/placebo", partial(push, RELATIVE, runs)), None)
    pushed = _measurement(
        cached(f"{place}/pushes", partial(push, push_size, runs if pushes is None else pushes)),
        None,
    )
    return Retraining(
        recipe,
        found,
        placebo,
        pushed,
        signal_over(found, placebo, train, test),
        signal_over(found, pushed, train, test),
        push_size,
        float(first["accuracy"]),
    )


STORED = tuple(field.name for field in fields(DeletionMeasurement) if field.name != "convention")
"""What is kept of a measurement: everything but what deletion meant, which is no number."""


def _arrays(found: DeletionMeasurement) -> dict[str, ArrayLike]:
    return {name: getattr(found, name) for name in STORED}


def _measurement(arrays: Arrays, convention: Convention | None) -> DeletionMeasurement:
    values: dict[str, Any] = {name: arrays[name] for name in STORED}
    for name in ("loss_range", "rounding"):
        values[name] = float(values[name])
    return DeletionMeasurement(**values, convention=convention)


def precision_row(
    setting: str,
    one: Retraining,
    train: Dataset,
    test: Dataset,
    seed: int,
    *,
    cached: Cached = computed,
    place: str = "",
) -> Row:
    """What the small placebo does in float32 over what it does in float64."""
    mean, runs = {}, len(one.placebo.changes)

    def again(recipe: Recipe) -> dict[str, ArrayLike]:
        found = measure_placebo(
            recipe, train, test, runs,
            seed=seed, loss_range=one.placebo.loss_range, memory_bytes=budget(recipe),
        )  # fmt: skip
        return {"changes": found.changes}

    for dtype in ("float32", "float64"):
        recipe, changes = replace(one.recipe, dtype=dtype), one.placebo.changes
        if recipe != one.recipe:
            changes = cached(f"{place}/placebo-{dtype}", partial(again, recipe))["changes"]
        mean[dtype] = float(np.abs(changes).mean())
    return Row(
        name=f"placebo in float32 over placebo in float64, {setting}",
        computed=mean["float32"] / mean["float64"],
        note=f"mean |change| {mean['float32']:.3g} and {mean['float64']:.3g}, by a deletion "
        f"{np.abs(one.deletions.changes).mean():.3g} ({one.recipe.dtype})",
    )


@dataclass(frozen=True)
class StandsOut:
    """How far the cells of a `Signal` stand out from its placebo.

    `lowest`, `middle`: ratio of mean |change| by deletion to that by placebo, over the cells in
    which anything moved; `drowned` of `cells` are below what is needed.
    """

    lowest: float
    middle: float
    drowned: int
    cells: int

    @property
    def share(self) -> float:
        """The share of cells that drown."""
        return self.drowned / self.cells


def stands_out(signal: Signal) -> StandsOut:
    """Read off a signal. Ratios above the inverse of the unit roundoff are cut to it."""
    ratio = np.minimum(signal.ratio[~np.isnan(signal.ratio)], 1.0 / np.finfo(float).eps)
    return StandsOut(
        float(np.min(ratio)), float(np.median(ratio)), int(signal.drowned.sum()), len(ratio)
    )


def signal_rows(setting: str, signal: Signal, pushed: Signal | None) -> Iterator[Row]:
    """The ratio in the middle cell for each placebo, with a note on the cells that drown."""
    meanings = {
        "placebo": "there the changes are chaos of training, as far as can be told",
        "push of its size": "there a push in a random direction does about as much",
    }
    for (placebo, meaning), beside in zip(meanings.items(), (signal, pushed), strict=True):
        if beside is None:
            continue
        out = stands_out(beside)
        verdict = (
            f"{out.drowned} of {out.cells} cells drown, lowest ratio {out.lowest:.3g}, at the "
            f"deleted class {np.nanmean(np.diag(beside.ratio)):.3g}"
        )
        yield Row(
            name=f"deletion over {placebo}, median cell, {setting}",
            computed=out.middle,
            note=f"{verdict}, needed {beside.needed:g}" + (f": {meaning}" if out.drowned else ""),
        )


def class_rows(setting: str, signal: Signal) -> Iterator[Row]:
    """Class by class: what deleting its examples does, over what the placebo does.

    Where the placebo moves nothing, the mean change itself.
    """
    names = signal.deletions.classes
    beside = float(np.nanmean(signal.placebo))
    for name, moved, drowned in zip(names, signal.deletions.mean, signal.drowned, strict=True):
        change = float(np.nanmean(moved))
        if beside == 0.0:
            yield Row(
                name=f"mean change, {name} deleted, {setting}",
                computed=change,
                note="the placebo moves no loss at all, so there is no ratio to it",
            )
            continue
        where = ", ".join(np.array(names)[drowned])
        yield Row(
            name=f"deletion over placebo, {name} deleted, {setting}",
            computed=change / beside,
            note=f"mean |change| {change:.3g} beside {beside:.3g}; "
            + (f"drowns at test images of {where}" if where else "drowns nowhere"),
        )
