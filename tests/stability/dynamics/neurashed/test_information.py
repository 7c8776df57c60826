"""Mutual information: one feature by quadrature; the table of the two classes."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics import (
    FixedRates,
    ResidualRates,
    draws,
    mutual_information,
    shared_features,
    signal_information,
    train_factors,
)
from stability.dynamics.neurashed.closed_forms import mean_factors
from stability.errors import DataError, SetupError

SEEN = [0, 200, 400, 600, 800, 1200, 1600, 2400, 3200, 4800, 8000]
OWN = [0.200, 0.799, 1.337, 1.677, 1.911, 2.226, 2.437, 2.722, 2.916, 3.181, 3.503]
SHARED = [0.200, 0.592, 0.733, 0.681, 0.575, 0.367, 0.220, 0.074, 0.024, 0.0023, 0.0]
INPUT = [0.343, 1.565, 1.717, 1.679, 1.585, 1.340, 1.150, 1.019, 1.002, 1.0, 1.0]
CLASS = [0.217, 0.964, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_one_feature_by_quadrature():
    means, labels, sigma = np.array([0.0, 0.7, 1.5]), np.array([0, 0, 1]), 0.5
    t = np.linspace(-5, 7, 20001)
    each = np.exp(-0.5 * ((t - means[:, None]) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    whole = each.mean(axis=0)
    own = np.stack([each[:2].mean(axis=0), each[:2].mean(axis=0), each[2]])
    exact = [
        np.trapezoid(each * np.log2(a / b), t, axis=1).mean()
        for a, b in ((each, whole), (own, whole))
    ]
    found = mutual_information(means[:, None], labels, sigma=sigma, draws=30_000, seed=1)
    assert found.with_input == pytest.approx(exact[0], abs=4 * found.input_error)
    assert found.with_class == pytest.approx(exact[1], abs=4 * found.class_error)
    assert 0 < found.input_error < 0.01 and 0 < found.class_error < 0.01


def test_the_errors_are_those_of_the_mean():
    means = np.array([[0.0, 0.2], [0.5, 0.0], [1.0, 0.6]])
    found = [mutual_information(means, [0, 1, 1], draws=600, seed=s) for s in range(60)]
    for value, error in (("with_input", "input_error"), ("with_class", "class_error")):
        spread = np.std([getattr(one, value) for one in found], ddof=1)
        told = np.mean([getattr(one, error) for one in found])
        assert spread == pytest.approx(told, rel=0.4)


def test_mean_factors_and_their_information_are_those_of_the_table():
    shared, own = mean_factors(SEEN, ResidualRates(), 0.2)
    assert own == pytest.approx(OWN, abs=1e-3) and shared == pytest.approx(SHARED, abs=1e-3)
    ln = np.log(np.stack([shared, own, shared, own], axis=1))
    found = signal_information(shared_features(), ln)
    assert found.with_input == pytest.approx(INPUT, abs=0.01)
    assert found.with_class == pytest.approx(CLASS, abs=0.01)
    shared, own = mean_factors([0, 1000], FixedRates(), 0.5)
    assert own == pytest.approx([0.5, 0.5 * 1.007**500])
    assert shared == pytest.approx([0.5, 0.5 * (1.007 * 0.99) ** 500])


def test_information_rises_then_falls_with_single_instances_and_stays_with_all():
    given = shared_features()
    order = draws(8, 8000, 1, range(6))
    course = train_factors(given, order, ResidualRates(), start=0.2, checkpoints=SEEN)
    own = np.exp(course.log_factors)[..., [1, 3]].mean(axis=(1, 2))
    assert own == pytest.approx(OWN, rel=0.04)
    found = signal_information(given, course.log_factors, draws=4000)
    rising = found.with_input.mean(axis=1)
    assert rising.max() == pytest.approx(1.713, abs=0.03) and rising.argmax() in (2, 3)
    assert rising[-1] == pytest.approx(1.0, abs=0.003)
    assert (np.diff(rising[2:]) < 0.01).all() and (np.diff(rising[:3]) > 0.1).all()
    label = found.with_class.mean(axis=1)
    assert (np.diff(label) > -0.01).all() and label[-1] == pytest.approx(1.0, abs=0.001)
    error = 4 * np.hypot(found.input_error, found.class_error)
    assert (found.with_input >= found.with_class - error).all()
    order = draws(8, 1000, 8, range(6))
    course = train_factors(given, order, ResidualRates(), start=0.2, checkpoints=[100, 1000])
    whole = signal_information(given, course.log_factors, draws=4000).with_input
    assert whole == pytest.approx(2.0, abs=0.03), "no compression"


def test_batches_of_two_compress_later_from_a_higher_peak():
    given = shared_features()
    seen = [0, 300, 400, 500, 600, 700, 800, 4000]
    course = train_factors(
        given, draws(8, 4000, 2, range(4)), ResidualRates(), start=0.2, checkpoints=seen
    )
    found = signal_information(given, course.log_factors, draws=4000).with_input.mean(axis=1)
    assert found.max() == pytest.approx(1.93, abs=0.03)
    assert found[-1] == pytest.approx(1.0, abs=0.01)


def test_shared_factors_fade_against_own_ones_and_peak_where_the_residual_says():
    rule, n = ResidualRates(), np.arange(0, 1000, 5)
    shared, own = mean_factors(n, rule, 0.2)
    assert shared == pytest.approx(own * np.exp(-rule.decay * n / 2), rel=1e-9)
    peak = shared.argmax()
    assert 1 / (1 + np.exp(2 * own[peak])) == pytest.approx(rule.decay / rule.growth, rel=0.02)
    assert rule.decay / rule.growth == pytest.approx(0.0616, abs=5e-5)


def test_fixed_rates_compress_as_well():
    given = shared_features()
    order = draws(8, 2000, 1, range(6))
    course = train_factors(given, order, FixedRates(), start=0.5, checkpoints=[0, 150, 2000])
    found = signal_information(given, course.log_factors, draws=4000).with_input.mean(axis=1)
    assert found == pytest.approx([1.25, 1.35, 1.002], abs=0.03)
    whole = train_factors(given, draws(8, 250, 8, range(4)), FixedRates(), start=0.5).last
    found = signal_information(given, whole, draws=4000).with_input
    assert found == pytest.approx(2.0, abs=0.03), "no compression with all patterns in a batch"


def test_what_has_no_information_is_refused():
    with pytest.raises(SetupError, match="sigma"):
        mutual_information([[0.0], [1.0]], [0, 1], sigma=0.0)
    with pytest.raises(SetupError, match="draws"):
        mutual_information([[0.0], [1.0]], [0, 1], draws=4)
    with pytest.raises(DataError, match="labels"):
        mutual_information([[0.0], [1.0]], [0, 1, 1])
