"""`training-models-vs-networks`: do neurashed and the locally elastic SDE describe a network?

A perceptron learns ten classes, one example at a time. On the way it is asked how far an update on
an example of class k moves logits and predictions at examples of class l. Beside this stand a graph
of features in which classes that a network confuses share superclasses, trained on as many
instances, and the intra- and inter-class strengths that are estimated from the logits alone. The
hierarchy is made before the networks are trained, on images that are used for nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.training_models_vs_networks.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="training-models-vs-networks",
    shows="class by class, whom an update moves in trained networks, beside neurashed with a "
    "hierarchy made from confusions and the strengths of the locally elastic SDE",
    presets=presets(smoke=0.6, paper=4),
    torch=True,
    body=body,
)
