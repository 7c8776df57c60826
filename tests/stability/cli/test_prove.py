"""`stability prove` and `python -m proofs`."""

from __future__ import annotations

import json
import subprocess
import sys

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
        [sys.executable, "-m", "stability_proofs"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "bousquet2002-thm12-emp" in run.stdout
    assert " proved in " in run.stdout
