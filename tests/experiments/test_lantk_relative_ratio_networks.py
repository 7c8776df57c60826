"""Relative ratios of networks: few neurons stand for many, and what is claimed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from stability.datasets import Dataset
from stability.elasticity import relative_ratio
from stability.kernels.empirical import EmpiricalKernel
from stability.kernels.two_layer import TwoLayerNetwork
from stability.training.single import train_one
from stability.training.start import build_network
from stability_experiments.common.colour_classes import Part
from stability_experiments.common.relative_ratios import PUBLISHED
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.lantk_relative_ratio_networks import body
from stability_experiments.kernels.lantk_relative_ratio_networks.body import Size
from stability_experiments.kernels.lantk_relative_ratio_networks.claims import claims
from stability_experiments.kernels.lantk_relative_ratio_networks.experiment import EXPERIMENT
from stability_experiments.kernels.lantk_relative_ratio_networks.networks import Net, measured
from stability_experiments.kernels.lantk_relative_ratio_networks.numbers import ORDER, Found

from .test_lantk_relative_ratio import made  # noqa: F401  (a fixture)

HIDDEN, OUTPUT = "1.weight", "3.weight"


def points(count: int, size: int = 5) -> Part:
    random = np.random.default_rng(count)
    return Part(random.normal(size=(count, size)), np.arange(count) % 2)


def test_neurons_start_as_in_the_wide_network_and_share_its_kernel() -> None:
    network = build_network(Net(400, 10_000).recipe(3), (5,), 2)
    hidden, output = (network.initial[name].double().numpy() for name in (HIDDEN, OUTPUT))
    for weights, bound in ((hidden, 5**-0.5), (output, 0.01)):
        assert np.abs(weights).max() <= bound * 1.0001
        assert (weights**2).mean() == pytest.approx(bound**2 / 3, rel=0.2)  # uniform
    alone = TwoLayerNetwork(hidden, output[0])
    found, x = EmpiricalKernel(network), points(6).inputs
    assert np.allclose(found.matrix(x), 25 * alone.matrix(x), rtol=1e-6)
    assert np.allclose(found.outputs(x)[:, 0], 5 * alone.outputs(x), rtol=1e-6)


def test_a_neuron_that_counts_for_four_moves_as_each_of_four_equal_ones() -> None:
    data = Dataset(points(30).inputs, points(30).labels, ("a", "b"), "made")
    few, many = (replace(Net(n, 32).recipe(0), dtype="float64") for n in (8, 32))
    first = build_network(few, data.shape, 2).initial
    four = {HIDDEN: first[HIDDEN].repeat(4, 1), OUTPUT: first[OUTPUT].repeat(1, 4)}
    one, other = train_one(few, data), train_one(many, data, start=four)
    moved = one.parameters[HIDDEN] - first[HIDDEN]
    assert float(moved.abs().max()) > 1e-3
    # what remains is the 1e-8 in Adam's denominator, which does see the scale
    assert torch.allclose(other.parameters[HIDDEN][:8] - first[HIDDEN], moved, atol=1e-5)
    assert np.allclose(one.outputs(data), other.outputs(data), atol=1e-6)


def test_what_is_measured_is_that_of_the_network_at_the_start() -> None:
    train, test, net = points(12), points(8), Net(50, 200)
    found = measured(net, train, test, ("a", "b"), seed=1)
    first = build_network(net.recipe(1), (5,), 2).initial
    hidden, output = (first[name].double().numpy() for name in (HIDDEN, OUTPUT))
    alone = TwoLayerNetwork(hidden, output[0])
    x, z = train.inputs, test.inputs
    K, across, own = alone.matrix(x), alone.matrix(z, x), np.diagonal(alone.matrix(z))
    ratios = (
        relative_ratio(K, np.diagonal(K), train.labels),
        relative_ratio(across, own, test.labels, np.diagonal(K), train.labels),
    )
    assert np.asarray(found["ratios"])[0] == pytest.approx(100 * np.array(ratios), rel=1e-6)
    told = across @ np.linalg.solve(K, 2.0 * train.labels - 1) > 0
    assert np.asarray(found["accuracies"])[0] == 100 * np.mean(told == test.labels)
    assert not np.allclose(np.asarray(found["ratios"])[1], 100 * np.array(ratios), rtol=1e-4)


def test_a_run_goes_on_with_what_is_stored(tmp_path: Path, made, monkeypatch) -> None:  # noqa: F811
    (tmp_path / "cifar-10").mkdir()
    monkeypatch.setitem(body.SIZES, "smoke", Size(training=8, test=4, neurons=40, seeds=2))
    out = tmp_path / "out"
    first = run_experiment(EXPERIMENT, "smoke", tmp_path, 0, out, lambda *args: None)
    monkeypatch.setattr(body, "measured", dict)  # all of it is stored
    result = run_experiment(EXPERIMENT, "smoke", tmp_path, 0, out, lambda *args: None, resume=True)
    assert result.findings == first.findings
    assert all((out / f).stat().st_size > 5000 for f in result.findings.figures)
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names)) == 4 * 2 * 4 + 5 + 4 + 8
    assert all(row.agrees is not False or row.note for row in result.findings.rows)
    assert "each counts for" in (result.findings.scaled_down or "")


def found(**changes: float) -> list[Found]:
    """Numbers that show what is claimed, some of them changed for the last pair."""
    usual = dict(zip(ORDER, (55.0, 58.0, 60.0, 66.0), strict=True)) | {"plain": 63.0, "gain": 1.0}

    def of_pair(number: dict[str, float]) -> Found:
        def network(start: float) -> dict[str, np.ndarray]:
            return {
                "ratios": np.array([[start] * 2, [number["NN-trained"]] * 2]),
                "accuracies": np.array([80.0, 80.0 + number["gain"]]),
            }

        kernels = {"NTK": np.full(2, number["NTK"]), "LANTK": np.full((4, 2), number["LANTK"])}
        return Found(("a", "b"), kernels, [network(number["NN-init"])], [network(number["plain"])])

    return [*(of_pair(usual) for _ in range(len(PUBLISHED) - 1)), of_pair(usual | changes)]


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"NN-init": 58.5}, ["train-train: NN-init below NTK", "test-train: NN-init below NTK"]),
        ({"LANTK": 57.0}, ["train-train: NTK below LANTK", "test-train: NTK below LANTK"]),
        ({"NN-trained": 59.0}, ["train: LANTK below NN-trained", "train: LANTK below NN-trained"]),
        ({"plain": 54.0}, ["the width of an untrained network"]),
        ({"gain": -4.0}, ["kernel regression predicts better"]),
    ],
)
def test_claims_follow_the_numbers(changes, broken: list[str]) -> None:
    assert all(claim.holds for claim in claims(found(), 4096))
    missed = [claim.claim for claim in claims(found(**changes), 4096) if not claim.holds]
    assert len(missed) == len(broken)
    assert all(part in claim for part, claim in zip(broken, missed, strict=True))
