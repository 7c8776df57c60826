"""One name per data set; nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

from stability.datasets import SOURCES, load, load_digits, load_mnist
from stability.errors import DataError, SetupError


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
        (("minst",), "found 'minst'; allowed: digits, mnist, cifar-10. Did you mean 'mnist'"),
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


def test_every_source_says_what_it_is():
    for name, source in SOURCES.items():
        assert source.content and source.parts and (source.folder is None) == (name == "digits")
    with pytest.raises(TypeError):
        SOURCES["new"] = source


CODE = """
import sys
from stability.datasets import load, from_loader
early = {"torch", "sklearn", "matplotlib", "cvxpy"} & set(sys.modules)
load("digits")
print(sorted(early), "sklearn" in sys.modules)
"""


def test_the_import_is_light():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]
