"""Pairs of classes, and the values of every kernel on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stability.kernels import ConvolutionalTangentKernel, KernelFunction, NeuralTangentKernel
from stability.kernels.kernel import Kernel
from stability_experiments.common.colour_classes import ColourClasses
from stability_experiments.common.images import digit_images

Floats = NDArray[np.float64]
COLOUR_PAIRS = (("frog", "ship"), ("deer", "truck"), ("cat", "deer"))
DIGIT_PAIRS = (("3", "8"), ("4", "9"))
DIGITS = 100, 35
"""The most training and test images of each class that the embedded digits have."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Images (m, d) and (n, d) of a `shape` with pixels in [0, 1], and their labels 0 and 1."""

    name: str
    shape: tuple[int, int, int]
    inputs: Floats
    labels: NDArray[np.int64]
    test_inputs: Floats
    test_labels: NDArray[np.int64]

    def values(self, base: str) -> dict[str, Floats]:
        """The kernel of a name at training images, "inside" (m, m), and "across" (n, m) to them.

        Each is divided by sqrt(K(x, x) K(x', x')), so that K(x, x) = 1 for every image there can
        be and a ridge means the same for all.
        """
        kernel, (inside, outside) = self._kernel(base)
        own, other = kernel.diagonal(inside), kernel.diagonal(outside)
        values = {
            "inside": kernel.matrix(inside) / np.sqrt(own[:, None] * own),
            "across": kernel.matrix(outside, inside) / np.sqrt(other[:, None] * own),
        }
        np.fill_diagonal(values["inside"], 1.0)
        return values

    def _kernel(self, base: str) -> tuple[Kernel, tuple[Floats, Floats]]:
        """The kernel, and the points it takes: pixels, in [-1, 1] but for the linear one."""
        pixels = self.inputs, self.test_inputs
        if base != "linear":
            pixels = 2 * pixels[0] - 1, 2 * pixels[1] - 1
        if base == "CNTK":
            strides = (1, 1, 1, 2, 1, 2, 1) if self.shape[1] > 8 else (1, 1, 2)
            return ConvolutionalTangentKernel(self.shape, strides), pixels
        inside, outside = (np.hstack([x, np.ones((len(x), 1))]) for x in pixels)
        if base == "NTK":
            return NeuralTangentKernel(), (inside, outside)
        return KernelFunction(base, _linear if base == "linear" else _gaussian), (inside, outside)


def _linear(a: Floats, b: Floats) -> Floats:
    return a @ b.T


def _gaussian(a: Floats, b: Floats) -> Floats:
    """exp(-2 |a - b|^2 / d): the width is fixed by the number of pixels, not by the sample."""
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.exp(-2 * np.maximum(squares, 0.0) / a.shape[1])


@dataclass(frozen=True)
class Source:
    """The problems of an experiment: pairs of CIFAR-10 or, without it, of the embedded digits."""

    problems: Mapping[str, Problem]
    fingerprints: tuple[str, ...]
    name: str

    @classmethod
    def load(cls, data: Path | None, training: int, test: int, seed: int) -> Source:
        """`training` and `test` images of each class."""
        if data is not None and (data / "cifar-10").is_dir():
            images = ColourClasses.load(data)
            found = {}
            for pair in COLOUR_PAIRS:
                train, held = images.parts(pair, training, test)
                name = "/".join(pair)
                found[name] = Problem(
                    name, (3, 32, 32), train.inputs, train.labels, held.inputs, held.labels
                )
            return cls(found, images.fingerprints, "CIFAR-10")
        inside, outside, _ = digit_images(None, 1400, 1797, seed)
        counts = min(training, DIGITS[0]), min(test, DIGITS[1])
        found = {}
        for pair in DIGIT_PAIRS:
            parts = []
            for digits, count in zip((inside, outside), counts, strict=True):
                rows = [np.flatnonzero(digits.labels == int(name))[:count] for name in pair]
                labels = np.repeat([0, 1], [len(r) for r in rows])
                parts += [digits.inputs[np.concatenate(rows)].astype(np.float64), labels]
            found["/".join(pair)] = Problem("/".join(pair), (1, 8, 8), *parts)
        return cls(found, (inside.fingerprint, outside.fingerprint), "digits")
