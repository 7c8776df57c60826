"""A label-aware kernel: a label-free one, plus a multiple of estimated products of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import SetupError
from stability.kernels.inputs import examples
from stability.kernels.kernel import Floats, Kernel, Parameter
from stability.kernels.label_aware.label_system import LabelSystem
from stability.kernels.label_aware.systems import label_system


@dataclass(frozen=True, eq=False)
class LabelAwareKernel:
    """K(x, x') + coefficient Z(x, x'), with a label-free kernel K and a label system Z.

    It is symmetric, but Z need not be positive semidefinite, so neither need the sum be;
    `KernelRegression` copes and says so. Deleting an example changes Z, so formulas for the
    deletion of an example from a fixed kernel do not hold: `knows_labels` is true.

    Source: Chen, He & Su (2020), section 3, LANTK-HR.
    """

    base: Kernel
    system: LabelSystem
    coefficient: float

    @classmethod
    def fit(
        cls,
        base: Kernel,
        inputs: ArrayLike,
        labels: ArrayLike,
        system: str = "KR-V1",
        strength: float = 0.1,
    ) -> LabelAwareKernel:
        """From training inputs (n, ...) and their labels (n,), at least two classes.

        `system` is one of `SYSTEMS`. The coefficient is `strength` (lambda of the paper) times
        mean |K| / mean |Z| over all training pairs, as in the published code. Raises DataError for
        inputs and labels that do not fit, SetupError for what is not allowed of the others.

        >>> from stability.kernels import NeuralTangentKernel
        >>> x, y = [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], [0, 0, 1]
        >>> ntk = NeuralTangentKernel()
        >>> aware = LabelAwareKernel.fit(ntk, x, y, "KR-V1", strength=0.5)
        >>> change = aware.matrix(x) - ntk.matrix(x)
        >>> bool(change[0, 1] > change[0, 2])
        True
        """
        table, fit = examples(inputs), label_system(system)
        kernel = base.matrix(inputs)
        found = fit(table, np.asarray(labels), kernel)
        return cls(base, found, coefficient(kernel, found.products(table, None, kernel), strength))

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"label-aware {self.base.name} ({self.system.name})"

    @property
    def knows_labels(self) -> bool:
        """It does."""
        return True

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Those of the label-free kernel, and the coefficient; not the training examples."""
        return MappingProxyType({**self.base.parameters, "coefficient": self.coefficient})

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between inputs (n, ...) and (n', ...), default the rows again."""
        found = self.base.matrix(rows, columns)
        right = None if columns is None else examples(columns)
        found += self.coefficient * self.system.products(examples(rows), right, found)
        return found

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at inputs (n, ...). It may be below 0 where the estimate is."""
        found = self.base.diagonal(inputs)
        return found + self.coefficient * self.system.own_products(examples(inputs), found)


def coefficient(kernel: Floats, products: Floats, strength: float) -> float:
    """strength times mean |K| / mean |Z| over all training pairs, both (n, n).

    >>> coefficient(np.array([[4.0]]), np.array([[-0.5]]), strength=0.1)
    0.8
    """
    if not (np.isfinite(strength) and strength >= 0.0):
        raise SetupError(where="strength", found=strength, allowed="a finite number of at least 0")
    sizes = [float(np.linalg.norm(values.ravel(), 1)) for values in (kernel, products)]
    return strength * sizes[0] / sizes[1] if sizes[1] > 0 else 0.0
