"""Features over time, predicted from estimated strengths: does the model describe the network?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.estimators import StrengthEstimates
from stability.dynamics.sde.inputs import Floats, array_of
from stability.dynamics.sde.mean_features import mean_features
from stability.dynamics.sde.model import LocallyElasticSDE
from stability.dynamics.sde.strengths import sampled_strengths
from stability.errors import DataError


def predicted_features(
    kind: str, estimates: StrengthEstimates, initial: ArrayLike, times: ArrayLike
) -> Floats:
    """The class means (T, K, p) of the ODE with strengths that were estimated at times (T,).

    It starts at the class means that were observed, `initial` (K, p), and nothing is rescaled, so
    sizes and signs are predicted, too; the published comparison starts at random features and
    rescales. Two numbers, A and B, at each time stand against K p that were observed.

    >>> from stability.dynamics.sde.estimators import estimate_identity
    >>> seen = [[[2.0], [1.0]], [[5.0], [2.0]]]
    >>> predicted_features("I-model", estimate_identity(seen), seen[0], [0, 1]).round(9).tolist()
    [[[2.0], [1.0]], [[5.0], [2.0]]]
    """
    strengths = sampled_strengths(times, estimates.intra, estimates.inter)
    return mean_features(LocallyElasticSDE(strengths, kind=kind), initial, times)


def prediction_error(predicted: ArrayLike, observed: ArrayLike) -> float:
    """|predicted - observed| / |observed - its start|, over all times (T, K, p); 0 is perfect.

    1 is what a prediction that nothing ever moves has. Raises DataError for arrays of different
    shapes and if nothing moved.

    >>> prediction_error([[[1.0]], [[2.0]]], [[[1.0]], [[3.0]]])
    0.5
    """
    allowed = "two arrays (T, classes, features) of the same shape, observed features that move"
    told, seen = (array_of(given, "prediction_error", allowed) for given in (predicted, observed))
    moved = np.linalg.norm(seen - seen[:1]) if seen.ndim else 0.0
    if told.shape != seen.shape or not moved > 0.0:
        raise DataError(
            where="prediction_error",
            found=f"shapes {told.shape} and {seen.shape}, observed features that move by {moved:g}",
            allowed=allowed,
        )
    return float(np.linalg.norm(told - seen) / moved)
