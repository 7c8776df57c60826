"""The claims of `neurashed-local-elasticity`, each decided by the measured numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stability_experiments.dynamics.neurashed_local_elasticity.courses import (
    APART,
    FLAT,
    FULL,
    GATED,
    GATED_FLAT,
    LARGE,
    ROOT,
    Course,
    Floats,
)
from stability_experiments.framework.result import Claim

SAME, SUPER, DIFFERENT = range(3)
SHARING = (FULL, FLAT, LARGE, GATED, GATED_FLAT)


def claims(found: Mapping[Course, Mapping[str, Floats]]) -> tuple[Claim, ...]:
    """What has to show, and whether it does."""
    means = {course: one["small"].mean(axis=1) for course, one in found.items()}
    emerging = (FULL, FLAT, GATED, GATED_FLAT)
    return (
        Claim(
            claim="same class moves more than same superclass, that more than a different one, at "
            "every moment, every seed",
            holds=all(bool((np.diff(found[c]["small"], axis=2) < 0).all()) for c in SHARING),
        ),
        Claim(
            claim="so it is for one step as in training, in the mean over seeds",
            holds=all(
                bool((np.diff(found[c]["step"].mean(axis=1), axis=1) < 0).all())
                for c in (FULL, FLAT)
            ),
        ),
        Claim(
            claim="in training with batches of one the same class comes to move more, others less",
            holds=all(
                bool((np.diff(means[c][:, 1:], axis=0) < 0).all()) and _rises(means[c][:, SAME])
                for c in emerging
            ),
        ),
        Claim(
            claim="with batches of 16 nothing of the kind: same class and same superclass end "
            "where the ordering is no sharper",
            holds=_no_sharper(means[LARGE]),
        ),
        Claim(
            claim="where nothing is shared other classes move by less than 0.02 of the instance "
            "itself",
            holds=bool((means[APART][:, 1:] < 0.02).all()),
        ),
        Claim(
            claim="the hierarchy sharpens it: without it other classes move more, at every moment, "
            "in the mean over seeds",
            holds=all(
                bool((means[flat][:, 1:] > means[full][:, 1:]).all())
                for flat, full in ((FLAT, FULL), (GATED_FLAT, GATED))
            ),
        ),
        Claim(
            claim="elasticity is not accuracy: that is above 0.97 throughout",
            holds=all(bool((found[c]["accuracy"].mean(axis=1) > 0.97).all()) for c in SHARING),
        ),
        Claim(
            claim="the assumption behind it: if what all classes share fires as reliably as what "
            "is their own, different classes come to move each other more, not less",
            holds=bool(means[ROOT][-1, DIFFERENT] > means[ROOT][0, DIFFERENT] + 0.1),
        ),
    )


def _rises(values: Floats) -> bool:
    return bool(values[-1] > values[0] + 0.05 and (np.diff(values) > -0.005).all())


def _no_sharper(means: Floats) -> bool:
    first, last = means[0], means[-1]
    return bool(last[SAME] < first[SAME] + 0.01 and last[SUPER] > first[SUPER] - 0.01)
