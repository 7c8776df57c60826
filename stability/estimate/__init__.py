"""Measurements: how far losses move when one training example is deleted.

Everything here says something about one sample and one way of training. What is read off it is
plug-in unless a function says otherwise. torch is imported only when `measure_deletions` or
`DeletionMeasurement` is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stability.estimate.classes import ClassMap, ClassMapAccumulator, class_map
from stability.estimate.features import RandomFeatures
from stability.estimate.intervals import bootstrap_mean_interval, empirical_bernstein_upper
from stability.estimate.logistic import (
    LogisticModel,
    delete_logistic,
    fit_logistic,
    sgd_logistic,
)
from stability.estimate.ridge import Ridge, RidgeFit
from stability.estimate.softmax_constants import (
    LIPSCHITZ_SUPREMUM,
    SMOOTHNESS_SUPREMUM,
    deletion_limit,
    lipschitz_constants,
    pixel_box,
    smoothness_constants,
)
from stability.estimate.summary import (
    DeletionBlock,
    ElasticSummary,
    SummaryAccumulator,
    summarise,
)

if TYPE_CHECKING:
    from stability.estimate.deletion import DeletionMeasurement, measure_deletions

__all__ = [
    "LIPSCHITZ_SUPREMUM",
    "SMOOTHNESS_SUPREMUM",
    "ClassMap",
    "ClassMapAccumulator",
    "DeletionBlock",
    "DeletionMeasurement",
    "ElasticSummary",
    "LogisticModel",
    "RandomFeatures",
    "Ridge",
    "RidgeFit",
    "SummaryAccumulator",
    "bootstrap_mean_interval",
    "class_map",
    "delete_logistic",
    "deletion_limit",
    "empirical_bernstein_upper",
    "fit_logistic",
    "lipschitz_constants",
    "measure_deletions",
    "pixel_box",
    "sgd_logistic",
    "smoothness_constants",
    "summarise",
]


def __getattr__(name: str) -> Any:
    if name in ("DeletionMeasurement", "measure_deletions"):
        return getattr(import_module("stability.estimate.deletion"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
