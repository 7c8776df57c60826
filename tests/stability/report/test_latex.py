"""Tables for papers: they compile, fit one column, are escaped, and cite what the .bib file has.

Where pdflatex is on the machine the tables are set in a two-column article; everywhere else the
same is asked of their code: columns, braces, escapes, keys, and the widths that the table reckons
with.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from stability.bounds.analyse import Analysis
from stability.bounds.sweep import sweep
from stability.report.citations import bibliography, citation_key
from stability.report.latex.bounds import latex_table
from stability.report.latex.comparison import compare_latex
from stability.report.latex.sweep import sweep_latex
from stability.report.latex.tabular import LINE, Column, ColumnTable, Row
from stability.report.latex.text import escaped, latex_number, marked, width
from stability.setup.overrides import Over, swept
from stability.theorems.catalogue import BY_ID, CATALOGUE
from tests.stability.bounds.examples import FILE
from tests.stability.report.latex_tables import plain, read

NAMES = ["sgd", "kernel", "estimated", "nothing"]
BIB = bibliography(CATALOGUE)
KEYS = frozenset(re.findall(r"^@\w+\{([^,]+),$", BIB, re.MULTILINE))
LONG = f"/a_folder/{'of_a_long_name/' * 7}{'x' * 30}.toml"
"""A name that does not fit into one line."""
LATEX = shutil.which("pdflatex") and shutil.which("bibtex")


@pytest.fixture(scope="module")
def tables(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Every kind of table, the long ones too."""
    analyses: dict[str, Analysis] = {name: request.getfixturevalue(name) for name in NAMES}
    found = {f"bounds {name}": latex_table(a, False) for name, a in analyses.items()}
    found |= {f"every bound {name}": latex_table(a, True) for name, a in analyses.items()}
    named = list(analyses.items())
    found["two setups"] = compare_latex(named[:2])
    found["gaps of two setups"] = compare_latex(named[:2], "gap")
    many = [*named, (LONG, analyses["sgd"]), ("f%f&$", analyses["kernel"])]
    found["six setups"] = compare_latex(many)
    file = tmp_path_factory.mktemp("latex") / "setup.toml"
    file.write_text(FILE)
    over = [Over.read("sample.size=3,1e17"), Over.read("algorithm.regularization=0.001,1e4")]
    found["sweep"] = sweep_latex(sweep(swept(file, over), "0.05"), "0.05")
    return found


def test_the_code_is_whole(tables: dict[str, str]) -> None:
    for name, table in tables.items():
        code = "\n".join(line for line in table.splitlines() if not line.startswith("%"))
        assert table.startswith("% needs \\usepackage{booktabs} and \\usepackage{array}\n"), name
        tabulars = code.count(r"\begin{tabular*}")
        for part in (r"\end{tabular*}", r"\toprule", r"\midrule", r"\bottomrule"):
            assert code.count(part) == tabulars >= 1, (name, part)
        unescaped = re.sub(r"\\[\\{}&%$#_]", "", code)
        depth = 0
        for character in unescaped:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0, name
        assert depth == 0, name
        outside = re.sub(r"\$[^$]*\$|\\begin.*", "", re.sub(r"\\[{}&%$#_]", "", code))
        assert not re.search(r"[_^#%$<>|]", outside), (name, re.search(r".*[_^#%$<>|].*", outside))
        assert not re.search(r"\^\{[^}]*\}\^\{", code), f"{name}: two superscripts of one base"
        read(table)  # as many cells in every row as there are columns


def test_every_key_that_is_cited_is_in_the_bib_file(tables: dict[str, str]) -> None:
    for name, table in tables.items():
        assert read(table).keys <= KEYS, name
        assert bool(read(table).keys) == (name not in ("bounds nothing", "every bound nothing"))
    for name in ("sgd", "estimated"):
        cited = read(tables[f"every bound {name}"])
        steps = {step for row in cited.rows for step in row.leading[1].split(" > ")}
        assert cited.keys == {citation_key(step) for step in steps if step in BY_ID}, name


def test_rows_are_those_of_the_analysis(sgd: Analysis, tables: dict[str, str]) -> None:
    for name, bounds in (
        ("bounds sgd", sgd.best_per_notion()),
        ("every bound sgd", sgd.ordered()),
    ):
        rows = read(tables[name]).rows
        assert len(rows) == len(bounds)
        assert sum(any(row.stars) for row in rows) == sum(
            bound.vacuous for bound in bounds if bound.kind in ("upper", "exact")
        )
    assert "$0.009872^{" in tables["bounds sgd"]
    assert "No theorem applies." in tables["bounds nothing"]
    assert "losses lie in [0, 1] (loss.range)" in " ".join(read(tables["bounds sgd"]).notes)


def test_long_names_of_setups_are_told_below(tables: dict[str, str]) -> None:
    found = read(tables["six setups"])
    assert {head for heads in found.heads for head in heads[1:]} <= {
        f"Setup {place}" for place in range(1, 7)
    }
    assert any(note.startswith(f"Setup 5: {LONG}, ") for note in found.notes)
    assert any(note.startswith("Setup 6: f%f&$, ") for note in found.notes)
    assert {head for heads in read(tables["two setups"]).heads for head in heads[1:]} == {
        "sgd",
        "kernel",
    }


def test_as_many_values_stand_side_by_side_as_fit() -> None:
    """Five wide numbers do not fit beside each other: they stand in two rows of tabulars."""
    number = marked("9.876e-123", "ab*")
    rows = tuple(Row("", ("some words",), (number,) * 5) for _ in range(3))
    table = ColumnTable((), (Column("words", 0.2),), tuple("vwxyz"), rows, ())
    found = read(table.code())
    assert [len(heads) for heads in found.heads] == [2 + 1] * 2 + [2]
    for heads in found.heads:
        assert 0.2 * LINE + (len(heads) - 1) * width(number) <= LINE
    short = tuple(Row("", ("some words",), ("$0.5^{a}$",) * 5) for _ in range(100))
    found = read(ColumnTable((), (Column("words", 0.3),), tuple("vwxyz"), short, ()).code())
    assert len(found.heads) == 3 and len(found.rows) == 100
    gaps = (Row("", ("some words",), (number, *("none",) * 4)), rows[0])
    found = read(ColumnTable((), (Column("words", 0.2),), tuple("vwxyz"), gaps, ()).code())
    assert [row.numbers for row in found.rows].count(("", "")) == 0 and len(found.heads) == 3


def test_numbers_and_estimates(estimated: Analysis) -> None:
    assert escaped("L_mean & 5%") == r"L\_mean \& 5\%"
    assert latex_number("4.834e-05") == r"$4.834 \times 10^{-5}$"
    assert latex_number("1e3") == r"$10^{3}$"
    assert latex_number("about 0.5") == r"$\approx 0.5$"
    found = read(latex_table(estimated, True))
    for row in found.rows:
        meaning = found.meanings[row.marks[0]]
        assert ("promises nothing" in meaning) == (r"\approx" in row.numbers[0])


@for_all(st.text())
def test_any_text_can_be_escaped(text: str) -> None:
    code = re.sub(r"\\(text\w+\{\}|[{}&%$#_])", "", escaped(text))
    assert not re.search(r"[{}&%$#_~^<>|\\]", code)
    if not re.search(r"\\|~|\$", text):
        assert plain(escaped(text)) == text


def article(tables: dict[str, str]) -> str:
    """A two-column article with narrow columns (219pt), in which every table stands, then the
    references; and a box, not shown, with the statements of every theorem: some are wider."""
    packages = "\\usepackage{booktabs}\n\\usepackage{array}\n"
    body = "\n\n".join(f"% {name}\n{table}" for name, table in tables.items())
    statements = [text for theorem in CATALOGUE for text in theorem.latex().values()]
    body += "\n" + "\n".join(rf"\setbox0\hbox{{$\displaystyle {text}$}}" for text in statements)
    head = (
        "\\documentclass[twocolumn]{article}\n\\setlength{\\textwidth}{448pt}\n"
        + packages
        + "\\raggedbottom\n"
    )
    end = "\\nocite{*}\n\\bibliographystyle{plain}\n\\bibliography{sources}\n\\end{document}\n"
    return f"{head}\\begin{{document}}\n{body}\n\n{end}"


def test_they_compile_in_a_two_column_article(tables: dict[str, str], tmp_path: Path) -> None:
    """No error, no box that is too wide, no undefined reference, and no complaint about the .bib.
    The statements of all theorems are set too.

    Without pdflatex the widths are asked that the table reckons with, which this compilation
    checks where it is there.
    """
    for name, table in tables.items():
        for line in table.splitlines():
            if line.endswith(r" \\") and "multicolumn" not in line and "shortstack" not in line:
                cells = [cell for cell in line.removesuffix(r" \\").split(" & ") if "^" in cell]
                assert sum(width(cell) for cell in cells) <= LINE, (name, line)
    if not LATEX:
        return
    (tmp_path / "article.tex").write_text(article(tables))
    (tmp_path / "sources.bib").write_text(BIB)
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "article"]
    for command in (latex, ["bibtex", "article"], latex, latex):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    log = (tmp_path / "article.log").read_text(errors="replace")
    wrong = re.findall(r"^(?:!|LaTeX Warning|Overfull \\hbox).*", log, re.MULTILINE)
    assert not wrong, wrong
    assert "Warning" not in (tmp_path / "article.blg").read_text()
    assert (tmp_path / "article.pdf").stat().st_size > 20_000
