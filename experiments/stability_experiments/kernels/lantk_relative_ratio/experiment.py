"""`lantk-relative-ratio`: how much more alike a kernel finds images of one class than of two.

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), table 3, the rows of the kernels:
the two-layer tangent kernel on pairs of classes of CIFAR-10, and the same with the correction
KR-V1, which knows the labels of the training images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_relative_ratio.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-relative-ratio",
    shows="a tangent kernel that knows the labels is more alike within classes, on all 45 pairs",
    presets=presets(smoke=0.7, paper=3),
    needs=("cifar-10",),
    body=body,
)
