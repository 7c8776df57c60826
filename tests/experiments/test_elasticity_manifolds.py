"""Similarity on manifolds: what is computed, what is claimed, and that a run goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability.elasticity import EmpiricalKernel, step_limit
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.single import train_one
from stability_experiments.common import elasticity_networks
from stability_experiments.common.elasticity_networks import EPOCHS, Net, Seen
from stability_experiments.common.elasticity_numbers import Mean, interval, pearson
from stability_experiments.elasticity.elasticity_manifolds import body
from stability_experiments.elasticity.elasticity_manifolds.claims import claims, v_shaped
from stability_experiments.elasticity.elasticity_manifolds.experiment import EXPERIMENT
from stability_experiments.elasticity.elasticity_manifolds.sizes import SIZES, Size
from stability_experiments.framework.context import Context
from stability_experiments.framework.run import run_experiment

TINY = Size(
    torus=(64,), boxes=(32, 32), more=(256,),
    torus_epochs=5, boxes_epochs=5, torus_seeds=2, boxes_seeds=1, more_seeds=1,
)  # fmt: skip


def seen(net: Net, seed: int, tmp_path: Path) -> Seen:
    context = Context(
        experiment="a", preset="smoke", data=None, seed=0, out=tmp_path,
        progress=lambda *args: None, tell=print,
    )  # fmt: skip
    return elasticity_networks.measured(net, seed, context.stages({}, ()), patterns=True)


def test_correlations_count_self_pairs_as_published_or_leave_them_out() -> None:
    d = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0)))
    S = 1.0 - d / 4 + np.where(d == 0, 5.0, 0.0)
    assert pearson(S, d) > -0.9
    assert pearson(S, d, self_pairs=False) == pytest.approx(-1.0)


def test_a_mean_over_seeds_has_an_error_only_with_two_of_them() -> None:
    assert Mean.of([2.0]).error is None
    row = Mean.of([1.0, 2.0, 3.0]).row("a", 2.5, 0.5, "here", note="b")
    assert (row.computed, row.agrees, row.note) == (2.0, True, "3 seeds, 1 to 3; b")
    assert row.standard_error == pytest.approx(1 / np.sqrt(3))
    middle, low, high = interval([[0.0, 1.0], [2.0, 1.0]])
    assert middle.tolist() == [1.0, 1.0] and (high - low)[1] == 0
    assert (high - low)[0] == pytest.approx(2 * 12.706204736)


def test_steps_times_width_are_as_published() -> None:
    for manifold, widths in (("torus", (40_960,)), ("boxes", (8192, 8192))):
        net = Net(manifold, "relu", widths, EPOCHS)
        assert net.published_size and net.recipe(3).step_size == pytest.approx(1e-5)
    recipe = Net("torus", "sigmoid", (4096,), EPOCHS).recipe(3)
    assert recipe.step_size == pytest.approx(1e-4) and recipe.batch_size == 100
    assert recipe.network == MultilayerPerceptron(widths=(4096,), activation="sigmoid")
    assert (recipe.loss, recipe.init_seed, recipe.epochs) == ("binary-squared", 3, EPOCHS)


def test_what_is_seen_of_a_network_is_what_the_library_says(tmp_path: Path) -> None:
    net = Net("torus", "relu", (16,), 3, of_limit=0.25)
    found = seen(net, 1, tmp_path)
    sample = elasticity_networks.manifold("torus").sample(50, 1)
    x = sample.data.inputs
    start = train_one(replace(net.recipe(1), step_size=1e-12), sample.data)
    limit = step_limit(EmpiricalKernel.of(start), x, "binary-squared")
    assert found.number("step size") == pytest.approx(limit / 4, rel=1e-6)
    assert found.number("steps over the limit") == 0.25
    model = train_one(replace(net.recipe(1), step_size=found.number("step size")), sample.data)
    K = EmpiricalKernel.of(model).matrix(x[sample.blue])
    assert np.allclose(found.kernel(True), K, rtol=1e-12)
    own = np.diagonal(K)[:, None]
    assert np.allclose(found.similarity(True), np.abs(K) / own, rtol=1e-12)
    assert np.allclose(found.signed(True), K / own, rtol=1e-12)
    right = (model.outputs(sample.data)[:, 0] > 0.5) == (sample.data.labels == 1)
    assert found.number("accuracy") == right.mean()
    d = np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=2))
    assert np.allclose(found.arrays["euclidean"], d) and found.arrays["cosines"].shape == d.shape


def test_presets_are_as_published_or_say_what_is_smaller() -> None:
    paper = SIZES["paper"].trained()
    assert sum(net.published_size for net in paper) == 3
    assert all(net.epochs == EPOCHS for net in paper)
    assert {net.dtype for net in paper if net.published_size} == {"float32"}
    assert {net.widths for net in SIZES["paper"].untrained()} == {(40_960,)}
    assert (
        body.scaled_down(SIZES["paper"])
        == "boxes of width 1024-1024 instead of 8192-8192; step size times width as published"
    )
    assert "2,000 and 1,000 steps instead of 20,000" in str(body.scaled_down(SIZES["smoke"]))


def test_a_small_run_shows_what_is_published(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    assert all((tmp_path / name).stat().st_size > 5000 for name in first.findings.figures)
    monkeypatch.setattr(elasticity_networks, "_measure", None)  # all of it is stored
    monkeypatch.setattr(body, "draw", lambda *args: first.findings.figures)  # once is enough
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    rows = {row.name: row for row in result.findings.rows}
    assert len(rows) == len(result.findings.rows)
    relu = rows["correlation with distance, torus, ReLU, width 64"]
    assert relu.computed < -0.92 and relu.published == -0.97 and relu.standard_error is not None
    assert rows["correlation with distance, torus, sigmoid, width 64"].computed < -0.97
    assert rows["correlation before training, torus, linear, width 64"].computed > -0.3
    assert rows["correlation with distance, untrained, spheres, ReLU, width 256"].computed < -0.9
    held = {claim.claim: claim.holds for claim in result.findings.claims}
    assert held["torus, sigmoid: correlation with distance at most -0.97, every seed"]
    assert sum(held.values()) >= len(held) - 2


def made(net: Net, similarity: np.ndarray, distances: np.ndarray) -> Seen:
    """A network that was never trained: what is claimed looks at arrays alone."""
    arrays = {
        "kernel_before": similarity, "kernel_after": similarity, "distances": distances,
        "cosines": -distances, "euclidean": distances, "steps over the limit": np.array(0.5),
    }  # fmt: skip
    return Seen(net, 0, arrays)


def test_claims_follow_the_numbers() -> None:
    x = np.linspace(0, 1, 40, endpoint=False)
    gap = np.abs(x[:, None] - x[None])
    d = 2 * np.minimum(gap, 1 - gap)
    falls, turns = 1.0 - d, 0.1 + 0.9 * np.abs(1.0 - 2.0 * d)
    nets = {net: "identity" in net.activation for net in TINY.trained()}
    good = {net: [made(net, turns if linear else falls, d)] for net, linear in nets.items()}
    for net, [one] in good.items():
        if (net.manifold, net.activation) == ("torus", "identity"):
            one.arrays["steps over the limit"] = np.array(1.6)
        if net.manifold == "boxes" and net.activation == "relu":
            one.arrays["kernel_after"] = falls + np.where((d > 0) & (d < 0.06), 0.1, 0.0)
    more = {
        net: [made(net, turns if net.activation == "identity" else falls, d)]
        for net in TINY.untrained()
    }
    for net, [one] in more.items():
        if net.manifold in ("cosines", "helix"):
            one.arrays["kernel_before"] = falls
    assert [c.claim for c in claims(good, more) if not c.holds] == []
    assert v_shaped(made(next(iter(nets)), turns, d))
    bad = {net: [made(net, falls if linear else turns, d)] for net, linear in nets.items()}
    held = [c.claim for c in claims(bad, {n: bad[next(iter(bad))] for n in more}) if c.holds]
    assert all("patterns" in claim or "training moves" in claim for claim in held), held
