"""`network-bounds-mnist`: plug-in bounds of networks, and how much of them a placebo explains.

A ReLU perceptron and a small convolutional network, cross-entropy cut to [0, log 10], shuffled SGD
without momentum. Images of every digit are deleted in turn (null step: same start, same order, one
example skipped). The bounds use constants seen on one sample: they are estimates, never bounds.

Beside the deletions stand two placebos that have nothing to do with any image: initial weights
changed by 1e-7, relatively, and by as much as one deletion moves them. With small steps ("calm")
deletions stand out from the first by far; with large ones ("unruly") they drown in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.network_bounds_mnist.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="network-bounds-mnist",
    shows="plug-in bounds of networks on digits, deletions beside a placebo that drowns some",
    presets=presets(smoke=0.7, paper=30),
    torch=True,
    body=body,
)
