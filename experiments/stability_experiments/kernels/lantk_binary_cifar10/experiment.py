"""`lantk-binary-cifar10`: does a kernel that knows the labels predict better on pairs of classes?

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), table 1: kernel regression with
the convolutional tangent kernel and four corrections of it that know the labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_binary_cifar10.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-binary-cifar10",
    shows="kernel regression with convolutional kernels that know the labels, on five pairs of "
    "classes",
    presets=presets(smoke=0.8, paper=60),
    needs=("cifar-10",),
    torch=True,
    body=body,
)
