"""One name per data set; nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

from stability.datasets import SOURCES, load, load_digits, load_mnist
from stability.datasets.sources.catalogue import folders
from stability.errors import DataError, SetupError
from stability.runs.study.data_section import DataSection


def test_digits_need_no_folder():
    assert load("digits") == load_digits()
    assert load("digits", "nowhere", "all", dtype="float32") == load_digits(dtype="float32")
    assert (load("digits", dtype="float32").inputs == load("digits").inputs).all()


def test_mnist_and_cifar_are_found_in_the_folder(tmp_path, tiny_mnist):
    tiny_mnist(tmp_path)
    assert load("mnist", tmp_path, verify=False) == load_mnist(tmp_path, verify=False)
    pooled = load("mnist", str(tmp_path), "all", dtype="float32", verify=False)
    assert len(pooled) == 10 and pooled.inputs.dtype == "float32"
    with pytest.raises(DataError, match="published"):
        load("mnist", tmp_path)
    with pytest.raises(DataError, match="cifar-10: found none of the published files"):
        load("cifar-10", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("minst",),
            "found 'minst'; allowed: digits, mnist, cifar-10, geomnist, iris, wine, .*. Did",
        ),
        (("CIFAR10",), "Did you mean 'cifar-10'"),
        ((["mnist"],), "allowed: digits, mnist, cifar-10"),
        (("mnist",), r"mnist.directory: found nothing; allowed: the folder that holds mnist/"),
        (("cifar-10",), "the folder that holds cifar-10/"),
        (("digits", None, "train"), "digits.part: found 'train'; allowed: all"),
        (("mnist", "data", "training"), "mnist.part: found 'training'.*Did you mean 'train'"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(SetupError, match=words):
        load(*arguments)


@pytest.fixture
def published(tmp_path, tiny_mnist, tiny_cifar, formats):
    """A data folder with a few images of every source that needs one."""
    tiny_mnist(tmp_path)
    folder = tmp_path / "cifar-10" / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    for name, (pixels, labels) in tiny_cifar.items():
        (folder / f"{name}.bin").write_bytes(formats.binary(pixels, labels))
    return tmp_path


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_what_it_declares(name, published):
    source = SOURCES[name]
    for part in source.parts:
        for dtype in ("float64", "float32"):
            data = load(name, published, part, dtype=dtype, verify=False)
            assert data.inputs.dtype == dtype
            for what in ("shape", "classes", "range"):
                assert getattr(data, what) == getattr(source, what), what
            assert data.range is None or data.range.by == "the source"
            assert data.rows.tolist() == list(range(len(data)))
            assert data.name.startswith(name)
    assert source.has_test_part == (name in ("mnist", "cifar-10", "geomnist"))
    assert (source.folder is None) == (name not in ("mnist", "cifar-10"))
    values = f"{len(source.classes)} classes" if source.classes else "real targets"
    assert values in source.description


def test_the_list_cannot_be_changed_and_run_files_follow_it():
    with pytest.raises(TypeError):
        SOURCES["new"] = SOURCES["digits"]
    for name in SOURCES:
        assert DataSection(name=name, size=2).name == name
    with pytest.raises(
        SetupError, match="'geomnist', 'iris', 'wine', 'breast-cancer', 'diabetes', 'file'"
    ):
        DataSection(name="new", size=2)
    assert folders() == "mnist/ and cifar-10/"


CODE = """
import sys
from stability.datasets import load, from_loader
load("digits")
print(sorted({"torch", "sklearn", "matplotlib", "cvxpy"} & set(sys.modules)))
import sklearn
print("sklearn" in sys.modules)
"""


def test_the_import_is_light():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]
