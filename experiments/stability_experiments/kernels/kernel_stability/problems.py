"""Pairs of classes, and the values of every kernel on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.datasets import Dataset
from stability.kernels import ConvolutionalTangentKernel, KernelFunction, NeuralTangentKernel
from stability.kernels.kernel import Kernel
from stability_experiments.common.colour_classes import ColourClasses
from stability_experiments.common.images import digit_images

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
COLOUR_PAIRS = (("frog", "ship"), ("deer", "truck"), ("cat", "deer"))
DIGIT_PAIRS = (("3", "8"), ("4", "9"))
DIGITS = 100, 50
"""The most training and test images of each class that the embedded digits have for all samples."""
Place = tuple[str, int]
"""A pair of classes, and the number of a sample of images of them."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Images (m, d) and (n, d) of a `shape` with pixels in [0, 1], and their labels 0 and 1."""

    name: str
    shape: tuple[int, int, int]
    inputs: Floats
    labels: Labels
    test_inputs: Floats
    test_labels: Labels

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
    """The problems of an experiment: pairs of CIFAR-10 or, without it, of the embedded digits.

    No two samples of a pair share an image.
    """

    problems: Mapping[Place, Problem]
    fingerprints: tuple[str, ...]
    name: str

    @classmethod
    def load(
        cls, data: Path | None, training: int, test: int, seed: int, samples: int = 1
    ) -> Source:
        """`training` and `test` images of each class in each of some samples."""
        found: dict[Place, Problem] = {}
        if data is not None and (data / "cifar-10").is_dir():
            images = ColourClasses.load(data)
            for pair in COLOUR_PAIRS:
                train, held = images.parts(pair, training * samples, test * samples)
                arrays = (train.inputs, train.labels), (held.inputs, held.labels)
                found |= _split("/".join(pair), (3, 32, 32), arrays, samples)
            return cls(found, images.fingerprints, "CIFAR-10")
        inside, outside, _ = digit_images(None, 1200, 1797, seed)
        for pair in DIGIT_PAIRS:
            arrays = tuple(
                _images(digits, pair, min(wanted, most // samples) * samples)
                for digits, wanted, most in zip(
                    (inside, outside), (training, test), DIGITS, strict=True
                )
            )
            found |= _split("/".join(pair), (1, 8, 8), arrays, samples)
        return cls(found, (inside.fingerprint, outside.fingerprint), "digits")


def _images(digits: Dataset, pair: tuple[str, str], count: int) -> tuple[Floats, Labels]:
    """The first so many of each class, in the order of the classes."""
    rows = [np.flatnonzero(digits.labels == int(name))[:count] for name in pair]
    labels = np.repeat([0, 1], [len(r) for r in rows])
    return digits.inputs[np.concatenate(rows)].astype(np.float64), labels


def _split(
    pair: str,
    shape: tuple[int, int, int],
    parts: Sequence[tuple[Floats, Labels]],
    samples: int,
) -> Iterator[tuple[Place, Problem]]:
    """A problem for each sample, from the training and the test images of all samples."""
    for sample in range(samples):
        arrays: list[Any] = []
        for inputs, labels in parts:
            rows = np.concatenate(
                [np.array_split(np.flatnonzero(labels == label), samples)[sample]
                 for label in (0, 1)]
            )  # fmt: skip
            arrays += [inputs[rows], labels[rows]]
        yield (pair, sample), Problem(pair, shape, *arrays)
