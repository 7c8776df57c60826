"""What stands beside the numbers: baselines, what was never deleted, the loss and the model."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from stability import measure
from stability.report.html.document import Report
from stability.runs import tables
from stability.runs.class_words import class_note

RARE, SIZE = 10, 80


def data():
    """Few of a rare class, far out, among many of a common one."""
    rng = np.random.default_rng(0)
    labels = np.array(["rare"] * RARE + ["usual"] * (SIZE - RARE))
    inputs = rng.normal(size=(SIZE, 2)) + 1.5 * (labels == "rare")[:, None]
    return inputs, labels


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """All deletions of a pipeline, kept in a folder."""
    out = tmp_path_factory.mktemp("said") / "out"
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
    return measure(model, *data(), deletions=None, loss_range=3, progress=False, out=out)


@pytest.fixture(scope="module")
def few():
    """Two deletions, and a loss of 0 and 1."""
    return measure(LinearSVC(C=1e-6), *data(), deletions=2, progress=False)


def test_classes_are_compared_within_a_tested_class(seen) -> None:
    """By hand, from fits without each example: rare rows move everything more."""
    inputs, labels = data()
    table = seen.table()
    part = {name: table.row[table.part == name].to_numpy() for name in ("train", "test")}

    def losses(rows):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5))
        chances = model.fit(inputs[rows], labels[rows]).predict_proba(inputs[part["test"]])
        right = chances[np.arange(len(chances)), (labels[part["test"]] == "usual").astype(int)]
        return np.minimum(-np.log(right), 3.0)

    base = losses(part["train"])
    moved = np.array(
        [np.abs(losses(part["train"][part["train"] != i]) - base) for i in part["train"]]
    )
    told = seen.summary["class_map"]["own_over_others"]
    for row in told["classes"]:
        deleted, tested = (labels[part[name]] == row["name"] for name in ("train", "test"))
        own, other = moved[deleted][:, tested].mean(), moved[~deleted][:, tested].mean()
        assert row["ratio"] == pytest.approx(own / other) and row["deletions"] == deleted.sum()
    rare, usual = (row["ratio"] for row in told["classes"])
    assert rare > 1 > usual and told["geometric_mean"] == pytest.approx((rare * usual) ** 0.5)
    assert "Moved more by others than by its own: usual" in class_note(seen.findings)


def test_few_deletions_of_a_class_say_nothing_of_it(few) -> None:
    told = few.summary["class_map"]["own_over_others"]
    assert told["classes"] == [] and {one["name"] for one in told["left_out"]} == {"rare", "usual"}
    assert not class_note(few.findings) or "times" not in class_note(few.findings)


def test_a_maximum_says_of_what_it_is_the_largest(few, seen) -> None:
    meaning = few.constants().what if len(few.constants().what.dropna()) else None
    assert meaning is not None and meaning["B"].endswith("of the 2 that were deleted")
    assert "deleted" not in meaning["B1"]
    assert "2 of the 60 training examples were deleted, 58 never" in str(few)
    assert seen.constants().what["B"].endswith("by one deletion")
    assert "All 60 training examples" in tables.constant_note(seen.findings)


def test_the_largest_test_losses_are_named(seen) -> None:
    table = seen.table()
    test = table[table.part == "test"].sort_values("loss", ascending=False)
    [first, second, _] = seen.summary["largest_test_losses"]
    assert (first["row"], second["row"]) == tuple(test.row[:2])
    assert first["loss"] == test.loss.iloc[0] and first["label"] == test["class"].iloc[0]
    assert f"row {first['row']} ({first['label']})" in str(seen)


def test_an_accuracy_stands_beside_that_of_the_largest_class(seen) -> None:
    labels = seen.table()["class"][seen.table().part == "test"]
    share = (labels == "usual").mean()
    assert f"(always naming usual: {share:.3g})" in tables.health_line(seen.findings)
    assert "not stratified" in tables.health_line(seen.findings)


def test_a_split_of_ones_own_is_not_called_drawn() -> None:
    inputs, labels = data()
    found = measure(
        LogisticRegression(), inputs[::2], labels[::2], test=(inputs[1::2], labels[1::2]),
        deletions=2, progress=False,
    )  # fmt: skip
    assert "drawn" not in str(found) and found.summary["split"] == ""


def test_a_loss_of_0_and_1_is_at_no_cap(few) -> None:
    """It always names the common class: every loss of the other is 1, and no range changes that."""
    assert few.findings.measured.base_test.max() == 1.0
    assert not few.findings.health.hidden and few.summary["health"]["test_losses_at_cap"] == 0.0
    assert "at the cap" not in str(few) and "0 or 1 and is not cut" in str(few)
    mine = measure(
        LinearSVC(C=1e-6), *data(), deletions=2, progress=False, loss_range=1,
        loss=lambda model, inputs, truth: (model.predict(inputs) != truth).astype(float),
    )  # fmt: skip
    assert "at the cap" not in str(mine)


def test_a_warning_names_the_key_of_the_way_one_came() -> None:
    found = measure(LogisticRegression(), *data(), deletions=2, loss_range=0.1, progress=False)
    assert "Raise loss_range, or" in str(found) and "[bound]" not in str(found)


def test_the_model_and_its_loss_are_named(seen) -> None:
    page = Report.load(seen.out)
    words = tables.learner_words(seen.findings)
    assert "LogisticRegression, m = 60" in page.title
    assert (
        "minimises what LogisticRegression(C=0.5, random_state=0) minimises after Standard" in words
    )
    assert "each example: log-loss, minus the logarithm" in words and "zero-one" not in words
    rows = [row for section in page.sections if section.table for row in section.table.rows]
    assert ("deletion", "delta") not in [row[:2] for row in rows]
    assert not [row for row in rows if row[:2] == ("deletion", "placebos")]
    assert [row for row in rows if row[0] == "deletion"]
