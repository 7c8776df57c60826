"""Random features with ridge regression on photographs: every deletion, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.retraining.placebo import RELATIVE, Signal
from stability.estimate.statistics.classes import ClassMap
from stability_experiments.bounds.sensitivity_map_cifar10.one_versus_rest import (
    OneVersusRest,
    fit_one_versus_rest,
)
from stability_experiments.bounds.sensitivity_map_cifar10.sensitivity import (
    Sensitivity,
    means_by_class,
)
from stability_experiments.framework.context import Cached, computed

Floats = NDArray[np.float64]
BLOCK = 64
"""Deletions at once: few, so that their losses stay in the caches."""
PART = 80 * BLOCK
"""Deletions that are stored together."""

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PushedFeatures(RandomFeatures):
    """The same features with every weight and bias changed by `relative` times a normal number."""

    relative: float
    push_seed: int

    def weights(self, input_size: int) -> tuple[Floats, Floats]:
        """W (count, input_size) and b (count,), pushed."""
        weight, bias = super().weights(input_size)
        generator = np.random.default_rng(self.push_seed)
        return self._pushed(weight, generator), self._pushed(bias, generator)

    def _pushed(self, part: Floats, generator: np.random.Generator) -> Floats:
        return part * (1.0 + self.relative * generator.standard_normal(part.shape))


@dataclass(frozen=True, eq=False)
class Work:
    """Images, so many random features of them, and ridge regressions at each regularization."""

    train: Dataset
    test: Dataset
    count: int
    regularizations: Sequence[float]
    seed: int

    @cached_property
    def features(self) -> RandomFeatures:
        """The random features, without a push."""
        return RandomFeatures(self.count, weight_deviation=0.1, bias_limit=1.0, seed=self.seed)

    @cached_property
    def outside(self) -> Floats:
        """Features (n, count) of the test images."""
        return transformed(self.features, self.test)

    @cached_property
    def fits(self) -> list[OneVersusRest]:
        """A fit for each regularization."""
        return self._fits(transformed(self.features, self.train))

    def _fits(self, inside: Floats) -> list[OneVersusRest]:
        labels, classes = self.train.labels, len(self.train.classes)
        return [fit_one_versus_rest(inside, labels, classes, r) for r in self.regularizations]

    def placebo(self, runs: int, report: Report) -> dict[str, ArrayLike]:
        """Mean |change| (fits, n) by other random weights; what else there is to say of a fit."""
        labels, moved = self.test.labels, np.zeros((len(self.regularizations), len(self.test)))
        fits, outside = self.fits, self.outside
        for run in range(runs):
            report("random features, placebo", run, runs)
            pushed = PushedFeatures(
                self.count, self.features.weight_deviation, self.features.bias_limit, self.seed,
                RELATIVE, run,
            )  # fmt: skip
            there, beyond = transformed(pushed, self.train), transformed(pushed, self.test)
            for k, (fit, again) in enumerate(zip(fits, self._fits(there), strict=True)):
                change = again.losses(beyond, labels) - fit.losses(outside, labels)
                moved[k] += np.abs(change) / runs
        report("random features, placebo", runs, runs)
        return {
            "moved": moved,
            "accuracy": [fit.accuracy(outside, labels) for fit in fits],
            "condition_number": [fit.first.condition_number for fit in fits],
        }

    def deletions(self, k: int, part: range, report: Report) -> dict[str, ArrayLike]:
        """What deleting each image of a part does in fit k, by classes of the test images.

        Mean, sum and maximum (images, classes) of |change|.
        """
        labels, classes = self.test.labels, len(self.train.classes)
        found: dict[str, list[Floats]] = {"means": [], "sums": [], "maxima": []}
        for start in range(part.start, part.stop, BLOCK):
            report(f"random features, lambda={self.regularizations[k]:g}", start, len(self.train))
            block = np.arange(start, min(start + BLOCK, part.stop))
            changes = np.abs(self.fits[k].changes(self.outside, labels, block))
            columns = [changes[:, labels == c] for c in range(classes)]
            found["means"].append(means_by_class(changes, labels, classes))
            found["sums"].append(np.stack([c.sum(axis=1) for c in columns], axis=1))
            found["maxima"].append(np.stack([c.max(axis=1, initial=0) for c in columns], axis=1))
        return {name: np.concatenate(blocks) for name, blocks in found.items()}


def sensitivities(
    train: Dataset,
    test: Dataset,
    count: int,
    regularizations: Sequence[float],
    runs: int,
    seed: int,
    report: Report,
    cached: Cached = computed,
) -> list[Sensitivity]:
    """Delete every training image in turn, at each regularization; `runs` placebos.

    The placebo changes the random weights by 1e-7, relatively, and fits again. Placebos and
    deletions, part by part, are kept by `cached`.
    """
    work = Work(train, test, count, regularizations, seed)
    beside = cached("random-features/placebo", lambda: work.placebo(runs, report))
    found = []
    for k, regularization in enumerate(regularizations):
        starts = range(0, len(train), PART)
        parts = [range(start, min(start + PART, len(train))) for start in starts]
        kept = [
            cached(
                f"random-features/lambda-{regularization:g}/from-{part.start}",
                partial(work.deletions, k, part, report),
            )
            for part in parts
        ]
        report(f"random features, lambda={regularization:g}", len(train), len(train))
        rows = {name: np.concatenate([part[name] for part in kept]) for name in kept[0]}
        moved = beside["moved"][k : k + 1]
        found.append(
            Sensitivity(
                f"{count} random features, lambda={regularization:g}",
                Signal(
                    _map(rows["sums"], rows["maxima"], train, test),
                    means_by_class(moved, test.labels, len(train.classes))[0],
                    needed=2.0,
                ),
                rows["means"],
                train.labels,
                float(rows["maxima"].max()),
                float(beside["accuracy"][k]),
                "one-vs-rest squared loss; condition number "
                f"{float(beside['condition_number'][k]):.3g}",
            )
        )
    return found


def _map(sums: Floats, maxima: Floats, train: Dataset, test: Dataset) -> ClassMap:
    """The map of all deletions from sums and maxima (images, classes) of |change|."""
    classes = len(train.classes)
    total, largest = np.zeros((classes, classes)), np.full((classes, classes), -np.inf)
    np.add.at(total, train.labels, sums)
    np.maximum.at(largest, train.labels, maxima)
    pairs = np.outer(*(np.bincount(x.labels, minlength=classes) for x in (train, test)))
    empty = pairs == 0
    mean = np.where(empty, np.nan, total / np.where(empty, 1, pairs))
    return ClassMap(train.classes, mean, np.where(empty, np.nan, largest), pairs)


def transformed(features: RandomFeatures, images: Dataset, rows: int = 5000) -> Floats:
    """The features (n, count) of images whose pixels are shifted to [-1/2, 1/2], part by part."""
    starts = range(0, len(images), rows)
    return np.concatenate([features(images.inputs[s : s + rows] - 0.5) for s in starts])
