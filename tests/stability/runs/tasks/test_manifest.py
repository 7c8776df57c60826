"""A directory belongs to the settings that made it, and says which setting differs."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stability.errors import RunError, SetupError
from stability.runs.tasks import Manifest, Task, describe_run, open_run
from stability.runs.tasks.plain import canonical, digest, first_difference, plain

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner,
                                                                max_size=3),
    max_leaves=8,
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Recipe:
    widths: tuple[int, ...]
    step_size: Fraction


@given(PLAIN)
def test_plain_values_survive_a_json_file(value: object) -> None:
    assert plain(value, "here") == value
    assert first_difference(json.loads(canonical(value)), value) is None
    assert digest(json.loads(canonical(value))) == digest(value)


@given(PLAIN, PLAIN)
def test_there_is_a_first_difference_exactly_when_there_is_one(a: object, b: object) -> None:
    same = canonical(a) == canonical(b)
    if same:
        assert first_difference(a, b) is None
    elif first_difference(a, b) is None:  # only numbers that are equal, such as 1 and 1.0
        assert a == b


def test_what_becomes_of_values_that_json_does_not_know() -> None:
    value = {
        "recipe": Recipe((3, 4), Fraction(1, 10)),
        "grid": np.array([0.5, 1.0]),
        "p": Path("a"),
    }
    assert plain(value, "settings") == {
        "recipe": {"type": "Recipe", "widths": [3, 4], "step_size": "1/10"},
        "grid": [0.5, 1.0],
        "p": "a",
    }


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), {1: 2}, {1, 2}, object(), Recipe])
def test_settings_that_cannot_be_written_are_refused_by_name(bad: object) -> None:
    with pytest.raises(SetupError, match=r"settings\.a\[1\]"):
        describe_run([Task("x")], {"a": [1, bad]})


def changed(manifest: Manifest, **fields: object) -> Manifest:
    return dataclasses.replace(manifest, **fields)


OTHERS = {
    "settings.size": ({"settings": {"size": 61}}, 60, "61"),
    "settings.depth": ({"settings": {"size": 60, "depth": 2}}, None, "2"),
    "data": ({"data": "abd"}, "abc", "'abd'"),
    "seeds.order": ({"seeds": {"order": 2}}, 1, "2"),
    "chunk": ({"chunk": 4}, 3, "4"),
    "tasks.count": ({"tasks": {"count": 11, "sha256": "0"}}, 10, "11"),
    "versions.numpy": ({"versions": {"python": "3.11", "numpy": "1.0"}}, "2.0", "'1.0'"),
}


@pytest.mark.parametrize("place", OTHERS)
def test_other_settings_are_refused_and_the_first_difference_named(
    place: str, manifest: Manifest, tmp_path: Path
) -> None:
    manifest = changed(manifest, versions={"python": "3.11", "numpy": "2.0"})
    open_run(tmp_path, manifest).close()
    fields, found, expected = OTHERS[place]
    for resume in (True, False):
        with pytest.raises(RunError) as caught:
            open_run(tmp_path, changed(manifest, **fields), resume=resume)
        message = str(caught.value)
        assert f"{tmp_path / 'manifest.json'}, {place}: found " in message
        assert caught.value.found == found
        assert caught.value.allowed == f"{expected}, as asked for now"
    open_run(tmp_path, manifest, resume=True).close()  # and nothing was spoilt


def test_the_first_of_several_differences_is_a_setting(manifest: Manifest, tmp_path: Path) -> None:
    open_run(tmp_path, manifest).close()
    other = changed(manifest, settings={"size": 7}, data="x", versions={"python": "2"}, chunk=9)
    with pytest.raises(RunError, match=r"settings\.size: found 60; allowed: 7, as asked for now"):
        open_run(tmp_path, other, resume=True)


def test_a_run_is_not_overwritten_by_chance(manifest: Manifest, tmp_path: Path) -> None:
    open_run(tmp_path, manifest).close()
    with pytest.raises(RunError, match="--resume"):
        open_run(tmp_path, manifest)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"format": 2}', b"\xff\xfe"])
def test_a_spoilt_manifest_is_refused(content: bytes, manifest: Manifest, tmp_path: Path) -> None:
    open_run(tmp_path, manifest).close()
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(RunError, match=r"manifest\.json: found something that is not"):
        open_run(tmp_path, manifest, resume=True)


def test_any_flipped_byte_of_a_manifest_is_refused(manifest: Manifest, tmp_path: Path) -> None:
    open_run(tmp_path, manifest).close()
    path = tmp_path / "manifest.json"
    whole = path.read_bytes()
    blank = set(b" \n")
    for place in range(len(whole)):
        if whole[place] in blank:
            continue
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(RunError):
            open_run(tmp_path, manifest, resume=True)


def test_tasks_are_known_by_key_order_and_plain_argument() -> None:
    def identity(*tasks: Task) -> str:
        return describe_run(tasks, {}).identity

    base = identity(Task("a", 1), Task("b", 2))
    assert identity(Task("a", 1), Task("b", 2)) == base
    others = {
        identity(Task("b", 2), Task("a", 1)),
        identity(Task("a", 1), Task("b", 3)),
        identity(Task("a", 1)),
        base,
    }
    assert len(others) == 4
    assert identity(Task("a", object())) == identity(Task("a", object()))


@pytest.mark.parametrize(
    ("tasks", "chunk", "where"),
    [
        ([], 1, "tasks"),
        ([Task("a"), Task("a")], 1, "tasks"),
        ([Task("")], 1, "tasks"),
        ([Task("a")], 0, "chunk"),
        ([Task("a")], True, "chunk"),
    ],
)
def test_tasks_and_chunks_that_cannot_be(tasks: list[Task], chunk: int, where: str) -> None:
    with pytest.raises(SetupError, match=f"^{where}"):
        describe_run(tasks, {}, chunk=chunk)


def test_versions_count_and_a_missing_package_is_named() -> None:
    found = describe_run([Task("a")], {}, packages=["pyarrow"]).versions
    assert list(found) == ["python", "numpy", "stability", "pyarrow", "machine"]
    assert found["numpy"] == np.__version__
    with pytest.raises(SetupError, match="no-such-package"):
        describe_run([Task("a")], {}, packages=["no-such-package"])
