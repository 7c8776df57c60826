"""`neurashed-stability`: what deleting an instance does to a graph of features, exactly.

The training is run again without each instance, all of them at once. The changes of the loss give
the constants of uniform and of locally elastic stability, class by class, and plug-in bounds; fresh
samples, one deletion in each, give a certified constant of hypothesis stability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.neurashed_stability.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="neurashed-stability",
    shows="in neurashed deleting an instance moves the loss where updates move scores, so that "
    "elastic bounds say something where uniform ones do not",
    presets=presets(smoke=0.5, paper=6),
    body=body,
)
