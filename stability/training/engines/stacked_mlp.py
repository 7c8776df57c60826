"""Many perceptrons trained at once, gradients written by hand.

While a batch is the same for all models, the first layer of all of them is one matrix product
X [W_1 ... W_K], and so is its gradient; later layers are batched products. Plain SGD adds the
gradient products straight to the weights. Judged against `train_one`, which uses autograd.
"""

from __future__ import annotations

import torch
from torch import Tensor

from stability.training.engines.optimisers import Optimiser
from stability.training.networks.network import Parameters
from stability.training.recipe import Recipe


class StackedPerceptrons:
    """K perceptrons in training.

    Inside, inputs carry a last column of ones; the first layer is (d + 1, K * width) if all
    models see the `shared` inputs (b, d), else (K, d + 1, width) for inputs (K, b, d); later
    layers are (K, inputs, outputs), with biases (K, 1, outputs).
    """

    def __init__(self, recipe: Recipe, first: Parameters, shared: bool) -> None:
        """Start from stacked parameters, weights (K, outputs, inputs) and biases (K, outputs)."""
        self.recipe, self.shared = recipe, shared
        self.models, self.width, self.size = first["weight0"].shape
        self.layers = len(first) // 2
        joined = torch.cat([first["weight0"], first["bias0"].unsqueeze(2)], dim=2)
        if shared:
            joined = joined.permute(2, 0, 1).reshape(self.size + 1, -1)
        else:
            joined = joined.transpose(1, 2)
        self.weights = {"weight0": joined.contiguous()}
        for layer in range(1, self.layers):
            weight, bias = first[f"weight{layer}"], first[f"bias{layer}"]
            self.weights[f"weight{layer}"] = weight.transpose(1, 2).contiguous()
            self.weights[f"bias{layer}"] = bias.unsqueeze(1).clone()
        self.optimiser = Optimiser(recipe)
        self.fused = recipe.optimiser == "sgd" and not recipe.momentum

    def step(self, inputs: Tensor, labels: Tensor, share: Tensor, step_size: float) -> Tensor:
        """One step; returns the outputs (K, b, classes) before it.

        `inputs` (b, d) or (K, b, d), `labels` (b,) or (K, b), `share` (b,) or (K, b).
        """
        entered = torch.cat([inputs, inputs.new_ones(*inputs.shape[:-1], 1)], dim=-1)
        hidden = self._forward(entered)
        outputs = hidden.pop()
        slope = self._output_slope(outputs, labels, share)
        slopes: Parameters = {}
        for layer in range(self.layers - 1, 0, -1):
            below, weight = hidden[layer - 1], self.weights[f"weight{layer}"]
            back = torch.bmm(slope, weight.transpose(1, 2))
            self._change(f"weight{layer}", below.transpose(1, 2), slope, step_size, slopes)
            self._shift(f"bias{layer}", slope, step_size, slopes)
            # The ReLU lets through where it was positive; in the memory layout of `below`.
            slope = torch.mul(back, below.sign(), out=torch.empty_like(below))
        if self.shared:
            flat = slope.transpose(0, 1).reshape(len(entered), -1)
            self._change("weight0", entered.T, flat, step_size, slopes)
        else:
            self._change("weight0", entered.transpose(1, 2), slope, step_size, slopes)
        if not self.fused:
            self.optimiser.step(self.weights, slopes, step_size)
        return outputs

    def parameters(self) -> Parameters:
        """The weights (K, outputs, inputs) and biases (K, outputs)."""
        joined = self.weights["weight0"]
        if self.shared:
            joined = joined.reshape(self.size + 1, self.models, self.width).permute(1, 2, 0)
        else:
            joined = joined.transpose(1, 2)
        found = {"weight0": joined[:, :, :-1], "bias0": joined[:, :, -1]}
        for layer in range(1, self.layers):
            found[f"weight{layer}"] = self.weights[f"weight{layer}"].transpose(1, 2)
            found[f"bias{layer}"] = self.weights[f"bias{layer}"].squeeze(1)
        return {name: values.contiguous() for name, values in found.items()}

    def _forward(self, entered: Tensor) -> list[Tensor]:
        """Hidden layers after the ReLU, and the outputs, all (K, b, width)."""
        if self.shared:
            flat = entered @ self.weights["weight0"]
            values = flat.reshape(len(entered), self.models, self.width).transpose(0, 1)
        else:
            values = torch.bmm(entered, self.weights["weight0"])
        found = [values]
        for layer in range(1, self.layers):
            below = found[-1].relu_()
            weight, bias = self.weights[f"weight{layer}"], self.weights[f"bias{layer}"]
            found.append(torch.baddbmm(bias, below, weight))
        return found

    def _output_slope(self, outputs: Tensor, labels: Tensor, share: Tensor) -> Tensor:
        """Gradient of the weighted losses in the outputs: softmax - e_y, or 2 (f - e_y)."""
        if self.recipe.loss == "cross-entropy":
            shifted = outputs - outputs.amax(dim=2, keepdim=True)
            slope = shifted.exp_()
            slope /= slope.sum(dim=2, keepdim=True)
        else:
            slope = outputs.clone()
        index = labels.expand(outputs.shape[:2]).unsqueeze(2)
        slope.scatter_add_(2, index, slope.new_full((1, 1, 1), -1.0).expand(index.shape))
        factor = 1.0 if self.recipe.loss == "cross-entropy" else 2.0
        return slope.mul_((factor * share).expand(outputs.shape[:2]).unsqueeze(2))

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
