"""The training algorithms a setup can name, one file for each family.

`KINDS` finds every class with a `kind` in the files of this folder, so that a new algorithm is a
new class in a file here. import-linter does not see these arrows: no file here may import what
imports this package, which tests/test_layers.py checks.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from stability.setup.algorithm import Algorithm
from stability.setup.algorithms.bagging import Bagging, Subbagging
from stability.setup.algorithms.gradient_methods import (
    GradientDescent,
    LangevinDynamics,
    StochasticGradientDescent,
)
from stability.setup.algorithms.minimisers import (
    EmpiricalRiskMinimizer,
    GibbsAveraging,
    KernelMinimizer,
)
from stability.setup.algorithms.neighbours import NearestNeighbours
from stability.setup.algorithms.polyak_lojasiewicz import PolyakLojasiewicz
from stability.setup.algorithms.private_training import DifferentiallyPrivate
from stability.setup.step_sizes import ConstantStep, DecayingStep, StepSize

__all__ = [
    "KINDS",
    "Algorithm",
    "Bagging",
    "ConstantStep",
    "DecayingStep",
    "DifferentiallyPrivate",
    "EmpiricalRiskMinimizer",
    "GibbsAveraging",
    "GradientDescent",
    "KernelMinimizer",
    "LangevinDynamics",
    "NearestNeighbours",
    "PolyakLojasiewicz",
    "StepSize",
    "StochasticGradientDescent",
    "Subbagging",
]


def _found() -> Iterator[type[Algorithm]]:
    """The algorithms with a kind in the files of this folder, in the order of the files."""
    for file in iter_modules(__path__):
        module = import_module(f"{__name__}.{file.name}")
        for item in vars(module).values():
            own = isinstance(item, type) and item.__module__ == module.__name__
            if own and issubclass(item, Algorithm) and item.kind:
                yield item


KINDS: Mapping[str, type[Algorithm]] = MappingProxyType({kind.kind: kind for kind in _found()})
"""Every algorithm by the name that setup files use."""
