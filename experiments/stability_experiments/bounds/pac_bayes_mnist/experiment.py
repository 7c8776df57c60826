"""`pac-bayes-mnist`: certified test errors of logistic regression with noise on its weights.

Softmax regression with weight decay lambda/2 |w|^2 on images in the pixel box, and Gaussian noise
on each weight: the level of noise with the smallest certified error, of nine that were fixed
beforehand. How far deleting an image moves the weights is sqrt(2) |x|/(lambda m) for that image:
E|x|^2 is certified from the sample, its supremum is that of the box. The training error with noise
is enclosed by quadrature. Beside it the same from the largest distance only, and the honest
alternative: 10,000 images that were held out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stability_experiments.framework.declaration import Experiment, presets

if TYPE_CHECKING:
    from stability_experiments.framework.context import Context
    from stability_experiments.framework.result import ExperimentFindings


def body(context: Context) -> ExperimentFindings:
    """Do the work; what it needs is imported only now."""
    from stability_experiments.bounds.pac_bayes_mnist.body import findings

    return findings(context)


EXPERIMENT = Experiment(
    name="pac-bayes-mnist",
    shows="certified test errors of logistic regression with noise on its weights, by PAC-Bayes",
    presets=presets(smoke=0.2, paper=4),
    body=body,
)
