"""`le-sde-cifar10`: strengths of local elasticity, estimated from networks that learn photographs.

Zhang, Wang and Su, Imitating deep learning dynamics via locally elastic stochastic differential
equations (NeurIPS 2021), figures 1, 3 and 5: the first classes of CIFAR-10, one image at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.le_sde_cifar10.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="le-sde-cifar10",
    shows="intra- and inter-class strengths of the locally elastic SDE, estimated from networks "
    "that learn two and three kinds of photographs",
    presets=presets(smoke=0.6, paper=10),
    needs=("cifar-10",),
    torch=True,
    body=body,
)
