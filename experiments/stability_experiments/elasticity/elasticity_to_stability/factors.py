"""How much of the class structure of one step each of its three factors carries."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.elasticity.step_factors import PARTS, three_factors
from stability.kernels.empirical import EmpiricalKernel
from stability.training.model import Model

Floats = NDArray[np.float64]
OBSERVED, KERNEL, RESIDUAL = "observed", "kernel", "residual"
FACTORS = {
    OBSERVED: "probabilities at the observed point",
    KERNEL: "tangent kernel",
    RESIDUAL: "residual at the updated point",
}
"""The factors of a step at one point, seen at another, and what they are called."""


def factors_at(model: Model, updated: Dataset, observed: Dataset) -> Floats:
    """The class contrast of each of `PARTS` (5,): log(mean size within classes / across)."""
    kernel = EmpiricalKernel.of(model)
    found = three_factors(kernel, updated.inputs, updated.labels, observed.inputs)
    contrasts = found.contrasts(updated.labels, observed.labels)
    return np.array([contrasts[name] for name in PARTS])


def carried(contrasts: Mapping[str, Floats]) -> dict[str, Floats]:
    """What each factor adds to the class contrast of the product: their sum is that of "all".

    `contrasts`: by the names of `PARTS`, of any shape. What a factor adds depends on which others
    are there already; it is the mean over the six orders in which they can come (Shapley's value).
    The factors of one point alone, observed or residual, tell no classes apart among points of
    which every class has equally many.

    >>> alone = dict.fromkeys(("kernel", "kernel and residual", "observed and kernel", "all"), 0.6)
    >>> found = carried(alone | {"observed and residual": 0.0})
    >>> {name: round(value, 12) for name, value in found.items()}
    {'observed': 0.0, 'kernel': 0.6, 'residual': 0.0}
    """
    kernel, whole = contrasts["kernel"], contrasts["all"]
    left, right = contrasts["observed and kernel"], contrasts["kernel and residual"]
    ends = contrasts["observed and residual"]
    return {
        OBSERVED: (ends + left - kernel) / 6 + (whole - right) / 3,
        KERNEL: kernel / 3 + (left + right) / 6 + (whole - ends) / 3,
        RESIDUAL: (ends + right - kernel) / 6 + (whole - left) / 3,
    }
