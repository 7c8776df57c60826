"""Ridge regression on the inputs and a constant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stability.datasets import Dataset
from stability.runs.learners.formulas import Fit, SquaresModel, told
from stability.runs.learners.learner import Floats


@dataclass(frozen=True, kw_only=True)
class Ridge(SquaresModel):
    """Ridge regression on the inputs and a constant: mean square + lambda |w|^2."""

    kind: ClassVar[str] = "ridge"
    title: ClassVar[str] = "ridge regression on the inputs and a constant"

    @property
    def objective(self) -> str:
        """What is minimised."""
        return (
            f"mean of (w.x - y)^2 + lambda |w|^2 with lambda = {told(self.regularization)}; x is "
            "the inputs as they are and a constant 1, whose weight is penalised too; y is 1 for "
            "the target classes and 0 for the others, or a real target moved and divided so that "
            "its range becomes [0, 1]; predictions are cut to [0, 1]"
        )

    def inputs(self, part: Dataset) -> Floats:
        """The inputs in a row each, and a constant 1: (n, d + 1)."""
        inputs = np.asarray(part.inputs, dtype=np.float64)
        return np.hstack([inputs, np.ones((len(part), 1))])

    def fit(self, inputs: Floats, targets: Floats) -> Fit:
        """The minimiser."""
        from stability.estimate.exact import ridge

        return ridge.Ridge(float(self.regularization)).fit(inputs, targets)
