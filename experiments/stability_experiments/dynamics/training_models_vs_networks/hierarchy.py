"""From the confusions of a first network to superclasses: the rule is fixed beforehand.

A network is trained on half of the images of a split of its own. Two classes are as close as the
mean probability, on the other half, that an example of one is given the other, both ways. Complete
linkage by minus the logarithm of it makes `GROUPS` superclasses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.training.recipe import Recipe
from stability.training.single import train_one

Floats = NDArray[np.float64]
Tree = dict[str, list[str]]

GROUPS = 4
SMALLEST = 1e-12


def confusions(split: Dataset, recipe: Recipe) -> Floats:
    """Mean probabilities (classes, classes) on the second half, after training on the first."""
    from scipy.special import softmax

    half = len(split) // 2
    first, second = (split.subset(np.arange(*ends)) for ends in ((0, half), (half, len(split))))
    told = softmax(np.asarray(train_one(recipe, first).outputs(second), np.float64), axis=1)
    classes = range(len(split.classes))
    return np.stack([told[second.labels == k].mean(axis=0) for k in classes])


def closeness(confused: ArrayLike) -> Floats:
    """The confusion of two classes both ways (classes, classes)."""
    given = np.asarray(confused, dtype=np.float64)
    return (given + given.T) / 2


def superclasses(confused: ArrayLike, names: Sequence[str], groups: int = GROUPS) -> Tree:
    """The tree of classes: those that are confused most share a superclass.

    >>> superclasses([[0.8, 0.2, 0.0], [0.1, 0.9, 0.0], [0.0, 0.0, 1.0]], ("a", "b", "c"), 2)
    {'a b': ['a', 'b'], 'only c': ['c']}
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distances = -np.log(np.maximum(closeness(confused), SMALLEST))
    np.fill_diagonal(distances, 0.0)
    joined = linkage(squareform(np.maximum(distances, 0.0), checks=False), "complete")
    numbers = fcluster(joined, groups, "maxclust")
    members = [
        [name for name, own in zip(names, numbers, strict=True) if own == number]
        for number in dict.fromkeys(numbers.tolist())
    ]
    return {_name(group): group for group in members}


def order_of(tree: Tree, names: Sequence[str]) -> NDArray[np.int64]:
    """The numbers of the classes (classes,) in the order of the tree."""
    return np.array([list(names).index(name) for group in tree.values() for name in group])


def _name(group: Sequence[str]) -> str:
    return " ".join(group) if len(group) > 1 else f"only {group[0]}"
