"""The kernels that run files name: their values, and how large K(x, x) can be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.input_range import InputRange
from stability.errors import DataError
from stability.runs.learners.kernel_keys import KernelKeys

if TYPE_CHECKING:
    from stability.kernels.kernel import Kernel

Floats = NDArray[np.float64]


def label_free(keys: KernelKeys, shape: tuple[int, ...]) -> Kernel:
    """The kernel of a name for inputs of a shape, without a label system.

    Raises DataError for the cntk of inputs that are no images.
    """
    from stability.kernels import KernelFunction, NeuralTangentKernel

    if keys.kernel == "ntk":
        return NeuralTangentKernel(
            keys.value("activation"), keys.value("depth"),
            float(keys.value("weight_std")), float(keys.value("bias_std")),
        )  # fmt: skip
    if keys.kernel == "cntk":
        from stability.kernels import ConvolutionalTangentKernel

        return ConvolutionalTangentKernel(
            image_shape(shape), keys.value("strides"), keys.value("pooling")
        )
    return KernelFunction(keys.kernel, quick_kernel(keys))


def quick_kernel(keys: KernelKeys) -> Callable[[Floats, Floats], ArrayLike]:
    """The gaussian, laplace or linear kernel, with its bandwidth if it has one."""
    if keys.kernel == "linear":
        return plain_kernel("linear")
    return plain_kernel(keys.kernel, float(keys.value("bandwidth")))


def image_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Channels, height and width of images of a shape. Raises DataError for other inputs.

    >>> image_shape((8, 8))
    (1, 8, 8)
    """
    if len(shape) not in (2, 3):
        raise DataError(
            where="model.kernel",
            found=f"'cntk', and inputs of shape {shape}",
            allowed="with it images: (height, width) or (channels, height, width)",
            remedy="Give the inputs in that shape, or use the ntk.",
        )
    channels, height, width = shape if len(shape) == 3 else (1, *shape)
    return channels, height, width


def plain_kernel(name: str, bandwidth: float = 1.0) -> Callable[[Floats, Floats], ArrayLike]:
    """The kernel of this name: gaussian and laplace have the bandwidth, linear has none.

    >>> plain_kernel("laplace", 2.0)(np.zeros((1, 2)), np.ones((1, 2))).round(4).tolist()
    [[0.3679]]
    """
    from sklearn.metrics import pairwise

    if name == "gaussian":
        return partial(pairwise.rbf_kernel, gamma=1.0 / (2.0 * bandwidth**2))
    if name == "laplace":
        return partial(pairwise.laplacian_kernel, gamma=1.0 / bandwidth)
    return pairwise.linear_kernel


def largest_own_value(keys: KernelKeys, box: InputRange, shape: tuple[int, ...]) -> float:
    """The supremum of K(x, x) over all inputs of a shape in a box, rounded up; no kernel of one's
    own. Infinite where it is above the largest float."""
    from stability.kernels import ConvolutionalTangentKernel, NeuralTangentKernel

    columns = int(np.prod(shape))
    if keys.kernel == "linear":
        return box.largest_norm(columns) ** 2 * (1.0 + 2.0**-50)
    kernel = label_free(keys, shape)
    if isinstance(kernel, NeuralTangentKernel):
        return kernel.largest_own_value(box.largest_norm(columns))
    if isinstance(kernel, ConvolutionalTangentKernel):
        sides = np.maximum(np.abs(np.asarray(box.low)), np.abs(np.asarray(box.high)))
        return kernel.largest_own_value(np.broadcast_to(sides, (columns,)))
    return 1.0
