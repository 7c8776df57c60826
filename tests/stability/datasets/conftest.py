"""Small files in the published formats, written independently of the readers."""

import gzip
import struct
from types import SimpleNamespace

import numpy as np
import pytest


def idx_bytes(array):
    """An idx file of unsigned bytes: magic number, sizes, data."""
    array = np.asarray(array, dtype=np.uint8)
    sizes = struct.pack(f">{array.ndim + 1}I", 2048 + array.ndim, *array.shape)
    return sizes + array.tobytes()


def short(text):
    """A string as Python 2 pickled it."""
    return b"U" + bytes([len(text)]) + text


def python2_batch(pixels, labels):
    """A batch of CIFAR-10 with the very instructions of the published files (protocol 2)."""
    n, d = pixels.shape
    return b"".join(
        [
            b"\x80\x02}q\x01(",
            short(b"batch_label") + b"q\x02" + short(b"training batch 1 of 5") + b"q\x03",
            short(b"labels") + b"q\x04]q\x05(",
            *(b"K" + bytes([label]) for label in labels),
            b"e",
            short(b"data") + b"q\x06cnumpy.core.multiarray\n_reconstruct\nq\x07",
            b"cnumpy\nndarray\nq\x08K\x00\x85" + short(b"b") + b"\x87Rq\x09(K\x01",
            b"M" + struct.pack("<H", n) + b"M" + struct.pack("<H", d) + b"\x86",
            b"cnumpy\ndtype\nq\x0a" + short(b"u1") + b"K\x00K\x01\x87Rq\x0b(K\x03",
            short(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89",
            b"T" + struct.pack("<i", n * d) + pixels.tobytes() + b"tb",
            short(b"filenames") + b"]q\x0c(",
            *(short(b"image_%d.png" % k) + b"r" + struct.pack("<I", 300 + k) for k in range(n)),
            b"eu.",
        ]
    )


def binary_batch(pixels, labels):
    """A binary batch of CIFAR-10: label byte, then pixel bytes, record after record."""
    return b"".join(
        bytes([label]) + row.tobytes() for label, row in zip(labels, pixels, strict=True)
    )


@pytest.fixture(scope="session")
def formats():
    """The writers above, as attributes."""
    return SimpleNamespace(idx=idx_bytes, python2=python2_batch, binary=binary_batch, short=short)


@pytest.fixture(scope="session")
def tiny_mnist():
    """A function that fills DIR/mnist with a few random images and returns what it wrote."""

    def write(directory, packed=True, train=7, test=3):
        rng = np.random.default_rng(5)
        folder = directory / "mnist"
        folder.mkdir()
        content = {}
        for stem, n in (("train", train), ("t10k", test)):
            images = rng.integers(0, 256, size=(n, 28, 28), dtype=np.uint8)
            labels = rng.integers(0, 10, size=n, dtype=np.uint8)
            content[stem] = (images, labels)
            for name, array in ((f"{stem}-images-idx3", images), (f"{stem}-labels-idx1", labels)):
                data = idx_bytes(array)
                if packed:
                    (folder / f"{name}-ubyte.gz").write_bytes(gzip.compress(data))
                else:
                    (folder / f"{name}-ubyte").write_bytes(data)
        return content

    return write


@pytest.fixture(scope="session")
def tiny_cifar():
    """Six small batches: name -> (pixels (n, 3072), labels (n,)), of different lengths."""
    rng = np.random.default_rng(6)
    names = [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]
    return {
        name: (
            rng.integers(0, 256, size=(n, 3072), dtype=np.uint8),
            rng.integers(0, 10, size=n).tolist(),
        )
        for name, n in zip(names, (2, 1, 3, 1, 2, 4), strict=True)
    }
