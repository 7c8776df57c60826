"""Strengths of the locally elastic SDE from recorded logits, and experiments that record them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.datasets.dataset import Dataset
from stability.datasets.shapes import split_shapes
from stability.dynamics import estimate_logits
from stability.dynamics.sde.model import directions
from stability_experiments.common.contrast_growth import growth_rate
from stability_experiments.common.logit_records import Course
from stability_experiments.common.strength_curves import Curves, jackknife_error
from stability_experiments.dynamics.le_sde_cifar10 import body as photographs
from stability_experiments.dynamics.le_sde_cifar10 import courses as photograph_courses
from stability_experiments.dynamics.le_sde_geomnist import body as shapes
from stability_experiments.dynamics.le_sde_geomnist import courses as shapes_courses
from stability_experiments.dynamics.le_sde_geomnist.claims import claims
from stability_experiments.dynamics.le_sde_geomnist.reference import law, posterior_contrast
from stability_experiments.dynamics.le_sde_geomnist.rows import rows as shapes_rows
from stability_experiments.framework.finding import find
from stability_experiments.framework.run import run_experiment


@pytest.fixture(scope="module")
def drawn():
    """Logits (400, 6, 3) of six trials that draw classes at random: contrasts grow by e^(t/100)."""
    generator = np.random.default_rng(0)
    labels = generator.integers(3, size=(400, 6))
    size = 0.006 * np.exp(np.arange(400) / 100)[:, None, None] * (1 + 0.1 * np.arange(6)[:, None])
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
    still = Curves(curves.times, 0.001 * curves.means, 0.001 * curves.without)
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


PLACES = {
    "le-sde-geomnist": (
        shapes, shapes_courses.Size((0.0, 0.3, 2 / 3, 0.8), Course(4, 88, 0.02, 2), 8, 3, 2)
    ),
    "le-sde-cifar10": (
        photographs, photograph_courses.Size((2, 3), Course(4, 88, 0.01, 2), 9, 3, 8, 3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_a_small_run_shows_its_numbers_and_goes_on(name, tmp_path: Path, monkeypatch) -> None:
    module, size = PLACES[name]
    monkeypatch.setitem(module.SIZES, "smoke", size)
    pixels = np.random.default_rng(0).uniform(size=(40, 3, 32, 32))
    images = Dataset(pixels, np.arange(40) % 4, ("airplane", "automobile", "bird", "cat"))
    monkeypatch.setattr(photograph_courses, "colour_images", lambda *args: (images, images))
    (tmp_path / "cifar-10").mkdir()
    drawn = dict(zip(("train", "test"), split_shapes(20, 5, seed=0), strict=True))
    monkeypatch.setattr(shapes_courses, "load_geomnist", lambda part: drawn[part])
    out = tmp_path / "out"
    first = run_experiment(find(name), "smoke", tmp_path, 0, out, lambda *args: None)
    rows = {row.name: row for row in first.findings.rows}
    assert len(rows) == len(first.findings.rows) > 20
    assert first.findings.scaled_down
    assert [r.name for r in rows.values() if r.agrees is False and not r.note] == []
    assert any(not claim.holds for claim in first.findings.claims)  # nothing is learned so soon
    for figure in first.findings.figures:
        assert (out / figure).stat().st_size > 5000
    drawing = "_draw" if name.endswith("10") else "draw"
    monkeypatch.setattr(module, drawing, lambda *args: first.findings.figures)
    monkeypatch.setattr(module, "trained", lambda *args: 1 / 0)  # all of it is stored
    again = run_experiment(find(name), "smoke", tmp_path, 0, out, lambda *args: None, resume=True)
    assert again.findings == first.findings


def made_up(share: float, factor: float, accuracy: float) -> shapes_courses.Seen:
    """Six trials whose contrast grows by factor/100 an iteration, from chance."""
    size = shapes_courses.Size((share,), Course(6, 400, 0.005, 2), 20, 5, 5)
    generator = np.random.default_rng(1)
    clean = generator.integers(3, size=(400, 6))
    growth = np.sign(factor) * 0.01 * np.exp(abs(factor) * np.arange(400) / 80)[:, None, None]
    logits = directions(3)[clean] * growth + 0.002 * generator.normal(size=(400, 6, 3))
    scores = np.full((2, 6), accuracy)
    arrays = {"logits": logits, "used": clean, "clean": clean, "accuracy": scores, "loss": scores}
    return shapes_courses.Seen(share, size, arrays)


def test_claims_and_the_law_follow_the_numbers() -> None:
    right = {
        0.0: made_up(0.0, 1.0, 0.99),
        0.3: made_up(0.3, 0.8, 0.9),
        2 / 3: made_up(2 / 3, 0.001, 0.33),
        0.8: made_up(0.8, -0.9, 0.2),
    }
    assert [c.claim for c in claims(right) if not c.holds and c.required] == []
    rows = {row.name: row for row in shapes_rows(right)}
    ratio = rows["alpha - beta over that at p = 0, p = 0.3"]
    assert ratio.computed == pytest.approx(0.8, abs=0.05) and ratio.published == pytest.approx(0.55)
    assert "wrong side" in rows["alpha - beta over that at p = 0, p = 0.8"].note
    assert rows["contrast of true classes at the end, p = 0.8"].computed < 0
    wrong = {
        0.0: made_up(0.0, 0.001, 0.5),
        0.3: made_up(0.3, 1.0, 0.6),
        2 / 3: made_up(2 / 3, 0.9, 0.7),
        0.8: made_up(0.8, 0.9, 0.9),
    }
    assert [c.claim for c in claims(wrong) if c.holds and c.required] == []
