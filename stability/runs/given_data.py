"""Data in memory as `stability.measure` takes them: arrays, frames, torch loaders and data sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stability.datasets import Columns, Dataset, from_arrays, from_examples, from_frame, from_loader
from stability.datasets.own.loader import looks_real
from stability.errors import SetupError
from stability.runs.class_weights import with_class_weights
from stability.runs.data import FEWEST, held_out
from stability.runs.own_data import of_one_kind
from stability.runs.study.data_keys import CLASS_WEIGHTS, Weighting

PREDICTED = "(predicted)"
"""The name of the column that `y` gets in a frame."""

Weights = ArrayLike | Mapping[str, float]
"""A number for each example, or for each class that is named, or "balanced"."""


def given_parts(
    X: Any,
    y: ArrayLike | None,
    test: Any,
    *,
    real: bool | None,
    share: float,
    weights: Weights | None,
    seed: int,
) -> tuple[Dataset, Dataset]:
    """The training and the test part; a `share` of X, drawn with `seed`, unless `test` is given.

    Raises DataError for what is no data, SetupError for a share that is none, too few examples.
    """
    whole = given_data(X, y, real, "data")
    by_class = isinstance(weights, (Mapping, str))
    if weights is not None and not by_class:
        whole = whole.weighted(weights)  # type: ignore[arg-type]
    if test is not None:
        pair = isinstance(test, (tuple, list)) and len(test) == 2
        points, truth = test if pair else (test, None)
        apart = given_data(points, truth, not whole.has_labels, "test data")
        train, held = of_one_kind(whole, apart, "test")
    else:
        train, held = _split(whole, share, seed)
    return with_class_weights(train, class_weights(weights)), held


def class_weights(weights: Weights | None) -> Weighting | None:
    """Weights of classes, None for those of examples. Raises SetupError for what is neither."""
    if not isinstance(weights, (Mapping, str)):
        return None
    named = isinstance(weights, Mapping)
    try:
        return CLASS_WEIGHTS.convert(
            {str(key): value for key, value in weights.items()} if named else weights
        )
    except (TypeError, ValueError):
        raise SetupError(
            where="weights",
            found=dict(weights) if named else weights,
            allowed="a number above 0 for each class that is named, or for each example, or "
            "'balanced'",
        ) from None


def given_data(X: Any, y: ArrayLike | None, real: bool | None, name: str) -> Dataset:
    """What is predicted, `real` numbers or classes, with its inputs; None: as the numbers look."""
    if isinstance(X, Dataset):
        return X
    if y is None:
        if hasattr(X, "__getitem__") and hasattr(X, "__len__") and not hasattr(X, "dataset"):
            if hasattr(X, "shape") or hasattr(X, "columns"):
                raise SetupError(
                    where="y",
                    found="nothing beside an array or a frame",
                    allowed="what is predicted for each row, (n,)",
                )
            return from_examples(X, real_targets=real, name=name)
        return from_loader(X, real_targets=real, name=name)
    numbers = looks_real(y) if real is None else real
    if hasattr(X, "columns") and hasattr(X, "iloc"):
        frame = X.assign(**{PREDICTED: np.asarray(y)})
        columns = Columns(targets=PREDICTED) if numbers else Columns(labels=PREDICTED)
        return from_frame(frame, columns, name=name)
    if numbers:
        return from_arrays(X, targets=y, name=name)
    return from_arrays(X, y, name=name)


def _split(whole: Dataset, share: float, seed: int) -> tuple[Dataset, Dataset]:
    if not 0.0 < share < 1.0:
        raise SetupError(
            where="test_fraction", found=share, allowed="a number strictly between 0 and 1"
        )
    if len(whole) < 2 * FEWEST:
        raise SetupError(where="X", found=f"{len(whole)} examples", allowed=f"{2 * FEWEST} or more")
    return whole.split(len(whole) - held_out(len(whole), share), seed)
