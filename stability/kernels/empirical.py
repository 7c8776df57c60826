"""The tangent kernel of a network with its present weights, exactly, by layer factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from stability.errors import DataError
from stability.kernels.inputs import examples
from stability.kernels.kernel import Floats
from stability.training.model import ROWS, Model
from stability.training.networks.factors.factor import GradientFactors
from stability.training.networks.factors.tiles import Points, Tiles, products_in_tiles
from stability.training.networks.network import Network, Parameters

Slopes = Callable[[Floats], Floats]
"""From outputs (n, K) to the slopes (n, K), in the outputs, of a number that depends on them."""


def weighted_sum(outputs: Tensor, weights: Tensor) -> Tensor:
    """Outputs (1, K) times weights (1, K): its gradients are combinations of the outputs'."""
    return (outputs * weights).sum()


@dataclass(frozen=True, eq=False)
class EmpiricalKernel:
    """K(x, x') = <grad f(x), grad f(x')>, gradients in all trained parameters, in float64.

    f is a number that depends on the K outputs of the network, by default the first output (the
    only one of a network with one output); `slopes` gives its slopes in the outputs, (n, K) for
    outputs (n, K), such as those in `stability.elasticity.links`. Gradients are exact, products of
    layer factors; they are not formed where that is less work, and `fell_back` names the parameters
    of other layers. Dropout is off. `block_rows`: how many examples are looked at together, by
    default as many as fit a gigabyte.

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> kernel = EmpiricalKernel(network_from(nn.Linear(2, 1), (2,)))
    >>> kernel.matrix([[1.0, 2.0], [0.0, 1.0]]).tolist()  # x . x' + 1
    [[6.0, 3.0], [3.0, 2.0]]
    >>> kernel.diagonal([[1.0, 2.0]]).tolist()
    [6.0]
    """

    network: Network
    parameters: Parameters | None = None
    slopes: Slopes | None = None
    block_rows: int | None = None

    @classmethod
    def of(cls, model: Model, slopes: Slopes | None = None) -> EmpiricalKernel:
        """The kernel of a trained model."""
        return cls(model.network, model.parameters, slopes)

    @cached_property
    def weights(self) -> Parameters:
        """The parameters in float64."""
        given = self.network.initial if self.parameters is None else self.parameters
        return {name: values.detach().double() for name, values in given.items()}

    def outputs(self, inputs: ArrayLike) -> Floats:
        """The outputs (n, K) of the network at inputs (n, ...)."""
        with torch.no_grad():
            parts = [
                self.network.evaluate(self.weights, part)
                for part in self.tensor(inputs).split(ROWS)
            ]
        return torch.cat(parts).cpu().numpy()

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between inputs (n, ...) and (n', ...), default the rows again.

        Raises DataError for inputs that are no finite numbers.
        """
        right = None if columns is None else self._points(columns)
        found, _ = products_in_tiles(
            self.network, self.weights, self._points(rows), right, weighted_sum, self.block_rows
        )
        return found

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at inputs (n, ...)."""
        points, tiles = self._points(inputs), self._tiles
        size = tiles.block(points)
        with torch.no_grad():
            blocks = [
                tiles.collect(points, start, size).squares()
                for start in range(0, len(points[0]), size)
            ]
        return torch.cat(blocks).cpu().numpy()

    def layers(self, rows: ArrayLike, columns: ArrayLike | None = None) -> dict[str, Floats]:
        """The parts (n, n') of the matrix that come from each layer, named by its parameters.

        Their sum is the matrix.
        """
        left = self._points(rows)
        right = None if columns is None else self._points(columns)
        shape = len(left[0]), len(left[0] if right is None else right[0])
        found: dict[str, Floats] = {}
        for place, one, other in self._tiles.pairs(left, right):
            for names, tile in one.layer_products(other).items():
                whole = found.setdefault(", ".join(names), np.zeros(shape))
                whole[place] = tile.cpu().numpy()
                if right is None:
                    whole[place[::-1]] = tile.cpu().numpy().T
        return found

    def fell_back(self, inputs: ArrayLike) -> tuple[str, ...]:
        """The parameters whose gradients are formed example by example, with their layers."""
        return self._first(inputs).fell_back

    def _first(self, inputs: ArrayLike) -> GradientFactors:
        return self._tiles.collect(self._points(inputs), 0, 1)

    @property
    def _tiles(self) -> Tiles:
        return Tiles(self.network, self.weights, weighted_sum, self.block_rows)

    def tensor(self, inputs: ArrayLike) -> Tensor:
        """Inputs (n, ...) as a float64 tensor (n, d) on the device of the weights.

        Raises DataError for inputs of another size and for numbers that are not finite.
        """
        values = examples(inputs, tuple(self.network.shape), "the network")
        device = next(iter(self.weights.values())).device
        return torch.tensor(values, device=device)

    def _points(self, inputs: ArrayLike) -> Points:
        tensor = self.tensor(inputs)
        outputs = self.outputs(inputs)
        slopes = first_output(outputs) if self.slopes is None else self.slopes(outputs)
        if np.shape(slopes) != outputs.shape:
            raise DataError(
                where="slopes",
                found=f"an array of shape {np.shape(slopes)}",
                allowed=f"the shape of the outputs, {outputs.shape}",
            )
        return tensor, torch.tensor(slopes, device=tensor.device)


def first_output(outputs: Floats) -> Floats:
    """The slopes of the first output in all outputs (n, K): 1, 0, ..., 0."""
    slopes = np.zeros_like(outputs)
    slopes[:, 0] = 1.0
    return slopes
