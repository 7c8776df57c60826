"""The tangent kernel of the published network, 40,960 units wide, on 1,000 images of MNIST's size.

From layer factors, beside the matrix products alone, per-example gradients, and one update with a
new evaluation of all images per image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap

from stability.elasticity.steps import finite_steps
from stability.kernels.empirical import EmpiricalKernel
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.networks.network import network_from
from stability.training.torch_settings import limited_threads

EXAMPLES, PIXELS, THREADS, REPEATS = 1000, 784, 2, 2
WIDTH = 40_960
FITTING = 1024
"""A width whose per-example gradients, 6.4 GB in float64, fit the memory of most machines."""
PROBES = 4


def run(
    examples: int = EXAMPLES, width: int = WIDTH, fitting: int = FITTING, seed: int = 0
) -> Iterator[str]:
    """Two lines: the width as published, then the largest at which gradients fit the memory."""
    generator = np.random.default_rng(seed)
    images = generator.uniform(-1.0, 1.0, size=(examples, PIXELS))
    with limited_threads(THREADS):
        yield _as_published(images, width)
        yield _against_gradients(images, fitting)


def _kernel(width: int) -> EmpiricalKernel:
    module = MultilayerPerceptron(widths=(width,)).module((PIXELS,), 1)
    return EmpiricalKernel(network_from(module, (PIXELS,)))


def _as_published(images: np.ndarray, width: int) -> str:
    kernel = _kernel(width)
    factors, _ = _best(lambda: kernel.matrix(images))
    products, _ = _best(lambda: _products_alone(len(images), width))
    slopes = np.ones((PROBES, 1))
    start = perf_counter()
    finite_steps(kernel, images[:PROBES], slopes, images, np.full(PROBES, 1e-6))
    probes = (perf_counter() - start) / PROBES * len(images)
    return (
        f"tangent kernel of {len(images):,} x {len(images):,} images, {width:,} units, float64: "
        f"{factors:.2f} s from layer factors, {factors / products:.2f} times its matrix products "
        f"alone ({products:.2f} s); one update and evaluation per image: {probes:.0f} s (from "
        f"{PROBES} of them), ratio {probes / factors:.0f}"
    )


def _against_gradients(images: np.ndarray, width: int) -> str:
    kernel = _kernel(width)
    factors, fast = _best(lambda: kernel.matrix(images))
    gradients, slow = _best(lambda: _from_gradients(kernel, images))
    difference = float(np.abs(fast - slow).max() / np.abs(slow).max())
    return (
        f"the same, {width:,} units: {factors:.3f} s from layer factors, {gradients:.2f} s from "
        f"per-example gradients (torch.func); ratio {gradients / factors:.0f}; largest relative "
        f"difference {difference:.1e}"
    )


def _products_alone(examples: int, width: int) -> Tensor:
    """The products that no way around can save: forward, slopes and features of the hidden layer,
    and inputs."""
    inputs, weights = torch.rand(examples, PIXELS), torch.rand(width, PIXELS)
    inputs, weights = inputs.double(), weights.double()
    hidden = inputs @ weights.T
    return (hidden @ hidden.T) * (inputs @ inputs.T) + hidden @ hidden.T


def _from_gradients(kernel: EmpiricalKernel, images: np.ndarray) -> np.ndarray:
    inputs = torch.tensor(images)

    def output(weights: dict[str, Tensor], x: Tensor) -> Tensor:
        return kernel.network.evaluate(weights, x[None]).sum()

    each = vmap(grad(output), in_dims=(None, 0))(kernel.weights, inputs)
    rows = [g.reshape(len(images), -1) for g in each.values()]
    return sum((g @ g.T for g in rows), torch.zeros(len(images), len(images))).numpy()


def _best(work: Callable[[], np.ndarray | Tensor]) -> tuple[float, np.ndarray]:
    """The shortest time of some rounds, and what was found."""
    shortest, found = np.inf, np.empty(0)
    for _ in range(REPEATS):
        start = perf_counter()
        found = np.asarray(work())
        shortest = min(shortest, perf_counter() - start)
    return shortest, found
