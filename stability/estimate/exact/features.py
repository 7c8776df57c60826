"""A fixed random layer of ReLU features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import SetupError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RandomFeatures:
    """Random features: phi(x) = relu(W x + b) / sqrt(count).

    W_ij is normal with mean 0 and standard deviation `weight_deviation`, b_j uniform on
    [-bias_limit, bias_limit]. The same seed and input size give the same map. Raises SetupError for
    a count below 1 or a deviation or limit below 0.

    >>> RandomFeatures(count=5, weight_deviation=1.0, bias_limit=1.0, seed=0)(np.ones((3, 2))).shape
    (3, 5)
    """

    count: int
    weight_deviation: float
    bias_limit: float
    seed: int

    def __post_init__(self) -> None:
        for name, minimum in (("count", 1), ("weight_deviation", 0.0), ("bias_limit", 0.0)):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= minimum):
                raise SetupError(
                    where=f"features.{name}",
                    found=value,
                    allowed=f"a finite number of at least {minimum}",
                    remedy="",
                )

    def weights(self, input_size: int) -> tuple[Floats, Floats]:
        """W (count, input_size) and b (count,)."""
        generator = np.random.default_rng(self.seed)
        weight = generator.normal(0.0, self.weight_deviation, size=(self.count, input_size))
        return weight, generator.uniform(-self.bias_limit, self.bias_limit, size=self.count)

    def __call__(self, inputs: ArrayLike) -> Floats:
        """The features (n, count) of inputs (n, d)."""
        points = np.asarray(inputs, dtype=np.float64)
        weight, bias = self.weights(points.shape[1])
        values = points @ weight.T
        values += bias
        np.maximum(values, 0.0, out=values)
        values /= np.sqrt(self.count)
        return values
