"""The benchmarks can be started: what they import is there, and small rounds print their lines."""

from __future__ import annotations

import pytest

from stability_experiments.benchmarks import short_run, starting


@pytest.mark.parametrize("benchmark", [short_run, starting], ids=lambda module: module.__name__)
def test_one_round_prints_its_lines(benchmark) -> None:
    lines = list(benchmark.run(times=1))
    assert len(lines) >= 2
    assert all(" s" in line for line in lines)
