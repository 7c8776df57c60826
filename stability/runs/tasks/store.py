"""The run directory while a run is at work: a lock, a manifest, shards that are only added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock
from numpy.typing import NDArray

from stability.errors import RunError
from stability.files import (
    disk_errors,
    force_folder,
    remove_unfinished,
    set_aside,
    write_bytes,
)
from stability.runs.tasks.lock import hold
from stability.runs.tasks.manifest import Manifest, parse_manifest
from stability.runs.tasks.results import (
    MANIFEST,
    RunResults,
    collect,
    require_same_run,
    shard_files,
)
from stability.runs.tasks.shards import Damaged, Layout, encode, layout_of, read_shard, shard_name

LOCK = "run.lock"


class RunStore:
    """A run directory, held by this process until it is closed. Made by `open_run`.

    `directory`, `manifest`; `set_aside`: for each damaged shard met on opening, a sentence
    that names it and the tasks that will be computed again.
    """

    def __init__(
        self,
        directory: Path,
        manifest: Manifest,
        lock: FileLock,
        shards: Mapping[int, Path],
        layout: Layout | None,
        set_aside: tuple[str, ...],
    ) -> None:
        self.directory, self.manifest, self.set_aside = directory, manifest, set_aside
        self._lock, self._shards, self._layout = lock, dict(shards), layout

    def __enter__(self) -> RunStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let other processes have the directory, with the names of all shards on the disk."""
        try:
            with suppress(OSError):  # a shard that is lost in a power cut is computed again
                force_folder(self.directory)
        finally:
            self._lock.release()

    def missing(self) -> list[int]:
        """The chunks that are not yet stored, in order."""
        return [chunk for chunk in range(self.manifest.chunks) if chunk not in self._shards]

    def kept(self) -> int:
        """The number of tasks whose results are stored."""
        return sum(len(self.manifest.positions(chunk)) for chunk in self._shards)

    def append(self, chunk: int, tasks: Sequence[str], columns: Mapping[str, NDArray[Any]]) -> Path:
        """Store the results of one chunk: arrays (tasks of the chunk, *shape). The new file.

        Raises RunError if the arrays are not like those of earlier chunks, and if the disk
        refuses: then nothing half-written is left and every earlier shard is as it was.
        """
        layout = layout_of(columns)
        if self._layout is not None and layout != self._layout:
            raise RunError(
                where=f"the results of task {tasks[0]!r} and the {len(tasks) - 1} after it",
                found=_words(layout),
                allowed=f"{_words(self._layout)}, as in earlier tasks",
                remedy="Give every task the same names, types and shapes.",
            )
        content = encode(
            self.manifest.identity, chunk, self.manifest.positions(chunk), tasks, columns
        )
        path = self.directory / shard_name(chunk, content)
        with disk_errors(path, "a folder with room, in which files can be made", self.advice()):
            write_bytes(path, content, lasting=False)
        self._shards[chunk], self._layout = path, layout
        return path

    def advice(self, mend: str = "Make room or give the right to write") -> str:
        """What is kept and how to go on, for the end of a message."""
        kept = f"{self.kept()} of {self.manifest.count} tasks are kept in {self.directory}"
        return f"{kept}. {mend}, then resume with the same settings."

    def results(self, columns: Sequence[str] | None = None, computed: int = 0) -> RunResults:
        """Everything stored, in the order of the tasks; RunError if tasks are missing."""
        return collect(
            self.directory, self.manifest, self._shards, columns, computed, self.set_aside
        )


def open_run(directory: str | Path, manifest: Manifest, *, resume: bool = False) -> RunStore:
    """Start a run in a folder (made if need be), or go on with the one that is there.

    With `resume` a run made by the same settings goes on: every shard is compared with its
    name, damaged ones are set aside (renamed to `*.corrupt`) and their tasks count as missing.
    Use it as a context manager: the folder is locked until the store is closed.

    Raises RunError if another process holds the folder, if a run is there and `resume` is
    False, if that run was made by other settings (the first one that differs is named), if the
    folder holds shards but no manifest, or if the disk refuses.
    """
    folder = Path(directory)
    remedy = "Choose a folder in which files can be made, on a disk with room."
    with disk_errors(folder, "a folder in which files can be made", remedy):
        folder.mkdir(parents=True, exist_ok=True)
        lock = hold(folder / LOCK)
        try:
            remove_unfinished(folder)
            _agree_on_manifest(folder, manifest, resume)
            shards, layout, damaged = _usable_shards(folder, manifest)
        except BaseException:
            lock.release()
            raise
    return RunStore(folder, manifest, lock, shards, layout, damaged)


def _agree_on_manifest(folder: Path, manifest: Manifest, resume: bool) -> None:
    path = folder / MANIFEST
    if path.exists():
        manifest.require_same(parse_manifest(path.read_bytes(), str(path)), str(path))
        if not resume:
            raise RunError(
                where=str(folder),
                found="a run made by the same settings",
                allowed="a new folder, or this one to go on with its run",
                remedy="Say that it should be resumed (--resume), or choose another folder.",
            )
        return
    if shard_files(folder):
        raise RunError(
            where=str(folder),
            found=f"shards, but no {MANIFEST} that says how they were made",
            allowed="a new folder, or a run with its manifest",
            remedy="Restore the manifest from a copy, or choose another folder.",
        )
    write_bytes(path, manifest.text())


def _usable_shards(
    folder: Path, manifest: Manifest
) -> tuple[dict[int, Path], Layout | None, tuple[str, ...]]:
    """The shards that are whole, their layout, and a sentence for each that was not."""
    shards, layout, damaged = shard_files(folder), None, []
    for chunk, path in list(shards.items()):
        try:
            shard = read_shard(path, ())
        except Damaged as damage:
            moved = set_aside(path)
            del shards[chunk]
            places = manifest.positions(chunk)
            damaged.append(
                f"{path.name} is damaged (found {damage}). It was set aside as {moved.name}; "
                f"its {len(places)} tasks, from number {places.start} on, are computed again."
            )
            continue
        require_same_run(shard, path, manifest)
        layout = shard.layout
    return shards, layout, tuple(damaged)


def _words(layout: Layout) -> str:
    return ", ".join(
        f"{name!r} {dtype} of shape {shape}" for name, (dtype, shape) in layout.items()
    )
