"""`elasticity-manifolds`: a step at one point moves near points more, along the manifold.

He and Su, The Local Elasticity of Neural Networks (ICLR 2020), figure 1 and appendix: two classes
on curves or surfaces that lie close together, on which the distance of two points is known. The
relative similarity |K(x, x')| / K(x, x), the exact limit of small steps, falls with that distance
for ReLU and sigmoid networks, and hardly for linear ones, however deep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_manifolds.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-manifolds",
    shows="similarity falls with the distance along a manifold for ReLU and sigmoid networks, not "
    "for linear ones",
    presets=presets(smoke=0.6, paper=45),
    torch=True,
    body=body,
)
