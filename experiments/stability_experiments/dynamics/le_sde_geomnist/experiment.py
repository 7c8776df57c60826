"""`le-sde-geomnist`: strengths of local elasticity, estimated from networks that learn shapes.

Zhang, Wang and Su, Imitating deep learning dynamics via locally elastic stochastic differential
equations (NeurIPS 2021), figures 1, 3, 4 and 5: a small convolutional network learns triangles,
rectangles and ellipses from one image at a time, with a share of the labels wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.le_sde_geomnist.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="le-sde-geomnist",
    shows="intra- and inter-class strengths of the locally elastic SDE, estimated from networks "
    "that learn drawn shapes from labels of which a share is wrong",
    presets=presets(smoke=0.5, paper=8),
    torch=True,
    body=body,
)
