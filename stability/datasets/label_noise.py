"""Wrong labels, on purpose: a share of every class gets the names of the others."""

from __future__ import annotations

import numpy as np

from stability.datasets.dataset import Dataset
from stability.errors import DataError, SetupError


def flipped_labels(data: Dataset, share: float, seed: int) -> Dataset:
    """The same points; of each class int(share n_k) get the label of another, in equal parts.

    In equal parts as nearly as whole numbers allow; which points, `seed` decides. With K classes a
    `share` of (K - 1)/K leaves labels that say nothing, above it they are wrong more often than by
    chance. Source: the label noise of Zhang, Wang and Su (NeurIPS 2021).

    Raises SetupError for a share outside [0, 1], DataError for data with fewer than two classes.

    >>> from stability.datasets import load_digits
    >>> clean = load_digits()
    >>> float((flipped_labels(clean, 0.5, seed=0).labels == clean.labels).mean().round(2))
    0.5
    """
    if not 0.0 <= share <= 1.0:
        raise SetupError(where="flipped_labels.share", found=share, allowed="a number from 0 to 1")
    classes = len(data.classes)
    if classes < 2:
        raise DataError(
            where=data.name, found=f"{classes} class", allowed="at least two, to confuse them"
        )
    labels = data.labels.copy()
    generator = np.random.default_rng(seed)
    for label in range(classes):
        own = np.flatnonzero(data.labels == label)
        chosen = generator.permutation(own)[: int(share * len(own) + 1e-9)]
        labels[chosen] = (label + 1 + np.arange(len(chosen)) % (classes - 1)) % classes
    return data.relabelled(labels, data.classes)
