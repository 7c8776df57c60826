"""Kernels: the tangent kernels of networks.

>>> from stability.kernels import EmpiricalKernel
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.kernels.empirical import EmpiricalKernel

__all__ = ["EmpiricalKernel"]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
