"""What does not apply: refusals that say what is missing, and names that nothing has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stability.bounds.analyse import analyse
from stability.errors import SetupError
from stability.setup.algorithms import (
    Bagging,
    EmpiricalRiskMinimizer,
    GradientDescent,
    NearestNeighbours,
    StochasticGradientDescent,
)
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID, CATALOGUE
from tests.stability.bounds.examples import ERM, refusal_of, sgd


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


def test_nothing_applies_and_the_table_says_why() -> None:
    setup = Setup(
        sample=Sample(10), algorithm=GradientDescent(step_size=1, steps=1), loss=Loss(range=1)
    )
    found = analyse(setup)
    assert found.bounds == () and found.best() is None and len(found.table()) == 0
    assert len(found.refused) == len([t for t in CATALOGUE if t.category != "conversion"])


@pytest.mark.parametrize("delta", [0, 1, "x", -1])
def test_delta_is_checked(delta: Any) -> None:
    with pytest.raises(SetupError, match="delta"):
        analyse(ERM, delta)


def test_draws_come_with_bags_only() -> None:
    known = {"subsample": 10, "base_stability": "0.1", "measured": False, "prediction_range": 1}
    base = Setup(
        sample=Sample(1000), loss=Loss(range=1, lipschitz=1), algorithm=Bagging(**known, bags=50)
    )  # type: ignore[arg-type]
    assert analyse(base).of("elisseeff2005-thm15-emp")
    endless = replace(base, algorithm=Bagging(**known))  # type: ignore[arg-type]
    assert "rho" in refusal_of(endless, "elisseeff2005-thm15-emp").remedy


def test_one_example_cannot_be_left_out_of_one() -> None:
    alone = Setup(sample=Sample(1), algorithm=NearestNeighbours(neighbours=1), loss=Loss(range=1))
    refusal = refusal_of(alone, "elisseeff2005-knn")
    assert (refusal.where, refusal.found) == ("sample.size", "1")
    assert refusal.remedy == "Use more examples."


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
