"""Certified moments: exact arithmetic, what the charges buy, and coverage that can fail."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from stability.errors import DataError, SetupError
from stability.estimate import certified_moments, empirical_bernstein_upper
from stability.setup.setup import Loss

FAILURE = Fraction(3, 1000)


def test_each_order_is_charged_its_share() -> None:
    """Spread values: the orders do not help each other, so each is what its share gives."""
    values = np.random.default_rng(0).beta(0.3, 3.0, 4000)
    found = certified_moments(values, 1.0, FAILURE)
    for order in (1, 2, 4):
        own = empirical_bernstein_upper(values**order, 1.0, 0.001)
        assert own <= found.values[order] <= own * (1 + 1e-12)
    assert found.values[2] <= found.rms**2 * (1 + 1e-12)
    more = certified_moments(values, 1.0, FAILURE, orders=(1, 2, 4, 6, 8, 10))
    assert more.values[2] > found.values[2] and more.norm(10) > more.norm(6) > more.rms


@pytest.mark.parametrize("size", [2, 5, 300, 20_000])
@pytest.mark.parametrize("supremum", [np.nextafter(np.sqrt(2), 2), 1e-3, 37.5])
@pytest.mark.parametrize("low", [0.0, 0.6, 1.0])
def test_a_loss_takes_them_as_they_are(size: int, supremum: float, low: float) -> None:
    """No moment contradicts another one or the supremum, however few draws and however near 1."""
    draws = np.random.default_rng(size).uniform(low, 1.0, size) * supremum
    found = certified_moments(np.minimum(draws, supremum), float(supremum), FAILURE)
    loss = Loss(
        range=1,
        lipschitz=found.supremum,
        mean_lipschitz=found.mean,
        rms_lipschitz=found.rms,
        fourth_moment_lipschitz=found.fourth,
        measured_failure=found.failure,
    )
    assert loss.mean_lipschitz <= loss.rms_lipschitz  # type: ignore[operator]
    slack = 1 + 1e-12  # of the sums here
    assert draws.mean() <= found.mean * slack and (draws**2).mean() <= found.rms**2 * slack
    assert (draws**4).mean() <= float(found.fourth) * slack


def test_they_hold_together_as_often_as_promised() -> None:
    """Rare large values: bounds without a charge fail at once, certified ones almost never."""
    generator, failure = np.random.default_rng(1), Fraction(1, 10)
    true = {k: 0.01 + 0.99 * 0.2**k for k in (1, 2, 4)}
    wrong = plain = 0
    for _ in range(400):
        draws = np.where(generator.random(200) < 0.01, 1.0, 0.2)
        found = certified_moments(draws, 1.0, failure)
        wrong += any(found.values[k] < true[k] for k in true)
        plain += any((draws**k).mean() < true[k] for k in true)
    assert wrong <= 40 and plain > 100


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="from 0 to supremum = 1"):
        certified_moments([0.5, 1.5], 1.0, FAILURE)
    for orders in ((), (1, 1), (0, 2), (1.5,)):
        with pytest.raises(SetupError, match="whole numbers"):
            certified_moments([0.5, 0.5], 1.0, FAILURE, orders=orders)  # type: ignore[arg-type]
