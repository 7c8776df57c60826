"""Kernel ridge regression with a kernel chosen by its name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from stability.datasets import Dataset
from stability.runs.learners.formulas import Fit, SquaresModel, told
from stability.runs.learners.learner import Floats
from stability.setup.fields import POSITIVE, Number, one_of, quantity

if TYPE_CHECKING:
    from stability.estimate.exact.kernel_ridge import Kernel


@dataclass(frozen=True, kw_only=True)
class KernelRidgeRegression(SquaresModel):
    """Kernel ridge regression: mean square + lambda |f|^2."""

    kind: ClassVar[str] = "kernel-ridge"
    title: ClassVar[str] = "kernel ridge regression"
    kernel: str = quantity(
        one_of("gaussian", "laplace", "linear"),
        "gaussian exp(-|x-z|^2/(2 h^2)), laplace exp(-|x-z|_1/h) with bandwidth h, or linear x.z",
        default="gaussian",
        example='"gaussian"',
        shown=True,
    )
    bandwidth: Number = quantity(
        POSITIVE, "h, the width of the kernel", default=Fraction(1), example="4.0", shown=True
    )

    @property
    def objective(self) -> str:
        """What is minimised."""
        width = "" if self.kernel == "linear" else f" with bandwidth h = {told(self.bandwidth)}"
        return (
            f"mean of (f(x) - y)^2 + lambda |f|^2 with lambda = {told(self.regularization)} and "
            f"the norm of the {self.kernel} kernel{width}; x is the inputs as they are, without a "
            "constant; y is 1 for the target classes and 0 for the others; predictions are cut to "
            "[0, 1]"
        )

    def inputs(self, part: Dataset) -> Floats:
        """The inputs, a row each."""
        return np.asarray(part.inputs, dtype=np.float64)

    def fit(self, inputs: Floats, targets: Floats) -> Fit:
        """The minimiser."""
        from stability.estimate.exact.kernel_ridge import KernelRidge

        kernel = kernel_function(self.kernel, float(self.bandwidth))
        return KernelRidge(float(self.regularization), kernel).fit(inputs, targets)


def kernel_function(name: str, bandwidth: float) -> Kernel:
    """The kernel of this name: gaussian and laplace have the bandwidth, linear has none.

    >>> kernel_function("laplace", 2.0)(np.zeros((1, 2)), np.ones((1, 2))).round(4).tolist()
    [[0.3679]]
    """
    from sklearn.metrics import pairwise

    if name == "gaussian":
        return partial(pairwise.rbf_kernel, gamma=1.0 / (2.0 * bandwidth**2))
    if name == "laplace":
        return partial(pairwise.laplacian_kernel, gamma=1.0 / bandwidth)
    return pairwise.linear_kernel
