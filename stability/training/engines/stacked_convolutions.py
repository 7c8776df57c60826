"""Many convolutional networks trained at once, one example each, gradients written by hand.

At batch size 1 every layer of all networks is one batched matrix product, a convolution with the
patches of its image as columns, in the order in which pooling compares them. Judged against
autograd.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor
from torch.nn.functional import fold

from stability.training.engines.layers import PooledLayers
from stability.training.losses import training_loss
from stability.training.networks.network import Parameters
from stability.training.recipe import Recipe

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The four places that a maximum is taken over, in the order in which torch looks at them."""


class StackedConvolutions:
    """K networks of `PooledLayers` in training by plain SGD, batch size 1.

    Inside, linear weights are (K, inputs, outputs) and filters (K, o, c k k).
    """

    def __init__(
        self, recipe: Recipe, layers: PooledLayers, shape: tuple[int, ...], first: Parameters
    ) -> None:
        """Start from stacked parameters (K, ...) of networks for inputs of a shape (c, h, w)."""
        self.recipe, self.names, self.shape = recipe, layers, shape
        self.blocks: list[_Block] = []
        for weight, bias in layers.blocks:
            block = _Block(first[weight], first[bias], shape)
            self.blocks.append(block)
            shape = (block.filters, *block.pooled)
        self.linear = [_Linear(first[w], first[b]) for w, b in layers.linear]

    def step(self, inputs: Tensor, labels: Tensor, share: Tensor, step_size: float) -> Tensor:
        """One step; returns the outputs (K, 1, classes) before it.

        `inputs` (K, 1, d), `labels` (K, 1), `share` (K, 1) or (1,): the weight of the loss.
        """
        image = inputs.reshape(-1, *self.shape)
        for block in self.blocks:
            image = block.forward(image)
        hidden = image.reshape(len(image), 1, -1)
        for place, layer in enumerate(self.linear):
            hidden = layer.forward(hidden if place == 0 else hidden.relu_())
        outputs = hidden.clone()
        slope = training_loss(self.recipe.loss, labels.is_floating_point()).slopes(hidden, labels)
        slope = slope * share.expand(slope.shape[:2]).unsqueeze(2)
        for layer in reversed(self.linear):
            slope = layer.backward(slope, step_size)
        slope = slope.reshape(image.shape)
        for place, block in reversed(list(enumerate(self.blocks))):
            slope = block.backward(slope, step_size, place > 0)
        return outputs

    def parameters(self) -> Parameters:
        """The parameters (K, ...), in the order of the network."""
        found: Parameters = {}
        for (weight, bias), block in zip(self.names.blocks, self.blocks, strict=True):
            size = (block.models, block.filters, -1, block.size, block.size)
            found[weight], found[bias] = block.weight.view(size), block.bias.squeeze(2)
        for (weight, bias), layer in zip(self.names.linear, self.linear, strict=True):
            found[weight] = layer.weight.transpose(1, 2)
            found[bias] = layer.bias.squeeze(1)
        return {name: values.contiguous() for name, values in found.items()}


class _Linear:
    """A linear layer of K networks."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight = weight.transpose(1, 2).contiguous()
        self.bias = bias.unsqueeze(1).clone()

    def forward(self, below: Tensor) -> Tensor:
        self.below = below
        return torch.baddbmm(self.bias, below, self.weight)

    def backward(self, slope: Tensor, step_size: float) -> Tensor:
        """Make the step, and return the slope in what came from below, a ReLU."""
        back = torch.bmm(slope, self.weight.transpose(1, 2)).mul_(self.below.sign())
        self.weight.baddbmm_(self.below.transpose(1, 2), slope, alpha=-step_size)
        self.bias.sub_(slope, alpha=step_size)
        return back


class _Block:
    """A convolution, ReLU and 2 x 2 max-pooling of K networks: o filters for images (c, h, w).

    Columns of `patches` stand in the order (corner of a maximum, place after pooling), so that a
    maximum is over four pieces of a row.
    """

    def __init__(self, filters: Tensor, bias: Tensor, image: tuple[int, ...]) -> None:
        self.models, self.filters, _, self.size, _ = filters.shape
        self.image = image
        self.weight = filters.flatten(2).clone()
        self.bias = bias.unsqueeze(2).clone()
        self.pixels, self.pooled = _pixels(image, self.size, filters.device)
        self.patches = self.each = self.largest = self.out = filters

    def forward(self, image: Tensor) -> Tensor:
        """(K, c, h, w) -> (K, o, h', w')."""
        K, o = self.models, self.filters
        chosen = image.reshape(K, -1).index_select(1, self.pixels)
        self.patches = chosen.view(K, self.weight.shape[2], -1)
        self.each = torch.bmm(self.weight, self.patches).view(K, o, 4, -1)
        self.largest = self.each.amax(dim=2)
        self.out = (self.largest + self.bias).relu_()
        return self.out.view(K, o, *self.pooled)

    def backward(self, slope: Tensor, step_size: float, below: bool) -> Tensor:
        """Make the step, and return the slope in the image if anything is `below` it."""
        K, o = self.models, self.filters
        slope = slope.reshape(self.out.shape) * self.out.sign()
        spread = self._to_largest(slope)
        back = self._slope_below(spread) if below else slope
        self.bias.sub_(slope.sum(dim=2, keepdim=True), alpha=step_size)
        self.weight.baddbmm_(spread.view(K, o, -1), self.patches.transpose(1, 2), alpha=-step_size)
        return back

    def _to_largest(self, slope: Tensor) -> Tensor:
        """Slopes (K, o, places) handed to the largest of four each; of equal ones, to the first."""
        hit = (self.each[:, :, :3] - self.largest.unsqueeze(2)).sign_().add_(1)
        spread, rest = torch.empty_like(self.each), slope.clone()
        for corner in range(3):
            rest.sub_(torch.mul(rest, hit[:, :, corner], out=spread[:, :, corner]))
        spread[:, :, 3] = rest
        return spread

    def _slope_below(self, spread: Tensor) -> Tensor:
        """The slope in the image: columns add up to windows of a pooled place, then to pixels."""
        K, size = self.models, self.size
        columns = torch.bmm(self.weight.transpose(1, 2), spread.view(K, self.filters, -1))
        columns = columns.view(K, self.image[0], size, size, 4, -1)
        windows = columns.new_zeros(K, self.image[0], size + 1, size + 1, columns.shape[-1])
        for corner, (down, right) in enumerate(CORNERS):
            part = windows[:, :, down : down + size, right : right + size]
            part.add_(columns[:, :, :, :, corner])
        stacked = windows.view(K, -1, windows.shape[-1])
        return fold(stacked, self.image[1:], size + 1, stride=2)


def _pixels(
    image: tuple[int, ...], size: int, device: torch.device
) -> tuple[Tensor, tuple[int, int]]:
    """Which pixels of an image (c, h, w) make its patches, in a row; and the size after pooling."""
    height, width = ((side - size + 1) // 2 for side in image[1:])
    numbers = torch.arange(prod(image), device=device).view(image)
    windows = numbers.unfold(1, size, 1).unfold(2, size, 1)[:, : 2 * height, : 2 * width]
    corners = windows.unflatten(1, (height, 2)).unflatten(3, (width, 2))
    # (c, h', down, w', right, size, size) -> (c, size, size, down, right, h', w')
    return corners.permute(0, 5, 6, 2, 4, 1, 3).reshape(-1), (height, width)
