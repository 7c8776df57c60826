"""Runs to try things on: small, deterministic, with results that tell every bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stability.runs.tasks import Manifest, RunResults, Task, describe_run, open_run, run_tasks


@pytest.fixture
def tasks() -> list[Task]:
    return [Task(f"row {n}", n) for n in range(10)]


@pytest.fixture
def function() -> Callable[[int], dict[str, Any]]:
    def draw(seed: int) -> dict[str, Any]:
        values = np.random.default_rng(seed).normal(size=(60, 60))
        return {"product": (values @ values.T)[:3], "largest": values.max(), "first": seed == 0}

    return draw  # a nested function travels to other processes by value


@pytest.fixture
def manifest(tasks: list[Task]) -> Manifest:
    return describe_run(tasks, {"size": 60}, data="abc", seeds={"order": 1}, chunk=3)


@pytest.fixture
def whole(
    tmp_path_factory: pytest.TempPathFactory, tasks: list[Task], function: Any, manifest: Manifest
) -> RunResults:
    """The results of an uninterrupted run."""
    with open_run(tmp_path_factory.mktemp("whole"), manifest) as store:
        return run_tasks(tasks, function, store)
