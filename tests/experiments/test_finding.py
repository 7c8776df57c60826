"""Experiments are found by looking into folders; listing them loads nothing that takes long."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import stability
from stability.errors import SetupError
from stability_experiments.framework.declaration import Experiment, Preset
from stability_experiments.framework.finding import PACKAGE, experiments, find, modules

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("one", experiments(), ids=lambda one: one.name)
def test_a_declaration_says_what_there_is_to_say(one: Experiment) -> None:
    assert isinstance(one, Experiment)
    assert one.shows and not one.shows.endswith(".") and one.shows[0].islower()
    names = [preset.name for preset in one.presets]
    assert (
        names[0] == "smoke" and set(names) <= {"smoke", "paper"} and len(set(names)) == len(names)
    )
    assert one.presets[0].minutes <= 1 and all(preset.minutes > 0 for preset in one.presets)
    assert set(one.needs) <= {"mnist", "cifar-10"}


def test_every_folder_is_named_like_its_experiment() -> None:
    folders = [module.split(".")[-2] for module in modules(PACKAGE)]
    assert [one.name.replace("-", "_") for one in experiments()] == folders
    assert len(set(folders)) == len(folders) > 6
    assert all((PACKAGE / m.split(".", 1)[1].replace(".", "/")).with_suffix(".py").is_file()
               for m in modules(PACKAGE))  # fmt: skip


LISTING = """
import sys
from stability_experiments.framework.finding import experiments, find
[one.record() for one in experiments()]
heavy = {"torch", "matplotlib", "sklearn", "scipy", "sympy", "pandas", "numpy"} & set(sys.modules)
print(sorted(heavy | {name for name in sys.modules if name.endswith(".body")}))
import stability_experiments.bounds.ridge_bounds_mnist.body
print("matplotlib" in sys.modules or "numpy" in sys.modules)
"""


def run_python(*arguments: str, package: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Python with the packages of this tree, but the experiments of another folder if given."""
    places = [package or ROOT / "experiments", Path(stability.__file__).parents[1], ROOT / "proofs"]
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places)), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


def test_the_list_loads_no_body_and_nothing_heavy() -> None:
    assert run_python("-c", LISTING).stdout.split() == ["[]", "True"]


MADE_UP = '''"""`made-up`: counts to three."""

from stability_experiments.framework.declaration import Experiment, presets
from stability_experiments.framework.result import Claim, ExperimentFindings, Row


def body(context):
    stages = context.stages({"length": 3}, ())
    found = stages.cached("numbers", lambda: {"value": 3.0})
    row = Row(name="<b>three</b>", computed=float(found["value"]), note="counted & found")
    return ExperimentFindings(rows=(row,), claims=(Claim(claim="three", holds=True),), figures=())


EXPERIMENT = Experiment(
    name="made-up", shows="that it counts to three", presets=presets(smoke=0.1, paper=1), body=body
)
'''


def test_one_new_folder_is_all_that_a_new_experiment_takes(tmp_path: Path) -> None:
    package = tmp_path / "experiments"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, package / PACKAGE.name, ignore=ignored)
    folder = package / PACKAGE.name / "dynamics" / "made_up"
    folder.mkdir(parents=True)
    (folder / "experiment.py").write_text(MADE_UP)
    command = ("-m", "stability", "experiment")
    listed = json.loads(run_python(*command, "list", "--json", package=package).stdout)
    [one] = [x for x in listed["experiments"] if x["name"] == "made-up"]
    assert one["shows"] == "that it counts to three"
    out = package / "results" / "made-up" / "smoke"
    done = run_python(*command, "run", "made-up", "--out", str(out), package=package)
    assert done.returncode == 0 and "holds: three" in done.stdout, done.stderr
    results = ("-m", "stability_experiments.framework.results_page")
    made = run_python(*results, package=package)
    assert made.returncode == 0, made.stderr
    text = (package / "RESULTS.md").read_text()
    assert "## made-up" in text and "| <b>three</b> | 3 |" in text
    page = tmp_path / "page.html"
    done = run_python("-m", "stability", "report", str(out), "--out", str(page), package=package)
    assert done.returncode == 0, done.stderr
    assert "That it counts to three." in page.read_text()
    assert "&lt;b&gt;three&lt;/b&gt;" in page.read_text()
    shutil.rmtree(package / "results")
    made = run_python(*results, package=package)
    assert made.returncode == 1 and made.stderr.startswith("error: "), made.stderr
    assert "work in a checkout" in made.stderr and "Traceback" not in made.stderr


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ridge-bounds-mnst", "ridge-bounds-mnist"),
        ("logistic", "logistic-bounds-mnist"),
        ("logistic_bounds_mnist", "logistic-bounds-mnist"),
    ],
)
def test_an_unknown_name_gets_the_nearest(name: str, near: str) -> None:
    with pytest.raises(SetupError, match=f"Did you mean '{near}'"):
        find(name)


def test_a_name_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(SetupError) as caught:
        find("xyz")
    assert "Did you mean" not in str(caught.value)


def nothing(context):
    raise AssertionError("not to be run")


NEEDY = Experiment(
    name="needy",
    shows="nothing",
    presets=(Preset(name="smoke", minutes=1),),
    needs=("mnist",),
    body=nothing,
)


def test_missing_data_are_asked_for_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"needy, --data.*mnist/.*--data DIR"):
        NEEDY.check("smoke", None)
    with pytest.raises(SetupError, match="no folder mnist/"):
        NEEDY.check("smoke", tmp_path)
    (tmp_path / "mnist").mkdir()
    NEEDY.check("smoke", tmp_path)
    find("ridge-bounds-mnist").check("smoke", None)


def test_an_unknown_preset_gets_the_nearest() -> None:
    with pytest.raises(SetupError, match=r"'papr'.*Did you mean 'paper'"):
        find("ridge-bounds-mnist").check("papr", None)
