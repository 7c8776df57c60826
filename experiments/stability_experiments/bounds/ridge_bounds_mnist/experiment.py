"""`ridge-bounds-mnist`: random-feature ridge regression, exact deletion constants, plug-in bounds.

Target 1{digit >= 5}, squared loss of the prediction cut to [0, 1], keep-1/m. Every pair of a
deleted training image and a test image enters, the deleted image itself and all training images
into the supremum. The bounds use constants seen on one sample: they are estimates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.ridge_bounds_mnist.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="ridge-bounds-mnist",
    shows="a uniform bound above the range of the loss beside an elastic one below 0.3 (plug-in)",
    presets=presets(smoke=0.3, paper=15),
    body=body,
)
