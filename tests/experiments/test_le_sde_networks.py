"""Strengths of the locally elastic SDE from recorded logits, and experiments that record them."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics import estimate_logits
from stability.dynamics.sde.model import directions
from stability_experiments.common.contrast_growth import growth_rate
from stability_experiments.common.strength_curves import Curves, jackknife_error
from stability_experiments.dynamics.le_sde_geomnist.reference import law, posterior_contrast


@pytest.fixture(scope="module")
def drawn():
    """Logits (400, 6, 3) of six trials that draw classes at random: contrasts grow by e^(t/100)."""
    generator = np.random.default_rng(0)
    labels = generator.integers(3, size=(400, 6))
    size = 0.05 * np.exp(np.arange(400) / 100)[:, None, None] * (1 + 0.1 * np.arange(6)[:, None])
    return directions(3)[labels] * size + 0.001 * generator.normal(size=(400, 6, 3)), labels


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=(9, 2))
    without = np.stack([np.delete(values, k, axis=0).mean(axis=0) for k in range(9)])
    np.testing.assert_allclose(jackknife_error(without), values.std(axis=0, ddof=1) / 3)


def test_curves_are_class_means_of_all_trials_and_without_each(drawn):
    logits, labels = drawn
    curves = Curves.of(logits, labels, 20)
    assert curves.times[:2].tolist() == [9.5, 29.5] and curves.means.shape == (20, 3, 3)
    first = labels[:20] == 2
    np.testing.assert_allclose(curves.means[0, 2], logits[:20][first].mean(axis=0))
    own = logits[:20, :5][labels[:20, :5] == 1].mean(axis=0)
    np.testing.assert_allclose(curves.without[5, 0, 1], own)
    strengths = curves.strengths("L-model")
    np.testing.assert_allclose(strengths.totals[0], estimate_logits(curves.means).intra)
    ends, errors = strengths.at_end()
    assert ends[0] - ends[1] == pytest.approx(3 * 3.7, abs=0.3) and (errors > 0).all()
    # Growth 3 / 100 in units of A - B, whatever the size of the contrast.
    rate, error = growth_rate(curves)
    assert rate == pytest.approx(0.03, abs=0.001) and error < 0.001
    mirrored = Curves(curves.times, -curves.means, -curves.without)
    assert growth_rate(mirrored)[0] == pytest.approx(rate)
    still = Curves(curves.times, 0.01 * curves.means, 0.01 * curves.without)
    assert growth_rate(still) is None


def test_a_start_that_is_chance_is_one_standard_error():
    generator = np.random.default_rng(2)
    labels = generator.integers(3, size=(300, 12))
    chance = Curves.of(generator.normal(size=(300, 12, 3)), labels, 150)
    assert 0.5 < chance.first_over_error() < 1.7
    apart = Curves.of(generator.normal(size=(300, 12, 3)) + 9 * np.eye(3)[labels], labels, 150)
    assert apart.first_over_error() > 20


def test_the_law_is_the_mean_direction_of_labels():
    d = np.eye(3) - 1 / 3
    for share in (0.0, 0.3, 0.8):
        chances = np.where(np.eye(3, dtype=bool), 1 - share, share / 2)
        np.testing.assert_allclose(chances @ d, law(share) * d)
    logits = np.log([0.7, 0.15, 0.15])
    assert posterior_contrast(0.3) == pytest.approx(float(logits @ directions(3)[0]))
