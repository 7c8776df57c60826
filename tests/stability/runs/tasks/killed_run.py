"""A run that is killed at random moments. Used by test_kill.py, in a process of its own.

Arguments: what is computed ("rows" or "deletions"), folder, log, number of kills, seed. Each life
is a fork of this process, so that what takes time is the run and not the import of libraries.
Prints one JSON line per life: the chunks stored at its beginning and at its end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet  # noqa: F401  (once, not in each life)
import threadpoolctl  # noqa: F401

from stability.runs.tasks import Task, describe_run, open_run, run_tasks
from stability.runs.tasks.shards import named_chunk

from .retraining import retrain, retraining

COUNTS, CHUNK, SECONDS = {"rows": 150, "deletions": 75}, 3, 0.005


def main() -> None:
    kind, folder, log = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    kills, generator, life = int(sys.argv[4]), random.Random(int(sys.argv[5])), 0
    log.touch()
    work = {"rows": draw_rows, "deletions": delete_examples}[kind]
    while True:
        before = stored(folder)
        child = os.fork()
        if child == 0:
            work(folder, log, life)
            os._exit(0)
        if life < kills:
            begun, more = log.stat().st_size, generator.randrange(10) * len(f"{life} 000\n")
            while log.stat().st_size < begun + more and os.waitpid(child, os.WNOHANG) == (0, 0):
                time.sleep(0.0005)
            time.sleep(generator.uniform(0.0, 2 * SECONDS))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"before": before, "after": stored(folder), "status": status}), flush=True)
        if status == 0:
            return
        life += 1


def stored(folder: Path) -> list[int]:
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    return sorted(chunk for chunk in map(named_chunk, names) if chunk is not None)


def note(log: Path, life: int, n: int) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{life} {n:03}\n".encode())
    os.close(handle)


def draw_rows(folder: Path, log: Path, life: int) -> None:
    def draw(n: int) -> dict[str, np.ndarray]:
        note(log, life, n)
        time.sleep(SECONDS)
        return {"values": np.random.default_rng(n).normal(size=500)}

    tasks = [Task(f"row {n}", n) for n in range(COUNTS["rows"])]
    manifest = describe_run(tasks, {"size": 500}, chunk=CHUNK)
    with open_run(folder, manifest, resume=True) as store:
        run_tasks(tasks, draw, store)


def delete_examples(folder: Path, log: Path, life: int) -> None:
    tasks, manifest = retraining(COUNTS["deletions"], CHUNK)
    with open_run(folder, manifest, resume=True) as store:
        run_tasks(tasks, retrain(lambda n: note(log, life, n)), store, batched=True)


if __name__ == "__main__":
    main()
