"""Maps of photographs: against double loops, and claims that can break. No data folder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stability.datasets import Dataset
from stability.errors import SetupError
from stability.estimate import ClassMap, RandomFeatures, Ridge, Signal
from stability_experiments.bounds.sensitivity_map_cifar10 import body
from stability_experiments.bounds.sensitivity_map_cifar10.body import (
    CALM,
    PERCEPTRON,
    UNRULY,
    Size,
    Training,
    claims,
)
from stability_experiments.bounds.sensitivity_map_cifar10.experiment import EXPERIMENT
from stability_experiments.bounds.sensitivity_map_cifar10.networks import convolutional, perceptron
from stability_experiments.bounds.sensitivity_map_cifar10.random_features import (
    PushedFeatures,
    sensitivities,
    transformed,
)
from stability_experiments.bounds.sensitivity_map_cifar10.sensitivity import (
    Sensitivity,
    means_by_class,
    ratio_of_means,
)
from stability_experiments.common.images import colour_images
from stability_experiments.framework.run import run_experiment

NAMES = tuple("abcdefghij")


def photographs(count: int, seed: int) -> Dataset:
    """Made-up images of 3 x 8 x 8 pixels whose classes can be told apart a little."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    pixels = 0.3 * rng.random((count, 192)) + 0.07 * labels[:, None]
    return Dataset(pixels.astype(np.float32), labels, NAMES, "made up", (3, 8, 8))


def sensitivity(diagonal: float, placebo: float = 1.0, largest: float = 1e3) -> Sensitivity:
    mean = np.where(np.eye(10, dtype=bool), diagonal, 1.0)
    grid = ClassMap(NAMES, mean, mean, np.ones((10, 10), dtype=int))
    signal = Signal(grid, np.full(10, placebo), 2.0)
    return Sensitivity("made up", signal, mean, np.arange(10), largest, 0.5, "")


def test_means_by_class_and_their_ratio() -> None:
    changes = np.array([[1.0, -3.0, 5.0], [0.0, 2.0, -7.0]])
    assert means_by_class(changes, np.array([0, 0, 1]), 2).tolist() == [[2.0, 5.0], [1.0, 7.0]]
    assert np.isnan(means_by_class(changes, np.array([0, 0, 1]), 3)[:, 2]).all()
    rng = np.random.default_rng(0)
    pairs = rng.gamma(3.0, size=(4000, 50, 2))
    ratios = pairs[..., 0].mean(axis=1) / pairs[..., 1].mean(axis=1)
    errors = [ratio_of_means(a[:, 0], a[:, 1])[1] for a in pairs[:200]]
    assert np.mean(errors) == pytest.approx(ratios.std(), rel=0.06)
    assert ratio_of_means(np.array([2.0]), np.array([0.5])) == (4.0, 0.0)


def test_planes_on_planes_over_planes_on_cats() -> None:
    one = sensitivity(6.0)
    table = np.arange(100.0).reshape(10, 10) + 1.0
    one = replace(one, by_image=table, labels=np.array([0, 1, 0, 3, 0, 5, 6, 7, 8, 9]))
    ratio, error = one.plane_ratio()
    assert ratio == (1 + 21 + 41) / (4 + 24 + 44) and error > 0
    rows = {row.name: row for row in sensitivity(7.5).rows()}
    plane = rows["plane-to-plane over plane-to-cat, made up"]
    assert (plane.computed, plane.agrees, plane.required) == (7.5, True, False)
    [far] = [row for row in sensitivity(4.0).rows() if row.name == plane.name]
    assert far.agrees is False and far.note


def test_random_features_against_a_double_loop() -> None:
    train, test = photographs(40, 0), photographs(30, 1)
    [one] = sensitivities(train, test, 15, (1e-2,), 2, 3, lambda what, done, total: None)
    features = RandomFeatures(15, 0.1, 1.0, seed=3)
    inside, outside = (features(np.asarray(x.inputs, float) - 0.5) for x in (train, test))
    changes = np.zeros((40, 30))
    for k in range(10):
        fit = Ridge(1e-2).fit(inside, train.labels == k)
        [block] = fit.deletions(outside, test.labels == k, "keep-1/m")
        changes += block.changes / 10
    for a in range(10):
        for b in range(10):
            cell = np.abs(changes[np.ix_(train.labels == a, test.labels == b)])
            assert one.signal.deletions.mean[a, b] == pytest.approx(cell.mean())
    assert one.largest == pytest.approx(np.abs(changes).max())
    assert one.by_image == pytest.approx(means_by_class(changes, test.labels, 10))
    assert one.by_image.shape == (40, 10) and (one.signal.placebo > 0).all()
    moved = np.zeros((2, 30))
    for run in range(2):
        pushed = PushedFeatures(15, 0.1, 1.0, 3, 1e-7, run)
        there, beyond = (pushed(np.asarray(x.inputs, float) - 0.5) for x in (train, test))
        for k in range(10):
            before = Ridge(1e-2).fit(inside, train.labels == k).losses(outside, test.labels == k)
            after = Ridge(1e-2).fit(there, train.labels == k).losses(beyond, test.labels == k)
            moved[run] += (after - before) / 10
    expected = [np.abs(moved[:, test.labels == k]).mean() for k in range(10)]
    assert one.signal.placebo == pytest.approx(expected, rel=1e-4)


def test_the_placebo_of_random_features_changes_every_weight_a_little() -> None:
    base = RandomFeatures(5, 0.1, 1.0, seed=3)
    pushed = PushedFeatures(5, 0.1, 1.0, 3, 1e-7, 0)
    for a, b in zip(base.weights(4), pushed.weights(4), strict=True):
        assert (a != b).all() and np.abs(b / a - 1.0).max() < 1e-6
    again = PushedFeatures(5, 0.1, 1.0, 3, 1e-7, 1)
    assert not np.array_equal(again.weights(4)[0], pushed.weights(4)[0])
    assert (pushed(np.ones((1, 4))) != base(np.ones((1, 4)))).any()


def test_features_part_by_part_are_the_features() -> None:
    base, images = RandomFeatures(6, 0.1, 1.0, seed=0), photographs(11, 0)
    assert np.array_equal(transformed(base, images, rows=4), base(images.inputs - 0.5))


@pytest.mark.parametrize("network", [convolutional, perceptron])
def test_networks_fit_photographs_and_centre_them(network) -> None:
    import torch

    module = network((3, 8, 8), 10)
    assert module(torch.zeros(2, 3, 8, 8)).shape == (2, 10)
    grey = torch.full((1, 3, 8, 8), 0.5)
    assert float(module[0](grey).abs().max()) == 0.0
    assert float(module[0](torch.ones(1, 3, 8, 8)).max()) == 2.0


def test_without_data_the_error_says_what_is_needed(tmp_path) -> None:
    for call in (
        lambda: colour_images(None, 10, 10, 0),
        lambda: run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None),
    ):
        with pytest.raises(SetupError, match=r"cifar-10.*--data"):
            call()


def held(features: Sensitivity, calm: Sensitivity, unruly: Sensitivity) -> list[str]:
    found = claims([features], {CALM: calm, UNRULY: unruly})
    return [claim.claim for claim in found if not claim.holds]


def test_every_claim_can_break() -> None:
    features, calm, unruly = sensitivity(8, 1e-6), sensitivity(5, 1e-2), sensitivity(1.1, 1.0)
    assert held(features, calm, unruly) == []
    flat = sensitivity(1.0, 1e-6)
    assert len(held(flat, calm, unruly)) == 3
    assert "three times as much as others" in held(features, sensitivity(2.0, 1e-2), unruly)[0]
    assert "ten times the mean" in held(sensitivity(8, 1e-6, largest=2.0), calm, unruly)[0]
    assert "no class drowns" in "".join(held(sensitivity(8, 1.0), calm, unruly))
    assert "no change drowns" in "".join(held(features, sensitivity(5, 4.0), unruly))
    assert "a third of the map" in "".join(held(features, calm, sensitivity(1.1, 1e-3)))
    assert "more than the unruly one" in "".join(held(features, calm, sensitivity(9.0, 1.0)))


def test_end_to_end_on_made_up_images(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Training("convolutional", 0.01, 20, epochs=1, per_class=1)
    small = Size(
        training=60, test=40, features=20, feature_runs=1, network_training=40, network_test=20,
        runs=1, networks={PERCEPTRON: replace(network, network="perceptron"), CALM: network,
                          UNRULY: replace(network, step_size=0.1)},
    )  # fmt: skip
    monkeypatch.setitem(body.SIZES, "smoke", small)
    monkeypatch.setattr(
        body, "colour_images", lambda *args: (photographs(60, 0), photographs(40, 1))
    )
    (tmp_path / "cifar-10").mkdir()
    result = run_experiment(EXPERIMENT, "smoke", tmp_path, 0, tmp_path, lambda *args: None)
    figures = [tmp_path / name for name in result.findings.figures]
    assert len(figures) == 4 and all(f.stat().st_size > 5000 for f in figures)
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names))
    assert sum("plane-to-plane" in name for name in names) == 6
    assert result.findings.scaled_down is not None and "40 training" in result.findings.scaled_down
