"""What a study measures, against plain refitting and against the measuring functions themselves."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import Ridge as PlainRidge
from sklearn.metrics.pairwise import rbf_kernel

from stability.conventions import Convention
from stability.errors import DataError
from stability.estimate import measure_deletions, measure_placebo
from stability.estimate.exact.ridge import Ridge
from stability.estimate.statistics.summary import summarise
from stability.runs import parse_run_file
from stability.runs.data import source_of
from stability.runs.learners import retraining as networks
from stability.runs.learners.named_kernels import plain_kernel
from stability.runs.learners.network import recipe_of
from stability.training import train_one

from .conftest import LOGISTIC, NETWORK, RIDGE


def parts_of(text: str):
    return source_of(parse_run_file(text), None).load()


@pytest.mark.parametrize("convention", ["null-step", "retrain"])
def test_a_network_is_measured_as_measure_deletions_does(convention: str, run) -> None:
    text = NETWORK.replace("count = 7", f'count = 7\nconvention = "{convention}"')
    findings, _ = run(text)
    parts = parts_of(text)
    direct = measure_deletions(
        recipe_of(findings.study), parts.train, parts.test, findings.measured.deleted,
        convention=Convention(convention),
    )  # fmt: skip
    expected = summarise([direct], len(parts.train))
    for name in ("row_mean", "row_variance", "row_maximum", "diagonal"):
        ours, theirs = getattr(findings.summary, name), getattr(expected, name)
        assert np.abs(ours - theirs).max() < 1e-9 * max(1.0, np.abs(theirs).max()), name
    assert findings.gap == pytest.approx(direct.base_test.mean() - direct.base_training.mean())


def test_a_deletion_is_plain_retraining(run) -> None:
    findings, _ = run(NETWORK.replace("count = 7", "indices = [11, 4]"))
    parts, recipe = parts_of(NETWORK), recipe_of(findings.study)
    full, without = (train_one(recipe, parts.train, i).losses(parts.test) for i in (None, 4))
    limit = math.log(10)
    moved = 60 * np.abs(np.clip(without, 0, limit) - np.clip(full, 0, limit)).mean()
    assert findings.measured.deleted.tolist() == [11, 4]
    assert findings.summary.row_mean[1] == pytest.approx(moved, rel=1e-9)
    assert findings.measured.base_test == pytest.approx(np.clip(full, 0, limit))


def test_placebos_are_those_of_measure_placebo(run) -> None:
    findings, summary = run(NETWORK)
    parts = parts_of(NETWORK)
    assert list(findings.measured.placebos) == list(networks.PLACEBOS)
    for size, placebo in findings.measured.placebos.items():
        direct = measure_placebo(
            recipe_of(findings.study), parts.train, parts.test, 2, relative=placebo.push
        )
        assert placebo.changes == pytest.approx(direct.changes, abs=1e-12)
        assert summary["placebos"][size]["runs"] == 2
    small, large = (findings.measured.placebos[size].push for size in networks.PLACEBOS)
    assert small == 1e-7 < 1e-4 < large < 0.5


def test_without_placebos_there_is_no_signal(run) -> None:
    findings, summary = run(NETWORK.replace("placebos = 2", "placebos = 0"))
    assert summary["placebos"] == {} and not findings.signals


def test_deletions_are_chosen_at_random_by_the_seed_or_all(run) -> None:
    for out, text in (("all", ""), ("as many", "deletion.count = 50")):
        assert run(RIDGE + text, out)[0].measured.deleted.tolist() == list(range(50))
    first, other = (
        run(f"{RIDGE}deletion = {{ count = 5, seed = {seed} }}", f"s{seed}")[0].measured.deleted
        for seed in (0, 1)
    )
    assert len(set(first)) == len(set(other)) == 5 and first.tolist() != other.tolist()


@pytest.mark.parametrize("convention", ["keep-1/m", "retrain"])
@pytest.mark.parametrize("kind", ["ridge", "random-features", "kernel-ridge"])
def test_ridge_models_against_refitting(kind: str, convention: str, run) -> None:
    keys = {"ridge": "", "random-features": ", features = 20", "kernel-ridge": ", bandwidth = 2.0"}
    text = RIDGE.replace(
        '"ridge", regularization = 0.1', f'"{kind}", regularization = 0.1{keys[kind]}'
    )
    text += f'deletion = {{ indices = [7], convention = "{convention}" }}'
    findings, summary = run(text)
    parts = parts_of(text)
    y, y_test = parts.ones(parts.train), parts.ones(parts.test)
    kept = np.arange(50) != 7
    weight = 50 if convention == "keep-1/m" else 49
    if kind == "kernel-ridge":
        x, points = parts.train.inputs, parts.test.inputs

        def predicted(rows, count):
            gram = rbf_kernel(x[rows], x[rows], gamma=1 / 8)
            ridge = gram + 0.1 * count * np.eye(rows.sum())
            return rbf_kernel(points, x[rows], gamma=1 / 8) @ np.linalg.solve(ridge, y[rows])
    else:
        x, points = (findings.study.learner.inputs(part) for part in (parts.train, parts.test))

        def predicted(rows, count):
            plain = PlainRidge(alpha=0.1 * count, fit_intercept=False, solver="cholesky")
            return plain.fit(x[rows], y[rows]).predict(points)

    def losses(rows, count):
        return (np.clip(predicted(rows, count), 0, 1) - y_test) ** 2

    full, without = losses(np.ones(50, dtype=bool), 50), losses(kept, weight)
    assert findings.measured.base_test == pytest.approx(full, abs=1e-9)
    assert pytest.approx(50 * np.abs(without - full).mean(), rel=1e-6) == findings.summary.B
    assert summary["convention"] == convention and summary["loss_range"] == 1


def test_kernels_are_what_they_are_called() -> None:
    a, b = np.array([[0.0, 0.0]]), np.array([[1.0, 2.0]])
    assert plain_kernel("gaussian", 2.0)(a, b) == pytest.approx(np.exp(-5 / 8))
    assert plain_kernel("laplace", 2.0)(a, b) == pytest.approx(np.exp(-3 / 2))
    assert plain_kernel("linear")(b, b) == pytest.approx(5.0)


@pytest.mark.parametrize(("scaling", "divisor"), [("as-given", 1.0), ("unit-ball", math.sqrt(65))])
def test_logistic_regression_against_refitting_from_scratch(run, scaling, divisor) -> None:
    from scipy.optimize import minimize

    text = LOGISTIC.replace("count = 6", "indices = [3]")
    findings, _ = run(text.replace("ion = 0.1", f'ion = 0.1, scaling = "{scaling}"'))
    parts = parts_of(LOGISTIC)
    train, test = parts.problem
    x, points = (
        np.hstack([part.inputs, np.ones((len(part), 1))]) / divisor for part in (train, test)
    )

    def losses(w, features, labels):
        logits = features @ w.reshape(2, -1).T
        norm = np.logaddexp(logits[:, 0], logits[:, 1])
        return norm - logits[np.arange(len(labels)), labels]

    def fitted(share):
        def objective(w):
            return share @ losses(w, x, train.labels) + 0.05 * (w @ w)

        options = {"gtol": 1e-11, "ftol": 1e-18, "maxiter": 5000, "maxfun": 10**6}
        return minimize(objective, np.zeros(2 * 65), method="L-BFGS-B", options=options).x

    share = np.full(40, 1 / 40)
    full = losses(fitted(share), points, test.labels)
    share[3] = 0
    without = losses(fitted(share), points, test.labels)
    changes = np.clip(without, 0, math.log(2)) - np.clip(full, 0, math.log(2))
    assert pytest.approx(40 * np.abs(changes).mean(), rel=0.02) == findings.summary.B


def test_proved_bounds_hold_what_is_measured(run) -> None:
    """The elastic constants measured lie below the proved limit L(z') L(z)/lambda."""
    findings, summary = run(LOGISTIC)
    assert findings.summary.U <= 2 * 65 / 0.1
    kinds = {(b["kind"], b["provenance"]) for b in summary["bounds"]}
    assert kinds == {("estimate", "plug-in"), ("upper", "proved"), ("upper", "certified")}
    for _, bound in findings.from_setup:
        assert bound.failure == pytest.approx(0.05) and bound.value > findings.gap


@pytest.mark.parametrize("text", [NETWORK, RIDGE], ids=["network", "ridge"])
def test_what_is_measured_is_never_called_a_bound(text: str, run) -> None:
    _, summary = run(text)
    assert len(summary["bounds"]) == 6
    for bound in summary["bounds"]:
        assert (bound["kind"], bound["provenance"]) == ("estimate", "plug-in")
    assert summary["constants"]["provenance"] == "plug-in"


def test_intervals_hold_the_values_and_a_maximum_has_none(run) -> None:
    _, summary = run(RIDGE)
    constants = summary["constants"]
    for name in ("B", "B1", "D"):
        assert constants[name]["low"] < constants[name]["value"] < constants[name]["high"]
    assert constants["U"]["low"] is constants["U"]["high"] is None
    assert constants["B1"]["value"] < constants["B"]["value"] < constants["U"]["value"]


def test_the_class_map_holds_every_pair_once(run) -> None:
    findings, summary = run(RIDGE)
    parts = parts_of(RIDGE)
    deleted, tested = (np.bincount(p.labels, minlength=10) for p in (parts.train, parts.test))
    assert np.array(summary["class_map"]["pairs"]).tolist() == np.outer(deleted, tested).tolist()
    grid = np.array(summary["class_map"]["mean"], dtype=float)
    weights = np.outer(deleted, tested)
    mean = (np.nan_to_num(grid) * weights).sum() / weights.sum()
    assert mean == pytest.approx(findings.summary.B1)
    fit = Ridge(0.1).fit(findings.study.learner.inputs(parts.train), parts.ones(parts.train))
    points = findings.study.learner.inputs(parts.test)
    [block] = fit.deletions(points, parts.ones(parts.test), "keep-1/m")
    pairs = np.abs(block.changes)[np.ix_(parts.train.labels == 3, parts.test.labels == 8)]
    assert pairs.size and grid[3, 8] == pytest.approx(50 * pairs.mean())


def test_the_most_influential_are_those_with_the_largest_means(run) -> None:
    findings, summary = run(RIDGE)
    means = findings.summary.row_mean
    top = summary["most_influential"]
    assert [e["mean"] for e in top] == sorted(means, reverse=True)[:10]
    for e in top:
        assert means[findings.measured.deleted == e["position"]] == [e["mean"]]
        assert e["label"] == str(parts_of(RIDGE).train.labels[e["position"]])


@pytest.mark.parametrize("kind", ["ridge", "logistic"])
def test_numbers_too_large_to_be_squared_are_refused(kind: str, run, tmp_path: Path) -> None:
    inputs = np.random.default_rng(0).random((20, 3))
    inputs[4, 1] = 1e200
    file = tmp_path / "large.npz"
    np.savez(file, inputs=inputs, labels=np.arange(20) % 2)
    text = (
        f'data = {{ name = "file", file = "{file}", size = 17, target = ["1"] }}\n'
        f'model = {{ kind = "{kind}", regularization = 0.1 }}\ndeletion = {{ count = 2 }}\n'
    )
    with pytest.raises(DataError, match=r"large.inputs: found a number of size 1e\+200"):
        run(text)
