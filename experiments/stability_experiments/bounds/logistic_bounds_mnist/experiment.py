"""`logistic-bounds-mnist`: bounds that are proved and certified, on real images.

Multinomial logistic regression with weight decay lambda/2 |w|^2. Pixels lie in [0, 1]; with a
constant 1 appended and divided by sqrt(785) every possible image has norm at most 1, so
sup L(z) = sqrt 2 is a property of the pixel box: the uniform bounds are proved. E L, E L^2 and
E L^4 are certified from the sample by empirical Bernstein, a hundredth of delta charged for all of
them: so are the elastic bounds. Loss cut to [0, log 10]. Exact minimisation (keep-1/m) and shuffled
SGD (null step), at the failure probabilities .05 and one in a million; beside them Hoeffding's
bound for a predictor fixed beforehand, and the bound that images give which nothing was trained on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.logistic_bounds_mnist.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="logistic-bounds-mnist",
    shows="proved and certified bounds for logistic regression as its weight decay falls",
    presets=presets(smoke=0.3, paper=5),
    body=body,
)
