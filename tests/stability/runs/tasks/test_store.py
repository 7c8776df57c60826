"""Results in order, damaged shards, shards of other runs, two processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stability.errors import RunError
from stability.runs.tasks import Manifest, Task, describe_run, open_run, read_run, run_tasks


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("shard-*.parquet")}


def flip(path: Path, place: int = 100) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(bytes(content))


def test_results_come_in_the_order_of_the_tasks(whole, tasks, function) -> None:
    assert whole.tasks == tuple(task.key for task in tasks)
    assert whole.computed == 10 and whole.set_aside == ()
    assert whole["product"].shape == (10, 3, 60) and whole["first"].tolist() == [True] + [False] * 9
    for row, task in enumerate(tasks):
        assert np.array_equal(whole["product"][row], function(task.argument)["product"])
    with pytest.raises(RunError, match="'first', 'largest', 'product'"):
        whole["smallest"]


def test_reading_needs_neither_lock_nor_tasks(tmp_path, tasks, function, manifest, whole) -> None:
    with open_run(tmp_path, manifest) as store:
        with pytest.raises(RunError, match="0 of 10 tasks"):
            read_run(tmp_path)
        run_tasks(tasks, function, store)
        again = read_run(tmp_path)
    assert again.fingerprint == whole.fingerprint and again.manifest == manifest
    assert again.tasks == whole.tasks and again.computed == 0
    assert list(read_run(tmp_path, ["first"]).arrays) == ["first"]
    with pytest.raises(RunError, match="no array named 'last'"):
        read_run(tmp_path, ["last"])
    with pytest.raises(RunError, match="elsewhere"):
        read_run(tmp_path / "elsewhere")


def test_fingerprints_tell_every_bit(whole) -> None:
    import dataclasses

    seen = {whole.fingerprint}
    for name in ("product", "largest"):
        changed = whole[name].copy()
        changed.reshape(-1).view(np.uint8)[0] ^= 1
        seen.add(dataclasses.replace(whole, arrays={**whole.arrays, name: changed}).fingerprint)
    seen.add(dataclasses.replace(whole, tasks=whole.tasks[::-1]).fingerprint)
    assert len(seen) == 4


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty"])
def test_a_damaged_shard_is_named_set_aside_and_recomputed(
    damage, tmp_path, tasks, function, manifest, whole
) -> None:
    with open_run(tmp_path, manifest) as store:
        run_tasks(tasks, function, store)
    before = shards(tmp_path)
    victim = sorted(tmp_path.glob("shard-*"))[1]
    if damage == "flip":
        flip(victim)
    else:
        victim.write_bytes(before[victim.name][: 300 if damage == "truncate" else 0])
    with pytest.raises(RunError, match=victim.name):
        read_run(tmp_path)
    computed = []
    with open_run(tmp_path, manifest, resume=True) as store:
        assert store.missing() == [1] and store.kept() == 7
        results = run_tasks(tasks, lambda n: computed.append(n) or function(n), store)
    assert computed == [3, 4, 5] and results.computed == 3
    [said] = results.set_aside
    assert victim.name in said and "3 tasks, from number 3 on" in said
    assert (tmp_path / f"{victim.name}.corrupt").exists()
    assert shards(tmp_path) == before  # the recomputed shard has the very same bytes and name
    assert results.fingerprint == whole.fingerprint
    flip(victim)
    open_run(tmp_path, manifest, resume=True).close()
    assert (tmp_path / f"{victim.name}.corrupt-2").exists()


def test_shards_of_another_run_are_not_mixed_in(tmp_path, tasks, function, manifest) -> None:
    other = describe_run(tasks, {"size": 61}, chunk=3)
    for folder, about in (("a", manifest), ("b", other)):
        with open_run(tmp_path / folder, about) as store:
            run_tasks(tasks, function, store)
    [first, *_] = sorted((tmp_path / "a").glob("shard-*"))
    [stranger, *_] = sorted((tmp_path / "b").glob("shard-*"))
    (tmp_path / "a" / stranger.name).write_bytes(stranger.read_bytes())
    with pytest.raises(RunError, match="two shards for the same tasks"):
        open_run(tmp_path / "a", manifest, resume=True)
    first.unlink()
    for act in (lambda folder: open_run(folder, manifest, resume=True), read_run):
        with pytest.raises(RunError, match=f"{stranger.name}: found a shard made by another run"):
            act(tmp_path / "a")
    (tmp_path / "a" / "manifest.json").unlink()
    with pytest.raises(RunError, match=r"no manifest\.json"):
        open_run(tmp_path / "a", manifest, resume=True)


def test_one_process_at_a_time(tmp_path: Path, manifest: Manifest) -> None:
    with open_run(tmp_path, manifest):
        for _ in range(2):  # the second attempt must find the lock unharmed by the first
            with pytest.raises(RunError, match=f"another run at work \\(process {os.getpid()} on"):
                open_run(tmp_path, manifest, resume=True)
    open_run(tmp_path, manifest, resume=True).close()


def test_forked_children_do_not_hold_the_directory(tmp_path: Path) -> None:
    """A killed run whose children live on (a forked pool) can be resumed at once."""
    script = """
import os, signal, sys, time
from stability.runs.tasks import Task, describe_run, open_run
store = open_run(sys.argv[1], describe_run([Task("a")], {}))
child = os.fork()
if child == 0:
    os.close(1); os.close(2)
    time.sleep(30); os._exit(0)
print(child, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    child = int(done.stdout)
    try:
        os.kill(child, 0)  # it lives
        open_run(tmp_path, describe_run([Task("a")], {}), resume=True).close()
    finally:
        os.kill(child, 9)
