"""The graph of neurashed: features in levels, each made of features of the level below.

Level 1 holds the primitives, which an input switches on or off. A feature of a level above fires
when enough of the features that it is made of fire. The top level holds the classes.

Source: Su, Neurashed: A Phenomenological Model for Imitating Deep Learning Training (2021),
arXiv:2112.09741; thresholds as specified by this project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stability.dynamics.neurashed.graph_levels import (
    Parts,
    checked_classes,
    checked_features,
    level_of_each,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Feature:
    """A feature: what it is made of, and how many of these have to fire for it to fire."""

    of: tuple[str, ...]
    at_least: int = 1


@dataclass(frozen=True, eq=False)
class Level:
    """The features of one hidden level.

    `dependencies` (n, below) is 1 where a feature is made of one of the level below, else 0;
    `thresholds` (n,).
    """

    names: tuple[str, ...]
    dependencies: Floats
    thresholds: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FeatureGraph:
    """Primitives, hidden levels from the bottom, and classes; made by `feature_graph`.

    Hidden features are numbered through all levels from the bottom: F of them, each with an
    amplification factor that is trained. `class_dependencies` (classes, n) is 1 where a class is
    made of a feature of the last hidden level.
    """

    primitives: tuple[str, ...]
    levels: tuple[Level, ...]
    classes: tuple[str, ...]
    class_dependencies: Floats

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The names of all hidden features, in the order of their factors."""
        return tuple(name for level in self.levels for name in level.names)

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Where the features of each hidden level stand among all of them."""
        ends = np.cumsum([0, *(len(level.names) for level in self.levels)]).tolist()
        return tuple(slice(low, high) for low, high in pairwise(ends))

    @cached_property
    def reach(self) -> Flags:
        """Which features (classes, F) each class is made of, directly or through others.

        >>> graph = feature_graph({"A": ["1", "2"], "B": ["2", "3"]}, {"x": ["A"], "y": ["A", "B"]})
        >>> graph.reach.tolist()
        [[True, False], [True, True]]
        """
        parts, used = [], self.class_dependencies
        for level in reversed(self.levels):
            parts.append(used > 0)
            used = used @ level.dependencies
        return np.concatenate(parts[::-1], axis=1)

    def edges(self) -> Iterator[tuple[int, int, int]]:
        """Every edge as (level of its upper end, place there, place in the level below).

        Levels count from 1, the primitives; the classes are the last.
        """
        tables = [*(level.dependencies for level in self.levels), self.class_dependencies]
        for number, table in enumerate(tables, start=2):
            for upper, lower in np.argwhere(table > 0).tolist():
                yield number, upper, lower

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The names of all nodes, level by level from the primitives to the classes."""
        return (self.primitives, *(level.names for level in self.levels), self.classes)


def feature_graph(
    features: Mapping[str, Feature | Sequence[str]],
    classes: Mapping[str, Sequence[str]],
    *,
    where: str = "graph",
) -> FeatureGraph:
    """The graph with these features and classes; levels follow from what is made of what.

    `features`: name to a `Feature`, or to the names it is made of (one of them is then enough to
    make it fire). What is no feature itself is a primitive. `classes`: name to features, all of the
    highest level. `where` stands for the graph in messages.

    Raises SetupError for a circle, an edge that skips a level, a class or feature made of nothing,
    a threshold that cannot be reached, and a feature that no class is made of.

    >>> graph = feature_graph(
    ...     {"stripes": Feature(("orange", "black", "white"), at_least=2), "fur": ["hair", "soft"]},
    ...     {"tiger": ["stripes", "fur"], "cat": ["fur"]},
    ... )
    >>> graph.primitives, graph.features
    (('orange', 'black', 'white', 'hair', 'soft'), ('stripes', 'fur'))
    >>> feature_graph({"A": ["B"], "B": ["A"]}, {"x": ["A"]})
    Traceback (most recent call last):
    stability.errors.SetupError: graph.features.A: found A is made of B is made of A; ...
    """
    made_of: Parts = {
        name: one.of if isinstance(one, Feature) else tuple(one) for name, one in features.items()
    }
    thresholds = {
        name: one.at_least if isinstance(one, Feature) else 1 for name, one in features.items()
    }
    class_parts: Parts = {name: tuple(parts) for name, parts in classes.items()}
    checked_features(made_of, thresholds, where)
    numbers = level_of_each(made_of, where)
    top = checked_classes(class_parts, made_of, numbers, where)
    primitives = tuple(
        dict.fromkeys(p for parts in made_of.values() for p in parts if p not in made_of)
    )
    below, levels = primitives, []
    for number in range(2, top + 1):
        names = tuple(name for name in made_of if numbers[name] == number)
        levels.append(
            Level(
                names=names,
                dependencies=_table(made_of, names, below),
                thresholds=np.array([thresholds[name] for name in names], dtype=np.int64),
            )
        )
        below = names
    return FeatureGraph(
        primitives=primitives,
        levels=tuple(levels),
        classes=tuple(class_parts),
        class_dependencies=_table(class_parts, tuple(class_parts), below),
    )


def _table(parts: Parts, names: Sequence[str], below: Sequence[str]) -> Floats:
    places = {name: k for k, name in enumerate(below)}
    table = np.zeros((len(names), len(below)))
    for row, name in enumerate(names):
        table[row, [places[p] for p in parts[name]]] = 1.0
    return table
