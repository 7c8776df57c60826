"""`le-sde-phase-transition`: when classes separate under noise in the locally elastic SDE.

Zhang, Wang and Su (NeurIPS 2021): with strengths alpha within and beta between classes, classes
separate if alpha - beta fades slower than 1/t and do not if it fades faster. With alpha - beta =
c/t the boundary is c = K/2, where distance over spread tends to a constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.le_sde_phase_transition.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="le-sde-phase-transition",
    shows="in the locally elastic SDE classes separate if local elasticity fades slower than "
    "K/(2t), and never without it",
    presets=presets(smoke=0.2, paper=1),
    body=body,
)
