"""Starting stays quick: the library and each command import only what they use."""

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


NUMERICS = ("sympy", "numpy", "flint", "scipy")
SHOWING = ("rich", "jinja2", "pandas", "pyarrow")
CATALOGUE = ("stability.theorems.catalogue",)
USES_NOTHING = (*HEAVY, *NUMERICS, *SHOWING, *CATALOGUE, "joblib", "hypothesis")
BETA = ("m=60000", "delta=0.05", "beta=1e-5", "M=1")
EVALUATE = ("evaluate", "bousquet2002-thm12-emp", *BETA)


def imported(*command: str, code: str = "main()") -> set[str]:
    """The modules that a command of the command line has imported at its end."""
    program = (
        "import sys\n"
        f"sys.argv = ['stability', *{command!r}]\n"
        "from stability.cli.app import main\n"
        f"try:\n    {code}\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print('modules:', *sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    return set(result.stdout.rpartition("modules:")[2].split())


def test_the_package_alone_imports_nothing_that_it_does_not_use() -> None:
    code = f"import sys, stability; print(*[m for m in {USES_NOTHING!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert result.stdout.split() == []


SETUP = "sample.size = 1000\n[stability]\nnotion = 'uniform'\nvalues = { beta = 1e-5 }\n"


@pytest.mark.parametrize(
    ("command", "unused"),
    [
        (("--version",), USES_NOTHING),
        (("--help",), tuple({*USES_NOTHING} - {"rich"})),
        (("evaluate", "--help"), tuple({*USES_NOTHING} - {"rich"})),
        (("init", "made.toml"), USES_NOTHING),
        (EVALUATE, (*HEAVY, *SHOWING, "scipy", "joblib")),
        (("bounds", "setup.toml", "--json"), (*HEAVY, *SHOWING, "joblib")),
        (("theorems", "elastic-erm"), (*HEAVY, "scipy", "pandas", "pyarrow", "joblib")),
    ],
)
def test_a_command_imports_only_what_it_uses(
    command: tuple[str, ...], unused: tuple[str, ...], tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "setup.toml").write_text(SETUP)
    monkeypatch.chdir(tmp_path)
    assert imported(*command) & set(unused) == set()


def test_the_check_sees_what_a_command_imports() -> None:
    """Negative control: `evaluate` does use sympy, and a careless import shows."""
    assert {"sympy", "flint"} <= imported(*EVALUATE)
    assert "pandas" in imported("--version", code="import pandas; main()")


def test_one_theorem_is_found_without_making_the_others() -> None:
    code = (
        "from stability.theorems import catalogue\n"
        "made = catalogue.named('bousquet2002-thm12-emp')\n"
        "print(catalogue._made.cache_info().misses, made is catalogue.BY_ID[made.id])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    made, same = result.stdout.split()
    assert int(made) <= 10 and same == "True"


def test_testing_without_hypothesis_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    import stability.testing\n"
        "except ImportError as error:\n    print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert (
        "needs hypothesis" in result.stdout
        and "pip install 'stability-bounds[testing]'" in result.stdout
    )


def test_the_library_works_without_hypothesis() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import stability, stability.cli.app"
    subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=True)
