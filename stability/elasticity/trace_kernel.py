"""The tangent kernel of all outputs together: the sum of the kernels of the single outputs."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from stability.kernels.empirical import EmpiricalKernel, weighted_sum
from stability.training.networks.factors.tiles import Tiles

Floats = NDArray[np.float64]


def trace_kernel(kernel: EmpiricalKernel, inputs: ArrayLike) -> dict[str, Floats]:
    """The trace of every block K(x, x') (n, n'), split into the parts of the layers.

    With one output it is the kernel itself. The layers are named by their parameters, in the order
    of the computation; the kernel is their sum. The number that `kernel` looks at plays no part.
    """
    points = kernel.tensor(inputs)
    outputs = kernel.outputs(points[:1].cpu().numpy()).shape[1]
    tiles = Tiles(kernel.network, kernel.weights, weighted_sum, kernel.block_rows)
    found: dict[str, Floats] = {}
    for k in range(outputs):
        one = torch.zeros((len(points), outputs), dtype=points.dtype, device=points.device)
        one[:, k] = 1.0
        for place, left, right in tiles.pairs((points, one), None):
            for names, tile in left.layer_products(right).items():
                part = found.setdefault(", ".join(names), np.zeros((len(points), len(points))))
                values = tile.cpu().numpy()
                part[place] += values
                if place[0] != place[1]:
                    part[place[::-1]] += values.T
    return found
