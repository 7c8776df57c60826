"""Sweeps: every point is the analysis of the file with those values, in every form."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stability.bounds.analyse import analyse
from stability.bounds.sweep import sweep
from stability.cli.app import app
from stability.errors import SetupError
from stability.report.citations import OWN, bibliography, citation_key
from stability.report.latex.sweep import sweep_latex
from stability.report.references import REFERENCES
from stability.setup.file import parse_setup
from stability.setup.overrides import Over, swept
from stability.theorems.catalogue import CATALOGUE
from tests.stability.bounds.examples import FILE
from tests.stability.report.latex_tables import read

OVER = ("sample.size=1e3,2e4", "algorithm.regularization=0.1,0.5")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sweep") / "setup.toml"
    file.write_text(FILE)
    return file


@pytest.fixture(scope="module")
def found(path: Path):
    return sweep(swept(path, [Over.read(text) for text in OVER]), "0.05")


def test_every_row_is_the_best_of_the_file_with_these_values(found) -> None:
    values = [dict(row.point.values) for row in found.rows]
    assert [tuple(v.values()) for v in values] == [
        ("1e3", "0.1"), ("1e3", "0.5"), ("2e4", "0.1"), ("2e4", "0.5"),
    ]  # fmt: skip
    last = parse_setup(
        FILE.replace("1000", "20000").replace("regularization = 0.1", "regularization = 0.5")
    )
    assert found.rows[-1].point.setup == last
    best = analyse(last, "0.05").best()
    row = found.rows[-1].bounds
    assert best is not None
    assert min(b.value for b in row if b) == best.value
    assert all(
        b.stability.notion is c.notion and not c.own
        for b, c in zip(row, found.columns, strict=True)
        if b
    )


def test_the_forms_hold_the_same_numbers(found, path: Path, tmp_path: Path) -> None:
    runner, command = CliRunner(), ["bounds", str(path)]
    for text in OVER:
        command += ["--over", text]
    lines = list(csv.DictReader(io.StringIO(runner.invoke(app, [*command, "--csv"]).stdout)))
    record = json.loads(runner.invoke(app, [*command, "--json"]).stdout)
    drawn = runner.invoke(app, [*command, "--plot", str(tmp_path / "sweep.png")])
    assert drawn.exit_code == 0 and (tmp_path / "sweep.png").stat().st_size > 5000
    for row, line, plain in zip(found.rows, lines, record["rows"], strict=True):
        for column, bound in zip(found.columns, row.bounds, strict=True):
            if bound is not None:
                assert float(line[f"{column.key}_value"]) == bound.value
                assert plain["best"][column.key]["value"] == bound.value
    code = read(sweep_latex(found, "0.05"))
    assert len(code.rows) == 4 * len(code.heads)  # notions that do not fit are in a tabular below
    for place, row in enumerate(found.rows):
        shown = code.rows[place::4]
        assert [m and code.meanings[m] for part in shown for m in part.marks] == [
            " > ".join(b.path) if b else "" for b in row.bounds
        ]
        stars = [star for part in shown for star in part.stars]
        assert stars == [bool(b and b.vacuous) for b in row.bounds]
    assert all(citation_key(b.theorem) in code.keys for r in found.rows for b in r.bounds if b)


def test_every_theorem_has_its_source_in_the_bibliography() -> None:
    text = bibliography(CATALOGUE)
    for theorem in CATALOGUE:
        key = citation_key(theorem.id)
        assert text.count(f"{{{key},\n") == 1
        assert (key == OWN) == (theorem.source.authors == "this project")
        assert key == OWN or key.endswith(str(theorem.source.year))


def test_every_source_says_where_it_appeared_and_names_the_same_authors() -> None:
    for theorem in CATALOGUE:
        known = REFERENCES[citation_key(theorem.id)]
        plain = re.sub(r"\\\W|[{}]", "", known.authors)
        names = re.split(r", | and ", theorem.source.authors)
        people = plain.split(" and ")
        if citation_key(theorem.id) != OWN:
            assert [person.split()[-1] for person in people] == [n.split()[-1] for n in names]
    assert set(REFERENCES) == {citation_key(theorem.id) for theorem in CATALOGUE}


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (("sample.sise=1,2",), "Did you mean 'sample.size'"),
        (("size=1,2",), "SECTION.KEY=VALUE"),
        (("sample.size=",), "SECTION.KEY=VALUE"),
        (("sample.size=10,10",), "10 twice"),
        (("sample.size=10,20", "sample.size=30"), "this key twice"),
        (("sample.size=10,-5",), "sample.size = -5"),
        (("algorithm.steps=1,2",), "allowed: a key of this setup: algorithm.regularization"),
    ],
)
def test_what_cannot_be_swept_is_refused(over, said, path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        swept(path, [Over.read(text) for text in over])
    assert said in str(caught.value)
