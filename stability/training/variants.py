"""The trainings that are compared: which example is deleted or replaced in each, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.errors import DataError, SetupError
from stability.training.recipe import Recipe, epoch_orders

NOTHING = -1
"""In place of a position: the training from which nothing is deleted."""

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Variants:
    """K trainings that differ from the one on the full sample, by one thing each.

    `changed` (K,): positions in the sample, or -1 for no change. What happens to such an example:

    - convention "null-step": same initial weights, order and divisor of every batch; only the
      gradient of the example is missing. Weight decay, momentum and the averages of Adam go on,
      also at a batch that holds nothing but the example. For a training of which every step
      averages over its batch this is also "keep-1/m": a term less, divisors as they were.
    - convention "retrain": training on the m - 1 other examples. Every epoch visits them in the
      order of the full sample's permutation of that epoch with the deleted one taken out; batches
      are filled again from the front, so that only the last one is shorter and all divisors are
      the sizes of the batches (a batch of everything: m - 1). With a short last batch of one
      example there is one step less in an epoch, and schedules follow the steps that are made.
      Dropout masks belong to places in a batch: from the deleted example on they fall on others,
      which moves losses too. With "null-step" they stay where they are.
    - `replacements` (K examples): the example is replaced by the one given, in place; order,
      batches and divisors stay.

    `seeds` (K,), if given, perturb the initial weights instead (see `placebos`); -1: not at all.
    """

    changed: Indices
    convention: Convention = Convention.NULL_STEP
    replacements: Dataset | None = None
    seeds: Indices | None = None
    relative: float = 0.0

    def __len__(self) -> int:
        return len(self.changed)

    def part(self, start: int, stop: int) -> Variants:
        """Some of the trainings."""
        cut = slice(start, stop)
        by = self.replacements
        return replace(
            self,
            changed=self.changed[cut],
            replacements=None if by is None else by.subset(np.arange(*cut.indices(len(by)))),
            seeds=None if self.seeds is None else self.seeds[cut],
        )

    def trained_on(self, sample_size: int) -> int:
        """The number of examples that each of them is trained on."""
        return sample_size - (self.convention is Convention.RETRAIN)


def deletions(
    positions: ArrayLike, sample_size: int, convention: Convention = Convention.NULL_STEP
) -> Variants:
    """Delete one example in each training; -1 deletes nothing (not possible with "retrain").

    Raises SetupError for positions outside the sample and for a convention that is not one.
    """
    changed = whole_positions(positions)
    if convention not in tuple(Convention):
        raise SetupError(
            where="deletion.convention",
            found=convention,
            allowed="one of " + ", ".join(repr(str(c)) for c in Convention),
        )
    means = Convention(convention)
    if means is Convention.KEEP:
        means = Convention.NULL_STEP  # a missing gradient is a missing term
    check_positions(changed[changed != NOTHING], sample_size)
    if means is Convention.RETRAIN and (sample_size < 2 or NOTHING in changed):
        raise SetupError(
            where="deletion.convention",
            found=f"'retrain' without one of {sample_size} examples, or without any",
            allowed="a position for every training, in a sample of at least 2",
            remedy="Train the model of the full sample on its own.",
        )
    return Variants(changed, means)


def replacements(positions: ArrayLike, by: Dataset, train: Dataset) -> Variants:
    """Replace the example at each position by the example of `by` in the same place.

    Raises SetupError for positions outside the sample, DataError if `by` does not fit.
    """
    changed = whole_positions(positions)
    check_positions(changed, len(train))
    if (by.weights is None) != (train.weights is None):
        raise DataError(
            where="replacements",
            found="weights in one of two data sets",
            allowed="weights in both, or in neither",
        )
    if len(by) != len(changed) or by.classes != train.classes or by.inputs.shape[1:] != (
        train.inputs.shape[1:]
    ):  # fmt: skip
        raise DataError(
            where="replacements",
            found=f"{len(by)} of {by.inputs.shape[1]} numbers for {len(changed)} positions",
            allowed="one example for each position, of the shape and classes of the training data",
            remedy="",
        )
    return Variants(changed, replacements=by)


def placebos(seeds: Sequence[int] | Indices, relative: float = 1e-7) -> Variants:
    """Change every initial weight by a relative normal amount, and delete nothing.

    Raises SetupError for seeds below -1 (-1: no change) and a size that is not positive.
    """
    chosen = np.asarray(seeds, dtype=np.int64).reshape(-1)
    if (chosen < -1).any():
        raise SetupError(where="placebo.seeds", found=int(chosen.min()), allowed="at least 0")
    if not 0.0 < relative < 1.0:
        raise SetupError(
            where="placebo.relative", found=relative, allowed="a number strictly between 0 and 1"
        )
    nothing = np.full(len(chosen), NOTHING, dtype=np.int64)
    return Variants(nothing, seeds=chosen, relative=float(relative))


@dataclass(frozen=True, eq=False)
class Batch:
    """One step: positions (b,) shared by all trainings or (K, b), and weights (K, b) or (b,).

    Positions from m on are those of the replacements.
    """

    index: Indices
    share: NDArray[np.float64]


def batches(recipe: Recipe, sample_size: int, variants: Variants) -> Iterator[Batch]:
    """The batches of all trainings, step by step."""
    changed = variants.changed[:, None]
    examples = variants.trained_on(sample_size)
    for order in epoch_orders(sample_size, recipe.epochs, recipe.order_seed):
        place = np.empty(sample_size, dtype=np.int64)
        place[order] = np.arange(sample_size)
        for start in range(0, examples, recipe.batch_size):
            visit = np.arange(start, min(start + recipe.batch_size, examples))
            even = np.full(len(visit), 1.0 / len(visit))
            if variants.convention is Convention.RETRAIN:
                yield Batch(order[visit + (visit >= place[changed])], even)
            elif variants.replacements is not None:
                new = sample_size + np.arange(len(variants))[:, None]
                yield Batch(np.where(order[visit] == changed, new, order[visit]), even)
            else:
                yield Batch(order[visit], even * (order[visit] != changed))


def whole_positions(positions: ArrayLike) -> Indices:
    """Positions as an array (n,) of whole numbers; SetupError for a mask or for fractions."""
    found = np.asarray(positions).reshape(-1)
    if found.size and found.dtype.kind not in "iu":
        raise SetupError(
            where="deletion.indices",
            found=f"positions of type {found.dtype}",
            allowed="whole numbers",
            remedy="Turn a mask into positions with numpy.flatnonzero.",
        )
    return found.astype(np.int64)


def check_positions(positions: Indices, sample_size: int) -> None:
    """Raise SetupError unless all entries are positions of a sample of this size."""
    outside = positions[(positions < 0) | (positions >= sample_size)]
    if outside.size:
        raise SetupError(
            where="deletion.indices",
            found=int(outside[0]),
            allowed=f"positions from 0 to {sample_size - 1}",
            remedy="Count from the start of the training part.",
        )


def distinct_positions(positions: ArrayLike, sample_size: int) -> Indices:
    """Positions (n,), at least one and each given once; raises SetupError otherwise."""
    chosen = whole_positions(positions)
    check_positions(chosen, sample_size)
    if len(np.unique(chosen)) != len(chosen) or not len(chosen):
        raise SetupError(
            where="deletion.indices",
            found="no positions" if not len(chosen) else "a position given twice",
            allowed="at least one position, each given once",
            remedy="",
        )
    return chosen
