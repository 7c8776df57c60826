"""What a data set with a name declares: what is in it, what it needs, how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange


class Reader(Protocol):
    """Reads one part. `directory` is the data folder, of no use to a source without a folder."""

    def __call__(self, directory: Path | str, part: str, *, dtype: str, verify: bool) -> Dataset:
        """The examples of `part`. Raises DataError."""
        ...


@dataclass(frozen=True)
class Source:
    """A data set that is read by `name`.

    `content`: what the examples are. `shape`, `classes`, `range`: of every part, as in `Dataset`;
    without classes it has real targets.
    `parts`: those that can be read, the usual one first; with "test" among them it has a test part
    of its own, otherwise it is split. `folder`: the folder inside the data folder (--data) that
    holds its files as published, or None if it needs none.
    """

    name: str
    content: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    range: InputRange | None
    parts: tuple[str, ...]
    folder: str | None
    read: Reader

    @property
    def has_test_part(self) -> bool:
        """Whether it has a test part of its own."""
        return "test" in self.parts

    @property
    def description(self) -> str:
        """What is in it, in one line.

        >>> from stability.datasets import SOURCES
        >>> SOURCES["digits"].description
        'grey images of handwritten digits, 8 x 8, 10 classes'
        """
        size = " x ".join(str(side) for side in self.shape)
        numbered = f"{len(self.classes)} classes" if self.classes else "real targets"
        return f"{self.content}, {size}, {numbered}"
