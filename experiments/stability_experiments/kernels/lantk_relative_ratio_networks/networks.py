"""Two-layer networks of table 3: few neurons that stand for many, trained, and their kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from stability.datasets import Dataset
from stability.elasticity import relative_ratio
from stability.kernels.empirical import EmpiricalKernel
from stability.kernels.regression import KernelRegression, accuracy
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability.training.start import build_network
from stability_experiments.common.colour_classes import Part

PUBLISHED_WIDTH = 40_960


@dataclass(frozen=True)
class Net:
    """f(x) = (1/sqrt(M)) sum_r a_r max(w_r . x, 0), the sum over M neurons taken from `neurons`.

    M = `width`, no biases, initial weights as torch draws them at width M: uniform up to
    1/sqrt(inputs) and 1/sqrt(M). Fewer neurons count for M / neurons each. As Adam does not see the
    scale of a gradient, each of them then moves as it would among M, so both the sum and the kernel
    are means over a sample of the neurons of the wide network.
    """

    neurons: int
    width: int

    def __str__(self) -> str:
        many = f" that stand for {self.width:,}" if self.width != self.neurons else ""
        return f"{self.neurons:,} neurons{many}"

    def __call__(self, shape: tuple[int, ...], classes: int) -> nn.Module:
        """The module, as a recipe takes it."""
        hidden = nn.Linear(prod(shape), self.neurons, bias=False)
        output = nn.Linear(self.neurons, classes, bias=False)
        with torch.no_grad():
            output.weight.mul_(sqrt(self.neurons / self.width))
        scale = Times(sqrt(self.width) / self.neurons)
        return nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), output, scale)

    def recipe(self, seed: int) -> Recipe:
        """How it is trained by the published code: Adam, squares of f - y with y = 0 or 1."""
        return Recipe(
            network=self,
            optimiser="adam",
            step_size=3e-4,
            epochs=10,
            batch_size=128,
            loss="binary-squared",
            init_seed=seed,
            order_seed=seed,
            dtype="float32",
            threads=torch.get_num_threads(),
        )


class Times(nn.Module):
    """Multiplication by a number."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, values: Tensor) -> Tensor:
        """The values times the number."""
        return self.factor * values


def measured(
    net: Net, train: Part, test: Part, classes: Sequence[str], seed: int
) -> dict[str, ArrayLike]:
    """One network before and after training.

    "ratios" (2, 2) in per cent, of train with train and of test with train; "accuracies" (2,) in
    per cent of kernel regression on the test images with either kernel, "conditions" (2,);
    "network" its own test accuracy in per cent after training.
    """
    recipe = net.recipe(seed)
    data = Dataset(train.inputs, train.labels, tuple(classes), "two classes of CIFAR-10")
    start = EmpiricalKernel(build_network(recipe, data.shape, 2))
    end = EmpiricalKernel.of(train_one(recipe, data))
    own = 100 * np.mean((end.outputs(test.inputs)[:, 0] > 0.5) == test.labels)
    ratios, accuracies, conditions = zip(
        *(_of_kernel(kernel, train, test) for kernel in (start, end)), strict=True
    )
    found: dict[str, ArrayLike] = {"ratios": ratios, "accuracies": accuracies}
    return found | {"conditions": conditions, "network": own}


def _of_kernel(
    kernel: EmpiricalKernel, train: Part, test: Part
) -> tuple[tuple[float, float], float, float]:
    inside, across = kernel.matrix(train.inputs), kernel.matrix(test.inputs, train.inputs)
    own = np.diagonal(inside)
    sides = (kernel.diagonal(test.inputs), test.labels, own, train.labels)
    ratios = relative_ratio(inside, own, train.labels), relative_ratio(across, *sides)
    fitted = KernelRegression.fit(inside, 2.0 * train.labels - 1.0)
    right = accuracy(fitted.predict(across), test.labels)
    return (100 * ratios[0], 100 * ratios[1]), 100 * right, fitted.condition_number
