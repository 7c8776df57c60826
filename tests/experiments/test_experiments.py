"""The experiments on a few digits: what they report, and that a seed decides the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from stability_experiments.bounds.logistic_bounds_mnist import body as logistic_bounds_mnist
from stability_experiments.bounds.pac_bayes_mnist import body as pac_bayes_mnist
from stability_experiments.bounds.ridge_bounds_mnist import body as ridge_bounds_mnist
from stability_experiments.framework.finding import find
from stability_experiments.framework.result import Result
from stability_experiments.framework.run import run_experiment

TINY: dict[str, tuple[Any, Any]] = {
    "ridge-bounds-mnist": (
        ridge_bounds_mnist,
        ridge_bounds_mnist.Size(training=100, test=60, features=20, sweep_training=(40, 60)),
    ),
    "logistic-bounds-mnist": (
        logistic_bounds_mnist,
        logistic_bounds_mnist.Size(training=100, test=60, batch=50, epochs=1, deletions=1),
    ),
    "pac-bayes-mnist": (
        pac_bayes_mnist,
        pac_bayes_mnist.Size(training=100, test=60, regularizations=("0.1", "0.01")),
    ),
}


@pytest.fixture(params=TINY)
def start(request, monkeypatch):
    module, size = TINY[request.param]
    monkeypatch.setitem(module.SIZES, "smoke", size)

    def run(out: Path, seed: int = 0) -> Result:
        def progress(what: str, done: int, total: int) -> None:
            assert 0 <= done <= total

        return run_experiment(find(request.param), "smoke", None, seed, out, progress)

    return run


def test_it_reports_rows_claims_and_pictures(start, tmp_path: Path) -> None:
    result = start(tmp_path / "out")
    assert len({row.name for row in result.findings.rows}) == len(result.findings.rows) > 5
    assert result.findings.claims and "digits" in (result.findings.scaled_down or "")
    for figure in result.findings.figures:
        assert (tmp_path / "out" / figure).stat().st_size > 5000
        with Image.open(tmp_path / "out" / figure) as picture:
            assert picture.mode == "P", "few colours, so that it is small"
    assert result.seconds > 0 and result.peak_memory_bytes > 2**20


def test_the_seed_decides_the_numbers(start, tmp_path: Path) -> None:
    first, again, other = (start(tmp_path / str(k), seed) for k, seed in enumerate((0, 0, 1)))
    assert first.findings == again.findings
    assert first.findings.rows != other.findings.rows
