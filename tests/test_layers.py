"""Which module may import which: the contracts of .importlinter hold, and can fail."""

from __future__ import annotations

import ast
import fnmatch
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / ".importlinter"


def lint(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter as `lint-imports` does, on the packages in a folder."""
    places = [str(folder), str(folder / "proofs"), str(folder / "experiments")]
    code = "import sys; from importlinter.cli import lint_imports_command as go; sys.exit(go())"
    return subprocess.run(
        [sys.executable, "-c", code, "--config", str(config), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": os.pathsep.join(places), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_contracts_hold() -> None:
    result = lint(ROOT, CONFIG)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The packages, copied so that they can be broken."""
    for package in ("stability", "proofs", "experiments"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc"))
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("stability/bounds/analyse.py", "import torch", "The theory needs neither torch"),
        (
            "stability/theorems/statements/term.py",
            "import matplotlib.pyplot",
            "The theory needs neither torch",
        ),
        (
            "stability/theorems/mohri2018.py",
            "from stability.bounds.analyse import analyse",
            "Arrows point one way",
        ),
        ("stability/report/words.py", "import stability.estimate", "Arrows point one way"),
        (
            "stability/dynamics/neurashed/probes.py",
            "from stability.elasticity.class_averages import class_means",
            "Arrows point one way",
        ),
        (
            "stability/theorems/kinds/conversion.py",
            "from stability.theorems.kinds.stability_theorem import StabilityStatement",
            "The three kinds of theorem share a base",
        ),
        (
            "stability/datasets/dataset.py",
            "from stability.datasets.own.files import read_file",
            "Sources and readers of one",
        ),
        ("stability/errors.py", "from stability.setup.setup import Setup", "Arrows point one way"),
        (
            "stability/runs/learners/registry.py",
            "from stability.runs.file.read import parse_run_file",
            "A run file names a learner",
        ),
        (
            "stability/runs/tasks/store.py",
            "from stability.runs.study import Study",
            "A run file names a learner",
        ),
        (
            "stability/theorems/kinds/base.py",
            "from stability.theorems.catalogue import CATALOGUE",
            "A paper is made of kinds of theorem",
        ),
        (
            "proofs/stability_proofs/tactics/vocabulary.py",
            "from stability_proofs.lemmas.gaps.gaps import mean_gap",
            "Derivations rest on lemmas",
        ),
        (
            "proofs/stability_proofs/lemmas/gaps/gaps.py",
            "from stability_proofs.theorems.catalogue import DERIVATIONS",
            "Derivations rest on lemmas",
        ),
        (
            "experiments/stability_experiments/demo/experiment.py",
            "import stability_experiments.bounds.gap_vs_bounds.body",
            "Experiments know the framework",
        ),
        (
            "experiments/stability_experiments/framework/run.py",
            "from stability_experiments.common.images import images",
            "Experiments know the framework",
        ),
        (
            "stability/runs/run.py",
            "from stability_experiments.framework.finding import find",
            "Arrows point one way",
        ),
        ("stability/cli/output.py", "import torch", "torch is imported only"),
        ("stability/runs/tasks/store.py", "import hypothesis", "hypothesis is a matter of"),
        (
            "proofs/stability_proofs/kernel/checker.py",
            "import sympy",
            "The trusted core imports nothing",
        ),
        (
            "proofs/stability_proofs/kernel/terms.py",
            "from stability.theorems.statements.symbols import t",
            "The trusted core imports nothing",
        ),
        ("proofs/stability_proofs/lemmas/analysis/roots.py", "import cvxpy", "Solvers search"),
    ],
)
def test_a_forbidden_import_is_caught(copied: Path, module: str, line: str, contract: str) -> None:
    file = copied / module
    lines = file.read_text().splitlines()
    # Inside a function too: the linter reads the source, it does not run it.
    file.write_text("\n".join([*lines, "", "def _late():", f"    {line}", ""]))
    result = lint(copied, CONFIG)
    assert result.returncode == 1, result.stdout + result.stderr
    broken = [text for text in result.stdout.splitlines() if " BROKEN" in text]
    assert any(text.startswith(contract) for text in broken), result.stdout


def test_the_linter_reads_the_copy(copied: Path) -> None:
    """Without a breakage the copy passes: what the test above sees is the breakage."""
    result = lint(copied, CONFIG)
    assert result.returncode == 0, result.stdout + result.stderr


def in_circles(arrows: dict[str, set[str]]) -> set[str]:
    """What is left when whatever imports nothing that is left is taken away, again and again."""
    left = dict(arrows)
    while free := {module for module, imported in left.items() if not imported & left.keys()}:
        left = {module: imported for module, imported in left.items() if module not in free}
    return set(left)


@cache
def whole() -> grimp.ImportGraph:
    """All imports of the three packages."""
    packages = ("stability", "stability_proofs", "stability_experiments")
    return grimp.build_graph(*packages, cache_dir=None)


def test_no_file_imports_itself_by_way_of_others() -> None:
    """Late imports inside functions count as well."""
    graph = whole()
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(arrows) > 400
    assert in_circles(arrows) == set()


FOUND_BY_LOOKING = {
    "stability.setup.algorithms": "stability.setup.algorithms.*",
    "stability.training.networks.registry": "stability.training.networks.architectures.*",
    "stability_proofs.display.lemmas": "stability_proofs.lemmas.*",
    "stability_experiments.framework.finding": "stability_experiments.*.experiment",
}
"""Modules that import what they find in a folder, and the names of what they find."""
BY_NAME = {"import_module", "__import__", "spec_from_file_location", "run_module"}
OTHERS = {
    "stability.lazy",  # imports that stand in the source, where the linter reads them
    "stability.runs.learners.own_file",  # a file of the user's own
    "stability.runs.learners.estimator_making",  # a class of scikit-learn that a run file names
}


def imports_by_name(source: str) -> bool:
    """Whether a source calls a function that imports a module by a text, or runs a text."""
    for node in ast.walk(ast.parse(source)):
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Name) and function.id in {*BY_NAME, "exec", "eval"}:
            return True
        if isinstance(function, ast.Attribute) and function.attr in BY_NAME:
            return True
    return False


def test_no_import_is_hidden_from_the_linter() -> None:
    """Modules are imported by name only where something is found by looking into a folder."""
    hidden = set()
    for place in ("stability", "proofs/stability_proofs", "experiments/stability_experiments"):
        for path in (ROOT / place).rglob("*.py"):
            if imports_by_name(path.read_text()):
                parts = path.relative_to((ROOT / place).parent).with_suffix("").parts
                hidden.add(".".join(parts).removesuffix(".__init__"))
    assert hidden == {*FOUND_BY_LOOKING, *OTHERS}
    for finder, names in FOUND_BY_LOOKING.items():
        found = fnmatch.filter(whole().modules, names)
        assert found, finder
        for module in found:  # an arrow back would close a circle that no contract sees
            assert whole().find_shortest_chain(module, finder) is None, (module, finder)


@pytest.mark.parametrize(
    "line", ["importlib.import_module(name)", "import_module('a')", "__import__('a')", "exec(text)"]
)
def test_a_hidden_import_is_seen(line: str) -> None:
    assert imports_by_name(f"def late():\n    return {line}")
    assert not imports_by_name("model().eval()\nimportlib.metadata.version('a')")


def test_a_circle_is_seen() -> None:
    circle = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}
    assert in_circles(circle) == {"a", "b", "c"}
    assert in_circles({**circle, "c": {"d"}}) == set()
