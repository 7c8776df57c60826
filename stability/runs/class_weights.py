"""Weights of classes: named ones, and those that balance the classes that are trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.errors import SetupError, did_you_mean
from stability.runs.study.data_keys import BALANCED, Weighting


def balanced(labels: NDArray[np.int64], without: int | None = None) -> NDArray[np.float64]:
    """The weight (m,) of each example that makes all classes weigh the same, as in scikit-learn.

    k / (classes * n) for an example whose class has n among the k examples that count: all of them,
    or all but the one at `without`, which counts for nothing. An example of a class that nothing
    else has gets 1 when it does not count; no training sees it.

    >>> balanced(np.array([0, 0, 0, 1])).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    >>> balanced(np.array([0, 0, 0, 1]), without=0).tolist()
    [0.75, 0.75, 0.75, 1.5]
    """
    from sklearn.utils.class_weight import compute_sample_weight

    counted = None if without is None else np.delete(np.arange(len(labels)), without)
    found = compute_sample_weight("balanced", labels, indices=counted)
    return np.where(found > 0.0, found, 1.0)


def with_class_weights(
    train: Dataset, weights: Weighting | None, labels: NDArray[np.int64] | None = None
) -> Dataset:
    """Training examples with the weights of their classes, 1 for classes that are not named.

    `labels` (m,) are the classes that are balanced, those of `train` if not given. Raises
    SetupError for names that are no classes.
    """
    if weights is None:
        return train
    if not train.has_labels:
        raise SetupError(
            where="data.class_weights",
            found=weights if isinstance(weights, str) else ", ".join(name for name, _ in weights),
            allowed="nothing beside real targets, which have no classes",
            remedy="Say weights, a column of weights of examples.",
        )
    if isinstance(weights, str):
        return train.weighted(balanced(train.labels if labels is None else labels))
    for name, _ in weights:
        if name not in train.classes:
            raise SetupError(
                where="data.class_weights",
                found=name,
                allowed="names of classes: " + ", ".join(train.classes[:20]),
                remedy=did_you_mean(name, train.classes),
            )
    known = dict(weights)
    each = np.array([known.get(name, 1.0) for name in train.classes])
    return train.weighted(each[train.labels])


def balanced_words(weights: Weighting | None, train: Dataset) -> str:
    """What balanced weights make of a deletion, with the numbers of the smallest class.

    `train` as the learner sees it. "" for weights that are not balanced.
    """
    if weights != BALANCED:
        return ""
    counts = np.bincount(train.labels, minlength=len(train.classes))
    size, there = len(train), int((counts > 0).sum())
    rarest = min(np.flatnonzero(counts), key=lambda k: counts[k])
    few, name = int(counts[rarest]), train.classes[rarest]
    others = (size - 1) / size
    if few > 1:
        moves = (
            f"Deleting one of the {few} examples of {name} multiplies the weights of the others of "
            f"that class by {others * few / (few - 1):.4g}, and all other weights by {others:.4g}."
        )
    else:
        moves = (
            f"{name} has one example; when it is deleted {there - 1} classes are balanced, and all "
            f"weights are multiplied by {others * there / max(there - 1, 1):.4g}."
        )
    return (
        f"The weights balance the classes: m over {there} times the number of examples of a class. "
        "They depend on the training labels, so they are computed again without each deleted "
        f"example: a deletion moves the weights of all others too. {moves} The constants hold "
        "that; a theorem whose weights are fixed before the sample is seen does not cover it."
    )
