"""Composition: paths, what is kept, and what is promised."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stability.bounds.analyse import analyse
from stability.bounds.paths import assumed_constant, follow, reachable
from stability.conventions import (
    LINEAR,
    Averaged,
    Kind,
    Over,
    Provenance,
    Quantity,
    Scope,
)
from stability.setup.algorithms import (
    DecayingStep,
    NearestNeighbours,
)
from stability.setup.setup import AssumedStability, Loss, Sample, Setup
from stability.testing import assumed_setups, elastic_stability, setups
from stability.testing.strategies.edits import FULL_SETUPS
from stability.theorems.catalogue import BY_ID, CATALOGUE, CONVERSIONS
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.requirements import RIGHT_NOTION
from stability.theorems.statements.term import Term
from tests.stability.bounds.examples import DELTA, ERM, own, refusal_of, sgd

QUICK = settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def test_paths_go_from_constant_through_conversions_to_bound() -> None:
    paths = {bound.path for bound in analyse(ERM).bounds}
    assert ("elastic-erm", "elastic-finite-emp") in paths
    assert ("elastic-erm", "elastic-to-uniform", "bousquet2002-thm12-emp") in paths
    doubled = ("elastic-erm", "elastic-to-uniform", "deletion-to-replacement")
    assert (*doubled, "mohri2018-replacement") in paths
    for path in paths:
        assert len(set(path)) == len(path)
        assert {BY_ID[step].category for step in path[1:-1]} <= {"conversion"}


def test_the_bound_of_theorem_12_by_hand() -> None:
    from math import log, sqrt

    keep = next(b for b in analyse(ERM).of("bousquet2002-thm12-emp") if b.convention == "keep-1/m")
    m, beta = 60_000, 1 / (0.1 * 60_000)
    by_hand = 2 * beta + (4 * m * beta + 1) * sqrt(log(20) / (2 * m))
    assert keep.value == pytest.approx(by_hand, rel=1e-12)
    assert (keep.kind, keep.provenance, keep.over) == (Kind.UPPER, Provenance.PROVED, Over.SAMPLE)
    assert (keep.failure, keep.trivial_value, keep.vacuous) == (DELTA, 1.0, keep.value >= 1)


def test_one_row_per_constant_theorem_and_quantity() -> None:
    for setup in (ERM, sgd("shuffled"), sgd("with-replacement")):
        bounds = analyse(setup).bounds
        keys = [(b.path[0], b.stability.form, b.theorem, b.quantity) for b in bounds]
        assert len(set(keys)) == len(keys)
        ranked = [(list(Quantity).index(b.quantity), b.value) for b in bounds]
        assert ranked == sorted(ranked)


def test_the_smaller_of_two_readings_is_kept() -> None:
    (row,) = (
        b
        for b in analyse(ERM).of("feldman2018-second-moment")
        if b.convention is None and b.stability.form == "keep-1/m"
    )
    assert row.form == "re-derived, sharper"


def test_sure_to_expected_is_used_only_where_needed() -> None:
    bounds = analyse(sgd("shuffled")).bounds
    for bound in bounds:
        if "sure-to-expected" in bound.path:
            assert bound.theorem in ("elisseeff2005-thm15-emp", "elisseeff2005-thm15-loo"), (
                bound.path
            )


def test_what_holds_in_expectation_says_so() -> None:
    for order, averaged in (
        ("shuffled", Averaged.NOTHING),
        ("with-replacement", Averaged.ALGORITHM),
    ):
        rows = analyse(sgd(order)).of("elastic-finite-emp")
        assert rows and {b.averaged_over for b in rows} == {averaged}


def test_a_square_of_a_mean_over_the_algorithm_is_no_mean_of_squares() -> None:
    for order, averaged in (
        ("shuffled", Averaged.NOTHING),
        ("with-replacement", Averaged.ALGORITHM),
    ):
        found = analyse(sgd(order))
        powers = [
            b
            for b in found.bounds
            if b.quantity not in LINEAR
            and b.over is Over.NOTHING
            and b.path[0].startswith("elastic")
        ]
        lemma9 = order == "with-replacement"  # for symmetric rules only
        assert ("bousquet2002-lemma9" in {b.theorem for b in powers}) == lemma9
        assert {b.averaged_over for b in powers} == {averaged}
        assert set(found.table()["averaged_over"]) >= {str(averaged), "sample and algorithm"}


def test_elastic_is_below_uniform_side_by_side() -> None:
    found = analyse(ERM)
    for form in ("keep-1/m", "retrain"):
        elastic, uniform = (
            next(b.value for b in found.of(i) if b.stability.form == form)
            for i in ("elastic-finite-emp", "bousquet2002-thm12-emp")
        )
        assert elastic < uniform


def test_best_is_the_smallest_guaranteed() -> None:
    found = analyse(ERM)
    asked = [b for b in found.bounds if b.quantity in ("gap", "absolute-gap") and b.kind == "upper"]
    assert found.best() is min(asked, key=lambda b: b.value)
    assert found.best("loo-gap").quantity is Quantity.LOO_GAP  # type: ignore[union-attr]
    assert all(b.kind is not Kind.ASYMPTOTIC for b in [found.best()] if b)


def test_best_per_notion_has_one_row_each() -> None:
    found = analyse(ERM)
    rows = found.best_per_notion()
    keys = [(b.stability.notion, b.labels) for b in rows]
    assert len(set(keys)) == len(keys)
    assert rows[0] is found.best()


def test_the_table_has_a_row_per_bound() -> None:
    found = analyse(ERM)
    table = found.table()
    assert len(table) == len(found.bounds)
    assert set(table["provenance"]) == {"proved"}


@QUICK
@given(st.one_of(setups(), assumed_setups()))
def test_every_theorem_gives_something_or_a_reason(setup: Setup) -> None:
    found = analyse(setup)
    refused = {r.theorem for r in found.refused}
    given_ = {c.path[0] for c in found.constants} | {b.theorem for b in found.bounds}
    wanted = {t.id for t in CATALOGUE if t.category != "conversion"}
    assert refused | given_ >= wanted
    assert not refused & given_
    assert len(refused) == len(found.refused)
    for bound in found.bounds:
        assert bound.value >= 0 and bound.failure in (0, DELTA)
        measured = bound.provenance is Provenance.PLUG_IN
        assert (bound.kind is Kind.ESTIMATE) is measured
        assert bound.kind is not Kind.LOWER and bound.stability.scope is Scope.EVERY


def test_lower_bounds_are_shown_and_feed_nothing() -> None:
    found = analyse(sgd("shuffled", range=2))
    lower = [c for c in found.constants if c.kind is Kind.LOWER]
    assert [c.path for c in lower] == [("zhang2022-convex-lower",)]
    assert all(b.path[0] != "zhang2022-convex-lower" for b in found.bounds)
    assert (
        lower[0].at()["epsilon"]
        <= next(c for c in found.constants if c.path == ("hardt2016-convex",)).at()["epsilon"]
    )


def test_conversions_reach_each_kind_once() -> None:
    start = elastic_stability(1000, 1, B=1, U=2, B1="0.5", D=1)
    found = reachable(start, CONVERSIONS)
    shapes = [(s.notion, s.neighbour, s.averaged_over, frozenset(s.values)) for s in found]
    assert len(set(shapes)) == len(shapes)
    assert found[0] is start
    kinds = {(str(s.notion), str(s.neighbour)) for s in found}
    assert ("uniform", "deletion") in kinds and ("pointwise hypothesis", "replacement") in kinds
    replaced = [s for s in found if str(s.neighbour) == "replacement"]
    assert replaced and all(s.convention is None for s in replaced)


def test_replacement_never_comes_back_to_deletion() -> None:
    start = assumed_constant(own("uniform", {"epsilon": 1}, neighbour="replacement"))
    assert {str(s.neighbour) for s in reachable(start, CONVERSIONS)} == {"replacement"}


def test_a_bound_is_followed_to_another_setup() -> None:
    for bound in analyse(ERM).bounds:
        same = follow(bound, ERM, DELTA)
        assert same is not None and same.path == bound.path and same.value == bound.value
    other = ERM.with_size(120_000)
    best = analyse(ERM).of("elastic-finite-emp")[0]
    followed = follow(best, other, DELTA)
    assert followed is not None and followed.value < best.value
    assert follow(best, FULL_SETUPS["gd"], DELTA) is None


def test_theorems_of_ones_own_can_be_given() -> None:
    only = (BY_ID["elastic-erm"], BY_ID["elastic-finite-emp"])
    found = analyse(ERM, theorems=only)
    assert {b.theorem for b in found.bounds} == {"elastic-finite-emp"}
    assert found.refused == ()


def test_nearest_neighbours_reach_leave_one_out_only() -> None:
    setup = Setup(
        sample=Sample(1000), algorithm=NearestNeighbours(neighbours=3), loss=Loss(range=1)
    )
    found = analyse(setup)
    assert {str(b.quantity) for b in found.bounds} == {"loo-gap", "loo-squared-gap"}
    assert refusal_of(setup, "bousquet2002-thm11-emp").hypothesis_id == RIGHT_NOTION.id


def test_bounds_hold_their_statement() -> None:
    bound = analyse(ERM).of("bousquet2002-thm12-emp")[0]
    assert isinstance(bound, Bound) and r"\beta" in bound.latex
    assert isinstance(bound.term, Term) and bound.statement.has(sympy.log)
    assert bound.enclosure.low <= bound.enclosure.high <= Fraction(bound.value)


def test_decaying_steps_go_through() -> None:
    setup = sgd("with-replacement", convex=False).with_value("algorithm.steps", 60_000)
    found = analyse(setup.with_value("algorithm.step_size", DecayingStep("0.1")))
    assert {"elastic-sgd-nonconvex", "hardt2016-nonconvex"} <= {c.path[0] for c in found.constants}
    assert found.best() is not None


def test_a_constant_that_averages_over_sample_and_algorithm_feeds_no_statement_on_one_of_them() -> (
    None
):
    own = AssumedStability(
        notion="hypothesis",
        values={"beta_hyp": "1e-4"},
        averaged_over="sample and algorithm",
        symmetric=True,
    )
    found = analyse(Setup(sample=Sample(1000), stability=own, loss=Loss(range=1)))
    assert {b.theorem for b in found.bounds} == {"elisseeff2005-thm9"}
    reasons = {r.theorem: r.where for r in found.refused}
    assert reasons["bousquet2002-thm11-loo"] == reasons["bousquet2002-lemma9"] == "averaged_over"


def test_a_supremum_that_averages_over_the_sample_feeds_nothing() -> None:
    sure = assumed_constant(own("uniform", {"epsilon": 1}, neighbour="replacement"))
    theorem = BY_ID["hardt2016-expectation"]
    assert isinstance(theorem, GeneralizationTheorem)
    for over in Averaged:
        refusal = theorem.supports(replace(sure, averaged_over=over), DELTA)
        assert (refusal is None) == (over is not Averaged.BOTH)
        assert refusal is None or "average over the algorithm" in refusal.remedy
