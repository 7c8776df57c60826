"""Inner products of the gradients of many examples, in tiles that fit a budget of memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class Tiles:
    """The gradients of `number` at many examples, looked at in blocks of `block_rows`.

    `block_rows` None: as many as fit `MEMORY`. A block is collected once for each row of tiles.
    """

    network: Network
    parameters: Parameters
    number: Number
    block_rows: int | None = None

    def block(self, points: Points) -> int:
        """How many examples are looked at together."""
        if self.block_rows is not None:
            return self.block_rows
        one = self.collect(points, 0, 1)
        return max(1, MEMORY // (2 * one.numbers * points[0].element_size()))

    def collect(self, points: Points, start: int, count: int) -> GradientFactors:
        """The factors of `count` examples from `start` on."""
        part = slice(start, start + count)
        return collect_factors(
            self.network, self.parameters, points[0][part], points[1][part], self.number
        )

    def pairs(
        self, rows: Points, columns: Points | None
    ) -> Iterator[tuple[tuple[slice, slice], GradientFactors, GradientFactors]]:
        """Place and factors of every tile; without `columns` those on and above the diagonal.

        Blocks are collected as rarely as two of them in memory allow.
        """
        size = self.block(rows)
        with torch.no_grad():
            if columns is None:
                yield from self._half(rows, size)
                return
            small = len(columns[0]) <= size
            kept = self.collect(columns, 0, size) if small else None
            for top in range(0, len(rows[0]), size):
                left = self.collect(rows, top, size)
                for start in range(0, len(columns[0]), size):
                    right = kept or self.collect(columns, start, size)
                    yield (slice(top, top + size), slice(start, start + size)), left, right

    def _half(
        self, rows: Points, size: int
    ) -> Iterator[tuple[tuple[slice, slice], GradientFactors, GradientFactors]]:
        """Tiles on and above the diagonal: the last block of a row of tiles is next to lead one."""
        left = self.collect(rows, 0, size)
        for top in range(0, len(rows[0]), size):
            here = slice(top, top + size)
            yield (here, here), left, left
            right = left
            for start in reversed(range(top + size, len(rows[0]), size)):
                right = self.collect(rows, start, size)
                yield (here, slice(start, start + size)), left, right
            left = right


def products_in_tiles(
    network: Network,
    parameters: Parameters,
    rows: Points,
    columns: Points | None,
    number: Number,
    block_rows: int | None = None,
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """gradient_i . gradient_j (n, n'), and what fell back (see `collect_factors`).

    `columns`: default the rows, of whose symmetric matrix half is computed.
    """
    tiles = Tiles(network, parameters, number, block_rows)
    out = np.zeros((len(rows[0]), len(rows[0] if columns is None else columns[0])))
    fell_back: tuple[str, ...] = ()
    for place, left, right in tiles.pairs(rows, columns):
        tile = left.products(right).double().cpu().numpy()
        out[place] = tile
        if columns is None:
            out[place[::-1]] = tile.T
        fell_back = left.fell_back
    return out, fell_back
