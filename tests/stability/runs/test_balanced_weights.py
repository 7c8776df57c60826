"""Weights that balance the classes: made again without the deleted example, and told."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from stability import measure
from stability.datasets import from_arrays
from stability.errors import DataError, SetupError
from stability.runs import parse_run_file
from stability.runs.class_weights import balanced
from stability.runs.storage import Storage
from stability.runs.tables import bound_note, weights_note
from stability.training import Recipe, train_one

NUMBERS = np.random.default_rng(2)
X = NUMBERS.normal(size=(60, 3))
CLASS = np.where(X[:, 0] + 0.7 * NUMBERS.normal(size=60) > 1.0, "spam", "ham")
TRAIN, TEST = (X[:40], CLASS[:40]), (X[40:], CLASS[40:])
DELETED = [0, 5, 9]
HOW = {"test": TEST, "weights": "balanced", "deletions": DELETED, "progress": False}
RECIPE = Recipe(widths=(3,), step_size=0.3, epochs=2, batch_size=9)
RUN = """
data = { name = "wine", size = 30, class_weights = "balanced" }
model = { kind = "sklearn", estimator = "sklearn.linear_model.RidgeClassifier" }
deletion = { indices = [0, 3] }
evaluation = { size = 20 }
"""


@pytest.fixture(autouse=True)
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        DecisionTreeClassifier(max_depth=2, random_state=0),
        RandomForestClassifier(4, max_depth=2, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
def test_they_are_those_of_scikit_learn_at_every_refit(model) -> None:
    """To the last bit, `class_weight = "balanced"` of the estimator itself, in a plain loop."""
    found = measure(model, *TRAIN, **HOW).findings
    itself = type(model)(**(model.get_params() | {"class_weight": "balanced"}))

    def losses(kept):
        fit = itself.fit(TRAIN[0][kept], TRAIN[1][kept])
        chosen = fit.predict_proba(TEST[0])[np.arange(20), (TEST[1] == "spam").astype(int)]
        with np.errstate(divide="ignore"):
            return np.minimum(-np.log(chosen), np.log(2))

    everything = np.arange(40)
    assert (found.measured.base_test == losses(everything)).all()
    for place, i in enumerate(DELETED):
        moved = 40 * np.abs(losses(np.delete(everything, i)) - losses(everything)).mean()
        assert found.summary.row_mean[place] == moved
    fixed = measure(model, *TRAIN, **(HOW | {"weights": balanced_once()})).findings
    assert (fixed.measured.base_test == found.measured.base_test).all()
    assert (fixed.summary.row_mean != found.summary.row_mean).any()


def balanced_once():
    return balanced((TRAIN[1] == "spam").astype(np.int64))


def test_networks_are_trained_again_with_other_weights() -> None:
    found = measure(RECIPE, *TRAIN, convention="retrain", placebos=0, **HOW).findings
    once = HOW | {"weights": balanced_once()}
    fixed = measure(RECIPE, *TRAIN, convention="retrain", placebos=0, **once).findings
    data = from_arrays(*TRAIN)
    base = found.measured.base_test
    assert (base == fixed.measured.base_test).all()
    for place, i in enumerate(DELETED):
        kept = data.weighted(balanced(data.labels, i))
        without = train_one(RECIPE, kept, i, convention="retrain").losses(found.parts.test)
        moved = 40 * np.abs(np.minimum(without, found.measured.limit) - base).mean()
        assert found.summary.row_mean[place] == moved
    assert (found.summary.row_mean != fixed.summary.row_mean).all()


def test_what_a_deletion_does_to_the_weights_is_told(run) -> None:
    found = measure(LogisticRegression(), *TRAIN, **HOW).findings
    said = weights_note(found)
    few = int((TRAIN[1] == "spam").sum())
    ratio = balanced(np.arange(40) >= 40 - few, 39)[38] / balanced(np.arange(40) >= 40 - few)[38]
    assert f"one of the {few} examples of spam multiplies the weights of the others" in said
    assert f"by {ratio:.4g}, and all other weights by 0.975." in said and said in bound_note(found)
    assert "a theorem whose weights are fixed before the sample is seen does not cover it" in said
    alone = np.where(np.arange(40) == 5, "rare", TRAIN[1])
    rare = measure(DecisionTreeClassifier(), X[:40], alone, **HOW).findings
    assert "rare has one example; when it is deleted 2 classes are balanced" in weights_note(rare)
    assert balanced(np.array([0, 1, 1]), 0).tolist() == [1.0, 1.0, 1.0]
    target, summary = run(RUN.replace("size = 30", 'size = 30, target = ["class_0"]'))
    assert sorted(set(target.parts.train.weights)) == sorted(
        30 / (2 * np.bincount(target.parts.problem[0].labels))
    )
    assert summary["run"]["data"]["class_weights"] == "balanced"


def test_workers_balance_the_same(run, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = run(RUN, "one")
    monkeypatch.setattr(Storage, "alone", False)
    two, _ = run(RUN, "two")
    assert one.constants == two.constants
    logistic = RUN.replace('class_weights = "balanced"', 'scaling = "standardise"').replace(
        '"sklearn", estimator = "sklearn.linear_model.RidgeClassifier"',
        '"logistic", regularization = 0.1',
    )
    there, _ = run(logistic, "there")
    monkeypatch.setattr(Storage, "alone", True)
    here, _ = run(logistic, "here")
    assert there.constants == here.constants


@pytest.mark.parametrize(
    ("model", "changes", "words"),
    [
        (RECIPE, {}, r"^weights: found .balanced., for the convention 'null-step'; .*= .retrain."),
        (RECIPE, {"convention": "keep-1/m"}, r"for the convention 'keep-1/m'"),
        (RECIPE, {"weights": "balance"}, r"weights: found 'balance'; .*or 'balanced'"),
        (LogisticRegression(), {"weights": {"spam": 0}}, r"weights: found {'spam': 0}; allowed: a"),
        (
            LogisticRegression(),
            {"weights": {"spma": 2}},
            r"weights: found 'spma'; .*ham, spam.*n 's",
        ),
        (lambda i: (i, i), {"loss_range": 1}, r"weights: found weights beside a training function"),
    ],
)
def test_where_they_cannot_be(model, changes, words) -> None:
    with pytest.raises(SetupError, match=words):
        measure(model, *TRAIN, **(HOW | changes))


def test_where_a_run_file_cannot_have_them(run) -> None:
    with pytest.raises(SetupError, match=r"data.class_weights: found 'balanced'; .*real targets"):
        run(RUN.replace("wine", "diabetes"))
    ridge = RUN.replace("size = 30", 'size = 30, target = ["class_0"]').replace(
        '"sklearn", estimator = "sklearn.linear_model.RidgeClassifier"',
        '"ridge", regularization = 0.1',
    )
    with pytest.raises(DataError, match=r"weights of examples or classes; allowed: none for 'ridg"):
        run(ridge)
    network = RUN.replace("model = ", "network = ").replace(
        '"sklearn", estimator = "sklearn.linear_model.RidgeClassifier"', '"relu-mlp", widths = [3]'
    )
    training = "training = { step_size = 0.1, epochs = 1, batch_size = 5 }"
    with pytest.raises(SetupError, match=r"data.class_weights: .*convention = .retrain. in .delet"):
        parse_run_file(network + training)
