"""Tasks run anywhere with the same numbers, and failures say which task and what is kept."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stability.errors import RunError, SetupError
from stability.runs.tasks import open_run, read_run, run_tasks
from stability.runs.tasks.work import here


def test_any_executor_will_do(tmp_path, tasks, function, manifest) -> None:
    class Backwards(Executor):
        """Finishes the last call first."""

        def __init__(self) -> None:
            self.calls: list[tuple[Future, Any, Any]] = []

        def submit(self, fn, /, *args, **kwargs):
            future: Future[Any] = Future()
            self.calls.append((future, fn, args))
            if len(self.calls) == 4:  # all chunks are there
                threading.Thread(target=self.work).start()
            return future

        def work(self) -> None:
            for future, fn, args in reversed(self.calls):
                future.set_result(fn(*args))

    with open_run(tmp_path / "plain", manifest) as store:
        expected = run_tasks(tasks, function, store)
    for name, executor in {"threads": ThreadPoolExecutor(3), "backwards": Backwards()}.items():
        with open_run(tmp_path / name, manifest) as store, executor:
            assert run_tasks(tasks, function, store, executor).fingerprint == expected.fingerprint


def test_a_chunk_at_a_time(tmp_path, tasks, function, manifest) -> None:
    with open_run(tmp_path / "a", manifest) as store:
        expected = run_tasks(tasks, function, store)
    sizes = []

    def many(seeds: list[int]) -> list[dict[str, Any]]:
        sizes.append(len(seeds))
        return [function(seed) for seed in seeds]

    with open_run(tmp_path / "b", manifest) as store:
        results = run_tasks(tasks, many, store, batched=True)
    assert sizes == [3, 3, 3, 1] and results.fingerprint == expected.fingerprint
    with (
        open_run(tmp_path / "c", manifest) as store,
        pytest.raises(RunError, match="tasks 'row 0' to 'row 2': found 1 results; allowed: 3, one"),
    ):
        run_tasks(tasks, lambda seeds: [function(0)], store, batched=True)


def test_progress_counts_what_was_kept(tmp_path, tasks, function, manifest) -> None:
    def stop_at(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 6:
            raise KeyboardInterrupt

    seen: list[tuple[int, int]] = []
    with open_run(tmp_path, manifest) as store, pytest.raises(KeyboardInterrupt):
        run_tasks(tasks, function, store, progress=stop_at)
    assert seen == [(0, 10), (3, 10), (6, 10)]
    seen.clear()
    with open_run(tmp_path, manifest, resume=True) as store:
        results = run_tasks(tasks, function, store, progress=lambda *n: seen.append(n))
        again = run_tasks(tasks, function, store, progress=lambda *n: seen.append(n))
    assert seen == [(6, 10), (9, 10), (10, 10), (10, 10)]
    assert (results.computed, again.computed) == (4, 0)
    assert results.fingerprint == again.fingerprint == read_run(tmp_path).fingerprint


def test_what_was_finished_beside_a_failure_is_kept(tmp_path, tasks, function, manifest) -> None:
    class Together(Executor):
        """All four chunks end at the same moment."""

        def __init__(self) -> None:
            self.calls: list[tuple[Future, Any, Any]] = []

        def submit(self, fn, /, *args, **kwargs):
            self.calls.append((Future(), fn, args))
            if len(self.calls) == 4:
                for future, work, inputs in self.calls:
                    future.set_result(work(*inputs))
            return self.calls[-1][0]

    def fail(n: int) -> dict[str, Any]:
        return function(n) if n != 1 else {}

    with (
        open_run(tmp_path, manifest) as store,
        pytest.raises(RunError, match=r"^task 'row 1'.* 7 of 10 tasks are kept"),
    ):
        run_tasks(tasks, fail, store, Together())
    with open_run(tmp_path, manifest, resume=True) as store:
        assert store.missing() == [0]


BAD = {
    "nothing": (lambda n: None, "a result of type NoneType"),
    "an array": (lambda n: np.zeros(3), "a result of type ndarray"),
    "no arrays": (lambda n: {}, "a result of type dict"),
    "text": (lambda n: {"a": "b"}, "an array 'a' of type <U1"),
    "complex": (lambda n: {"a": 1j}, "an array 'a' of type complex128"),
    "objects": (lambda n: {"a": [None]}, "an array 'a' of type object"),
    "long": (lambda n: {"a": np.longdouble(1)}, "an array 'a' of type float128"),
    "taken": (lambda n: {"position": 1}, "an array named 'position'"),
    "shape": (lambda n: {"a": np.zeros(1 + n // 1)}, "an array 'a' of type float64 and shape (2,)"),
    "type": (lambda n: {"a": n if n else 0.5}, "an array 'a' of type int64 and shape ()"),
    "missing": (lambda n: {"a": 1, "b": 2} if n == 0 else {"a": 1}, "no array 'b'"),
    "more": (lambda n: {"a": 1, "b": 2} if n else {"a": 1}, "an array 'b' of type int64"),
    "later": (lambda n: {"a": np.zeros(2 if n < 3 else 3)}, "'a' <f8 of shape (3,)"),
    "exit": (lambda n: os.sys.exit(3), "SystemExit: 3"),
}


@pytest.mark.parametrize("kind", BAD)
def test_results_that_cannot_be_stored(kind, tmp_path, tasks, manifest) -> None:
    function, found = BAD[kind]
    with open_run(tmp_path, manifest) as store, pytest.raises(RunError) as caught:
        run_tasks(tasks, function, store)
    assert found in caught.value.found and "row " in caught.value.where


def test_other_tasks_than_those_described(tmp_path, tasks, function, manifest) -> None:
    with open_run(tmp_path, manifest) as store, pytest.raises(SetupError, match="another list"):
        run_tasks(tasks[::-1], function, store)


def test_an_executor_that_was_shut_down(tmp_path, tasks, function, manifest) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with open_run(tmp_path, manifest) as store, pytest.raises(RunError, match="0 of 10 tasks"):
        run_tasks(tasks, function, store, executor)


def test_this_process_gets_its_threads_back(tmp_path, tasks, function, manifest) -> None:
    from threadpoolctl import threadpool_info

    def state() -> tuple[Any, ...]:
        pools = sorted((p["filepath"], p["num_threads"]) for p in threadpool_info())
        return pools, {k: v for k, v in os.environ.items() if "THREADS" in k}

    before = state()
    with open_run(tmp_path, manifest) as store:
        run_tasks(tasks, function, store)
    assert state() == before


def test_the_library_stays_light() -> None:
    """pyarrow, joblib, rich and distributed are loaded when they are used."""
    import subprocess
    import sys

    script = """
import sys, types
sys.modules["stability"] = package = types.ModuleType("stability")  # without its own imports
package.__path__ = [sys.argv[1]]
import stability.runs.tasks
heavy = {"pyarrow", "joblib", "rich", "distributed", "dask", "torch", "pandas", "sympy"}
print(sorted(heavy & set(sys.modules)))
"""
    import stability

    command = [sys.executable, "-c", script, str(Path(stability.__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_home_is_this_process() -> None:
    assert here()[1] == os.getpid()
