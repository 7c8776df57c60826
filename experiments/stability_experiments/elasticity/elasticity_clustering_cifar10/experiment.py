"""`elasticity-clustering-cifar10`: are two kinds of object told apart by how updates spread?

The same question as `elasticity-clustering-mnist` on photographs, with the perceptrons of He and Su
(ICLR 2020) on their six pairs. Published accuracies lie between 50% and 63%; is there more than
chance in them?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_clustering_cifar10.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-clustering-cifar10",
    shows="two kinds of object told apart by similarities of perceptrons that only saw them "
    "together, every method of the paper beside its published accuracy",
    presets=presets(smoke=0.8, paper=30),
    needs=("cifar-10",),
    torch=True,
    body=body,
)
