"""Feature graphs: levels, what fires and what follows, against a plain recursion; bad graphs."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics import (
    Feature,
    Instances,
    accuracy,
    balanced,
    elasticity,
    feature_graph,
    fire,
    losses,
    pattern_instances,
    predictions,
    score_slopes,
    scores,
    shared_features,
)
from stability.errors import DataError, SetupError


def random_graph(generator):
    """Primitives 0..7, two hidden levels, three classes; everything reaches a class."""

    def some(names, least=1):
        count = generator.integers(least, len(names) + 1)
        return tuple(generator.choice(names, size=count, replace=False).tolist())

    low = [f"a{k}" for k in range(5)]
    high = [f"b{k}" for k in range(4)]
    features = {}
    for k, name in enumerate(low):
        parts = dict.fromkeys((*some([str(j) for j in range(8)]), str(k)))
        features[name] = Feature(tuple(parts), int(generator.integers(1, len(parts) + 1)))
    for k, name in enumerate(high):
        parts = dict.fromkeys((*some(low), low[k], low[-1]))
        features[name] = Feature(tuple(parts), int(generator.integers(1, len(parts) + 1)))
    classes = {f"c{k}": dict.fromkeys((*some(high), high[k], high[-1])) for k in range(3)}
    return feature_graph(features, classes), features, classes


def plainly(features, classes, on, factors):
    """What fires and the scores, one node at a time."""
    fires, signal = {}, {}

    def look(name):
        if name in fires:
            return
        if name not in features:
            fires[name], signal[name] = name in on, float(name in on)
            return
        one = features[name]
        for part in one.of:
            look(part)
        fires[name] = sum(fires[p] for p in one.of) >= one.at_least
        sent = sum(signal[p] for p in one.of if fires[p])
        signal[name] = factors[name] * sent if fires[name] else 0.0

    for name in features:
        look(name)
    return fires, [sum(signal[p] for p in parts) for parts in classes.values()]


@pytest.mark.parametrize("seed", range(5))
def test_firing_and_scores_are_those_of_a_plain_recursion(seed):
    generator = np.random.default_rng(seed)
    graph, features, classes = random_graph(generator)
    patterns = generator.random((6, len(graph.primitives))) < 0.5
    ln = generator.normal(size=(2, len(graph.features)))
    firing = fire(graph, patterns)
    Z = scores(graph, firing, ln)
    assert Z.shape == (2, 6, 3)
    for k, pattern in enumerate(patterns):
        on = {name for name, there in zip(graph.primitives, pattern, strict=True) if there}
        for s in range(2):
            factors = dict(zip(graph.features, np.exp(ln[s]), strict=True))
            fires, expected = plainly(features, classes, on, factors)
            assert firing.features[k].tolist() == [fires[name] for name in graph.features]
            assert np.allclose(Z[s, k], expected, rtol=1e-12)
    step = 1e-6
    slopes = score_slopes(graph, firing, ln)
    for f in range(len(graph.features)):
        moved = ln.copy()
        moved[:, f] += step
        assert np.allclose(
            (scores(graph, firing, moved) - Z) / step, slopes[..., f], rtol=1e-4, atol=1e-4
        )


def test_the_published_example_scores_as_stated():
    given = shared_features()
    Z = scores(given.graph, given.firing, np.zeros(4))
    assert Z[0].tolist() == [4.0, 2.0] and Z[4].tolist() == [1.0, 3.0]
    assert given.graph.reach.tolist() == [[True, True, True, False], [True, False, True, True]]
    assert given.of_class("class 2").tolist() == [4, 5, 6, 7]


def test_levels_follow_from_what_is_made_of_what():
    graph = feature_graph(
        {"top": Feature(("left", "right"), 2), "left": ["1"], "right": ["2", "3"]},
        {"x": ["top"]},
    )
    assert graph.names == (("1", "2", "3"), ("left", "right"), ("top",), ("x",))
    assert graph.features == ("left", "right", "top")
    assert list(graph.edges()) == [
        (2, 0, 0), (2, 1, 1), (2, 1, 2), (3, 0, 0), (3, 0, 1), (4, 0, 0),
    ]  # fmt: skip


def test_features_that_are_not_kept_never_fire_and_others_may_need_them():
    graph = feature_graph(
        {"low": ["1"], "other": ["2"], "top": Feature(("low", "other"), 2)}, {"x": ["top"]}
    )
    both = Instances(graph, np.array([[True, True]]), np.array([0]))
    assert both.firing.features.tolist() == [[True, True, True]]
    assert both.keeping([True, False, True]).firing.features.tolist() == [[True, False, False]]
    several = both.keeping([[True, True, True], [False, True, True]])
    assert several.firing.features.shape == (2, 1, 3)


BAD = {
    "circle": ({"A": ["B"], "B": ["C"], "C": ["A"]}, {"x": ["A"]}, "A is made of B is made of C"),
    "of itself": ({"A": ["A"]}, {"x": ["A"]}, "A is made of A"),
    "skips a level": (
        {"A": ["1"], "B": ["A", "2"]},
        {"x": ["B"]},
        "2 (a primitive, so level 1) beside A (level 2)",
    ),
    "misspelt part": ({"fur": ["1"], "B": ["fur", "fr"]}, {"x": ["B"]}, "Did you mean 'fur'?"),
    "class skips a level": ({"A": ["1"], "B": ["A"]}, {"x": ["A", "B"]}, "A, a feature of level 2"),
    "class of primitives": ({"A": ["1"]}, {"x": ["1"]}, "put a feature between them"),
    "class without features": ({"A": ["1"]}, {"x": ["A"], "y": []}, "graph.classes.y"),
    "no classes": ({"A": ["1"]}, {}, "no classes"),
    "no features": ({}, {"x": ["A"]}, "no features"),
    "feature of nothing": ({"A": []}, {"x": ["A"]}, "graph.features.A"),
    "twice": ({"A": ["1", "1"]}, {"x": ["A"]}, "1 twice"),
    "threshold 0": ({"A": Feature(("1",), 0)}, {"x": ["A"]}, "graph.features.A.at_least"),
    "threshold out of reach": ({"A": Feature(("1",), 2)}, {"x": ["A"]}, "from 1 to 1"),
    "unused": ({"A": ["1"], "B": ["2"]}, {"x": ["A"]}, "graph.features.B"),
    "not a name": ({"A": [" "]}, {"x": ["A"]}, "graph.features.A"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_graph_that_cannot_be_is_refused(name):
    features, classes, word = BAD[name]
    with pytest.raises(SetupError) as refused:
        feature_graph(features, classes)
    assert word in str(refused.value) and "allowed: " in str(refused.value)


def test_instances_that_do_not_fit_are_refused():
    graph = shared_features().graph
    for patterns, word in (
        ({"class 3": ["1"], "class 1": ["1"], "class 2": ["1"]}, "class 3"),
        ({"class 1": ["1"]}, "no patterns"),
        ({"class 1": ["1 11"], "class 2": ["1"]}, "found '11'"),
    ):
        with pytest.raises(SetupError, match=word):
            pattern_instances(graph, patterns)
    with pytest.raises(DataError, match="truth values"):
        fire(graph, np.ones((1, 10)))
    with pytest.raises(DataError, match="a label from 0 to 1"):
        Instances(graph, np.ones((1, 10), dtype=bool), np.array([2]))


def test_factors_of_any_size_predict_and_have_an_elasticity():
    given = shared_features()
    ln = np.array([1.0, 2.0, 0.5, 1.5])
    huge = ln + 2000.0
    assert np.allclose(balanced(given.graph, huge), balanced(given.graph, ln))
    assert (predictions(given, huge) == predictions(given, ln)).all()
    assert accuracy(given, huge) == accuracy(given, ln) == 1.0
    assert np.allclose(elasticity(given, huge), elasticity(given, ln), rtol=1e-9)
    with pytest.raises(DataError, match="`balanced` factors"):
        losses(given, huge)


def test_what_all_classes_share_does_not_drown_the_rest():
    """A shared feature 10^40 times as large leaves scores equal to the last digit, in floats."""
    graph = feature_graph(
        {"own": ["1"], "other": ["2"], "shared": ["3"]},
        {"x": ["own", "shared"], "y": ["other", "shared"]},
    )
    both = Instances(
        graph, np.array([[1, 0, 1], [0, 1, 1], [1, 1, 1]], dtype=bool), np.array([0, 1, 1])
    )
    ln = np.array([0.5, 0.0, 92.0])
    Z = scores(graph, both.firing, ln)
    assert (Z[:, 0] == Z[:, 1]).all()
    assert predictions(both, ln).tolist() == [0, 1, 0]
    assert accuracy(both, ln) == pytest.approx(2 / 3)
    gaps = np.array([-np.exp(0.5), -1.0, np.exp(0.5) - 1.0])
    assert np.allclose(losses(both, ln), np.log1p(np.exp(gaps)), rtol=1e-12)


def test_losses_are_cross_entropies_and_ties_count_a_share():
    given = shared_features()
    ln = np.log([0.3, 0.7, 0.2, 0.5])
    Z = scores(given.graph, given.firing, ln)
    p = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    assert np.allclose(losses(given, ln), -np.log(p[np.arange(8), given.labels]))
    blank = Instances(given.graph, np.zeros((4, 10), dtype=bool), np.array([0, 0, 1, 1]))
    assert accuracy(blank, ln) == 0.5
