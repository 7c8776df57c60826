"""Killed with SIGKILL at random moments and resumed: the same numbers, nothing done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from stability.runs.tasks import RunResults, Task, describe_run, open_run, read_run, run_tasks

from .retraining import retrain, retraining

ROOT = Path(__file__).resolve().parents[4]
CHUNK = 3


def uninterrupted(kind: str, folder: Path) -> RunResults:
    """The same run in one go."""
    if kind == "deletions":
        tasks, manifest = retraining(75, CHUNK)
        with open_run(folder, manifest) as store:
            return run_tasks(tasks, retrain(), store, batched=True)
    tasks = [Task(f"row {n}", n) for n in range(150)]
    with open_run(folder, describe_run(tasks, {"size": 500}, chunk=CHUNK)) as store:
        return run_tasks(
            tasks, lambda n: {"values": np.random.default_rng(n).normal(size=500)}, store
        )


@pytest.mark.parametrize(("kind", "kills"), [("rows", 10), ("deletions", 4)])
def test_killed_again_and_again(tmp_path: Path, kind: str, kills: int) -> None:
    folder, log = tmp_path / "run", tmp_path / "log"
    script = [sys.executable, "-m", "tests.stability.runs.tasks.killed_run"]
    command = [*script, kind, str(folder), str(log), str(kills), "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    assert [life["status"] for life in lives] == [signal.SIGKILL] * kills + [0]

    expected = uninterrupted(kind, tmp_path / "uninterrupted")
    count = len(expected.tasks)
    assert read_run(folder).fingerprint == expected.fingerprint
    names = [
        sorted(p.name for p in d.glob("shard-*")) for d in (folder, tmp_path / "uninterrupted")
    ]
    assert names[0] == names[1] and not list(folder.glob("*.corrupt*"))

    computed = defaultdict(list)
    for line in log.read_text().splitlines():
        life, task = line.split()
        computed[int(life)].append(int(task))
    lost = 0
    for number, life in enumerate(lives):
        chunks = {task // CHUNK for task in computed[number]}
        assert not chunks & set(life["before"])  # nothing stored is computed again
        in_flight = chunks - set(life["after"])
        assert len(in_flight) <= 1
        lost += sum(task // CHUNK in in_flight for task in computed[number])
        assert set(life["before"]) <= set(life["after"])
    total = sum(len(tasks) for tasks in computed.values())
    assert total == count + lost and lost <= kills * CHUNK
    assert len({len(life["before"]) for life in lives}) > kills // 3  # spread over the run
    print(f"{total} computations of {count} tasks, {lost} of them lost in {kills} kills")


def test_workers_end_with_the_run_that_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = f"""
import os, time
from stability.runs.tasks import Task, describe_run, open_executor, open_run, run_tasks
def slow(n):
    handle = os.open({str(log)!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{{os.getpid()}}\\n".encode())
    time.sleep(60)
    return {{"n": n}}
tasks = [Task(str(n), n) for n in range(8)]
with open_run({str(tmp_path / "run")!r}, describe_run(tasks, {{}})) as store:
    with open_executor(2) as executor:
        run_tasks(tasks, slow, store, executor)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: log.exists() and len(log.read_text().splitlines()) == 2, 60)
    finally:
        process.kill()
        process.wait()
    workers = {int(line) for line in log.read_text().splitlines()}
    ended = until(lambda: not any(running(worker) for worker in workers), 20)
    for worker in filter(running, workers):  # should the test fail
        os.kill(worker, signal.SIGKILL)
    assert ended
    assert len(log.read_text().splitlines()) == 2  # they began nothing else
    tasks = [Task(str(n), n) for n in range(8)]
    open_run(tmp_path / "run", describe_run(tasks, {}), resume=True).close()


def test_ctrl_c_leaves_a_directory_that_can_be_resumed(tmp_path: Path) -> None:
    # A background shell hands on SIGINT ignored; a terminal, as meant here, does not.
    script = f"""
import signal, time
from stability.runs.tasks import Task, describe_run, open_executor, open_run, run_tasks
signal.signal(signal.SIGINT, signal.default_int_handler)
def slow(n):
    time.sleep(60 if n == 5 else 0)
    return {{"n": n}}
tasks = [Task(str(n), n) for n in range(8)]
with open_run({str(tmp_path)!r}, describe_run(tasks, {{}})) as store:
    with open_executor(2) as executor:
        run_tasks(tasks, slow, store, executor, progress=lambda d, t: print(d, flush=True))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 7:
            break
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does: workers get it too
    try:
        _, complaint = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert time.monotonic() - begun < 30 and process.returncode == -signal.SIGINT
    assert complaint.rstrip().endswith("KeyboardInterrupt") and "\nProcess" not in complaint
    tasks = [Task(str(n), n) for n in range(8)]
    with open_run(tmp_path, describe_run(tasks, {}), resume=True) as store:
        assert store.missing() == [5] and not store.set_aside
        assert run_tasks(tasks, lambda n: {"n": n}, store)["n"].tolist() == list(range(8))


def running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
