"""`neurashed-lottery-ticket`: strongly amplified features alone do nearly what the graph does.

Su, Neurashed (arXiv:2112.09741) reads the winning ticket of the lottery hypothesis (Frankle and
Carbin 2019) as the sub-graph of strongly amplified features. Here twelve of the 21 features of four
objects are kept, their factors rewound and trained again: the twelve largest, twelve at random, the
twelve smallest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.dynamics.neurashed_lottery_ticket.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="neurashed-lottery-ticket",
    shows="in neurashed the most amplified features are a winning ticket: alone they do nearly "
    "what the whole graph does",
    presets=presets(smoke=0.2, paper=1.5),
    body=body,
)
