"""The list of the data sets that are read by name: a new one is a file beside it and a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from stability.datasets.dataset import Dataset
from stability.datasets.reader_options import one_of
from stability.datasets.sources import bundled, cifar10, digits, geomnist, mnist
from stability.datasets.sources.source import Source
from stability.errors import SetupError

SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        source.name: source
        for source in (
            *(digits.SOURCE, mnist.SOURCE, cifar10.SOURCE, geomnist.SOURCE),
            *bundled.SOURCES,
        )
    }
)


def load(
    name: str,
    directory: Path | str | None = None,
    part: str | None = None,
    *,
    dtype: str = "float64",
    verify: bool = True,
) -> Dataset:
    """The data set `name`, one of `SOURCES`.

    `directory` holds the folder that the source names, with its files as published; some sources
    need none. `part` is "train" (what None means), "test" or "all"; sources without a test part
    have only "all". `dtype` is that of the inputs, "float64" or "float32". `verify` checks the
    published SHA-256 of every file.

    Raises SetupError for an unknown name, part or dtype or a missing directory, and DataError
    for files that are missing, damaged or not the published ones.

    >>> load("digits").shape
    (8, 8)
    >>> load("minst", "data")
    Traceback (most recent call last):
    stability.errors.SetupError: data: found 'minst'; allowed: digits, mnist, cifar-10,
    geomnist, iris, wine, breast-cancer, diabetes. Did you mean 'mnist'?
    """
    source = SOURCES[one_of(name, tuple(SOURCES), "data")]
    part = one_of(source.parts[0] if part is None else part, source.parts, f"{name}.part")
    if source.folder is not None and directory is None:
        raise SetupError(
            where=f"{name}.directory",
            found=None,
            allowed=f"the folder that holds {source.folder}/",
            remedy="Give it with directory=... (--data DIR at the command line).",
        )
    return source.read(Path() if directory is None else directory, part, dtype=dtype, verify=verify)


def folders() -> str:
    """The folders that a data folder may hold, for messages.

    >>> folders()
    'mnist/ and cifar-10/'
    """
    return " and ".join(f"{s.folder}/" for s in SOURCES.values() if s.folder is not None)
