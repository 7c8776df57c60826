"""One question, one answer: best(), tables, JSON, pictures, compare and calibrate agree."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from stability.bounds.analyse import Analysis, analyse
from stability.bounds.best import best, guaranteed
from stability.bounds.calibrate import calibrate
from stability.conventions import Averaged, Provenance, Quantity, Trust
from stability.report.csv_rows import bounds_csv, compare_csv
from stability.report.figures.bound_curves import drawn_bounds
from stability.report.html.render import render_analysis
from stability.report.records import analysis_record
from stability.report.rows import bound_rows, value_text
from stability.report.side_by_side import side_by_side
from stability.report.verdict import compared_verdict, verdict
from stability.setup.setup import Setup
from stability.testing.strategies.setups import setups

NAMES = ["sgd", "kernel", "estimated", "nothing"]
COMMON = (Quantity.GAP, Quantity.ABSOLUTE_GAP, Quantity.SQUARED_GAP, Quantity.MOMENT)
"""Quantities that are asked of every example; of others nothing, or little, is known there."""


def smallest(analysis: Analysis, quantity: str) -> float | None:
    """By hand: the least number that is guaranteed, on the quantity or (for gap) its size."""
    asked = {"gap": ("gap", "absolute-gap")}.get(quantity, (quantity,))
    rows = [
        b
        for b in analysis.bounds
        if str(b.quantity) in asked and b.kind in ("upper", "exact") and b.provenance != "plug-in"
    ]
    sure = [b for b in rows if b.provenance != "assumed"]
    return min((b.value for b in sure or rows), default=None)


def answers(analysis: Analysis, quantity: str) -> dict[str, float | None]:
    """What each output says the best is."""
    record = analysis_record(analysis, quantity)
    place = record["best"]["row"]
    lines = list(csv.DictReader(io.StringIO(bounds_csv(analysis, quantity))))
    sides = list(csv.DictReader(io.StringIO(compare_csv([("a", analysis)], quantity))))
    table = bound_rows(analysis, False, quantity)
    chosen = best(analysis.bounds, quantity)
    drawn = [b.value for b in drawn_bounds(analysis, Quantity(quantity)) if guaranteed(b)]
    found = analysis.best(quantity)
    side = side_by_side([("a", analysis)], quantity)
    return {
        "best": None if chosen is None else chosen.bound.value,
        "Analysis.best": None if found is None else found.value,
        "JSON": None if place is None else record["rows"][place]["value"],
        "CSV": float(lines[0]["value"]) if place is not None else None,
        "compare CSV": float(sides[0]["value"]) if place is not None else None,
        "compare": side[0].smallest.value if side and guaranteed(side[0].smallest) else None,
        "picture": min(drawn, default=None),
        "table": found.value  # type: ignore[union-attr]
        if table and table[0].promises and value_text(found) == table[0].value  # type: ignore[arg-type]
        else None,
    }


def agree(analysis: Analysis, quantity: str) -> None:
    wanted = smallest(analysis, quantity)
    told = answers(analysis, quantity)
    assert told == dict.fromkeys(told, wanted)
    said = verdict(analysis, quantity)
    if wanted is None:
        assert said.head == f"No bound on the {quantity} is guaranteed here."
        return
    number = value_text(said.best.bound)  # type: ignore[union-attr]
    assert f"bound on the {quantity} is {number}, by" in said.head
    assert quantity != "gap" or said.head in render_analysis(analysis, "page")
    (line,) = compared_verdict([("a", analysis)], quantity)
    assert f"on the {quantity} is {number}, by" in line


PAIRS = [
    (name, str(quantity))
    for quantity in Quantity
    for name in (NAMES if quantity in COMMON else NAMES[:1])
]


@pytest.mark.parametrize(("name", "quantity"), PAIRS)
def test_every_output_has_the_same_best(
    name: str, quantity: str, request: pytest.FixtureRequest
) -> None:
    agree(request.getfixturevalue(name), quantity)


@settings(max_examples=8, deadline=None)
@given(setups())
def test_and_of_random_setups(setup: Setup) -> None:
    agree(analyse(setup), "gap")


def test_calibrate_meets_a_target_where_bounds_do_and_nowhere_else(
    sgd: Analysis, kernel: Analysis
) -> None:
    for analysis, shares in ((sgd, (0.9,)), (kernel, (1,))):
        value = analysis.best().value  # type: ignore[union-attr]
        for target in (share * value for share in shares):
            answer = calibrate(analysis.setup, target, "sample.size", delta=analysis.delta)
            again = analyse(answer.setup, analysis.delta)
            assert again.best().value == answer.bound <= target  # type: ignore[union-attr]
            assert answer.value <= analysis.setup.sample.size or target < value
            fewer = analyse(answer.setup.with_size(int(answer.value) - 1), analysis.delta).best()
            assert fewer is None or fewer.value > target


def test_the_very_run_is_named_beside_a_mean_over_the_algorithm(sgd: Analysis) -> None:
    drawn = analyse(sgd.setup.with_value("algorithm.order", "with-replacement"))
    chosen = best(drawn.bounds)
    assert chosen is not None and chosen.of_the_run is not None
    assert chosen.bound.averaged_over is Averaged.ALGORITHM
    assert chosen.of_the_run.averaged_over is Averaged.NOTHING
    assert chosen.of_the_run.value > chosen.bound.value
    said = " ".join(verdict(drawn).sentences)
    assert "mean over the algorithm" in said
    assert (
        f"Of the very run the best that this library knows is {value_text(chosen.of_the_run)}"
        in said
    )
    record = analysis_record(drawn)
    place = record["best"]["of_the_run"]
    assert record["rows"][place]["value"] == chosen.of_the_run.value
    assert best(sgd.bounds).of_the_run is None  # type: ignore[union-attr]


def test_what_is_derived_here_is_named_beside_what_is_second_hand(kernel: Analysis) -> None:
    moments = best(kernel.bounds, "moment")
    assert moments is not None
    if moments.bound.trust is Trust.SECOND_HAND:
        assert moments.derived is not None and moments.derived.trust is Trust.DERIVED
        assert "Of what is derived here" in " ".join(verdict(kernel, "moment").sentences)


def test_own_constants_count_where_nothing_is_proved(estimated: Analysis, sgd: Analysis) -> None:
    chosen = best(estimated.bounds)
    assert chosen is not None and chosen.bound.provenance is Provenance.ASSUMED
    both = best((*estimated.bounds, *sgd.bounds))
    assert both is not None and both.bound.provenance is Provenance.PROVED


def test_the_verdict_says_what_would_say_more(sgd: Analysis, kernel: Analysis) -> None:
    said = " ".join(verdict(sgd).sentences)
    assert "It says something: the range of the losses alone gives 1." in said
    larger = analyse(sgd.setup.with_size(240000)).best()
    assert f"At m = 240000, all else the same, the best would be {value_text(larger)}." in said  # type: ignore[arg-type]
    few = analyse(kernel.setup.with_size(20))
    told = " ".join(verdict(few).sentences)
    assert few.best().vacuous and "It says nothing" in told and "m = " in told  # type: ignore[union-attr]
    size = int(told.split("m = ")[1].split()[0].rstrip(".,"))
    assert not analyse(few.setup.with_size(size)).best().vacuous  # type: ignore[union-attr]
    json.dumps(analysis_record(few)["best"])


def test_pictures_name_the_quantity(sgd: Analysis, tmp_path: Path) -> None:
    from stability.report.figures.bound_curves import plot_bounds

    written = plot_bounds(sgd, tmp_path / "a.svg", [60000], quantity="moment").read_text()
    assert '"quantity": "moment"' in written
