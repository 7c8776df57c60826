"""How much an update at one point moves the prediction at another: He and Su (2020).

Rows are updated points x, columns observed points x'. One step at x changes the prediction at x' by
f(x', w+) - f(x', w). The *relative* similarity divides by the change at x itself, the *kernelized*
one by minus the step size and the slope of the loss in the prediction. As the step goes to 0 they
are

    relative    |K(x, x')| / K(x, x)        kernelized    K(x, x')

with the tangent kernel K at the present weights: exactly, for every loss and every label. These
limits are what is computed here; `stability.elasticity.steps` makes steps of finite length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import DataError
from stability.kernels.empirical import EmpiricalKernel, Floats


def relative(kernel: ArrayLike, own: ArrayLike | None = None) -> Floats:
    """|K(x, x')| / K(x, x) from a kernel matrix (n, n'): 1 on the diagonal, not symmetric.

    `own` (n,): K(x, x) of the updated points; default the diagonal of a square matrix. He and Su
    (2020), section 2. Raises DataError for a point with K(x, x) = 0, which no step at x moves.

    >>> relative([[4.0, -2.0], [-2.0, 1.0]]).tolist()
    [[1.0, 0.5], [2.0, 1.0]]
    """
    K = np.asarray(kernel, dtype=np.float64)
    return np.abs(K) / _own(K, own, "updated")[:, None]


def normalised(
    kernel: ArrayLike, own: ArrayLike | None = None, other: ArrayLike | None = None
) -> Floats:
    """K(x, x') / sqrt(K(x, x) K(x', x')) from a kernel matrix (n, n'), between -1 and 1.

    It does not change if a link such as the sigmoid is put on top of a network with one output.
    `own` (n,), `other` (n',): the kernel of each point with itself; default the diagonal. Raises
    DataError where one is 0.

    >>> normalised([[4.0, -1.0], [-1.0, 1.0]]).tolist()
    [[1.0, -0.5], [-0.5, 1.0]]
    """
    K = np.asarray(kernel, dtype=np.float64)
    left = _own(K, own, "updated")
    right = left if own is None and other is None else _own(K.T, other, "observed")
    return K / np.sqrt(left)[:, None] / np.sqrt(right)[None, :]


def symmetrised(similarity: ArrayLike) -> Floats:
    """(S + S^T)/2 of a square matrix, as clustering needs it (He and Su 2020, algorithm 1)."""
    S = np.asarray(similarity, dtype=np.float64)
    return (S + S.T) / 2


def _own(K: Floats, own: ArrayLike | None, which: str) -> Floats:
    if own is None:
        if K.ndim != 2 or K.shape[0] != K.shape[1]:
            raise DataError(
                where="kernel",
                found=f"an array of shape {K.shape} alone",
                allowed="a square matrix, or the kernel of each point with itself beside it",
                remedy="Give kernel.diagonal(points).",
            )
        own = np.diagonal(K)
    values = np.asarray(own, dtype=np.float64)
    dead = np.flatnonzero(~(values > 0))
    if len(dead):
        raise DataError(
            where=f"{which} point {dead[0]}" + (f" and {len(dead) - 1} more" * (len(dead) > 1)),
            found=f"K(x, x) = {values[dead[0]]:g}",
            allowed="points whose prediction a step at them moves",
            remedy="Every gradient vanishes there: a dead network, or a link that is saturated. "
            "Look at logits rather than probabilities, or leave these points out.",
        )
    return values


Form = Callable[[Floats, Floats, Floats], Floats]
FORMS: dict[str, Form] = {
    "relative": lambda K, own, other: relative(K, own),
    "kernelized": lambda K, own, other: K,
    "normalised": normalised,
}


@dataclass(frozen=True, eq=False)
class LocalElasticity:
    """The similarities of a network with its present weights, in the limit of small steps.

    `kernel` says which network and which number of its outputs is looked at.

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> elasticity = LocalElasticity(EmpiricalKernel(network_from(nn.Linear(1, 1), (1,))))
    >>> elasticity.matrix([[1.0], [3.0]], form="relative").tolist()  # (x x' + 1) / (x x + 1)
    [[1.0, 2.0], [0.4, 1.0]]
    """

    kernel: EmpiricalKernel

    def matrix(
        self, updated: ArrayLike, observed: ArrayLike | None = None, *, form: str = "relative"
    ) -> Floats:
        """The similarity (n, n') of updated (n, ...) and observed points (n', ...).

        `form`: "relative", "kernelized" or "normalised"; `observed`: default the updated points.
        Raises DataError for another form, and for points that no step moves.
        """
        if form not in FORMS:
            raise DataError(
                where="form", found=form, allowed="one of " + ", ".join(map(repr, FORMS))
            )
        K = self.kernel.matrix(updated, observed)
        own = np.diagonal(K) if observed is None else self.kernel.diagonal(updated)
        other = own if observed is None else self.kernel.diagonal(observed)
        return FORMS[form](K, own, other)
