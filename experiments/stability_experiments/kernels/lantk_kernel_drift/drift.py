"""One network that is trained: how far its kernel moves, and how far predictions are off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets import load_digits
from stability.datasets.sampling import positions_per_class
from stability.kernels.kernel_motion import predicted_motion
from stability.kernels.two_layer import TwoLayerNetwork

Floats = NDArray[np.float64]
ORDERS = (0, 1, 2)
BLOCKS = ("train-train", "test-train")
CLASSES = {"digits": ("4", "9"), "cifar-10": ("airplane", "ship")}


@dataclass(frozen=True)
class Net:
    """A two-layer network."""

    activation: str
    width: int

    def __str__(self) -> str:
        return f"{self.activation}, width {self.width:,}"

    def place(self, seed: int) -> str:
        """The name of a folder for what belongs to one seed."""
        return f"{self.activation}-{self.width}/seed-{seed}"


@dataclass(frozen=True, eq=False)
class Problem:
    """Two classes: `images` (2 n, d), a constant 1 at the end, first the n for training.

    `targets` (n,) of those are 1 and -1.
    """

    name: str
    images: Floats
    targets: Floats
    fingerprint: str

    @property
    def coordinates(self) -> Floats:
        """The images (2 n, k) in a basis of their span, of mean square length 1."""
        return spanned(self.images) / np.sqrt((self.images**2).sum(axis=1).mean())


def spanned(points: Floats) -> Floats:
    """Points (n, d) as (n, min(n, d)) in an orthonormal basis of their span.

    A network with Gaussian hidden weights does not notice a rotation, and is the smaller.
    """
    _, triangle = np.linalg.qr(points.T)
    return triangle.T


def problem(data: Path | None, per_class: int, seed: int) -> Problem:
    """Random images, as many per class for training as for testing.

    Aeroplanes and ships among the test images of CIFAR-10, or without a data folder the embedded
    digits 4 and 9.
    """
    if data is None:
        name, images = "digits", load_digits()
    else:
        from stability.datasets.sources.cifar10 import load_cifar10

        name, images = "cifar-10", load_cifar10(data, "test")
    own = [images.classes.index(word) for word in CLASSES[name]]
    places = np.flatnonzero(np.isin(images.labels, own))
    chosen = places[positions_per_class(images.labels[places], 2 * per_class, seed)]
    of_class = [chosen[images.labels[chosen] == label] for label in own]
    order = np.concatenate([part[:per_class] for part in of_class]
                           + [part[per_class:] for part in of_class])  # fmt: skip
    pixels = np.asarray(images.inputs, dtype=np.float64).reshape(len(images), -1)[order]
    return Problem(
        name=name,
        images=np.hstack([pixels, np.ones((len(pixels), 1))]),
        targets=np.repeat([1.0, -1.0], per_class),
        fingerprint=images.fingerprint,
    )


def drift(net: Net, points: ArrayLike, targets: ArrayLike, times: Sequence[float], seed: int
          ) -> Mapping[str, ArrayLike]:  # fmt: skip
    """Train from random weights and compare: "errors" (S, 3, 2) at S times, "loss" (S,).

    Outputs count from where they start, as in the paper, where they start from 0: targets are what
    is to be added to them, and the loss is the mean square of what is still missing.
    Errors are |K_t - prediction| / |K_0| (Frobenius) for predictions of order 0 (the kernel stays),
    1 and 2, on `BLOCKS`; so those of order 0 are how far the kernel moves. Times count in
    n / lambda_max, the largest eigenvalue of the kernel at the start.
    """
    x, labels = np.asarray(points), np.asarray(targets)
    train = x[: len(labels)]
    start = TwoLayerNetwork.random(net.width, x.shape[1], net.activation, seed)
    y = start.outputs(train) + labels
    unit = len(y) / float(np.linalg.eigvalsh(start.matrix(train))[-1])
    moments = [unit * time for time in times]
    errors, losses = [], []
    for moment, end in zip(moments, start.trained(train, y, moments), strict=True):
        motion = predicted_motion(start, train, y, moment, x, train)
        measured = end.matrix(x, train)
        errors.append(
            [_relative(measured, motion.of_order(k), motion.start, len(y)) for k in ORDERS]
        )
        losses.append(float(((end.outputs(train) - y) ** 2).mean()))
    return {"errors": np.array(errors), "loss": np.array(losses)}


def _relative(measured: Floats, predicted: Floats, start: Floats, training: int) -> list[float]:
    """|measured - predicted| / |start| on each of `BLOCKS`."""
    parts = slice(None, training), slice(training, None)
    return [
        float(np.linalg.norm((measured - predicted)[rows]) / np.linalg.norm(start[rows]))
        for rows in parts
    ]
