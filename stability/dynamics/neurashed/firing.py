"""Which features fire for an input, and the signals and class scores that follow.

A hidden feature fires if enough of what it is made of fires. Its signal is its amplification factor
times the sum of the signals of what it is made of; a primitive that fires sends 1. The score of a
class is the sum of the signals of the features it is made of. Classes and primitives have no
factor: those of primitives would only rescale.

Shapes: instances are the axis before the last, so that patterns are (..., n, primitives) and scores
(..., n, classes); factors (..., F) may have leading axes of their own, such as one for seeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.neurashed.graph import FeatureGraph, Flags, Floats
from stability.errors import DataError


@dataclass(frozen=True, eq=False)
class Firing:
    """What fires: `levels` holds (..., n, nodes) for the primitives and each hidden level."""

    levels: tuple[Flags, ...]

    @property
    def features(self) -> Flags:
        """The hidden features of all levels (..., n, F)."""
        return np.concatenate(self.levels[1:], axis=-1)

    def __getitem__(self, index: object) -> Firing:
        """Some of the instances: an index into the leading axes."""
        return Firing(tuple(level[index] for level in self.levels))  # type: ignore[index]


def fire(graph: FeatureGraph, patterns: ArrayLike, kept: ArrayLike | None = None) -> Firing:
    """What fires for patterns (..., n, primitives) of truth values.

    `kept` (..., F): the features that are there; others never fire. It may have leading axes that
    the patterns lack. Raises DataError for patterns that do not fit the graph.

    >>> from stability.dynamics.neurashed.graph import feature_graph
    >>> graph = feature_graph({"A": ["1", "2"]}, {"x": ["A"]})
    >>> fire(graph, [[True, False], [False, False]]).features.tolist()
    [[True], [False]]
    """
    below = np.asarray(patterns)
    if below.ndim < 2 or below.shape[-1] != len(graph.primitives) or below.dtype != np.bool_:
        raise DataError(
            where="patterns",
            found=f"shape {below.shape} of {below.dtype}",
            allowed=f"truth values (..., n, {len(graph.primitives)}): one per primitive",
        )
    levels = [below]
    for level, place in zip(graph.levels, graph.slices, strict=True):
        counts = levels[-1].astype(np.float32) @ level.dependencies.T.astype(np.float32)
        fires = counts >= level.thresholds
        if kept is not None:
            fires = fires & np.asarray(kept, dtype=bool)[..., None, place]
        levels.append(fires)
    return Firing(tuple(levels))


def signals(graph: FeatureGraph, firing: Firing, log_factors: ArrayLike) -> list[Floats]:
    """The signals (..., n, nodes) of each level, for the logarithms (..., F) of the factors."""
    factors = np.exp(np.asarray(log_factors, dtype=np.float64))[..., None, :]
    found: list[Floats] = [firing.levels[0].astype(np.float64)]
    for level, place, fires in zip(graph.levels, graph.slices, firing.levels[1:], strict=True):
        found.append(factors[..., place] * (fires * (found[-1] @ level.dependencies.T)))
    return found


def scores(graph: FeatureGraph, firing: Firing, log_factors: ArrayLike) -> Floats:
    """The scores (..., n, classes), for the logarithms (..., F) of the factors.

    Raises DataError for factors so large that scores are no finite numbers; `balanced` helps where
    only their ratios matter.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> given = shared_features()
    >>> Z = scores(given.graph, given.firing, np.zeros(4))
    >>> Z[0].tolist(), Z[4].tolist()
    ([4.0, 2.0], [1.0, 3.0])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        found = signals(graph, firing, log_factors)[-1] @ graph.class_dependencies.T
    return finite(found, log_factors)


def finite(values: Floats, log_factors: ArrayLike) -> Floats:
    """The values that followed from these factors; DataError unless all are finite numbers."""
    if not np.isfinite(values).all():
        raise DataError(
            where="factors",
            found=f"the logarithm {np.max(log_factors):.4g} of a factor",
            allowed="factors whose scores are finite numbers",
            remedy="Train for fewer steps, or use `balanced` factors where only ratios matter.",
        )
    return values


def score_slopes(graph: FeatureGraph, firing: Firing, log_factors: ArrayLike) -> Floats:
    """The derivatives (..., n, classes, F) of scores by the logarithms (..., F) of the factors."""
    sent = signals(graph, firing, log_factors)[1:]
    factors = np.exp(np.asarray(log_factors, dtype=np.float64))[..., None, None, :]
    by_signal: Floats = graph.class_dependencies
    parts = []
    for level, place, fires, signal in zip(
        graph.levels[::-1], graph.slices[::-1], firing.levels[:0:-1], sent[::-1], strict=True
    ):
        parts.append(by_signal * signal[..., None, :])
        by_signal = (by_signal * factors[..., place] * fires[..., None, :]) @ level.dependencies
    shape = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
    full = [np.broadcast_to(part, (*shape, part.shape[-1])) for part in parts[::-1]]
    return np.concatenate(full, axis=-1)


def balanced(graph: FeatureGraph, log_factors: ArrayLike) -> Floats:
    """The logarithms (..., F) with the largest of each level 0.

    All scores are then divided by one number: predictions and relative elasticity stay as they
    are, and nothing overflows.

    >>> from stability.dynamics.neurashed.problems import shared_features
    >>> balanced(shared_features().graph, [1.0, 900.0, 0.0, 899.0]).tolist()
    [-899.0, 0.0, -900.0, -1.0]
    """
    given = np.asarray(log_factors, dtype=np.float64)
    parts = [given[..., place] for place in graph.slices]
    return np.concatenate([part - part.max(axis=-1, keepdims=True) for part in parts], axis=-1)
