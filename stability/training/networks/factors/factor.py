"""Per-example gradients of a layer: what enters it, and the slopes at what leaves it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Size, Tensor

from stability.training.networks.network import Parameters


@dataclass(frozen=True, eq=False)
class Factor:
    """Per-example gradients of one layer as products of two factors, never formed as a whole.

    The gradient of example i in group g of the layer is

        sum over positions t of  slopes[i, t, g, :]  (outer product)  entered[i, t, g, :].

    `slopes` (n, T, G, O) and `entered` (n, T, G, I). A position is a place of an image, a token,
    or one of several uses of the same weights. Columns of the gradient (G, O, I) belong to the
    `parameters`, of the given `shapes`, in turn: a weight, then its bias, for which 1 enters.

    >>> one = torch.ones(2, 1, 1, 3)
    >>> factor = Factor(("w",), (Size((3, 3)),), one, one)
    >>> factor.products(factor).tolist()
    [[9.0, 9.0], [9.0, 9.0]]
    """

    parameters: tuple[str, ...]
    shapes: tuple[Size, ...]
    entered: Tensor
    slopes: Tensor

    @property
    def numbers(self) -> int:
        """How many numbers an example takes, the gradient included where it will be formed."""
        size = (self.entered[:1].numel(), self.slopes[:1].numel())
        formed = sum(shape.numel() for shape in self.shapes) if self._forms(self) else 0
        return sum(size) + formed

    def formed(self) -> Tensor:
        """The gradients (n, G, O, I)."""
        return torch.einsum("ntgo,ntgi->ngoi", self.slopes, self.entered)

    def gradients(self) -> Parameters:
        """The gradients (n, *shape) in every parameter."""
        whole = self.formed()
        sizes = [shape.numel() // whole[0, :, :, 0].numel() for shape in self.shapes]
        parts = zip(self.parameters, self.shapes, whole.split(sizes, dim=3), strict=True)
        return {name: part.reshape(len(part), *shape) for name, shape, part in parts}

    def products(self, other: Factor) -> Tensor:
        """gradient_i . gradient_j (n, n') with the factor of the same layer at other examples.

        The product of two outer products is a product of two inner products; only where there are
        so many pairs of positions that this is more work are gradients formed.
        """
        if self._forms(other):
            return self.formed().flatten(1) @ other.formed().flatten(1).T
        total: Tensor | None = None
        for g in range(self.entered.shape[2]):
            for t in range(self.entered.shape[1]):
                for s in range(other.entered.shape[1]):
                    term = self.entered[:, t, g] @ other.entered[:, s, g].T
                    term.mul_(self.slopes[:, t, g] @ other.slopes[:, s, g].T)
                    total = term if total is None else total.add_(term)
        assert total is not None
        return total

    def squares(self) -> Tensor:
        """gradient_i . gradient_i (n,), without the products of different examples."""
        if self._forms(self):
            return self.formed().flatten(1).square().sum(1)
        entered = torch.einsum("ntgi,nsgi->ngts", self.entered, self.entered)
        slopes = torch.einsum("ntgo,nsgo->ngts", self.slopes, self.slopes)
        return (entered * slopes).flatten(1).sum(1)

    def _forms(self, other: Factor) -> bool:
        inputs, outputs = self.entered.shape[3], self.slopes.shape[3]
        pairs = self.entered.shape[1] * other.entered.shape[1]
        return inputs * outputs < pairs * (inputs + outputs)


@dataclass(frozen=True, eq=False)
class GradientFactors:
    """The gradients of n examples in all parameters, layer by layer.

    `fell_back` names the parameters whose gradients were formed example by example.
    """

    factors: tuple[Factor, ...]
    fell_back: tuple[str, ...]

    @property
    def numbers(self) -> int:
        """How many numbers an example takes."""
        return sum(factor.numbers for factor in self.factors)

    def layer_products(self, other: GradientFactors) -> dict[tuple[str, ...], Tensor]:
        """For every layer, named by its parameters, its part (n, n') of the inner products."""
        pairs = zip(self.factors, other.factors, strict=True)
        return {one.parameters: one.products(two) for one, two in pairs}

    def products(self, other: GradientFactors) -> Tensor:
        """The inner products (n, n') of the gradients: the sum over the layers."""
        total: Tensor | None = None
        for one, two in zip(self.factors, other.factors, strict=True):
            part = one.products(two)
            total = part if total is None else total.add_(part)
        assert total is not None
        return total

    def squares(self) -> Tensor:
        """The squared norms (n,) of the gradients."""
        return torch.stack([factor.squares() for factor in self.factors]).sum(0)

    def gradients(self) -> Parameters:
        """The gradients (n, *shape) themselves, in every parameter that has one."""
        return {name: g for factor in self.factors for name, g in factor.gradients().items()}
