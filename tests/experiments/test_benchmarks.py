"""The benchmarks can be started: what they import is there, and small rounds print their lines."""

from __future__ import annotations

import numpy as np
import pytest

from stability.kernels.covariance_tiles import Level
from stability_experiments.benchmarks import (
    convolutional_kernel,
    elastic_sde,
    independent_networks,
    leave_one_out,
    neurashed,
    pair_regression,
    short_run,
    starting,
    vectorised,
)


@pytest.mark.parametrize("benchmark", [short_run, starting], ids=lambda module: module.__name__)
def test_one_round_prints_its_lines(benchmark) -> None:
    lines = list(benchmark.run(times=1))
    assert len(lines) >= 2
    assert all(" s" in line for line in lines)


def test_leave_one_out_says_how_to_time_what_is_not_installed(monkeypatch) -> None:
    """The values of a library in pyDVL's place are compared with those here."""
    problems = []

    def theirs(problem):
        problems.append(problem)
        refit = problem.estimator.fit
        at, labels = problem.at, problem.labels
        every = np.arange(len(problem.x))
        losses = [
            -np.log(refit(problem.x[kept], problem.y[kept]).predict_proba(at))[
                np.arange(len(at)), labels
            ].mean()
            for kept in (every, every[1:])
        ]
        return np.concatenate([[losses[1] - losses[0]], np.full(len(every) - 1, np.nan)])

    monkeypatch.setattr(leave_one_out, "VALUES", {"sklearn": theirs, "pydvl_missing": theirs})
    monkeypatch.setattr(leave_one_out, "cost", lambda *_: (1.0, 1.0))
    monkeypatch.setattr(leave_one_out, "largest_difference", lambda a, b: abs(a[0] - b[0]))
    lines = list(leave_one_out.run(times=1, size=60))
    assert [line.split(":")[0].split(" is ")[0].strip() for line in lines] == [
        "leave-one-out, 60 deletions of m = 60, here",
        "stability estimate --only-values, whole",
        "stability estimate, whole",
        "sklearn",
        "sklearn, scikit-learn's own tolerance",
        "sklearn, whole",
        "pydvl_missing",
    ]
    tight, usual = (float(lines[k].rsplit(" ", 1)[1]) for k in (3, 4))
    assert tight < 1e-6 < usual
    assert [problem.tol for problem in problems] == [1e-8, 1e-4]


def test_a_call_for_many_settings_agrees_with_substitution() -> None:
    lines = list(vectorised.run(settings=300, loop=6))
    assert [line.split(",")[0] for line in lines] == ["elastic-finite-emp", "elastic-split"]
    assert all(float(line.rsplit(" ", 1)[1]) < 1e-11 for line in lines)


def test_neurashed_is_timed_both_ways_on_the_same_instances() -> None:
    lines = list(neurashed.run(seeds=3, steps=20, alone=2, sample=10))
    assert len(lines) == 3 and all("ratio" in line for line in lines)
    assert all(float(line.rsplit(" ", 1)[1]) < 1e-12 for line in lines[:2])


def test_trials_of_the_sde_are_timed_both_ways_and_deletions_agree() -> None:
    lines = list(elastic_sde.run(trials=4, steps=20, alone=2))
    assert len(lines) == 3 and all("ratio" in line for line in lines)
    for line in lines[:2]:
        assert all(float(part) == pytest.approx(1.0, abs=0.4) for part in line.split()[-3::2])
    assert float(lines[2].rsplit(" ", 1)[1]) < 1e-8


def test_independent_networks_are_timed_on_the_same_steps() -> None:
    lines = list(independent_networks.run(trials=2, steps=3, alone=1))
    assert [line.split(", ")[2] for line in lines] == ["float64", "float32"]
    assert float(lines[0].rsplit(" ", 1)[1]) < 1e-14 < float(lines[1].rsplit(" ", 1)[1]) < 1e-5


def test_pair_regression_fits_the_same_with_all_pairs_in_memory(monkeypatch) -> None:
    ways = pair_regression.WAYS
    exact, whole, sketched = (pair_regression.measure(way, 60, seed=1) for way in ways)
    assert exact.values.shape == (60, 60) and exact.values.std() > 0.1
    np.testing.assert_allclose(whole.values, exact.values, atol=1e-3)
    assert np.abs(sketched.values - exact.values).max() > 1e-3  # a sketch is not exact
    monkeypatch.setattr(pair_regression, "apart", lambda work, *args: work(*args))
    lines = list(pair_regression.run(sizes=(20, 30), large=40))
    assert [line.split(":")[0] for line in lines[:3]] == [
        f"pair features of {n} images" for n in (20, 30, 40)
    ]
    assert all(way in lines[0] for way in ways)
    assert "from 20 to 40 images" in lines[3]


def test_the_passes_of_the_convolutional_kernel_are_counted_as_it_makes_them(monkeypatch) -> None:
    """Each ReLU is one acos a number: as many numbers as the recursion rectifies."""
    seen = []
    rectify = Level.rectify

    def counting(self, left, right):
        seen.append(self.both[0].numel())
        rectify(self, left, right)

    monkeypatch.setattr(Level, "rectify", counting)
    lines = list(convolutional_kernel.run(3, 2, (2, 8, 8), rounds=1, product=16))
    assert len(lines) == 2 and all("ratio" in line for line in lines)
    counted = convolutional_kernel.counted((2, 8, 8), convolutional_kernel.STRIDES)
    assert counted["acos"] == 3 * 64 + 2 * 16 + 4
    assert sum(seen) == 3 * (3 * 2) * counted["acos"]  # twice on one thread, once on two
