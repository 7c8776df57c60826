"""`elasticity-to-stability`: does similarity say which deletion moves which loss?

The papers argue in words that a network whose updates are local is stable: deleting an example
moves losses at similar points and hardly elsewhere. Here examples are deleted from the training of
a network of ten outputs, one by one, and the true change of every test loss stands beside what the
trained network says: relative similarity, the normalised kernel, the kernel times the residual of
the deleted example, the change of the loss by one step, and the influence function. The placebos
delete nothing, or another example. A second part asks which of the three factors of a step (Ren and
Sutherland 2024) carries the class structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_to_stability.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-to-stability",
    shows="local-elastic similarity and influence against true deletions, pair by pair and class "
    "by class, beside placebos",
    presets=presets(smoke=0.7, paper=15),
    torch=True,
    body=body,
)
