"""A shard gives back every bit, and no other bytes pass for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from stability.runs.tasks.shards import Damaged, encode, named_chunk, read_shard, shard_name

TYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]


def stored(folder: Path, columns: dict, count: int, chunk: int = 2) -> Path:
    keys = [f"task {i} é" for i in range(count)]
    content = encode("run", chunk, range(5, 5 + count), keys, columns)
    path = folder / shard_name(chunk, content)
    path.write_bytes(content)
    return path


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_bit_of_every_type_and_shape_comes_back(tmp_path: Path, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    shapes = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    columns = {}
    for name in ("a", "b ü"):
        dtype = np.dtype(data.draw(st.sampled_from(TYPES)))
        shape = (count, *data.draw(shapes))
        size = int(np.prod(shape)) * dtype.itemsize
        bits = np.frombuffer(data.draw(st.binary(min_size=size, max_size=size)), np.uint8)
        columns[name] = (bits % 2 if dtype.kind == "b" else bits).view(dtype).reshape(shape)
    path = stored(tmp_path, columns, count)
    shard = read_shard(path)
    assert shard.chunk == 2 and shard.positions == tuple(range(5, 5 + count))
    assert shard.tasks == tuple(f"task {i} é" for i in range(count))
    for name, array in columns.items():
        assert shard.columns[name].dtype == array.dtype
        assert shard.columns[name].shape == array.shape
        assert shard.columns[name].tobytes() == array.tobytes()
    assert stored(tmp_path, columns, count) == path  # the same results, the same name


def test_zeros_and_not_a_numbers_keep_their_bits(tmp_path: Path) -> None:
    bits = [0, 1 << 63, 0x7FF8 << 48, (0x7FF8 << 48) + 7, 0xFFF8 << 48, 0x7FF0 << 48]
    values = np.array(bits, np.uint64).view(np.float64)
    path = stored(tmp_path, {"a": values, "b": np.tile(values, (6, 2))}, 6)
    assert read_shard(path).columns["a"].view(np.uint64).tolist() == bits
    assert read_shard(path).columns["b"].view(np.uint64).tolist() == [bits * 2] * 6


def test_only_the_columns_wanted_are_read(tmp_path: Path) -> None:
    path = stored(tmp_path, {"a": np.zeros(2), "b": np.zeros((2, 3))}, 2)
    assert list(read_shard(path, ["b"]).columns) == ["b"]
    assert read_shard(path, ()).layout == {"a": ("<f8", ()), "b": ("<f8", (3,))}


def test_no_other_bytes_pass_for_a_shard(tmp_path: Path) -> None:
    path = stored(tmp_path, {"a": np.arange(20.0)}, 20)
    whole = path.read_bytes()
    generator = np.random.default_rng(0)
    for place in generator.integers(0, len(whole), 200):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << int(generator.integers(8))
        path.write_bytes(bytes(flipped))
        with pytest.raises(Damaged, match="sha256"):
            read_shard(path)
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Damaged, match=f"{length} bytes"):
            read_shard(path)


def test_a_shard_under_another_name_is_damaged(tmp_path: Path) -> None:
    path = stored(tmp_path, {"a": np.zeros(2)}, 2)
    other = path.rename(tmp_path / path.name.replace("shard-000002", "shard-000003"))
    with pytest.raises(Damaged, match="results of chunk 2"):
        read_shard(other)
    text = tmp_path / shard_name(1, b"no shard")
    text.write_bytes(b"no shard")
    with pytest.raises(Damaged, match="not a shard"):
        read_shard(text)


def test_names_of_other_files_are_not_shards() -> None:
    name = shard_name(12, b"")
    assert named_chunk(name) == 12
    for other in (name + ".corrupt", ".writing-" + name, "manifest.json", "shard-1-ab.parquet"):
        assert named_chunk(other) is None
