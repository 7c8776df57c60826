"""`stability prove` and `python -m stability_proofs`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from stability.cli.app import app


def prove(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["prove", *arguments])


def test_the_table_says_what_a_proof_rests_on() -> None:
    result = prove("mohri2018-replacement", "mou2018-sgld")
    assert result.exit_code == 0
    assert "mcdiarmid" in result.stdout
    assert "undecided" in result.stdout
    assert "1 of 2 proved" in result.stdout


def test_json() -> None:
    result = prove("mohri2018-replacement", "--json")
    (line,) = json.loads(result.stdout)["theorems"]
    assert set(line) == {"id", "verdict", "axioms", "reason", "seconds"}
    assert (line["verdict"], line["axioms"]) == ("proved", ["mcdiarmid"])


def test_mutants() -> None:
    answer = json.loads(prove("hardt2016-expectation", "--mutants", "--json").stdout)
    assert answer["mutants"] >= 3
    assert answer["survivors"] == []
    assert "still proved" in prove("hardt2016-expectation", "--mutants").stdout


def test_steps_are_numbered_and_say_what_they_use() -> None:
    result = prove("mohri2018-replacement", "--steps")
    assert result.exit_code == 0
    assert "    1  " in result.stdout and "by lemma gaps.tails.gap_tail; from " in result.stdout
    assert "by trust in mcdiarmid" in result.stdout and "Claim: " in result.stdout
    assert "(step " in result.stdout and "axiom mcdiarmid: McDiarmid" in result.stdout


def test_steps_as_json() -> None:
    short, full = (
        json.loads(prove("mohri2018-replacement", "--steps", "--json", *more).stdout)
        for more in ((), ("--full",))
    )
    (derivation,), (longer,) = short["derivations"], full["derivations"]
    names = {step["step"] for step in derivation["steps"]}
    assert derivation["id"] == "mohri2018-replacement" and set(derivation["proves"]) <= names
    assert all(set(step["uses"]) | set(step["hypotheses"]) <= names for step in derivation["steps"])
    assert len(longer["steps"]) > 2 * len(derivation["steps"])
    last = {step["step"]: step["formula"] for step in longer["steps"]}[longer["proves"][-1]]
    assert last == derivation["steps"][-1]["formula"]


def test_steps_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "steps.html"
    result = prove("mohri2018-replacement", "--steps", "--html", str(page))
    assert result.exit_code == 0 and page.name in result.stdout.replace("\n", "")
    assert "&lt;=" in page.read_text() and "<table>" in page.read_text()


def test_lemmas_are_listed_with_their_statements() -> None:
    listed = prove("--lemmas", "convexity.vectors").stdout
    assert "cauchy_schwarz: <x, y> <= |x| |y|" in listed
    assert "shows <u, v> <= |u| * |v|" in listed
    (lemma,) = json.loads(prove("--lemmas", "convexity.vectors.norm_scaled", "--json").stdout)[
        "lemmas"
    ]
    assert lemma["subject"] == "convexity" and len(lemma["premises"]) == len(lemma["shows"]) == 1
    own = prove("--lemmas", "convexity.vectors.cauchy_schwarz", "--steps")
    assert "by square_of" in own.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--steps",), "IDs of theorems"),
        (("--lemmas", "--steps"), "names of lemmas"),
        (("mou2018-sgld", "--steps"), "undecided"),
        (("mohri2018-replacement", "--full"), "--steps"),
        (("--lemmas", "convexity.vector"), "convexity.vectors"),
        (("mohri2018-replacement", "--steps", "--mutants"), "at most one"),
    ],
)
def test_what_has_no_steps_is_told(arguments: tuple[str, ...], told: str) -> None:
    result = prove(*arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


def test_a_misspelt_identifier_is_told() -> None:
    result = prove("mohri2018-replacment")
    assert result.exit_code == 2
    assert "Did you mean mohri2018-replacement" in result.stderr


def test_help_teaches() -> None:
    text = prove("--help").stdout
    assert "undecided" in text
    assert "--mutants" in text


def test_the_module_prints_the_ledger() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "stability_proofs", "bousquet2002-thm12-emp"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "bousquet2002-thm12-emp" in run.stdout
    assert "1 proved in " in run.stdout
