"""A dask cluster of two processes on this machine."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributed import LocalCluster

from stability.errors import RunError
from stability.runs.tasks import (
    Task,
    describe_run,
    execute,
    executors,
    open_executor,
    open_run,
    run_tasks,
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as made:
        yield made


def test_a_worker_killed_in_mid_run(cluster: LocalCluster, tmp_path: Path) -> None:
    tasks = [Task(f"row {n}", n) for n in range(30)]
    manifest = describe_run(tasks, {"size": 200}, chunk=2)
    started = tmp_path / "started"
    started.mkdir()

    def function(slow: bool) -> Callable[[int], dict[str, Any]]:
        def product(seed: int) -> dict[str, Any]:
            values = np.random.default_rng(seed).normal(size=(200, 200))
            if slow:
                (started / f"{seed} {os.getpid()} {time.monotonic_ns()}").touch()
                time.sleep(0.1)
            return {"product": values @ values.T}

        return product

    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        if done >= 8 and not killed:
            newest = max(started.iterdir(), key=lambda path: int(path.name.split()[2]))
            killed.append(int(newest.name.split()[1]))  # it is at work now
            os.kill(killed[0], signal.SIGKILL)

    with open_run(tmp_path / "here", manifest) as store:
        expected = run_tasks(tasks, function(slow=False), store)
    with (
        open_run(tmp_path / "there", manifest) as store,
        open_executor(cluster.scheduler_address) as executor,
    ):
        results = run_tasks(tasks, function(slow=True), store, executor, progress=kill_one)
    assert killed and results.computed == 30
    assert results.fingerprint == expected.fingerprint
    names = [sorted(p.name for p in (tmp_path / d).glob("shard-*")) for d in ("here", "there")]
    assert names[0] == names[1]
    computed = [int(path.name.split()[0]) for path in started.iterdir()]
    assert set(computed) == set(range(30))
    assert {int(path.name.split()[1]) for path in started.iterdir()} - set(killed)
    print(f"{len(computed) - 30} of 30 tasks computed again after the kill")


def test_a_task_that_fails_on_the_cluster(cluster: LocalCluster, tmp_path: Path) -> None:
    tasks = [Task(f"row {n}", n) for n in range(4)]
    ballast = np.zeros(2_000_000)  # dask warns of functions that carry more than 10 MB

    def fail(n: int) -> dict[str, Any]:
        if n == 2:
            raise RunError(where="here", found="a failure", allowed="none")
        return {"n": n + ballast[0]}

    with (
        open_run(tmp_path, describe_run(tasks, {})) as store,
        open_executor(cluster.scheduler_address) as executor,
        pytest.raises(RunError, match=r"^task 'row 2': found RunError: here: found a failure"),
    ):
        run_tasks(tasks, fail, store, executor)


def test_a_worker_that_every_chunk_kills(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(n: int) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {"n": n}

    tasks = [Task("deadly")]
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with (
        open_run(tmp_path, describe_run(tasks, {})) as store,
        open_executor(cluster.scheduler_address) as executor,
        pytest.raises(RunError, match="1 attempts at task 'deadly' that ended") as caught,
    ):
        run_tasks(tasks, die, store, executor, retries=0)
    assert "KilledWorker" in caught.value.found and "resume" in caught.value.remedy


def test_a_cluster_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "NO_WORKERS_SECONDS", 0.5)
    monkeypatch.setattr(execute, "LOOK_SECONDS", 0.1)
    tasks = [Task(f"row {n}", n) for n in range(20)]

    def slow(n: int) -> dict[str, Any]:
        time.sleep(0.1)
        return {"n": n}

    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as made,
        open_run(tmp_path, describe_run(tasks, {})) as store,
        open_executor(made.scheduler_address) as executor,
        pytest.raises(RunError, match=r"no workers for 0\.5 seconds.* Start the cluster again"),
    ):
        run_tasks(
            tasks, slow, store, executor, progress=lambda done, _: done == 3 and made.scale(0)
        )
    with open_run(tmp_path, describe_run(tasks, {}), resume=True) as store:
        assert store.kept() >= 3
        assert run_tasks(tasks, slow, store)["n"].tolist() == list(range(20))


def test_workers_with_several_threads_are_refused() -> None:
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
        ) as made,
        pytest.raises(RunError, match=r"found 2 threads a worker.*--nthreads 1"),
        open_executor(made.scheduler_address),
    ):
        pass  # fmt: skip


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "ftp://x:1"])
def test_no_scheduler_at_the_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 0.5)
    with (
        pytest.raises(RunError, match=f"dask cluster {address}: found no scheduler"),
        open_executor(address),
    ):
        pass


def test_dask_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(RunError, match=r"pip install 'stability-bounds\[distributed\]'"),
        open_executor("tcp://127.0.0.1:9"),
    ):
        pass
