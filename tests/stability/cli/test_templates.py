"""Every commented file gives a bound or a run, and a file given to another command is told so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stability.bounds.analyse import analyse
from stability.cli.app import app
from stability.datasets.sources.catalogue import SOURCES
from stability.dynamics.neurashed.hierarchy_sections import HIERARCHIES
from stability.report.verdict import verdict
from stability.runs.file.read import parse_run_file
from stability.runs.file.template import run_template
from stability.runs.learners.network import Network
from stability.setup.algorithms import KINDS
from stability.setup.file import parse_setup
from stability.setup.template import template
from stability.training.networks.registry import architectures

CONSTANT_ONLY = {"pl"}
"""Of these a pointwise constant is all that is known, and no theorem makes a bound of that."""
SMALLER = {"size": "24", "count": "2", "placebos": "0", "epochs": "1", "batch_size": "12"}


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], prog_name="stability")
    assert result.exit_code == status, result.output + result.stderr
    return result.stdout if status == 0 else result.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_every_setup_template_gives_a_bound(kind: str) -> None:
    analysis = analyse(parse_setup(template(kind)))
    assert (not analysis.bounds) == (kind in CONSTANT_ONLY)
    if kind in CONSTANT_ONLY:
        assert analysis.constants and "--all shows it" in verdict(analysis).rest[0]


@pytest.mark.parametrize("kind", architectures())
def test_every_network_template_names_data_that_it_takes(kind: str) -> None:
    study = parse_run_file(run_template(kind))
    source = SOURCES[study.data.name]
    assert source.folder is None, "the file runs where nothing was downloaded"
    learner = study.learner
    assert isinstance(learner, Network)
    shape = source.shape if len(source.shape) == 3 else (1, *source.shape)
    assert learner.architecture.module(shape, len(source.classes or ()))


def test_the_network_of_ones_own_runs_with_the_command_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("init", "run.toml", "--run", "--kind", "own")
    text = Path("run.toml").read_text(encoding="utf-8")
    for key, value in SMALLER.items():
        text = re.sub(rf"(?m)^{key} = [^#\n]*", f"{key} = {value}", text)
    Path("run.toml").write_text(text, encoding="utf-8")
    following = told.strip().partition("next: stability ")[2]
    assert "--network run_network.py:network" in following, told
    assert "next: stability report results --out" in run(*following.split())
    Path("run.toml").unlink()
    assert "run_network.py: found a file that exists" in run(
        *("init", "run.toml", "--run", "--kind", "own"), status=2
    )


def test_the_training_of_ones_own_runs_with_the_command_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("init", "run.toml", "--run", "--kind", "function")
    assert "wrote run.toml and train.py; next: stability estimate run.toml --out" in told
    text = Path("run.toml").read_text(encoding="utf-8")
    for key, value in (SMALLER | {"size": "80"}).items():
        text = re.sub(rf"(?m)^{key} = [^#\n]*", f"{key} = {value}", text)
    Path("run.toml").write_text(text, encoding="utf-8")
    found = run(*told.strip().partition("next: stability ")[2].split())
    assert "training function of your own, m = 80, 2 deletions (retrain)" in found


@pytest.mark.parametrize("kind", HIERARCHIES)
def test_every_hierarchy_template_runs(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "h.toml"
    told = run("init", file, "--hierarchy", "--kind", kind)
    assert f"next: stability neurashed {file} --out results" in told


def test_a_file_given_to_another_command_is_told_which(tmp_path: Path) -> None:
    setup, study, tree = (tmp_path / f"{name}.toml" for name in ("setup", "run", "tree"))
    run("init", setup)
    run("init", study, "--run")
    run("init", tree, "--hierarchy")
    for command in ("estimate", "elasticity", "neurashed"):
        told = run(command, setup, "--out", tmp_path / "out", status=2)
        assert "use `stability bounds FILE`" in told, told
    for command, more in (
        (("bounds",), ()),
        (("calibrate",), ("--target", "0.1", "--solve", "sample.size")),
        (("compare", setup), ()),
        (("neurashed",), ("--out", tmp_path / "out")),
    ):
        assert "use `stability estimate FILE --out DIR`" in run(*command, study, *more, status=2)
    assert "use `stability neurashed FILE" in run("bounds", tree, status=2)
    assert "use `stability neurashed FILE" in run("estimate", tree, "--out", "out", status=2)


def test_a_report_of_what_has_not_ended_or_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "run.lock").touch()
    assert "goes on with --resume" in run("report", tmp_path, status=2)
    assert "run files for `stability estimate`" in run("report", tmp_path / "run.lock", status=2)
