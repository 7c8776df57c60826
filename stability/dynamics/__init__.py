"""Phenomenological models of training: they imitate it, and local elasticity appears.

Neurashed (Su 2021) is a graph of features in levels. A step of training multiplies the
amplification factors of features that fire for the instance and shrinks those of the others.

>>> import numpy as np
>>> from stability.dynamics import FixedRates, dominant_feature, passes, train_factors
>>> order = passes(4, 400, 1, seeds=range(3))
>>> course = train_factors(dominant_feature(), order, FixedRates(exposure=0.25))
>>> np.exp(course.last[0]).round(2).tolist()  # the feature that always fires is what is left
[0.54, 16.29, 0.54]
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

__all__ = [
    "DeletionEffects",
    "FactorCourse",
    "Feature",
    "FeatureGraph",
    "Firing",
    "FixedRates",
    "HierarchyStudy",
    "Instances",
    "MutualInformation",
    "PatternPopulation",
    "Population",
    "ResidualRates",
    "Updates",
    "accuracy",
    "balanced",
    "delete_instances",
    "dominant_feature",
    "draws",
    "elasticity",
    "feature_graph",
    "fire",
    "firing_rates",
    "grouped_elasticity",
    "in_turn",
    "kinship",
    "losses",
    "mutual_information",
    "parse_hierarchy",
    "passes",
    "pattern_instances",
    "predictions",
    "read_hierarchy",
    "relative_elasticity",
    "robust_and_spurious",
    "score_slopes",
    "scores",
    "shared_features",
    "signal_information",
    "small_impacts",
    "step_impacts",
    "train_factors",
    "tree_population",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
