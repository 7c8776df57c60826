"""Pairs told apart by elasticity: images, trainings, methods, tables, claims, and resuming."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability.datasets.dataset import Dataset
from stability.elasticity import ElasticityClustering, EmpiricalKernel, sigmoid, step_limit
from stability.errors import SetupError
from stability.training.start import build_network
from stability_experiments.common.pair_clustering import measuring, nets, rows
from stability_experiments.common.pair_clustering.measuring import NUMBERS, Job, measure
from stability_experiments.common.pair_clustering.methods import (
    KERNELIZED,
    KMEANS,
    LOGIT,
    PROBABILITY,
    RELATIVE,
    STARTS,
    Method,
    methods,
    score,
)
from stability_experiments.common.pair_clustering.nets import BCE, STEP, WIDE, Net, fit, fnn
from stability_experiments.common.pair_clustering.pairs import (
    Drawn,
    Pair,
    digit_pair,
    draw,
    first_images,
    load_images,
)
from stability_experiments.common.pair_clustering.published import (
    CIFAR_LINES,
    CNN,
    COLOUR_PAIRS,
    DIGIT_PAIRS,
    FNN,
    FNN_BCE,
    LINEAR,
    MNIST_LINES,
    PLAIN_STEP,
)
from stability_experiments.common.pair_clustering.study import Found, Study
from stability_experiments.elasticity.elasticity_clustering_cifar10 import body as colour_body
from stability_experiments.elasticity.elasticity_clustering_cifar10.sizes import SIZES as COLOUR
from stability_experiments.elasticity.elasticity_clustering_cifar10.sizes import Size as ColourSize
from stability_experiments.elasticity.elasticity_clustering_mnist import body
from stability_experiments.elasticity.elasticity_clustering_mnist.claims import claims
from stability_experiments.elasticity.elasticity_clustering_mnist.experiment import EXPERIMENT
from stability_experiments.elasticity.elasticity_clustering_mnist.sizes import SIZES, Size
from stability_experiments.framework.context import Context
from stability_experiments.framework.run import run_experiment

TINY = Size(
    pairs=DIGIT_PAIRS[3:5], per_class=10, seeds=2, width=16, linear_width=8, residual_width=8,
    epochs=2, bce_epochs=1, few=1,
)  # fmt: skip
PLACES = {pair: place for place, pair in enumerate(DIGIT_PAIRS)}


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return draw(load_images("digits", None), digit_pair(5, 9, 4, 8), 20, seed=1)


def test_images_are_drawn_evenly_and_only_primary_or_not_is_told(drawn: Drawn) -> None:
    images, pair = load_images("digits", None), digit_pair(5, 9, 4, 8)
    assert (
        np.bincount(images.labels[drawn.data.rows], minlength=10)[[4, 5, 8, 9]].tolist() == [20] * 4
    )
    assert drawn.data.labels.tolist() == [1] * 40 + [0] * 40
    assert drawn.classes.tolist() == images.labels[drawn.data.rows[:40]].tolist()
    assert drawn.data.inputs.min() == -1 and drawn.data.inputs.max() == 1
    assert np.array_equal(drawn.points, drawn.data.inputs[:40])
    other = draw(images, pair, 20, seed=2)
    assert set(other.data.rows) != set(drawn.data.rows)
    first = first_images(images, pair, 20)
    assert first.data.rows[:20].tolist() == np.flatnonzero(images.labels == 5)[:20].tolist()
    with pytest.raises(SetupError, match="class 5: found 182 images"):
        draw(images, pair, 200, seed=0)


def test_steps_are_halved_until_the_network_lives(drawn: Drawn, monkeypatch) -> None:
    net = Net("a", "fnn", 16, 50.0, 4, 20)
    trained = fit(net, drawn.data, 3)
    recipe = trained.model.recipe
    assert trained.halvings > 0 and recipe.step_size == 50.0 / 2**trained.halvings
    start = EmpiricalKernel(build_network(recipe, drawn.data.shape, 2))
    limit = step_limit(start, drawn.data.inputs, recipe.loss)
    assert trained.of_limit == pytest.approx(recipe.step_size / limit)
    assert np.ptp(trained.model.outputs(drawn.data)) > 0
    calm = fit(replace(net, step_size=0.01), drawn.data, 3)
    assert calm.halvings == 0 and calm.peak < 1 < trained.peak
    monkeypatch.setattr(nets, "HALVINGS", 1)
    with pytest.raises(SetupError, match="training of a"):
        fit(replace(net, step_size=1e9), drawn.data, 3)


def test_a_saturated_probability_counts_as_chance() -> None:
    K, classes = np.diag([1.0, 1.0, 1.0, 0.0]), np.array([0, 0, 1, 1])
    assert score(Method("a", RELATIVE, PROBABILITY), K, classes, 0).accuracy == 0.5
    assert score(Method("a", RELATIVE), K + np.eye(4), classes, 0).accuracy >= 0.5


def test_methods_cluster_by_the_kernels_of_the_library(drawn: Drawn) -> None:
    used = (replace(fnn("a", 16, 3, 20, BCE), step_size=0.1),)
    job = Job("digits", digit_pair(5, 9, 4, 8), used, 20, 1)
    found = measure(job, drawn)
    trained = fit(used[0], drawn.data, 1)
    for method, accuracy in zip(methods(used), found["accuracy"], strict=True):
        model = trained.model if method.net == "a" else trained.start
        kernel = EmpiricalKernel.of(model, sigmoid if method.space == PROBABILITY else None)
        clusters = ElasticityClustering(kernel.matrix, form=method.form, random_state=1)
        labels = clusters.fit_predict(drawn.points)
        right = (labels == (drawn.classes == 5)).mean()
        assert accuracy == max(right, 1 - right), method
    assert {m.space for m in methods(used) if m.net == "a"} == {LOGIT, PROBABILITY}
    numbers = dict(zip(NUMBERS, found["numbers"][0], strict=True))
    assert fnn("a", 16, 3, 20).step_size == STEP * WIDE / 16
    assert numbers["step size"] == used[0].step_size / 2 ** numbers["halvings"]
    right = (trained.model.outputs(drawn.data)[:, 0] > 0) == (drawn.data.labels == 1)
    assert numbers["training accuracy"] == right.mean()
    best = found["starts"].max(axis=1)
    of_kernels = [m.uses_kernel for m in methods(used)]
    assert found["starts"].shape == (sum(of_kernels), STARTS)
    assert (best >= found["accuracy"][of_kernels]).all()


def test_every_published_line_is_computed_and_presets_say_what_is_smaller() -> None:
    for lines, study in (
        (MNIST_LINES, SIZES["paper"].study("mnist")),
        (CIFAR_LINES, COLOUR["paper"].study),
    ):
        assert set(lines) <= set(study.methods) and study.seeds == 5
        assert all(50 <= v <= 100 for line in lines.values() for v in line.values)
        assert study.per_class == 500 and len(study.pairs) == 6
    wide = SIZES["paper"].wide_study("mnist").nets[0]
    assert (wide.width, wide.step_size, wide.epochs) == (40_960, 3e-3, 200)
    assert SIZES["paper"].nets[0].step_size == pytest.approx(0.06)
    assert SIZES["paper"].nets[0].epochs == 200
    assert "80 images of each primary class" in SIZES["smoke"].scaled_down
    assert "200 in batches of 500" in COLOUR["smoke"].scaled_down


def made(study: Study, accuracy: dict[Method, float], peak: float = 9.0) -> Found:
    """A study that was never run: every method gives one number for all pairs and seeds."""
    shape = len(study.pairs), study.seeds
    values = np.array([accuracy.get(m, 60.0) for m in study.methods])
    spread = np.linspace(-1, 1, study.seeds)[None, :, None]
    numbers = dict.fromkeys(NUMBERS, 1.0) | {
        "steps over the limit": 4.0, "largest early loss over the first": peak,
        "K(x, x) before": 2.0,
    }  # fmt: skip
    told = np.array([numbers[name] for name in NUMBERS])
    kernels = [v for m, v in zip(study.methods, values, strict=True) if m.uses_kernel]
    starts = np.array(kernels)[:, None] - np.linspace(0, 20, STARTS)
    return Found(
        study,
        np.broadcast_to(values, (*shape, len(values))) + spread,
        np.broadcast_to(starts, (*shape, *starts.shape)),
        np.broadcast_to(told, (*shape, len(study.nets), len(told))),
    )


def test_jobs_come_back_to_their_pairs_and_seeds() -> None:
    study = replace(TINY.study("digits"), seeds=3)
    jobs = study.jobs(5)
    assert [(j.pair, j.seed) for j in jobs[1:4]] == [
        (study.pairs[0], 6), (study.pairs[0], 7), (study.pairs[1], 5),
    ]  # fmt: skip
    inner = len(study.methods) - 2
    columns = {
        "baselines": np.arange(12.0).reshape(6, 2),
        "accuracy": np.zeros((6, inner)),
        "starts": np.zeros((6, 3, STARTS)),
        "numbers": np.zeros((6, len(study.nets), len(NUMBERS))),
    }
    found = Found.of(study, columns)
    assert found.of_method(KMEANS).tolist() == [[0, 200, 400], [600, 800, 1000]]
    assert found.on_average(KMEANS).values == (300, 500, 700)


def test_rows_stand_beside_their_published_numbers() -> None:
    found = made(TINY.study("mnist"), {Method(FNN, KERNELIZED): 70.0})
    table = {row.name: row for row in rows.table_rows(found, MNIST_LINES, PLACES)}
    row = table["accuracy, FNN, kernelized, 5 v 9"]
    assert (row.computed, row.published, row.agrees) == (70.0, 67.8, True)
    assert "sd 1.4" in row.note
    mean = table["accuracy, FNN, kernelized, average over pairs"]
    assert mean.published == pytest.approx((67.8 + 71.5) / 2)
    assert table[f"accuracy, {PLAIN_STEP}, kernelized, 3 v 5"].published == 71.5
    assert table["accuracy, FNN BCE, logit kernelized, 3 v 5"].published is None
    assert "ResNet-152's 82.0" in table["accuracy, CNN, kernelized, 5 v 9"].note
    assert all(r.note for r in table.values() if r.agrees is False)
    assert {r.published for r in rows.table_rows(found, MNIST_LINES, {})} == {None}


GOOD = {
    Method(FNN, KERNELIZED): 70.0, Method(CNN, KERNELIZED): 80.0, Method(FNN, RELATIVE): 65.0,
    Method(FNN_BCE, KERNELIZED, LOGIT): 66.0, Method(PLAIN_STEP, KERNELIZED): 61.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({Method(LINEAR, KERNELIZED): 75.0}, "FNN, kernelized, is more accurate than linear"),
        ({Method(CNN, KERNELIZED): 69.0}, "CNN, kernelized, is more accurate than FNN"),
        ({Method(FNN_BCE, KERNELIZED, LOGIT): 55.0}, "FNN BCE, logit"),
        ({Method(PLAIN_STEP, KERNELIZED): 66.0}, "stays within 3"),
        ({Method(CNN, RELATIVE): 90.0}, "CNN, kernelized, is more accurate than CNN, relative"),
    ],
)
def test_claims_follow_the_numbers(change: dict[Method, float], broken: str) -> None:
    study = TINY.study("digits")
    good = claims(made(study, GOOD), {}, (), smoke=False)
    assert [c.claim for c in good if not c.holds] == []
    failed = claims(made(study, GOOD | change), {}, (), smoke=False)
    assert any(broken in c.claim for c in failed if not c.holds)
    calm = claims(made(study, GOOD, peak=0.9), {}, (), smoke=True)
    assert next(c.claim for c in calm if not c.holds).startswith("FNN: with step size")
    assert not any(c.required for c in calm)


def test_a_small_run_goes_on_with_what_is_stored(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", replace(TINY, pairs=DIGIT_PAIRS[3:4], seeds=1))
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    assert all((tmp_path / name).stat().st_size > 5000 for name in first.findings.figures)
    monkeypatch.setattr(measuring, "measure", None)  # all of it is stored
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names))
    assert "embedded digits" in (result.findings.scaled_down or "")


def test_photographs_are_told_apart_in_the_same_way(tmp_path: Path, monkeypatch) -> None:
    values = np.random.default_rng(0).uniform(size=(60, 3, 4, 4)).astype(np.float32)
    images = Dataset(values, np.arange(60) % 10, tuple("abcdefghij"), "made")
    for module in (colour_body, measuring, rows):
        monkeypatch.setattr(module, "load_images", lambda name, folder: images)
    pairs = (Pair((1, 3), (2,), "car v cat"), COLOUR_PAIRS[2])
    tiny = ColourSize(pairs=pairs, per_class=3, seeds=1, width=8, linear_width=4, epochs=1)
    monkeypatch.setitem(colour_body.SIZES, "smoke", tiny)
    context = Context(
        experiment="a", preset="smoke", data=tmp_path, seed=0, out=tmp_path,
        progress=lambda *args: None, tell=print,
    )  # fmt: skip
    found = colour_body.findings(context)
    assert all(0 <= row.computed <= 100 for row in found.rows if "accuracy" in row.name)
    published = {row.name: row.published for row in found.rows}
    assert published["accuracy, FNN BCE, probability kernelized, cat v bird"] == 56.6
    assert all((tmp_path / name).stat().st_size > 5000 for name in found.figures)
    assert all(
        "probability" not in str(m) or m.form in (RELATIVE, KERNELIZED) for m in tiny.study.methods
    )
