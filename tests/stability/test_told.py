"""The objects that people hold print what a person wants to read, also in a notebook."""

from __future__ import annotations

import inspect
import re
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from sklearn.linear_model import LogisticRegression

import stability
from stability.datasets import load
from stability.setup.plain import field_words
from stability.told import Told

MOST_LINES = 30


@pytest.fixture(scope="module")
def held() -> dict[str, Any]:
    """The twelve objects, by the names of their classes."""
    setup = stability.Setup(
        sample=60000,  # type: ignore[arg-type]
        loss=stability.Loss(range=1, lipschitz=1, mean_lipschitz="0.5", convex=True),
        algorithm=stability.EmpiricalRiskMinimizer(regularization="0.05"),
    )
    own = stability.Setup(
        sample=1000,  # type: ignore[arg-type]
        loss=stability.Loss(range=1),
        stability=stability.AssumedStability(
            notion="uniform", values={"beta": "1e-5"}, scaling="1/m"
        ),
    )
    analysis = stability.analyse(setup)
    iris = load("iris")
    values = {"m": [1000, 60000], "M": 1, "delta": 0.05, "B": 8, "U": 20, "B1": 3.2, "D": 8}
    return {
        "Setup": setup,
        "Sample": setup.sample,
        "Loss": setup.loss,
        "Algorithm": setup.algorithm,
        "Stability": analysis.constants[0],
        "Bound": analysis.best(),
        "Analysis": analysis,
        "Calibration": stability.calibrate(own, "0.1", "sample.size", theorem="uniform-split"),
        "Theorem": stability.CATALOGUE[0],
        "Evaluation": stability.evaluate_theorem("elastic-to-uniform", {"U": 2, "m": 1000}),
        "ManyBounds": stability.evaluate_many("elastic-split", values),
        "Measurement": stability.measure(
            LogisticRegression(max_iter=500), iris.inputs, iris.labels, deletions=3, progress=False
        ),
    }


NAMES = (
    *("Setup", "Sample", "Loss", "Algorithm", "Stability", "Bound", "Analysis", "Calibration"),
    *("Theorem", "Evaluation", "ManyBounds", "Measurement"),
)
WITH_FORMULA = ("Stability", "Bound", "Analysis", "Calibration", "Theorem")


def text_of(html: str) -> str:
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_data = seen.append  # type: ignore[method-assign]
    parser.feed(html)
    return "".join(seen)


@pytest.mark.parametrize("name", NAMES)
def test_printed_in_a_few_lines(held: dict[str, Any], name: str) -> None:
    one = held[name]
    assert isinstance(one, getattr(stability, name))
    lines = str(one).splitlines()
    assert 0 < len(lines) < MOST_LINES and all(map(str.strip, lines))
    assert not re.search(r"object at 0x|Fraction\(|np\.float|<class", str(one)), str(one)


@pytest.mark.parametrize("name", NAMES)
def test_in_a_notebook(held: dict[str, Any], name: str) -> None:
    one = held[name]
    html, tex = one._repr_html_(), one._repr_latex_()
    assert html.count("<div") + html.count("<tr") < MOST_LINES
    assert str(one).splitlines()[0] in text_of(html)
    assert (tex is not None) == (name in WITH_FORMULA)
    if tex is not None:
        assert tex.count("$") % 2 == 0 and tex.count("{") == tex.count("}")


def test_a_text_in_an_object_stays_a_text() -> None:
    class Odd(Told):
        def told(self) -> tuple[str, ...]:
            return ("<b>a & b</b>",)

        def told_latex(self) -> str:
            return "a < b"

    assert Odd()._repr_html_() == (
        "<div><div>&lt;b&gt;a &amp; b&lt;/b&gt;</div><div>$\\displaystyle a &lt; b$</div></div>"
    )


def test_what_is_said_is_so(held: dict[str, Any]) -> None:
    bound, setup = held["Bound"], held["Setup"]
    number = re.search(r"at most ([0-9.e-]+)", str(bound))
    assert number and bound.value <= float(number[1]) <= bound.value * 1.001, "rounded up"
    assert ", ".join(bound.labels.words) in str(bound) and bound.labels.losses in str(bound)
    assert number[1] in str(held["Analysis"]).splitlines()[1]
    for section in ("sample", "loss", "algorithm"):
        assert field_words(getattr(setup, section)) in str(setup)
    values = {n: f"{v:.4g}" for n, v in held["Stability"].at().items()}
    told = dict(re.findall(r"  (\w+): at most ([0-9.e-]+)", str(held["Stability"])))
    assert told.keys() == values.keys()
    assert all(Fraction(told[n]) >= Fraction(v) * Fraction("0.999") for n, v in values.items())


def test_a_bound_is_one_formula_with_its_value(held: dict[str, Any]) -> None:
    seen = 0
    for bound in held["Analysis"].bounds:
        formula = bound.formula
        constants = {n for c in held["Analysis"].constants for n in c.values} - {"epsilon"}
        assert formula is not None
        names = {str(s) for s in formula.expression.free_symbols}
        assert names <= {"m", *formula.values} and not names & (constants - {"eta"}), names
        if bound.theorem in ("elastic-split", "uniform-chebyshev", "bousquet2002-thm11-emp"):
            again = formula.enclosure(60000)
            assert again.low <= bound.enclosure.high and bound.enclosure.low <= again.high
            seen += 1
    assert seen >= 3


@pytest.mark.parametrize(
    "name", [n for n in stability.__all__ if inspect.isfunction(getattr(stability, n))]
)
def test_help_starts_with_one_line_and_a_sentence(name: str) -> None:
    function = getattr(stability, name)
    signature, words = str(inspect.signature(function)), inspect.getdoc(function) or ""
    assert "\n" not in signature and len(signature) < 600, len(signature)
    first = words.split("\n\n")[0]
    assert first.endswith((".", "?")) and len(first) < 400, first
