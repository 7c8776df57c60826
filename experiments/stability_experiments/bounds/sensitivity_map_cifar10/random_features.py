"""Random features with ridge regression on photographs: every deletion, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.estimate.exact.features import RandomFeatures
from stability.estimate.retraining.placebo import RELATIVE, Signal
from stability.estimate.statistics.classes import ClassMapAccumulator
from stability_experiments.bounds.sensitivity_map_cifar10.one_versus_rest import fit_one_versus_rest
from stability_experiments.bounds.sensitivity_map_cifar10.sensitivity import (
    Sensitivity,
    means_by_class,
)

Floats = NDArray[np.float64]
BLOCK = 64
"""Deletions at once: few, so that their losses stay in the caches."""

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


def sensitivities(
    train: Dataset,
    test: Dataset,
    count: int,
    regularizations: Sequence[float],
    runs: int,
    seed: int,
    report: Report,
) -> list[Sensitivity]:
    """Delete every training image in turn, at each regularization; `runs` placebos.

    The placebo changes the random weights by 1e-7, relatively, and fits again.
    """
    features = RandomFeatures(count, weight_deviation=0.1, bias_limit=1.0, seed=seed)
    classes = len(train.classes)
    inside, outside = transformed(features, train), transformed(features, test)
    fits = [fit_one_versus_rest(inside, train.labels, classes, r) for r in regularizations]
    moved = np.zeros((len(fits), len(test)))
    for run in range(runs):
        report("random features, placebo", run, runs)
        pushed = PushedFeatures(
            count, features.weight_deviation, features.bias_limit, seed, RELATIVE, run
        )
        there, beyond = transformed(pushed, train), transformed(pushed, test)
        for k, fit in enumerate(fits):
            again = fit_one_versus_rest(there, train.labels, classes, regularizations[k])
            change = again.losses(beyond, test.labels) - fit.losses(outside, test.labels)
            moved[k] += np.abs(change) / runs
    report("random features, placebo", runs, runs)
    found = []
    for fit, regularization, placebo in zip(fits, regularizations, moved, strict=True):
        grid = ClassMapAccumulator(train.classes, test.labels)
        means = np.empty((len(train), classes))
        largest = 0.0
        for start in range(0, len(train), BLOCK):
            report(f"random features, lambda={regularization:g}", start, len(train))
            block = np.arange(start, min(start + BLOCK, len(train)))
            changes = np.abs(fit.changes(outside, test.labels, block))
            grid.add(changes, train.labels[block])
            means[block] = means_by_class(changes, test.labels, classes)
            largest = max(largest, float(changes.max()))
        report(f"random features, lambda={regularization:g}", len(train), len(train))
        beside = means_by_class(placebo[None], test.labels, classes)[0]
        found.append(
            Sensitivity(
                f"{count} random features, lambda={regularization:g}",
                Signal(grid.finish(), beside, needed=2.0),
                means,
                train.labels,
                largest,
                fit.accuracy(outside, test.labels),
                f"one-vs-rest squared loss; condition number {fit.first.condition_number:.3g}",
            )
        )
    return found


def transformed(features: RandomFeatures, images: Dataset, rows: int = 5000) -> Floats:
    """The features (n, count) of images whose pixels are shifted to [-1/2, 1/2], part by part."""
    starts = range(0, len(images), rows)
    return np.concatenate([features(images.inputs[s : s + rows] - 0.5) for s in starts])
