"""The results of a run: arrays in the order of the tasks, and one fingerprint of them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.errors import RunError
from stability.files import disk_errors
from stability.runs.tasks.manifest import Manifest, parse_manifest
from stability.runs.tasks.shards import Damaged, Layout, Shard, named_chunk, read_shard

MANIFEST = "manifest.json"


@dataclass(frozen=True, eq=False)
class RunResults:
    """What the tasks gave: `results[name]` is (number of tasks, *shape of one result).

    `tasks` are the keys, in the order in which the tasks were listed. `computed` of them were
    computed by the call that returned this (0 when read from disk); `set_aside` says which
    damaged shards it met.
    """

    tasks: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]
    manifest: Manifest
    computed: int = 0
    set_aside: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self.arrays:
            raise RunError(
                where="results",
                found=name,
                allowed="one of " + ", ".join(repr(n) for n in sorted(self.arrays)),
            )
        return self.arrays[name]

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 (64 hex digits) of keys, names, types, shapes and every bit of the arrays.

        Two runs gave the same numbers if and only if their fingerprints are the same.
        """
        shapes = {name: (a.dtype.str, a.shape) for name, a in sorted(self.arrays.items())}
        total = hashlib.sha256(json.dumps([self.tasks, shapes]).encode())
        for name in sorted(self.arrays):
            total.update(np.ascontiguousarray(self.arrays[name]).reshape(-1).view(np.uint8).data)
        return total.hexdigest()


def read_run(directory: str | Path, columns: Sequence[str] | None = None) -> RunResults:
    """The results stored by a finished run; nothing is written and no lock is needed.

    `columns` names the arrays to read, all by default. Every shard is compared with its name
    (the sha256 of its bytes) first.

    Raises RunError for a folder without a run, a run that is not finished, a damaged shard.
    """
    folder = Path(directory)
    with disk_errors(folder, "a run directory that can be read", "Check the folder's name."):
        manifest = parse_manifest((folder / MANIFEST).read_bytes(), str(folder / MANIFEST))
        shards = shard_files(folder)
    return collect(folder, manifest, shards, columns)


def shard_files(folder: Path) -> dict[int, Path]:
    """The shards in a folder, by chunk; RunError if two speak of the same chunk."""
    found: dict[int, Path] = {}
    for path in sorted(folder.iterdir()):
        chunk = named_chunk(path.name)
        if chunk is None:
            continue
        if chunk in found:
            raise RunError(
                where=str(folder),
                found=f"two shards for the same tasks, {found[chunk].name} and {path.name}",
                allowed="one shard for each chunk of tasks",
                remedy="One was copied here from elsewhere, or the tasks do not give the same "
                "numbers twice. Move one away.",
            )
        found[chunk] = path
    return found


def collect(
    folder: Path,
    manifest: Manifest,
    shards: Mapping[int, Path],
    columns: Sequence[str] | None = None,
    computed: int = 0,
    set_aside: tuple[str, ...] = (),
) -> RunResults:
    """All shards of a finished run put together."""
    missing = [chunk for chunk in range(manifest.chunks) if chunk not in shards]
    if missing:
        left = sum(len(manifest.positions(chunk)) for chunk in missing)
        raise RunError(
            where=str(folder),
            found=f"{manifest.count - left} of {manifest.count} tasks",
            allowed="a finished run",
            remedy="Resume it with the same settings.",
        )
    keys: list[str] = []
    arrays: dict[str, NDArray[Any]] = {}
    for chunk in range(manifest.chunks):
        path = shards[chunk]
        shard = verified_shard(path, manifest, columns)
        if chunk == 0:
            arrays = _empty(shard.layout, manifest.count, columns, path)
        part = slice(shard.positions[0], shard.positions[-1] + 1)
        for name, array in arrays.items():
            array[part] = shard.columns[name]
        keys.extend(shard.tasks)
    for array in arrays.values():
        array.setflags(write=False)
    return RunResults(tuple(keys), arrays, manifest, computed, set_aside)


def verified_shard(path: Path, manifest: Manifest, columns: Sequence[str] | None) -> Shard:
    """The shard of this run in a file; RunError if it is damaged or of another run."""
    try:
        with disk_errors(path, "a shard that can be read", "Check the disk and the permissions."):
            shard = read_shard(path, columns)
    except Damaged as damage:
        raise RunError(
            where=str(path),
            found=str(damage),
            allowed="the bytes that were written, whose sha256 is in the name",
            remedy="Resume the run: it sets the shard aside and computes its tasks again.",
        ) from None
    require_same_run(shard, path, manifest)
    return shard


def require_same_run(shard: Shard, path: Path, manifest: Manifest) -> None:
    """RunError if a shard, though whole, was made by a run with another manifest."""
    places = tuple(manifest.positions(shard.chunk)) if shard.chunk < manifest.chunks else ()
    if shard.run != manifest.identity or shard.positions != places:
        raise RunError(
            where=str(path),
            found=f"a shard made by another run ({shard.run[:12]})",
            allowed=f"shards made by the run that {MANIFEST} describes ({manifest.identity[:12]})",
            remedy="Move it away, or restore the manifest that it was made with.",
        )


def _empty(
    layout: Layout, count: int, columns: Sequence[str] | None, path: Path
) -> dict[str, NDArray[Any]]:
    for name in columns or ():
        if name not in layout:
            raise RunError(
                where=str(path),
                found=f"no array named {name!r}",
                allowed="one of " + ", ".join(repr(n) for n in layout),
            )
    return {
        name: np.empty((count, *shape), dtype)
        for name, (dtype, shape) in layout.items()
        if columns is None or name in columns
    }
