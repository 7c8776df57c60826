"""`sensitivity-map-cifar10`: deleting a photograph moves the loss at photographs of its class.

Row: class of the deleted training image; column: class of the test image; entry: mean |change of
the loss|. Random features with ridge regression, every pair by an exact formula; a perceptron and
a convolutional network, retrained without images of each class (SGD, null step, loss not cut). The
placebo trains again from initial weights that are changed by 1e-7, relatively: with small steps
("calm") the map stands out from it, with large ones ("unruly") it drowns.

Published (Deng, He and Su, 2021): the average plane-to-plane change is about seven times the
average plane-to-cat change; for which network is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.sensitivity_map_cifar10.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="sensitivity-map-cifar10",
    shows="who moves whom when a photograph is deleted, class by class, beside a placebo",
    presets=presets(smoke=0.8, paper=30),
    needs=("cifar-10",),
    torch=True,
    body=body,
)
