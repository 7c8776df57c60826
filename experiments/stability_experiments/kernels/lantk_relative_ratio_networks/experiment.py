"""`lantk-relative-ratio-networks`: training makes a network's kernel tell classes apart.

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), table 3, the rows of the
networks beside those of the kernels, and figure 1(a): what kernel regression gains when the kernel
of the network at its start gives way to that of the trained network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_relative_ratio_networks.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-relative-ratio-networks",
    shows="training a two-layer network makes its tangent kernel more alike within classes than "
    "any fixed kernel, on four pairs",
    presets=presets(smoke=0.8, paper=100),
    needs=("cifar-10",),
    torch=True,
    body=body,
)
