"""Kernel drift: what is computed, what is claimed, and that a run goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.kernels.two_layer import TwoLayerNetwork
from stability_experiments.benchmarks import label_hierarchy
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.lantk_kernel_drift import body
from stability_experiments.kernels.lantk_kernel_drift.body import SIZES, Size, label_part
from stability_experiments.kernels.lantk_kernel_drift.claims import claims
from stability_experiments.kernels.lantk_kernel_drift.courses import Courses
from stability_experiments.kernels.lantk_kernel_drift.drift import Net, drift, problem
from stability_experiments.kernels.lantk_kernel_drift.experiment import EXPERIMENT

TINY = Size(widths=(32, 256), kinked=(32, 64), times=(0.3, 3.0), per_class=3, seeds=2, neurons=400)


def test_coordinates_keep_inner_products_and_classes_are_halved() -> None:
    one = problem(None, 4, 0)
    assert one.images.shape == (16, 65) and one.targets.tolist() == [1.0] * 4 + [-1.0] * 4
    assert len(np.unique(one.images, axis=0)) == 16
    inner = one.images @ one.images.T
    assert np.allclose(one.coordinates @ one.coordinates.T, inner / np.diag(inner).mean())


def test_errors_are_those_of_a_network_that_is_trained() -> None:
    one = problem(None, 3, 0)
    x, y = one.coordinates, one.targets
    found = drift(Net("softplus", 40), x, y, (0.5, 2.0), 7)
    start = TwoLayerNetwork.random(40, x.shape[1], "softplus", 7)
    unit = 6 / np.linalg.eigvalsh(start.matrix(x[:6]))[-1]
    [end] = start.trained(x[:6], start.outputs(x[:6]) + y, [2.0 * unit])
    moved = end.matrix(x, x[:6]) - start.matrix(x, x[:6])
    for block, rows in enumerate((slice(None, 6), slice(6, None))):
        size = np.linalg.norm(moved[rows]) / np.linalg.norm(start.matrix(x[rows], x[:6]))
        assert np.asarray(found["errors"])[1, 0, block] == pytest.approx(size, rel=1e-6)
    missing = end.outputs(x[:6]) - start.outputs(x[:6]) - y
    assert np.asarray(found["loss"])[1] == pytest.approx(np.mean(missing**2), rel=1e-6)


def test_a_small_run_shows_how_errors_fall(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    monkeypatch.setattr(body, "drift", dict)  # all of it is stored
    monkeypatch.setattr(body, "label_part", dict)
    monkeypatch.setattr(body, "draw", lambda *args: first.findings.figures)
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    assert all((tmp_path / name).stat().st_size > 5000 for name in result.findings.figures)
    rows = {row.name: row for row in result.findings.rows}
    assert len(rows) == len(result.findings.rows)
    moves = rows["exponent of the width, change of the kernel, softplus, time 3"]
    misses = rows["exponent of the width, error of order 2, softplus, time 3"]
    assert -1.5 < moves.computed < -0.5 and misses.computed < moves.computed - 0.4
    label = rows["mean label part of LANTK-NTH, 4 and 9, same class"]
    assert label.computed > 0 and label.published is None
    assert set(SIZES) == {preset.name for preset in EXPERIMENT.presets}


def test_label_parts_beside_published_ones() -> None:
    one = problem(None, 3, 0)
    found = label_part(one, 400, 0)
    same, other, ratio = body.label_rows("cifar-10", found)
    assert (same.published, other.published) == (98.0, 48.0)
    assert ratio.published == pytest.approx(98 / 48)
    assert same.standard_error is not None and same.standard_error > 0
    assert all(row.published is None for row in body.label_rows("digits", found))


def made(activation: str, moves: float, misses: tuple[float, float]) -> Courses:
    """Errors that fall with given powers of the width."""
    widths, times = (64, 256, 1024), (0.5, 5.0)
    m = np.array(widths, dtype=float)[:, None, None, None]
    powers = np.array([moves, *misses])
    errors = np.broadcast_to((m / 16) ** powers, (3, 2, 2, 3))[..., None].repeat(2, axis=-1)
    return Courses(activation, widths, times, errors, np.ones((3, 2, 2)))


def test_claims_follow_the_numbers() -> None:
    good = {name: made(name, -1.0, (-1.0, -2.0)) for name in ("softplus", "erf")}
    good["relu"] = made("relu", -0.6, (-0.6, -0.65))
    assert [c.claim for c in claims(good) if not c.holds] == []
    bad = {name: made(name, -0.6, (-1.5, -0.8)) for name in ("softplus", "erf")}
    bad["relu"] = made("relu", -1.0, (-1.0, -2.0))
    assert [c.claim for c in claims(bad) if c.holds] == []
    assert good["erf"].exponent(5.0, 2) == pytest.approx(-2.0)


def test_the_benchmark_prints_its_lines() -> None:
    lines = list(label_hierarchy.run(sizes=(20, 30), small=5, neurons=50))
    assert len(lines) == 6 and "ratio" in lines[1]
    difference = float(lines[0].rsplit(" ", 1)[1])
    assert difference < 1e-8
