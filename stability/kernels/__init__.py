"""Kernels: the tangent kernels of networks, of infinite width and as they are, and one's own.

>>> from stability.kernels import NeuralTangentKernel
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.kernels.analytic import NeuralTangentKernel
    from stability.kernels.convolutional import ConvolutionalTangentKernel
    from stability.kernels.empirical import EmpiricalKernel
    from stability.kernels.kernel import Kernel
    from stability.kernels.own_kernel import KernelFunction

__all__ = [
    "ConvolutionalTangentKernel",
    "EmpiricalKernel",
    "Kernel",
    "KernelFunction",
    "NeuralTangentKernel",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
