"""LANTK-NTH: the label-aware tangent kernel that the hierarchy of a two-layer network gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import SetupError
from stability.kernels.activation_slopes import check_activation
from stability.kernels.analytic import NeuralTangentKernel
from stability.kernels.dual_activations import ACTIVATIONS
from stability.kernels.inputs import examples, refuse_zeros, same_size
from stability.kernels.kernel import MEMORY, Floats, Parameter, refuse_large
from stability.kernels.neurons import Neurons, fourth_contracted
from stability.kernels.time_weights import TimeWeights, time_weights
from stability.kernels.two_layer import targets_of

NO_ZEROS = "Remove it, or append a constant 1 to all inputs."
BLOCK = 64
"""Examples whose diagonal is taken from one square block of values."""


@dataclass(frozen=True, eq=False)
class HierarchyKernel:
    """The mean of the tangent kernel after training on `inputs` and `labels`, to second order.

    K(x, x') = E K2(x, x') + (1/m) sum_ij z_i z_j B_ij / (d_i (d_i + d_j)) for a two-layer network
    of `width` m without biases whose outputs are 0 at the start, trained to its end: the matrix of
    E K2 between training examples has eigenvalues d_i and eigenvectors P, z = P^T y and
    B = m P^T E[K4(x, x', ., .)] P. With a `time` it is the kernel after so much gradient flow on
    sum (f(x_i) - y_i)^2 / (2 n). `labels` (n,) are numbers, such as -1 and 1.

    E K4 is a mean over `neurons` random hidden weights, the same for all entries, and exact in the
    output weights. For "relu" it is the part without delta functions (s'' = 0): the rest is
    infinite where two of its four arguments coincide, as they do on training examples. For "erf" it
    is all of K4. Where the time is infinite, eigenvectors whose eigenvalue is below 1e-10 of the
    largest are left out. The label part need not be positive semidefinite.

    Source: Chen, He & Su (2020), section 3.1.

    >>> X, y = [[1.0, 0.0], [0.6, 0.8], [-1.0, 0.5]], [1.0, 1.0, -1.0]
    >>> kernel = HierarchyKernel(X, y, width=100, neurons=2000)
    >>> kernel.matrix(X).shape, kernel.knows_labels
    ((3, 3), True)
    >>> added = kernel.matrix(X) - NeuralTangentKernel().matrix(X)
    >>> bool(np.allclose(added, kernel.label_part(X) / 100)), bool(added[0, 1] > added[0, 2])
    (True, True)
    """

    inputs: ArrayLike
    labels: ArrayLike
    activation: str = "relu"
    width: int = 40_960
    neurons: int = 4096
    seed: int = 0
    time: float = np.inf
    memory_bytes: int = MEMORY

    def __post_init__(self) -> None:
        check_activation(self.activation, ACTIVATIONS)
        for field in ("width", "neurons"):
            value = getattr(self, field)
            if not (isinstance(value, int) and value >= 1):
                raise SetupError(
                    where=f"kernel.{field}",
                    found=value,
                    allowed="a whole number, at least 1",
                )
        table = examples(self.inputs)
        refuse_zeros(table, NO_ZEROS)
        object.__setattr__(self, "labels", targets_of(self.labels, table))
        object.__setattr__(self, "inputs", table)

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return "label-aware tangent kernel of the hierarchy (LANTK-NTH)"

    @property
    def knows_labels(self) -> bool:
        """It does."""
        return True

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Everything but the training examples, and how many of those there are."""
        names = ("activation", "width", "neurons", "seed", "time")
        own = {name: getattr(self, name) for name in names}
        return MappingProxyType({**own, "examples": len(self._training)})

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between inputs (n, ...) and (n', ...), default the rows again.

        Raises DataError for inputs that do not fit, SetupError for more than `memory_bytes`.
        """
        return self.mean.matrix(rows, columns) + self.label_part(rows, columns) / self.width

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at inputs (n, ...)."""
        table = self._points(inputs)
        blocks = [table[i : i + BLOCK] for i in range(0, len(table), BLOCK)]
        label = np.concatenate([np.diagonal(self.label_part(block)) for block in blocks])
        return self.mean.diagonal(table) + label / self.width

    def label_part(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """What the labels add to the kernel (n, n'), times the width."""
        left = self._points(rows)
        right = None if columns is None else self._points(columns)
        refuse_large(len(left), len(left if right is None else right), self.memory_bytes)
        weights = self._weights
        return fourth_contracted(
            self._neurons, left, right, self._training, weights.left, weights.right
        )

    @cached_property
    def mean(self) -> NeuralTangentKernel:
        """E K2, which knows no labels."""
        return NeuralTangentKernel(self.activation, memory_bytes=self.memory_bytes)

    @property
    def _training(self) -> Floats:
        return np.asarray(self.inputs)

    @cached_property
    def _weights(self) -> TimeWeights:
        matrix = self.mean.matrix(self._training)
        return time_weights(matrix, np.asarray(self.labels), self.time)

    @cached_property
    def _neurons(self) -> Neurons:
        """Random hidden weights, with the output weights that give means over N(0, 1).

        K4 has even powers of them up to the fourth, for which 0 and +-sqrt(3) with probabilities
        2/3 and 1/3 are as good. Without s'' and s''' there are none above the second, and 1 is.
        """
        rng = np.random.default_rng(self.seed)
        hidden = rng.normal(size=(self.neurons, self._training.shape[1]))
        each = np.ones(self.neurons)
        if self.activation == "relu":
            return Neurons(hidden, each, each / self.neurons, self.activation)
        return Neurons(
            np.vstack([hidden, hidden]),
            np.concatenate([0 * each, np.sqrt(3) * each]),
            np.concatenate([2 * each, each]) / (3 * self.neurons),
            self.activation,
        )

    def _points(self, inputs: ArrayLike) -> Floats:
        table = examples(inputs)
        same_size(self._training, table)
        refuse_zeros(table, NO_ZEROS)
        return table
