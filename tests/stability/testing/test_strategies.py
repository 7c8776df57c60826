"""Strategies: everything drawn is valid, varied, and exact; violations violate one hypothesis."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from stability.conventions import VALUES
from stability.errors import Refusal
from stability.setup.algorithms import KINDS, ConstantStep, DecayingStep
from stability.setup.setup import Setup
from stability.testing import (
    ElasticConstants,
    applicable_constants,
    applicable_setups,
    assumed_setups,
    elastic_constants,
    setups,
    symbol_values,
    violating_constants,
    violating_setups,
)
from stability.testing.strategies.applicable import kinds_of, repaired
from stability.testing.strategies.edits import EDITS, FULL_SETUPS, edited
from stability.testing.strategies.violations import violations_of
from stability.theorems.catalogue import (
    BY_ID,
    CATALOGUE,
    CONVERSIONS,
    GENERALIZATION_THEOREMS,
    STABILITY_THEOREMS,
)
from stability.theorems.kinds.hypothesis import known
from stability.theorems.statements.symbols import MEANINGS

QUICK = settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
NUMBERS = [t for t in STABILITY_THEOREMS if not t.unspecified]
CONSUMERS = [t for t in (*CONVERSIONS, *GENERALIZATION_THEOREMS) if not t.unspecified]


def ids(theorem: Any) -> str:
    return theorem.id


@pytest.mark.parametrize("kind", KINDS)
def test_setups_of_every_kind(kind: str) -> None:
    @QUICK
    @given(setups(kind))
    def check(setup: Setup) -> None:
        assert setup.algorithm is not None and setup.algorithm.kind == kind
        loss = setup.loss
        ladder = [x for x in (loss.mean_lipschitz, loss.rms_lipschitz, loss.lipschitz) if x]
        assert ladder == sorted(ladder)
        assert all(isinstance(x, Fraction) for x in ladder)

    check()


ANY_EXAMPLE = settings(QUICK, max_examples=1000, phases=(Phase.generate,))
"""The first that is found; the smallest takes seconds more."""


@pytest.mark.parametrize(
    "wanted",
    [
        lambda s: isinstance(s.value("algorithm.step_size"), ConstantStep),
        lambda s: isinstance(s.value("algorithm.step_size"), DecayingStep),
        lambda s: s.value("algorithm.epochs") is not None,
        lambda s: s.value("algorithm.steps") is not None,
        lambda s: s.loss.convex is None,
        lambda s: s.loss.lipschitz is None,
        lambda s: s.loss.rms_lipschitz is not None and s.loss.mean_lipschitz is None,
        lambda s: s.training.expected_risks is not None,
        lambda s: s.value("algorithm.order") == "with-replacement",
        lambda s: s.value("algorithm.strong_convexity") is not None,
    ],
)
def test_setups_vary(wanted: Any) -> None:
    assert wanted(find(setups(), wanted, settings=ANY_EXAMPLE))


@pytest.mark.parametrize("notion", sorted({str(n) for n, _ in VALUES}))
def test_assumed_setups_of_every_notion(notion: str) -> None:
    @QUICK
    @given(assumed_setups(notion))
    def check(setup: Setup) -> None:
        assert setup.stability is not None and setup.stability.notion == notion
        for name, value in setup.stability.values:
            assert MEANINGS[name].allowed.convert(value) == value

    check()


@QUICK
@given(elastic_constants(), elastic_constants(constant=True))
def test_elastic_constants_are_in_order(e: ElasticConstants, flat: ElasticConstants) -> None:
    assert 0 <= e.B1 <= e.B <= e.U and 0 <= e.D <= e.U
    assert 0 < e.delta < 1 <= e.m and e.M > 0
    assert flat.B == flat.U == flat.B1 == flat.D


@pytest.mark.parametrize("theorem", CATALOGUE, ids=ids)
def test_symbol_values_are_admissible(theorem: Any) -> None:
    @settings(QUICK, max_examples=8)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        statement = data.draw(st.sampled_from(theorem.statements))
        values = data.draw(symbol_values(theorem, statement))
        assert values.inside()
        for name, value in values.values.items():
            for one in value if isinstance(value, tuple) else (value,):
                assert MEANINGS[name].allowed.convert(one) == one
        assert all(value.high >= 0 for _, value in values.all_enclosures())

    check()


@pytest.mark.parametrize("theorem", NUMBERS, ids=ids)
def test_applicable_setups_apply_and_violating_ones_do_not(theorem: Any) -> None:
    @settings(QUICK, max_examples=8)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        setup = data.draw(applicable_setups(theorem))
        assert theorem.supports(setup) is None
        assert setup.algorithm is not None and setup.algorithm.kind in kinds_of(theorem)
        bad, hypothesis = data.draw(violating_setups(theorem))
        refusal = theorem.supports(bad)
        assert isinstance(refusal, Refusal) and refusal.hypothesis_id == hypothesis.id
        assert hypothesis.failure(bad) is not None

    check()


@pytest.mark.parametrize("theorem", CONSUMERS, ids=ids)
def test_applicable_constants_apply(theorem: Any) -> None:
    delta = () if theorem.category == "conversion" else (Fraction(1, 20),)

    @settings(QUICK, max_examples=5)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        constant = data.draw(applicable_constants(theorem))
        assert theorem.supports(constant, *delta) is None

    check()


@pytest.mark.parametrize("name", ["bousquet2002-lemma9", "sure-to-expected", "lei2020-thm2a"])
def test_violating_constants_are_refused(name: str) -> None:
    theorem: Any = BY_ID[name]
    delta = () if theorem.category == "conversion" else (Fraction(1, 20),)

    @settings(QUICK, max_examples=10)
    @given(violating_constants(theorem))
    def check(violation: Any) -> None:
        constant, condition = violation
        assert theorem.supports(constant, *delta).hypothesis_id == condition.id

    check()


@pytest.mark.parametrize("theorem", NUMBERS, ids=ids)
def test_all_hypotheses_come_up(theorem: Any) -> None:
    wanted = {h.id for h in theorem.hypotheses if h.check is not None}
    for kind in kinds_of(theorem):
        base = repaired(theorem, FULL_SETUPS[kind])
        wanted -= {v.hypothesis.id for v in violations_of(theorem, base)}
    assert not wanted


def test_a_new_hypothesis_needs_no_entry_here() -> None:
    """A theorem of one's own, made of the parts of `hypotheses`, is violated too."""
    from dataclasses import replace

    extra = known(
        "in-a-ball", "algorithm.radius", "iterates stay in a ball", "Give algorithm.radius."
    )
    mine = replace(BY_ID["elastic-gd"], hypotheses=(*BY_ID["elastic-gd"].hypotheses, extra))
    base = repaired(mine, FULL_SETUPS["gd"])  # type: ignore[arg-type]
    assert extra in {v.hypothesis for v in violations_of(mine, base)}  # type: ignore[arg-type]


TOGETHER = {
    # All strong convexity comes from both.
    "algorithm.strong_convexity": {"algorithm.weight_decay"},
    # Risks of more steps than there are contradict the setup and are dropped.
    "algorithm.steps": {"training.expected_risks"},
    # One privacy budget is given.
    "algorithm.mu": {"algorithm.epsilon"},
    "algorithm.rho": {"algorithm.epsilon"},
    "algorithm.delta_at_zero": {"algorithm.epsilon"},
}
"""What edits of a place may change beside it."""


@pytest.mark.parametrize("place", EDITS)
def test_edits_change_their_place_only(place: str) -> None:
    seen = 0
    for setup in FULL_SETUPS.values():
        for changed in edited(setup, place):
            seen += 1
            if place in ("algorithm.kind", "loss.lipschitz", "training.expected_risks"):
                continue
            for other in EDITS:
                same = changed.value(other) == setup.value(other)
                beside = other == place or other in TOGETHER.get(place, ())
                assert same or beside, (place, other)
    assert seen > 0
