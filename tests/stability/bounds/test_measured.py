"""Constants belong to the setup that they were made for: nothing moves one but the theory."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from stability.bounds.analyse import analyse
from stability.bounds.paths import assumed_constant
from stability.conventions import Convention
from stability.errors import SetupError
from stability.estimate.statistics.independent import certified_hypothesis
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import AssumedStability, Loss, Sample, Setup
from stability.testing.strategies.edits import EDITS, FULL_SETUPS, edited
from stability.theorems.catalogue import STABILITY_THEOREMS
from stability.theorems.kinds.constant import Stability

MEASURED = Setup(
    sample=Sample(1000), loss=Loss(range=1), algorithm=EmpiricalRiskMinimizer(regularization=1)
)
LARGER = replace(MEASURED, sample=Sample(10**6), loss=Loss(range=10))


def certified(samples: int, setup: Setup) -> Stability:
    return certified_hypothesis(
        [0.0] * samples,
        setup,
        Convention.RETRAIN,
        "0.01",
        positions=0,
        symmetric=True,
        randomised=False,
    )


def refused(setup: Setup, constant: object) -> str:
    with pytest.raises(SetupError) as caught:
        analyse(setup, measured=[constant])  # type: ignore[list-item]
    return caught.value.where


@pytest.mark.parametrize("place", list(EDITS))
def test_a_constant_of_any_other_setup_is_refused(place: str) -> None:
    """Every edit of every full setup, for a constant that a theorem gives there."""
    tried = 0
    for setup in FULL_SETUPS.values():
        constant = next(
            (t.apply(setup)[0] for t in STABILITY_THEOREMS if t.supports(setup) is None), None
        )
        others = list(edited(setup, place)) if constant is not None else []
        for changed in others:
            section = refused(changed, constant).removeprefix("measured[0].setup.")
            assert section.partition(".")[0] in ("sample", "loss", "algorithm", "training")
        if others:
            assert constant in analyse(setup, measured=[constant], theorems=()).constants
        tried += len(others)
    assert tried


def test_a_certified_constant_says_nothing_of_another_setup() -> None:
    """A rule that memorises at m = 10^6 only: no change at m = 1000, a gap of the whole range."""
    constant = certified(2000, MEASURED)
    with pytest.raises(SetupError) as caught:
        analyse(LARGER, measured=[constant])
    told = str(caught.value)
    assert told.startswith("measured[0].setup.sample.size: found 1000; allowed: 1000000")
    assert "analyse that one" in told
    wider = replace(MEASURED, loss=Loss(range=10))
    assert refused(wider, constant) == "measured[0].setup.loss.range"
    assert analyse(MEASURED, measured=[constant]).of("bousquet2002-thm11-loo")


def test_the_message_tells_two_values_apart() -> None:
    near = replace(MEASURED, loss=Loss(range=Fraction(10**20 + 1, 10**20)))
    constant = certified(9, near)
    with pytest.raises(SetupError, match="100000000000000000001/100000000000000000000"):
        analyse(MEASURED, measured=[constant])


def test_another_kind_of_setup_is_named() -> None:
    own = replace(
        MEASURED,
        algorithm=None,
        stability=AssumedStability(notion="uniform", values={"beta": "0.1"}),
    )
    assert refused(MEASURED, assumed_constant(own)) == "measured[0].setup.algorithm.kind"


def own(scaling: str | None) -> Setup:
    constant = AssumedStability(notion="uniform", values={"beta": "0.1"}, scaling=scaling)
    return Setup(sample=Sample(10), loss=Loss(range=1, lipschitz=1), stability=constant)


@pytest.mark.parametrize("scaling", [None, "constant", "1/m"])
def test_a_constant_of_your_own_moves_as_declared_only(scaling: str | None) -> None:
    setup = own(scaling)
    for place, value in (("loss.range", 10), ("loss.lipschitz", 2), ("loss.convex", True)):
        with pytest.raises(SetupError) as caught:
            setup.with_value(place, value)
        assert caught.value.where == "stability.values"
        assert setup.with_value(place, setup.value(place)) == setup
    with pytest.raises(SetupError, match=r"loss\.range = 1; allowed: one for loss\.range = 10"):
        setup.with_value("loss.range", 10)
    if scaling is None:
        with pytest.raises(SetupError) as caught:
            setup.with_value("sample.size", 20)
        assert caught.value.where == "stability.scaling"
    else:
        assert setup.with_value("sample.size", 20) == setup.with_size(20)
        values = dict(setup.with_value("sample.size", 20).stability.values)  # type: ignore[union-attr]
        assert values == {"beta": Fraction(1, 10 if scaling == "constant" else 20)}
    assert setup.with_value("sample.size", 10) == setup
