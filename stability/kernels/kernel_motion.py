"""How the tangent kernel of a two-layer network moves in training, predicted before it starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.kernels.kernel import Floats
from stability.kernels.neurons import Neurons, fourth_contracted, third_contracted
from stability.kernels.time_weights import time_weights
from stability.kernels.two_layer import TwoLayerNetwork, targets_of


@dataclass(frozen=True, eq=False)
class KernelMotion:
    """The tangent kernel at the start, and how far K3 and K4 move it: (n, n') each.

    `third` comes from K3 alone and `fourth` from K4; `of_order` adds them up.
    """

    start: Floats
    third: Floats
    fourth: Floats

    def of_order(self, order: int) -> Floats:
        """The predicted kernel (n, n') with the first `order` of the two, 0 to 2."""
        return np.sum([self.start, self.third, self.fourth][: order + 1], axis=0)


def predicted_motion(
    network: TwoLayerNetwork,
    inputs: ArrayLike,
    targets: ArrayLike,
    time: float,
    rows: ArrayLike,
    columns: ArrayLike | None = None,
) -> KernelMotion:
    """The kernel between rows (n, ...) and columns (n', ...) after gradient flow on squares.

    The flow starts from `network`, runs for `time` (infinity: to its end) and is on
    sum (f(x_i) - y_i)^2 / (2 n) with the n training `inputs` and `targets` (n,). The prediction is
    the second-order solution of the hierarchy: K4 is frozen at its start, and in the terms of K3
    and K4 outputs move as those of the linearised network do. It is exact but for terms of higher
    order: of 1/m^2, for smooth activations and fixed time, where K itself moves by 1/m. For "relu"
    only the part without delta functions is counted, and that does not hold. Columns: by default
    the rows again.

    Source: Chen, He & Su (2020), section 3 (there for outputs that are 0 at the start).

    Raises DataError for inputs and targets that do not fit, SetupError for a time below 0.

    >>> network = TwoLayerNetwork.random(500, 2, "softplus", seed=0)
    >>> X, y = np.array([[1.0, 0.5], [-0.5, 1.0]]), [1.0, -1.0]
    >>> motion = predicted_motion(network, X, y, 2.0, X)
    >>> [moved] = network.trained(X, y, [2.0])
    >>> errors = [abs(motion.of_order(k) - moved.matrix(X)).max() for k in (0, 2)]
    >>> bool(errors[1] < 0.05 * errors[0])
    True
    """
    x, y = network.points(inputs), targets_of(targets, inputs)
    one = network.points(rows)
    other = None if columns is None else network.points(columns)
    weights = time_weights(network.matrix(x), y - network.outputs(x), time)
    width = network.width
    neurons = Neurons(network.hidden, network.output, np.ones(width), network.activation)
    return KernelMotion(
        start=network.matrix(one, other),
        third=third_contracted(neurons, one, other, x, weights.once) / width**1.5,
        fourth=fourth_contracted(neurons, one, other, x, weights.left, weights.right) / width**2,
    )
