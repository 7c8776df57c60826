"""Activations and finite steps: what is computed, what is claimed, and that a run goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.elasticity.steps import finite_steps, loss_slopes
from stability.kernels.empirical import EmpiricalKernel
from stability.training.start import build_network
from stability_experiments.common import elasticity_networks
from stability_experiments.common.elasticity_networks import Net, Seen
from stability_experiments.elasticity.elasticity_activations import body, finite
from stability_experiments.elasticity.elasticity_activations.body import ACTIVATIONS, SIZES, Size
from stability_experiments.elasticity.elasticity_activations.claims import claims
from stability_experiments.elasticity.elasticity_activations.experiment import EXPERIMENT
from stability_experiments.framework.run import run_experiment

TINY = Size(widths=(32, 128), epochs=3, seeds=2, finite_width=32)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_errors_of_steps_fall_in_proportion_and_end_in_rounding(activation: str) -> None:
    found = finite.errors(Net("torus", activation, (64,)), 0)
    exact, rounded = (np.asarray(found[p]) for p in ("float64", "float32"))
    assert exact.shape == rounded.shape == (2, len(finite.SHARES))
    for one in exact:
        assert finite.slope(one) == pytest.approx(1.0, abs=0.05 if activation != "relu" else 0.3)
    assert exact.min() < 1e-8 < 1e-6 < rounded.min()
    assert np.allclose(rounded[:, 0], 1.0, atol=0.5), "float32 does not see such steps at all"


def test_single_precision_steps_are_finite_steps_rounded() -> None:
    net = Net("torus", "tanh", (16,))
    sample = elasticity_networks.manifold("torus").sample(50, 0)
    kernel = EmpiricalKernel(build_network(net.recipe(0), (3,), 2))
    x = np.asarray(sample.data.inputs)
    slopes = loss_slopes("squared", kernel.outputs(x[:3]), [1, 1, 1])
    sizes = np.array([0.01, 0.1, 0.2])
    exact = finite_steps(kernel, x[:3], slopes, x[:7], sizes)
    rounded = finite.single_precision_steps(kernel, x[:3], slopes, x[:7], sizes)
    assert np.allclose(rounded, exact, atol=2e-3 * np.abs(exact).max())
    assert not np.allclose(rounded, exact, rtol=1e-9)


@pytest.mark.parametrize("preset", ["smoke", "paper"])
def test_presets_vary_activation_width_and_seed(preset: str) -> None:
    size = SIZES[preset]
    assert size.seeds >= (5 if preset == "paper" else 3) and len(size.widths) >= 3
    assert {net.activation for net in size.nets()} == set(ACTIVATIONS)
    assert {net.of_limit for net in size.nets()} == {0.5}, "no catapult, whatever the activation"


def test_a_small_run_shows_what_activations_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    assert all((tmp_path / name).stat().st_size > 5000 for name in first.findings.figures)
    for module, name in ((elasticity_networks, "_measure"), (finite, "errors")):
        monkeypatch.setattr(module, name, dict)  # all of it is stored
    monkeypatch.setattr(body, "draw", lambda *args: first.findings.figures)  # once is enough
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    rows = {row.name: row for row in result.findings.rows}
    assert len(rows) == len(result.findings.rows)
    assert rows["correlation with distance, torus, sigmoid, width 128"].published == -0.99
    assert rows["correlation with distance, torus, sigmoid, width 32"].published is None
    assert rows["correlation before training, torus, tanh, width 128"].computed > -0.3
    assert (
        rows["correlation with the sign kept before training, torus, tanh, width 128"].computed
        < -0.95
    )
    slope = rows["slope of log error against log step, linear, squared"]
    assert slope.computed == pytest.approx(1.0, abs=0.03)
    assert (
        "float64" in slope.note and "32" in rows["smallest error of any step in float32, tanh"].name
    )


def test_claims_follow_the_numbers() -> None:
    x = np.linspace(0, 1, 40, endpoint=False)
    gap = np.abs(x[:, None] - x[None])
    d = 2 * np.minimum(gap, 1 - gap)
    noise = np.random.default_rng(0).normal(size=(2, *d.shape)) * (1 - np.eye(40))

    def seen(net: Net, kernel: np.ndarray, rough: float) -> list[Seen]:
        spread = rough / net.widths[0]
        return [
            Seen(net, k, {"kernel_before": kernel + spread * n, "kernel_after": kernel + spread * n,
                          "distances": d})
            for k, n in enumerate((0 * noise[0], noise[1]))
        ]  # fmt: skip

    kernels = {"relu": (1 - d) ** 2, "sigmoid": 1 - d / 2, "tanh": 1 - 2 * d, "identity": 1 - 2 * d}
    nets = TINY.nets()
    good = {net: seen(net, kernels[net.activation], 2.0) for net in nets}
    shares = finite.SHARES
    right = {"float64": np.stack([shares, shares]), "float32": np.stack([1 / shares, 1 / shares])}
    steps = {a: [right] for a in ACTIVATIONS}
    assert [c.claim for c in claims(good, steps) if not c.holds] == []
    turned = dict(zip(("tanh", "identity", "relu", "sigmoid"), kernels.values(), strict=True))
    turned["sigmoid"] = 1 - 2 * d - 0.1 * (d > 0)
    bad = {net: seen(net, turned[net.activation] + 0.5 * (d > 1.5), 0.0) for net in nets}
    wrong = {"float64": right["float64"] ** 0.5, "float32": right["float64"]}
    flat = {net: [Seen(s.net, 0, {**s.arrays, "kernel_before": 1 + noise[0], "kernel_after":
            s.arrays["kernel_after"]}) for s in group] for net, group in bad.items()}  # fmt: skip
    held = [c.claim for c in claims(flat, {a: [wrong] for a in ACTIVATIONS}) if c.holds]
    assert all("tanh is no more local" in claim or "sigmoid" in claim for claim in held), held
