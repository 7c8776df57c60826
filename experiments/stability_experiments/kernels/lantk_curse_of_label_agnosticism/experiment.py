"""`lantk-curse-of-label-agnosticism`: relabel by exclusive or, and a label-free kernel is lost.

Chen, He and Su, Label-Aware Neural Tangent Kernel (NeurIPS 2020), Claim 1: if features that do not
know the labels tell one labelling apart by a hyperplane, there is another labelling of the same
points, by the product of two directions, that no hyperplane tells apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.kernels.lantk_curse_of_label_agnosticism.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="lantk-curse-of-label-agnosticism",
    shows="points that a label-free kernel classifies well are relabelled by exclusive or",
    presets=presets(smoke=0.3, paper=3),
    body=body,
)
