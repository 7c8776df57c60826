"""The step size above which gradient descent overshoots at the start: 2 / lambda_max.

Near weights w the mean loss over n points curves along the gradients of the outputs with the matrix
J^T C J / n: J holds the gradients of all outputs, C the second derivatives of the loss in the
outputs. Its largest eigenvalue is that of C^(1/2) K C^(1/2) / n with the tangent kernel K = J J^T.
Steps above 2 / lambda_max make the loss rise along that direction at first; wide networks may then
find a flatter place (Lewkowycz et al., The large learning rate phase of deep learning, 2020).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.linalg import eigvalsh

from stability.elasticity.step_factors import kernel_blocks
from stability.errors import DataError, SetupError
from stability.kernels.empirical import EmpiricalKernel
from stability.training.loss_function import LossFunction
from stability.training.losses import LOSSES


def largest_curvature(
    kernel: EmpiricalKernel, inputs: ArrayLike, loss: str | LossFunction
) -> float:
    """lambda_max of J^T C J / n for a loss of the training by its name, at inputs (n, ...).

    C is taken at the outputs of the network with its present weights; the losses that are trained
    curve the same way whatever the labels. Memory: (n K)^2 numbers for K outputs. Raises SetupError
    for another loss.
    """
    if callable(loss) or loss not in LOSSES:
        raise SetupError(where="loss", found=loss, allowed="one of " + ", ".join(map(repr, LOSSES)))
    outputs = kernel.outputs(inputs)
    count, classes = outputs.shape
    z = torch.tensor(outputs)
    C = np.stack(
        [
            LOSSES[loss].curvature(z, torch.eye(classes, dtype=z.dtype)[[b]].expand_as(z)).numpy()
            for b in range(classes)
        ],
        axis=2,
    )  # (n, K, K)
    values, vectors = np.linalg.eigh((C + C.transpose(0, 2, 1)) / 2)
    roots = vectors * np.sqrt(np.clip(values, 0.0, None))[:, None, :]  # C = roots roots^T
    if classes == 1:
        blocks = kernel.matrix(inputs)[:, :, None, None]
    else:
        blocks = kernel_blocks(kernel, inputs, inputs)  # [i, j, a, b]: output a at j, b at i
    inner = np.einsum("jac,ijab,ibd->jcid", roots, blocks, roots, optimize=True)
    whole = inner.reshape(count * classes, count * classes)
    last = count * classes - 1
    found = eigvalsh((whole + whole.T) / (2 * count), subset_by_index=(last, last))
    return float(found[0])


def step_limit(kernel: EmpiricalKernel, inputs: ArrayLike, loss: str) -> float:
    """2 / lambda_max: full-batch steps below it lower the loss at these weights, to second order.

    `inputs` (n, ...): the training points; with a sample of them the limit is that of the sample.
    Raises DataError where no step changes the loss.

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> kernel = EmpiricalKernel(network_from(nn.Linear(1, 1), (1,)))
    >>> round(step_limit(kernel, [[3.0]], "binary-squared"), 9)  # curvature 2 (x x + 1) = 20
    0.1
    """
    found = largest_curvature(kernel, inputs, loss)
    if not found > 0:
        raise DataError(
            where="kernel",
            found="no curvature at all",
            allowed="a network whose loss a step can change",
            remedy="Every gradient or every curvature vanishes: a dead network, or outputs that "
            "are saturated.",
        )
    return 2.0 / found
