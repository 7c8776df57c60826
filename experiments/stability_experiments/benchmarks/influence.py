"""All products of per-example gradients: from layer factors, against the gradients themselves."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np
import torch
from torch.func import grad, vmap

from stability.datasets import Dataset
from stability.estimate import gradient_products
from stability.training import Recipe, train_one
from stability.training.losses import cross_entropy
from stability.training.model import Model
from stability.training.torch_settings import limited_threads

EXAMPLES = 1000
PIXELS = 784
REPEATS = 3
THREADS = 2


def run(examples: int = EXAMPLES, seed: int = 0) -> Iterator[str]:
    """A 784-64-10 network (50,890 weights), made-up images, float64, both ways with two threads."""
    generator = np.random.default_rng(seed)
    images = generator.uniform(size=(examples, PIXELS)) * generator.uniform(size=PIXELS)
    names = tuple("0123456789")
    data = Dataset(images, generator.integers(0, 10, examples), names, "made up", (28, 28))
    recipe = Recipe(widths=(64,), step_size=0.05, epochs=1, batch_size=50, threads=THREADS)
    model = train_one(recipe, data)
    factors = gradients = np.inf
    fast = slow = np.empty(0)
    for _ in range(REPEATS):
        start = perf_counter()
        fast = gradient_products(model, data)
        factors = min(factors, perf_counter() - start)
        start = perf_counter()
        slow = _from_gradients(model, data)
        gradients = min(gradients, perf_counter() - start)
    difference = float(np.abs(fast - slow).max() / np.abs(slow).max())
    yield (
        f"{examples} x {examples} influence matrix of a 784-64-10 network: {factors:.3f} s from "
        f"layer factors, {gradients:.2f} s from per-example gradients (torch.func); ratio "
        f"{gradients / factors:.0f}; largest relative difference {difference:.1e}"
    )


def _from_gradients(model: Model, data: Dataset) -> np.ndarray:
    """The gradient of every example (n, p) by torch.func, and one matrix product."""
    inputs, labels = torch.tensor(data.inputs), torch.tensor(data.labels)

    def loss(parameters: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return cross_entropy(model.network.forward(parameters, x[None]), y[None]).sum()

    with limited_threads(THREADS):
        each = vmap(grad(loss), in_dims=(None, 0, 0))(model.parameters, inputs, labels)
        rows = torch.cat([g.reshape(len(data), -1) for g in each.values()], dim=1)
        return (rows @ rows.T).numpy()
