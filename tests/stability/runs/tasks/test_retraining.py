"""Retraining without examples as a run: the same numbers wherever and however it is computed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from stability.datasets import load_digits
from stability.estimate import measure_deletions
from stability.runs.tasks import RunResults, open_executor, open_run, run_tasks
from stability.runs.tasks.results import shard_files

from .retraining import RECIPE, SPLIT, retrain, retraining

COUNT, CHUNK = 24, 3


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    """The run in this process."""
    tasks, manifest = retraining(COUNT, CHUNK)
    with open_run(tmp_path_factory.mktemp("alone"), manifest) as store:
        return run_tasks(tasks, retrain(), store, batched=True)


def test_is_what_one_call_measures(alone: RunResults) -> None:
    whole = measure_deletions(RECIPE, *load_digits().split(*SPLIT), range(COUNT))
    for name in ("changes", "diagonal", "training_maximum"):
        assert np.abs(alone[name] - getattr(whole, name)).max() < 1e-12
    assert np.abs(alone["changes"]).max() > 0.1


def test_a_cluster_that_loses_a_worker(alone: RunResults, tmp_path: Path) -> None:
    tasks, manifest = retraining(COUNT, CHUNK)
    started = tmp_path / "started"
    started.mkdir()
    killed: list[int] = []

    def note(position: int) -> None:
        (started / f"{position} {os.getpid()} {time.monotonic_ns()}").touch()
        time.sleep(0.05)

    def kill_one(done: int, total: int) -> None:
        if done >= 6 and not killed:
            newest = max(started.iterdir(), key=lambda path: int(path.name.split()[2]))
            killed.append(int(newest.name.split()[1]))  # it is at work now
            os.kill(killed[0], signal.SIGKILL)

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
        open_run(tmp_path / "run", manifest) as store,
        open_executor(cluster.scheduler_address) as executor,
    ):
        results = run_tasks(tasks, retrain(note), store, executor, progress=kill_one, batched=True)
    assert killed and results.fingerprint == alone.fingerprint
    assert {int(path.name.split()[1]) for path in started.iterdir()} - set(killed)


def test_a_flipped_byte_is_named_and_computed_again(alone: RunResults, tmp_path: Path) -> None:
    tasks, manifest = retraining(COUNT, CHUNK)
    with open_run(tmp_path, manifest) as store:
        run_tasks(tasks, retrain(), store, batched=True)
    path = shard_files(tmp_path)[5]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    again: list[int] = []
    with open_run(tmp_path, manifest, resume=True) as store:
        assert len(store.set_aside) == 1 and path.name in store.set_aside[0]
        results = run_tasks(tasks, retrain(again.append), store, batched=True)
    assert again == [15, 16, 17] and results.fingerprint == alone.fingerprint
    assert path.read_bytes() != bytes(content)  # made anew, under the name of its content
