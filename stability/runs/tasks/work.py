"""What a worker does with one chunk of tasks. Nothing here touches the run directory."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import SetupError
from stability.runs.tasks.manifest import versions
from stability.runs.tasks.shards import POSITION, TASK
from stability.runs.tasks.threads import stay_on_one_thread, torch_on_one_thread

Function = Callable[[Any], Any]
Result = Mapping[str, ArrayLike]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Failure:
    """A task that gave no result: which, why, and the traceback where it happened.

    Returned, not raised: not every exception survives the way from one process to another.
    """

    where: str
    found: str
    allowed: str
    trace: str = ""


class _NotAResult(Exception):
    """What a task returned cannot be stored; the message says what is allowed."""

    def __init__(self, found: str, allowed: str) -> None:
        self.found, self.allowed = found, allowed
        super().__init__(found)


@dataclass(frozen=True)
class Work:
    """What is the same for all chunks of a run. Travels to the workers.

    `function` takes the argument of a task, or with `batched` the list of arguments of a
    chunk; `versions` are those of the process that started the run, `home` names it.
    """

    function: Function
    batched: bool
    versions: Mapping[str, str]
    home: tuple[str, int]

    def __call__(self, keys: Sequence[str], arguments: Sequence[Any]) -> Columns | Failure:
        """The results of one chunk, stacked: `columns[name]` is (tasks of the chunk, *shape)."""
        if here() != self.home:
            stay_on_one_thread()
            other = self._other_version()
            if other is not None:
                return other
        torch_on_one_thread()
        place = named(keys)
        try:
            if self.batched:
                results = list(self.function(list(arguments)))
                if len(results) != len(keys):
                    raise _NotAResult(f"{len(results)} results", f"{len(keys)}, one for each task")
            else:
                results = []
                for key, argument in zip(keys, arguments, strict=True):
                    place = named([key])
                    results.append(self.function(argument))
            rows = []
            for key, result in zip(keys, results, strict=True):
                place = named([key])
                rows.append(_arrays(result))
                _require_alike(rows[0], rows[-1])
            return {name: np.stack([row[name] for row in rows]) for name in rows[0]}
        except _NotAResult as error:
            return Failure(place, error.found, error.allowed)
        except (Exception, SystemExit) as error:
            found = f"{type(error).__name__}: {error}".strip()
            return Failure(place, found, "a result", traceback.format_exc())

    def _other_version(self) -> Failure | None:
        packages = [name for name in self.versions if name not in ("python", "machine")]
        where = f"worker process {os.getpid()} on {socket.gethostname()}"
        try:
            mine = versions([name for name in packages if name not in ("numpy", "stability")])
        except SetupError as error:
            return Failure(where, f"no {error.found} installed", "the packages installed here")
        for name, expected in self.versions.items():
            if mine[name] != expected:
                return Failure(where, f"{name} {mine[name]}", f"{name} {expected}, as here")
        return None


def here() -> tuple[str, int]:
    """This process among all processes of all machines."""
    return socket.gethostname(), os.getpid()


def named(keys: Sequence[str]) -> str:
    """The tasks with these keys, in words."""
    return f"task {keys[0]!r}" if len(keys) == 1 else f"tasks {keys[0]!r} to {keys[-1]!r}"


def _arrays(result: Any) -> Columns:
    """One task's result as arrays that can be stored."""
    allowed = "a table of named arrays, such as {'change': array}"
    if not isinstance(result, Mapping) or not result:
        raise _NotAResult(f"a result of type {type(result).__name__}", allowed)
    arrays = {}
    for name, value in result.items():
        if not isinstance(name, str) or not name or name in (TASK, POSITION):
            raise _NotAResult(
                f"an array named {name!r}", f"texts as names, other than {TASK!r} and {POSITION!r}"
            )
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
            raise _NotAResult(
                f"an array {name!r} of type {array.dtype}",
                "real numbers of at most 64 bits, or truth values",
            )
        arrays[name] = array.astype(array.dtype.newbyteorder("="), copy=False)
    return arrays


def _require_alike(first: Columns, row: Columns) -> None:
    mine = {name: (array.dtype.name, array.shape) for name, array in row.items()}
    expected = {name: (array.dtype.name, array.shape) for name, array in first.items()}
    for name in [*mine, *expected]:
        if mine.get(name) != expected.get(name):
            raise _NotAResult(
                _words(name, mine.get(name)), f"{_words(name, expected.get(name))}, as in others"
            )


def _words(name: str, kind: tuple[str, tuple[int, ...]] | None) -> str:
    if kind is None:
        return f"no array {name!r}"
    return f"an array {name!r} of type {kind[0]} and shape {kind[1]}"
