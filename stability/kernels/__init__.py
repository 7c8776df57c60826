"""Kernels: tangent kernels of networks, of infinite width and as they are, and one's own.

>>> from stability.kernels import NeuralTangentKernel
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.kernels.analytic import NeuralTangentKernel
    from stability.kernels.convolutional import ConvolutionalTangentKernel
    from stability.kernels.empirical import EmpiricalKernel
    from stability.kernels.hierarchy import fourth_order, third_order
    from stability.kernels.hierarchy_expectations import expected_fourth_order
    from stability.kernels.kernel import Kernel
    from stability.kernels.kernel_motion import KernelMotion, predicted_motion
    from stability.kernels.label_aware.hoeffding import Projections, hoeffding
    from stability.kernels.label_aware.kernel_values import KernelValueSystem
    from stability.kernels.label_aware.label_aware_kernel import LabelAwareKernel
    from stability.kernels.label_aware.label_system import LabelSystem
    from stability.kernels.label_aware.pair_regression import PairFeatureSystem, Sketch
    from stability.kernels.label_aware.strength_choice import (
        KernelTask,
        label_aware_score,
        label_free_score,
    )
    from stability.kernels.label_aware_hierarchy import HierarchyKernel
    from stability.kernels.own_kernel import KernelFunction
    from stability.kernels.regression import KernelRegression
    from stability.kernels.two_layer import TwoLayerNetwork

__all__ = [
    "ConvolutionalTangentKernel",
    "EmpiricalKernel",
    "HierarchyKernel",
    "Kernel",
    "KernelFunction",
    "KernelMotion",
    "KernelRegression",
    "KernelTask",
    "KernelValueSystem",
    "LabelAwareKernel",
    "LabelSystem",
    "NeuralTangentKernel",
    "PairFeatureSystem",
    "Projections",
    "Sketch",
    "TwoLayerNetwork",
    "expected_fourth_order",
    "fourth_order",
    "hoeffding",
    "label_aware_score",
    "label_free_score",
    "predicted_motion",
    "third_order",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
