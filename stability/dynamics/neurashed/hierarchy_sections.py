"""The sections of a hierarchy file as frozen data: what there is, how it is trained, looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from stability.conventions import Name
from stability.dynamics.neurashed.graph import Feature, feature_graph
from stability.dynamics.neurashed.instances import (
    PatternPopulation,
    Population,
    pattern_instances,
)
from stability.dynamics.neurashed.trees import (
    ELSEWHERE,
    FORMS,
    RATES,
    kinship,
    tree_paths,
    tree_population,
)
from stability.errors import SetupError
from stability.setup.fields import (
    ONE,
    POSITIVE,
    ZERO,
    Allowed,
    at_least,
    check_fields,
    list_of,
    one_of,
    quantity,
)

HIERARCHY: Name = "hierarchy"
MOST = 100_000_000
"""How many instances are shown at most, over all passes and seeds: their order is kept."""
SHARE = Allowed("a number from 0 to 1", ZERO, ONE)


class AnyTable(Allowed):
    """A table with names of the user's own; what it may hold is checked where it is used."""

    def convert(self, value: Any) -> Mapping[str, Any]:
        """The table; TypeError for anything else."""
        if not isinstance(value, Mapping):
            raise TypeError("not a table")
        return dict(value)

    def read(self, where: str, value: Any) -> Any:
        """What a file says."""
        return value


class AnyTree(AnyTable):
    """A tree of names; what it may hold is checked where it is used."""

    def convert(self, value: Any) -> Any:
        """The tree; TypeError for anything else."""
        return tuple(value) if isinstance(value, list | tuple) else super().convert(value)


@dataclass(frozen=True, kw_only=True)
class TreeHierarchy:
    """Classes in a tree of superclasses: graph and instances follow from it.

    >>> TreeHierarchy(classes={"animals": ["tiger", "cat"], "vehicles": ["plane"]}).groups[0]
    ('same class', 'same superclass', 'only the root in common')
    """

    kind: ClassVar[Name] = "tree"
    title: ClassVar[str] = "a tree of classes: the graph and its instances follow from it"

    classes: Any = quantity(
        AnyTree("superclasses with lists of classes or further superclasses, or a list of classes"),
        "the tree",
        example='{ animals = ["tiger", "cat"], vehicles = ["plane", "ship"] }',
    )
    form: str = quantity(
        one_of(*FORMS),
        "how features are shared: in levels; directly; or not at all",
        default="full",
        example='"full"',
    )
    rates: tuple[Any, ...] = quantity(
        list_of(SHARE, "numbers from 0 to 1"),
        "how often a primitive fires, from those of the instance's own class to those of the root",
        default=RATES,
        example=str(list(RATES)),
    )
    elsewhere: float = quantity(
        SHARE, "how often primitives of other classes fire", default=ELSEWHERE, example="0.02"
    )

    def __post_init__(self) -> None:
        check_fields(self, HIERARCHY, floats=True)
        tree_paths(self.classes, f"{HIERARCHY}.classes")

    @cached_property
    def population(self) -> Population:
        """The graph and the law of its instances."""
        return tree_population(
            self.classes,
            self.form,
            rates=[float(rate) for rate in self.rates],
            elsewhere=self.elsewhere,
            where=f"{HIERARCHY}.classes",
        )

    @property
    def groups(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Names of groups of pairs of classes, and the group (classes, classes) of each pair."""
        found = kinship(self.classes)
        last = int(found.max())
        between = [f"same superclass at depth {last - k}" for k in range(1, last)]
        shared = ["same superclass"] if last == 2 else between
        return ("same class", *shared, "only the root in common"), found


@dataclass(frozen=True, kw_only=True)
class GraphHierarchy:
    """Features and classes one by one, and the patterns in which primitives fire."""

    kind: ClassVar[Name] = "graph"
    title: ClassVar[str] = "features one by one, and listed instances"

    features: Mapping[str, Any] = quantity(
        AnyTable("names with lists of what they are made of, or with { of = [..], at_least = 2 }"),
        "what each feature is made of, and how much of it has to fire (if not 1)",
        example='{ stripes = { of = ["orange", "black", "white"], at_least = 2 }, fur = ["hair"] }',
    )
    classes: Mapping[str, Any] = quantity(
        AnyTable("names of classes with lists of features of the highest level"),
        "what each class is made of",
        example='{ tiger = ["stripes", "fur"], cat = ["fur"] }',
    )
    instances: Mapping[str, Any] = quantity(
        AnyTable("names of classes with lists of texts that name primitives"),
        "the patterns of primitives that fire, all equally likely",
        example='{ tiger = ["orange black hair", "black white hair"], cat = ["hair", "white"] }',
    )

    def __post_init__(self) -> None:
        check_fields(self, HIERARCHY)
        _ = self.population

    @cached_property
    def population(self) -> PatternPopulation:
        """The graph and the law of its instances."""
        features = {name: _feature(name, value) for name, value in self.features.items()}
        classes = {
            name: _names(value, f"{HIERARCHY}.classes.{name}")
            for name, value in self.classes.items()
        }
        graph = feature_graph(features, classes, where=HIERARCHY)
        where = f"{HIERARCHY}.instances"
        if len(classes) < 2:
            raise SetupError(
                where=f"{HIERARCHY}.classes", found="one class", allowed="at least two classes"
            )
        patterns = {name: _names(v, f"{where}.{name}") for name, v in self.instances.items()}
        listed = pattern_instances(graph, patterns, where=where)
        needed = (graph.class_dependencies > 0)[listed.labels]
        reached = np.asarray(np.any(listed.firing.levels[-1] & needed, axis=1))
        for number, name in enumerate(graph.classes):
            if not reached[listed.labels == number].any():
                raise SetupError(
                    where=f"{where}.{name}",
                    found="patterns for which nothing that the class is made of fires",
                    allowed=f"at least one for which {' or '.join(classes[name])} fires",
                    remedy="Switch more primitives on, or lower at_least of the features between.",
                )
        return PatternPopulation(listed)

    @property
    def groups(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Names of groups of pairs of classes, and the group (classes, classes) of each pair."""
        return ("same class", "another class"), 1 - np.eye(len(self.classes), dtype=np.int64)


HIERARCHIES = {one.kind: one for one in (TreeHierarchy, GraphHierarchy)}
Hierarchy = TreeHierarchy | GraphHierarchy


@dataclass(frozen=True, kw_only=True)
class TrainingSection:
    """What is trained on, for how long, and how often it is repeated."""

    size: int = quantity(
        at_least(2), "m, the number of training instances", default=400, example="400", shown=True
    )
    epochs: int = quantity(
        at_least(1), "the number of passes", default=10, example="10", shown=True
    )
    batch_size: int = quantity(
        at_least(1), "the instances in a step", default=1, example="1", shown=True
    )
    start: float = quantity(
        POSITIVE, "the amplification factor of every feature at first", default=0.5, example="0.5"
    )
    seeds: int = quantity(
        at_least(1), "how many samples are drawn and trained on", default=8, example="8"
    )
    seed: int = quantity(at_least(0), "the first seed", default=0, example="0")

    def __post_init__(self) -> None:
        check_fields(self, "training", floats=True)
        if self.batch_size > self.size:
            raise SetupError(
                where="training.batch_size",
                found=self.batch_size,
                allowed=f"at most the {self.size} training instances",
            )
        if self.size * self.epochs * self.seeds > MOST:
            raise SetupError(
                where="training",
                found=f"{self.size} instances, {self.epochs} passes, {self.seeds} seeds",
                allowed=f"at most {MOST:,} instances shown, over all passes and seeds",
                remedy="Take fewer passes or seeds.",
            )

    @property
    def steps(self) -> int:
        """The steps of a training; a last batch that is not full is left out."""
        return self.epochs * (self.size // self.batch_size)


@dataclass(frozen=True, kw_only=True)
class MeasurementSection:
    """How much is looked at, and how sure bounds are to be."""

    instances: int = quantity(
        at_least(4),
        "the test instances of each seed among which elasticity is looked at",
        default=60,
        example="60",
    )
    deletions: int = quantity(
        at_least(1), "how many training instances are deleted, at most", default=200, example="200"
    )
    test: int = quantity(
        at_least(2), "the test instances at which losses are compared", default=1000, example="1000"
    )
    delta: float = quantity(
        Allowed("a number strictly between 0 and 1", ZERO, ONE, True, True),
        "the total failure probability of each bound",
        default=0.05,
        example="0.05",
    )

    def __post_init__(self) -> None:
        check_fields(self, "measurement")


def _feature(name: str, value: Any) -> Feature:
    where = f"{HIERARCHY}.features.{name}"
    if not isinstance(value, Mapping):
        return Feature(_names(value, where))
    if unknown := set(value) - {"of", "at_least"}:
        raise SetupError(
            where=f"{where}.{sorted(unknown)[0]}", found="an unknown key", allowed="of and at_least"
        )
    return Feature(_names(value.get("of"), f"{where}.of"), value.get("at_least", 1))


def _names(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SetupError(
            where=where,
            found="nothing (it is required)" if value is None else value,
            allowed='a list of texts, such as ["orange", "black"]',
        )
    for one in value:
        if not isinstance(one, str):
            raise SetupError(where=where, found=one, allowed="texts in quotes")
    return tuple(value)
