"""Stored certificates prove what they say, and not after a single number was changed."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stability.errors import SetupError
from stability_proofs.certificates import PROBLEMS
from stability_proofs.certificates.__main__ import main
from stability_proofs.kernel.notation import dot, square
from stability_proofs.kernel.terms import VECTOR, ProofError, le, num, var
from stability_proofs.tactics import stored
from stability_proofs.tactics.stored import FOLDER, Problem, parse


@pytest.mark.parametrize("name", PROBLEMS)
def test_proves_its_goal(name: str) -> None:
    problem = PROBLEMS[name]()
    theorem = stored.certified(name, problem)
    assert theorem.conclusion == problem.goal
    assert theorem.hypotheses <= {
        h for fact in (*problem.facts, *problem.nonzero) for h in fact.hypotheses
    }


def test_every_file_has_a_problem() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(PROBLEMS)


def tampered(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The record with one multiplier, or one entry of a matrix, 1% larger or smaller; or gone."""
    for factor in (Fraction(99, 100), Fraction(101, 100), Fraction(0), Fraction(-1)):
        for position, part in enumerate(record["numbers"]):
            changed = copy.deepcopy(record)
            new = str(Fraction(part["coefficient"]) * factor)
            changed["numbers"][position]["coefficient"] = new
            yield changed
        for kind in ("forms", "squares"):
            for position, part in enumerate(record[kind]):
                for row, entries in enumerate(part["matrix"]):
                    for column, entry in enumerate(entries):
                        if Fraction(entry):
                            changed = copy.deepcopy(record)
                            matrix = changed[kind][position]["matrix"]
                            matrix[row][column] = str(Fraction(entry) * factor)
                            yield changed


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_tampered_certificate_is_refused(name: str) -> None:
    problem = PROBLEMS[name]()
    record = json.loads((FOLDER / f"{name}.json").read_text())
    problem.prove(parse(json.dumps(record)))
    several = list(tampered(record))
    assert len(several) >= 4
    for changed in several:
        with pytest.raises(ProofError):
            problem.prove(parse(json.dumps(changed)))


def test_squares_and_forms_are_found_rounded_and_checked() -> None:
    pytest.importorskip("cvxpy")
    a, b, u = var("a"), var("b"), var("u", VECTOR)
    for problem in (
        Problem(le(2 * a * b, a**2 + b**2), (), terms=(a, b), degree=0),
        Problem(le(4 * a * b - 4 * b + 2 * a, a**2 + 4 * b**2 + 1), (),
                terms=(num(1), a, b), degree=0),
        Problem(le(0, square(u - 3 * u) + dot(u, u)), (), vectors=(u,), degree=0),
    ):  # fmt: skip
        found = problem.search()
        assert found is not None
        assert problem.prove(found).conclusion == problem.goal
        again = parse(stored.record(problem, found))
        assert again == found


def test_what_is_false_is_not_found() -> None:
    pytest.importorskip("cvxpy")
    a, b = var("a"), var("b")
    assert Problem(le(3 * a * b, a**2 + b**2), (), terms=(a, b), degree=0).search() is None


def test_certificates_are_found_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cvxpy")
    monkeypatch.setattr("stability_proofs.certificates.__main__.FOLDER", tmp_path)
    assert main(["projections-apart"]) == 0
    found = (tmp_path / "projections-apart.json").read_text()
    PROBLEMS["projections-apart"]().prove(parse(found))


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["projections"]) == 2
    assert "projections-apart" in capsys.readouterr().err


def test_searching_without_cvxpy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cvxpy", None)
    a, b = var("a"), var("b")
    with pytest.raises(SetupError, match=r"pip install 'stability-bounds\[testing\]'"):
        Problem(le(2 * a * b, a**2 + b**2), (), terms=(a, b), degree=0).search()
