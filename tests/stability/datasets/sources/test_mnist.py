"""MNIST from small files of the same format: values, parts, checksums and refusals."""

import gzip
import re

import numpy as np
import pytest

from stability.datasets import load_mnist
from stability.datasets.formats.checksums import PUBLISHED
from stability.errors import DataError, SetupError


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values_and_order(tmp_path, tiny_mnist, packed, dtype):
    written = tiny_mnist(tmp_path, packed)
    train = load_mnist(tmp_path, dtype=dtype, verify=False)
    images, labels = written["train"]
    assert train.inputs.dtype == dtype and train.inputs.shape == (7, 784)
    expected = np.array([[p / 255 for p in image.ravel().tolist()] for image in images])
    assert np.array_equal(train.inputs, expected.astype(dtype))
    assert train.labels.tolist() == labels.tolist() and train.labels.dtype == np.int64
    assert (train.shape, train.classes[7], train.name) == ((28, 28), "7", "mnist-train")
    test = load_mnist(tmp_path, "test", dtype=dtype, verify=False)
    assert test.labels.tolist() == written["t10k"][1].tolist()
    pooled = load_mnist(tmp_path, "all", dtype=dtype, verify=False)
    assert np.array_equal(pooled.inputs, np.vstack([train.inputs, test.inputs]))
    assert np.array_equal(pooled.labels, np.concatenate([train.labels, test.labels]))


def test_another_file_than_the_published_one(tmp_path, tiny_mnist):
    tiny_mnist(tmp_path)
    with pytest.raises(DataError) as caught:
        load_mnist(tmp_path)
    text = str(caught.value)
    assert "train-images-idx3-ubyte.gz: found another file than the published one" in text
    assert PUBLISHED["train-images-idx3-ubyte.gz"] in text and "verification off" in text


def test_a_truncated_published_file_is_called_truncated(tmp_path, tiny_mnist):
    tiny_mnist(tmp_path, packed=False)
    path = tmp_path / "mnist" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError) as caught:
        load_mnist(tmp_path)
    assert caught.value.where == f"{path}, byte 1000"
    assert "the end of the file after 984 bytes of data, in another file" in str(caught.value)
    assert PUBLISHED[path.name] in str(caught.value)


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"])
def test_every_file_is_verified(tmp_path, tiny_mnist, monkeypatch, name):
    import hashlib

    tiny_mnist(tmp_path)
    for path in (tmp_path / "mnist").iterdir():
        known = hashlib.sha256(path.read_bytes()).hexdigest()
        monkeypatch.setitem(PUBLISHED, path.name, known)
    assert len(load_mnist(tmp_path)) == 7
    path = tmp_path / "mnist" / name
    # the same content, compressed in another way, is another file
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=1))
    with pytest.raises(DataError, match=name):
        load_mnist(tmp_path)


def test_checksums_are_sha256():
    assert len(PUBLISHED) == len(set(PUBLISHED.values())) == 20
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in PUBLISHED.values())


@pytest.mark.parametrize(
    ("name", "array", "words"),
    [
        ("train-labels-idx1-ubyte", np.zeros(6), r"byte 4.*found a size of 6.*allowed: 7"),
        ("train-labels-idx1-ubyte", [0, 1, 10, 3, 4, 5, 6], r"byte 10 of .*the label 10.*0 to 9"),
        ("train-labels-idx1-ubyte", np.zeros((7, 1, 1)), "interchanged"),
        ("train-images-idx3-ubyte", np.zeros((7, 28, 27)), r"byte 12.*27.*allowed: 28"),
        ("train-images-idx3-ubyte", np.zeros((8, 28, 28)), r"labels.*size of 7.*allowed: 8"),
    ],
)
def test_refusals(tmp_path, tiny_mnist, formats, name, array, words):
    tiny_mnist(tmp_path, packed=False)
    (tmp_path / "mnist" / name).write_bytes(formats.idx(array))
    with pytest.raises(DataError, match=words):
        load_mnist(tmp_path, verify=False)


def test_missing_files_are_named(tmp_path, tiny_mnist):
    with pytest.raises(DataError, match=r"mnist: found no file train-images-idx3-ubyte.gz"):
        load_mnist(tmp_path)
    tiny_mnist(tmp_path)
    (tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz").unlink()
    assert len(load_mnist(tmp_path, verify=False)) == 7
    with pytest.raises(DataError, match=r"no file t10k-labels-idx1-ubyte.gz"):
        load_mnist(tmp_path, "test", verify=False)


def test_arguments(tmp_path):
    with pytest.raises(SetupError, match=r"mnist.part: found 'tset'.*Did you mean 'test'"):
        load_mnist(tmp_path, "tset")
    with pytest.raises(SetupError, match=r"mnist.dtype: found 'float16'.*float64, float32"):
        load_mnist(tmp_path, dtype="float16")
