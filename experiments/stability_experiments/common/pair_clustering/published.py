"""The published accuracies (He and Su, ICLR 2020), percent, each from one run of one seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from stability_experiments.common.pair_clustering.methods import (
    KERNELIZED,
    KMEANS,
    PCA,
    PROBABILITY,
    RELATIVE,
    UNTRAINED,
    Method,
)
from stability_experiments.common.pair_clustering.pairs import Pair, digit_pair

FNN, FNN_BCE = "FNN", "FNN BCE"
LINEAR, LINEAR_BCE = "linear", "linear BCE"
CNN, RESIDUAL = "CNN", "residual"
PLAIN_STEP = "FNN, step 0.003"
"""The perceptron with the published number as step size, whatever its width."""

DIGIT_PAIRS = (
    digit_pair(5, 8, 3, 9),
    digit_pair(4, 9, 5, 7),
    digit_pair(7, 9, 4, 5),
    digit_pair(5, 9, 4, 8),
    digit_pair(3, 5, 8, 9),
    digit_pair(3, 8, 5),
)
COLOUR_PAIRS = (
    Pair((1, 3), (2,), "car v cat"),
    Pair((1, 7), (3, 2), "car v horse"),
    Pair((3, 2), (1,), "cat v bird"),
    Pair((5, 4), (6,), "dog v deer"),
    Pair((1, 2), (3,), "car v bird"),
    Pair((4, 6), (5,), "deer v frog"),
)
"""The published pairs, in the order of the tables."""

MNIST = "He and Su 2020, MNIST table"
CIFAR = "He and Su 2020, CIFAR-10 table"
ARCHITECTURES = "He and Su 2020, table of architectures"
RANDOM = "He and Su 2020, table of random weights"

Six = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Line:
    """One line of a table: accuracies of the six pairs."""

    values: Six
    source: str


MNIST_LINES: Mapping[Method, Line] = MappingProxyType(
    {
        KMEANS: Line((50.4, 54.5, 55.5, 56.3, 69.0, 76.5), MNIST),
        PCA: Line((50.4, 54.5, 55.7, 56.5, 70.7, 76.4), MNIST),
        Method(LINEAR, RELATIVE): Line((51.0, 54.6, 51.3, 58.8, 58.3, 58.7), MNIST),
        Method(LINEAR, KERNELIZED): Line((50.1, 55.5, 55.5, 56.3, 69.3, 76.1), MNIST),
        Method(LINEAR_BCE, RELATIVE, PROBABILITY): Line(
            (50.1, 50.0, 50.2, 50.6, 51.4, 50.1), MNIST
        ),
        Method(LINEAR_BCE, KERNELIZED, PROBABILITY): Line(
            (50.7, 56.7, 62.3, 55.2, 53.9, 51.6), MNIST
        ),
        Method(FNN, RELATIVE): Line((75.9, 55.6, 62.5, 89.3, 50.3, 74.7), MNIST),
        Method(FNN, KERNELIZED): Line((71.0, 63.8, 64.6, 67.8, 71.5, 78.8), MNIST),
        Method(FNN_BCE, RELATIVE, PROBABILITY): Line((50.2, 50.5, 51.9, 55.7, 53.7, 50.2), MNIST),
        Method(FNN_BCE, KERNELIZED, PROBABILITY): Line((52.1, 59.3, 64.5, 58.2, 52.5, 51.8), MNIST),
        Method(CNN, RELATIVE): Line((54.2, 53.7, 89.1, 50.1, 50.1, 83.0), ARCHITECTURES),
        Method(CNN, KERNELIZED): Line((64.1, 69.5, 91.3, 97.6, 75.3, 87.4), ARCHITECTURES),
        Method(RESIDUAL, RELATIVE): Line((50.7, 55.0, 55.5, 78.3, 52.3, 52.3), ARCHITECTURES),
        Method(RESIDUAL, KERNELIZED): Line((50.2, 60.4, 54.8, 76.3, 66.9, 68.8), ARCHITECTURES),
        Method(FNN + UNTRAINED, RELATIVE): Line((50.9, 55.2, 51.2, 59.0, 58.5, 59.9), RANDOM),
        Method(FNN + UNTRAINED, KERNELIZED): Line((50.4, 55.5, 55.7, 56.6, 68.4, 75.9), RANDOM),
    }
)

CIFAR_LINES: Mapping[Method, Line] = MappingProxyType(
    {
        KMEANS: Line((50.3, 50.9, 51.1, 51.6, 51.8, 52.4), CIFAR),
        PCA: Line((50.6, 51.0, 51.1, 51.6, 51.7, 52.4), CIFAR),
        Method(LINEAR, RELATIVE): Line((50.0, 56.8, 55.2, 50.6, 56.3, 52.5), CIFAR),
        Method(LINEAR, KERNELIZED): Line((50.4, 50.7, 51.1, 51.3, 51.9, 52.8), CIFAR),
        Method(LINEAR_BCE, RELATIVE, PROBABILITY): Line(
            (50.4, 50.9, 50.2, 50.6, 55.3, 50.2), CIFAR
        ),
        Method(LINEAR_BCE, KERNELIZED, PROBABILITY): Line(
            (55.7, 58.1, 52.0, 50.5, 55.8, 53.0), CIFAR
        ),
        Method(FNN, RELATIVE): Line((53.7, 50.2, 58.4, 54.2, 63.0, 53.5), CIFAR),
        Method(FNN, KERNELIZED): Line((52.1, 50.5, 53.6, 52.7, 50.5, 53.0), CIFAR),
        Method(FNN_BCE, RELATIVE, PROBABILITY): Line((51.1, 53.5, 50.7, 51.1, 55.6, 50.3), CIFAR),
        Method(FNN_BCE, KERNELIZED, PROBABILITY): Line((58.4, 59.7, 56.6, 51.2, 55.0, 51.8), CIFAR),
    }
)

AUTOENCODER: Six = (50.9, 54.0, 61.8, 70.0, 64.3, 67.1)
RESNET_152: Six = (85.2, 94.2, 93.1, 82.0, 65.8, 96.0)
"""K-means on features of an autoencoder and of a ResNet-152 made for ImageNet, MNIST pairs.

Published numbers only: the one needs 5,000 epochs for each pair, the other weights from elsewhere.
"""
