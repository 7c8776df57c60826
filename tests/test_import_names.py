"""Import names are unique: the library works beside packages of the same everyday names.

One folder stands for that of a person who uses it: it holds packages `experiments`, `proofs` and
`tests`, with code in them, and a test that uses the library and that code. A wheel holds the three
packages of the library and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).with_name("stability")
PACKAGES = {
    "stability": ROOT,
    "stability_proofs": ROOT / "proofs",
    "stability_experiments": ROOT / "experiments",
}
"""The packages of the library, and the folder that each of them lies in."""
PLACES = tuple(PACKAGES.values())

FILES: Mapping[str, str] = {
    "experiments/__init__.py": "",
    "experiments/mine.py": "RATE = 0.5\n",
    "proofs/__init__.py": "",
    "proofs/lemma.py": "from experiments.mine import RATE\n\nHALF = RATE\n",
    "tests/__init__.py": "",
    "tests/helpers.py": "from proofs.lemma import HALF\n\nTWICE = 2 * HALF\n",
    "tests/test_mine.py": """\
import sympy

from stability.testing import assert_contract
from stability.theorems.catalogue import named
from stability_proofs.testing import assert_derivable
from tests.helpers import TWICE


def test_own_code():
    assert TWICE == 1


def test_a_theorem():
    assert_contract(named("hardt2016-expectation"))


def test_a_step():
    a, b = sympy.symbols("a b", positive=True)
    assert_derivable(a * b <= 3 * a, [b <= 3])
""",
    "setup.toml": """\
[sample]
size = 1000
[stability]
notion = "uniform"
values = { beta = 1e-5 }
""",
    "pyproject.toml": "[tool.pytest.ini_options]\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of someone who uses the library, with packages of their own."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(folder: Path, *command: str | Path, places: tuple[Path, ...] = PLACES) -> str:
    """What a command run in the folder prints; it must succeed.

    The person's folder comes first among the places where Python looks, the library after it.
    """
    path = os.pathsep.join(map(str, (folder, *places)))
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("start", [(COMMAND,), (sys.executable, "-m", "stability")])
def test_the_command_line(folder: Path, start: tuple[str | Path, ...]) -> None:
    assert "bousquet2002-thm12-emp" in run(folder, *start, "bounds", "setup.toml", "--all")
    assert "ridge-bounds-mnist" in run(folder, *start, "experiment", "list")
    assert "proved" in run(folder, *start, "prove", "hardt2016-convex")


def test_their_tests_and_their_imports(folder: Path) -> None:
    assert "3 passed" in run(folder, sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    code = "import stability_experiments, stability_proofs, experiments.mine as mine; print(mine)"
    assert str(folder) in run(folder, sys.executable, "-c", code)


def test_their_tests_can_fail(folder: Path) -> None:
    """Negative control: the test file of the folder is what runs."""
    (folder / "experiments" / "mine.py").write_text("RATE = 0.25\n")
    with pytest.raises(AssertionError, match="1 failed, 2 passed"):
        run(folder, sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


def test_a_wheel_holds_three_packages_and_works(folder: Path) -> None:
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, capture_output=True, timeout=120, check=True)
    (wheel,) = (folder / "dist").iterdir()
    unpacked = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    found = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    information = f"{wheel.name.removesuffix('-py3-none-any.whl')}.dist-info"
    assert {name.partition("/")[0] for name in found} == {*PACKAGES, information}
    kept = {
        path.relative_to(home).as_posix()
        for name, home in PACKAGES.items()
        for path in (home / name).rglob("*")
        if path.suffix in {".py", ".html", ".json", ".typed"}
    }
    assert kept == {name for name in found if not name.startswith(information)}
    assert {"stability/report/html/templates/base.html", "stability/py.typed"} <= kept
    assert "stability_proofs/certificates/cocoercivity.json" in kept
    code = "import stability as s, stability_proofs as p; print(s.__file__, p.__file__)"
    where = run(folder, sys.executable, "-c", code, places=(unpacked,))
    assert where.count(str(unpacked)) == 2
    prove = (sys.executable, "-m", "stability", "prove", "hardt2016-convex")
    assert "proved" in run(folder, *prove, places=(unpacked,))
