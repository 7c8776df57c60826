"""`lantk-kernel-drift`: how far the tangent kernel moves in training, predicted and measured.

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), section 3: the second-order
solution of the tangent hierarchy says, before training starts, how the labels will move the kernel
of a two-layer network. For smooth activations the kernel moves by about 1/m and the prediction
misses by 1/m^2, m the width. ReLU is not covered: its fourth-order kernel is infinite on training
points, and what is left of it misses most of the motion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_kernel_drift.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-kernel-drift",
    shows="the tangent kernel of a two-layer network moves in training as K3 and K4 predict, up to "
    "1/m^2, for smooth activations, not for ReLU",
    presets=presets(smoke=0.6, paper=30),
    body=body,
)
