"""`le-sde-stability`: what deleting a sample does in the locally elastic SDE, exactly and at most.

Deleting a sample moves the features of its own class by one vector and those of every other class
by another, as the strengths within and between classes say. The largest possible shifts are known,
so the constants of uniform and of locally elastic stability are those of the model itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.le_sde_stability.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="le-sde-stability",
    shows="in the locally elastic SDE a deletion moves its own class and, as far as classes feel "
    "each other, the others: elastic constants that are known, beside uniform ones",
    presets=presets(smoke=0.2, paper=1),
    body=body,
)
