"""Every format says the same of every bound: each is parsed back into one record of labels.

All theorems take part: every setup of the examples, and for a theorem that none of them reaches a
constant made up for it.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from stability.bounds.analyse import DELTA, Analysis, analyse
from stability.bounds.best import Best
from stability.bounds.calibrate import Calibration
from stability.conventions import (
    Averaged,
    Convention,
    Kind,
    Neighbour,
    Over,
    Positions,
    Provenance,
    Quantity,
    Trust,
)
from stability.report.csv_rows import bounds_csv, compare_csv
from stability.report.figures.bound_curves import drawn_bounds, plot_bounds
from stability.report.html.notebook import analysis_html, bound_html, bound_latex
from stability.report.html.render import render_analysis
from stability.report.latex.bounds import latex_table
from stability.report.latex.comparison import compare_latex
from stability.report.records import analysis_record
from stability.report.side_by_side import side_by_side
from stability.report.terminal.comparison import compare_table
from stability.report.terminal.tables import bounds_table
from stability.setup.algorithms import KINDS
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems import mohri2018
from stability.theorems.catalogue import CATALOGUE, GENERALIZATION_THEOREMS
from stability.theorems.evaluate import evaluate
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.labels import Labels
from stability.theorems.statements.symbols import symbol
from stability.theorems.statements.term import Term
from tests.stability.report.latex_tables import read

Told = tuple[str, ...]
"""Quantity, sides, average, kind, provenance, trust, chance: as words, blanks taken out."""

AVERAGES = ("of the very run", "mean over the sample", "mean over the algorithm",
            "of the mean over the algorithm", "mean over sample and algorithm")  # fmt: skip
"""Typed here a second time: what a bound may average over."""


def made(theorem: GeneralizationTheorem, setup: Setup) -> list[Bound]:
    """Bounds of a theorem from constants made up for it, of every provenance and trust."""
    found: list[Bound] = []
    small = {"lam": Fraction(1, 2), "folds": 2}
    for statement in theorem.statements:
        notion, neighbour = statement.takes
        names = set().union(*(s.names() for s in theorem.statements)) | {"beta_hyp", "beta_pt"}
        for provenance in (Provenance.PROVED, Provenance.PLUG_IN):
            constant = Stability(
                setup=setup,
                notion=notion,
                neighbour=neighbour,
                convention=Convention.KEEP if neighbour is Neighbour.DELETION else None,
                averaged_over=Averaged.NOTHING,
                values={
                    n: Term(symbol(n), {n: small.get(n, 1)}) for n in names - {"m", "M", "delta"}
                },
                path=("made-up",),
                kind=Kind.ESTIMATE if provenance is Provenance.PLUG_IN else Kind.UPPER,
                provenance=provenance,
                trust=Trust.DERIVED,
                symmetric=True,
                positions=Positions.EVERY,
            )
            over = (Averaged.NOTHING, Averaged.ALGORITHM)
            variants = [replace(constant, averaged_over=averaged) for averaged in over]
            usable = [c for c in variants if theorem.supports(c, DELTA) is None]
            for variant in usable[:1]:
                found += theorem.all_bounds(variant, DELTA)
    return found


@pytest.fixture(scope="module")
def analyses(sgd: Analysis, kernel: Analysis, estimated: Analysis) -> dict[str, Analysis]:
    """The examples of this folder, SGLD (second hand), SGD with replacement, made-up constants, and
    a theorem of one's own."""
    drawn = analyse(sgd.setup.with_value("algorithm.order", "with-replacement"))
    langevin = analyse(
        Setup(
            sample=Sample(1000),
            loss=Loss(range=1, lipschitz=1),
            algorithm=KINDS["sgld"](step_size="0.001", steps=10, inverse_temperature=1),  # type: ignore[call-arg]
        )
    )
    seen = {b.theorem for a in (sgd, kernel, estimated, drawn, langevin) for b in a.bounds}
    rest = [t for t in GENERALIZATION_THEOREMS if t.id not in seen]
    rest.append(replace(mohri2018.replacement(), id="mine2026-replacement", trust=Trust.OWN))
    given = sgd.setup.with_value("loss.nonnegative", True)
    more = tuple(bound for theorem in rest for bound in made(theorem, given))
    others = replace(sgd, bounds=more)
    return dict(
        sgd=sgd, kernel=kernel, estimated=estimated, drawn=drawn, sgld=langevin, made=others
    )


def told(labels: Labels) -> Told:
    """The record, as every format has to tell it."""
    assert labels.average in AVERAGES
    words = (str(labels.quantity), labels.sides, labels.average, str(labels.kind))
    return (*words, str(labels.provenance), str(labels.trust), labels.chance)


def of(bounds: Any) -> list[tuple[str, Told]]:
    return sorted((b.theorem, told(b.labels)) for b in bounds)


def from_record(row: dict[str, Any]) -> Told:
    """The labels out of a row of JSON or CSV."""
    over = Over(row["high_probability_over"])
    labels = Labels(
        quantity=Quantity(row["quantity"]),
        kind=Kind(row["kind"]),
        provenance=Provenance(row["provenance"]),
        trust=Trust(row["trust"]),
        high_probability_over=over,
        averaged_over=Averaged(row["averaged_over"]),
        failure=fraction(row["failure"]),
        range=fraction(row["range"]),
        range_from=row["range_from"],
    )
    assert row["sides"] == labels.sides and row["range_from"] and float(row["range"]) > 0
    return told(labels)


def fraction(number: Any) -> Fraction:
    return Fraction(str(number))


def printed(renderable: Any, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(renderable)
    return out.getvalue().splitlines()


def cells(lines: list[str]) -> list[list[str]]:
    """The rows of a table in text: columns are where the rule below the head has its names."""
    rule = next(i for i, line in enumerate(lines) if set(line.strip()) == {"─"})
    head, first = lines[:rule], lines[rule + 1 :]
    body = first[: next((i for i, x in enumerate(first) if x.startswith("Upper bounds")), None)]
    blank = [
        all(len(x) <= c or x[c] == " " for x in (*head[-2:], *body))
        for c in range(len(lines[rule]))
    ]
    starts = [c for c in range(len(blank)) if not blank[c] and (c == 0 or blank[c - 1])]
    ends = [*starts[1:], len(blank)]
    named = [any(x[a:b].strip() for x in head[-2:]) for a, b in zip(starts, ends, strict=True)]
    starts = [c for c, name in zip(starts, named, strict=True) if name]  # else a gap in its words
    return [
        [line[a:b].strip() for a, b in zip(starts, [*starts[1:], 999], strict=True)]
        for line in body
    ]


def from_text(text: str) -> Told:
    """The labels out of running words, in their order."""
    quantities = sorted((str(q) for q in Quantity), key=len, reverse=True)
    groups: list[list[str]] = [quantities, ["one-sided", "two-sided"]]
    groups.append(sorted(AVERAGES, key=len, reverse=True))
    groups += [[str(word) for word in words] for words in (Kind, Provenance, Trust)]
    found, rest = [], " ".join(text.split()).replace("- ", "-")  # broken at hyphens
    for words in groups:
        pattern = "|".join(map(re.escape, words))
        match = re.search(rf"(?<![\w-])({pattern})(?![\w-])", rest)
        assert match is not None, (words, rest, text)
        found.append(match[1])
        rest = rest[: match.start()] + rest[match.end() :]
    chance = re.search(r"fails [\d.e-]+ over sample( and algorithm)?|in expectation", rest)
    assert chance is not None, text
    return (*found, chance[0])


class Cells(HTMLParser):
    """The rows of all tables of a page, cells as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += f" {data} "


def from_page(page: str) -> list[tuple[str, Told]]:
    rows = [[" ".join(c.split()) for c in row] for row in Cells(page).rows if len(row) == 10]
    head = next(row for row in rows if row[0] == "quantity")
    at = {name: head.index(name) for name in ("kind", "provenance", "trust", "failure")}
    found = []
    for row in rows:
        if row[0] != "quantity":
            words = [row[0], *(row[at[n]] for n in ("kind", "provenance", "trust", "failure"))]
            found.append((row[-1].split()[0], from_text(" ".join(words))))
    return found


def from_latex(table: str) -> list[tuple[str, Told]]:
    """Of rows with their paths: the last step, the heading above and what the mark means."""
    found = read(table)
    return [
        (row.leading[1].split(" > ")[-1], from_text(f"{row.heading} {found.meanings[mark]}"))
        for row in found.rows
        for mark in row.marks
    ]


NAMES = ("sgd", "kernel", "estimated", "drawn", "sgld", "made")


def test_every_generalization_theorem_that_gives_a_number_takes_part(
    analyses: dict[str, Analysis],
) -> None:
    seen = {b.theorem for a in analyses.values() for b in a.bounds}
    silent = {t.id for t in GENERALIZATION_THEOREMS} - seen
    assert silent == {"klochkov2021-excess"}, "its constant is not given"
    assert {b.trust for a in analyses.values() for b in a.bounds} == set(Trust)


@pytest.mark.parametrize("name", NAMES)
def test_json_csv_tables_pages_latex(name: str, analyses: dict[str, Analysis]) -> None:
    analysis = analyses[name]
    wanted = of(analysis.bounds)
    record = json.loads(json.dumps(analysis_record(analysis)))
    assert sorted((r["theorem"], from_record(r)) for r in record["rows"]) == wanted
    rows = list(csv.DictReader(io.StringIO(bounds_csv(analysis))))
    assert sorted((r["theorem"], from_record(r)) for r in rows) == wanted
    frame = analysis.table().to_dict("records")
    assert sorted((r["theorem"], from_record(r)) for r in frame) == wanted  # type: ignore[arg-type]
    assert sorted(from_latex(latex_table(analysis, True))) == wanted
    best = of(analysis.best_per_notion())
    page = render_analysis(analysis, "page")
    assert sorted(from_page(page)) == sorted(wanted + best)
    assert sorted(from_page(analysis_html(analysis))) == best
    losses = analysis.bounds[0].labels.losses
    for text in (page, analysis_html(analysis), latex_table(analysis, True)):
        assert losses in html.unescape(text)
    assert losses in " ".join(" ".join(printed(bounds_table(analysis, True), 80)).split())
    for bound in analysis.bounds[:20]:
        assert from_page(bound_html(bound)) == of([bound])
        for tex in (bound_latex(bound), bound._repr_latex_()):
            words = tex[tex.rindex("$ (") :]
            assert from_text(words) == told(bound.labels) and bound.labels.losses in words


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", NAMES)
def test_text(name: str, width: int, analyses: dict[str, Analysis]) -> None:
    """A row of the table begins where the column "for nothing" is filled."""
    analysis = analyses[name]
    lines = cells(printed(bounds_table(analysis, True), width))
    trivial = -1 if width == 80 else next(i for i, c in enumerate(lines[0]) if i > 6 and c)
    grouped: list[list[list[str]]] = []
    for line in lines:
        starts = bool(line[-1]) if width == 80 else bool(line[0]) and line[0] in set(Quantity)
        if starts:
            grouped.append([])
        if grouped:
            grouped[-1].append(line)
    assert trivial is not None
    found = []
    for group in grouped:
        columns = [" ".join(filter(None, column)) for column in zip(*group, strict=True)]
        found.append(from_text(" ".join(columns)))
    assert sorted(found) == sorted(labels for _, labels in of(analysis.ordered()))


def test_compare(analyses: dict[str, Analysis]) -> None:
    named = list(analyses.items())
    wanted = sorted(
        (name, *pair) for name, analysis in named for pair in of(analysis.best_per_notion())
    )
    rows = list(csv.DictReader(io.StringIO(compare_csv(named))))
    assert sorted((r["setup"], r["theorem"], from_record(r)) for r in rows) == wanted
    compared = side_by_side(named)
    code = read(compare_latex(named))
    shown = [
        from_text(f"{row.heading} {code.meanings[mark]}")
        for row in code.rows
        for mark in row.marks
        if mark
    ]
    cells = len(list(filter(None, (bound for row in compared for bound in row.bounds))))
    assert sorted(shown) == sorted(
        told(row.labels) for row in compared for bound in row.bounds if bound is not None
    )
    assert len(shown) == cells
    text = " ".join(" ".join(printed(compare_table(named), 400)).split())
    for _, analysis in named:
        assert analysis.bounds[0].labels.losses in text
    for row in side_by_side(named):
        promise = f"{row.labels.kind}, {row.labels.provenance}, {row.labels.trust}"
        assert promise in text and row.labels.chance in text and row.labels.average in text


@pytest.mark.parametrize("name", NAMES)
def test_pictures(name: str, analyses: dict[str, Analysis], tmp_path: Path) -> None:
    analysis = analyses[name]
    if name == "made":
        return
    for quantity in {b.quantity for b in analysis.bounds}:
        path = plot_bounds(
            analysis, tmp_path / "p.svg", [analysis.setup.sample.size], quantity=quantity
        )
        text = re.search(r"<dc:description>(.*?)</dc:description>", path.read_text(), re.S)
        curves = json.loads(html.unescape(text[1]))["curves"]  # type: ignore[index]
        wanted = of(drawn_bounds(analysis, quantity))
        assert sorted((c["theorem"], from_record(c)) for c in curves) == wanted


def test_calibrations(analyses: dict[str, Analysis]) -> None:
    for analysis in analyses.values():
        for bound in analysis.bounds:
            chosen = Best(bound.quantity, bound, None, None)
            answer = Calibration(
                solve="sample.size", value=1, best=chosen, setup=analysis.setup, at_end=False,
                holds_at="this value",
            )  # fmt: skip
            assert from_record(json.loads(json.dumps(answer.record()))) == told(bound.labels)


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda t: t.id)
def test_theorems_and_their_numbers(theorem: Any) -> None:
    from stability.report.terminal.theorem_cards import theorem_panel, theorems_table

    record = theorem.record()
    assert record["trust"] == theorem.trust and record["verdict"] == theorem.trust.verdict
    for card in (theorems_table([theorem]), theorem_panel(theorem)):
        assert str(theorem.trust) in " ".join(" ".join(printed(card, 120)).split())
    assert theorem.trust.verdict in " ".join(printed(theorem_panel(theorem), 120))


def test_evaluations() -> None:
    found = evaluate(
        "bousquet2002-thm12-emp", {"m": 60000, "delta": "0.05", "beta": "1e-5", "M": 2}
    )
    labels = found.labels
    assert labels.words == ("gap", "one-sided", "averaged as its constant is", "upper", "assumed",
                            "derived here", "fails 0.05 over sample")  # fmt: skip
    assert labels.losses == "losses lie in [0, 2] (M)"
