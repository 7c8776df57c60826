"""Correlations between what a network says about pairs and what happens, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from stability_experiments.elasticity.elasticity_to_stability.pairs import MEASURES, TRUTHS, Pairs

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
PAIRS, CLASSES = "pair by pair", "class by class"
FIXED, MATES = "test example held fixed", "test example and deleted class held fixed"
LEVELS = (PAIRS, CLASSES, FIXED, MATES)
"""Over which pairs is compared.

All pairs; the means over pairs of classes; the deleted examples for each test example, then the
mean over test examples; and the deleted examples of one class for each test example.
"""

PEARSON, RANK = "Pearson", "rank"
KINDS = (PEARSON, RANK)
RESAMPLES = 1000


@dataclass(frozen=True)
class Relation:
    """A correlation: one value for each seed, and a 95% interval for their mean.

    The interval: 1.96 bootstrap standard errors on Fisher's scale (artanh). The bootstrap draws the
    deleted examples with replacement, inside each class, for every seed; ranks of single pairs and
    scales are those of all deleted examples.
    """

    values: tuple[float, ...]
    low: float
    high: float

    @property
    def mean(self) -> float:
        """The mean over seeds."""
        return float(np.mean(self.values))

    def __str__(self) -> str:
        return f"{self.mean:.2f} ({self.low:.2f} to {self.high:.2f})"


Key = tuple[str, str, str, str]
"""Measure, truth, level, kind of correlation."""


def relations(seen: Sequence[Pairs]) -> dict[Key, Relation]:
    """Every measure beside deletion and placebos, at every level, over the seeds of a setting."""
    draws = [
        np.vstack([np.ones(len(p.deleted_labels)), resamples(p.deleted_labels, RESAMPLES, seed)])
        for seed, p in enumerate(seen)
    ]
    found: dict[Key, Relation] = {}
    for level in LEVELS:
        for kind in KINDS:
            sides = [
                {
                    name: scores(table, p, level, kind, weights)
                    for name, table in (
                        *((m, np.abs(p.predicted(m))) for m in MEASURES),
                        *((t, p.truth(t)) for t in TRUTHS),
                    )
                }
                for p, weights in zip(seen, draws, strict=True)
            ]
            for measure in MEASURES:
                for truth in TRUTHS:
                    each = [
                        correlations(side[measure], side[truth], level, weights)
                        for side, weights in zip(sides, draws, strict=True)
                    ]
                    found[measure, truth, level, kind] = relation(each)
    return found


def relation(each: Sequence[Floats]) -> Relation:
    """From the correlations (1 + samples,) of every seed: that of all deleted examples first.

    >>> print(relation([np.array([0.5, 0.4, 0.6]), np.array([0.7, 0.7, 0.7])]))
    0.60 (0.44 to 0.72)
    """
    means = np.arctanh(np.clip(np.mean(each, axis=0), -1 + 1e-12, 1 - 1e-12))
    half = 1.96 * means[1:].std(ddof=1)
    low, high = np.tanh([means[0] - half, means[0] + half])
    return Relation(tuple(float(e[0]) for e in each), float(low), float(high))


def resamples(labels: Labels, count: int, seed: int) -> Floats:
    """How often (count, n) each example is drawn, with replacement inside its class.

    >>> resamples(np.array([0, 1, 1]), 5, seed=0)[:, 0].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    generator = np.random.default_rng(seed)
    drawn = np.empty((count, len(labels)))
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        drawn[:, own] = generator.multinomial(len(own), np.full(len(own), 1 / len(own)), count)
    return drawn


def scores(table: Floats, pairs: Pairs, level: str, kind: str, weights: Floats) -> Floats:
    """A table (n, n') made ready: (n, n') numbers or, class by class, (samples, cells).

    Where something is held fixed, numbers or ranks are standardised among the pairs that share it,
    so that the correlation of all of them is the mean of the correlations among those.
    """
    if level == CLASSES:
        cells = class_cells(table, pairs.deleted_labels, pairs.test_labels, weights)
        return rankdata(cells, axis=1) if kind == RANK else cells
    if level == PAIRS:
        return rankdata(table).reshape(table.shape) if kind == RANK else table
    classes = np.unique(pairs.deleted_labels) if level == MATES else [None]
    found = np.empty_like(table)
    for label in classes:
        rows = np.ones(len(table), bool) if label is None else pairs.deleted_labels == label
        block = rankdata(table[rows], axis=0) if kind == RANK else table[rows]
        spread = block.std(axis=0)
        found[rows] = (block - block.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return found


def class_cells(table: Floats, rows: Labels, columns: Labels, weights: Floats) -> Floats:
    """Means over pairs of classes (samples, cells) of a table (n, n'), rows by `weights`."""
    left, right = (np.eye(y.max() + 1)[y][:, np.unique(y)] for y in (rows, columns))
    means = table @ right / right.sum(axis=0)
    sums = np.einsum("bn,nk,nj->bkj", weights, left, means, optimize=True)
    return (sums / (weights @ left)[:, :, None]).reshape(len(weights), -1)


def correlations(x: Floats, y: Floats, level: str, weights: Floats) -> Floats:
    """Pearson's correlation of two tables of `scores` in every sample (samples,)."""
    if level == CLASSES:
        return _pearson([t.mean(axis=1) for t in _products(x, y)])
    x, y = x - x.mean(), y - y.mean()
    count = weights.sum(axis=1) * x.shape[1]
    return _pearson([weights @ t.sum(axis=1) / count for t in _products(x, y)])


def _products(x: Floats, y: Floats) -> tuple[Floats, ...]:
    return x, y, x * x, y * y, x * y


def _pearson(means: list[Floats]) -> Floats:
    """From means of x, y, x x, y y and x y; 0 where nothing varies."""
    x, y, xx, yy, xy = means
    spread = np.sqrt(np.clip((xx - x * x) * (yy - y * y), 0.0, None))
    return np.where(spread > 0, (xy - x * y) / np.where(spread > 0, spread, 1.0), 0.0)
