"""The pickle reader: plain values and arrays come through, and nothing that a file says is run."""

import contextlib
import io
import math
import os
import pickle
import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stability.datasets import load_plain
from stability.datasets.formats import safe_pickle
from stability.errors import DataError

ROLE = b"cnumpy.core.multiarray\n_reconstruct\n"
NDARRAY = b"cnumpy\nndarray\n"
DTYPE = b"cnumpy\ndtype\n"

leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | st.text()
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.tuples(inner, inner, inner, inner)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


def refused(content, words=r"file\.pickle, byte"):
    with pytest.raises(DataError, match=words) as caught:
        load_plain(content, "file.pickle")
    assert caught.value.where.startswith("file.pickle, byte ")
    return str(caught.value)


def same(a, b):
    """Equal values of equal types; NaN equals NaN."""
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    if isinstance(a, dict):
        return isinstance(b, dict) and same(list(a.items()), list(b.items()))
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


@given(values, st.integers(0, pickle.HIGHEST_PROTOCOL))
@settings(deadline=None)
def test_plain_values_come_through(value, protocol):
    assert same(load_plain(pickle.dumps(value, protocol), "x"), value)


@pytest.mark.parametrize("kind", ["u1", "i1", "<u2", ">i4", "<i8", ">u8", "f2", "<f4", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_through(kind, order):
    array = np.arange(24).reshape(2, 3, 4).astype(kind).copy(order=order)
    read = load_plain(pickle.dumps({"a": [array, array]}, 4), "x")
    assert read["a"][0] is read["a"][1]
    assert read["a"][0].dtype == array.dtype and np.array_equal(read["a"][0], array)
    assert not read["a"][0].flags.writeable


def test_the_form_of_the_published_files(formats):
    pixels = np.arange(3 * 3072).astype(np.uint8).reshape(3, 3072)
    content = formats.python2(pixels, [4, 0, 9])
    read = load_plain(content, "batch")
    assert list(read) == [b"batch_label", b"labels", b"data", b"filenames"]
    assert read[b"labels"] == [4, 0, 9] and read[b"filenames"][2] == b"image_2.png"
    assert np.array_equal(read[b"data"], pixels)
    reference = pickle.loads(content, encoding="bytes")  # written by the test itself
    assert read[b"filenames"] == reference[b"filenames"]
    assert np.array_equal(reference[b"data"], pixels)


# --- pickles that try to run code: each would leave the file behind if it could ---


class Call:
    """Pickles as a call of a function of the standard library."""

    def __init__(self, function, *arguments):
        self.parts = function, arguments

    def __reduce__(self):
        return self.parts


def unicode(text):
    """Text as protocol 4 writes it."""
    encoded = text if isinstance(text, bytes) else text.encode()
    return b"X" + struct.pack("<I", len(encoded)) + encoded


def stack_global(module, attribute):
    """A global as protocol 4 writes it."""
    return b"\x80\x04" + unicode(module) + unicode(attribute) + b"\x93"


def attempts(path):
    """Name -> (pickle, the global that must be named), all of which create `path` when loaded."""
    text = str(path)
    code = f"open({text!r}, 'w').close()"
    touch = Call(os.system, f"touch {text}")
    quoted = text.encode()
    found = {
        "system": (pickle.dumps(touch), f"{os.name}.system"),
        "eval": (pickle.dumps(Call(eval, code)), "builtins.eval"),
        "exec": (pickle.dumps(Call(exec, code), 2), "__builtin__.eval|__builtin__.exec"),
        "open": (pickle.dumps(Call(open, text, "w")), r"(_?io|builtins).open"),
        "popen": (pickle.dumps(Call(subprocess.Popen, ["touch", text])), "subprocess.Popen"),
        "getattr": (
            b"cbuiltins\ngetattr\n(cos\nsystem\nS'x'\ntR.",
            "builtins.getattr",
        ),
        "nested": (pickle.dumps({"labels": [1, 2, {"a": (touch,)}]}), f"{os.name}.system"),
        "in the data": (
            pickle.dumps({"data": np.array([touch], dtype=object)}, 4),
            f"{os.name}.system|array type",
        ),
        "inst": (b"(S'touch " + quoted + b"'\nios\nsystem\n.", "os.system"),
        "obj": (b"(cos\nsystem\nS'touch " + quoted + b"'\no.", "os.system"),
        "after the end": (pickle.dumps([1]) + pickle.dumps(touch), "after the end"),
        "numpy runstring": (
            b"cnumpy.testing._private.utils\nrunstring\n(S" + repr(code).encode() + b"\n}tR.",
            "numpy.testing._private.utils.runstring",
        ),
        "through numpy": (
            stack_global(b"numpy.core.multiarray", b"_reconstruct.__globals__") + b".",
            "numpy.core.multiarray._reconstruct.__globals__",
        ),
        "numpy's own eval": (
            stack_global(b"numpy", b"f2py.crackfortran.myeval") + unicode(code) + b"\x85R.",
            "numpy.f2py.crackfortran.myeval",
        ),
        "numpy load": (b"cnumpy\nload\n(S'" + quoted + b"'\ntR.", "numpy.load"),
        "memmap": (
            b"cnumpy\nmemmap\n(S'" + quoted + b"'\nS'u1'\nS'w+'\nI0\n(I4\nttR.",
            "numpy.memmap",
        ),
        "reconstruct with eval": (
            ROLE + b"(c__builtin__\neval\n(I0\ntS'b'\ntR.",
            "__builtin__.eval",
        ),
        "reconstruct's subtype": (ROLE + b"(cnumpy\nmemmap\n(I0\ntS'b'\ntR.", "numpy.memmap"),
        "codecs": (b"c_codecs\nencode\n(S'a'\nS'rot13'\ntR.", "_codecs.encode"),
        "copyreg": (b"ccopy_reg\n_reconstructor\n(tR.", "copy_reg._reconstructor"),
    }
    return found


NAMES = list(attempts("/nowhere"))


@pytest.mark.parametrize("name", NAMES)
def test_code_is_named_and_not_run(tmp_path, name):
    path = tmp_path / "ran"
    content, named = attempts(path)[name]
    refused(content, named)
    assert not path.exists()


@pytest.mark.parametrize(
    "name", ["system", "eval", "exec", "open", "popen", "nested", "inst", "obj", "memmap"]
)
def test_the_attempts_are_real(tmp_path, name):
    """Python's own reader runs them: the test above could fail."""
    path = tmp_path / "ran"
    result = pickle.loads(attempts(path)[name][0])
    if isinstance(result, subprocess.Popen):
        result.wait()
    if isinstance(result, io.IOBase):
        result.close()
    assert path.exists()


def test_no_module_is_imported(tmp_path, monkeypatch):
    (tmp_path / "prepared.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    content = b"cprepared\nvalue\n."
    refused(content, "the global prepared.value")
    assert "prepared" not in sys.modules
    assert pickle.loads(content) == 1 and "prepared" in sys.modules
    monkeypatch.delitem(sys.modules, "prepared")


def test_the_message_is_one_line_without_control_characters():
    text = refused(stack_global(b"os", b"\x1b[2Jrm\n\nx") + b".")
    assert text.isprintable() and "os.?[2Jrm??" in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (NDARRAY + b"(J\x00\x00\x00\x40tR.", "a call of something other"),
        (NDARRAY + b"(J\x00\x00\x00\x40t\x81.", "instruction NEWOBJ"),
        (ROLE + b"(I1\nI2\ntR.", "not a numpy.ndarray"),
        (ROLE + b"(I1\nI2\nI3\ntR.", "not a numpy.ndarray"),
        (ROLE + b"(tR.", "not a numpy.ndarray"),
        (ROLE + b"I1\nR.", "a call of something other"),
        (b"I1\n(tR.", "a call of something other"),
        (DTYPE + b"(S'O8'\nI0\nI1\ntR.", "array type 'O8'"),
        (DTYPE + b"(S'V99999'\ntR.", "array type"),
        (DTYPE + b"(S'u1,u1'\ntR.", "array type"),
        (DTYPE + b"(]tR.", "array type not a string"),
        (DTYPE + b"(S'u1'\ntR(I3\nS'|'\n(S'f'\ntNNI-1\nI-1\nI0\ntb.", "fields"),
        (DTYPE + b"(S'u1'\ntR(I3\nS'?'\nNNNI-1\nI-1\nI0\ntb.", "byte order"),
        (DTYPE + b"(S'u1'\ntR.", "not itself an array"),
        (ROLE + b".", "not itself an array"),
        (b"]" + ROLE + b"(" + NDARRAY + b"(I0\ntS'b'\ntRa.", "not itself an array"),
        (ROLE + b"}b.", "a state set on"),
        (NDARRAY + b"N}S'__name__'\nI1\ns\x86b.", "a state set on"),
        (b"]}b.", "a state set on"),
        (b"Pid\n.", "instruction PERSID"),
        (b"N\x51.", "instruction BINPERSID"),
        (b"\x82\x01.", "instruction EXT1"),
        (b"\x80\x04\x8f.", "instruction EMPTY_SET"),
        (b"N20.", "instruction DUP"),
        (b"\x80\x05\x96" + struct.pack("<Q", 2**62) + b".", "damaged pickle"),
        (b"\x8b\xff\xff\xff\x7f.", "damaged pickle"),
        (b"}(]I1\nu.", "a key that is not a string"),
        (b"}(I1\nI1\nu.", "a key that is not a string"),
        (b"}(I1\nu.", "not a dict"),
        (b"NI1\na.", "not a list"),
        (b"a.", "without the value it needs"),
        (b"e.", "without its mark"),
        (b"(.", "values at the end"),
        (b"NN.", "2 values at the end"),
        (b".", "0 values at the end"),
        (b"g5\n.", "damaged pickle"),
        (b"\x80\x04]]\x93.", "a global whose name is not text"),
        (b"N.N", "1 bytes after the end"),
        (b"", "damaged pickle.*exhausted"),
        (b"N", "damaged pickle.*exhausted"),
        (b"\xff", "damaged pickle.*unknown"),
    ],
)
def test_refused_instructions(content, words):
    refused(content, words)


def test_a_state_of_the_wrong_size_is_refused(formats):
    content = formats.python2(np.zeros((2, 3072), np.uint8), [0, 1])
    refused(content.replace(b"M\x02\x00M\x00\x0c", b"M\x02\x00M\x00\x0d"), "6144 bytes, not 6656")
    refused(content.replace(b"M\x02\x00M\x00\x0c", b"M\x02\x00J\xff\xff\xff\xff"), "whole numbers")
    refused(content.replace(b"U\x02u1", b"U\x02O8"), "array type 'O8'")


def test_nothing_global_is_changed_by_a_refused_file():
    before = vars(safe_pickle).copy(), np.dtype("u1").byteorder
    refused(ROLE + b"N}S'__defaults__'\nI1\ns\x86b.")
    refused(DTYPE + b"(S'i4'\ntRp1\n(I3\nS'>'\nNNNI-1\nI-1\nI0\ntbg1\n.")
    assert (vars(safe_pickle), np.dtype("u1").byteorder) == before


# --- bombs: small files that would use up memory, time or the stack ---


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"(" * 60_000 + b"t" * 60_000 + b".", "nested more than 20"),
        (b"]" * 60_000 + b"a" * 59_999 + b".", "nested more than 20"),
        (b"]q\x00" + b"h\x00a" + b".", "nested more than 20"),
        (b"}(" + b"(" * 100_000 + b"t" * 100_000 + b"Nu.", "a key that is not a string"),
        (b"]q\x00" + b"h\x00h\x00\x87q\x00" * 60 + b".", "nested more than 20"),
        (b"N0" * 10, "instruction POP"),
        (b"(" + b"N" * 1_000_001 + b"t.", "more than a million"),
        (b"I" + b"9" * 100_000 + b"\n.", "damaged pickle"),
    ],
    ids=["tuples", "lists", "cycle", "key", "shared", "pop", "many", "digits"],
)
def test_bombs(content, words):
    assert len(refused(content, words)) < 500


def test_shared_parts_stay_shared():
    """18 levels of 100 references: 1e36 leaves if they were written out."""
    level = b"(" + b"h\x00" * 100 + b"tq\x00"
    value = load_plain(b"](Nq\x00" + level * 18 + b"e.", "x")[-1]
    for _ in range(18):
        value = value[99]
    assert value is None


def test_a_deep_value_behind_shared_parts_is_refused():
    """Each list is met at depth 1 first, so only its height tells how deep it is."""
    content = (
        b"](]q\x00"
        + b"".join(b"]q" + bytes([k]) + b"h" + bytes([k - 1]) + b"a" for k in range(1, 60))
        + b"e."
    )
    refused(content, "nested more than 20")


def test_twenty_levels_are_fine():
    value = []
    for _ in range(19):
        value = [value]
    assert load_plain(pickle.dumps(value), "x") == value
    refused(pickle.dumps([value]), "nested more than 20")


def test_a_huge_memo_index_takes_no_memory():
    import tracemalloc

    tracemalloc.start()
    try:
        assert load_plain(b"]r\xff\xff\xff\xff.", "x") == []
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


def test_size_limit(monkeypatch):
    monkeypatch.setattr(safe_pickle, "SIZE_LIMIT", 10)
    refused(pickle.dumps("a" * 20), "a pickle of .* bytes; allowed: 10 bytes")


# --- damage ---


@given(st.floats(0, 1, exclude_max=True))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_truncated_anywhere(formats, share):
    content = formats.python2(np.zeros((2, 3072), np.uint8), [3, 1])
    refused(content[: int(share * len(content))])


def test_truncation_is_placed(formats):
    content = formats.python2(np.zeros((2, 3072), np.uint8), [3, 1])
    text = refused(content[:-100])
    assert f"byte {len(content) - 100}" in text and "damaged pickle" in text


def test_an_escape_that_python_does_not_know_is_damage():
    assert "damaged pickle" in refused(b"S'a" + bytes([92]) + b"o'\n.")


SAMPLES = [
    pickle.dumps({"data": np.zeros((2, 3), np.uint8), "labels": [1, (2.5, None)]}, 4),
    pickle.dumps({"a": [1, 2, "text"], "b": (True, {"c": 1.5})}, 0),
    pickle.dumps([os.system, {"x": Call(eval, "1")}], 2),
]


@given(st.sampled_from(SAMPLES), st.data())
@settings(deadline=None, max_examples=400)
def test_changed_bytes_give_a_value_or_a_data_error(sample, data):
    content = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _value_or_refused(bytes(content))


OPCODES = [
    bytes([k])
    for k in b"(.012FIJKLMNPQRSTUVXabcdeghijloqrstu}]){\x80\x81\x82\x85\x86\x87"
    b"\x88\x89\x8a\x8b\x8c\x8f\x90\x91\x93\x94\x95"
]
WORDS = [b"u1\n", b"1\n", b"os\nsystem\n", b"\x00", b"\x01", ROLE, NDARRAY, DTYPE, b"\xff\xff"]


@given(st.lists(st.sampled_from(OPCODES + WORDS), max_size=30))
@settings(deadline=None, max_examples=400)
def test_any_instructions_give_a_value_or_a_data_error(parts):
    _value_or_refused(b"".join(parts))


def _value_or_refused(content):
    with contextlib.suppress(DataError):
        _assert_plain(load_plain(content, "x"))


def _assert_plain(value):
    if isinstance(value, dict):
        assert all(type(key) in (str, bytes) for key in value)
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            _assert_plain(part)
        return
    assert type(value) in (type(None), bool, int, float, str, bytes, np.ndarray)
    assert not isinstance(value, np.ndarray) or value.dtype.kind in "iuf"
