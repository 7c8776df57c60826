"""Phenomenological models of training: they imitate it, and local elasticity appears.

Neurashed (Su 2021) is a graph of features in levels. A step of training multiplies the
amplification factors of features that fire for the instance and shrinks those of the others.

>>> import numpy as np
>>> from stability.dynamics import FixedRates, dominant_feature, passes, train_factors
>>> order = passes(4, 400, 1, seeds=range(3))
>>> course = train_factors(dominant_feature(), order, FixedRates(exposure=0.25))
>>> np.exp(course.last[0]).round(2).tolist()  # the feature that always fires is what is left
[0.54, 16.29, 0.54]

The locally elastic SDE (Zhang, Wang, Su 2021) moves the features of all samples of a class alike,
by an intra-class and an inter-class strength that change over time.

>>> from stability.dynamics import LocallyElasticSDE, constant_strengths, mean_features
>>> ode = LocallyElasticSDE(constant_strengths(0.03, -0.01), kind="L-model")
>>> mean_features(ode, np.eye(3) - 1 / 3, [100.0])[0].round(2).tolist()  # times e^(4/3)
[[2.53, -1.26, -1.26], [-1.26, 2.53, -1.26], [-1.26, -1.26, 2.53]]
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.dynamics.neurashed.deletions import DeletionEffects, delete_instances
    from stability.dynamics.neurashed.firing import Firing, balanced, fire, score_slopes, scores
    from stability.dynamics.neurashed.graph import Feature, FeatureGraph, feature_graph
    from stability.dynamics.neurashed.hierarchy_file import (
        HierarchyStudy,
        parse_hierarchy,
        read_hierarchy,
    )
    from stability.dynamics.neurashed.information import (
        MutualInformation,
        mutual_information,
        signal_information,
    )
    from stability.dynamics.neurashed.instances import (
        Instances,
        PatternPopulation,
        Population,
        pattern_instances,
    )
    from stability.dynamics.neurashed.orders import draws, in_turn, passes
    from stability.dynamics.neurashed.outcomes import accuracy, losses, predictions
    from stability.dynamics.neurashed.probes import (
        elasticity,
        firing_rates,
        grouped_elasticity,
        relative_elasticity,
        small_impacts,
        step_impacts,
    )
    from stability.dynamics.neurashed.problems import (
        dominant_feature,
        robust_and_spurious,
        shared_features,
    )
    from stability.dynamics.neurashed.training import FactorCourse, train_factors
    from stability.dynamics.neurashed.trees import kinship, tree_population
    from stability.dynamics.neurashed.updates import FixedRates, ResidualRates, Updates
    from stability.dynamics.sde.deletion import (
        ShiftLimits,
        all_deletion_shifts,
        deletion_shifts,
        shift_limits,
    )
    from stability.dynamics.sde.estimators import (
        StrengthEstimates,
        centred_logits,
        drawn_class_means,
        estimate_identity,
        estimate_logits,
        estimate_logits_published,
    )
    from stability.dynamics.sde.growth import level_index, strength_rates, tail_exponent
    from stability.dynamics.sde.mean_features import mean_features
    from stability.dynamics.sde.model import LocallyElasticSDE
    from stability.dynamics.sde.neural_collapse import (
        CollapseConditions,
        collapse_conditions,
        mean_cosines,
        norm_ratio,
        simplex_alignment,
        simplex_distance,
        variability_ratio,
    )
    from stability.dynamics.sde.prediction import predicted_features, prediction_error
    from stability.dynamics.sde.separability import (
        argmax_accuracy,
        critical_scale,
        log_slope,
        predicted_ratio,
        separated_share,
        separation_ratio,
    )
    from stability.dynamics.sde.simulation import simulate
    from stability.dynamics.sde.strengths import (
        Strengths,
        constant_strengths,
        fading_strengths,
        sampled_strengths,
    )

__all__ = [
    "CollapseConditions",
    "DeletionEffects",
    "FactorCourse",
    "Feature",
    "FeatureGraph",
    "Firing",
    "FixedRates",
    "HierarchyStudy",
    "Instances",
    "LocallyElasticSDE",
    "MutualInformation",
    "PatternPopulation",
    "Population",
    "ResidualRates",
    "ShiftLimits",
    "StrengthEstimates",
    "Strengths",
    "Updates",
    "accuracy",
    "all_deletion_shifts",
    "argmax_accuracy",
    "balanced",
    "centred_logits",
    "collapse_conditions",
    "constant_strengths",
    "critical_scale",
    "delete_instances",
    "deletion_shifts",
    "dominant_feature",
    "drawn_class_means",
    "draws",
    "elasticity",
    "estimate_identity",
    "estimate_logits",
    "estimate_logits_published",
    "fading_strengths",
    "feature_graph",
    "fire",
    "firing_rates",
    "grouped_elasticity",
    "in_turn",
    "kinship",
    "level_index",
    "log_slope",
    "losses",
    "mean_cosines",
    "mean_features",
    "mutual_information",
    "norm_ratio",
    "parse_hierarchy",
    "passes",
    "pattern_instances",
    "predicted_features",
    "predicted_ratio",
    "prediction_error",
    "predictions",
    "read_hierarchy",
    "relative_elasticity",
    "robust_and_spurious",
    "sampled_strengths",
    "score_slopes",
    "scores",
    "separated_share",
    "separation_ratio",
    "shared_features",
    "shift_limits",
    "signal_information",
    "simplex_alignment",
    "simplex_distance",
    "simulate",
    "small_impacts",
    "step_impacts",
    "strength_rates",
    "tail_exponent",
    "train_factors",
    "tree_population",
    "variability_ratio",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
