"""`lantk-elasticity-dynamics`: training on one of two label systems, seen under both.

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), figure 1(b) and (c): photographs
that show a cat or a dog and a chair or a bench. The list of those photographs was not released, so
images of two digits side by side stand in for them: one label system is the left digit, the other
the right one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_elasticity_dynamics.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-elasticity-dynamics",
    shows="images with two independent labels: whether training on one makes images alike that "
    "share it, and not those that share the other",
    presets=presets(smoke=0.5, paper=15),
    torch=True,
    body=body,
)
