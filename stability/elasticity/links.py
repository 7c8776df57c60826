"""From the outputs of a network to the number whose changes are looked at, and its slopes.

A link maps outputs (n, K) to slopes (n, K): what `EmpiricalKernel.slopes` takes. The published
definitions look at the probability of a class; its slope p (1 - p) multiplies the kernel and
vanishes where the network is sure, so that logits and probabilities show different things.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from stability.kernels.empirical import Floats, Slopes, first_output

__all__ = ["class_probability", "first_output", "margin", "one_output", "sigmoid"]


def one_output(k: int) -> Slopes:
    """The output of class k itself, a logit for cross-entropy.

    >>> one_output(1)(np.zeros((1, 3))).tolist()
    [[0.0, 1.0, 0.0]]
    """

    def slopes(outputs: Floats) -> Floats:
        found = np.zeros_like(outputs)
        found[:, k] = 1.0
        return found

    return slopes


def sigmoid(outputs: Floats) -> Floats:
    """The probability sigmoid(z) of networks with one output: slope p (1 - p) = s(z) s(-z).

    >>> sigmoid(np.array([[0.0]])).tolist()
    [[0.25]]
    """
    return expit(outputs) * expit(-outputs)


def class_probability(k: int) -> Slopes:
    """The softmax probability of class k: slopes p_k (1[j = k] - p_j).

    >>> class_probability(0)(np.zeros((1, 2))).tolist()
    [[0.25, -0.25]]
    """

    def slopes(outputs: Floats) -> Floats:
        p = softmax(outputs, axis=1)
        found = -p[:, [k]] * p
        others = np.arange(p.shape[1]) != k
        found[:, k] = p[:, k] * p[:, others].sum(axis=1)
        return found

    return slopes


def margin(positive: int, negative: int) -> Slopes:
    """The output of one class minus that of another.

    >>> margin(0, 2)(np.zeros((1, 3))).tolist()
    [[1.0, 0.0, -1.0]]
    """

    def slopes(outputs: Floats) -> Floats:
        found = np.zeros_like(outputs)
        found[:, positive] = 1.0
        found[:, negative] = -1.0
        return found

    return slopes


def classes_of(outputs: Floats) -> NDArray[np.int64]:
    """The predicted class (n,) of every row of outputs (n, K); for one output, whether z > 0."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0).astype(np.int64)
    return outputs.argmax(axis=1)
