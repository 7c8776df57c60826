"""`le-sde-neural-collapse`: when the class means of the locally elastic SDE become a simplex.

Zhang, Wang and Su (NeurIPS 2021): in the L-model, under local elasticity and with inter-class
strengths that add up to -infinity, class means tend to the corners of a simplex. Linear equations
know no sign: from the far side they tend to the opposite simplex, whose labels are wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.le_sde_neural_collapse.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="le-sde-neural-collapse",
    shows="in the L-model of the locally elastic SDE class means become a simplex if inter-class "
    "strengths add up to -infinity",
    presets=presets(smoke=0.2, paper=1),
    body=body,
)
