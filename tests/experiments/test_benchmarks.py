"""The benchmarks can be started: what they import is there, and small rounds print their lines."""

from __future__ import annotations

import pytest

from stability_experiments.benchmarks import neurashed, short_run, starting


@pytest.mark.parametrize("benchmark", [short_run, starting], ids=lambda module: module.__name__)
def test_one_round_prints_its_lines(benchmark) -> None:
    lines = list(benchmark.run(times=1))
    assert len(lines) >= 2
    assert all(" s" in line for line in lines)


def test_neurashed_is_timed_both_ways_on_the_same_instances() -> None:
    lines = list(neurashed.run(seeds=3, steps=20, alone=2, sample=10))
    assert len(lines) == 3 and all("ratio" in line for line in lines)
    assert all(float(line.rsplit(" ", 1)[1]) < 1e-12 for line in lines[:2])
