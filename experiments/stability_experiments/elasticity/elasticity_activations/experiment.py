"""`elasticity-activations`: what the activation does to similarity, and steps against their limit.

Two-layer networks on the torus of He and Su (2020) with ReLU, sigmoid, tanh and the identity, at
several widths, before and after training. Beside it, what a step that is really made does, squared
loss and cross-entropy: its error falls in proportion to the step, until rounding decides, which in
float32 (the paper's precision) is soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_activations.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-activations",
    shows="similarity and distance by activation and width; finite steps come near their limit in "
    "proportion",
    presets=presets(smoke=0.5, paper=60),
    torch=True,
    body=body,
)
