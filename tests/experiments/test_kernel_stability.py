"""`kernel-stability`: which kernels, which numbers, which claims, and that a run goes on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability.elasticity import relative_ratio
from stability.estimate import KernelRidge
from stability.kernels import KernelFunction, LabelAwareKernel, NeuralTangentKernel
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.kernel_stability import body, problems
from stability_experiments.kernels.kernel_stability.bounds import ELASTIC, UNIFORM, proved
from stability_experiments.kernels.kernel_stability.claims import claims
from stability_experiments.kernels.kernel_stability.experiment import EXPERIMENT
from stability_experiments.kernels.kernel_stability.measuring import (
    AWARE,
    EVERY,
    Method,
    Outcome,
    measure,
)
from stability_experiments.kernels.kernel_stability.problems import Problem, Source
from stability_experiments.kernels.kernel_stability.rows import rows

RIDGES = (0.001, 0.01, 0.1)
HERE = ("a/b", 0)
BOUNDS = {HERE: {method.name: {UNIFORM: 2.0, ELASTIC: 0.5} for method in EVERY}}


@pytest.fixture(scope="module")
def problem() -> Problem:
    return Source.load(None, 12, 6, seed=0).problems["4/9", 0]


def cosine(a, b):
    """The tangent kernel divided by the roots of its own values, written down again."""
    ntk = NeuralTangentKernel()
    return ntk.matrix(a, b) / np.sqrt(ntk.diagonal(a)[:, None] * ntk.diagonal(b))


def extended(pixels):
    return np.hstack([2 * pixels - 1, np.ones((len(pixels), 1))])


@pytest.mark.parametrize("base", ["linear", "RBF", "NTK", "CNTK"])
def test_every_kernel_is_one_at_an_image_with_itself(base: str, problem: Problem) -> None:
    values = problem.values(base)
    assert values["inside"].shape == (24, 24) and values["across"].shape == (12, 24)
    assert (np.diagonal(values["inside"]) == 1.0).all()
    assert np.linalg.eigvalsh(values["inside"]).min() > -1e-12
    assert np.abs(values["across"]).max() <= 1.0
    swapped = replace(problem, test_inputs=problem.inputs, test_labels=problem.labels)
    assert np.allclose(swapped.values(base)["across"], values["inside"])


def test_digits_of_two_classes_and_no_image_twice(problem: Problem) -> None:
    assert problem.labels.tolist() == [0] * 12 + [1] * 12
    both = np.vstack([problem.inputs, problem.test_inputs])
    assert len(np.unique(both, axis=0)) == len(both) and both.max() == 1.0


def test_no_two_samples_share_an_image() -> None:
    problems = Source.load(None, 50, 25, seed=0, samples=2).problems
    assert list(problems) == [(pair, k) for pair in ("3/8", "4/9") for k in (0, 1)]
    several = [problems["3/8", k] for k in (0, 1)]
    images = [x for one in several for x in (one.inputs, one.test_inputs)]
    assert [len(x) for x in images] == [100, 50, 100, 50]
    assert len(np.unique(np.vstack(images), axis=0)) == 300
    assert all(one.test_labels.tolist() == [0] * 25 + [1] * 25 for one in several)


@pytest.mark.parametrize(
    "method",
    [Method("NTK"), Method("NTK", "KR-V1", 0.1), Method("NTK", "KR-V1", 0.1, scaled=True)],
)
def test_what_is_measured(method: Method, problem: Problem) -> None:
    deleted = np.array([2, 15])
    x, z = extended(problem.inputs), extended(problem.test_inputs)
    y, target = problem.labels.astype(float), problem.test_labels.astype(float)
    found = measure(method, problem, problem.values("NTK"), 0.05, deleted)
    base = KernelFunction("cosine", cosine)
    moved = {}
    known = base
    if method.system:
        known = LabelAwareKernel.fit(base, x, problem.labels, "KR-V1", 0.1)
    scale = known.diagonal(x).mean()
    assert found["scale"] == pytest.approx(scale) and (scale > 1.1) == bool(method.system)
    lam = 0.05 * scale if method.scaled else 0.05
    assert found["ridge"] == pytest.approx(lam)

    def predicted(kept, strength=method.strength):
        kernel = base
        if method.system:
            kernel = LabelAwareKernel.fit(base, x[kept], problem.labels[kept], "KR-V1", strength)
        ridge = kernel.matrix(x[kept]) + 24 * lam * np.eye(len(kept))
        return kernel.matrix(z, x[kept]) @ np.linalg.solve(ridge, y[kept])

    def losses(f):
        return (np.clip(f, 0, 1) - target) ** 2

    everything = np.arange(24)
    whole = losses(predicted(everything))
    for i in deleted:
        moved[i] = 24 * np.abs(losses(predicted(everything[everything != i])) - whole)
    assert found["loss"] == pytest.approx(whole.mean())
    assert found["row_mean"] == pytest.approx([moved[i].mean() for i in deleted])
    cells = [[moved[i][problem.test_labels == k].mean() for k in (0, 1)] for i in deleted]
    assert found["cells"] == pytest.approx(np.array(cells))
    one = Outcome({k: np.asarray(v) for k, v in found.items()}, 24, 12)
    within = (cells[0][0] + cells[1][1]) / 2
    assert (one.within, one.across) == pytest.approx((within, (cells[0][1] + cells[1][0]) / 2))
    assert one.share == pytest.approx(100 * within / (one.within + one.across))
    ratio = relative_ratio(known.matrix(x), known.diagonal(x), problem.labels)
    assert found["ratios"][0] == pytest.approx(100 * ratio)
    if not method.system:
        assert np.isnan(found["silent"]).all()
        return
    fixed = KernelRidge(lam, lambda a, b: known.matrix(a, b)).fit(x, y)
    [wrong] = fixed.deletions(z, target, "keep-1/m", deleted)
    right = np.array([losses(predicted(everything[everything != i])) - whole for i in deleted])
    error = np.abs(wrong.changes - right).mean() / np.abs(right).mean()
    assert found["silent"][0] == pytest.approx(error, rel=1e-6) and error > 1e-3


def test_what_is_proved_of_label_free_kernels() -> None:
    """sigma = 2 + 1/sqrt(lambda), beta = sigma^2/(2 lambda m), and Theorem 12."""
    found = proved(1000, 0.25)
    assert 32.0 <= found["U"] < 32.0001
    beta, tail = 32 / 1000, math.sqrt(math.log(20) / 2000)
    assert found[UNIFORM] == pytest.approx(2 * beta + (4 * 1000 * beta + 1) * tail)
    assert found[ELASTIC] >= found[UNIFORM] * (1 - 1e-9), "K(x, x) = 1: nothing is gained"


def outcome(ratio: float, share: float, mean: float = 1.0, own: float = 2.0, top: float = 3.0):
    within = mean * share / 50
    arrays = {
        "row_mean": np.full(2, mean), "row_variance": np.full(2, 0.1),
        "row_maximum": np.array([top, 2 * mean]), "diagonal": np.full(2, own),
        "ratios": np.array([ratio, ratio - 1]), "accuracy": np.array(90.0),
        "loss": np.array(0.1), "silent": np.array([0.2, 1.1]), "positive": np.array(1.0),
        "scale": np.array(1.2),
        "cells": np.array([[within, 2 * mean - within]] * 2) * [[1, 1], [1, 1]],
    }  # fmt: skip
    arrays["cells"][1] = arrays["cells"][1][::-1]
    return Outcome(arrays, 40, 10)


def made(**other):
    """A pair in which all claims hold; `other` changes label-aware kernels at lambda = 0.1."""
    found = {}
    for method in EVERY:
        for ridge in RIDGES:
            aware = {"ratio": 60.0, "share": 61.0, "own": 2.5, "top": 3.5}
            if method.scaled:
                aware |= {"own": 2.1, "top": 3.05}
            if ridge == 0.1 and method.scaled:
                aware |= other.get("scaled", {})
            elif ridge == 0.1:
                aware |= {key: value for key, value in other.items() if key != "scaled"}
            found[method.name, ridge] = outcome(**aware) if method.system else outcome(55.0, 60.0)
    return {HERE: found}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, ""),
        ({"ratio": 54.0}, "more elastic: the relative ratio"),
        ({"share": 59.9}, "more elastic too"),
        ({"share": 75.0}, "less than half as far"),
        ({"mean": 1.3}, "as it is, within 25%"),
        ({"top": 2.6}, "raises the largest change"),
        ({"own": 1.9}, "raises the change at the deleted image"),
        ({"scaled": {"top": 2.9}}, "largest change at equal scale too"),
        ({"scaled": {"own": 1.9}}, "deleted image itself at equal scale too"),
        ({"scaled": {"top": 4.0}}, "adds to the largest change is scale"),
        ({"scaled": {"own": 3.0}}, "adds to the change at the deleted image itself is scale"),
    ],
)
def test_claims_follow_the_numbers(changed, word: str) -> None:
    broken = [c.claim for c in claims(made(**changed), BOUNDS, RIDGES) if not c.holds]
    assert len(broken) == bool(word) and all(word in claim for claim in broken)


def test_what_must_hold_can_fail() -> None:
    found = made()
    found[HERE]["RBF", 0.1] = outcome(55, 60, top=1000.0)
    [broken] = [c for c in claims(found, BOUNDS, RIDGES) if not c.holds]
    assert broken.required and "more than is proved" in broken.claim
    worse = {HERE: {**BOUNDS[HERE], "RBF": {UNIFORM: 2.0, ELASTIC: 2.0}}}
    [broken] = [c for c in claims(made(), worse, RIDGES) if not c.holds]
    assert broken.required and "below the uniform one" in broken.claim
    found = made()
    found[HERE][AWARE[0].name, 0.01].arrays["silent"][:] = 0.0
    [broken] = [c for c in claims(found, BOUNDS, RIDGES) if not c.holds]
    assert broken.required and "formula for a fixed kernel" in broken.claim


def test_rows_are_means_and_say_which_pairs() -> None:
    found = {
        **made(), ("a/b", 1): made(own=3.0)[HERE],
        **{("c/d", k): made(own=4.5)[HERE] for k in (0, 1)},
    }  # fmt: skip
    bounds = {place: BOUNDS[HERE] for place in found}
    told = {row.name: row for row in rows(found, bounds, RIDGES, 0.01)}
    row = told["share of changes within the class in %, NTK, lambda=0.1"]
    assert row.computed == pytest.approx(60.0) and row.note == "a/b 60, c/d 60"
    plug_in = told["elastic plug-in bound on the gap, NTK, lambda=0.01"]
    assert plug_in.computed == 0.5 and "estimate" in plug_in.note
    aware = told[f"elastic plug-in bound on the gap, {AWARE[0].name}, lambda=0.01"]
    assert "positive definite: it is on 4 of 4 samples" in aware.note
    same = told[f"D with labels over without, {AWARE[0].name}, lambda=0.1"]
    # on the samples (2.5 + 4.5)/2 and (3 + 4.5)/2, each over 2
    assert same.computed == pytest.approx(1.8125) and same.standard_error == pytest.approx(0.0625)
    assert same.note == "a/b 1.375, c/d 2.25; the mean K(x, x) is 1.2 times as large"
    equal = told[f"D with labels over without, {AWARE[0].name}, equal scale, lambda=0.1"]
    assert equal.computed == pytest.approx(1.05) and "lambda times 1.2" in equal.note
    assert told["proved limit of U, lambda=0.1"].kind.value == "upper"
    name = f"error of the formula for a fixed kernel in % of the mean change, {AWARE[0].name}"
    assert told[f"{name}, lambda=0.1"].computed == pytest.approx(20.0)
    found[HERE][AWARE[0].name, 0.1].arrays["silent"][:] = np.nan
    assert f"{name}, lambda=0.1" not in {row.name for row in rows(found, bounds, RIDGES, 0.01)}


def test_a_run_goes_on(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", body.Size(training=10, test=4, deleted=2, samples=2))
    monkeypatch.setattr(body, "RIDGES", (body.MIDDLE,))
    monkeypatch.setattr(problems, "DIGIT_PAIRS", (("4", "9"),))
    out = tmp_path / "out"
    first = run_experiment(EXPERIMENT, "smoke", None, 0, out, lambda *_: None)
    monkeypatch.setattr(body, "measure", lambda *_: pytest.fail("all of it is stored"))
    again = run_experiment(EXPERIMENT, "smoke", None, 0, out, lambda *_: None, resume=True)
    assert again.findings == first.findings
    names = [row.name for row in again.findings.rows]
    assert len(names) == len(set(names)) and all(row.note for row in again.findings.rows)
    assert (out / "kernel-stability.png").stat().st_size > 20_000
