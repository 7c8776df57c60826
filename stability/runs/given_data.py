"""Data in memory as `stability.measure` takes them: arrays, frames, torch loaders and data sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stability.datasets import Columns, Dataset, from_arrays, from_examples, from_frame, from_loader
from stability.datasets.own.loader import looks_real
from stability.errors import DataError, SetupError
from stability.runs.class_weights import with_class_weights
from stability.runs.data import FEWEST, held_out
from stability.runs.given_values import one_each
from stability.runs.own_data import check_alike, of_one_kind
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
    keep_columns: bool = False,
) -> tuple[Dataset, Dataset]:
    """The training and the test part; a `share` of X, drawn with `seed`, unless `test` is given.

    `keep_columns`: frames may have columns of texts, and the data remember their columns.

    Raises DataError for what is no data, SetupError for a share that is none, too few examples.
    """
    whole = given_data(X, y, real, "data", keep_columns)
    by_class = isinstance(weights, (Mapping, str))
    if weights is not None and not by_class:
        whole = whole.weighted(weights)  # type: ignore[arg-type]
    if test is not None:
        pair = isinstance(test, (tuple, list)) and len(test) == 2
        points, truth = test if pair else (test, None)
        apart = given_data(points, truth, not whole.has_labels, "test data", keep_columns)
        check_alike(whole, apart, "test", "X")
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


def given_data(
    X: Any, y: ArrayLike | None, real: bool | None, name: str, keep_columns: bool = False
) -> Dataset:
    """What is predicted, `real` numbers or classes, with its inputs; None: as the numbers look.

    Raises DataError and SetupError for what is no data.
    """
    if isinstance(X, Dataset):
        return X
    if X is None or hasattr(X, "toarray"):
        raise DataError(
            where=name,
            found="nothing at all" if X is None else f"a sparse matrix ({type(X).__name__})",
            allowed="an array, a DataFrame, a torch DataLoader or Dataset, or a Dataset of ours",
            remedy="Give the inputs X and what is predicted, y."
            if X is None
            else "Give X.toarray().",
        )
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
    y = one_each(y, X, name)
    numbers = looks_real(y) if real is None else real
    column: Any = getattr(y, "array", y)  # of a Series: without its index, with its categories
    if hasattr(column, "isna") and column.isna().any():
        column = np.asarray(column, dtype=object)  # whose missing entries are named
    if numbers and np.asarray(column).dtype.kind in "US":
        raise DataError(
            where=f"y of the {name}",
            found=f"texts, such as {str(np.asarray(column).flat[0])!r}",
            allowed="numbers, which this model predicts",
            remedy="For classes take a classifier.",
        )
    if hasattr(X, "columns") and hasattr(X, "iloc"):
        return _from_frame(X, column, numbers, name, keep_columns)
    if numbers:
        return from_arrays(X, targets=y, name=name)
    if hasattr(column, "categories"):
        names = list(map(str, column.categories))
        return from_arrays(X, column.codes, classes=names, name=name)
    return from_arrays(X, column, name=name)


def _from_frame(frame: Any, column: Any, numbers: bool, name: str, keep_columns: bool) -> Dataset:
    """The rows of a frame with what is predicted for each."""
    values = column if hasattr(column, "codes") else np.asarray(column)
    if np.shape(values) != (len(frame),):
        raise DataError(
            where=f"y of the {name}",
            found=f"an array of shape {np.shape(values)} for {len(frame)} rows of X",
            allowed="one value for each row of X",
            remedy="Check that both come from the same part of the data.",
        )
    columns = Columns(targets=PREDICTED) if numbers else Columns(labels=PREDICTED)
    try:
        return from_frame(
            frame.assign(**{PREDICTED: values}), columns, name=name, keep_columns=keep_columns
        )
    except DataError as error:
        if PREDICTED not in error.where:
            raise
        raise DataError(
            where=f"y of the {name}",
            found=error.found,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from None


def _split(whole: Dataset, share: float, seed: int) -> tuple[Dataset, Dataset]:
    if not 0.0 < share < 1.0:
        raise SetupError(
            where="test_fraction", found=share, allowed="a number strictly between 0 and 1"
        )
    if len(whole) < 2 * FEWEST:
        raise SetupError(where="X", found=f"{len(whole)} examples", allowed=f"{2 * FEWEST} or more")
    return whole.split(len(whole) - held_out(len(whole), share), seed)
