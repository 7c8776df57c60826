"""`influence-vs-deletion`: do influence functions predict what deleting an example does?

For regularised logistic regression they should: its loss has one minimum, and deleting an example
moves it by about (1/m) H^-1 grad loss. A network is trained for a while towards one of many minima.
A deletion then also pushes it on its way, and a push of the same size in a random direction, which
means nothing, moves the loss too (the placebo). As far as it does, the true changes may be chaos of
training, which no prediction can agree with: so what predictions miss is told in random pushes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.influence_vs_deletion.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="influence-vs-deletion",
    shows="influence functions against true deletions: near 1 for logistic regression, not for "
    "networks",
    presets=presets(smoke=0.7, paper=25),
    torch=True,
    body=body,
)
