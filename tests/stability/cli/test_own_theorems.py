"""`--theorems`: what a file or an entry point may hold, what is refused, and what every command
says of it."""

from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from stability.cli import laws, own_theorems
from stability.cli.app import app
from stability.cli.own_theorems import every_theorem, read_theorems
from stability.conventions import Trust
from stability.errors import SetupError
from stability.own_code import OwnCodeError
from tests.stability import own_theorems as examples

SETUP = """
sample = { size = 1000000 }
loss = { range = 1, lipschitz = 1, convex = true }
algorithm = { kind = "erm", regularization = 0.1 }
"""
SOURCE = Path(examples.__file__).read_text()
PROOF = """
from stability_proofs.lemmas.gaps.gaps import mean_gap as replaced_mean_gap
from stability_proofs.lemmas.gaps.gaps import replaced_from_deleted
from stability_proofs.semantics.claims import Derived
from stability_proofs.semantics.reading import symbol_term


def proof(claim):
    beta, M = map(symbol_term, ("beta", "M"))
    return Derived((replaced_mean_gap(replaced_from_deleted(beta, M), 2 * beta),))


print("noise of the file")
THEOREMS = [constant, shortcut(), (gap), mean_gap]
DERIVATIONS = {"mine-mean": proof}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("own")
    (made / "mine.py").write_text(SOURCE + PROOF)
    (made / "setup.toml").write_text(SETUP)
    return made


@pytest.fixture(autouse=True)
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def as_json(*arguments: str) -> Any:
    result = run(*arguments, "--theorems", "mine.py", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def written(folder: Path, text: str) -> list[str]:
    (folder / "other.py").write_text(text)
    return ["other.py"]


def test_theorems_are_read_and_labelled(capfd: pytest.CaptureFixture[str]) -> None:
    own = read_theorems(["mine.py"])
    assert [t.id for t in own.theorems] == ["mine-erm", "mine-replaced", "mine-gap", "mine-mean"]
    assert {t.trust for t in own.theorems} == {Trust.OWN}
    assert {t.origin.place for t in own.theorems if t.origin} == {"mine.py"}
    assert set(own.derivations) == {"mine-mean"}
    out, err = capfd.readouterr()
    assert "noise" in err and not out
    assert every_theorem(read_theorems(None)) is None
    one = read_theorems(["mine.py:gap"])
    assert [t.id for t in one.theorems] == ["mine-gap"] and not one.derivations


def test_what_the_file_says_of_trust_is_not_believed(folder: Path) -> None:
    text = SOURCE + (
        "from dataclasses import replace\nfrom stability.conventions import Trust\n"
        "THEOREMS = (replace(gap(), trust=Trust.DERIVED),)\n"
    )
    assert read_theorems(written(folder, text)).theorems[0].trust is Trust.OWN


def test_every_form_says_whose_it_is() -> None:
    asked = ("bounds", "setup.toml", "--quantity", "expected-gap")
    record = as_json(*asked)
    assert record["own_theorems"][0]["id"] == "mine-erm"
    assert record["own_theorems"][0]["file"] == "mine.py"
    assert len(record["own_theorems"][0]["sha256"]) == 64
    mine = record["rows"][record["best"]["of_your_own"]]
    assert (mine["constant"], mine["trust"]) == ("mine-erm", "of your own")
    assert record["rows"][record["best"]["row"]]["trust"] == "derived here"
    for form in ("--csv", "--latex"):
        told = run(*asked, "--theorems", "mine.py", form).stdout
        lines = [line for line in told.splitlines() if "mine-" in line]
        assert lines and all("of your own" in line for line in lines)


def test_the_other_commands_take_them() -> None:
    swept = as_json("bounds", "setup.toml", "--over", "sample.size=1000,2000")
    assert swept["rows"][0]["best"]["uniform-own"]["trust"] == "of your own"
    assert swept["own_theorems"][2]["id"] == "mine-gap"
    listed = as_json("theorems")["theorems"]
    assert [one["id"] for one in listed][-1] == "mine-mean" and len(listed) == 4
    assert listed[0]["origin"]["file"] == "mine.py" and listed[0]["verdict"] == "undecided"
    value = as_json("evaluate", "mine-gap", "beta=0.01", "delta=0.1")
    assert value["value"] == 0.01 and value["own_theorems"][0]["id"] == "mine-gap"
    shown = run("theorems", "mine-gap", "--theorems", "mine.py").stdout
    assert "of your own, from mine.py: this library has not checked it" in shown
    bib = run("theorems", "--bib", "--theorems", "mine.py").stdout
    assert "@misc{mine-gap," in bib and "The stability maintainers" not in bib


def test_calibrate_and_compare_name_them() -> None:
    few = ["--theorem", "mine-gap", "--theorems", "mine.py"]
    told = run("calibrate", "setup.toml", "--target", "0.5", "--solve", "sample.size", *few)
    assert "theorems of your own, mine-erm (mine.py) and mine-gap (mine.py), for" in told.stdout
    both = run("compare", "setup.toml", "setup.toml", "--theorems", "mine.py", "--csv")
    assert "of your own" in both.stdout


def test_the_checker_judges_a_derivation_of_your_own() -> None:
    record = as_json("prove")
    verdicts = {one["id"]: one["verdict"] for one in record["theorems"]}
    assert verdicts == {
        "mine-erm": "undecided", "mine-replaced": "undecided", "mine-gap": "undecided",
        "mine-mean": "proved",
    }  # fmt: skip
    assert [one["id"] for one in record["own_theorems"]] == list(verdicts)
    steps = run("prove", "mine-mean", "--steps", "--theorems", "mine.py")
    assert steps.exit_code == 0 and "Claim: " in steps.stdout
    wrong = run("prove", "mine-gap", "--steps", "--theorems", "mine.py")
    assert wrong.exit_code == 2 and "undecided: no derivation" in wrong.stderr


def test_a_derivation_of_something_else_proves_nothing(folder: Path) -> None:
    text = SOURCE + PROOF.replace('{"mine-mean": proof}', '{"mine-gap": proof}')
    (folder / "other.py").write_text(text)
    told = json.loads(run("prove", "mine-gap", "--theorems", "other.py", "--json").stdout)
    assert told["theorems"][0]["verdict"] == "undecided" and told["theorems"][0]["reason"]


def test_laws_are_tried_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "EXAMPLES", 3)
    told = run("prove", "mine-replaced", "--theorems", "mine.py", "--laws")
    assert told.exit_code == 1, "mine-replaced is wrong"
    assert "conversions are consistent: a constant beta of 1 gives epsilon = 1/7" in told.stdout
    assert "mine-replaced: 17 laws hold, 1 broken" in told.stdout


WRONG = [
    ("x = 1", "nothing called THEOREMS; allowed: THEOREMS: a StabilityTheorem"),
    (SOURCE, r"Add at its end: THEOREMS = \(constant\(\), gap\(\), mean_gap\(\), shortcut\(\)\)"),
    (f"{SOURCE}\nTHEOREM = OWN", "Did you mean|Add at its end"),
    (f"{SOURCE}\nTHEOREMS = []", "no theorem in it"),
    (f"{SOURCE}\nTHEOREMS = [gap(), 3]", r"THEOREMS\[1\]: found int '3'"),
    (f"{SOURCE}\nTHEOREMS = StabilityTheorem", "THEOREMS: found the class StabilityTheorem"),
    ("import nonsense_module", r"ModuleNotFoundError: .* \(other.py, line 1\)"),
    ("from stability.theorems.statements.symbols import symbols\nx = symbols('bta')", "'bta'"),
    (f"{SOURCE}\ndef bad():\n    return 1 / 0\nTHEOREMS = bad", r"ZeroDivisionError.*other.py"),
    (f"{SOURCE}\nTHEOREMS = gap\nDERIVATIONS = {{'mine-gp': gap}}", "Did you mean mine-gap"),
    (f"{SOURCE}\nTHEOREMS = gap\nDERIVATIONS = {{'mine-gap': 3}}", r"DERIVATIONS\['mine-gap'\]"),
    (f"{SOURCE}\nTHEOREMS = gap\nDERIVATIONS = [gap]", "DERIVATIONS: found list"),
    (
        SOURCE.replace('id="mine-gap"', 'id="mohri2018-replacement"') + "\nTHEOREMS = gap",
        "one in the library and one in other.py",
    ),
    (SOURCE.replace('id="mine-gap"', 'id="Mine"') + "\nTHEOREMS = gap", "identifier 'Mine' is not"),
    (
        SOURCE.replace("beta / (10 * delta)", "beta * __import__('sympy').Symbol('zeta')")
        + "\nTHEOREMS = gap",
        "zeta is not in the table of symbols",
    ),
    (
        SOURCE.replace('{"beta": 1, "delta": -1}', '{"beta": 1}') + "\nTHEOREMS = gap",
        "declare delta: -1",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_told(text: str, message: str, folder: Path) -> None:
    given = written(folder, text)
    with pytest.raises(SetupError, match=message):
        read_theorems(given)


def test_two_files_and_no_file() -> None:
    with pytest.raises(SetupError, match=r"one in mine\.py and one in mine\.py"):
        read_theorems(["mine.py", "mine.py:gap"])
    with pytest.raises(SetupError, match="no readable file"):
        read_theorems(["none.py"])
    with pytest.raises(SetupError, match="none is installed"):
        read_theorems(["mine"])
    told = run("bounds", "setup.toml", "--theorems", "mine.txt")
    assert told.exit_code == 2 and "FILE.py with THEOREMS" in told.stderr


def test_a_check_of_your_own_that_breaks_is_told_with_its_line(folder: Path) -> None:
    text = SOURCE.replace(
        'hypotheses=(trains_by("erm"),)',
        'hypotheses=(trains_by("erm"), Hypothesis("big", "it is big", lambda setup: setup.bog))',
    )
    (folder / "other.py").write_text(
        "from stability.theorems.kinds.hypothesis import Hypothesis\n"
        + text.replace("from __future__ import annotations\n", "")
        + "THEOREMS = constant\n"
    )
    told = run("bounds", "setup.toml", "--theorems", "other.py")
    assert told.exit_code == 2
    assert "--theorems: found AttributeError" in told.stderr and "other.py, line" in told.stderr


def test_an_entry_point_is_taken_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = folder / "my_theorems"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text("")
    (package / "stated.py").write_text(SOURCE + PROOF.replace("print", "str"))
    monkeypatch.syspath_prepend(str(folder))
    points = EntryPoints(
        [
            EntryPoint("mine", "my_theorems.stated", own_theorems.GROUP),
            EntryPoint("gap", "my_theorems.stated:gap", own_theorems.GROUP),
            EntryPoint("twice", "a", own_theorems.GROUP),
            EntryPoint("twice", "b", own_theorems.GROUP),
            EntryPoint("broken", "my_theorems.nothing", own_theorems.GROUP),
        ]
    )
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points.select(group=group))
    own = read_theorems(["mine"])
    assert len(own.theorems) == 4 and set(own.derivations) == {"mine-mean"}
    origin = own.theorems[0].origin
    assert origin is not None and origin.told["entry_point"] == "mine"
    assert len(origin.told["sha256"]) == 64
    assert [t.id for t in read_theorems(["gap"]).theorems] == ["mine-gap"]
    with pytest.raises(SetupError, match="Did you mean mine"):
        read_theorems(["min"])
    with pytest.raises(SetupError, match="2 entry points called twice: a, b"):
        read_theorems(["twice"])
    with pytest.raises(OwnCodeError, match="ModuleNotFoundError"):
        read_theorems(["broken"])
    for name in ("my_theorems", "my_theorems.stated"):
        sys.modules.pop(name, None)
