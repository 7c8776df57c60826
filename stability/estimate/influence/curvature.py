"""Inverse curvature times gradients: exact Hessian, damped Gauss-Newton, or no curvature at all.

The curvature is that of  (1/m) sum_j loss(w, z_j) + (decay / 2) |w|^2, at the trained weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, get_lapack_funcs
from scipy.sparse.linalg import LinearOperator, cg
from torch import Tensor
from torch.func import grad, vjp

from stability.errors import SetupError
from stability.training.forward_mode import directional, mapped
from stability.training.loss_function import LossFunction
from stability.training.losses import losses, training_loss

Floats = NDArray[np.float64]
ROWS = 1024
"""Examples in one product with the curvature."""
BLOCK = 32
"""Directions in one product with the curvature."""
LARGEST = 8000
"""Weights for which a whole Hessian is formed at most: 512 MB."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A trained network as a function of the flat vector (p,) of the weights in question.

    `outputs(flat, inputs)` gives (n, classes); `inputs` (m, d) and `labels` (m,) are the training
    data; all in float64.
    """

    outputs: Callable[[Tensor, Tensor], Tensor]
    weights: Tensor
    inputs: Tensor
    labels: Tensor
    loss: str | LossFunction
    decay: float

    def losses(self, flat: Tensor, inputs: Tensor, labels: Tensor) -> Tensor:
        """The loss (n,) at every example."""
        return losses(self.loss, self.outputs(flat, inputs), labels)

    def gradients(self, positions: NDArray[np.int64]) -> Tensor:
        """Gradients (k, p) of the losses at training examples, without decay."""
        index = torch.tensor(positions)

        def one(x: Tensor, y: Tensor) -> Tensor:
            return grad(lambda w: self.losses(w, x[None], y[None]).sum())(self.weights)

        return mapped(one, self.inputs[index], self.labels[index], chunk_size=BLOCK)


@dataclass(frozen=True)
class Solution:
    """Directions (k, p) = (curvature + damping)^-1 gradients, and how well they were found.

    `condition_number` is an estimate, NaN if none was made; `iterations` of conjugate gradients.
    """

    directions: Tensor
    condition_number: float
    iterations: int


class Curvature(Protocol):
    """What `measure_influence` needs of a method."""

    @property
    def layers(self) -> str:
        """Whose weights are meant: "all" or "last"."""
        ...

    def solve(self, problem: Problem, gradients: Tensor) -> Solution:
        """The inverse curvature times every row of `gradients` (k, p)."""
        ...


@dataclass(frozen=True)
class ExactHessian:
    """The whole Hessian, for small models or the `layers` "last" of any model.

    `damping` is added to the eigenvalues; the sum must be positive definite.
    """

    damping: float = 0.0
    layers: str = "all"

    def __post_init__(self) -> None:
        _check(self.damping, self.layers)

    def solve(self, problem: Problem, gradients: Tensor) -> Solution:
        """By Cholesky. Raises SetupError for too many weights or a Hessian that is not positive."""
        size = len(problem.weights)
        if size > LARGEST:
            raise SetupError(
                where="influence.method",
                found=f"an exact Hessian of {size} weights",
                allowed=f"at most {LARGEST} weights",
                remedy="Use GaussNewton, or layers = 'last'.",
            )
        matrix = hessian(problem).numpy()
        matrix[np.diag_indices(size)] += self.damping
        try:
            factor = cholesky(matrix, lower=False)
        except np.linalg.LinAlgError:
            least = float(np.linalg.eigvalsh(matrix)[0]) - self.damping
            raise SetupError(
                where="influence.damping",
                found=self.damping,
                allowed=f"more than {-least:.3g}: the least eigenvalue of the Hessian is "
                f"{least:.3g}",
                remedy="The network is not at a minimum: train longer, damp more, or use "
                "GaussNewton.",
            ) from None
        (estimate,) = get_lapack_funcs(("pocon",), (factor,))
        inverse, _ = estimate(factor, float(np.abs(matrix).sum(axis=0).max()), uplo="U")
        solved = cho_solve((factor, False), gradients.numpy().T).T
        condition = 1.0 / float(inverse) if inverse > 0.0 else float("inf")
        return Solution(torch.tensor(solved), condition, 0)


@dataclass(frozen=True)
class GaussNewton:
    """Gauss-Newton curvature (never negative) plus `damping`, by conjugate gradients.

    Equal to the Hessian where the network is linear in its weights. The relative residual of
    every direction is at most `tolerance`, after at most `iterations`.
    """

    damping: float = 0.01
    layers: str = "all"
    tolerance: float = 1e-6
    iterations: int = 2000

    def __post_init__(self) -> None:
        _check(self.damping, self.layers)

    def solve(self, problem: Problem, gradients: Tensor) -> Solution:
        """Several right sides at once, as one system that is block diagonal.

        Raises SetupError if the tolerance is not reached.
        """
        found, most = [], 0
        for block in gradients.split(BLOCK):
            sizes = block.norm(dim=1, keepdim=True).clamp_min(1e-300)
            seen = 0

            def product(flat: Floats, rows: int = len(block)) -> Floats:
                directions = torch.tensor(flat).reshape(rows, -1)
                moved = gauss_newton_products(problem, directions)
                return (moved + self.damping * directions).numpy().ravel()

            def count(_: Floats) -> None:
                nonlocal seen
                seen += 1

            shape = (block.numel(), block.numel())
            operator = LinearOperator(shape, product, dtype=np.float64)  # pyright: ignore
            solved, failed = cg(
                operator, (block / sizes).numpy().ravel(),
                rtol=self.tolerance / np.sqrt(len(block)), maxiter=self.iterations, callback=count,
            )  # fmt: skip
            if failed:
                raise SetupError(
                    where="influence.damping",
                    found=self.damping,
                    allowed=f"a value with which {self.iterations} iterations are enough",
                    remedy="Damp more, or raise the tolerance.",
                )
            found.append(torch.tensor(solved).reshape(block.shape) * sizes)
            most = max(most, seen)
        return Solution(torch.cat(found), float("nan"), most)


def hessian(problem: Problem) -> Tensor:
    """The Hessian (p, p) of the objective, weight decay included."""
    size, m = len(problem.weights), len(problem.labels)
    eye = torch.eye(size, dtype=torch.float64)
    total = problem.decay * eye
    for x, y in zip(problem.inputs.split(ROWS), problem.labels.split(ROWS), strict=True):

        def slope(w: Tensor, x: Tensor = x, y: Tensor = y) -> Tensor:
            return grad(lambda v: problem.losses(v, x, y).sum())(w)

        def column(v: Tensor, slope: Callable[[Tensor], Tensor] = slope) -> Tensor:
            return directional(slope, problem.weights, v)[1]

        total = total + mapped(column, eye, chunk_size=BLOCK) / m
    return (total + total.T) / 2.0


def gauss_newton_products(problem: Problem, directions: Tensor) -> Tensor:
    """The Gauss-Newton matrix of the objective, weight decay included, times rows (k, p)."""
    total, m = problem.decay * directions, len(problem.labels)
    curvature = training_loss(problem.loss).curvature
    for x in problem.inputs.split(ROWS):

        def one(v: Tensor, x: Tensor = x) -> Tensor:
            def here(w: Tensor) -> Tensor:
                return problem.outputs(w, x)

            outputs, moved = directional(here, problem.weights, v)
            back = vjp(here, problem.weights)[1]
            return back(curvature(outputs, moved))[0]

        total = total + mapped(one, directions) / m
    return total


def _check(damping: float, layers: str) -> None:
    if not (np.isfinite(damping) and damping >= 0.0):
        raise SetupError(
            where="influence.damping", found=damping, allowed="a finite number of at least 0"
        )
    if layers not in ("all", "last"):
        raise SetupError(where="influence.layers", found=layers, allowed="'all' or 'last'")
