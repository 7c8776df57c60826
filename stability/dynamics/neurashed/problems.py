"""The published examples: small graphs with the instances that they are trained on.

Source: arXiv:2112.09741 for the patterns; what is made of what as specified by this project.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stability.dynamics.neurashed.graph import Feature, feature_graph
from stability.dynamics.neurashed.instances import Instances, Population, pattern_instances

DOMINANT: Mapping[str, Feature] = {
    "A": Feature(("1", "2", "3")),
    "B": Feature(("2", "5", "7"), at_least=2),
    "C": Feature(("4", "5", "6")),
}
CLASS_1 = ("1 2 7", "2 3 7", "4 5 7", "5 6 7")
CLASS_2 = ("2 8 9", "2 9 10", "5 8 9", "5 9 10")


def dominant_feature() -> Instances:
    """One class with four patterns: B fires for all of them, A and C for two each.

    >>> dominant_feature().firing.features.astype(int).tolist()
    [[1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 1]]
    """
    graph = feature_graph(DOMINANT, {"class 1": ["A", "B", "C"]})
    return pattern_instances(graph, {"class 1": CLASS_1})


def shared_features() -> Instances:
    """Two classes with four patterns each: both are made of A and C, one of B, the other of D."""
    features = {**DOMINANT, "D": Feature(("8", "9", "10"), at_least=2)}
    graph = feature_graph(features, {"class 1": ["A", "B", "C"], "class 2": ["A", "C", "D"]})
    return pattern_instances(graph, {"class 1": CLASS_1, "class 2": CLASS_2})


def robust_and_spurious(spurious: int = 10, rate: float = 0.3) -> Population:
    """Two classes, each of one robust feature that always fires and of spurious ones.

    Those of its own class fire with probability `rate`, those of the other never. Each feature is
    made of one primitive.

    >>> robust_and_spurious(2).rates.tolist()
    [[1.0, 0.3, 0.3, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.3, 0.3]]
    """
    names = {
        k: [f"robust {k}", *(f"spurious {k}.{j}" for j in range(1, spurious + 1))] for k in (1, 2)
    }
    features = {name: [f"input of {name}"] for own in names.values() for name in own}
    graph = feature_graph(features, {f"class {k}": own for k, own in names.items()})
    own = [1.0] + [rate] * spurious
    none = [0.0] * len(own)
    return Population(graph, np.array([own + none, none + own]))
