"""The third- and fourth-order kernels of the tangent hierarchy, exact for a two-layer network.

While a network trains by gradient flow on squares, each kernel moves by the next one:
d K_r(x_1 .. x_r)/dt = -(1/n) sum_i K_{r+1}(x_1 .. x_r, x_i) (f(x_i) - y_i), so that
K_{r+1}(.., x) = <grad K_r(..), grad f(x)>. Source: Huang & Yau (2020), Dynamics of deep neural
networks and neural tangent hierarchy; the two-layer formulas are those of Chen, He & Su (2020).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.kernels.activation_slopes import slopes
from stability.kernels.kernel import MEMORY, Floats, refuse_large
from stability.kernels.two_layer import TwoLayerNetwork


@dataclass(frozen=True)
class Term:
    """`factor` times inner products of inputs times a sum over neurons.

    `products` names pairs of arguments, such as "ab ac" for (x_a . x_b)(x_a . x_c); the sum is of
    the output weight to the `power` times derivatives of s, one `orders` for each argument.
    """

    factor: int
    products: str
    power: int
    orders: str


THIRD = (
    Term(1, "ac ab", 3, "211"),
    Term(1, "bc ab", 3, "121"),
    Term(2, "ab", 1, "110"),
    Term(1, "ac", 1, "101"),
    Term(1, "bc", 1, "011"),
)
"""m^(3/2) K3(a, b, c)."""

FOURTH = (
    Term(1, "ab ac ae", 4, "3111"),
    Term(1, "ab bc be", 4, "1311"),
    Term(1, "ab ac be", 4, "2211"),
    Term(1, "ab ae bc", 4, "2211"),
    Term(1, "ac ab ce", 4, "2121"),
    Term(1, "bc ab ce", 4, "1221"),
    Term(3, "ab ac", 2, "2110"),
    Term(3, "ab bc", 2, "1210"),
    Term(2, "ab ae", 2, "2101"),
    Term(2, "ab be", 2, "1201"),
    Term(2, "ab ce", 2, "1111"),
    Term(1, "ac ae", 2, "2011"),
    Term(1, "ac ce", 2, "1021"),
    Term(1, "bc be", 2, "0211"),
    Term(1, "bc ce", 2, "0121"),
    Term(1, "ac be", 2, "1111"),
    Term(1, "ae bc", 2, "1111"),
    Term(2, "ab", 0, "1100"),
    Term(1, "ac", 0, "1010"),
    Term(1, "bc", 0, "0110"),
)
"""m^2 K4(a, b, c, e)."""


def third_order(
    network: TwoLayerNetwork, a: ArrayLike, b: ArrayLike, c: ArrayLike, memory_bytes: int = MEMORY
) -> Floats:
    """K3 (n_a, n_b, n_c) between inputs (n_a, ...), (n_b, ...) and (n_c, ...).

    The last argument is the one at which a gradient step is made. For "relu" it is the part without
    delta functions: s'' counts as 0. Raises SetupError for more than `memory_bytes`.

    >>> network = TwoLayerNetwork(np.array([[1.0]]), np.array([2.0]), "relu")
    >>> third_order(network, [[1.0]], [[1.0]], [[1.0]]).tolist()  # (2 + 1 + 1) a s' s' s
    [[[8.0]]]
    """
    return _tensor(network, (a, b, c), THIRD, memory_bytes)


def fourth_order(
    network: TwoLayerNetwork, a: ArrayLike, b: ArrayLike, c: ArrayLike, e: ArrayLike,
    memory_bytes: int = MEMORY,
) -> Floats:  # fmt: skip
    """K4 (n_a, n_b, n_c, n_e) between four lists of inputs; not symmetric in the last two.

    For "relu" it is the part without delta functions: s'' and s''' count as 0. Raises SetupError
    for more than `memory_bytes`.

    >>> network = TwoLayerNetwork(np.array([[1.0]]), np.array([2.0]), "relu")
    >>> fourth_order(network, *[[[1.0]]] * 4).tolist()  # 4 a^2 + 4
    [[[[20.0]]]]
    """
    return _tensor(network, (a, b, c, e), FOURTH, memory_bytes)


def _tensor(
    network: TwoLayerNetwork, arguments: Iterable[ArrayLike], terms: Iterable[Term], memory: int
) -> Floats:
    points = dict(zip("abce", map(network.points, arguments), strict=False))
    letters = "".join(points)
    shape = tuple(len(x) for x in points.values())
    refuse_large(int(np.prod(shape[:2])), int(np.prod(shape[2:])), memory)
    at = {k: slopes(network.activation, x @ network.hidden.T) for k, x in points.items()}
    sums: dict[tuple[int, str], Floats] = {}
    found = np.zeros(shape)
    for term in terms:
        key = term.power, term.orders
        if key not in sums:
            factors = [at[k][int(order)] for k, order in zip(letters, term.orders, strict=True)]
            wanted = ",".join(f"{k}r" for k in letters)
            weights = network.output**term.power
            sums[key] = np.einsum(f"r,{wanted}->{letters}", weights, *factors, optimize=True)
        pairs = term.products.split()
        inner = [points[k[0]] @ points[k[1]].T for k in pairs]
        wanted = ",".join([letters, *pairs])
        found += term.factor * np.einsum(f"{wanted}->{letters}", sums[key], *inner)
    return found / float(network.width) ** (len(letters) / 2)
