"""Training code of one's own leads to bounds, a class map and a page like any other study."""

import json

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.errors import DataError, RunError
from stability.estimate import measure_training, summarise
from stability.report.html.document import Report
from stability.runs import report_training
from stability.runs.tables import headline
from stability.setup.algorithms import EmpiricalRiskMinimizer

TRAIN, TEST = load_digits().split(60, seed=0)
TEST = TEST.subset(np.arange(40))
HOW = EmpiricalRiskMinimizer(regularization=1)
SHIFTS = np.random.default_rng(5).uniform(size=61)


def centres(indices):
    """Distance to the mean of the class, cut at 9."""
    own = TRAIN.subset(np.sort(indices))
    found = []
    for part in (TRAIN, TEST):
        losses = np.full(len(part), 9.0)
        for c in range(10):
            if (own.labels == c).any():
                there = part.labels == c
                centre = own.inputs[own.labels == c].mean(0)
                losses[there] = ((part.inputs[there] - centre) ** 2).sum(1)
        found.append(losses)
    return tuple(found)


def shuffling(indices):
    """Moves with the order only."""
    a, b = centres(np.arange(60))
    total = float(SHIFTS[: len(indices)] @ indices) % 1.0
    return a + total, b + total


@pytest.fixture(scope="module")
def found():
    return measure_training(centres, 60, range(60), loss_range=9.0)


def test_a_study_like_any_other(found, tmp_path):
    findings = report_training(found, TRAIN, TEST, tmp_path, algorithm=HOW)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["learner"] == "own-training" and summary["convention"] == "retrain"
    right = summarise([found], 60)
    assert summary["constants"]["B"]["value"] == pytest.approx(right.B)
    assert summary["constants"]["D"]["value"] == pytest.approx(right.D)
    assert {bound["provenance"] for bound in summary["bounds"]} == {"plug-in"}
    assert "training of your own, m = 60, 60 deletions (retrain)" in headline(findings)
    assert "training of your own" in Report.load(tmp_path).title
    assert findings.classes.diagonal_ratio == float("inf")
    assert list(findings.signals) == ["order"] and findings.marks == ()


def test_what_moves_with_the_order_only_is_marked(tmp_path):
    measured = measure_training(shuffling, 60, range(20), loss_range=9.0, placebos=20)
    findings = report_training(measured, TRAIN, TEST, tmp_path, algorithm=HOW)
    assert [mark.what for mark in findings.marks] == ["placebo: order"]


def test_other_data_and_another_study_are_refused(found, tmp_path):
    with pytest.raises(DataError, match="60 and 40"):
        report_training(found, TEST, TRAIN, tmp_path, algorithm=HOW)
    report_training(found, TRAIN, TEST, tmp_path, algorithm=HOW)
    other = measure_training(centres, 60, [1, 2], loss_range=9.0)
    with pytest.raises(RunError, match="another study"):
        report_training(other, TRAIN, TEST, tmp_path, algorithm=HOW)
