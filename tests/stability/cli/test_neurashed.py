"""`stability neurashed`: what it writes against the library called by hand, and wrong input."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.dynamics import (
    ResidualRates,
    delete_instances,
    passes,
    train_factors,
    tree_population,
)
from stability.dynamics.neurashed.hierarchy_file import parse_hierarchy
from stability.dynamics.neurashed.probes import grouped_elasticity
from stability.dynamics.neurashed.trees import kinship
from stability.estimate import summarise
from stability.report.figures import canvas
from stability.runs.neurashed import run as running
from stability.runs.neurashed.measure import measure
from stability.runs.neurashed.tables import verdict

FILE = """
[hierarchy]
kind = "tree"
[hierarchy.classes]
animals = ["tiger", "cat"]
vehicles = ["plane", "ship"]
[training]
size = 60
epochs = 10
seeds = 2
seed = 5
[measurement]
instances = 30
deletions = 8
test = 50
"""


def run(*arguments, status=0):
    result = CliRunner().invoke(
        app, [str(a) for a in arguments], prog_name="stability", env={"COLUMNS": "160"}
    )
    assert result.exit_code == status, result.output + result.stderr
    return result


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("neurashed")
    (folder / "mine.toml").write_text(FILE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "DPI", 60)
        return folder / "out", run("neurashed", folder / "mine.toml", "--out", folder / "out")


def test_the_numbers_are_those_of_the_library(done):
    out, result = done
    population = tree_population()
    drawn, order = population.sample(60, [5, 6]), passes(60, 10, 1, [5, 6])
    course = train_factors(drawn, order, ResidualRates(), start=0.5, checkpoints=[0, 300, 600])
    with np.load(out / "factors.npz") as stored:
        at = [stored["steps"].tolist().index(k) for k in (0, 300, 600)]
        assert np.allclose(stored["log_factors"][at], course.log_factors)
        assert stored["features"].tolist() == list(population.graph.features)
        deleted, changes = stored["deleted"], stored["changes"]
    summary = json.loads((out / "neurashed.json").read_text())
    tested = population.sample(30, [1_000_005, 1_000_006])
    groups = grouped_elasticity(tested, course.last, kinship()).mean(axis=0)
    told = [values[-1] for values in summary["elasticity"].values()]
    assert told == pytest.approx(groups)
    test = population.sample(50, [2_000_005]).of_seed(0)
    by_hand = delete_instances(
        drawn.of_seed(0), test, order[:1], ResidualRates(), start=0.5, deleted=deleted
    )
    assert len(deleted) == 8 and np.allclose(changes, by_hand.changes)
    constants = summarise([by_hand], 60)
    for name in ("B", "U", "B1", "D"):
        assert summary["deletions"][name] == pytest.approx(getattr(constants, name))
    assert {b["provenance"] for b in summary["deletions"]["bounds"]} == {"plug-in"}
    assert {b["kind"] for b in summary["deletions"]["bounds"]} == {"estimate"}
    assert summary["verdict"] in result.output.replace("\n", " ")


def test_the_page_holds_three_pictures_and_the_verdict(done, tmp_path):
    out, _ = done
    run("report", out, "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert page.count("<img") == 3 and "Training made it more locally elastic" in page
    for name in ("graph.png", "elasticity.png", "class-map.png"):
        assert (out / name).stat().st_size > 5000


def test_json_is_all_that_is_printed(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "write_page", lambda *_: None)
    (tmp_path / "mine.toml").write_text(FILE.replace("seeds = 2", "seeds = 1"))
    result = run("neurashed", tmp_path / "mine.toml", "--out", tmp_path / "out", "--json")
    assert json.loads(result.stdout)["classes"] == ["tiger", "cat", "plane", "ship"]


def test_the_template_can_be_run_and_mistakes_name_the_file(tmp_path):
    path = tmp_path / "hierarchy.toml"
    told = run("init", path, "--hierarchy").output
    assert f"stability neurashed {path} --out results" in told.replace("\n", "")
    assert (
        "at most one of --run, --hierarchy"
        in run("init", path, "--run", "--hierarchy", status=2).stderr
    )
    assert (
        "'tree', 'graph'"
        in run("init", tmp_path / "a.toml", "--hierarchy", "--kind", "ring", status=2).stderr
    )
    path.write_text(path.read_text().replace('["tiger", "cat"]', "[]"))
    refused = run("neurashed", path, "--out", tmp_path / "out", status=2).stderr
    assert refused.startswith(f"error: {path}: hierarchy.classes.animals")
    assert not (tmp_path / "out").exists()


def test_where_nothing_is_shared_nothing_moves_and_no_number_is_infinite():
    apart = FILE.replace('kind = "tree"', 'kind = "tree"\nform = "apart"\nelsewhere = 0.0')
    findings = measure(parse_hierarchy(apart), lambda *args: None)
    told = verdict(findings)
    assert "0 times: not at all, before training not at all" in told and "inf" not in told
    assert "no more locally elastic" in told
