"""How objects look in a notebook, with the extension and without."""

from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from stability.bounds.analyse import FEW, Analysis
from stability.report.html.notebook import (
    analysis_html,
    bound_html,
    bound_latex,
    load_ipython_extension,
    theorem_html,
    theorem_latex,
)
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.kinds import Conversion, GeneralizationTheorem, StabilityTheorem
from stability.theorems.kinds.bound import Bound


def balanced(tex: str) -> bool:
    plain = tex.replace(r"\{", "").replace(r"\}", "")
    return plain.count("{") == plain.count("}") and tex.count("$") % 2 == 0


def tags(html: str) -> list[str]:
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: seen.append(tag)  # type: ignore[method-assign]
    parser.feed(html)
    return seen


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda t: t.id)
def test_theorems(theorem: Any) -> None:
    values = sum(len(s.values) for s in theorem.statements)
    tex, html = theorem_latex(theorem), theorem_html(theorem)
    assert balanced(tex) and tex.count(r"\displaystyle") == values
    assert tags(html).count("math") == values
    assert theorem.id in html and all(name in html for name in theorem.symbols())
    assert balanced(theorem._repr_latex_())


def test_relations() -> None:
    assert r"R - R_{\mathrm{emp}} \le" in theorem_latex(BY_ID["bousquet2002-thm12-emp"])
    assert r"\beta \le" in theorem_latex(BY_ID["bousquet2002-thm24"])
    assert r"\varepsilon \ge" in theorem_latex(BY_ID["zhang2022-convex-lower"])
    asymptotic = theorem_latex(BY_ID["deng2021-asymptotic"])
    assert r"\approx" in asymptotic and r"\le" not in asymptotic.replace(r"\left", "")


def test_bounds(sgd: Analysis, estimated: Analysis) -> None:
    elastic = sgd.of("elastic-finite-emp")[0]
    told = ", ".join((*elastic.labels.words, elastic.labels.losses))
    assert bound_latex(elastic).endswith(rf" \le 0.6718$ ({told})") and balanced(
        bound_latex(elastic)
    )
    assert elastic.formula is not None
    assert elastic._repr_latex_() == rf"$\displaystyle {elastic.formula.latex} \le 0.6718$ ({told})"
    assert "0.6718" in bound_html(elastic) and "math" in tags(bound_html(elastic))
    for bound in estimated.bounds:
        if bound.provenance == "plug-in":
            tex = bound_latex(bound).replace(r"\left", "")
            assert r"\le" not in tex and r"\approx" in tex
            assert "promises nothing" in bound_html(bound) and "about" in bound_html(bound)


def test_analyses(sgd: Analysis, nothing: Analysis) -> None:
    assert "elastic-split" in analysis_html(sgd) and "Not listed" in analysis_html(sgd)
    assert "no theorem applies" in analysis_html(nothing)
    plain = sgd._repr_html_()
    rows = sgd.best_per_notion()[:FEW]
    assert rows[0].theorem in plain and tags(plain).count("tr") == len(rows) + 1
    assert repr(rows[0].value) in plain, "not rounded down on the way"
    assert f"{len(sgd.refused)} theorems do not apply" in plain
    assert f"{len(nothing.refused)} theorems" in nothing._repr_html_()


def test_the_extension_registers_every_kind(sgd: Analysis) -> None:
    class Formatter(dict[type, Any]):
        def for_type(self, kind: type, function: Any) -> None:
            self[kind] = function

    html, tex = Formatter(), Formatter()
    shell = SimpleNamespace(
        display_formatter=SimpleNamespace(formatters={"text/html": html, "text/latex": tex})
    )
    load_ipython_extension(shell)
    kinds = {StabilityTheorem, Conversion, GeneralizationTheorem, Bound}
    assert set(html) == kinds | {Analysis} and set(tex) == kinds
    bound = sgd.bounds[0]
    assert html[type(bound)](bound) == bound_html(bound)
    for theorem in CATALOGUE:
        assert html[type(theorem)](theorem) == theorem_html(theorem)
