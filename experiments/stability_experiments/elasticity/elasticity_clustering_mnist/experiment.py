"""`elasticity-clustering-mnist`: two digits told apart by how updates at one move the other.

A network learns to tell two digits together from other ones; nobody tells it the two apart. Then
images are clustered by its similarity: if it is locally elastic, updates at one digit leave the
other alone. All methods of He and Su (ICLR 2020) on their six pairs, the similarities as exact
limits of small steps: linear and ReLU perceptrons with squared loss and cross-entropy, in
probabilities and logits, a convolutional and a residual network, trained and random weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_clustering_mnist.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-clustering-mnist",
    shows="two digits told apart by similarities of networks that only saw them together, every "
    "method of the paper beside its published accuracy",
    presets=presets(smoke=0.8, paper=60),
    torch=True,
    body=body,
)
