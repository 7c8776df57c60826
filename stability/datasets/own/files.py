"""A user's own data from a file, read by the reader that belongs to the ending of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from numpy.typing import ArrayLike

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.npz import read_npz

READERS: Mapping[str, Callable[..., Dataset]] = MappingProxyType({".npz": read_npz})
"""From how a name ends to the reader, which takes what `read_file` does."""


def read_file(
    path: Path | str,
    *,
    largest: float | None = None,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    channels: str | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set from a file of the user's own (`READERS`; any other ending is taken for .npz).

    The arguments are those of `read_npz`. Raises DataError as the reader does.
    """
    reader = READERS.get(Path(path).suffix.lower(), read_npz)
    return reader(path, largest=largest, range=range, channels=channels, dtype=dtype)
