"""What people read in the terminal, at both widths."""

import io
from fractions import Fraction
from typing import Any

import pytest
from rich.console import Console, RenderableType

from stability.bounds.analyse import Analysis, analyse
from stability.bounds.calibrate import NonvacuousSize
from stability.bounds.falling import Reach
from stability.errors import Refusal, SetupError
from stability.report import rows
from stability.report.html.render import render_analysis
from stability.report.latex.bounds import latex_table
from stability.report.rows import BoundRow, bound_row, bound_rows, refusals
from stability.report.terminal.comparison import compare_table
from stability.report.terminal.tables import (
    bounds_table,
    constants_table,
    refusals_table,
    theorem_panel,
    theorems_table,
)
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID, CATALOGUE

WIDTHS = pytest.mark.parametrize("width", [80, 160])


def text(renderable: RenderableType, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(renderable)
    shown = out.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    return shown


@WIDTHS
@pytest.mark.parametrize("all_rows", [False, True])
def test_every_row_is_there_in_full(
    sgd: Analysis, rows: dict[bool, tuple[BoundRow, ...]], width: int, all_rows: bool
) -> None:
    shown = text(bounds_table(sgd, all_rows), width)
    assert len(rows[all_rows]) == len(sgd.bounds if all_rows else sgd.best_per_notion())
    for row in rows[all_rows]:
        assert row.theorem in shown and row.constant in shown and row.quantity in shown
        for word in (*row.value.split(), row.trivial, row.provenance, row.kind, row.trust):
            assert word in shown, word
    for column in ("value", "for", "nothing", "not vacuous", "0.05", ["in", "expectation"][1]):
        assert column in shown
    assert "deletion-to-" in shown or not all_rows
    assert "…" not in shown


def test_one_column_per_property_where_there_is_room(sgd: Analysis) -> None:
    heads = ("quantity", "notion", "theorem", "constant", "kind", "provenance", "failure", "value")
    wide = text(bounds_table(sgd, False), 160)
    assert any(all(head in line for head in heads) for line in wide.splitlines())
    assert not any(
        all(head in line for head in heads)
        for line in text(bounds_table(sgd, False), 80).splitlines()
    )


def test_shown_bounds_are_never_below_the_values(sgd: Analysis, kernel: Analysis) -> None:
    third = analyse(kernel.setup.with_value("loss.range", Fraction(5, 3)))
    for analysis in (sgd, kernel, third):
        for bound in analysis.bounds:
            row = bound_row(bound)
            trivial = bound.trivial.enclosure(analysis.setup.sample.size).low
            assert Fraction(row.trivial) <= trivial
            if row.promises:
                assert Fraction(row.value) >= bound.enclosure.high
                assert Fraction(row.value) <= bound.enclosure.high * Fraction(1001, 1000)


@WIDTHS
def test_what_promises_nothing_says_so(sgd: Analysis, estimated: Analysis, width: int) -> None:
    asymptotic = bound_row(sgd.of("deng2021-asymptotic")[0])
    plug_in = [r for r in bound_rows(estimated, True) if r.provenance == "plug-in"]
    assert plug_in and all(row.kind in ("estimate", "asymptotic") for row in plug_in)
    for row in (asymptotic, *plug_in):
        assert row.value.startswith("about ") and "promises nothing" in row.kind_words
        assert row.vacuous == "" and row.remedy == ""
    for row in bound_rows(estimated, True):
        assert row.promises == (row.provenance == "assumed" and row.kind == "upper")
    shown = text(bounds_table(estimated, False), width)
    assert "estimate" in shown and "promises" in shown and "about" in shown


def test_vacuous_rows_say_what_would_help(sgd: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Any] = {"size": NonvacuousSize(81920, Reach.EVERY), "step": 3.19e-6}
    monkeypatch.setattr(rows, "nonvacuous_size", lambda bound: answers["size"])
    monkeypatch.setattr(rows, "nonvacuous_step_size", lambda bound: answers["step"])
    bound = sgd.of("bousquet2002-thm12-emp")[0]
    assert bound.vacuous
    assert bound_row(bound).vacuous_words == "yes; not vacuous from m = 81920 on"
    answers["size"] = NonvacuousSize(512, Reach.MULTIPLES, 128)
    assert bound_row(bound).remedy_words == "not vacuous from m = 512 on, at multiples of 128"
    answers["size"] = NonvacuousSize(446, Reach.HERE)
    assert bound_row(bound).remedy_words == "not vacuous at m = 446"
    answers["size"] = None
    assert bound_row(bound).remedy == "no size found at these steps; step size 3.1e-06 would do"
    answers["step"] = None
    assert bound_row(bound).remedy == "no size found"
    assert bound_row(sgd.of("elastic-finite-emp")[0]).vacuous_words == "no"


def test_the_step_size_that_would_do_does(sgd: Analysis) -> None:
    bound = sgd.of("bousquet2002-thm12-emp")[0]
    remedy = bound_row(bound).remedy
    step = remedy.split("step size ")[1].split()[0]
    again = analyse(sgd.setup.with_value("algorithm.step_size", step))
    assert not again.of("bousquet2002-thm12-emp")[0].vacuous


@WIDTHS
def test_constants(sgd: Analysis, kernel: Analysis, width: int) -> None:
    shown = text(constants_table(sgd), width)
    assert "elastic-sgd-shuffled" in shown and "B = 33" in shown and "null-step" in shown
    assert "zhang2022-convex-lower" in shown
    assert "epsilon at least" in shown and "1.666e-05" in shown
    assert "for some problem" in shown
    assert "keep-1/m" in text(constants_table(kernel), width)


@WIDTHS
def test_nothing_applies(nothing: Analysis, width: int) -> None:
    assert "no theorem applies" in text(bounds_table(nothing, False), width)
    assert "no theorem applies" in text(compare_table([("a", nothing)]), width)
    assert "loss.convex" in text(refusals_table(nothing, False), width)


@WIDTHS
def test_refusals_are_grouped(sgd: Analysis, width: int) -> None:
    short, full = refusals(sgd, False), refusals(sgd, True)
    assert full.summary == "" and short.summary.startswith("Not listed: ")
    listed = [i for row in short.rows for i in row.theorems]
    hidden = (*short.other_algorithms, *short.other_notions)
    everyone = sorted(r.theorem for r in sgd.refused)
    assert sorted([*listed, *hidden]) == everyone
    assert sorted(i for row in full.rows for i in row.theorems) == everyone
    assert {"elastic-erm", "elastic-gd"} <= set(short.other_algorithms)
    assert "elastic-sgd" in listed, "another order is a remedy, not another algorithm"
    shown = text(refusals_table(sgd, False), width)
    assert "algorithm.strong_convexity" in shown and "Not listed" in shown
    assert 'Use order = "with-replacement".' in shown
    assert "elastic-erm" not in shown and "elastic-erm" in text(refusals_table(sgd, True), width)


def test_brackets_are_text_not_markup(sgd: Analysis) -> None:
    odd = Refusal("x[red]", "y", "y [bold]", "stability", None, "Add [stability].")
    analysis = Analysis(sgd.setup, sgd.delta, (), (), (odd,), ())
    shown = text(refusals_table(analysis, False), 160)
    assert "Add [stability]." in shown and "x[red]" in shown and "y [bold]" in shown
    assert "a[red].toml" in text(compare_table([("a[red].toml", sgd)]), 160)


@WIDTHS
def test_compare(sgd: Analysis, kernel: Analysis, width: int) -> None:
    loss = Loss(range=1, lipschitz=1, mean_lipschitz="0.5", convex=True)
    erm = analyse(
        Setup(
            sample=Sample(60000), loss=loss, algorithm=EmpiricalRiskMinimizer(regularization="0.1")
        )
    )
    shown = text(compare_table([("sgd.toml", sgd), ("erm.toml", erm)]), width)
    for part in ("sgd.toml", "erm.toml", "m = 60000", "elastic-split", "vacuous", "none"):
        assert part in shown
    for analysis in (sgd, erm):
        for row in bound_rows(analysis, False):
            assert all(word in shown for word in row.value.split())
    with pytest.raises(SetupError, match="compare"):
        compare_table([])


@WIDTHS
def test_theorems(width: int) -> None:
    listed = text(theorems_table(CATALOGUE), width)
    for theorem in CATALOGUE:
        assert theorem.id in listed
        panel = text(theorem_panel(theorem), width)
        assert theorem.id in panel and theorem.source.trust.split(",")[0] in panel
        for name in theorem.symbols():
            assert name in panel
    panel = text(theorem_panel(BY_ID["elastic-sgd-shuffled"]), width)
    assert "loss.lipschitz" not in panel and "L-Lipschitz" in panel and "null-step" in panel
    assert "formula only" in text(theorem_panel(BY_ID["klochkov2021-excess"]), width)


@pytest.fixture(scope="module")
def drawn(sgd: Analysis) -> Analysis:
    """SGD with replacement: its constants hold on average over the draws."""
    return analyse(sgd.setup.with_value("algorithm.order", "with-replacement"))


def test_rows_say_what_is_averaged(sgd: Analysis, drawn: Analysis) -> None:
    wanted = {
        "gap": ("mean over the algorithm", "of the very run"),
        "squared-gap": ("of the mean over the algorithm", "mean over the sample"),
        "loo-squared-gap": ("of the mean over the algorithm", "mean over the sample"),
        "moment": ("of the mean over the algorithm", "mean over the sample"),
        "expected-gap": ("mean over sample and algorithm",) * 2,
    }
    for place, analysis in enumerate((drawn, sgd)):
        rows = [r for r in bound_rows(analysis, True) if "elisseeff2005-thm15" not in r.theorem]
        assert {r.quantity for r in rows} >= set(wanted) - {"loo-squared-gap"}
        for row in rows:
            if row.constant.startswith("elastic") and row.quantity in wanted:
                assert row.average == wanted[row.quantity][place], (row.theorem, row.average)
                assert row.detail == ("order 2" if row.quantity == "moment" else "")


@WIDTHS
def test_every_table_says_what_a_square_is_of(drawn: Analysis, width: int) -> None:
    words = "of the mean over the algorithm"
    folded = " ".join(text(bounds_table(drawn, False), width).split())
    assert "of the mean" in folded and "mean over" in folded
    assert words in " ".join(latex_table(drawn, False).split())
    assert words in render_analysis(drawn, "SGD")


def test_weak_sources_are_marked(sgd: Analysis) -> None:
    rows = {row.theorem: row for row in bound_rows(sgd, True)}
    assert rows["nguyen2026-logfree"].trust == "second hand"
    assert rows["elastic-finite-emp"].trust == "derived here"


@WIDTHS
def test_what_a_kl_bound_compares_is_said_where_there_is_one(width: int) -> None:
    """It is of the 0-1 loss as of any other that is bounded, and stands without a loss range."""
    algorithm = EmpiricalRiskMinimizer(regularization="0.0001")
    setup = Setup(sample=60_000, loss=Loss(lipschitz=1, convex=True), algorithm=algorithm)
    noisy = analyse(setup.with_value("training.noise", 2))
    assert "1 for the 0-1 loss" in " ".join(text(bounds_table(noisy, False), width).split())
    assert "0-1 loss" not in text(bounds_table(analyse(setup), False), width)
