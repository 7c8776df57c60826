"""One name for every data set that the library reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from stability.datasets._arguments import PARTS, one_of
from stability.datasets.dataset import Dataset
from stability.errors import SetupError


@dataclass(frozen=True)
class Source:
    """What a data set is, which parts it has (the usual one first), whether it needs a folder."""

    content: str
    parts: tuple[str, ...]
    folder: str | None


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "mnist": Source("handwritten digits, 28 x 28, grey, 10 classes", PARTS, "mnist"),
        "cifar-10": Source("photographs, 32 x 32, colour, 10 classes", PARTS, "cifar-10"),
        "digits": Source("handwritten digits, 8 x 8, grey, with scikit-learn", ("all",), None),
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
    """The data set `name`: "mnist", "cifar-10" or "digits".

    `directory` holds `mnist/` and `cifar-10/` as published; digits need none. `part` is "train"
    (what None means), "test" or "all"; digits have only "all". `dtype` is that of the inputs,
    "float64" or "float32". `verify` checks the published SHA-256 of every file.

    Raises SetupError for an unknown name, part or dtype or a missing directory, and DataError
    for files that are missing, damaged or not the published ones.

    >>> load("digits").image_shape
    (8, 8)
    >>> load("minst", "data")
    Traceback (most recent call last):
    stability.errors.SetupError: data: found 'minst'; allowed: mnist, cifar-10, digits. Did you
    mean 'mnist'?
    """
    source = SOURCES[one_of(name, tuple(SOURCES), "data")]
    part = one_of(source.parts[0] if part is None else part, source.parts, f"{name}.part")
    if source.folder is None:
        from stability.datasets.digits import load_digits

        return load_digits(dtype=dtype)
    if directory is None:
        raise SetupError(
            where=f"{name}.directory",
            found=None,
            allowed=f"the folder that holds {source.folder}/",
            remedy="Give it with directory=... (--data DIR at the command line).",
        )
    if name == "mnist":
        from stability.datasets.mnist import load_mnist

        return load_mnist(directory, part, dtype=dtype, verify=verify)
    from stability.datasets.cifar import load_cifar10

    return load_cifar10(directory, part, dtype=dtype, verify=verify)
