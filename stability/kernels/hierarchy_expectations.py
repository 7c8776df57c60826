"""The mean of the fourth-order kernel over random two-layer networks, point by point."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError
from stability.kernels.activation_slopes import check_activation, slopes
from stability.kernels.hierarchy import FOURTH
from stability.kernels.inputs import examples, refuse_zeros
from stability.kernels.kernel import Floats
from stability.kernels.orthants import orthant, second_moment

MOMENTS = {0: 1, 2: 1, 4: 3}
"""Means of powers of an output weight, which is N(0, 1)."""
NODES = (120, 120, 50, 22)
"""Nodes in each dimension of a quadrature in one to four of them."""
DEPENDENT = 1e-10
"""Directions whose matrix of cosines has a smaller eigenvalue are linearly dependent."""


def expected_fourth_order(points: ArrayLike, activation: str = "relu") -> float:
    """m E K4(a, b, c, e) at four `points` (4, ...), all weights independent N(0, 1).

    For "relu" the part without delta functions (s'' = s''' = 0), in closed form but for one
    integral in one dimension; points may have equal or opposite directions. For smooth activations
    all of it, by Gauss-Hermite quadrature over their span: for four different points of length 1
    to about 1e-12 with "softplus" and 1e-4 with "erf", and worse for longer points. The mean of K3
    is 0, as it is odd in the output weights.

    Source: Chen, He & Su (2020), appendix, with its misprints mended.

    Raises DataError for inputs that are not four points, and for "relu" where directions that
    differ are linearly dependent: the formula divides by zero there.

    >>> round(expected_fourth_order([[1.0, 0.0]] * 4), 12)  # 4 P(u > 0) + 4 E max(u, 0)^2
    4.0
    """
    check_activation(activation)
    table = examples(points)
    if len(table) != 4:
        raise DataError(where="points", found=f"{len(table)} points", allowed="four points")
    return _rectified(table) if activation == "relu" else _smooth(table, activation)


def _smooth(table: Floats, activation: str) -> float:
    _, lengths, across = np.linalg.svd(table, full_matrices=False)
    basis = across[lengths > 1e-12 * lengths[0]]
    place, weight = np.polynomial.hermite_e.hermegauss(NODES[len(basis) - 1])
    weight = weight / weight.sum()
    grid = np.stack(np.meshgrid(*[place] * len(basis), indexing="ij"), axis=-1)
    shares = np.ones(1)
    for _ in basis:
        shares = np.multiply.outer(shares, weight)
    pre = grid.reshape(-1, len(basis)) @ (basis @ table.T)
    at = dict(zip("abce", (slopes(activation, u) for u in pre.T), strict=True))
    inner = _inner_products(table)
    found = 0.0
    for term in FOURTH:
        product = prod(at[k][int(order)] for k, order in zip("abce", term.orders, strict=True))
        factor = term.factor * MOMENTS[term.power] * prod(inner[p] for p in term.products.split())
        found += factor * float(shares.ravel() @ product)
    return found


def _inner_products(table: Floats) -> dict[str, float]:
    matrix = table @ table.T
    return {p + q: float(matrix[i, j]) for i, p in enumerate("abce") for j, q in enumerate("abce")}


def _rectified(table: Floats) -> float:
    """[2 (ab)(ce) + (ac)(be) + (ae)(bc)] P4, and three second moments of rectified numbers."""
    refuse_zeros(table, "The part without delta functions has no value there.")
    lengths = np.linalg.norm(table, axis=1)
    cosines = np.clip(table @ table.T / np.outer(lengths, lengths), -1.0, 1.0)
    first = [int(np.argmax(row > 1 - 1e-14)) for row in cosines]  # the first of equal directions
    own = sorted(set(first))
    if cosines[np.ix_(own, own)].min() < -1 + 1e-14:
        return 0.0  # opposite directions are never positive together
    C = cosines[np.ix_(own, own)]
    if len(own) > 2 and np.linalg.eigvalsh(C)[0] < DEPENDENT:
        raise DataError(
            where="points",
            found="different directions that are linearly dependent",
            allowed="linearly independent ones, apart from equal and opposite ones",
            remedy="Move one of them a little, or take a mean over random networks.",
        )
    a, b, c, e = (own.index(i) for i in first)
    places = range(len(own))
    inner = _inner_products(table)
    flat = 2 * inner["ab"] * inner["ce"] + inner["ac"] * inner["be"] + inner["ae"] * inner["bc"]
    _, second, third, fourth = lengths
    return float(
        flat * orthant(C, places)
        + 2 * inner["ab"] * third * fourth * second_moment(C, c, e, places)
        + inner["ac"] * second * fourth * second_moment(C, b, e, places)
        + inner["bc"] * lengths[0] * fourth * second_moment(C, a, e, places)
    )
