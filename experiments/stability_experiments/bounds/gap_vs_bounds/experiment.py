"""`gap-vs-bounds`: the distribution of the gap, exactly, beside every bound on it.

The population P is the uniform distribution on a pool of images, known in full. Samples are drawn
from it with replacement; the learner is multinomial logistic regression with weight decay on fixed
principal components, its loss cut to [0, log 10]. So R is exact, and so are sup L(z), E L(z) and
E L(z)^2: they are facts about P, not measurements, and the bounds from them are proved for this P,
the elastic ones too. Certified ones use stability and gaps seen on other samples than those on
which the bounds are tried; what they may fail by is part of delta.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.gap_vs_bounds.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="gap-vs-bounds",
    shows="the exact distribution of the gap on a known population, beside every bound on it",
    presets=presets(smoke=0.5, paper=20),
    body=body,
)
