"""Theorems of one's own beside those of the library: labelled, and never in the place of one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from stability.bounds.analyse import DELTA, Analysis, analyse
from stability.bounds.best import best
from stability.bounds.calibrate import calibrate, nonvacuous_size
from stability.bounds.paths import follow
from stability.bounds.sweep import sweep
from stability.conventions import Notion, Trust
from stability.errors import Infeasible, SetupError
from stability.report.latex.sweep import sweep_latex
from stability.report.sweeps import sweep_csv, sweep_record, sweep_table
from stability.report.verdict import compared_verdict, verdict
from stability.setup.file import parse_setup
from stability.setup.overrides import Point
from stability.theorems.catalogue import BY_ID, CATALOGUE, distinct
from tests.stability.own_theorems import OWN, constant, gap, mean_gap, shortcut

SETUP = parse_setup(
    """
    sample = { size = 1000 }
    loss = { range = 1, lipschitz = 1, convex = true }
    algorithm = { kind = "erm", regularization = 0.1 }
    """
)
EVERY = (*CATALOGUE, *OWN)


@pytest.fixture(scope="module")
def plain() -> Analysis:
    return analyse(SETUP)


@pytest.fixture(scope="module")
def extended() -> Analysis:
    return analyse(SETUP, theorems=EVERY)


def shown(bounds: Any) -> list[tuple[Any, ...]]:
    return sorted((b.path, b.form, b.stability.form, b.quantity, b.value, b.trust) for b in bounds)


def test_no_theorem_of_the_catalogue_is_of_your_own() -> None:
    assert {theorem.trust for theorem in CATALOGUE} == set(Trust) - {Trust.OWN}
    assert {theorem.trust for theorem in OWN} == {Trust.OWN}


def test_what_the_library_knows_stays_as_it_is(plain: Analysis, extended: Analysis) -> None:
    assert shown(b for b in extended.bounds if b.trust is not Trust.OWN) == shown(plain.bounds)
    own = {theorem.id for theorem in OWN}
    for bound in extended.bounds:
        assert (bound.trust is Trust.OWN) == bool(own.intersection(bound.path)), bound.path
    assert own <= {step for bound in extended.bounds for step in bound.path}
    assert tuple(extended.own) == OWN and plain.own == ()


def test_the_best_is_that_of_the_library_and_yours_is_named(
    plain: Analysis, extended: Analysis
) -> None:
    ours, found = best(plain.bounds), best(extended.bounds)
    assert ours is not None and found is not None and found.own is not None
    assert found.bound.path == ours.bound.path
    assert found.own.path == ("mine-erm", "mine-gap")
    assert found.own.value < found.bound.value
    told = verdict(extended)
    assert told.head == verdict(plain).head
    assert "theorems of your own, mine-erm and mine-gap, for which nobody vouches" in told.rest[-1]
    places = told.record(extended.ordered())
    assert extended.ordered()[places["of_your_own"]] is found.own


def test_yours_counts_where_there_is_nothing_else() -> None:
    alone = analyse(SETUP, theorems=OWN)
    told = verdict(alone)
    assert told.best is not None and told.best.own is None
    assert told.head.startswith("The best bound on the gap rests on theorems of your own, mine-erm")
    assert "guaranteed" not in told.head and "guaranteed" not in " ".join(alone.told())
    both = compared_verdict([("a", alone), ("b", analyse(SETUP))], None)
    assert len(both) == 2, "numbers of which one is guaranteed are not compared"
    same = compared_verdict([("a", analyse(SETUP, theorems=EVERY))], None)
    assert len(same) == 2 and same[1].startswith(
        "a: by theorems of your own, mine-erm and mine-gap"
    )


def test_a_constant_and_a_theorem_of_your_own_count_least() -> None:
    text = 'notion = "uniform"\nneighbour = "deletion"\nvalues = { beta = 1e-3 }\n'
    setup = parse_setup(f"sample = {{ size = 1000 }}\nloss = {{ range = 1 }}\n[stability]\n{text}")
    found = best(analyse(setup, theorems=EVERY).bounds)
    assert found is not None and found.bound.trust is not Trust.OWN
    assert found.own is not None and found.own.theorem == "mine-gap"


def test_a_bound_is_followed_by_its_own_theorems(extended: Analysis) -> None:
    there = SETUP.with_size(2000)
    again = {(b.path, b.form, b.stability.form): b for b in analyse(there, theorems=EVERY).bounds}
    followed = [b for b in extended.bounds if b.trust is Trust.OWN]
    assert followed
    for bound in followed:
        same = follow(bound, there, DELTA)
        assert same is not None and same.trust is Trust.OWN
        assert same.value == again[bound.path, bound.form, bound.stability.form].value


def test_where_a_vacuous_one_says_something_is_found() -> None:
    small = SETUP.with_size(2)
    (bound,) = (
        b for b in analyse(small, theorems=OWN).bounds if b.path == ("mine-erm", "mine-gap")
    )
    assert bound.vacuous
    found = nonvacuous_size(bound)
    assert found is not None and found.words == "from m = 3 on"


def test_calibrate_takes_them() -> None:
    few = tuple(
        BY_ID[name] for name in ("elastic-erm", "elastic-to-uniform", "bousquet2002-thm12-emp")
    )
    ours = calibrate(SETUP, "0.1", "sample.size", theorems=few)
    same = calibrate(SETUP, "0.1", "sample.size", theorems=(*few, *OWN))
    assert (same.value, same.path) == (ours.value, ours.path)
    assert same.best.own is not None
    mine = calibrate(SETUP, "0.1", "sample.size", theorem="mine-erm", theorems=(*few, *OWN))
    assert mine.value < ours.value and mine.record()["trust"] == "of your own"
    with pytest.raises(SetupError, match="Did you mean mine-erm"):
        calibrate(SETUP, "0.1", "sample.size", theorem="mine-er", theorems=EVERY)
    with pytest.raises(Infeasible, match="mine-replaced gives no bound"):
        calibrate(SETUP, "0.1", "sample.size", theorem="mine-replaced", theorems=OWN)


def test_a_sweep_has_columns_of_their_own() -> None:
    points = [Point((("sample.size", str(n)),), SETUP.with_size(n)) for n in (1000, 2000)]
    without, found = sweep(points, DELTA), sweep(points, DELTA, theorems=EVERY)
    assert without.columns == tuple(column for column in found.columns if not column.own)
    own = [column for column in found.columns if column.own]
    assert Notion.UNIFORM in {column.notion for column in own}
    for row, before in zip(found.rows, without.rows, strict=True):
        pairs = dict(zip(found.columns, row.bounds, strict=True))
        kept = [bound for column, bound in pairs.items() if not column.own]
        assert [b and b.path for b in kept] == [b and b.path for b in before.bounds]
        assert all(pairs[c] is None or pairs[c].trust is Trust.OWN for c in own)
    shown = Console(width=300, record=True, file=StringIO())
    shown.print(sweep_table(found, DELTA))
    assert "uniform, of your own: mine-gap, by mine-erm, mine-gap." in shown.export_text()
    assert "uniform-own_value" in sweep_csv(found).splitlines()[0]
    assert sweep_record(found)["rows"][0]["best"]["uniform-own"]["trust"] == "of your own"
    assert r"mine-gap (of your own)~\cite{mine-gap}" in sweep_latex(found, DELTA)


def test_two_of_one_identifier_are_refused() -> None:
    theirs = replace(gap(), id="mohri2018-replacement")
    with pytest.raises(SetupError, match="one in the library and one in what was given"):
        analyse(SETUP, theorems=(*CATALOGUE, theirs))
    assert distinct((BY_ID["elastic-split"], BY_ID["elastic-split"])) == (BY_ID["elastic-split"],)


def test_of_knows_every_theorem_that_was_tried(extended: Analysis, plain: Analysis) -> None:
    for theorem in (constant(), shortcut(), gap(), mean_gap()):
        extended.of(theorem.id)
    with pytest.raises(SetupError, match="mine-replaced"):
        plain.of("mine-replaced")
    assert [b.value for b in extended.of("mine-gap") if b.path[0] == "mine-erm"] == [
        float(Fraction(2, 1000))
    ]
