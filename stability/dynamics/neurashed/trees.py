"""Problems from a tree of classes: classes share what their superclasses have.

Every node of the tree, from the classes over their superclasses to the root, has two groups of four
primitives, and each group is one feature of level 2 that fires with two of them. Level 3 has one
feature for each node of the tree: it fires with two of its own groups and the first of the node
above. A class is made of those of all nodes on its way to the root. For an instance the primitives
of its own class fire most, those of its superclasses less, those of the root less still.

Source: specified by this project, after talks on local elasticity: "the update on a tiger moves the
other tiger most, a cat less, a plane least, late in training".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.dynamics.neurashed.graph import Feature, FeatureGraph, feature_graph
from stability.dynamics.neurashed.instances import Population
from stability.errors import SetupError

ROOT = "all"
GROUPS, PRIMITIVES = "ab", 4
RATES = (0.8, 0.55, 0.4)
"""Of a class, halfway to the root and at the root; in between interpolated."""
ELSEWHERE = 0.02
FORMS = ("full", "flat", "apart")
OBJECTS: Mapping[str, Any] = {"animals": ("tiger", "cat"), "vehicles": ("plane", "ship")}
"""A tree is a list of names of classes, or a table from names of superclasses to trees."""


def tree_paths(tree: Any, where: str = "tree") -> dict[str, tuple[str, ...]]:
    """Each class with the nodes from it to the root.

    Raises SetupError for names that come twice or are those of features, and for superclasses
    without classes.

    >>> tree_paths({"animals": ["tiger", "cat"]})["cat"]
    ('cat', 'animals', 'all')
    """
    found = list(_leaves(tree, (ROOT,), where))
    nodes = {path[k:] for _, path in found for k in range(1, len(path))}
    names = [name for name, _ in found] + [node[0] for node in nodes]
    for name in names:
        if names.count(name) > 1:
            raise SetupError(
                where=where,
                found=f"the name {name} twice",
                allowed="a name of its own for each class and superclass",
                remedy=f"The root is called {ROOT}." if name == ROOT else "",
            )
    _check_parts(names, where)
    if len(found) < 2:
        raise SetupError(where=where, found="one class", allowed="at least two classes")
    return dict(found)


def tree_population(
    tree: Any = OBJECTS,
    form: str = "full",
    *,
    rates: Sequence[float] = RATES,
    elsewhere: float = ELSEWHERE,
    where: str = "tree",
) -> Population:
    """Graph and instances from a tree of classes.

    `form`: "full"; "flat" (level 3 is left out: a class is made of the groups on its way to the
    root); "apart" (a class is made of its own groups alone, one of which is enough: nothing is
    shared). `rates`: how often a primitive fires for a class whose way to the root it lies on, from
    the class to the root; `elsewhere`: how often others do.

    Raises SetupError for a tree, a form or rates that cannot be.

    >>> problem = tree_population()
    >>> [len(names) for names in problem.graph.names]
    [56, 14, 7, 4]
    >>> tree_population({"animals": []})
    Traceback (most recent call last):
    stability.errors.SetupError: tree.animals: found no classes; allowed: the names of classes...
    """
    if form not in FORMS:
        raise SetupError(where="form", found=form, allowed="one of " + ", ".join(map(repr, FORMS)))
    if not rates or not all(0 <= rate <= 1 for rate in (*rates, elsewhere)):
        raise SetupError(
            where=f"{where}.rates",
            found=f"{list(rates)} and {elsewhere}",
            allowed="numbers from 0 to 1, from a class to the root",
        )
    paths = tree_paths(tree, where)
    graph = _graph(paths, form)
    owners = [primitive.rpartition(" ")[0] for primitive in graph.primitives]
    table = np.full((len(paths), len(owners)), float(elsewhere))
    for row, path in enumerate(paths.values()):
        along = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(rates)), rates)
        for node, rate in zip(path, along, strict=True):
            table[row, [owner == node for owner in owners]] = rate
    return Population(graph, table)


def kinship(tree: Any = OBJECTS) -> NDArray[np.int64]:
    """How far (classes, classes) two classes are apart: 0 for one class, more the higher they meet.

    With superclasses at d levels below the root, 1 for classes that share one of the lowest level,
    d + 1 for those that share the root only.

    >>> kinship().tolist()
    [[0, 1, 2, 2], [1, 0, 2, 2], [2, 2, 0, 1], [2, 2, 1, 0]]
    """
    paths = [path[::-1] for path in tree_paths(tree).values()]  # from the root
    deepest = max(map(len, paths)) - 1
    shared = [[sum(x == y for x, y in zip(a, b, strict=False)) for b in paths] for a in paths]
    return np.where(np.eye(len(paths), dtype=bool), 0, deepest + 1 - np.array(shared))


def _graph(paths: Mapping[str, tuple[str, ...]], form: str) -> FeatureGraph:
    """Of the nodes on the ways; the root's come last."""
    kept = {name: path[:1] if form == "apart" else path for name, path in paths.items()}
    above = {node: path[k + 1 : k + 2] for path in paths.values() for k, node in enumerate(path)}
    nodes = sorted(
        dict.fromkeys(node for path in kept.values() for node in path),
        key=lambda node: -max(len(p) - p.index(node) for p in paths.values() if node in p),
    )
    features: dict[str, Feature] = {}
    for node in nodes:
        for group in GROUPS:
            features[_group(node, group)] = Feature(_primitives(node, group), at_least=2)
    groups = {node: tuple(_group(node, group) for group in GROUPS) for node in nodes}
    if form == "flat":
        parts = {name: [g for node in path for g in groups[node]] for name, path in kept.items()}
        return feature_graph(features, parts)
    for node in nodes:
        if form == "apart":
            features[node] = Feature(groups[node])
        else:
            over = tuple(_group(up, GROUPS[0]) for up in above[node])
            features[node] = Feature((*groups[node], *over), at_least=2)
    return feature_graph(features, kept)


def _group(node: str, group: str) -> str:
    return f"{node} {group}"


def _primitives(node: str, group: str) -> tuple[str, ...]:
    return tuple(f"{_group(node, group)}{k}" for k in range(1, PRIMITIVES + 1))


def _check_parts(names: Sequence[str], where: str) -> None:
    """Raise SetupError for a name that what another node is made of gets."""
    for name in (*names, ROOT):
        made = [n for g in GROUPS for n in (_group(name, g), *_primitives(name, g))]
        if taken := [other for other in names if other in made]:
            raise SetupError(
                where=where,
                found=f"the name {taken[0]}",
                allowed="names that differ from those of features",
                remedy=f"{name} is made of features called {_group(name, GROUPS[0])} and "
                f"{_group(name, GROUPS[1])}, so {taken[0]} needs another name.",
            )


def _leaves(tree: Any, above: tuple[str, ...], where: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    named = isinstance(tree, Mapping)
    if not named and (isinstance(tree, str) or not isinstance(tree, Sequence)):
        raise SetupError(
            where=where, found=tree, allowed="a list of names of classes, or a table of such lists"
        )
    if not tree:
        raise SetupError(
            where=where, found="no classes", allowed="the names of classes, at least one",
            remedy="Leave the superclass out, or name what belongs to it.",
        )  # fmt: skip
    for name in tree:
        if not isinstance(name, str) or not name.strip():
            raise SetupError(where=where, found=name, allowed="names of classes")
        if named:
            yield from _leaves(tree[name], (name, *above), f"{where}.{name}")
        else:
            yield name, (name, *above)
