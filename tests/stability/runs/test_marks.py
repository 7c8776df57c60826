"""What hides a measurement is said before any number, in every output."""

import numpy as np
import pytest

from stability.errors import DataError, SetupError
from stability.estimate import losses_at_cap
from stability.report.html.document import Report
from stability.runs import parse_run_file
from stability.runs.learners.learner import Measured, Placebo
from stability.runs.marks import CONDITION, ROUNDING, marks
from stability.runs.run import Settings, run_study
from stability.runs.tables import class_note, constant_title, health_rows

RARE = """
data = { name = "file", file = "rare.npz", size = 150 }
network = { kind = "relu-mlp", widths = [8] }
training = { step_size = 0.3, epochs = 3, batch_size = 25 }
deletion = { count = 5, placebos = 2 }
evaluation = { size = 100 }
"""


@pytest.fixture(scope="module")
def rare(tmp_path_factory):
    """A folder with data of which few are positive."""
    folder = tmp_path_factory.mktemp("rare")
    rng = np.random.default_rng(1)
    inputs, labels = rng.uniform(size=(300, 8)), np.arange(300) % 12 == 0
    np.savez(folder / "rare.npz", inputs=inputs, labels=labels.astype(int))
    return folder


def measured(folder, text, out):
    path = folder / "run.toml"
    path.write_text(text)
    study = parse_run_file(text, path)
    return run_study(study, folder / out, lambda *_: None, Settings(file=path))


def test_a_class_at_the_cap_is_named_first_and_makes_the_constants_degenerate(rare):
    findings, summary = measured(rare, RARE, "capped")
    [hidden] = findings.health.hidden
    assert (hidden.name, hidden.test_at_cap) == ("1", hidden.test)
    counted = (findings.measured.base_test >= findings.measured.limit).sum()
    assert sum(one.test_at_cap for one in findings.health.classes) == counted
    assert list(summary)[:2] == ["marks", "health"]
    assert summary["marks"][0]["what"] == "losses at the cap" and summary["marks"][0]["degenerate"]
    assert summary["health"]["classes"][1]["hidden"] and "test accuracy" in summary["health"]
    assert summary["constants"]["status"] == "degenerate"
    assert all(bound["degenerate"] for bound in summary["bounds"])
    assert summary["class_map"]["hidden"] == ["1"]
    assert "times as much" not in class_note(findings) and "cap in: 1" in class_note(findings)
    page = Report.load(rare / "capped")
    assert page.sections[0].heading == "Before any number" and "cap" in page.sections[0].notes[0]
    assert "degenerate" in constant_title(findings)
    assert health_rows(findings)[-1][0] == "all"


def test_a_range_that_cuts_nothing_is_not_marked(rare):
    findings, summary = measured(rare, RARE + "bound = { range = 6 }\n", "wide")
    assert not findings.degenerate and findings.health.hidden == ()
    assert summary["constants"]["status"] == "measured" and summary["class_map"]["hidden"] == []
    assert "degenerate" not in constant_title(findings)


def test_a_model_that_diverged_gives_no_numbers(rare):
    with pytest.raises(SetupError, match=r"has diverged.*Use a step_size below 1e\+06"):
        measured(rare, RARE.replace("0.3", "1e6"), "diverged")
    assert not (rare / "diverged" / "summary.json").exists()


def test_losses_at_the_cap_are_counted_by_class():
    found = losses_at_cap([1.0, 0.2, 3.0], [0.9, 1.0], [0, 0, 1], [1, 1], ("a", "b", "c"), 1.0)
    assert [(c.training_at_cap, c.training, c.test_at_cap, c.test) for c in found.classes] == [
        (1, 2, 0, 0), (1, 1, 1, 2), (0, 0, 0, 0),
    ]  # fmt: skip
    assert [c.name for c in found.hidden] == ["b"]
    assert found.training_share == pytest.approx(2 / 3) and found.test_share == 0.5
    with pytest.raises(DataError, match="one loss and one label"):
        losses_at_cap([1.0], [1.0], [0, 1], [0], ("a", "b"), 1.0)


@pytest.fixture(scope="module")
def fine(rare):
    return measured(rare, RARE + "bound = { range = 6 }\n", "fine")[0]


@pytest.mark.parametrize(
    ("facts", "placebos", "what"),
    [
        ({ROUNDING: 1e-15}, {}, []),
        ({ROUNDING: 1.0}, {}, ["rounding"]),
        ({CONDITION: 1e9}, {}, []),
        ({CONDITION: 1e11}, {}, ["condition number"]),
        ({CONDITION: float("nan")}, {}, ["condition number"]),
        ({"training accuracy": 0.1}, {}, ["not better than the largest class"]),
        ({}, {"rounding": 1.0}, ["placebo: rounding"]),
        ({}, {"order": 1.0}, ["placebo: order"]),
        ({}, {"deletion": 1.0}, []),
        ({}, {"rounding": 1e-12}, []),
    ],
)
def test_every_tell_tale_is_looked_at(facts, placebos, what, fine):
    one = fine.measured
    changes = {name: Placebo(0.1, np.full((2, 100), size), "x") for name, size in placebos.items()}
    found = Measured(
        one.base_training, one.base_test, one.limit, one.deleted, iter(()), changes, facts
    )
    assert [mark.what for mark in marks(fine.parts, found, fine.summary, fine.health)] == what
