"""`elasticity-layers`: which layers make an update local, beside the law of data separation.

The tangent kernel is a sum over layers, so the similarity has a part from each. In trained networks
the fuzziness trace(SSw SSb^+) of the classes falls by about the same factor from layer to layer (He
and Su, A Law of Data Separation in Deep Learning, 2023). Does a layer's part of the similarity tell
classes apart where the layer's features do?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_layers.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-layers",
    shows="the class structure in every layer's part of the kernel, beside the law of data "
    "separation",
    presets=presets(smoke=0.7, paper=30),
    torch=True,
    body=body,
)
