"""The numbers of the demonstration: what each is of, what kind it is, and what it promises."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stability.bounds.analyse import Analysis
from stability.datasets.dataset import Dataset
from stability.report.compared import compared_bounds
from stability.theorems.kinds.bound import Bound


@dataclass(frozen=True)
class Number:
    """One number: what it is of, what kind it is, and what it promises.

    `standard_error` is that of a gap measured on finitely many test images.

    `kind` is "measured" for something observed on this run, "estimate" for a plug-in bound,
    "upper" for a bound that holds; `provenance` as in `stability.conventions`; `failure` the total
    probability with which a bound may fail; `range` the largest value the quantity can take.
    `labels`: all labels of a bound, in words.
    """

    learner: str
    setting: str
    what: str
    value: float
    kind: str
    provenance: str
    theorem: str
    failure: float | None
    range: float
    standard_error: float | None = None
    labels: str = ""

    @property
    def vacuous(self) -> bool:
        """Whether a bound says no more than the range of the loss."""
        return self.kind != "measured" and self.value >= self.range


@dataclass(frozen=True)
class Split:
    """Training and test part of a data set, and the seed of the split."""

    train: Dataset
    test: Dataset
    seed: int


def measured(learner: str, setting: str, what: str, value: float, range_: float) -> Number:
    """Something observed."""
    return Number(learner, setting, what, float(value), "measured", "", "", None, range_)


def gap(
    learner: str,
    setting: str,
    test_losses: NDArray[np.float64],
    training_losses: NDArray[np.float64],
    range_: float,
) -> Number:
    """The mean loss on the test images minus that on the training images of this very sample."""
    error = float(test_losses.std(ddof=1) / np.sqrt(len(test_losses)))
    found = measured(learner, setting, "gap", test_losses.mean() - training_losses.mean(), range_)
    return replace(found, standard_error=error)


def bounded(learner: str, setting: str, what: str, bound: Bound) -> Number:
    """A bound or an estimate."""
    return Number(
        learner=learner,
        setting=setting,
        what=what,
        value=bound.value,
        kind=str(bound.kind),
        provenance=str(bound.provenance),
        theorem=bound.theorem,
        failure=float(bound.failure),
        range=math.inf if bound.trivial_value is None else bound.trivial_value,
        labels=", ".join((*bound.labels.words, bound.labels.losses)),
    )


def compared(learner: str, setting: str, analysis: Analysis) -> tuple[Number, ...]:
    """The four bounds on the gap, each the smallest of its theorem.

    Raises LookupError if a theorem gave none.
    """
    return tuple(
        bounded(learner, setting, what, bound) for what, bound in compared_bounds(analysis)
    )


def frame(numbers: tuple[Number, ...]) -> pd.DataFrame:
    """The numbers as a data frame."""
    return pd.DataFrame([{**asdict(one), "vacuous": one.vacuous} for one in numbers])


NUMBERS = "demo.parquet"
"""The file of a finished demonstration that holds its numbers in full."""


def read_numbers(folder: Path) -> tuple[Number, ...]:
    """The numbers of a finished demonstration."""
    table = pd.read_parquet(folder / NUMBERS).drop(columns="vacuous").astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    return tuple(Number(**{str(name): value for name, value in row.items()}) for row in rows)
