"""`stability experiment`: the list, a run with what it writes and prints, and mistakes."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability_experiments.framework import finding
from stability_experiments.framework.declaration import Experiment, presets
from stability_experiments.framework.result import Claim, ExperimentFindings, Row


def run(*arguments, status=0):
    result = CliRunner().invoke(app, ["experiment", *map(str, arguments)], prog_name="stability")
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


def mistake(*arguments) -> str:
    result = run(*arguments, status=2)
    assert result.stdout == "" and result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


ROW = Row(name="a number", computed=1.0, published=1.1, tolerance=0.2, source="here", required=True)


@pytest.fixture
def example(monkeypatch):
    """Registers an experiment under the name `example`; gives what it was called with."""
    seen = []

    def install(*rows: Row, claims: tuple[Claim, ...] = (), **declared):
        def body(context) -> ExperimentFindings:
            seen.append((context.preset, context.data, context.seed))
            context.progress("work", 1, 2)
            return ExperimentFindings(rows=rows, claims=claims, figures=(), scaled_down="tiny")

        sizes = presets(smoke=0.1, paper=9)
        made = Experiment(name="example", shows="nothing", presets=sizes, body=body, **declared)
        every = (*finding.experiments(), made)
        monkeypatch.setattr(finding, "experiments", lambda: every)
        return seen

    return install


def test_the_list_as_json_and_as_a_table():
    listed = json.loads(run("list", "--json").stdout)["experiments"]
    assert [e["name"] for e in listed] == [e.name for e in finding.experiments()]
    for entry in listed:
        assert entry["shows"] and entry["presets"][0]["name"] == "smoke"
        assert all(p["minutes"] > 0 for p in entry["presets"])
    table = run("list").stdout
    assert all(entry["name"] in table for entry in listed)


def test_help_is_given_for_the_group_alone():
    assert "list" in run().stdout and "run" in run("--help").stdout


def test_a_run_writes_its_result_and_shows_it(example, tmp_path):
    seen = example(ROW, claims=(Claim(claim="up", holds=True),))
    text = run("run", "example", "--seed", 7, "--out", tmp_path / "a" / "b").stdout
    stored = json.loads((tmp_path / "a" / "b" / "result.json").read_text())
    assert (stored["seed"], stored["preset"], stored["rows"][0]["agrees"]) == (7, "smoke", True)
    assert "a number" in text and "holds: up" in text and "scaled down: tiny" in text
    assert seen == [("smoke", None, 7)]


def test_preset_and_data_are_handed_on(example, tmp_path):
    seen = example(ROW, needs=("mnist",))
    (tmp_path / "mnist").mkdir()
    run("run", "example", "--preset", "paper", "--data", tmp_path, "--out", tmp_path / "out")
    assert seen == [("paper", tmp_path, 0)]


@pytest.mark.parametrize(
    ("row", "claim", "status"),
    [
        (ROW, Claim(claim="up", holds=True), 0),
        (ROW, Claim(claim="up", holds=False), 1),
        (ROW, Claim(claim="up", holds=False, required=False), 0),
        (replace(ROW, computed=9.0), Claim(claim="up", holds=True), 1),
        (replace(ROW, computed=9.0, required=False), Claim(claim="up", holds=True), 0),
    ],
)
def test_what_is_required_decides_the_exit_status(row, claim, status, example, tmp_path):
    example(row, claims=(claim,))
    text = run("run", "example", "--out", tmp_path, status=status).stdout
    assert ("required, and not so" in text) == bool(status)
    assert (tmp_path / "result.json").exists()


def test_torch_is_asked_for_where_it_is_needed(example, tmp_path, monkeypatch):
    example(ROW, torch=True)
    run("run", "example", "--out", tmp_path / "with")
    monkeypatch.setattr("stability_experiments.framework.declaration.find_spec", lambda name: None)
    text = mistake("run", "example", "--out", tmp_path / "without")
    assert "no torch" in text and "stability-bounds[networks]" in text
    assert not (tmp_path / "without").exists()


def test_an_interruption_says_how_to_go_on(example, tmp_path, monkeypatch):
    example(ROW)

    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("stability_experiments.framework.run.run_experiment", stop)
    text = mistake("run", "example", "--out", tmp_path)
    assert "an interruption" in text and "--resume" in text


def test_mistakes(example, tmp_path):
    example(ROW, needs=("cifar-10",))
    out = ("--out", tmp_path / "out")
    assert "Did you mean 'ridge-bounds-mnist'" in mistake("run", "ridge-bounds-mnst", *out)
    assert "'smoke', 'paper'" in mistake("run", "example", "--preset", "tiny", *out)
    assert "cifar-10/ as published" in mistake("run", "example", *out)
    assert "no folder cifar-10/" in mistake("run", "example", "--data", tmp_path, *out)
    assert "--out" in mistake("run", "example")
    assert "--seed" in mistake("run", "example", "--seed", "-1", *out)
    assert "Did you mean 'list'" in mistake("lst")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told(example, tmp_path):
    example(ROW)
    (tmp_path / "file").write_text("in the way")
    assert "--out" in mistake("run", "example", "--out", tmp_path / "file" / "out")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(example, tmp_path):
    example(ROW)
    tmp_path.chmod(0o500)
    assert "Permission denied" in mistake("run", "example", "--out", tmp_path)


def test_missing_mnist_files_are_told(tmp_path):
    Path(tmp_path / "mnist").mkdir()
    text = mistake("run", "ridge-bounds-mnist", "--data", tmp_path, "--out", tmp_path / "out")
    assert "idx files" in text and str(tmp_path / "mnist") in text
