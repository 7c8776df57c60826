"""Updates at single points, of finite length and in the limit of small steps, with many outputs.

An update at x follows minus the gradient of the loss at (x, y): w+ = w - s (dz/dw)(x)^T g with the
outputs z (K,), the slopes g = dL/dz (K,) of the loss at (x, y), and the step size s. Both functions
return what the outputs lose per unit of step, (z(x', w) - z(x', w+)) / s, which in the limit is the
tangent kernel's block K(x', x) (K, K) times g.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, softmax
from torch import Tensor
from torch.func import vjp, vmap

from stability.errors import DataError, SetupError
from stability.kernels.empirical import EmpiricalKernel, Floats, weighted_sum
from stability.training.networks.factors.tiles import Tiles
from stability.training.networks.network import Parameters

MEMORY = 2**29
"""Bytes of changed weights that are held at once."""


def loss_slopes(loss: str, outputs: Floats, labels: ArrayLike) -> Floats:
    """dL/dz (n, K) of a loss at outputs (n, K) and labels (n,).

    "squared": (z - y)^2/2 for one output, |z - e_y|^2/2 for several; "cross-entropy": of the
    softmax, or of the sigmoid for one output (labels 0 and 1). Raises SetupError for another loss,
    DataError for labels that the outputs do not have.

    >>> loss_slopes("cross-entropy", np.zeros((1, 1)), [1]).tolist()
    [[-0.5]]
    """
    y = np.asarray(labels)
    classes = max(2, outputs.shape[1])
    if y.shape != (len(outputs),) or not np.isin(y, np.arange(classes)).all():
        raise DataError(
            where="labels",
            found=f"shape {y.shape}, values such as {y.flat[0] if y.size else None}",
            allowed=f"{len(outputs)} whole numbers from 0 to {classes - 1}",
        )
    one = outputs.shape[1] == 1
    target = y[:, None].astype(float) if one else np.eye(classes)[y.astype(int)]
    if loss == "squared":
        return outputs - target
    if loss != "cross-entropy":
        raise SetupError(where="loss", found=loss, allowed="'squared' or 'cross-entropy'")
    return (expit(outputs) if one else softmax(outputs, axis=1)) - target


def small_steps(
    kernel: EmpiricalKernel, updated: ArrayLike, slopes: ArrayLike, observed: ArrayLike
) -> Floats:
    """K(x', x) g: what outputs lose per unit of a small step, (n, n', K).

    `updated` (n, ...), `slopes` g (n, K) there, `observed` (n', ...). The number that the kernel
    itself looks at plays no part.
    """
    rows = kernel.tensor(updated)
    columns = kernel.tensor(observed)
    given = torch.tensor(_checked(slopes, len(rows)), device=rows.device)
    outputs = given.shape[1]
    found = np.empty((len(rows), len(columns), outputs))
    tiles = Tiles(kernel.network, kernel.weights, weighted_sum, kernel.block_rows)
    for k in range(outputs):
        one = torch.zeros((len(columns), outputs), dtype=given.dtype, device=rows.device)
        one[:, k] = 1.0
        for (left, right), first, second in tiles.pairs((rows, given), (columns, one)):
            found[left, right, k] = first.products(second).cpu().numpy()
    return found


def finite_steps(
    kernel: EmpiricalKernel,
    updated: ArrayLike,
    slopes: ArrayLike,
    observed: ArrayLike,
    step_sizes: ArrayLike,
) -> Floats:
    """(z(x', w) - z(x', w+)) / s with steps of size s (n,) that are really made, (n, n', K).

    The weights are the kernel's again before every update. Steps so small that rounding decides
    are the caller's matter: `relative_steps` scales them by the kernel. Raises DataError for step
    sizes that are not above 0.
    """
    rows, columns = kernel.tensor(updated), kernel.tensor(observed)
    given = torch.tensor(_checked(slopes, len(rows)), device=rows.device)
    sizes = np.broadcast_to(np.asarray(step_sizes, dtype=np.float64), (len(rows),))
    if not (sizes > 0).all():
        raise DataError(
            where="step_sizes",
            found=float(sizes[~(sizes > 0)][0]),
            allowed="finite numbers above 0",
        )
    steps = torch.tensor(np.array(sizes), device=rows.device)
    network, weights = kernel.network, kernel.weights

    def after(x: Tensor, g: Tensor, s: Tensor) -> Tensor:
        _, back = vjp(lambda w: network.evaluate(w, x[None])[0], weights)  # pyright: ignore
        [gradient] = back(g)
        moved: Parameters = {name: w - s * gradient[name] for name, w in weights.items()}
        return network.evaluate(moved, columns)

    numbers = sum(w.numel() for w in weights.values()) * 8
    chunk = max(1, MEMORY // numbers)
    with torch.no_grad():
        before = network.evaluate(weights, columns)
        parts = []
        for part in _parts(len(rows), chunk):
            try:
                moved = vmap(after)(rows[part], given[part], steps[part])
            except (RuntimeError, ValueError):  # a module that vmap cannot take
                alone = zip(rows[part], given[part], steps[part], strict=True)
                moved = torch.stack([after(*each) for each in alone])
            parts.append((before - moved) / steps[part, None, None])
    return torch.cat(parts).cpu().numpy()


def relative_steps(kernel: EmpiricalKernel, updated: ArrayLike, share: float) -> Floats:
    """Step sizes (n,) of share / K(x, x): free of the scale of weights and inputs.

    For one output and the squared loss such a step takes away that share of the residual, to first
    order. K is that of the number that the kernel looks at. Raises DataError for points with
    K(x, x) = 0.

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> kernel = EmpiricalKernel(network_from(nn.Linear(1, 1), (1,)))
    >>> relative_steps(kernel, [[3.0]], 0.1).tolist()
    [0.01]
    """
    own = kernel.diagonal(updated)
    if not (own > 0).all():
        raise DataError(
            where=f"updated point {int(np.flatnonzero(~(own > 0))[0])}",
            found="K(x, x) = 0",
            allowed="points whose prediction a step at them moves",
        )
    return share / own


def _checked(slopes: ArrayLike, count: int) -> NDArray[np.float64]:
    found = np.asarray(slopes, dtype=np.float64)
    if found.ndim != 2 or len(found) != count:
        raise DataError(
            where="slopes",
            found=f"an array of shape {found.shape}",
            allowed=f"({count}, K): the slopes of the loss in the K outputs, for each update",
        )
    return found


def _parts(count: int, chunk: int) -> Iterator[slice]:
    return (slice(start, start + chunk) for start in range(0, count, chunk))
