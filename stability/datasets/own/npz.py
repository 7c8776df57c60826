"""A user's own data from an .npz file, read without unpickling anything."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from types import MappingProxyType
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.arrays import from_arrays
from stability.datasets.own.columns import Columns, refuse_columns
from stability.errors import DataError, told
from stability.files import open_plain

ARRAYS = ("inputs", "labels", "targets", "weights", "classes", "row_names", "features", "range")
"""The arrays that mean something; others are passed over."""
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"inputs": ("X", "x", "images", "data"), "labels": ("y", "Y", "label")}
)
"""Other names under which they are often saved. They count where there is only one of them."""
TEXTS = ("classes", "row_names", "features")
ALLOWED = "an .npz file with arrays `inputs` (n, ...) and `labels` (n,)"
REMEDY = "Write it with numpy.savez(path, inputs=..., labels=...)."
LARGEST = 64 * 2**30
"""Bytes of an array; more is not read into memory."""
DAMAGES = (
    *(ValueError, TypeError, KeyError, EOFError, OverflowError, NotImplementedError),
    *(SyntaxError, TokenError, zipfile.BadZipFile, zlib.error),
)
"""What reading a damaged archive, or the head of a damaged array, may raise.

NotImplementedError comes from zipfile, for ways of compressing that it does not know."""
SHOWN = 12
"""So many arrays of a file are listed in a message."""


def read_npz(
    path: Path | str,
    columns: Columns | None = None,
    *,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    channels: str | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from an .npz file: `inputs` (n, ...) with `labels` (n,), `targets`, or both.

    `X`, `x`, `images` or `data` will do for `inputs`, and `y`, `Y` or `label` for `labels`, where
    there is only one such array; `columns` names arrays called otherwise. `targets` (n,) or (n, k)
    are real numbers, `weights` (n,) those of the losses of examples. Texts, as far as there are
    any: `classes` names the classes, `row_names` (n,) the examples, `features` the numbers of an
    example. An array `range`, (2,) or (2, d), declares
    where every input that there can be lies, as the argument does, which goes before it. The other
    arguments are those of `from_arrays`. The name of the data set is that of the file.

    Raises DataError for a file that is missing, no plain file, damaged or holds objects (which only
    unpickling could read), and as `from_arrays` does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(f"{folder}/tiny.npz", X=np.zeros((2, 2, 2)), y=[1, 0])
    ...     data = read_npz(f"{folder}/tiny.npz")
    >>> data.name, data.shape, data.labels.tolist()
    ('tiny', (2, 2), [1, 0])
    """
    file = Path(path)
    said = Columns() if columns is None else columns
    refuse_columns(said, ("labels", "targets", "weights", "row_names"), str(file), "an .npz file")
    arrays, notes = _arrays(file, {name: str(getattr(said, name)) for name in said.given})
    for array in arrays.values():  # they are nobody else's, so that no copy is needed
        for memory in (array, array.base):
            if isinstance(memory, np.ndarray):
                memory.setflags(write=False)
    texts = {name: arrays[name].astype(str).tolist() for name in TEXTS if name in arrays}
    return from_arrays(
        arrays["inputs"],
        arrays.get("labels"),
        targets=arrays.get("targets"),
        weights=arrays.get("weights"),
        name=file.stem,
        largest=largest,
        range=_declared(arrays.get("range"), file) if range is None else range,
        channels=channels,
        dtype=dtype,
        **texts,
    ).noted(*notes)


def _declared(ends: NDArray[Any] | None, file: Path) -> InputRange | None:
    if ends is None:
        return None
    if ends.ndim == 0 or len(ends) != 2:
        raise DataError(
            where=f"{file}, array 'range'",
            found=f"an array of shape {ends.shape}",
            allowed="the lowest and the highest value: (2,), or (2, d) for each number on its own",
        )
    return InputRange(ends[0], ends[1], f"the array 'range' of {file.name}")


def _arrays(file: Path, said: Mapping[str, str]) -> tuple[dict[str, NDArray], list[str]]:
    """The arrays that matter, by name, and a note on each that has another name in the file."""
    name = ""
    try:
        with open_plain(file) as stream:
            if not zipfile.is_zipfile(stream):
                raise _no_archive(file, stream)
            stream.seek(0)
            with np.load(stream, allow_pickle=False) as arrays:
                chosen = _chosen(file, stream, arrays.files, said)
                found = {}
                for meaning, name in chosen.items():
                    _check_claim(file, stream, name)
                    found[meaning] = arrays[name]
        other = {m: n for m, n in chosen.items() if m != n and m not in said}
        notes = [f"Array {n!r} was read as {m!r}." for m, n in other.items()]
        return found, notes
    except OSError as error:
        raise DataError(
            where=str(file),
            found=error.strerror or "no readable file",
            allowed=ALLOWED,
            remedy=REMEDY,
        ) from None
    except DAMAGES as error:
        pickled = "allow_pickle" in str(error)
        raise DataError(
            where=f"{file}, array {name!r}" if name else str(file),
            found="objects, which only unpickling could read" if pickled else told(error),
            allowed="numbers (and texts for names), undamaged",
            remedy="Convert with numpy.asarray(..., dtype=float) before saving."
            if pickled
            else "Write the file again: it is damaged.",
        ) from None


def _chosen(
    file: Path, stream: BinaryIO, names: list[str], said: Mapping[str, str]
) -> dict[str, str]:
    """What each array that matters is called in the file. Raises DataError if one is missing.

    If somebody says what is predicted, `labels` or `targets`, the other is not taken.
    """
    chosen = {name: name for name in ARRAYS if name in names}
    if {"labels", "targets"} & set(said):
        chosen.pop("labels", None)
        chosen.pop("targets", None)
    for meaning, name in said.items():
        if name not in names:
            raise _not_there(file, stream, meaning, name)
        chosen[meaning] = name
    for meaning, others in ALIASES.items():
        there = [name for name in others if name in names and name not in said.values()]
        if meaning in chosen or (meaning == "labels" and "targets" in chosen):
            continue
        if len(there) > 1:
            raise _several(file, stream, meaning, there)
        if there:
            chosen[meaning] = there[0]
    if "inputs" not in chosen:
        raise _not_there(file, stream, "inputs")
    if not {"labels", "targets"} & set(chosen):
        raise _not_there(file, stream, "labels")
    return chosen


def _not_there(file: Path, stream: BinaryIO, meaning: str, name: str = "") -> DataError:
    return DataError(
        where=str(file),
        found=f"no array {name or meaning!r}; {_inside(stream)}",
        allowed=ALLOWED + _aliases(meaning),
        remedy=REMEDY if name else f"Call the array {meaning!r}. {REMEDY}",
    )


def _several(file: Path, stream: BinaryIO, meaning: str, there: list[str]) -> DataError:
    return DataError(
        where=str(file),
        found=f"{' and '.join(map(repr, there))}, both of which could be {meaning!r}; "
        + _inside(stream),
        allowed=ALLOWED + _aliases(meaning),
        remedy=f"Call the array {meaning!r}. {REMEDY}",
    )


def _inside(stream: BinaryIO) -> str:
    return "the file holds " + (", ".join(_contents(stream)) or "nothing")


def _aliases(meaning: str) -> str:
    others = ALIASES.get(meaning, ())
    return f" (or {', '.join(map(repr, others))} for {meaning})" if others else ""


def _check_claim(file: Path, stream: BinaryIO, name: str) -> None:
    """DataError if an array says that it is larger than what is stored of it, or than memory."""
    with zipfile.ZipFile(stream) as archive:
        member = archive.getinfo(f"{name}.npy" if f"{name}.npy" in archive.namelist() else name)
        with archive.open(member) as content:
            shape, kind = _header(content)
    claimed = math.prod(shape) * kind.itemsize
    if kind.hasobject or 0 <= claimed <= min(member.file_size, LARGEST):
        return
    larger = claimed > member.file_size
    raise DataError(
        where=f"{file}, array {name!r}",
        found=f"a head that claims {shape} of {kind}, {claimed} bytes, before {member.file_size}"
        if larger or claimed < 0
        else f"an array {shape} of {kind}, {claimed} bytes",
        allowed="arrays that are as large as they say, and at most "
        f"{LARGEST // 2**30} GB, which are read into memory",
        remedy="Write the file again: it is damaged." if larger else "Save a part of the data.",
    )


def _header(content: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of the array whose file begins here; ValueError and the like if damaged."""
    version = np.lib.format.read_magic(content)  # type: ignore[arg-type]
    read = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read = np.lib.format.read_array_header_2_0
    shape, _, kind = read(content)  # type: ignore[arg-type]
    return shape, kind


def _contents(stream: BinaryIO) -> list[str]:
    """The arrays of an archive with their shapes, which stand at the start of each."""
    found = []
    with zipfile.ZipFile(stream) as archive:
        names = archive.namelist()
        for name in names[:SHOWN]:
            shape = ""
            with archive.open(name) as member:
                try:
                    shape = f" {_header(member)[0]}"
                except DAMAGES:
                    shape = " (damaged)"
            found.append(repr(name.removesuffix(".npy")) + shape)
        return found + (["..."] if len(names) > SHOWN else [])


def _no_archive(file: Path, stream: BinaryIO) -> DataError:
    stream.seek(0)
    single = stream.read(6) == b"\x93NUMPY"
    return DataError(
        where=str(file),
        found="a single array (.npy), not a whole .npz file"
        if single
        else "something that is not a whole .npz file",
        allowed=ALLOWED,
        remedy=REMEDY,
    )
