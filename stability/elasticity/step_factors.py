"""One step of a classifier in three factors: what moves the log-probabilities at another point.

After a step of size s at (x, y) the log-probabilities at x' change, to first order, by

    - s  A(x')  K(x', x)  g(x, y)

with A(x') = I - 1 p(x')^T, how a change of logits moves log-probabilities at the observed point;
K(x', x), the (K, K) block of the tangent kernel; and g(x, y) = p(x) - e_y, the residual at the
updated point. Source: Ren and Sutherland, Learning Dynamics of LLM Finetuning (2024), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from stability.elasticity.class_averages import class_means
from stability.elasticity.steps import loss_slopes
from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel, weighted_sum
from stability.training.networks.factors.tiles import Points, products_in_tiles

Floats = NDArray[np.float64]
PARTS = ("kernel", "kernel and residual", "observed and kernel", "observed and residual", "all")
"""The products of factors that are looked at, by name."""


@dataclass(frozen=True, eq=False)
class ThreeFactors:
    """Sizes of products of the factors for all pairs of updated and observed points.

    `sizes`: for each of `PARTS` an array (n, n'), the Frobenius norm of the product with the other
    factors left out. `changes` (n, n', K): of the log-probabilities, per unit of step.
    """

    sizes: dict[str, Floats]
    changes: Floats

    def contrasts(
        self, updated_labels: ArrayLike, observed_labels: ArrayLike | None = None
    ) -> dict[str, float]:
        """For each product log(mean within classes / mean across classes): 0 without structure.

        Without `observed_labels` the observed points are the updated ones, and pairs of a point
        with itself are left out.
        """
        return {
            name: class_means(size, updated_labels, observed_labels).contrast
            for name, size in self.sizes.items()
        }


def kernel_blocks(kernel: EmpiricalKernel, updated: ArrayLike, observed: ArrayLike) -> Floats:
    """The blocks K(x', x) (n, n', K, K) of the tangent kernel of all outputs.

    Entry [i, j, a, b] is <grad z_a(x'_j), grad z_b(x_i)>. Every point is looked at once for each
    of the K outputs, all in one product.
    """
    outputs = kernel.outputs(updated).shape[1]

    def each(inputs: ArrayLike) -> Points:
        """Every point once for each output, with the weights that pick the output."""
        points = kernel.tensor(inputs)
        one = torch.eye(outputs, dtype=points.dtype, device=points.device)
        return points.repeat_interleave(outputs, dim=0), one.repeat(len(points), 1)

    rows, columns = each(updated), None if observed is updated else each(observed)
    found, _ = products_in_tiles(
        kernel.network, kernel.weights, rows, columns, weighted_sum, kernel.block_rows
    )
    return found.reshape(len(rows[0]) // outputs, outputs, -1, outputs).transpose(0, 2, 3, 1)


def three_factors(
    kernel: EmpiricalKernel,
    updated: ArrayLike,
    labels: ArrayLike,
    observed: ArrayLike | None = None,
) -> ThreeFactors:
    """The factors at updated points (n, ...) with labels (n,) and observed points (n', ...).

    For a network with K > 1 outputs that are logits. Memory: n n' K^2 numbers. Raises DataError for
    a network with one output, or labels that do not fit.
    """
    seen = updated if observed is None else observed
    z, z_seen = kernel.outputs(updated), kernel.outputs(seen)
    if z.shape[1] < 2:
        raise DataError(
            where="network",
            found="one output",
            allowed="a classifier with two logits at least",
            remedy="Look at LocalElasticity for networks with one output.",
        )
    g = loss_slopes("cross-entropy", z, labels)
    p = softmax(z_seen, axis=1)
    A = np.eye(z.shape[1]) - p[:, None, :]  # (n', K, K): rows are log-probabilities
    K = kernel_blocks(kernel, updated, seen)
    moved = np.einsum("ijab,ib->ija", K, g)
    left = np.einsum("jca,ijab->ijcb", A, K)
    whole = np.einsum("jca,ija->ijc", A, moved)
    sizes = {
        "kernel": np.linalg.norm(K, axis=(2, 3)),
        "kernel and residual": np.linalg.norm(moved, axis=2),
        "observed and kernel": np.linalg.norm(left, axis=(2, 3)),
        "observed and residual": np.linalg.norm(np.einsum("jca,ia->ijc", A, g), axis=2),
        "all": np.linalg.norm(whole, axis=2),
    }
    return ThreeFactors(sizes, -whole)
