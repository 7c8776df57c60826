"""Wrong use and wrong input: one message on standard error, status 2, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stability.cli.app import SHOW_TRACEBACK, app
from stability_experiments.framework import declaration

STABILITY = Path(sys.executable).with_name("stability")
GOOD = """
sample.size = 1000
loss = { range = 1.0, lipschitz = 1.0, smoothness = 0.25, convex = true }
[algorithm]
kind = "sgd"
steps = 1000
step_size = 1e-3
"""


@pytest.fixture
def setup(tmp_path):
    path = tmp_path / "setup.toml"
    path.write_text(GOOD)
    return str(path)


def mistake(*arguments, status=2) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], prog_name="stability")
    assert result.exit_code == status, result.output
    assert result.stdout == "", "nothing on standard output"
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


USE = {
    "no such command": (("bnds",), "Did you mean 'bounds'? `stability --help`"),
    "misspelt command": (("estimte",), "Did you mean 'estimate'?"),
    "no such option": (("bounds", "x.toml", "--jsn"), "--json"),
    "option of nothing": (("--jsn",), "--jsn"),
    "missing argument": (("bounds",), "`stability bounds --help` explains"),
    "missing option": (("calibrate", "x.toml"), "--target"),
    "option without value": (("bounds", "x.toml", "--delta"), "--delta"),
    "too many arguments": (("bounds", "a.toml", "b.toml"), "b.toml"),
    "no setups": (("compare",), "Missing argument"),
    "json and csv": (("bounds", "x.toml", "--json", "--csv"), "at most one"),
    "json and latex": (("theorems", "--json", "--latex"), "at most one"),
    "missing file": (("bounds", "missing.toml"), "missing.toml"),
    "directory": (("bounds", "/"), "it is a folder, not a plain file"),
    "compare one": (("compare", "x.toml"), "two or more"),
    "unknown theorem": (("theorems", "bousquet2002-thm12"), "Did you mean bousquet2002-thm12-"),
    "unknown id": (("evaluate", "nothing-like-it", "m=1"), "`stability theorems` lists"),
    "no equals": (("evaluate", "elastic-to-uniform", "m"), "NAME=VALUE"),
    "no name": (("evaluate", "elastic-to-uniform", "=1"), "NAME=VALUE"),
    "no value": (("evaluate", "elastic-to-uniform", "m="), "NAME=VALUE"),
    "twice": (("evaluate", "elastic-to-uniform", "m=1", "m=2"), "two values"),
    "missing symbols": (("evaluate", "elastic-to-uniform"), "no value for U"),
    "negative": (("evaluate", "elastic-to-uniform", "U=-1", "m=1"), "at least 0"),
    "nan": (("evaluate", "elastic-to-uniform", "U=nan", "m=1"), "found 'nan'"),
    "huge": (("evaluate", "elastic-to-uniform", "U=1e999999999", "m=1"), "1e300"),
    "shown only": (("evaluate", "zhang2022-nonconvex-upper", "m=9"), "never as a number"),
    "unknown kind": (("init", "new.toml", "--kind", "adam"), "'sgd'"),
    "unwritable": (("init", "/no/such/directory/new.toml"), "cannot be written"),
    "report of nothing": (("report", "/no/such/directory"), "/no/such/directory"),
}


@pytest.mark.parametrize("name", USE)
def test_wrong_use(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, word = USE[name]
    assert word in mistake(*arguments)
    assert not list(tmp_path.iterdir()), "nothing was written"


@pytest.mark.parametrize(
    "delta", ["0", "1", "1.5", "-0.1", "nan", "inf", "small", "", "1e-999999999"]
)
@pytest.mark.parametrize("command", ["bounds", "compare", "calibrate"])
def test_wrong_delta(command, delta, setup):
    rest = {
        "bounds": [setup],
        "compare": [setup, setup],
        "calibrate": [setup, "--target", "0.1", "--solve", "sample.size"],
    }[command]
    assert "delta" in mistake(command, *rest, f"--delta={delta}")


def test_a_wrong_file_is_named_in_every_command(setup, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(GOOD.replace("smoothness", "smothness"))
    for arguments in (
        ("bounds", wrong),
        ("compare", setup, wrong),
        ("calibrate", wrong, "--target", "0.1", "--solve", "sample.size"),
    ):
        text = mistake(*arguments)
        assert f"{wrong}: loss.smothness" in text and "smoothness?" in text


@pytest.mark.parametrize(
    ("target", "solve", "word"),
    [
        ("0", "sample.size", "target"),
        ("-1", "sample.size", "target"),
        ("nan", "sample.size", "target"),
        ("soon", "sample.size", "target"),
        ("0.1", "sample", "allowed: for this setup: sample.size"),
        ("0.1", "algorithm.regularization", "'sgd' has no regularization"),
        ("1e-12", "sample.size", "smallest seen"),
        ("1e-12", "algorithm.step_size", "smallest seen"),
    ],
)
def test_wrong_and_infeasible_targets(target, solve, word, setup):
    asked = ("--solve", solve, "--theorem", "elastic-split")
    assert word in mistake("calibrate", setup, f"--target={target}", *asked)


@pytest.mark.parametrize("name", ["plot.gif", "plot", "missing/plot.png"])
def test_a_plot_that_cannot_be_drawn(name, setup, tmp_path):
    assert "plot" in mistake("bounds", setup, "--plot", tmp_path / name)


def test_demo_without_torch_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(declaration, "find_spec", lambda name: None)
    assert "Run: pip install 'stability-bounds[networks]'." in mistake(
        "demo", "--out", tmp_path / "demo"
    )
    assert not (tmp_path / "demo").exists()


def test_a_fault_of_the_program_is_not_blamed_on_the_input(monkeypatch, setup):
    def broken(path):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("stability.setup.file.read_setup", broken)
    text = mistake("bounds", setup, status=1)
    assert "not of your input" in text and "ZeroDivisionError" in text
    monkeypatch.setenv(SHOW_TRACEBACK, "1")
    result = CliRunner().invoke(app, ["bounds", setup])
    assert isinstance(result.exception, ZeroDivisionError)


def shell(*arguments, **more):
    return subprocess.run([str(a) for a in arguments], capture_output=True, text=True, **more)


def test_the_installed_program_and_the_module_agree(setup):
    installed = shell(STABILITY, "bounds", setup, "--json")
    module = shell(sys.executable, "-m", "stability.cli.app", "bounds", setup, "--json")
    assert installed.returncode == module.returncode == 0
    assert installed.stdout == module.stdout and installed.stderr == module.stderr == ""


def test_real_mistakes_end_with_status_2(tmp_path):
    for arguments in (["bounds", tmp_path / "none.toml"], ["bnds"]):
        done = shell(STABILITY, *arguments)
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_a_terminal_without_unicode_is_no_obstacle(setup, tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    accented = tmp_path / "größe.toml"
    accented.write_text(GOOD)
    for arguments in (["bounds", setup, "--all"], ["compare", setup, accented]):
        done = shell(STABILITY, *arguments, env=environment)
        assert done.returncode == 0 and done.stderr == "" and len(done.stdout) > 300


def test_importing_the_library_and_the_commands_is_light():
    code = "import stability, stability.cli.app, sys; "
    code += "print([m for m in ('torch', 'matplotlib', 'cvxpy', 'sklearn') if m in sys.modules])"
    done = shell(sys.executable, "-c", code)
    assert done.stdout.strip() == "[]", done.stderr
    heavy = shell(sys.executable, "-c", "import matplotlib; " + code)
    assert heavy.stdout.strip() == "['matplotlib']", "this check can fail"
