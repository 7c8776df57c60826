"""`lantk-multiclass-cifar10`: kernels that know the labels on all ten classes at once.

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), table 2: kernel regression on
targets 0 and 1 for each class, with the convolutional tangent kernel and corrections of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_multiclass_cifar10.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-multiclass-cifar10",
    shows="kernel regression with convolutional kernels that know the labels, on all ten classes",
    presets=presets(smoke=0.6, paper=30),
    needs=("cifar-10",),
    torch=True,
    body=body,
)
