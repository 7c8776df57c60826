"""`neurashed-information-bottleneck`: features learn the input, then forget all but the class.

Su, Neurashed (arXiv:2112.09741): of two classes with two shared features, the mutual information
of noisy features with the input rises and falls again, that with the class rises and stays, if
batches are small. With all patterns in a batch there is no compression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.neurashed_information_bottleneck.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="neurashed-information-bottleneck",
    shows="in neurashed features first learn the input, then forget all of it but the class; with "
    "large batches they forget nothing",
    presets=presets(smoke=0.2, paper=1),
    body=body,
)
