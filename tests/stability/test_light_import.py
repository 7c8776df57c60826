"""Importing the library stays cheap: torch, matplotlib and solvers are not touched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "matplotlib", "cvxpy", "sklearn", "z3", "cvc5", "dask")


def heavy_imports(module: str, folder: Path | None = None) -> list[str]:
    """The heavy packages that importing a module loads, in a fresh interpreter."""
    code = (
        f"import sys; sys.path[:0] = {[str(folder)] if folder else []!r}; import {module}; "
        f"print(*[h for h in {HEAVY!r} if h in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    return result.stdout.split()


@pytest.mark.parametrize(
    "module",
    ["stability", "stability.cli.app", "stability.testing", "stability.theorems.catalogue"],
)
def test_import_is_light(module: str) -> None:
    assert heavy_imports(module) == []


@pytest.mark.parametrize("heavy", ["sklearn", "matplotlib", "torch"])
def test_the_check_sees_a_heavy_import(tmp_path: Path, heavy: str) -> None:
    pytest.importorskip(heavy)
    (tmp_path / "careless.py").write_text(f"import stability\nimport {heavy}\n")
    assert heavy in heavy_imports("careless", tmp_path)


def test_the_check_sees_no_lazy_import(tmp_path: Path) -> None:
    (tmp_path / "careful.py").write_text("def plot():\n    import matplotlib\n")
    assert heavy_imports("careful", tmp_path) == []


def test_testing_without_hypothesis_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    import stability.testing\n"
        "except ImportError as error:\n    print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert "needs hypothesis" in result.stdout and "stability[dev]" in result.stdout


def test_the_library_works_without_hypothesis() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import stability, stability.cli.app"
    subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=True)
