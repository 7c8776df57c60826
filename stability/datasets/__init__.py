"""Points with labels or real targets, checked once, and the readers that give them."""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.datasets.dataset import Dataset, concatenate
    from stability.datasets.formats.idx import read_idx
    from stability.datasets.formats.safe_pickle import load_plain
    from stability.datasets.input_range import InputRange
    from stability.datasets.own.arrays import from_arrays
    from stability.datasets.own.columns import Columns
    from stability.datasets.own.files import read_file
    from stability.datasets.own.frames import from_frame
    from stability.datasets.own.image_folder import read_image_folder
    from stability.datasets.own.loader import from_examples, from_loader
    from stability.datasets.own.npy import read_npy
    from stability.datasets.own.npz import read_npz
    from stability.datasets.own.table_files import read_csv, read_parquet
    from stability.datasets.sources.bundled import load_bundled
    from stability.datasets.sources.catalogue import SOURCES, load
    from stability.datasets.sources.cifar10 import load_cifar10
    from stability.datasets.sources.digits import load_digits
    from stability.datasets.sources.geomnist import load_geomnist
    from stability.datasets.sources.mnist import load_mnist
    from stability.datasets.sources.source import Source

__all__ = [
    "SOURCES",
    "Columns",
    "Dataset",
    "InputRange",
    "Source",
    "concatenate",
    "from_arrays",
    "from_examples",
    "from_frame",
    "from_loader",
    "load",
    "load_bundled",
    "load_cifar10",
    "load_digits",
    "load_geomnist",
    "load_mnist",
    "load_plain",
    "read_csv",
    "read_file",
    "read_idx",
    "read_image_folder",
    "read_npy",
    "read_npz",
    "read_parquet",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
