"""`neurashed-local-elasticity`: the tiger moves tigers most, cats less, planes least.

Su, Neurashed (arXiv:2112.09741), and talks on local elasticity of 2020-21: late in training a step
on a tiger moves the other tiger most and the plane least, because related images share features and
high-level features are made of lower ones. Tiger, cat, plane and ship in a graph of four levels,
with three ablations: no hierarchy, nothing shared, large batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.neurashed_local_elasticity.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="neurashed-local-elasticity",
    shows="in neurashed an update on a tiger comes to move tigers most, cats less and planes "
    "least; with large batches, or if what is shared always fires, it does not",
    presets=presets(smoke=0.2, paper=1.5),
    body=body,
)
