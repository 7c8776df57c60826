"""`elasticity-training`: similarity within and across classes while a network trains.

Two perceptrons on digits. One has one output and tells the digits 0 to 4 from 5 to 9: then points
share their digit, or only their label, or neither. The other has ten outputs; there one step moves
the log-probabilities at another point by a product of three factors (Ren and Sutherland 2024), and
the question is which of them knows the classes. Both train with small and with large steps, told
as shares of 2/lambda_max at the start; from about half of it on networks of ten outputs die.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.elasticity.elasticity_training.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="elasticity-training",
    shows="similarity within and across classes during training, beside accuracy, and the factors "
    "of one step",
    presets=presets(smoke=0.8, paper=30),
    torch=True,
    body=body,
)
