"""The idx reader: what was written is read, and every damage is named with file and byte."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from stability.datasets import read_idx
from stability.datasets.formats import idx as module
from stability.errors import DataError

shared_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
LABELS = np.arange(9, dtype=np.uint8)


def header(*numbers):
    return struct.pack(f">{len(numbers)}I", *numbers)


@shared_folder
@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, max_side=6)), st.booleans())
def test_round_trip(tmp_path, formats, array, packed):
    path = tmp_path / "file-ubyte"
    content = formats.idx(array)
    path.write_bytes(gzip.compress(content) if packed else content)
    read = read_idx(path, (None,) * array.ndim)
    assert read.dtype == np.uint8 and np.array_equal(read, array)
    assert np.array_equal(read_idx(path, array.shape), array)


@shared_folder
@given(st.integers(0, 16), st.booleans())
def test_truncated_anywhere(tmp_path, formats, keep, packed):
    path = tmp_path / "labels"
    content = formats.idx(LABELS)
    assert len(content) == 17
    path.write_bytes(gzip.compress(content[:keep]) if packed else content[:keep])
    with pytest.raises(DataError, match=r"labels, byte \d+.*the end of the file.*truncated"):
        read_idx(path, (None,))


def test_truncated_data_says_where_and_how_much(tmp_path, formats):
    path = tmp_path / "labels"
    path.write_bytes(formats.idx(LABELS)[:-4])
    with pytest.raises(DataError) as caught:
        read_idx(path, (None,))
    assert caught.value.where == f"{path}, byte 13"
    assert caught.value.found == "the end of the file after 5 bytes of data"
    assert caught.value.allowed == "9 bytes of data (9) from byte 8 on"


@shared_folder
@given(st.data())
def test_truncated_compression(tmp_path, formats, data):
    content = gzip.compress(formats.idx(np.arange(200, dtype=np.uint8)))
    path = tmp_path / "labels.gz"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(DataError, match=r"labels\.gz"):
        read_idx(path, (None,))


@shared_folder
@given(st.data())
def test_damaged_compression_is_noticed_or_harmless(tmp_path, formats, data):
    values = np.arange(200, dtype=np.uint8)
    content = bytearray(gzip.compress(formats.idx(values)))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "labels.gz"
    path.write_bytes(content)
    try:
        read = read_idx(path, (None,))
    except DataError as fault:
        assert "labels.gz" in str(fault)
    else:  # a flag or the time in the gzip header
        assert np.array_equal(read, values)


@shared_folder
@given(st.binary(max_size=60))
def test_any_bytes(tmp_path, content):
    path = tmp_path / "noise"
    path.write_bytes(content)
    for sizes in ((None,), (None, 2, 2)):
        try:
            read = read_idx(path, sizes)
        except DataError:
            continue
        assert read.tobytes() == content[-read.size :]


@pytest.mark.parametrize(
    ("content", "sizes", "words"),
    [
        (
            header(2051, 1, 2, 2) + bytes(4),
            (None,),
            r"byte 0: found the magic number 2051.*2049.*"
            "a file of images; are images and labels interchanged",
        ),
        (header(2049, 4) + bytes(4), (None, 28, 28), "2049.*allowed: 2051.*file of labels"),
        (header(0x0D01, 4) + bytes(16), (None,), "magic number 3329.*not an idx file"),
        (struct.pack("<2I", 2049, 4) + bytes(4), (None,), "byte 0: found the magic number"),
        (header(2049, 4) + bytes(4), (5,), r"byte 4: found a size of 4.*allowed: 5"),
        (header(2051, 1, 28, 27) + bytes(756), (None, 28, 28), r"byte 12: .*size of 27 in dim.* 3"),
        (header(2049, 0), (None,), "byte 4: found a size of 0.*at least 1"),
        (header(2049, 4) + bytes(5), (None,), r"byte 12: found more bytes after the data"),
        (header(2049, 2**32 - 1) + bytes(9), (None,), r"byte 4.*4294967295 bytes of data"),
        (header(2051, 2**32 - 1, 2**32 - 1, 2**32 - 1), (None,) * 3, "byte 4: found sizes"),
        (b"", (None,), "byte 0: found the end of the file inside the magic number"),
        (b"\x1f\x8b", (None,), "byte 0 after decompression"),
        (b"\x1f\x8b" + bytes(30), (None,), "cannot be read"),
        (gzip.compress(header(2049, 4) + bytes(4), mtime=0) + b"more", (None,), "cannot be read"),
    ],
)
def test_refusals(tmp_path, content, sizes, words):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_idx(path, sizes)


def test_a_wrong_checksum_inside_gzip_is_noticed(tmp_path, formats):
    content = bytearray(gzip.compress(formats.idx(LABELS)))
    content[-8] ^= 1
    (tmp_path / "labels.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"byte 17 after decompression.*CRC"):
        read_idx(tmp_path / "labels.gz", (None,))


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LIMIT", 1000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(header(2049, 5000) + bytes(5000)))
    with pytest.raises(DataError, match="at most 1000 bytes"):
        read_idx(path, (None,))


def test_missing_and_special_files(tmp_path):
    with pytest.raises(DataError, match="nowhere: found no such file"):
        read_idx(tmp_path / "nowhere", (None,))
    with pytest.raises(DataError, match="a folder"):
        read_idx(tmp_path, (None,))


def test_an_unreadable_disk(tmp_path, formats, monkeypatch):
    path = tmp_path / "labels"
    path.write_bytes(formats.idx(LABELS))

    def fail(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", fail)
    with pytest.raises(DataError, match=r"cannot be opened.*Permission denied"):
        read_idx(path, (None,))
