"""Instances: which primitives an input switches on, and its class; drawn or listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.neurashed.firing import Firing, fire
from stability.dynamics.neurashed.graph import FeatureGraph, Flags, Floats
from stability.errors import DataError, SetupError, did_you_mean

LABELS, PATTERNS = 0, 1
"""What a generator is for, so that other labels do not come with other patterns."""
SHOWN = 8
"""How many primitives a message names."""


@dataclass(frozen=True, eq=False)
class Instances:
    """A graph and instances of it: `patterns` (..., n, primitives), `labels` (..., n).

    A leading axis may stand for seeds, each with instances of its own. `kept` (..., F): the
    features that are there, if not all; it may have leading axes of its own.
    Raises DataError for shapes or labels that do not fit.
    """

    graph: FeatureGraph
    patterns: Flags
    labels: NDArray[np.int64]
    kept: Flags | None = None

    def __post_init__(self) -> None:
        classes = len(self.graph.classes)
        y = self.labels
        if self.patterns.shape[:-1] != y.shape or not ((y >= 0) & (y < classes)).all():
            raise DataError(
                where="instances",
                found=f"patterns {self.patterns.shape} and labels {y.shape} up to {y.max()}",
                allowed=f"a label from 0 to {classes - 1} for each pattern",
            )

    def __len__(self) -> int:
        return self.labels.shape[-1]

    @cached_property
    def firing(self) -> Firing:
        """What fires for the instances."""
        return fire(self.graph, self.patterns, self.kept)

    def keeping(self, kept: ArrayLike) -> Instances:
        """The same with only some features (..., F) there: the others never fire."""
        return replace(self, kept=np.asarray(kept, dtype=bool))

    def of_seed(self, seed: int) -> Instances:
        """Those of one place on the leading axis."""
        return replace(self, patterns=self.patterns[seed], labels=self.labels[seed])

    def of_class(self, name: str) -> NDArray[np.int64]:
        """The numbers of the instances of one class, where all seeds have the same."""
        return np.flatnonzero(self.labels == self.graph.classes.index(name))


@dataclass(frozen=True, eq=False)
class Population:
    """A law of instances: in class k primitive j fires with probability `rates`[k, j].

    Primitives fire independently, classes are equally likely. `rates` (classes, primitives).
    """

    graph: FeatureGraph
    rates: Floats

    def sample(
        self, count: int, seeds: Sequence[int], *, labels: ArrayLike | None = None
    ) -> Instances:
        """Instances (seeds, count), with a generator of its own for each seed.

        `labels` (count,) or (seeds, count): the classes, if they are not to be drawn.
        """
        _check_sample(count, seeds)
        y = (
            np.stack([_generator(s, LABELS).integers(len(self.rates), size=count) for s in seeds])
            if labels is None
            else np.broadcast_to(np.asarray(labels, dtype=np.int64), (len(seeds), count))
        )
        shape = (count, self.rates.shape[1])
        patterns = np.stack(
            [
                _generator(s, PATTERNS).random(shape) < self.rates[own]
                for s, own in zip(seeds, y, strict=True)
            ]
        )
        return Instances(self.graph, patterns, y)


@dataclass(frozen=True, eq=False)
class PatternPopulation:
    """A law of instances: each of those listed (n,) is equally likely."""

    listed: Instances

    @property
    def graph(self) -> FeatureGraph:
        """Their graph."""
        return self.listed.graph

    def sample(self, count: int, seeds: Sequence[int]) -> Instances:
        """Instances (seeds, count), with a generator of its own for each seed."""
        _check_sample(count, seeds)
        rows = np.stack(
            [_generator(s, LABELS).integers(len(self.listed), size=count) for s in seeds]
        )
        return Instances(self.graph, self.listed.patterns[rows], self.listed.labels[rows])


def pattern_instances(
    graph: FeatureGraph, patterns: Mapping[str, Sequence[str]], *, where: str = "instances"
) -> Instances:
    """Listed instances: for each class texts that name the primitives that fire.

    Raises SetupError for unknown classes and primitives, for classes without a pattern, and for
    primitives whose names have blanks, which a text cannot name.

    >>> from stability.dynamics.neurashed.graph import feature_graph
    >>> graph = feature_graph({"A": ["1", "2"]}, {"x": ["A"]})
    >>> pattern_instances(graph, {"x": ["1", "1 2"]}).patterns.tolist()
    [[True, False], [True, True]]
    """
    for name in graph.primitives:
        if len(name.split()) > 1:
            raise SetupError(
                where=where,
                found=f"the primitive {name}",
                allowed="primitives whose names have no blanks",
                remedy=f"A text names several, with blanks between: say {'-'.join(name.split())}.",
            )
    for name in patterns:
        if name not in graph.classes:
            raise SetupError(
                where=f"{where}.{name}",
                found="an unknown class",
                allowed="the classes " + ", ".join(graph.classes),
                remedy=did_you_mean(name, graph.classes),
            )
    rows, labels = [], []
    for number, name in enumerate(graph.classes):
        texts = patterns.get(name, ())
        if not texts:
            raise SetupError(
                where=f"{where}.{name}",
                found="no patterns",
                allowed='at least one text that names primitives, such as "orange black"',
                remedy="A class that is never shown is never learned.",
            )
        rows += [_row(graph, text, f"{where}.{name}") for text in texts]
        labels += [number] * len(texts)
    return Instances(graph, np.stack(rows), np.array(labels, dtype=np.int64))


def _row(graph: FeatureGraph, text: str, where: str) -> Flags:
    row = np.zeros(len(graph.primitives), dtype=bool)
    for primitive in text.split():
        if primitive not in graph.primitives:
            raise SetupError(
                where=where,
                found=primitive,
                allowed="names of primitives, which some feature is made of: "
                + ", ".join(graph.primitives[:SHOWN])
                + (", ..." if len(graph.primitives) > SHOWN else ""),
                remedy="It is a feature: name the primitives that make it fire."
                if primitive in graph.features
                else did_you_mean(primitive, graph.primitives),
            )
        row[graph.primitives.index(primitive)] = True
    return row


def _check_sample(count: int, seeds: Sequence[int]) -> None:
    if count < 1 or not len(seeds):
        raise SetupError(
            where="sample",
            found=f"{count} instances for {len(seeds)} seeds",
            allowed="at least one of both",
        )


def _generator(seed: int, what: int) -> np.random.Generator:
    return np.random.default_rng([seed, what])
