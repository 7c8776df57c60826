"""KR-V1 and KR-V2: products of labels estimated from kernel values alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError
from stability.kernels.kernel import Floats
from stability.kernels.label_aware.label_system import LabelProducts, check_count
from stability.kernels.regression import JITTER, KernelRegression

ROWS = 256
"""Rows of a kernel matrix that are looked at together."""


@dataclass(frozen=True, eq=False)
class KernelValueSystem:
    """Z(u) = sum_ij w_ij (B - (u - k_ij)^2) / (n^2 B - sum_ij (u - k_ij)^2) at a kernel value u.

    Training pairs whose kernel value k_ij is near u = k(x, x') count more. B is the square of the
    range of the k_ij. KR-V1 takes the products of labels for the w_ij, KR-V2 multiplies them by
    K^-1 from both sides. Z is a quotient of two quadratics in u, so six numbers are all that is
    kept: `moments` are the sums of w_ij (k_ij - middle)^p for p = 0, 1, 2; `middle` and `variance`
    are the mean and the variance of the k_ij. Outside `low` to `high`, the range of the k_ij, where
    the denominator may vanish, Z is constant: u is cut to the range.

    `condition_number` is that of K with its jitter for KR-V2, None for KR-V1.

    Source: Chen, He & Su (2020), section 3, LANTK-HR; the form with moments is that of their code.
    """

    name: str
    pairs: int
    moments: tuple[float, float, float]
    middle: float
    variance: float
    low: float
    high: float
    condition_number: float | None = None

    def __post_init__(self) -> None:
        if not self.high > self.low:
            raise DataError(
                where="kernel",
                found=f"the same value {self.low:g} for every pair of training examples",
                allowed="values that tell pairs apart",
                remedy="Are all training inputs equal?",
            )

    @classmethod
    def fit(
        cls, kernel: Floats, labels: ArrayLike, *, inverted: bool = False, jitter: float = JITTER
    ) -> KernelValueSystem:
        """KR-V1, or `inverted` KR-V2, from a kernel matrix (n, n) and labels (n,).

        `jitter` as in `KernelRegression`. Raises DataError for labels of one class and for a kernel
        matrix of equal values.

        >>> fitted = KernelValueSystem.fit(np.array([[3.0, 1.0], [1.0, 3.0]]), [0, 1])
        >>> fitted.at(np.array([1.0, 2.0, 3.0])).tolist()
        [-1.0, 0.0, 1.0]
        """
        check_count(labels, kernel)
        products = LabelProducts.of(labels)
        vectors, condition = products.vectors, None
        if inverted:
            solved = KernelRegression.fit(kernel, vectors, jitter)
            vectors, condition = solved.weights, solved.condition_number
        low, high = float(kernel.min()), float(kernel.max())
        middle = float(kernel.mean())
        sums, squares = np.zeros(3), 0.0
        for start in range(0, len(kernel), ROWS):
            apart = kernel[start : start + ROWS] - middle
            left = vectors[start : start + ROWS] * products.signs
            for power, values in enumerate((np.ones_like(apart), apart, apart**2)):
                sums[power] += np.vdot(left, values @ vectors)
            squares += float(np.vdot(apart, apart))
        m0, m1, m2 = map(float, sums)
        return cls(
            "KR-V2" if inverted else "KR-V1", kernel.size, (m0, m1, m2), middle,
            squares / kernel.size, low, high, condition,
        )  # fmt: skip

    def at(self, values: Floats) -> Floats:
        """Z at kernel values of any shape."""
        m0, m1, m2 = self.moments
        most = (self.high - self.low) ** 2
        apart = np.clip(values, self.low, self.high)
        apart -= self.middle
        found = -m0 * apart
        found += 2 * m1
        found *= apart
        found += most * m0 - m2
        np.multiply(apart, apart, out=apart)
        np.subtract(most - self.variance, apart, out=apart)
        apart *= self.pairs
        found /= apart
        return found

    def products(self, rows: Floats, columns: Floats | None, kernel: Floats) -> Floats:
        """Z (n, n') where the label-free kernel is `kernel` (n, n')."""
        return self.at(kernel)

    def own_products(self, points: Floats, diagonal: Floats) -> Floats:
        """Z(x, x) (n,) where the label-free kernel has the `diagonal` (n,)."""
        return self.at(diagonal)
