"""The label systems by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError, did_you_mean
from stability.kernels.kernel import Floats
from stability.kernels.label_aware.kernel_values import KernelValueSystem
from stability.kernels.label_aware.label_system import LabelSystem
from stability.kernels.label_aware.pair_regression import PairFeatureSystem

Fit = Callable[[Floats, NDArray[np.integer], Floats], LabelSystem]
"""From inputs (n, d), labels (n,) and the label-free kernel (n, n) between the inputs."""

SYSTEMS: Mapping[str, Fit] = MappingProxyType(
    {
        "KR-V1": lambda inputs, labels, kernel: KernelValueSystem.fit(kernel, labels),
        "KR-V2": lambda inputs, labels, kernel: KernelValueSystem.fit(
            kernel, labels, inverted=True
        ),
        "pair-V1": lambda inputs, labels, kernel: PairFeatureSystem.fit(
            inputs, labels, kernel, "V1"
        ),
        "pair-V2": lambda inputs, labels, kernel: PairFeatureSystem.fit(
            inputs, labels, kernel, "V2"
        ),
    }
)
"""What estimates products of labels, with the settings of the library."""


def label_system(name: str) -> Fit:
    """The fit of a label system. Raises SetupError for an unknown name.

    >>> label_system("pair-v1")
    Traceback (most recent call last):
    stability.errors.SetupError: label system: found 'pair-v1'; allowed: 'KR-V1' or 'KR-V2' or \
'pair-V1' or 'pair-V2'. Did you mean 'pair-V1'?
    """
    if name not in SYSTEMS:
        raise SetupError(
            where="label system",
            found=name,
            allowed=" or ".join(map(repr, SYSTEMS)),
            remedy=did_you_mean(str(name), SYSTEMS),
        )
    return SYSTEMS[name]
