"""Processes on this machine: the same numbers, one thread each, replaced when they die."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

from stability.errors import RunError, SetupError
from stability.runs.tasks import open_executor, open_run, run_tasks
from stability.runs.tasks.executors import InProcess, Processes
from stability.runs.tasks.work import Failure, Work


@pytest.fixture(scope="module")
def pair() -> Iterator[Executor]:
    executor = Processes(2)  # what open_executor(2) opens, once for the tests of this file
    yield executor
    executor.shutdown(cancel_futures=True)


def test_the_same_numbers_for_1_2_and_4_workers(pair, tmp_path, tasks, manifest) -> None:
    def product(seed: int) -> dict[str, Any]:
        from threadpoolctl import threadpool_info

        values = np.random.default_rng(seed).normal(size=(300, 300))
        return {
            "product": values @ values.T,
            "eigenvalues": np.linalg.eigvalsh(values @ values.T),
            "threads": max(pool["num_threads"] for pool in threadpool_info()),
        }

    results = {}
    for workers in (1, 2, 4):
        opened = nullcontext(pair) if workers == 2 else open_executor(workers)
        with open_run(tmp_path / str(workers), manifest) as store, opened as executor:
            results[workers] = run_tasks(tasks, product, store, executor)
        assert results[workers]["threads"].tolist() == [1] * 10
        assert np.array_equal(results[workers]["product"], results[1]["product"])
    assert len({r.fingerprint for r in results.values()}) == 1
    names = [sorted(p.name for p in (tmp_path / w).glob("shard-*")) for w in ("1", "2", "4")]
    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_is_named_and_the_rest_is_kept(
    workers, pair, tmp_path, tasks, function, manifest
) -> None:
    class Unsendable(Exception):
        def __init__(self, *, what: str) -> None:
            super().__init__(what)

    def fail(n: int) -> dict[str, Any]:
        if n == 7:
            raise Unsendable(what="no number today")
        return function(n)

    with open_run(tmp_path, manifest) as store:
        with pytest.raises(RunError) as caught:
            run_tasks(tasks, fail, store, pair if workers == 2 else None)
        assert str(caught.value).startswith(
            "task 'row 7': found Unsendable: no number today; allowed: a result. "
            f"{store.kept()} of 10 tasks are kept in {tmp_path}. Mend the cause, then resume"
        )
        assert any("in fail" in note for note in caught.value.__notes__)
        if workers == 1:
            assert store.missing() == [2, 3]
    with open_run(tmp_path, manifest, resume=True) as store:
        assert 2 in store.missing()
        assert len(run_tasks(tasks, function, store).tasks) == 10


def test_ctrl_c_is_left_to_this_process(pair, tmp_path, tasks, function, manifest, whole) -> None:
    def interrupted(n: int) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGINT)  # as a terminal sends it to all processes
        return function(n)

    with open_run(tmp_path, manifest) as store:
        try:
            assert run_tasks(tasks, interrupted, store, pair).fingerprint == whole.fingerprint
        except KeyboardInterrupt:
            pytest.fail("a worker took Ctrl-C for itself")


def test_a_worker_that_dies_is_replaced(pair, tmp_path, tasks, function, manifest) -> None:
    mark = tmp_path / "died"

    def die_once(n: int) -> dict[str, Any]:
        if n == 4 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return function(n)

    with open_run(tmp_path / "a", manifest) as store:
        expected = run_tasks(tasks, function, store)
    with open_run(tmp_path / "b", manifest) as store:
        results = run_tasks(tasks, die_once, store, pair)
    assert mark.exists() and results.fingerprint == expected.fingerprint


def test_workers_that_keep_dying_are_given_up(pair, tmp_path, tasks, function, manifest) -> None:
    def die(n: int) -> dict[str, Any]:
        if n == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(n)

    with (
        open_run(tmp_path, manifest) as store,
        pytest.raises(RunError, match="then resume with the same settings") as caught,
    ):
        run_tasks(tasks, die, store, pair, retries=1)
    assert caught.value.found.startswith("2 attempts at tasks 'row ")
    assert "use fewer workers" in str(caught.value)
    with open_run(tmp_path, manifest, resume=True) as store:
        assert 1 in store.missing() and not store.set_aside
        assert len(run_tasks(tasks, function, store).tasks) == 10


def test_what_cannot_be_sent_to_a_worker(pair, tmp_path, tasks, function, manifest) -> None:
    handle = threading.Lock()

    def locked(n: int) -> dict[str, Any]:
        with handle:
            return function(n)

    with (
        open_run(tmp_path, manifest) as store,
        pytest.raises(RunError, match="use one worker") as caught,
    ):
        run_tasks(tasks, locked, store, pair)
    assert "pickle" in caught.value.allowed and "row 0" in caught.value.where


def test_a_worker_with_other_versions_is_refused() -> None:
    away = Work(lambda n: {"a": n}, False, {"numpy": "1.0", "python": "3.11"}, ("elsewhere", 1))
    before = dict(os.environ)
    outcome = away(["a"], [1])
    os.environ.clear()
    os.environ.update(before)
    assert isinstance(outcome, Failure) and outcome.allowed == "numpy 1.0, as here"
    assert f"worker process {os.getpid()} on " in outcome.where
    absent = Work(away.function, False, {"no-such-package": "1"}, ("elsewhere", 1))
    outcome = absent(["a"], [1])
    os.environ.clear()
    os.environ.update(before)
    assert isinstance(outcome, Failure) and outcome.found == "no no-such-package installed"


def test_a_worker_elsewhere_uses_one_thread() -> None:
    from threadpoolctl import threadpool_info, threadpool_limits

    def threads(n: int) -> dict[str, Any]:
        return {"threads": [pool["num_threads"] for pool in threadpool_info()]}

    before = dict(os.environ)
    try:
        with threadpool_limits(limits=2):
            outcome = Work(threads, False, {}, ("elsewhere", 1))(["a"], [1])
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert not isinstance(outcome, Failure) and set(outcome["threads"].flat) == {1}


def test_the_number_of_workers() -> None:
    for bad in (0, -1, True):
        with pytest.raises(SetupError, match="workers"), open_executor(bad):
            pass
    with open_executor(1) as executor:
        assert isinstance(executor, InProcess)
    with open_executor(3) as executor:
        assert isinstance(executor, Processes) and executor.workers == 3
