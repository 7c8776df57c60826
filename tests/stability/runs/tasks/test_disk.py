"""Full disks, read-only folders, power cuts: at every moment a disk can fail."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stability import files as disk
from stability.errors import RunError
from stability.runs.tasks import Manifest, open_run, run_tasks

WRITING = ("open", "write", "fsync", "close", "replace", "unlink")


class PowerCut(BaseException):
    """Nothing that comes after it happens."""


class FaultyOs:
    """`os`, with one call in `WRITING` (the `at`-th) that fails, and `after` says what next."""

    def __init__(self, at: int, error: Callable[[], BaseException], lasting: bool) -> None:
        self.at, self.error, self.lasting, self.calls = at, error, lasting, 0
        self.hit = ""

    def __getattr__(self, name: str) -> Any:
        true = getattr(os, name)
        return self.watched(name, true) if name in WRITING else true

    def watched(self, name: str, true: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.calls += 1
            if self.calls == self.at or (self.lasting and self.calls > self.at):
                if self.calls == self.at:
                    self.hit = name
                if name == "write":  # half of it reaches the disk
                    true(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                if name == "close":
                    true(*arguments)
                raise self.error()
            return true(*arguments)

        return call


def shards(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("shard-*.parquet")}


ERRORS = {"full disk": errno.ENOSPC, "read-only": errno.EACCES, "broken disk": errno.EIO}


@pytest.mark.parametrize("lasting", [True, False], ids=["for good", "once"])
@pytest.mark.parametrize("kind", ERRORS)
def test_a_disk_that_refuses_at_any_moment(
    kind, lasting, tmp_path, tasks, function, manifest, whole, monkeypatch
) -> None:
    hit = set()
    for at in range(1, 200):
        folder = tmp_path / str(at)
        faulty = FaultyOs(at, lambda: OSError(ERRORS[kind], os.strerror(ERRORS[kind])), lasting)
        kept: list[int] = []
        written: dict[str, bytes] = {}

        def note(done: int, total: int, folder=folder, kept=kept, written=written) -> None:
            kept.append(done)
            written.update(shards(folder))

        with monkeypatch.context() as patch:
            patch.setattr(disk, "os", faulty)
            try:
                with open_run(folder, manifest) as store:
                    run_tasks(tasks, function, store, progress=note)
            except RunError as error:
                assert os.strerror(ERRORS[kind]) in str(error) and str(folder) in error.where
                if kept:
                    assert f"{kept[-1]} of 10 tasks are kept in {folder}" in error.remedy
                    assert "resume" in error.remedy
            else:
                if not faulty.hit:
                    break
                assert faulty.hit in {"open", "fsync", "close"}  # forcing the folder at the end
                assert kept[-1] == 10
        hit.add(faulty.hit)
        after = shards(folder)
        assert {name: after[name] for name in written} == written  # earlier shards intact
        if not lasting:
            assert not list(folder.glob(".writing-*"))
        with open_run(folder, manifest, resume=True) as store:
            assert store.kept() >= (kept[-1] if kept else 0) and not store.set_aside
            assert not list(folder.glob(".writing-*"))
            results = run_tasks(tasks, function, store)
        assert results.fingerprint == whole.fingerprint
    assert hit == {"open", "write", "fsync", "close", "replace"}
    assert at > 30  # 8 calls for the manifest, 5 for each of 4 shards, 3 at the end


def test_a_power_cut_at_any_moment(tmp_path, tasks, function, manifest, whole, monkeypatch) -> None:
    left_over = 0
    for at in range(1, 200):
        folder = tmp_path / str(at)
        faulty = FaultyOs(at, PowerCut, lasting=True)
        monkeypatch.setattr(disk, "os", faulty)
        try:
            with open_run(folder, manifest) as store:
                run_tasks(tasks, function, store)
            break
        except PowerCut:
            pass
        monkeypatch.setattr(disk, "os", os)
        left_over += len(list(folder.glob(".writing-*")))
        with open_run(folder, manifest, resume=True) as store:
            assert not store.set_aside  # every shard that has its name is whole
            results = run_tasks(tasks, function, store)
        assert results.fingerprint == whole.fingerprint
        assert not list(folder.glob(".writing-*"))
    assert at > 30 and left_over > 10


def test_the_order_of_a_safe_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            if name in WRITING:
                calls.append(name)
            return getattr(os, name)

    monkeypatch.setattr(disk, "os", Watched())
    disk.write_bytes(tmp_path / "a", b"content", lasting=False)
    assert calls == ["open", "write", "fsync", "close", "replace"]
    calls.clear()
    disk.write_bytes(tmp_path / "a", b"content")
    assert calls == ["open", "write", "fsync", "close", "replace", "open", "fsync", "close"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_writes_that_take_only_a_part(tmp_path, tasks, function, manifest, whole, monkeypatch):
    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def write(self, handle: int, content: memoryview) -> int:
            return os.write(handle, content[:1000])

    monkeypatch.setattr(disk, "os", Slow())
    with open_run(tmp_path, manifest) as store:
        assert run_tasks(tasks, function, store).fingerprint == whole.fingerprint


def test_a_folder_that_cannot_be_made(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "inside"):
        with pytest.raises(RunError, match="Choose a folder"):
            open_run(folder, manifest)


def test_a_real_limit_on_the_size_of_files(tmp_path: Path) -> None:
    """The same as an injected error, from the operating system itself."""
    script = """
import resource, signal, sys
import numpy as np
from stability.errors import RunError
from stability.runs.tasks import Task, describe_run, open_run, run_tasks
tasks = [Task(str(n), n) for n in range(4)]
work = lambda n: {"v": np.random.default_rng(n).normal(size=100_000 if n == 2 else 10)}
tasks_work = lambda n: {"v": np.random.default_rng(n).normal(size=10 ** 5)}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = lambda n: resource.setrlimit(resource.RLIMIT_FSIZE, (n, resource.RLIM_INFINITY))
store = open_run(sys.argv[1], describe_run(tasks, {}))
def function(n):
    limit(4_000 if n == 2 else resource.RLIM_INFINITY)
    return tasks_work(n)
try:
    run_tasks(tasks, function, store)
except RunError as error:
    print(error)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "found the error 'File too large'" in done.stdout, done
    assert f"2 of 4 tasks are kept in {tmp_path}" in done.stdout
    assert len(shards(tmp_path)) == 2 and not list(tmp_path.glob(".writing-*"))
