"""Functions of the indices, torch loaders and data sets through `stability.measure`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch.utils.data import DataLoader, TensorDataset

from stability import measure
from stability.datasets import from_arrays, from_examples
from stability.errors import DataError, RunError, SetupError
from stability.estimate import measure_training
from stability.runs import report_training
from stability.runs.data import Parts
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.training import Recipe

NUMBERS = np.random.default_rng(4)
X = NUMBERS.normal(size=(40, 2))
CLASS = (X[:, 0] > 0).astype(int)
Y = 2 * X[:, 0] - X[:, 1] + 0.25
TEST = (X[30:], CLASS[30:])
calls: list[int] = []


def centroids(indices):
    """Squared distance to the mean of the class, of training and of test points."""
    calls.append(len(indices))
    kept = np.asarray(indices)
    means = np.stack([X[kept][CLASS[kept] == k].mean(axis=0) for k in (0, 1)])
    losses = ((X - means[CLASS]) ** 2).sum(axis=1)
    return losses[:30], losses[30:]


def shuffled(indices):
    """What moves is the order of the examples, not which they are."""
    weights = np.random.default_rng(0).exponential(size=len(indices)) ** 4
    mean = (weights @ X[indices]) / weights.sum()
    losses = ((X - mean) ** 2).sum(axis=1)
    return losses[:30], losses[30:]


HOW = {"test": TEST, "loss_range": 20, "deletions": [0, 3, 8], "placebos": 2, "progress": False}


def test_a_function_gives_the_findings_of_report_training(tmp_path: Path) -> None:
    found = measure(centroids, X[:30], CLASS[:30], **HOW)
    direct = measure_training(centroids, 30, [0, 3, 8], loss_range=20, placebos=2)
    train, test = from_arrays(X[:30], CLASS[:30]), from_arrays(*TEST)
    other = report_training(
        direct, train, test, tmp_path / "other", algorithm=EmpiricalRiskMinimizer(regularization=1)
    )
    for one, two in zip(found.findings.constants, other.constants, strict=True):
        assert one == two
    placebo = found.findings.measured.placebos["order"]
    assert (placebo.changes == direct.placebos).all()
    assert np.array_equal(found.findings.classes.mean, other.classes.mean, equal_nan=True)
    assert [e.row for e in found.findings.influential] == [e.row for e in other.influential]
    assert {b.kind.value for _, b in found.findings.plug_in} == {"estimate"}
    assert "training function of your own" in repr(found)
    page = found.report(tmp_path / "page.html").read_text()
    assert "another order of the same examples" in page and "Who moves whom" in page


def test_a_function_goes_on_where_it_stopped(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)

    def stops(indices):
        if len(calls) == 4:
            raise KeyboardInterrupt
        return centroids(indices)

    def again(indices):
        return centroids(indices)

    again.__qualname__ = stops.__qualname__ = "training"
    calls.clear()
    many = HOW | {"deletions": list(range(6)), "placebos": 0}
    with pytest.raises(KeyboardInterrupt):
        measure(stops, X[:30], CLASS[:30], out=tmp_path, **many)
    calls.clear()
    found = measure(again, X[:30], CLASS[:30], out=tmp_path, resume=True, **many)
    assert calls == [29] * 6 + [30]  # the training on everything was kept
    calls.clear()
    assert measure(again, X[:30], CLASS[:30], out=tmp_path, resume=True, **many).out == tmp_path
    assert calls == []
    assert found.findings.constants == measure(again, X[:30], CLASS[:30], **many).findings.constants
    with pytest.raises(RunError):
        measure(again, X[:30], CLASS[:30], out=tmp_path, **(many | {"deletions": [1]}))


def test_a_placebo_shows_a_measured_order(monkeypatch) -> None:
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)
    found = measure(shuffled, X[:30], CLASS[:30], **(HOW | {"deletions": 20, "placebos": 10}))
    assert "placebo: order" in [mark.what for mark in found.findings.marks]


@pytest.mark.parametrize(
    ("function", "changes", "words"),
    [
        (centroids, {"test": None}, "test: found nothing beside a training function"),
        (centroids, {"loss_range": None}, "loss_range: found nothing, for losses of your own"),
        (centroids, {"scaling": "standardise"}, "nothing beside a function, which does it"),
        (centroids, {"test": (X[31:], CLASS[31:])}, r"shapes \(30,\) and \(10,\).*\(9,\)"),
        (lambda i: (np.random.rand(30), np.zeros(10)), {}, "same bit for bit"),  # noqa: NPY002
        (lambda i: 1 / 0, {}, "ZeroDivisionError"),
    ],
)
def test_what_is_no_training_function_is_told(function, changes, words) -> None:
    with pytest.raises((SetupError, DataError), match=words):
        measure(function, X[:30], CLASS[:30], **(HOW | changes))


def test_torch_loaders_and_data_sets_give_the_numbers_of_arrays(monkeypatch) -> None:
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)
    recipe = Recipe(step_size=0.1, epochs=1, batch_size=10)
    how = {"deletions": [0, 3], "placebos": 0, "progress": False, "test_fraction": 0.4}
    arrays = measure(recipe, X, CLASS, **how)
    held = TensorDataset(torch.tensor(X), torch.tensor(CLASS))
    for given in (held, DataLoader(held, batch_size=7), from_arrays(X, CLASS)):
        found = measure(recipe, given, **how)
        assert found.findings.constants == arrays.findings.constants
        assert len(found.findings.parts.test) == 16
    real = TensorDataset(torch.tensor(X), torch.tensor(Y))
    one, other = (
        measure(LinearRegression(), *given, deletions=[0, 3], loss_range=9, progress=False)
        for given in ((X, Y), (DataLoader(real, batch_size=9),))
    )
    assert one.findings.constants == other.findings.constants
    assert one.findings.parts.train.targets is not None
    whole = {"deletions": [1], "test_fraction": None}
    both = measure(recipe, held, test=held, **(how | whole))
    assert both.findings.parts.test == both.findings.parts.train
    with pytest.raises(SetupError, match="y: found nothing beside an array"):
        measure(recipe, X, **how)
    with pytest.raises(DataError, match=r"example 0.*a pair"):
        from_examples([1.0, 2.0])
    with pytest.raises(DataError, match="another one in the second pass"):
        measure(recipe, DataLoader(held, batch_size=7, shuffle=True), **how)
    assert isinstance(Parts(both.findings.parts.train, both.findings.parts.test).fingerprint, str)
