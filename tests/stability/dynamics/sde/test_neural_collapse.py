"""Class means become a simplex if, and only if, the inter-class strength adds up to -infinity."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics.sde.mean_features import mean_features
from stability.dynamics.sde.model import LocallyElasticSDE, directions
from stability.dynamics.sde.neural_collapse import (
    collapse_conditions,
    mean_cosines,
    norm_ratio,
    simplex_alignment,
    simplex_distance,
    variability_ratio,
)
from stability.dynamics.sde.simulation import simulate
from stability.dynamics.sde.strengths import constant_strengths, fading_strengths
from stability.errors import DataError

START = np.random.default_rng(3).normal(size=(3, 3)) + 2 * directions(3)


def means_at(time: float, inter: float, kind: str = "L-model", start=START) -> np.ndarray:
    model = LocallyElasticSDE(constant_strengths(0.02, inter), kind=kind)
    return mean_features(model, start, [time])[0]


def test_cosines_tend_to_those_of_a_simplex_as_b_tends_to_minus_infinity() -> None:
    late = mean_cosines(means_at(4000.0, -0.01))
    np.testing.assert_allclose(late[~np.eye(3, dtype=bool)], -0.5, atol=1e-3)
    assert norm_ratio(means_at(4000.0, -0.01)) > 0.999
    distances = [simplex_distance(means_at(t, -0.01)) for t in (0.0, 500.0, 1000.0, 2000.0)]
    assert (np.diff(distances) < 0).all() and distances[-1] < 0.01
    # The rate: the differences of classes fall behind the simplex by exp(B / (K - 1)).
    slope = np.log(distances[-1] / distances[-2]) / 1000.0
    assert slope == pytest.approx(-0.01 / 2, rel=0.05)


@pytest.mark.parametrize(("classes", "inter"), [(3, 0.0), (4, 0.0), (4, 0.004), (5, 0.004)])
def test_otherwise_they_do_not(classes: int, inter: float) -> None:
    start = directions(classes) + np.random.default_rng(0).normal(size=(classes, classes))
    assert simplex_distance(means_at(4000.0, inter, start=start)) > 0.1


def test_three_classes_end_in_a_mirrored_simplex_if_b_tends_to_plus_infinity() -> None:
    """With d_k as w^k, w^3 = 1, a zero-sum u is u_k = Re(s w^-k), and u_k w^k = (s + s' w^2k)/2."""
    late = means_at(4000.0, 0.01)
    assert simplex_distance(late) < 1e-6
    assert abs(simplex_alignment(late)) < 1e-6  # each class off by another third of a turn
    two = directions(3)[:2]
    plane = (late - late.mean(axis=0))[:2] @ two.T
    assert np.linalg.det(plane) < 0 < np.linalg.det(two @ two.T)


def test_after_collapse_means_are_aligned_with_their_directions() -> None:
    assert simplex_alignment(means_at(4000.0, -0.01)) > 1 - 1e-6
    assert simplex_alignment(means_at(4000.0, -0.01, start=START - 4 * directions(3))) < -0.999
    with pytest.raises(DataError, match="2 features for 3 classes"):
        simplex_alignment(np.ones((3, 2)))


def test_where_b_adds_up_to_a_number_they_stay_apart_from_the_simplex() -> None:
    model = LocallyElasticSDE(fading_strengths(0.5, 0.5), kind="L-model")
    conditions = collapse_conditions(model, [10.0, 1e4], 3)
    assert conditions.separation[1] > 20 and conditions.equality.tolist() == [0.0, 0.0]
    assert simplex_distance(mean_features(model, START, [1e4])[0]) > 0.1


def test_the_equation_knows_no_sign() -> None:
    """From the far side, class means collapse to the opposite simplex: a simplex, wrong labels."""
    far = means_at(4000.0, -0.01, start=START - 4 * directions(3))
    assert simplex_distance(far) < 1e-3
    centred = far - far.mean(axis=0)
    assert (np.sum(centred * directions(3), axis=1) < 0).all()


def test_the_i_model_keeps_its_directions() -> None:
    before, after = mean_cosines(START), mean_cosines(means_at(4000.0, -0.01, "I-model"))
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_samples_join_their_means_as_predicted() -> None:
    model = LocallyElasticSDE(constant_strengths(0.02, -0.01), noise=0.1, kind="L-model")
    start = np.repeat(directions(3)[:, None], 20, axis=1)
    found = simulate(model, start, [400.0], trials=50, step=4.0, seed=0)
    A_less_B = 0.03 * 400
    expected = 3 * 0.1**2 * 400 * (1 - 1 / 20) / np.exp(2 * A_less_B / 3)
    assert variability_ratio(found).mean() == pytest.approx(expected, rel=0.05)


def test_any_number_of_classes() -> None:
    start = directions(5) + 0.3 * np.random.default_rng(0).normal(size=(5, 5))
    model = LocallyElasticSDE(constant_strengths(0.02, -0.02), kind="L-model")
    assert simplex_distance(mean_features(model, start, [3000.0])[0]) < 1e-3


def test_means_that_do_not_fit() -> None:
    for measure in (mean_cosines, norm_ratio, simplex_distance):
        with pytest.raises(DataError, match="at least two classes"):
            measure(np.zeros((1, 3)))
