"""Inner products of the gradients of many examples, in tiles that fit a budget of memory."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.training.networks.factors.collect import Number, collect_factors
from stability.training.networks.factors.factor import GradientFactors
from stability.training.networks.network import Network, Parameters

Points = tuple[Tensor, Tensor]
"""Inputs (n, ...) and targets (n, ...)."""
MEMORY = 2**30
"""Default budget for the factors of the examples of a tile, in bytes."""


def products_in_tiles(
    network: Network,
    parameters: Parameters,
    rows: Points,
    columns: Points | None,
    number: Number,
    block_rows: int | None = None,
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """gradient_i . gradient_j (n, n'), and what fell back (see `collect_factors`).

    `columns`: default the rows, of whose symmetric matrix half is computed. `block_rows`: how many
    examples are looked at together on either side; by default as many as fit `MEMORY`.
    """
    one = collect_factors(network, parameters, rows[0][:1], rows[1][:1], number)
    if block_rows is None:
        block_rows = max(1, MEMORY // (2 * one.numbers * rows[0].element_size()))

    def factors(points: Points, start: int) -> GradientFactors:
        part = slice(start, start + block_rows)
        return collect_factors(network, parameters, points[0][part], points[1][part], number)

    across = rows if columns is None else columns
    out = np.zeros((len(rows[0]), len(across[0])))
    with torch.no_grad():
        kept = factors(across, 0) if columns is not None and len(across[0]) <= block_rows else None
        for top in range(0, len(out), block_rows):
            left = factors(rows, top)
            for start in range(0 if columns is not None else top, len(across[0]), block_rows):
                same = columns is None and start == top
                right = left if same else kept or factors(across, start)
                tile = left.products(right).double().cpu().numpy()
                place = slice(top, top + block_rows), slice(start, start + block_rows)
                out[place] = tile
                if columns is None:
                    out[place[::-1]] = tile.T
    return out, one.fell_back
