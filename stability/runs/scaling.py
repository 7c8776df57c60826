"""Scaling of the inputs, fitted to the training examples: all of them, or all but the deleted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stability.datasets import Dataset

SCALERS: Mapping[str, str] = {"standardise": "StandardScaler", "min-max": "MinMaxScaler"}
"""What `scaling` may say, and the class of scikit-learn that does it."""
TOLD: Mapping[str, str] = {
    "standardise": "inputs minus their mean over their standard deviation",
    "min-max": "inputs moved and divided so that each lies in [0, 1] in training",
}


def scaled(
    kind: str | None, train: Dataset, test: Dataset, without: int | None = None
) -> tuple[Dataset, Dataset]:
    """Both parts scaled as the training examples say, all or all but one; as they are for None.

    >>> data = Dataset([[0.0], [2.0], [4.0]], [0, 1, 0], ("a", "b"), "tiny")
    >>> scaled("min-max", data, data)[1].inputs.ravel().tolist()
    [0.0, 0.5, 1.0]
    >>> scaled("min-max", data, data, without=2)[1].inputs.ravel().tolist()
    [0.0, 1.0, 2.0]
    """
    if kind is None:
        return train, test
    from sklearn import preprocessing

    seen = np.asarray(train.inputs, dtype=np.float64)
    if without is not None:
        seen = np.delete(seen, without, axis=0)
    scaler = getattr(preprocessing, SCALERS[kind])().fit(seen)
    changed = (
        part.with_inputs(
            scaler.transform(np.asarray(part.inputs, dtype=np.float64)).reshape(-1, *part.shape)
        )
        for part in (train, test)
    )
    return next(changed), next(changed)


def scaling_words(kind: str | None, again: bool) -> str:
    """What was done to the inputs and which examples say it, in a sentence; "" for nothing."""
    if kind is None:
        return ""
    how = (
        "is part of the training: it is fitted to the training examples, and again without each "
        "deleted one"
        if again
        else "is fixed beforehand: it is fitted once, to all training examples, and no deletion "
        "changes it"
    )
    return f"Training sees {TOLD[kind]}; the scaling {how}."
