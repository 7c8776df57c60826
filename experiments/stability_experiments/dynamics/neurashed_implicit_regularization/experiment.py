"""`neurashed-implicit-regularization`: small batches leave only the features that always fire.

Su, Neurashed (arXiv:2112.09741): with a small batch a feature that fires for half of the instances
fades, with a full batch it fires in every step and grows like the dominant one. So small batches
give sparse models; where the others are spurious, only these generalize.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.neurashed_implicit_regularization.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="neurashed-implicit-regularization",
    shows="in neurashed small batches leave few features, those that always fire, and these "
    "generalize",
    presets=presets(smoke=0.1, paper=0.4),
    body=body,
)
