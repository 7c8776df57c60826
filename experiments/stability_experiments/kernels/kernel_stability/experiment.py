"""`kernel-stability`: does knowing the labels change how stable a kernel is, as it does elasticity?

Kernel ridge regression with label-free kernels and with the label-aware ones of Chen, He and Su
(NeurIPS 2020), which are made anew without each deleted example and its label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.kernel_stability.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="kernel-stability",
    shows="whether labels in a kernel change its stability as they change its elasticity",
    presets=presets(smoke=1, paper=8),
    torch=True,
    body=body,
)
