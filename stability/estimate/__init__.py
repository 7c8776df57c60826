"""Measurements: how far losses move when one training example is deleted.

Everything here says something about one sample and one way of training. What is read off it is
plug-in unless a function says otherwise. torch is imported only when something that trains a
network is asked for.
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.estimate.exact.features import RandomFeatures
    from stability.estimate.exact.kernel_ridge import KernelRidge, KernelRidgeFit
    from stability.estimate.exact.label_aware_ridge import LabelAwareRidge, LabelAwareRidgeFit
    from stability.estimate.exact.logistic import LogisticModel, fit_logistic, sgd_logistic
    from stability.estimate.exact.logistic_deletions import delete_logistic
    from stability.estimate.exact.noisy_logistic import certify_logistic
    from stability.estimate.exact.noisy_scores import ErrorEnclosure, noisy_error
    from stability.estimate.exact.ridge import Ridge, RidgeFit
    from stability.estimate.exact.softmax_constants import (
        LIPSCHITZ_SUPREMUM,
        SMOOTHNESS_SUPREMUM,
        deletion_limit,
        lipschitz_constants,
        pixel_box,
        smoothness_constants,
    )
    from stability.estimate.influence.agreement import Agreement, agreement
    from stability.estimate.influence.curvature import ExactHessian, GaussNewton
    from stability.estimate.influence.influence import (
        InfluenceMeasurement,
        LayerFactors,
        logistic_network,
        measure_influence,
    )
    from stability.estimate.influence.layer_factors import gradient_products
    from stability.estimate.retraining.deletion import measure_deletions, measure_replacements
    from stability.estimate.retraining.measurement import (
        DeletionMeasurement,
        TrainingMeasurement,
    )
    from stability.estimate.retraining.placebo import (
        deletion_size,
        measure_placebo,
        signal_over,
    )
    from stability.estimate.retraining.user_training import measure_training
    from stability.estimate.statistics.bootstrap import (
        BootstrapAccumulator,
        SummaryIntervals,
        bootstrap_summary,
    )
    from stability.estimate.statistics.class_ratios import OwnRatio, OwnRatios, own_ratios
    from stability.estimate.statistics.classes import ClassMap, ClassMapAccumulator, class_map
    from stability.estimate.statistics.health import Health, losses_at_cap
    from stability.estimate.statistics.independent import (
        CertifiedMean,
        certified_hypothesis,
        certified_mean,
        certified_mean_gap,
        certified_pointwise,
    )
    from stability.estimate.statistics.intervals import (
        binomial_upper,
        bootstrap_mean_interval,
        empirical_bernstein_upper,
    )
    from stability.estimate.statistics.moments import Moments, certified_moments, sample_moments
    from stability.estimate.statistics.signal import Signal
    from stability.estimate.statistics.summary import (
        DeletionBlock,
        ElasticSummary,
        SummaryAccumulator,
        summarise,
    )
    from stability.estimate.statistics.tails import TailEstimate, fit_tail

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
    "ErrorEnclosure",
    "ExactHessian",
    "GaussNewton",
    "Health",
    "InfluenceMeasurement",
    "KernelRidge",
    "KernelRidgeFit",
    "LabelAwareRidge",
    "LabelAwareRidgeFit",
    "LayerFactors",
    "LogisticModel",
    "Moments",
    "OwnRatio",
    "OwnRatios",
    "RandomFeatures",
    "Ridge",
    "RidgeFit",
    "Signal",
    "SummaryAccumulator",
    "SummaryIntervals",
    "TailEstimate",
    "TrainingMeasurement",
    "agreement",
    "binomial_upper",
    "bootstrap_mean_interval",
    "bootstrap_summary",
    "certified_hypothesis",
    "certified_mean",
    "certified_mean_gap",
    "certified_moments",
    "certified_pointwise",
    "certify_logistic",
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
    "losses_at_cap",
    "measure_deletions",
    "measure_influence",
    "measure_placebo",
    "measure_replacements",
    "measure_training",
    "noisy_error",
    "own_ratios",
    "pixel_box",
    "sample_moments",
    "sgd_logistic",
    "signal_over",
    "smoothness_constants",
    "summarise",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
