"""CIFAR-10 from small files in each published form, and everything a bad archive can be."""

import hashlib
import io
import lzma
import os
import pickle
import posix
import tarfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stability.datasets import load_cifar10
from stability.datasets.formats import archive as _archive
from stability.datasets.formats.checksums import PUBLISHED
from stability.datasets.sources.cifar10 import FORMS
from stability.errors import DataError, SetupError

TRAIN = [f"data_batch_{k}" for k in range(1, 6)]
BINARY, PYTHON = "cifar-10-batches-bin", "cifar-10-batches-py"


def files(formats, batches, form):
    """Name in the archive -> content, for one of the two published forms."""
    if form == BINARY:
        return {f"{BINARY}/{n}.bin": formats.binary(*b) for n, b in batches.items()}
    return {f"{PYTHON}/{n}": formats.python2(*b) for n, b in batches.items()}


def archive(path, content, mode="w:xz"):
    """A tar archive; an entry is bytes or a finished TarInfo."""
    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, mode) as out:
        for name, value in content:
            if isinstance(value, tarfile.TarInfo):
                out.addfile(value)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(value)
            out.addfile(entry, io.BytesIO(value))


def write(directory, formats, batches, place):
    """One of the FORMS in DIR/cifar-10."""
    root = directory / "cifar-10"
    form = PYTHON if "py" in place else BINARY
    content = files(formats, batches, form)
    if place == "cifar-10.tar.xz":  # the archive with both forms, interleaved
        content = {**files(formats, batches, PYTHON), **content, f"{BINARY}/readme.html": b"<p>"}
        content = {name: content[name] for name in sorted(content, key=lambda n: n[-7:])}
    if "." in place:
        archive(root / place, content.items(), "w:xz" if place.endswith("xz") else "w:gz")
    else:
        (root / place).mkdir(parents=True)
        for name, data in content.items():
            (root / name).write_bytes(data)
    return root / place


@pytest.fixture(params=[form.place for form in FORMS])
def place(request):
    """Each of the five places where CIFAR-10 can lie."""
    return request.param


def test_values_and_order(tmp_path, formats, tiny_cifar, place):
    write(tmp_path, formats, tiny_cifar, place)
    before = sorted(tmp_path.rglob("*"))
    train = load_cifar10(tmp_path, dtype="float32", verify=False)
    pixels = np.vstack([tiny_cifar[name][0] for name in TRAIN])
    assert train.inputs.dtype == np.float32 and train.inputs.shape == (9, 3072)
    assert np.array_equal(train.inputs, (pixels / 255).astype(np.float32))
    assert train.labels.tolist() == [k for name in TRAIN for k in tiny_cifar[name][1]]
    assert train.shape == (3, 32, 32) and train.classes[3] == "cat"
    test = load_cifar10(tmp_path, "test", verify=False)
    assert np.array_equal(test.inputs, tiny_cifar["test_batch"][0] / 255)
    both = load_cifar10(tmp_path, "all", verify=False)
    assert np.array_equal(both.inputs[9:], test.inputs) and len(both) == 13
    assert sorted(tmp_path.rglob("*")) == before  # nothing was unpacked


def test_checksums_come_first(tmp_path, formats, tiny_cifar, place, monkeypatch):
    write(tmp_path, formats, tiny_cifar, place)
    name = "data_batch_1" + ("" if "py" in place else ".bin")
    with pytest.raises(DataError) as caught:
        load_cifar10(tmp_path)
    assert "another file than the published one" in str(caught.value)
    assert name in caught.value.where and PUBLISHED[name] in caught.value.allowed
    for form in (BINARY, PYTHON):
        for path, content in files(formats, tiny_cifar, form).items():
            digest = hashlib.sha256(content).hexdigest()
            monkeypatch.setitem(PUBLISHED, os.path.basename(path), digest)
    assert len(load_cifar10(tmp_path)) == 9


def test_the_safer_form_is_preferred(tmp_path, formats, tiny_cifar):
    write(tmp_path, formats, tiny_cifar, BINARY)
    (tmp_path / "cifar-10" / PYTHON).mkdir()  # empty: reading it would fail
    assert len(load_cifar10(tmp_path, verify=False)) == 9


@pytest.mark.parametrize("verify", [True, False])
def test_a_pickle_that_tries_to_run_code(tmp_path, formats, tiny_cifar, verify):
    folder = write(tmp_path, formats, tiny_cifar, PYTHON)
    ran = tmp_path / "ran"
    (folder / "data_batch_3").write_bytes(pickle.dumps({"data": _Touch(ran), "labels": [1]}))
    if verify:  # the first file is not the published one either
        (folder / "data_batch_1").write_bytes((folder / "data_batch_3").read_bytes())
    with pytest.raises(DataError) as caught:
        load_cifar10(tmp_path, verify=verify)
    assert "the global posix.system, which a pickle could use to run code" in str(caught.value)
    assert f"data_batch_{1 if verify else 3}" in caught.value.where
    assert ("another file than the published one" in str(caught.value)) == verify
    assert not ran.exists()
    pickle.loads((folder / "data_batch_3").read_bytes())  # what would have happened
    assert ran.exists()


class _Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return posix.system, (f"touch {self.path}",)


def entries(**changes):
    """A batch as Python 3 would pickle it, or one with a fault."""
    data = np.zeros((2, 3072), np.uint8)
    return pickle.dumps({k: v for k, v in ({"data": data, "labels": [1, 2]} | changes).items()}, 4)


def test_batches_pickled_again_by_python_3(tmp_path, formats, tiny_cifar):
    folder = write(tmp_path, formats, tiny_cifar, PYTHON)
    (folder / "test_batch").write_bytes(entries())
    assert load_cifar10(tmp_path, "test", verify=False).labels.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps([1, 2]), "no entry 'data'.*a dict"),
        (pickle.dumps({"data": 1}), "no entry 'labels'"),
        (entries(data=None), r"data: found a value of type NoneType"),
        (entries(data=[1, 2]), r"data: found a value of type list; allowed: bytes"),
        (entries(data=np.zeros((2, 3071), np.uint8)), r"uint8 of shape \(2, 3071\)"),
        (entries(data=np.zeros((2, 3072), np.float32)), "an array of float32"),
        (entries(data=np.zeros((0, 3072), np.uint8)), r"shape \(0, 3072\)"),
        (entries(data=np.zeros(3072, np.uint8)), r"shape \(3072,\)"),
        (entries(labels=[1]), "found 1 labels for 2 images"),
        (entries(labels=np.array([1, 2])), "found no list for 2 images"),
        (entries(labels=[1, 10]), "labels, row 1: found the label 10"),
        (entries(labels=[-1, 0]), "labels, row 0: found the label -1"),
        (entries(labels=[1, 2.0]), "found the label 2.0"),
        (entries(labels=[True, 2]), "a label of type bool"),
        (entries(labels=[1, [[]]]), "a label of type list"),
    ],
)
def test_bad_python_batches(tmp_path, formats, tiny_cifar, content, words):
    folder = write(tmp_path, formats, tiny_cifar, PYTHON)
    (folder / "test_batch").write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        load_cifar10(tmp_path, "test", verify=False)
    assert str(folder / "test_batch") in caught.value.where


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "data_batch_2.bin, byte 0: found an empty file"),
        (bytes(3072), r"byte 0: found the end of the file after 3072 bytes of a record.*3073"),
        (bytes(3073 * 2 + 5), "byte 6146: found the end of the file after 5 bytes"),
        (bytes(3073) + b"\x0a" + bytes(3072), r"byte 3073: found the label 10; allowed.*0 to 9"),
    ],
)
def test_bad_binary_batches(tmp_path, formats, tiny_cifar, content, words):
    (write(tmp_path, formats, tiny_cifar, BINARY) / "data_batch_2.bin").write_bytes(content)
    with pytest.raises(DataError, match=words):
        load_cifar10(tmp_path, verify=False)


def test_a_missing_batch_is_named(tmp_path, formats, tiny_cifar, place):
    less = {name: batch for name, batch in tiny_cifar.items() if name != "data_batch_4"}
    write(tmp_path, formats, less, place)
    with pytest.raises(DataError, match="data_batch_4"):
        load_cifar10(tmp_path, verify=False)


def test_nothing_there(tmp_path):
    with pytest.raises(DataError, match=r"found none of the published files.*cifar-10.tar.xz"):
        load_cifar10(tmp_path)
    with pytest.raises(SetupError, match=r"cifar-10\.part"):
        load_cifar10(tmp_path, "validation")


def special(name, kind, target=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


FIRST = f"{BINARY}/data_batch_1.bin"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (tarfile.SYMTYPE, "a link"),
        (tarfile.LNKTYPE, "a link"),
        (tarfile.DIRTYPE, "not a plain file"),
        (tarfile.FIFOTYPE, "not a plain file"),
        (tarfile.CHRTYPE, "not a plain file"),
        (tarfile.CONTTYPE, "not a plain file"),
    ],
)
def test_links_and_devices(tmp_path, kind, words):
    entry = special(FIRST, kind, "/etc/passwd")
    archive(tmp_path / "cifar-10" / "cifar-10.tar.xz", [(FIRST, entry)])
    with pytest.raises(DataError, match=f"data_batch_1.bin: found a member that is {words}"):
        load_cifar10(tmp_path, verify=False)


def test_unwanted_members_are_harmless(tmp_path, formats, tiny_cifar):
    outside = tmp_path / "outside"
    content = [
        ("../outside", b"escaped"),
        (str(outside), b"escaped"),
        ("link", special("link", tarfile.SYMTYPE, "/etc/passwd")),
        *files(formats, tiny_cifar, BINARY).items(),
    ]
    archive(tmp_path / "cifar-10" / "cifar-10.tar.xz", content)
    assert len(load_cifar10(tmp_path, "all", verify=False)) == 13
    assert not outside.exists()


def test_a_name_twice(tmp_path, formats, tiny_cifar):
    content = list(files(formats, tiny_cifar, BINARY).items())
    archive(tmp_path / "cifar-10" / "cifar-10.tar.xz", [content[0], *content])
    with pytest.raises(DataError, match="the same name twice"):
        load_cifar10(tmp_path, verify=False)


def test_sparse_members_are_refused(tmp_path):
    """A sparse file of some bytes claims to be large; pax headers say so."""
    entry = tarfile.TarInfo(FIRST)
    entry.size = 512
    entry.pax_headers = {"GNU.sparse.map": "0,512", "GNU.sparse.size": "3073000000"}
    path = tmp_path / "cifar-10" / "cifar-10.tar.xz"
    path.parent.mkdir()
    with tarfile.open(path, "w:xz", format=tarfile.PAX_FORMAT) as out:
        out.addfile(entry, io.BytesIO(bytes(512)))
    with pytest.raises(DataError, match="not a plain file"):
        load_cifar10(tmp_path, verify=False)


def test_size_bombs(tmp_path, formats, tiny_cifar, monkeypatch):
    path = tmp_path / "cifar-10" / "cifar-10.tar.xz"
    archive(path, [("zeros", bytes(3 << 20)), *files(formats, tiny_cifar, BINARY).items()])
    assert path.stat().st_size < 200_000
    monkeypatch.setattr(_archive, "CONTENT_LIMIT", 1 << 20)
    with pytest.raises(
        DataError, match="byte 1048576 after decompression: found more than 1048576"
    ):
        load_cifar10(tmp_path, verify=False)


def test_a_member_that_is_too_large(tmp_path):
    entry = special(FIRST, tarfile.REGTYPE)
    entry.size = 65 << 20
    path = tmp_path / "cifar-10" / "cifar-10.tar.xz"
    path.parent.mkdir()
    path.write_bytes(lzma.compress(entry.tobuf(tarfile.PAX_FORMAT)))
    with pytest.raises(DataError, match=r"a member of 68157440 bytes; allowed: at most 67108864"):
        load_cifar10(tmp_path, verify=False)


def test_many_entries(tmp_path):
    archive(tmp_path / "cifar-10" / "cifar-10.tar.xz", [(f"f{k}", b"") for k in range(1001)])
    with pytest.raises(DataError, match="more than 1000 entries"):
        load_cifar10(tmp_path, verify=False)


NOISE = np.random.default_rng(3).bytes(2048)


def headers_without_end():
    """Thousands of headers that only announce the next one: tarfile goes a level deeper each."""
    entry = special("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    entry.size = 1
    return (entry.tobuf(tarfile.GNU_FORMAT) + b"a".ljust(512, b"\0")) * 3000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no tar archive",
        bytes(512),
        bytes(10240),
        NOISE,
        headers_without_end(),
    ],
    ids=["empty", "text", "zeros", "end-of-archive", "noise", "headers"],
)
def test_things_that_are_no_archive(tmp_path, content):
    path = tmp_path / "cifar-10" / "cifar-10.tar.xz"
    path.parent.mkdir()
    for data in (content, lzma.compress(content)):
        path.write_bytes(data)
        with pytest.raises(DataError, match=r"cifar-10\.tar\.xz"):
            load_cifar10(tmp_path, verify=False)


@pytest.fixture(scope="module")
def packed(tmp_path_factory, formats, tiny_cifar):
    """The bytes of two valid archives, and a folder for damaged ones."""
    folder = tmp_path_factory.mktemp("archives")
    content = {
        name: write(folder, formats, tiny_cifar, name).read_bytes()
        for name in ("cifar-10.tar.xz", "cifar-10-python.tar.gz")
    }
    for name in content:
        (folder / "cifar-10" / name).unlink()
    return folder, content


@pytest.mark.parametrize("name", ["cifar-10.tar.xz", "cifar-10-python.tar.gz"])
@given(share=st.floats(0, 1, exclude_max=True))
@settings(suppress_health_check=[HealthCheck.differing_executors], deadline=None, max_examples=60)
def test_truncated_archives(packed, name, share):
    folder, content = packed
    whole = content[name]
    path = folder / "cifar-10" / name
    path.write_bytes(whole[: int(share * len(whole))])
    try:
        with pytest.raises(DataError, match=name):
            load_cifar10(folder, "all", verify=False)
    finally:
        path.unlink()


@pytest.mark.parametrize("name", ["cifar-10.tar.xz", "cifar-10-python.tar.gz"])
@given(share=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
@settings(suppress_health_check=[HealthCheck.differing_executors], deadline=None, max_examples=60)
def test_damaged_archives_give_an_error_or_the_data(packed, tiny_cifar, name, share, flip):
    folder, content = packed
    damaged = bytearray(content[name])
    damaged[int(share * len(damaged))] ^= flip
    path = folder / "cifar-10" / name
    path.write_bytes(damaged)
    try:
        data = load_cifar10(folder, "test", verify=False)
    except DataError as fault:
        assert name in str(fault)
    else:  # a part that carries nothing, such as the time in the gzip header
        assert np.array_equal(data.inputs, tiny_cifar["test_batch"][0] / 255)
    finally:
        path.unlink()


def test_without_checksums_the_archive_is_read_to_its_end(tmp_path, formats, tiny_cifar):
    """The check of the compression stands at the end, long after the last batch."""
    path = tmp_path / "cifar-10" / "cifar-10.tar.xz"
    extra = np.random.default_rng(8).bytes(3 << 20)
    archive(path, [*files(formats, tiny_cifar, BINARY).items(), ("extra", extra)])
    assert len(load_cifar10(tmp_path, "all", verify=False)) == 13
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"after decompression: found data that cannot be read"):
        load_cifar10(tmp_path, "all", verify=False)


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_tar_headers_of_any_content(tmp_path_factory, data):
    """Uncompressed tar, so that the damage reaches the tar reader itself."""
    folder = tmp_path_factory.mktemp("tar")
    path = folder / "cifar-10" / "cifar-10.tar.xz"
    archive(path, [("a", b"1"), (FIRST, bytes(3073))], "w")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, 2047))] = data.draw(st.integers(0, 255))
    for start in (0, 1024):  # a valid checksum, so that the fields are believed
        if data.draw(st.booleans()):
            block = bytearray(content[start : start + 512])
            block[148:156] = b" " * 8
            content[start + 148 : start + 156] = b"%06o\0 " % sum(block)
    path.write_bytes(content)
    with pytest.raises(DataError):  # four batches are missing in any case
        load_cifar10(folder, verify=False)
