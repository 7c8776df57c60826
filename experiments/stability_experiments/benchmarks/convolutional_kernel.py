"""The convolutional tangent kernel of colour images: seconds a pair, beside its arithmetic.

The same elementwise operations, as often as the recursion has them, are timed on arrays that stay
in the cache of a core: no way of computing the recursion operation by operation is faster. Also
operations a second beside those of a matrix product, and two threads beside one. What one thread
takes is time of its core, which other processes do not change; two threads are timed by the clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from math import prod
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch

from stability.kernels.convolutional import BATCHES, STRIDES, ConvolutionalTangentKernel
from stability.kernels.covariance_maps import strided
from stability.training.torch_settings import limited_threads

ROWS, COLUMNS, ROUNDS = 64, 64, 4
SHAPE = 3, 32, 32
PRODUCT = 1024
"""The matrix product has so many rows, columns and terms."""
OPERATIONS = {"add": 1, "multiply": 1, "multiply and add": 2, "divide": 1, "clamp": 1, "acos": 1,
              "square root": 1}  # fmt: skip
"""Operations on a number in a pass of each kind; a clamp, an acos and a root count as one."""
RELU = {"multiply": 2, "divide": 1, "clamp": 2, "acos": 1, "multiply and add": 3, "square root": 1}
"""Passes over the numbers of a map that a ReLU makes."""


def run(
    rows: int = ROWS,
    columns: int = COLUMNS,
    shape: tuple[int, int, int] = SHAPE,
    rounds: int = ROUNDS,
    product: int = PRODUCT,
    seed: int = 0,
) -> Iterator[str]:
    """A line for one thread, beside its arithmetic, and one for two threads beside it."""
    images = np.random.default_rng(seed).uniform(-1.0, 1.0, size=(rows + columns, prod(shape)))
    kernel = ConvolutionalTangentKernel(shape)
    passes = counted(shape, STRIDES)
    ways: dict[str, Callable[[], Any]] = {
        "kernel": lambda: kernel.matrix(images[:rows], images[rows:]),
        **_passes(BATCHES["cpu"].numbers, seed),
        "product": _product(product),
    }
    alone = {"kernel": ways["kernel"]}
    with limited_threads(1):
        best = _best(ways, rounds, process_time)
        one = _best(alone, rounds, perf_counter)["kernel"]
    with limited_threads(2):
        two = _best(alone, rounds, perf_counter)["kernel"]
    pair = best["kernel"] / (rows * columns)
    limit = sum(count * best[name] for name, count in passes.items()) / BATCHES["cpu"].numbers
    operations = sum(count * OPERATIONS[name] for name, count in passes.items())
    acos = passes["acos"] * best["acos"] / BATCHES["cpu"].numbers
    yield (
        f"convolutional tangent kernel, {rows} x {columns} images {shape}, float64, one thread: "
        f"{1e6 * pair:.1f} us a pair; its passes on arrays in the cache: {1e6 * limit:.1f} us, "
        f"ratio {pair / limit:.2f}; acos alone is {100 * acos / limit:.0f}% of them; "
        f"{operations:,.0f} operations a pair, {1e-9 * operations / pair:.2f} billion a second, a "
        f"matrix product {2e-9 * product**3 / best['product']:.1f} billion"
    )
    yield (
        f"convolutional tangent kernel, the same by the clock: {1e6 * one / (rows * columns):.1f} "
        f"us a pair on one thread, {1e6 * two / (rows * columns):.1f} us on two, ratio "
        f"{one / two:.2f}; {os.getloadavg()[0]:.1f} processes wanted {os.cpu_count()} cores"
    )


def counted(shape: tuple[int, int, int], strides: Sequence[int]) -> dict[str, int]:
    """How many numbers each kind of pass goes over, for one pair of images without pooling.

    Products of pixels first, then the convolutions of both maps by sums of three down and three
    across, with a ReLU between any two, and the sum over the last maps.

    >>> found = counted((3, 32, 32), (1, 1, 1, 2, 1, 2, 1))
    >>> found["acos"], found["multiply and add"]
    (3648, 12992)
    """
    channels, *size = shape
    height, width = size
    found = dict.fromkeys(OPERATIONS, 0)
    found["multiply"] += height * width
    found["multiply and add"] += (channels - 1) * height * width
    for step, stride in enumerate(strides):
        if step > 0:
            for name, times in RELU.items():
                found[name] += times * height * width
        below = strided((height, width), stride)
        found["add"] += 2 * 2 * (below[0] * width + below[0] * below[1])
        height, width = below
    found["add"] += 2 * height * width
    return found


def _passes(numbers: int, seed: int) -> dict[str, Callable[[], Any]]:
    """A pass of each kind over so many numbers."""
    generator = torch.Generator().manual_seed(seed)
    one, other, out = (
        torch.rand(numbers, dtype=torch.float64, generator=generator) for _ in range(3)
    )
    return {
        "add": lambda: torch.add(one, other, out=out),
        "multiply": lambda: torch.mul(one, other, out=out),
        "multiply and add": lambda: torch.addcmul(one, one, other, out=out),
        "divide": lambda: torch.div(one, other, out=out),
        "clamp": lambda: torch.clamp(one, -1.0, 1.0, out=out),
        "acos": lambda: torch.acos(one, out=out),
        "square root": lambda: torch.sqrt(one, out=out),
    }


def _product(size: int) -> Callable[[], Any]:
    """A product of square matrices in float64."""
    one, other = torch.rand(size, size).double(), torch.rand(size, size).double()
    return lambda: one @ other


def _best(
    ways: dict[str, Callable[[], Any]], rounds: int, clock: Callable[[], float]
) -> dict[str, float]:
    """The shortest seconds of each, in rounds that go through all of them in turn."""
    found = dict.fromkeys(ways, np.inf)
    for _ in range(rounds):
        for name, work in ways.items():
            for _ in range(1 if name in ("kernel", "product") else 20):
                start = clock()
                work()
                found[name] = min(found[name], clock() - start)
    return found
