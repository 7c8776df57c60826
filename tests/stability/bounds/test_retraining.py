"""Retraining without an example: where it is as long, and where nothing is left to train on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stability.bounds.analyse import Analysis, analyse
from stability.bounds.paths import follow, reachable
from stability.conventions import (
    Convention,
)
from stability.errors import UnsafeMixture
from stability.setup.algorithms import (
    DecayingStep,
    GradientDescent,
    StochasticGradientDescent,
    Subbagging,
)
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID, CONVERSIONS
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.requirements import as_many_steps_without
from tests.stability.bounds.examples import DELTA, ERM, sgd


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
    assert follow(bound, passes(1001, 100), DELTA) is None
    assert follow(bound, passes(1003, 100), DELTA) is not None


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
