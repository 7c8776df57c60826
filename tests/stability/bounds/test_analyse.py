"""Composition: paths, what is kept, what is refused and how it teaches, and what is promised."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stability.bounds.analyse import Analysis, analyse
from stability.bounds.paths import assumed_constant, follow, reachable
from stability.conventions import (
    LINEAR,
    Averaged,
    Convention,
    Kind,
    Over,
    Provenance,
    Quantity,
    Scope,
)
from stability.errors import SetupError, UnsafeMixture
from stability.setup.algorithms import (
    Bagging,
    DecayingStep,
    EmpiricalRiskMinimizer,
    GradientDescent,
    NearestNeighbours,
    StochasticGradientDescent,
    Subbagging,
)
from stability.setup.setup import AssumedStability, Loss, Sample, Setup
from stability.testing import assumed_setups, elastic_stability, setups
from stability.testing.strategies.edits import FULL_SETUPS
from stability.theorems.catalogue import BY_ID, CATALOGUE, CONVERSIONS
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.requirements import RIGHT_NOTION, as_many_steps_without
from stability.theorems.statements.term import Term

DELTA = Fraction(1, 20)
QUICK = settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
ERM = Setup(
    sample=Sample(60_000),
    loss=Loss(range=1, lipschitz=1, mean_lipschitz="0.5", rms_lipschitz="0.6", convex=True),
    algorithm=EmpiricalRiskMinimizer(regularization="0.1"),
)


def sgd(order: str, **loss: Any) -> Setup:
    known = {"range": 1, "lipschitz": 1, "smoothness": "0.25", "convex": True, **loss}
    return Setup(
        sample=Sample(60_000),
        loss=Loss(**known),
        algorithm=StochasticGradientDescent(step_size="1e-5", epochs=1, order=order),
    )


def own(notion: str, values: dict[str, Any], size: int = 1000, **rest: Any) -> Setup:
    given_ = AssumedStability(notion=notion, values=values, **rest)  # type: ignore[arg-type]
    return Setup(sample=Sample(size), stability=given_, loss=Loss(range=1))


def refusal_of(setup: Setup, theorem: str, **rest: Any) -> Any:
    found = [r for r in analyse(setup, DELTA, **rest).refused if r.theorem == theorem]
    assert found, f"{theorem} is not refused"
    return found[0]


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


@pytest.mark.parametrize(
    ("setup", "theorem", "where", "words"),
    [
        (sgd("shuffled", convex=False), "elastic-sgd-shuffled", "loss.convex", "steps c/t"),
        (sgd("shuffled", convex=None), "elastic-sgd-shuffled", "loss.convex", "convex = true"),
        (
            sgd("shuffled", smoothness=None),
            "hardt2016-convex",
            "loss.smoothness",
            "loss.smoothness",
        ),
        (sgd("shuffled"), "elastic-sgd", "algorithm.order", "with-replacement"),
        (sgd("shuffled"), "elastic-gd", "algorithm.kind", "'gd'"),
        (sgd("shuffled"), "hardt2016-nonconvex", "algorithm.step_size", "schedule"),
        (sgd("shuffled", smoothness=10**6), "hardt2016-convex", "algorithm.step_size", "2/gamma"),
        (sgd("shuffled"), "zhang2022-nonconvex-upper", "algorithm.step_size", "schedule"),
        (sgd("shuffled"), "lei2020-convex-l1", "algorithm.order", "with-replacement"),
        (sgd("with-replacement"), "lei2020-convex-l1", "loss.nonnegative", "never reaches"),
        (
            sgd("with-replacement", nonnegative=True),
            "lei2020-convex-l1",
            "training.expected_risks",
            "expected",
        ),
        (sgd("shuffled"), "bousquet2002-thm11-loo", "algorithm.order", "symmetric"),
        (ERM, "bousquet2002-thm22", "algorithm.kind", "'kernel-erm'"),
    ],
)
def test_refusals_teach(setup: Setup, theorem: str, where: str, words: str) -> None:
    refusal = refusal_of(setup, theorem)
    assert refusal.where == where
    assert words in refusal.remedy, refusal.remedy
    assert refusal.hypothesis and refusal.found
    assert set(refusal.record()) == {
        "theorem",
        "hypothesis",
        "hypothesis_id",
        "where",
        "found",
        "remedy",
        "also",
    }


def test_a_repaired_refusal_applies() -> None:
    refusal = refusal_of(sgd("shuffled", smoothness=10**6), "hardt2016-convex")
    assert "2e-06" in refusal.remedy
    repaired = sgd("shuffled", smoothness=10**6).with_value("algorithm.step_size", "0.000002")
    assert "hardt2016-convex" in {c.path[0] for c in analyse(repaired).constants}


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


def test_nothing_applies_and_the_table_says_why() -> None:
    setup = Setup(
        sample=Sample(10), algorithm=GradientDescent(step_size=1, steps=1), loss=Loss(range=1)
    )
    found = analyse(setup)
    assert found.bounds == () and found.best() is None and len(found.table()) == 0
    assert len(found.refused) == len([t for t in CATALOGUE if t.category != "conversion"])


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
        same = follow(bound, ERM, BY_ID, DELTA)
        assert same is not None and same.path == bound.path and same.value == bound.value
    other = ERM.with_size(120_000)
    best = analyse(ERM).of("elastic-finite-emp")[0]
    followed = follow(best, other, BY_ID, DELTA)
    assert followed is not None and followed.value < best.value
    assert follow(best, FULL_SETUPS["gd"], BY_ID, DELTA) is None


@pytest.mark.parametrize("delta", [0, 1, "x", -1])
def test_delta_is_checked(delta: Any) -> None:
    with pytest.raises(SetupError, match="delta"):
        analyse(ERM, delta)


def test_theorems_of_ones_own_can_be_given() -> None:
    only = (BY_ID["elastic-erm"], BY_ID["elastic-finite-emp"])
    found = analyse(ERM, theorems=only)
    assert {b.theorem for b in found.bounds} == {"elastic-finite-emp"}
    assert found.refused == ()


def test_draws_come_with_bags_only() -> None:
    known = {"subsample": 10, "base_stability": "0.1", "measured": False, "prediction_range": 1}
    base = Setup(
        sample=Sample(1000), loss=Loss(range=1, lipschitz=1), algorithm=Bagging(**known, bags=50)
    )  # type: ignore[arg-type]
    assert analyse(base).of("elisseeff2005-thm15-emp")
    endless = replace(base, algorithm=Bagging(**known))  # type: ignore[arg-type]
    assert "rho" in refusal_of(endless, "elisseeff2005-thm15-emp").remedy


def passes(size: int, batch_size: int, **rest: Any) -> Setup:
    """SGD with replacement, counted in epochs unless steps are given."""
    return replace(
        sgd("with-replacement"),
        sample=Sample(size),
        algorithm=StochasticGradientDescent(
            **{"step_size": "1e-5", "epochs": 3, "order": "with-replacement", **rest},
            batch_size=batch_size,
        ),
    )


def retrained(found: Analysis) -> set[str]:
    return {c.path[0] for c in found.constants if c.convention is Convention.RETRAIN}


@pytest.mark.parametrize(
    ("size", "batch_size", "alike"),
    [(1000, 1, False), (1000, 100, True), (1001, 100, False), (1000, 999, False), (5, 5, True)],
)
def test_retraining_in_epochs_needs_as_many_steps(size: int, batch_size: int, alike: bool) -> None:
    decay = DecayingStep("0.1")
    for step, ids in (
        ("1e-5", {"elastic-sgd"}),
        (decay, {"elastic-sgd", "elastic-sgd-nonconvex"}),
    ):
        found = analyse(passes(size, batch_size, step_size=step))
        assert retrained(found) == (ids if alike else set())
        assert any(c.convention is Convention.NULL_STEP for c in found.constants)
        told = {
            r.theorem: r for r in found.refused if r.hypothesis_id == as_many_steps_without(1).id
        }
        only = {"elastic-sgd-nonconvex"} & ids
        assert set(told) == (set() if alike else {"elastic-sgd (retrain)", *only})
        for refusal in told.values():
            steps = [3 * -(-n // batch_size) for n in (size, size - 1)]
            assert refusal.where == "algorithm.epochs"
            assert f"{steps[0]} steps with m = {size}, {steps[1]} with" in refusal.found
            assert "Give algorithm.steps" in refusal.remedy and "batch_size" in refusal.remedy


def test_steps_that_are_given_are_as_many_without_an_example() -> None:
    found = analyse(passes(1000, 1, steps=1000, epochs=None))
    assert retrained(found) == {"elastic-sgd"}
    loo = [b for b in found.of("elastic-finite-loo") if b.convention is Convention.RETRAIN]
    assert loo and not any("(" in r.theorem for r in found.refused)


def test_leaving_two_out_needs_as_many_steps_too() -> None:
    for batch_size, applies in ((100, True), (998, False)):
        found = analyse(passes(1000, batch_size))
        assert retrained(found) == {"elastic-sgd"}
        for theorem in ("elastic-finite-loo", "bousquet2002-thm12-loo"):
            loo = [b for b in found.of(theorem) if b.convention is Convention.RETRAIN]
            assert bool(loo) == applies, (batch_size, theorem)
    constant = next(c for c in found.constants if c.convention is Convention.RETRAIN)
    theorem = BY_ID["elastic-finite-loo"]
    assert isinstance(theorem, GeneralizationTheorem)
    refusal = theorem.supports(constant, DELTA)
    assert refusal is not None and refusal.where == "algorithm.epochs"
    assert "m - 2" in refusal.remedy


def test_full_batches_take_one_step_an_epoch_for_any_sample() -> None:
    gradient = GradientDescent(step_size="1e-5", epochs=3)
    assert retrained(analyse(replace(sgd("shuffled"), algorithm=gradient))) == {"elastic-gd"}


def test_a_retrained_constant_is_given_only_at_sizes_where_runs_are_as_long() -> None:
    (constant,) = (
        c for c in analyse(passes(1000, 100)).constants if c.convention is Convention.RETRAIN
    )
    for stability in reachable(constant, CONVERSIONS):
        assert stability.at(1002) and stability.as_long_at(1002)
        with pytest.raises(UnsafeMixture, match=r"at m = 1001 .* algorithm\.steps"):
            stability.at(1001)
    bound = next(b for b in analyse(passes(1000, 100)).bounds if b.convention == "retrain")
    assert follow(bound, passes(1001, 100), BY_ID, DELTA) is None
    assert follow(bound, passes(1003, 100), BY_ID, DELTA) is not None


def test_leaving_two_out_of_two_leaves_nothing_to_train_on() -> None:
    for size, applies in ((2, False), (3, True)):
        found = analyse(ERM.with_size(size)).of("elastic-finite-loo")
        conventions = {b.convention for b in found}
        assert conventions == {Convention.KEEP, *([Convention.RETRAIN] if applies else [])}


def subbags(size: int, subsample: int) -> Analysis:
    known = {
        "subsample": subsample,
        "base_stability": "0.1",
        "measured": False,
        "prediction_range": 1,
        "bags": 50,
    }
    algorithm = Subbagging(**known)  # type: ignore[arg-type]
    return analyse(Setup(sample=Sample(size), loss=Loss(range=1, lipschitz=1), algorithm=algorithm))


@pytest.mark.parametrize(("subsample", "fresh"), [(98, True), (99, True), (100, False)])
def test_fresh_subbags_are_of_one_example_fewer(subsample: int, fresh: bool) -> None:
    found = subbags(100, subsample)
    kept = {c.convention for c in found.constants if c.path[0] == "elisseeff2005-subbagging"}
    assert kept == {Convention.NULL_STEP, *([Convention.RETRAIN] if fresh else [])}
    told = {r.theorem: r for r in found.refused}.get("elisseeff2005-subbagging (retrain)")
    assert (told is None) == fresh
    if told is not None:
        assert (told.where, told.found) == ("algorithm.subsample", "100")
        assert "m - 1" in told.hypothesis and "at most sample.size = 99" in told.remedy
    rows = {b.convention for b in found.of("elisseeff2005-thm15-loo")}
    assert rows == {Convention.NULL_STEP, *([Convention.RETRAIN] if subsample == 98 else [])}


def test_one_example_cannot_be_left_out_of_one() -> None:
    alone = Setup(sample=Sample(1), algorithm=NearestNeighbours(neighbours=1), loss=Loss(range=1))
    refusal = refusal_of(alone, "elisseeff2005-knn")
    assert (refusal.where, refusal.found) == ("sample.size", "1")
    assert refusal.remedy == "Use more examples."


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


def test_unknown_names_are_told_with_the_nearest() -> None:
    found = analyse(ERM)
    for ask, where, near in (
        (lambda: found.best("absolute_gap"), "quantity", "'absolute-gap'"),
        (lambda: found.best(""), "quantity", "one of 'gap'"),
        (lambda: found.of("hardt2016-conv"), "theorem", "hardt2016-convex"),
        (lambda: found.of("elastic-finite-emp", "elastc"), "notion", "'elastic'"),
        (lambda: analyse(ERM, measured=[1]), "measured[0]", "Stability"),
        (lambda: analyse(ERM, measured=1), "measured[0]", "Stability"),
    ):
        with pytest.raises(SetupError) as caught:
            ask()
        assert caught.value.where == where and near in str(caught.value)


def test_known_names_without_a_bound_are_no_mistake() -> None:
    found = analyse(ERM)
    assert found.of("hardt2016-expectation", "elastic") == () == found.of("elastic-gd")
    assert found.of("elastic-finite-emp", "elastic") == found.of("elastic-finite-emp")
    assert found.best("loo-squared-gap") is None or found.best("loo-squared-gap").value > 0


def test_a_refusal_lists_every_hypothesis_that_fails() -> None:
    bare = Setup(
        sample=Sample(1000), algorithm=StochasticGradientDescent(step_size="0.1", epochs=1)
    )
    refusal = refusal_of(bare, "hardt2016-convex")
    every = (refusal, *refusal.also)
    assert [r.where for r in every] == ["loss.lipschitz", "loss.convex", "loss.smoothness"]
    assert all(r.hypothesis in str(refusal) and r.remedy in str(refusal) for r in every)
    assert len({r.hypothesis_id for r in every}) == len(every)
    assert [other["where"] for other in refusal.record()["also"]] == [r.where for r in every[1:]]
    mended = replace(bare, loss=Loss(lipschitz=1, convex=True, smoothness=1))
    assert BY_ID["hardt2016-convex"].supports(mended) is None


def test_what_follows_from_a_missing_value_is_not_asked_for_as_well() -> None:
    bare = Setup(
        sample=Sample(1000), loss=Loss(), algorithm=EmpiricalRiskMinimizer(regularization=1)
    )
    refusal = refusal_of(bare, "elastic-erm")
    places = [r.where for r in (refusal, *refusal.also)]
    assert "loss.lipschitz" in places and "loss.mean_lipschitz" not in places


def test_of_another_algorithm_nothing_else_is_asked() -> None:
    bare = Setup(sample=Sample(1000), algorithm=EmpiricalRiskMinimizer(regularization=1))
    assert refusal_of(bare, "hardt2016-convex").also == ()
