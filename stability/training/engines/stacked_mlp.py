"""Many perceptrons trained at once, gradients written by hand.

While a batch is the same for all models, the first layer of all of them is one matrix product
X [W_1 ... W_K], and so is its gradient; later layers are batched products. Plain SGD adds the
gradient products straight to the weights. Judged against `train_one`, which uses autograd.
"""

from __future__ import annotations

import torch
from torch import Tensor

from stability.training.engines.optimisers import Optimiser
from stability.training.losses import training_loss
from stability.training.networks.network import Parameters
from stability.training.recipe import Recipe

Layers = tuple[tuple[str, str | None], ...]


class StackedPerceptrons:
    """K perceptrons in training; `layers` names the weight and the bias of each layer.

    Inside, inputs carry a last column of ones if the first layer has a bias; that layer is
    (d + 1, K * width) if all models see the `shared` inputs (b, d), else (K, d + 1, width) for
    inputs (K, b, d); later layers are (K, inputs, outputs), with biases (K, 1, outputs).
    """

    def __init__(self, recipe: Recipe, layers: Layers, first: Parameters, shared: bool) -> None:
        """Start from stacked parameters, weights (K, outputs, inputs) and biases (K, outputs)."""
        self.recipe, self.names, self.shared = recipe, layers, shared
        self.layers = len(layers)
        weight, bias = layers[0]
        self.models, self.width, self.size = first[weight].shape
        self.joined = bias is not None
        ends = [] if bias is None else [first[bias].unsqueeze(2)]
        joined = torch.cat([first[weight], *ends], dim=2)
        if shared:
            joined = joined.permute(2, 0, 1).reshape(joined.shape[2], -1)
        else:
            joined = joined.transpose(1, 2)
        self.weights = {layers[0][0]: joined.contiguous()}
        for weight, bias in layers[1:]:
            self.weights[weight] = first[weight].transpose(1, 2).contiguous()
            if bias is not None:
                self.weights[bias] = first[bias].unsqueeze(1).clone()
        self.optimiser = Optimiser(recipe)
        self.fused = recipe.optimiser == "sgd" and not recipe.momentum

    def step(self, inputs: Tensor, labels: Tensor, share: Tensor, step_size: float) -> Tensor:
        """One step; returns the outputs (K, b, classes) before it.

        `inputs` (b, d) or (K, b, d), `labels` (b,) or (K, b), `share` (b,) or (K, b).
        """
        ones = [inputs.new_ones(*inputs.shape[:-1], 1)] if self.joined else []
        entered = torch.cat([inputs, *ones], dim=-1)
        hidden = self._forward(entered)
        outputs = hidden.pop()
        slope = self._output_slope(outputs, labels, share)
        slopes: Parameters = {}
        for layer in range(self.layers - 1, 0, -1):
            below, (weight, bias) = hidden[layer - 1], self.names[layer]
            back = torch.bmm(slope, self.weights[weight].transpose(1, 2))
            self._change(weight, below.transpose(1, 2), slope, step_size, slopes)
            if bias is not None:
                self._shift(bias, slope, step_size, slopes)
            # The ReLU lets through where it was positive; in the memory layout of `below`.
            slope = torch.mul(back, below.sign(), out=torch.empty_like(below))
        if self.shared:
            flat = slope.transpose(0, 1).reshape(len(entered), -1)
            self._change(self.names[0][0], entered.T, flat, step_size, slopes)
        else:
            self._change(self.names[0][0], entered.transpose(1, 2), slope, step_size, slopes)
        if not self.fused:
            self.optimiser.step(self.weights, slopes, step_size)
        return outputs

    def parameters(self) -> Parameters:
        """The weights (K, outputs, inputs) and biases (K, outputs)."""
        weight, bias = self.names[0]
        joined = self.weights[weight]
        if self.shared:
            joined = joined.reshape(-1, self.models, self.width).permute(1, 2, 0)
        else:
            joined = joined.transpose(1, 2)
        found = {weight: joined[:, :, : self.size]}
        if bias is not None:
            found[bias] = joined[:, :, -1]
        for weight, bias in self.names[1:]:
            found[weight] = self.weights[weight].transpose(1, 2)
            if bias is not None:
                found[bias] = self.weights[bias].squeeze(1)
        return {name: values.contiguous() for name, values in found.items()}

    def _forward(self, entered: Tensor) -> list[Tensor]:
        """Hidden layers after the ReLU, and the outputs, all (K, b, width)."""
        if self.shared:
            flat = entered @ self.weights[self.names[0][0]]
            values = flat.reshape(len(entered), self.models, self.width).transpose(0, 1)
        else:
            values = torch.bmm(entered, self.weights[self.names[0][0]])
        found = [values]
        for name, bias in self.names[1:]:
            below, weight = found[-1].relu_(), self.weights[name]
            found.append(
                torch.bmm(below, weight)
                if bias is None
                else torch.baddbmm(self.weights[bias], below, weight)
            )
        return found

    def _output_slope(self, outputs: Tensor, labels: Tensor, share: Tensor) -> Tensor:
        """Gradient of the weighted losses in the outputs."""
        slope = training_loss(self.recipe.loss, labels.is_floating_point()).slopes(outputs, labels)
        return slope.mul_(share.expand(outputs.shape[:2]).unsqueeze(2))

    def _change(
        self, name: str, left: Tensor, right: Tensor, step_size: float, slopes: Parameters
    ) -> None:
        """The gradient left @ right of a weight: taken as a step at once, or kept for later."""
        weight = self.weights[name]
        if not self.fused:
            slopes[name] = left @ right
        elif weight.dim() == 2:
            weight.addmm_(left, right, beta=self._kept(step_size), alpha=-step_size)
        else:
            weight.baddbmm_(left, right, beta=self._kept(step_size), alpha=-step_size)

    def _shift(self, name: str, slope: Tensor, step_size: float, slopes: Parameters) -> None:
        total = slope.sum(dim=1, keepdim=True)
        if self.fused:
            self.weights[name].mul_(self._kept(step_size)).sub_(total, alpha=step_size)
        else:
            slopes[name] = total

    def _kept(self, step_size: float) -> float:
        return 1.0 - step_size * self.recipe.weight_decay
