"""Training functions that a run file names: the findings of `measure`, workers, resume, faults."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from stability import measure
from stability.errors import DataError, RunError, SetupError
from stability.runs import parse_run_file
from stability.runs.data import source_of
from stability.runs.learners.training_function import OwnTrainingFunction
from stability.runs.storage import Storage
from stability.runs.tables import learner_words

CODE = """
import numpy as np

def losses(indices, train, test):
    weights = np.ones(len(train)) if train.weights is None else train.weights
    middle = np.average(train.inputs[indices], axis=0, weights=weights[indices])
    return far(train, middle), far(test, middle)

def far(part, middle):
    return ((part.inputs - middle) ** 2).mean(axis=1)

def shuffled(indices, train, test):
    weights = np.random.default_rng(0).exponential(size=len(indices)) ** 4
    middle = (weights @ train.inputs[indices]) / weights.sum()
    return far(train, middle), far(test, middle)

def random(indices, train, test):
    return np.random.rand(len(train)), np.zeros(len(test))

def broken(indices, train, test):
    return far(train, 0.0), far(test, 1 // (len(indices) - 29))

def alone(indices):
    return indices, indices

def column(indices, train, test):
    return far(train, 0.0)[:, None], far(test, 0.0)

def tensors(indices, train, test):
    import torch

    found = (torch.tensor(part) for part in losses(indices, train, test))
    return tuple(part.requires_grad_() for part in found)

def short(indices, train, test):
    return np.zeros(len(indices)), np.zeros(len(test))
"""
RUN = """
data = { name = "wine", size = 30 }
model = { kind = "function", function = "train.py:losses" }
deletion = { indices = [0, 4, 11, 12, 20], placebos = 2 }
evaluation = { size = 20 }
bound = { range = 1e6 }
"""
KEPT = [0, 4, 11, 12, 20]


def pickled(many):
    """`Storage.many` with a function that made the way to another process."""
    return lambda storage, name, tasks, function, **how: many(
        storage, name, tasks, pickle.loads(pickle.dumps(function)), **how
    )


@pytest.fixture
def text(tmp_path: Path) -> str:
    (tmp_path / "train.py").write_text(CODE)
    return RUN


@pytest.fixture
def start(run, tmp_path: Path):
    """Runs a text that stands in a file of the folder of the function."""
    return lambda text, out="out", **how: run(text, out, file=tmp_path / "run.toml", **how)


def test_a_run_file_and_measure_find_the_same(text, start, tmp_path: Path) -> None:
    found, summary = start(text)
    parts = source_of(parse_run_file(text), None).load()
    names: dict = {}
    exec(CODE, names)
    given = measure(
        lambda indices: names["losses"](indices, parts.train, parts.test),
        parts.train, test=parts.test, deletions=KEPT, placebos=2, loss_range=1e6, progress=False,
    )  # fmt: skip
    other = given.findings
    assert found.constants == other.constants and found.gap == other.gap
    assert np.array_equal(found.classes.mean, other.classes.mean, equal_nan=True)
    assert found.influential == other.influential
    assert [(n, b.value) for n, b in found.plug_in] == [(n, b.value) for n, b in other.plug_in]
    assert {b["kind"] for b in summary["bounds"]} == {"estimate"}
    placebos = [f.measured.placebos["order"].changes for f in (found, other)]
    assert np.array_equal(*placebos) and placebos[0].shape == (2, 20)
    assert summary["run"]["model"]["function"] == "train.py:losses"
    assert len(summary["run"]["model"]["function_sha256"]) == 64


def test_workers_and_interruptions_change_no_byte(
    text, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers get the function without its data, as bytes; here one of them is this process."""

    def stop(what: str, done: int, total: int) -> None:
        if what.startswith("training 7 times") and done:
            raise KeyboardInterrupt

    start(text, "one")
    with monkeypatch.context() as other:
        other.setattr(Storage, "alone", False)
        other.setattr(Storage, "many", pickled(Storage.many))
        start(text, "two")
    with pytest.raises(KeyboardInterrupt):
        start(text, "cut", progress=stop)
    start(text, "cut", resume=True)
    one, *others = ((tmp_path / out / "summary.json").read_bytes() for out in ("one", "two", "cut"))
    assert others == [one, one]
    (tmp_path / "train.py").write_text(CODE + "# changed\n")
    with pytest.raises(RunError, match=r"function_sha256.*The folder holds another study"):
        start(text, "one", resume=True)


def test_a_file_that_changes_during_the_run_is_told(text, start, tmp_path: Path) -> None:
    def change(what: str, done: int, total: int) -> None:
        if what.startswith("training 7 times"):
            (tmp_path / "train.py").write_text(CODE + "# other\n")

    with pytest.raises(RunError, match=r"train.py changed while the run was at work"):
        start(text, progress=change)


def test_what_depends_on_the_deleted_example_is_made_again(text, start) -> None:
    """The function gets inputs that are scaled, and weights that balance, without the example."""
    said = 'size = 30, scaling = "standardise", class_weights = "balanced"'
    found, _ = start(text.replace("size = 30", said))
    train, test = (found.parts.train, found.parts.test)

    def losses(without: int | None):
        kept = np.arange(30) if without is None else np.delete(np.arange(30), without)
        scaler = StandardScaler().fit(train.inputs[kept])
        weights = compute_sample_weight("balanced", train.labels[kept])
        middle = np.average(scaler.transform(train.inputs[kept]), axis=0, weights=weights)
        return ((scaler.transform(test.inputs) - middle) ** 2).mean(axis=1)

    for place, deleted in enumerate(KEPT):
        moved = 30 * np.abs(losses(deleted) - losses(None)).mean()
        assert found.summary.row_mean[place] == pytest.approx(moved, rel=1e-12)
    words = learner_words(found)
    assert "again without each deleted one" in words and "whether it uses them is up to" in words


def test_a_placebo_shows_a_measured_order(text, start) -> None:
    many = text.replace("indices = [0, 4, 11, 12, 20], placebos = 2", "count = 12, placebos = 9")
    found, _ = start(many.replace(":losses", ":shuffled"))
    assert "placebo: order" in [mark.what for mark in found.marks]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("train.py:losses", "train.py:lost"), r"model.function .*train.py: found no function 'lo"),
        (("train.py:losses", "none.py:losses"), r"none.py: found no readable file"),
        (("train.py:losses", "train.losses"), r"model.function: found 'train.losses'; allowed: FI"),
        (("range = 1e6", ""), r"bound.range: found nothing, for losses of your own"),
        ((":losses", ":random"), r"training twice on everything: .*same bit for bit"),
        ((":losses", ":broken"), r"ZeroDivisionError.*train.py, line \d+.*after training without"),
        ((":losses", ":alone"), r"takes 1 positional argument but 3 were given.*\(30,\) at all"),
        ((":losses", ":column"), r"shapes \(30, 1\) and \(20,\).*of a column \(m, 1\) its ravel"),
        ((":losses", ":short"), r"training without 0: .*shapes \(29,\) and \(20,\).*\(30,\)"),
        (("placebos", "convention = 'null-step', placebos"), r"'function' 'retrain'"),
    ],
)
def test_what_is_no_training_function_is_told(change, words, text, start) -> None:
    with pytest.raises((SetupError, DataError, RunError), match=words):
        start(text.replace(*change))


def test_tensors_with_gradients_are_losses(text, start) -> None:
    one, other = (
        start(text.replace(":losses", f":{name}"), name)[0] for name in ("losses", "tensors")
    )
    assert one.constants == other.constants


def test_only_a_learner_that_read_its_file_can_run(text) -> None:
    learner = parse_run_file(text).learner
    with pytest.raises(SetupError, match=r"model.function: found a name that nobody has read"):
        learner.measure(None)  # type: ignore[arg-type]
    assert "(indices, train, test)" in OwnTrainingFunction.allowed
