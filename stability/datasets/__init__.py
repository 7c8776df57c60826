"""Readers of data sets. Every reader returns a `Dataset`: inputs in [0, 1], integer labels."""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.datasets.arrays import from_arrays, from_loader
    from stability.datasets.cifar import load_cifar10
    from stability.datasets.dataset import Dataset
    from stability.datasets.digits import load_digits
    from stability.datasets.formats.idx import read_idx
    from stability.datasets.formats.safe_pickle import load_plain
    from stability.datasets.mnist import load_mnist
    from stability.datasets.npz import read_npz
    from stability.datasets.registry import SOURCES, Source, load

__all__ = [
    "SOURCES",
    "Dataset",
    "Source",
    "from_arrays",
    "from_loader",
    "load",
    "load_cifar10",
    "load_digits",
    "load_mnist",
    "load_plain",
    "read_idx",
    "read_npz",
]

__getattr__, __dir__ = names_on_demand(__name__)
