"""Measurements: how far losses move when one training example is deleted.

Everything here says something about one sample and one way of training. What is read off it is
plug-in unless a function says otherwise. torch is imported only when something that trains a
network is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stability.estimate.agreement import Agreement, agreement
from stability.estimate.bootstrap import (
    BootstrapAccumulator,
    SummaryIntervals,
    bootstrap_summary,
)
from stability.estimate.classes import ClassMap, ClassMapAccumulator, class_map
from stability.estimate.features import RandomFeatures
from stability.estimate.independent import (
    CertifiedMean,
    certified_hypothesis,
    certified_mean,
    certified_mean_gap,
    certified_pointwise,
)
from stability.estimate.intervals import bootstrap_mean_interval, empirical_bernstein_upper
from stability.estimate.kernel_ridge import KernelRidge, KernelRidgeFit
from stability.estimate.logistic import (
    LogisticModel,
    delete_logistic,
    fit_logistic,
    sgd_logistic,
)
from stability.estimate.measurement import DeletionMeasurement
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
from stability.estimate.tails import TailEstimate, fit_tail
from stability.estimate.user_training import measure_training

if TYPE_CHECKING:
    from stability.estimate.curvature import ExactHessian, GaussNewton
    from stability.estimate.deletion import measure_deletions, measure_replacements
    from stability.estimate.influence import (
        InfluenceMeasurement,
        LayerFactors,
        logistic_network,
        measure_influence,
    )
    from stability.estimate.layer_factors import gradient_products
    from stability.estimate.placebo import Signal, deletion_size, measure_placebo, signal_over

__all__ = [
    "LIPSCHITZ_SUPREMUM",
    "SMOOTHNESS_SUPREMUM",
    "Agreement",
    "BootstrapAccumulator",
    "CertifiedMean",
    "ClassMap",
    "ClassMapAccumulator",
    "DeletionBlock",
    "DeletionMeasurement",
    "ElasticSummary",
    "ExactHessian",
    "GaussNewton",
    "InfluenceMeasurement",
    "KernelRidge",
    "KernelRidgeFit",
    "LayerFactors",
    "LogisticModel",
    "RandomFeatures",
    "Ridge",
    "RidgeFit",
    "Signal",
    "SummaryAccumulator",
    "SummaryIntervals",
    "TailEstimate",
    "agreement",
    "bootstrap_mean_interval",
    "bootstrap_summary",
    "certified_hypothesis",
    "certified_mean",
    "certified_mean_gap",
    "certified_pointwise",
    "class_map",
    "delete_logistic",
    "deletion_limit",
    "deletion_size",
    "empirical_bernstein_upper",
    "fit_logistic",
    "fit_tail",
    "gradient_products",
    "lipschitz_constants",
    "logistic_network",
    "measure_deletions",
    "measure_influence",
    "measure_placebo",
    "measure_replacements",
    "measure_training",
    "pixel_box",
    "sgd_logistic",
    "signal_over",
    "smoothness_constants",
    "summarise",
]


_HOMES = {
    "ExactHessian": "curvature",
    "GaussNewton": "curvature",
    "InfluenceMeasurement": "influence",
    "LayerFactors": "influence",
    "Signal": "placebo",
    "deletion_size": "placebo",
    "gradient_products": "layer_factors",
    "logistic_network": "influence",
    "measure_deletions": "deletion",
    "measure_influence": "influence",
    "measure_placebo": "placebo",
    "measure_replacements": "deletion",
    "signal_over": "placebo",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"stability.estimate.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
