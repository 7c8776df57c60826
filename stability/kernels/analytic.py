"""The tangent kernel of fully connected networks of infinite width, in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import SetupError, did_you_mean
from stability.kernels.dual_activations import ACTIVATIONS
from stability.kernels.inputs import examples, refuse_zeros, same_size
from stability.kernels.kernel import MEMORY, Floats, Parameter, empty_matrix, mirror, places

BLOCK = 256
"""Rows and columns of a block: its arrays stay in the cache of a core."""
NEAR = 1e-3
"""Where cosines are nearer to 1 or -1, angles are taken from differences of the inputs."""
NUMBERS = 2**22
"""Numbers of differences that are formed at once."""


@dataclass(frozen=True)
class NeuralTangentKernel:
    """The mean of K(x, x') = <grad f(x), grad f(x')> over Gaussian weights, at infinite width.

    f has `depth` hidden layers with `activation` "relu" or "erf" and no factor 2; its weights and
    biases are independent N(0, 1), multiplied by `weight_std` and `bias_std` (0: no biases), and
    every layer but the first divides by the square root of its width. So the two-layer network is
    a . s(W x)/sqrt(m), its kernel x.x' E s'(u) s'(u') + E s(u) s(u') with u = w.x, and the
    inputs are taken as they are. Angles between inputs are passed through the layers, not cosines,
    so that equal, nearly equal and opposite inputs lose no digits.

    Source: Jacot, Gabriel & Hongler (2018); the two-layer formula is in Chen, He & Su (2020),
    section 2.

    >>> kernel = NeuralTangentKernel()
    >>> kernel.matrix([[3.0, 4.0], [-3.0, -4.0]]).tolist()  # |x|^2 with itself
    [[25.0, 0.0], [0.0, 25.0]]
    >>> NeuralTangentKernel(depth=2, bias_std=1.0).diagonal([[0.0, 0.0]]).tolist()
    [2.75]
    """

    activation: str = "relu"
    depth: int = 1
    weight_std: float = 1.0
    bias_std: float = 0.0
    memory_bytes: int = MEMORY

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise SetupError(
                where="kernel.activation",
                found=self.activation,
                allowed=" or ".join(map(repr, ACTIVATIONS)),
                remedy=did_you_mean(str(self.activation), ACTIVATIONS),
            )
        if not (isinstance(self.depth, int) and self.depth >= 1):
            raise SetupError(
                where="kernel.depth",
                found=self.depth,
                allowed="a whole number of hidden layers, at least 1",
            )
        for field, least in (("weight_std", "above 0"), ("bias_std", "of at least 0")):
            value = getattr(self, field)
            if not (np.isfinite(value) and (value > 0.0 or (value == 0.0 and least != "above 0"))):
                raise SetupError(
                    where=f"kernel.{field}", found=value, allowed=f"a finite number {least}"
                )

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return "neural tangent kernel"

    @property
    def knows_labels(self) -> bool:
        """It does not."""
        return False

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Activation, depth and the standard deviations of weights and biases."""
        return MappingProxyType(
            {
                "activation": self.activation,
                "depth": self.depth,
                "weight_std": self.weight_std,
                "bias_std": self.bias_std,
            }
        )

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between inputs (n, ...) and (n', ...), default the rows again.

        Raises DataError for inputs that do not fit and, without biases, for zeros; SetupError for
        a matrix of more than `memory_bytes`.
        """
        left = self._points(rows)
        right = left if columns is None else self._points(columns)
        same_size(left, right)
        found = empty_matrix(len(left), len(right), self.memory_bytes)
        lengths = [self._lengths(points) for points in (left, right)]
        for here, there in places(*found.shape, BLOCK, upper=columns is None):
            angle = angles(left[here], right[there])
            one, other = lengths[0][here, None], lengths[1][None, there]
            found[here, there] = self._through_layers(one, other, angle)
        if columns is None:
            mirror(found)
        return found

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at inputs (n, ...)."""
        lengths = self._lengths(self._points(inputs))
        return self._through_layers(lengths, lengths, np.zeros(len(lengths)))

    def largest_own_value(self, norm: float) -> float:
        """The supremum of K(x, x) over all inputs with |x| <= norm, rounded up.

        K(x, x) depends on |x| alone and does not fall where it grows. For erf, with q_l the
        variances and T_l = q_(l+1) + w^2 E s'(u)^2 T_(l-1): E s'(u)^2 is (4/pi)/sqrt(1 + 4 q), so
        if T_(l-1) grows at least by the relative rate r of q_l, both terms of T_l grow at least by
        that of q_(l+1), which is at most r/sqrt(1 + 4 q_l) <= r (1 + 2 q_l)/(1 + 4 q_l).

        >>> 11.0 <= NeuralTangentKernel(bias_std=1.0).largest_own_value(3.0) < 11.0000001
        True
        """
        length = np.hypot(self.weight_std * float(norm), np.array([self.bias_std]))
        if not length[0] > 0.0:
            return 0.0
        with np.errstate(over="ignore"):
            found = self._through_layers(length, length, np.zeros(1))
        return float(found[0]) * (1.0 + 2.0**-40)

    def _points(self, inputs: ArrayLike) -> Floats:
        """Inputs, and one more number for biases, if any; `weight_std` times them enter layer 1."""
        table = examples(inputs)
        if self.bias_std == 0.0:
            refuse_zeros(table, "Remove it, give the kernel a bias_std, or append a constant 1.")
            return table
        return np.hstack([table, np.full((len(table), 1), self.bias_std / self.weight_std)])

    def _lengths(self, points: Floats) -> Floats:
        """The standard deviations of the first pre-activations."""
        return self.weight_std * np.linalg.norm(points, axis=1)

    def _through_layers(self, one: Floats, other: Floats, angle: Floats) -> Floats:
        """The kernel from the standard deviations and the angle of the first pre-activations."""
        dual = ACTIVATIONS[self.activation]
        weight, bias = self.weight_std, self.bias_std**2
        tangent = one * other * np.cos(angle)
        for layer in range(self.depth):
            means = dual.means(one, other, angle)
            covariance = weight**2 * means.products + bias
            tangent = covariance + weight**2 * means.slopes * tangent
            if layer + 1 == self.depth:
                break
            own = [weight * np.sqrt(dual.squares(deviation)) for deviation in (one, other)]
            one, other = (np.hypot(deviation, self.bias_std) for deviation in own)
            most = one * other
            # sqrt((a^2 + b^2)(a'^2 + b^2)) - a a' - b^2, without a difference of near numbers
            spread = bias * (own[0] - own[1]) ** 2 / (most + own[0] * own[1] + bias)
            gap = (spread + weight**2 * means.deficit) / most
            angle = 2 * np.arcsin(np.sqrt(np.clip(gap / 2, 0.0, 1.0)))
        return tangent


def angles(rows: Floats, columns: Floats) -> Floats:
    """The angles (n, n') between vectors (n, d) and (n', d), none of them 0.

    Where u and v, or u and -v, are near, it is the angle between u and u + d with the difference d,
    which is formed first: its error is that of d, however near they are.

    >>> angles(np.array([[1.0, 0.0]]), np.array([[1.0, 1e-9], [0.0, 2.0]])).round(12).tolist()
    [[1e-09, 1.570796326795]]
    """
    lengths = [np.linalg.norm(points, axis=1) for points in (rows, columns)]
    cosines = np.clip((rows / lengths[0][:, None]) @ (columns / lengths[1][:, None]).T, -1.0, 1.0)
    found = np.arccos(cosines)
    near = np.argwhere(np.abs(cosines) > 1.0 - NEAR)
    step = max(1, NUMBERS // rows.shape[1])
    for first in range(0, len(near), step):
        i, j = near[first : first + step].T
        sign = np.sign(cosines[i, j])
        u, v = rows[i], sign[:, None] * columns[j]
        apart = v - u
        along = np.einsum("nd,nd->n", apart, u) / lengths[0][i] ** 2
        across = np.linalg.norm(apart - along[:, None] * u, axis=1)
        narrow = np.arctan2(across, (1.0 + along) * lengths[0][i])
        found[i, j] = np.where(sign > 0, narrow, np.pi - narrow)
    return found
