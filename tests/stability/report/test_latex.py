"""The LaTeX table would compile: balanced, escaped, as many cells as columns."""

import re

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from stability.bounds.analyse import Analysis
from stability.report.latex import escaped, latex_number, latex_table

NAMES = ["sgd", "kernel", "estimated", "nothing"]


def body_lines(table: str) -> list[str]:
    """Lines of cells, each ended by a double backslash."""
    return [line for line in table.splitlines() if line.endswith(r"\\")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("all_rows", [False, True])
def test_syntax(name: str, all_rows: bool, request: pytest.FixtureRequest) -> None:
    analysis: Analysis = request.getfixturevalue(name)
    table = latex_table(analysis, all_rows)
    code = "\n".join(line for line in table.splitlines() if not line.startswith("%"))
    assert re.findall(r"\\(begin|end)\{(\w+)\}", code) == [
        ("begin", "tabular"),
        ("end", "tabular"),
    ]
    for rule in ("toprule", "midrule", "bottomrule"):
        assert code.count(f"\\{rule}") == 1
    unescaped = re.sub(r"\\[\\{}&%$#_]", "", code)
    assert unescaped.count("{") == unescaped.count("}")
    depth = 0
    for character in unescaped:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    columns = len(re.search(r"tabular\}\{(\w+)\}", code)[1])  # type: ignore[index]
    lines = body_lines(code)
    assert "losses lie in [0, " in lines[-1]
    assert len(lines) == 2 + max(
        1, len(analysis.bounds if all_rows else analysis.best_per_notion())
    )
    for line in lines:
        if "multicolumn" not in line:
            assert len(re.findall(r"(?<!\\)&", line)) == columns - 1
        outside = re.sub(r"(?<!\\)\$[^$]*\$", "", line)
        assert not re.search(r"(?<!\\)[_^#%$<>~]", outside), line


def test_underscores_and_numbers(sgd: Analysis) -> None:
    assert escaped("L_mean & 5%") == r"L\_mean \& 5\%"
    assert latex_number("4.834e-05") == r"$4.834 \times 10^{-5}$"
    assert latex_number("about 0.5") == r"$\approx 0.5$"
    table = latex_table(sgd, False)
    assert r"\emph{asymptotic, promises nothing}" in table and "$0.009872$" in table
    assert r"$\to$" in latex_table(sgd, True)


def test_estimates_are_never_plain_numbers(estimated: Analysis) -> None:
    for line in body_lines(latex_table(estimated, True)):
        if "plug-in" in line:
            assert r"\approx" in line and "promises nothing" in line


@for_all(st.text())
def test_any_text_can_be_escaped(text: str) -> None:
    code = re.sub(r"\\(text\w+\{\}|[{}&%$#_])", "", escaped(text))
    assert not re.search(r"[{}&%$#_~^<>\\]", code)
