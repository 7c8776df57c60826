"""The examples of a study: how many, which, of which classes, and the same ones in workers."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from stability.errors import DataError, SetupError
from stability.runs.data import Source, source_of
from stability.runs.learners.ridge import Ridge
from stability.runs.study.data_section import DataSection
from stability.runs.study.sections import EvaluationSection
from stability.runs.study.study import Study


def study(points: int | None = None, **data) -> Study:
    return Study(
        data=DataSection(**{"size": 50, "target": ("3",), **data}),
        evaluation=EvaluationSection(size=points),
        learner=Ridge(regularization=1),
    )


def source(points: int | None = None, folder: Path | None = None, **data) -> Source:
    return source_of(study(points, **data), folder)


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """A folder with twenty training and ten test images in the format of MNIST."""
    generator = np.random.default_rng(1)
    (tmp_path / "mnist").mkdir()
    for stem, count in (("train", 20), ("t10k", 10)):
        pixels = generator.integers(0, 256, size=(count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 10
        for name, array in (("images-idx3", pixels), ("labels-idx1", labels)):
            head = struct.pack(f">{array.ndim + 1}I", 2048 + array.ndim, *array.shape)
            path = tmp_path / "mnist" / f"{stem}-{name}-ubyte.gz"
            path.write_bytes(gzip.compress(head + array.tobytes()))
    return tmp_path


def test_digits_are_split_and_the_rest_is_for_testing() -> None:
    parts = source(name="digits").load()
    assert (len(parts.train), len(parts.test)) == (50, 1747)
    fewer = source(points=40, name="digits").load()
    assert fewer.train == parts.train and fewer.test == parts.test.subset(np.arange(40))
    assert source(name="digits", seed=1).load().train != parts.train


def test_mnist_keeps_its_parts(mnist: Path) -> None:
    own = {"name": "mnist", "verify": False}
    parts = source(points=4, folder=mnist, size=15, **own).load()
    assert (len(parts.train), len(parts.test), parts.train.shape) == (15, 4, (28, 28))
    assert len(source(folder=mnist, size=20, **own).load().test) == 10
    with pytest.raises(SetupError, match=r"data.size: found 21; allowed: at most 20"):
        source(folder=mnist, size=21, **own).load()
    with pytest.raises(SetupError, match=r"evaluation.size: found 11; allowed: at most 10"):
        source(points=11, folder=mnist, size=15, **own).load()
    with pytest.raises(DataError, match="SHA-256"):
        source(folder=mnist, size=15, name="mnist").load()


def test_a_file_is_split_too(images: Path) -> None:
    own = {"name": "file", "file": str(images), "largest": 255}
    parts = source(**own, target=("bee",)).load()
    assert (len(parts.train), len(parts.test), parts.train.classes) == (
        50,
        30,
        ("ant", "bee", "cow"),
    )
    assert parts.train.inputs.max() <= 1


def test_two_test_examples_are_needed(images: Path) -> None:
    own = {"name": "file", "file": str(images), "largest": 255, "target": ("bee",)}
    assert len(source(**own, size=78).load().test) == 2
    with pytest.raises(
        SetupError, match="at most 78: there are 80 examples in mine, and 2 at least"
    ):
        source(**own, size=79).load()


@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_file_of_too_few_examples_is_refused(tmp_path: Path, count: int) -> None:
    labels = np.arange(count) % 2
    np.savez(tmp_path / "few.npz", inputs=np.zeros((count, 3)), labels=labels)
    few = source(name="file", file=str(tmp_path / "few.npz"), size=2, target=("1",))
    if count < 4:
        with pytest.raises(
            DataError, match=f"few.npz: found examples: {count}; allowed: 4 at least"
        ):
            few.load()
    else:
        assert len(few.load().train) == 2


def test_paths_are_relative_to_the_run_file_and_data_goes_before_dir(tmp_path: Path) -> None:
    found = source_of(study(name="file", file="a.npz"), None, tmp_path)
    assert found.file == tmp_path / "a.npz"
    inside = study(name="mnist", dir="sets")
    assert source_of(inside, None, tmp_path).folder == tmp_path / "sets"
    assert source_of(inside, tmp_path / "other", tmp_path).folder == tmp_path / "other"
    with pytest.raises(SetupError, match=r"data.dir.*mnist/.*--data DIR"):
        source(name="mnist")


def test_the_problem_has_two_classes_where_there_is_a_target() -> None:
    parts = source(name="digits", target=("3", "8")).load()
    train, test = parts.problem
    assert train.classes == test.classes == ("other", "target")
    assert train.labels.tolist() == np.isin(parts.train.labels, [3, 8]).astype(int).tolist()
    assert parts.ones(parts.test).tolist() == test.labels.tolist()
    assert np.array_equal(train.inputs, parts.train.inputs)


@pytest.mark.parametrize(
    ("target", "words"),
    [(("11",), "Did you mean '1'"), (tuple("0123456789"), "not all"), (("three",), "names of")],
)
def test_wrong_targets_are_told(target: tuple[str, ...], words: str) -> None:
    with pytest.raises(SetupError, match=words) as caught:
        source(name="digits", target=target).load()
    assert caught.value.where == "data.target"


def test_workers_get_the_same_examples_or_say_so(images: Path) -> None:
    own = source(name="file", file=str(images), largest=255, target=("bee",))
    parts = own.load()
    assert own.load_same(parts.fingerprint).train == parts.train
    with pytest.raises(DataError, match="other examples than the run was started with"):
        own.load_same("0" * 64)
