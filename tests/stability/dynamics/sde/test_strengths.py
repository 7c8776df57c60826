"""Strengths over time: integrals beside known ones, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from stability.dynamics.sde.model import LocallyElasticSDE
from stability.dynamics.sde.strengths import (
    Strengths,
    constant_strengths,
    fading_strengths,
    sampled_strengths,
)
from stability.errors import DataError, SetupError


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5])
def test_integrals_of_fading_strengths(exponent: float) -> None:
    known = fading_strengths(2.0, exponent, inter=-0.3)
    computed = Strengths(known.intra, known.inter)
    times = [3.0, 0.0, 400.0]  # in any order
    for one, other in zip(known.accumulated(times), computed.accumulated(times), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-11)
    assert known.accumulated([3.0])[0][0] == pytest.approx(quad(known.intra, 0, 3)[0])


def test_jumps_need_knots() -> None:
    def step(t: np.ndarray) -> np.ndarray:
        return np.where(t < 1.2345, 1.0, 3.0)

    with pytest.raises(SetupError, match="Give the times at which they jump as knots"):
        Strengths(step, lambda t: 0.0).accumulated([5.0])
    A, B = Strengths(step, lambda t: 0.0, knots=(1.2345, 70.0)).accumulated([5.0, 1.0])
    np.testing.assert_allclose(A, [1.2345 + 3 * (5 - 1.2345), 1.0])
    assert B.tolist() == [0.0, 0.0]


def test_sampled_strengths_are_the_slopes_of_what_they_add_up_to() -> None:
    times, A, B = [0.0, 1.0, 3.0], [0.0, 2.0, 5.0], [0.0, -1.0, -1.0]
    known = sampled_strengths(times, A, B)
    assert known.at([0.0, 1.0])[0].tolist() == [2.0, 1.5]
    computed = Strengths(known.intra, known.inter, knots=known.knots)
    for one, other in zip(known.accumulated(times), computed.accumulated(times), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-11)


@pytest.mark.parametrize(
    ("intra", "inter", "words"),
    [
        (0.02, lambda t: 0.0, r"strengths.intra: found 0.02; allowed: a function of time"),
        (lambda t: t, [0.1], "strengths.inter: .*constant_strengths"),
        (lambda t: [1.0, 2.0, 3.0], lambda t: 0.0, r"strengths.intra: .*to values \(T,\)"),
        (lambda t: "much", lambda t: 0.0, "strengths.intra"),
        (lambda t: 1.0, lambda t: 1 / np.where(t > 0.5, np.inf, np.nan), "inter, t = 0: found nan"),
        (lambda t: t.shape, lambda a, b: 0.0, "strengths.inter"),
    ],
)
def test_strengths_that_are_no_functions_of_time(intra, inter, words: str) -> None:
    with pytest.raises(SetupError, match=words):
        Strengths(intra, inter)


@pytest.mark.parametrize(
    ("times", "A", "B"),
    [
        ([1.0, 2.0], [0.0, 1.0], [0.0, 1.0]),
        ([0.0, 2.0, 2.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]),
        ([0.0, 2.0], [0.5, 1.0], [0.0, 1.0]),
        ([0.0, 2.0], [0.0, 1.0, 2.0], [0.0, 1.0]),
        ([0.0, 2.0], [0.0, np.nan], [0.0, 1.0]),
    ],
)
def test_samples_that_do_not_fit(times, A, B) -> None:
    with pytest.raises(DataError, match="increasing times"):
        sampled_strengths(times, A, B)


@pytest.mark.parametrize("times", [[-1.0], [np.inf], [], [[0.0]]])
def test_times_that_cannot_be(times) -> None:
    with pytest.raises(DataError, match="times: found"):
        constant_strengths(1.0).accumulated(times)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"noise": -0.1}, "sde.noise: found -0.1"),
        ({"noise": np.nan}, "sde.noise"),
        ({"kind": "L model"}, "sde.kind: .*Did you mean 'L-model'"),
        ({"strengths": lambda t: t}, "sde.strengths: found 'function'"),
    ],
)
def test_models_that_cannot_be(fields, words: str) -> None:
    with pytest.raises(SetupError, match=words):
        LocallyElasticSDE(**{"strengths": constant_strengths(1.0), **fields})


@pytest.mark.parametrize(
    ("means", "words"),
    [
        (np.zeros((3, 2)), "2 features for 3 classes"),
        (np.zeros((1, 1)), "at least two classes"),
        (np.zeros(3), "class means"),
        (np.full((3, 3), np.nan), "not finite"),
    ],
)
def test_means_that_do_not_fit(means, words: str) -> None:
    model = LocallyElasticSDE(constant_strengths(1.0), kind="L-model")
    with pytest.raises(DataError, match=words):
        model.drift(means, 1.0, 0.0)
