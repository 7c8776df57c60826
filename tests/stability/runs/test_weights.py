"""Weights of examples and classes, shares for testing, scaling that is fitted again or fixed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.nn.functional import cross_entropy

from stability import measure
from stability.datasets import Columns, Dataset, from_frame
from stability.errors import DataError, SetupError
from stability.estimate import measure_influence
from stability.runs import parse_run_file
from stability.runs.learners.network import recipe_of
from stability.runs.learners.network_training import NetworkTraining
from stability.runs.tables import bound_note, learner_words, weights_note
from stability.training import Recipe, train_batched, train_one

NUMBERS = np.random.default_rng(2)
X = NUMBERS.normal(size=(60, 3)) * [1.0, 5.0, 0.2] + 3.0
LABEL = np.where(X[:, 0] + 0.3 * NUMBERS.normal(size=60) > 4.0, "spam", "ham")
HOW = {"step_size": 0.1, "epochs": 2, "batch_size": 7}
RUN = """
data = { name = "file", file = "FOLDER/mail.csv", size = 40, labels = "kind", features = ["a", \
"b", "c"] }
network = { kind = "relu-mlp", widths = [4] }
training = { step_size = 0.1, epochs = 2, batch_size = 7, together = false }
deletion = { indices = [0, 9], placebos = 0, convention = "retrain" }
"""


@pytest.fixture
def mail(tmp_path: Path) -> str:
    table = pd.DataFrame(X, columns=list("abc"))
    table["kind"], table["weight"] = LABEL, np.where(LABEL == "spam", 4.0, 0.5)
    table["text"], table["low"] = "much", -1.0
    table.to_csv(tmp_path / "mail.csv", index=False)
    return RUN.replace("FOLDER", str(tmp_path))


def data(weights=None) -> Dataset:
    found = Dataset(X, (LABEL == "spam").astype(int), ("ham", "spam"), "mail")
    return found if weights is None else found.weighted(weights)


def test_weights_multiply_the_loss_of_training() -> None:
    """The loss with weights is that of a loss of one's own that knows them; nothing else moves."""
    of_class = (0.5, 4.0)
    weighted = data(np.where(LABEL == "spam", 4.0, 0.5))

    def own(outputs: Tensor, truth: Tensor) -> Tensor:
        each = cross_entropy(outputs, truth, reduction="none")
        return each * (of_class[0] + (of_class[1] - of_class[0]) * truth)

    plain, mine = Recipe(widths=(4,), **HOW), Recipe(widths=(4,), loss=own, **HOW)
    for convention in ("null-step", "retrain"):
        [one] = train_batched(plain, weighted, [3, 20], convention=convention)
        [other] = train_batched(mine, data(), [3, 20], convention=convention)
        [bare] = train_batched(plain, data(), [3, 20], convention=convention)
        for name, values in one.parameters.items():
            assert (values - other.parameters[name]).abs().max() < 1e-12
        assert np.abs(one.losses(data()) - bare.losses(data())).max() > 1e-3
        alone = train_one(plain, weighted, 20, convention=convention).losses(data())
        assert np.abs(one.losses(data())[1] - alone).max() < 1e-12


def test_weights_by_column_and_by_class_are_the_same_run(mail, run) -> None:
    by_class = mail.replace("size = 40", "size = 40, class_weights = { spam = 4, ham = 0.5 }")
    by_column = mail.replace("size = 40", 'size = 40, weights = "weight"')
    found, _ = run(by_class, "classes")
    other, _ = run(by_column, "column")
    plain, _ = run(mail, "plain")
    for one, two, three in zip(found.constants, other.constants, plain.constants, strict=True):
        assert one == two != three
    train, recipe = found.parts.train, recipe_of(found.study)
    without = train_one(recipe, train, 9, convention="retrain").losses(found.parts.test)
    limit, base = found.measured.limit, found.measured.base_test
    moved = 40 * np.abs(np.minimum(without, limit) - base).mean()
    assert found.summary.row_mean[1] == moved
    assert isinstance(found.study.learner.algorithm(found.study), NetworkTraining)
    assert weights_note(found) in bound_note(found) and weights_note(found) in learner_words(found)
    assert not weights_note(plain) and plain.parts.train.weights is None


def test_estimators_get_weights_also_at_the_end_of_a_pipeline(monkeypatch) -> None:
    monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)
    test, weights = (X[40:], LABEL[40:]), np.where(LABEL[:40] == "spam", 4.0, 0.5)
    estimator = LogisticRegression()
    for model in (estimator, make_pipeline(StandardScaler(), estimator)):
        by_class = measure(
            model, X[:40], LABEL[:40], test=test, weights={"spam": 4.0, "ham": 0.5},
            deletions=[5], progress=False,
        )  # fmt: skip
        by_row = measure(
            model, X[:40], LABEL[:40], test=test, weights=weights, deletions=[5], progress=False
        )
        part = model.steps[-1][0] + "__sample_weight" if model is not estimator else "sample_weight"
        kept = np.arange(40) != 5

        def losses(keep, model=model, part=part):
            fit = model.fit(X[:40][keep], LABEL[:40][keep], **{part: weights[keep]})
            chances = fit.predict_proba(X[40:])
            each = -np.log(chances[np.arange(20), (LABEL[40:] == "spam").astype(int)])
            return np.minimum(each, np.log(2))

        change = losses(kept) - losses(np.ones(40, bool))
        for found in (by_class, by_row):
            expected = 40 * np.abs(change).mean()
            assert found.findings.summary.row_mean[0] == pytest.approx(expected, rel=1e-9)
        assert "without weights" in repr(by_row)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("class_weights = { spam = 4, hum = 1 }", r"data.class_weights: found 'hum'.*ham"),
        ("class_weights = { spam = 0 }", "class_weights.*number above 0"),
        ('class_weights = { spam = 4 }, weights = "weight"', "both weights and class_weights"),
        ('weights = "text"', "column 'text', row 0: found the text"),
        ('weights = "low"', "weights, row 0: found the weight -1"),
        ("test_fraction = 1.5", "data.test_fraction: found 1.5; allowed: a number strictly"),
        ('test_fraction = 0.3, test_file = "x.csv"', "beside test_file"),
        ("refit_scaling = true", "nothing without scaling"),
    ],
)
def test_what_cannot_be_is_told(line, words, mail, run) -> None:
    with pytest.raises((SetupError, DataError), match=words):
        run(mail.replace("size = 40", f"size = 40, {line}"))


def test_what_takes_no_weights_refuses_them(mail, run) -> None:
    start, end = mail.split("network = ")[0], "deletion = { count = 2 }"
    weighted = start.replace("size = 40", "size = 40, class_weights = { spam = 4 }")
    logistic = 'model = { kind = "logistic", regularization = 0.1 }\n'
    with pytest.raises(DataError, match=r"weights of examples or classes.*'logistic', which min"):
        run(weighted + logistic + end)
    knn = 'model = { kind = "sklearn", estimator = "sklearn.neighbors.KNeighborsClassifier" }\n'
    with pytest.raises(SetupError, match=r"whose fit takes no weights"):
        run(weighted + knn + end, "knn")
    recipe, weights = Recipe(widths=(3,), **HOW), np.ones(60)
    model = train_one(recipe, data(weights))
    with pytest.raises(DataError, match=r"influence, training data: found weights"):
        measure_influence(model, data(weights), data(), [1], None, None)  # type: ignore[arg-type]
    with pytest.raises(SetupError, match=r"nothing beside real targets"):
        measure(recipe, X, X[:, 0], weights={"spam": 2.0}, progress=False)
    frame = pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1], "w": [1.0, None]})
    with pytest.raises(DataError, match=r"missing entries in 1 of 2 rows: 1"):
        from_frame(frame, Columns(labels="y", weights="w"))


def test_a_share_is_for_testing(mail, run) -> None:
    share = mail.replace("size = 40", "test_fraction = 0.3")
    found, summary = run(share)
    assert (len(found.parts.train), len(found.parts.test)) == (42, 18)
    assert found.study.data.size == summary["run"]["data"]["size"] == 42
    assert summary["run"]["data"]["test_fraction"] == 0.3
    again, _ = run(share.replace("test_fraction", "seed = 0, test_fraction"), "again")
    assert again.parts.fingerprint == found.parts.fingerprint
    other, _ = run(share.replace("test_fraction", "seed = 1, test_fraction"), "other")
    assert other.parts.fingerprint != found.parts.fingerprint
    fewer, _ = run(share.replace("test_fraction", "size = 20, test_fraction"), "fewer")
    assert fewer.parts.test == found.parts.test
    assert fewer.parts.train == found.parts.train.subset(range(20))
    with pytest.raises(SetupError, match=r"43; allowed: at most 42.* and 18 at least are for test"):
        run(share.replace("test_fraction", "size = 43, test_fraction"), "more")
    with pytest.raises(SetupError, match=r"deletion.indices: found 9; allowed: positions from 0 t"):
        run(share.replace("0.3", "0.85"), "few")


def test_scaling_is_fitted_again_without_the_deleted_or_fixed_beforehand(mail, run) -> None:
    again, _ = run(mail.replace("size = 40", 'size = 40, scaling = "standardise"'), "again")
    line = 'size = 40, scaling = "standardise", refit_scaling = false'
    fixed, _ = run(mail.replace("size = 40", line), "fixed")
    plain, _ = run(mail, "plain")
    train, test, recipe = again.parts.train, again.parts.test, recipe_of(again.study)
    assert again.parts.train.inputs.max() > 5.0  # the page shows the inputs as they are

    def losses(scaler, deleted):
        scaled = [p.with_inputs(scaler.transform(p.inputs)) for p in (train, test)]
        model = train_one(recipe, scaled[0], deleted, convention="retrain")
        return np.minimum(model.losses(scaled[1]), again.measured.limit)

    everything = StandardScaler().fit(train.inputs)
    base = losses(everything, None)
    for place, deleted in enumerate((0, 9)):
        without = StandardScaler().fit(np.delete(train.inputs, deleted, axis=0))
        for found, scaler in ((again, without), (fixed, everything)):
            assert (found.measured.base_test == base).all()
            moved = 40 * np.abs(losses(scaler, deleted) - base).mean()
            assert found.summary.row_mean[place] == moved
    values = [[c.value for c in f.constants] for f in (again, fixed, plain)]
    assert values[0] != values[1] != values[2] != values[0]
    assert "again without each deleted one" in learner_words(again)
    assert "no deletion changes it" in learner_words(fixed)


def test_where_scaling_cannot_be_fitted_again(mail, run) -> None:
    scaled = mail.replace("size = 40", 'size = 40, scaling = "min-max", refit_scaling = true')
    with pytest.raises(SetupError, match=r"data.refit_scaling.*a null step.*convention = "):
        parse_run_file(scaled.replace(', convention = "retrain"', ""))
    head = scaled.split("network = ")[0]
    ridge = 'target = ["spam"] }\nmodel = { kind = "ridge", regularization = 0.1 }\n'
    with pytest.raises(SetupError, match=r"'ridge' has formulas.*sklearn"):
        parse_run_file(head.replace(" }", f", {ridge}", 1))
    fixed = head.replace("true", "false").replace(" }", f", {ridge}", 1)
    found, _ = run(fixed + "deletion = { count = 2 }")
    assert not found.from_setup and "no deletion changes it" in learner_words(found)
    knn = 'model = { kind = "sklearn", estimator = "sklearn.neighbors.KNeighborsClassifier" }\n'
    with pytest.raises(SetupError, match=r"has scaling and refit_scaling in .model."):
        parse_run_file(head + knn)
