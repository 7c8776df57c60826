"""What the numbers of a run depend on: settings, data, seeds, tasks, chunks, versions."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stability.errors import RunError, SetupError, shown
from stability.runs.tasks.plain import digest, first_difference, plain

FORMAT = 1


@dataclass(frozen=True)
class Task:
    """One independent piece of a run: a `key` that no other task has, and what is to be done.

    `argument` is handed to the function of the run; it travels to the workers by pickle.
    """

    key: str
    argument: Any = None


@dataclass(frozen=True)
class Manifest:
    """The identity of a run. Made by `describe_run`; stored as `manifest.json`.

    `settings`, `seeds`, `versions` hold plain values; `data` is a fingerprint; `chunk` is the
    number of tasks in a shard; `tasks` holds the `count` and the `sha256` of the list.
    """

    settings: Mapping[str, Any]
    data: str
    seeds: Mapping[str, int]
    chunk: int
    tasks: Mapping[str, Any]
    versions: Mapping[str, str] = field(repr=False)

    @property
    def count(self) -> int:
        """The number of tasks."""
        return self.tasks["count"]

    @property
    def chunks(self) -> int:
        """The number of chunks; each becomes a shard."""
        return -(-self.count // self.chunk)

    def positions(self, chunk: int) -> range:
        """The positions, in the list of tasks, of those in one chunk."""
        return range(chunk * self.chunk, min((chunk + 1) * self.chunk, self.count))

    @cached_property
    def identity(self) -> str:
        """The sha256 (64 hex digits) of everything in the manifest."""
        return digest(self.record())

    def record(self) -> dict[str, Any]:
        """The manifest as plain values, most telling first."""
        return {
            "format": FORMAT,
            "settings": dict(self.settings),
            "data": self.data,
            "seeds": dict(self.seeds),
            "chunk": self.chunk,
            "tasks": dict(self.tasks),
            "versions": dict(self.versions),
        }

    def text(self) -> bytes:
        """The content of `manifest.json`."""
        return (json.dumps(self.record(), indent=2, allow_nan=False) + "\n").encode()

    def require_same(self, stored: Manifest, where: str) -> None:
        """RunError that names the first thing in which a stored manifest differs from this one."""
        different = first_difference(stored.record(), self.record())
        if different is None:
            return
        remedy = "Choose another folder, or ask for the settings that made this one."
        if different.place.startswith("versions."):
            package = different.place.removeprefix("versions.")
            remedy = f"Go back to that {package}, or start again in another folder."
        raise RunError(
            where=f"{where}, {different.place}",
            found=different.first,
            allowed=f"{shown(different.second)}, as asked for now",
            remedy=remedy,
        )


def describe_run(
    tasks: Sequence[Task],
    settings: Any,
    *,
    data: str = "",
    seeds: Mapping[str, int] | None = None,
    chunk: int = 1,
    packages: Sequence[str] = (),
) -> Manifest:
    """The manifest of a run over `tasks`.

    `settings` is a table or a dataclass (a recipe) with everything that decides the numbers,
    except `data` (a fingerprint of the data) and `seeds`. `chunk` tasks share a shard: the
    smallest piece that is kept or lost. `packages` are libraries, besides numpy, whose version
    counts (such as torch). Arguments of tasks count where they are plain values.

    Raises SetupError for no tasks, a key used twice, a chunk below 1, settings that are not
    plain, a package that is not installed.

    >>> describe_run([Task("a"), Task("b"), Task("c")], {"power": 2}, chunk=2).chunks
    2
    """
    _check_tasks(tasks, chunk)
    table = plain(settings, "settings")
    if not isinstance(table, dict):
        table = {"value": table}
    return Manifest(
        settings=table,
        data=str(data),
        seeds=plain(dict(seeds or {}), "seeds"),
        chunk=int(chunk),
        tasks={"count": len(tasks), "sha256": tasks_digest(tasks)},
        versions=versions(tuple(packages)),
    )


def tasks_digest(tasks: Sequence[Task]) -> str:
    """The sha256 of keys, in order, and of the arguments that are plain values."""
    return digest([[task.key, _plain_or_none(task.argument)] for task in tasks])


DISTRIBUTIONS = {"stability": "stability-bounds"}
"""Packages whose distribution has another name than the one a manifest knows them by."""


def versions(packages: Sequence[str]) -> dict[str, str]:
    """What computes: python (without its last part), packages, and the kind of machine."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for package in ("numpy", "stability", *packages):
        try:
            found[package] = importlib.metadata.version(DISTRIBUTIONS.get(package, package))
        except importlib.metadata.PackageNotFoundError:
            raise SetupError(
                where="packages",
                found=package,
                allowed="packages that are installed here",
                remedy=f"Install {DISTRIBUTIONS.get(package, package)}.",
            ) from None
    found["machine"] = f"{platform.system()} {platform.machine()}"
    return found


def parse_manifest(content: bytes, where: str) -> Manifest:
    """The manifest in the content of `manifest.json`; RunError if there is none."""
    try:
        table = json.loads(content)
        if table.pop("format") != FORMAT:
            raise ValueError("another format")
        stored = Manifest(**table)
        if not (isinstance(stored.chunk, int) and stored.chunk > 0 and stored.count > 0):
            raise ValueError("sizes that cannot be")
        stored.record()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RunError(
            where=where,
            found="something that is not the manifest of a run",
            allowed=f"the manifest (format {FORMAT}) written when the run was started",
            remedy="Restore it from a copy, or start again in another folder.",
        ) from None
    return stored


def _check_tasks(tasks: Sequence[Task], chunk: int) -> None:
    if isinstance(chunk, bool) or chunk < 1:
        raise SetupError(
            where="chunk", found=chunk, allowed="a whole number of at least 1", remedy=""
        )
    if not tasks:
        raise SetupError(where="tasks", found="none", allowed="at least one task", remedy="")
    seen: set[str] = set()
    for task in tasks:
        if not isinstance(task.key, str) or not task.key or task.key in seen:
            raise SetupError(
                where="tasks",
                found=task.key,
                allowed="a text for each task, no two the same",
                remedy="Name in the key what distinguishes the task from the others.",
            )
        seen.add(task.key)


def _plain_or_none(argument: Any) -> Any:
    try:
        return plain(argument, "argument")
    except SetupError:
        return None
