"""The loss range is given, or follows from what is given; no theorem that asks for it guesses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given

from stability.bounds.analyse import Analysis, analyse
from stability.conventions import Provenance, Quantity
from stability.errors import SetupError
from stability.setup.algorithms import GibbsAveraging
from stability.setup.setup import Loss, Sample, Setup
from stability.testing.strategies.edits import FULL_SETUPS
from stability.testing.strategies.setups import assumed_setups, setups
from stability.theorems.catalogue import GENERALIZATION_THEOREMS
from stability.theorems.kinds.bound import Bound
from stability.theorems.kinds.symbol_values import PLACES, loss_range, range_origin

FOLLOWS = {"gibbs": "algorithm.base_range"}
"""The kinds of algorithm from which the range follows, and the field that says it."""


def unknown(setup: Setup) -> Setup:
    return replace(setup, loss=replace(setup.loss, range=None))


KL = (Quantity.RANDOMISED_KL, Quantity.DRAWN_KL)


def of_losses(analysis: Analysis) -> list[Bound]:
    """The bounds in units of the loss: not how far weights move, nor kl of risks over the range."""
    others = (*(Quantity.DISTANCE, Quantity.SQUARED_DISTANCE), *KL)
    return [b for b in analysis.bounds if b.quantity not in others]


@pytest.mark.parametrize("kind", FULL_SETUPS)
def test_without_a_range_nothing_is_bounded_unless_it_follows(kind: str) -> None:
    known, setup = FULL_SETUPS[kind], unknown(FULL_SETUPS[kind])
    assert range_origin(known) == "loss.range" and loss_range(known) == 1
    assert range_origin(setup) == FOLLOWS.get(kind)
    found = analyse(setup)
    assert bool(of_losses(found)) == (kind in FOLLOWS) and len(analyse(known).bounds) >= len(
        found.bounds
    )
    for bound in of_losses(found):
        assert bound.trivial.bindings["M"] == setup.value(FOLLOWS[kind])
    asked = [r for r in found.refused if r.where == "loss.range"]
    assert all("Give loss.range" in r.remedy or "loss.range = 1" in r.remedy for r in asked)
    if analyse(known).bounds and kind not in FOLLOWS:
        assert asked


@given(setup=assumed_setups())
def test_a_constant_of_ones_own_needs_the_range_as_well(setup: Setup) -> None:
    assert of_losses(analyse(unknown(setup))) == []


@given(setup=setups("gibbs"))
def test_a_base_loss_says_the_range(setup: Setup) -> None:
    base = setup.value("algorithm.base_range")
    assert loss_range(unknown(setup)) == base
    given_ = setup.loss.range
    assert loss_range(setup) == (base if given_ is None else given_) >= base


def squared_gap(m: int, base: int) -> Fraction:
    """E (R - R_emp)^2 of an output that no sample changes, losses 0 and `base` with chance 1/2."""
    half = Fraction(base, 2)
    return sum(
        (Fraction(comb(m, k), 2**m) * (half - Fraction(base * k, m)) ** 2 for k in range(m + 1)),
        Fraction(0),
    )


@pytest.mark.parametrize("m", [1, 100])
def test_gibbs_averaging_with_a_wide_base_loss(m: int) -> None:
    """With a large regulariser the output is the prior, whatever the sample is."""
    algorithm = GibbsAveraging(regularization="1e9", base_range=5)
    found = analyse(Setup(sample=Sample(m), algorithm=algorithm))
    rows = [b for b in found.bounds if b.quantity is Quantity.SQUARED_GAP]
    assert rows and all(b.provenance is Provenance.PROVED for b in rows)
    assert min(b.value for b in rows) >= squared_gap(m, 5)
    assert all(b.trivial_value == 25 for b in rows)
    with pytest.raises(SetupError, match=r"at most loss.range = 1"):
        Setup(sample=Sample(m), loss=Loss(range=1), algorithm=algorithm)


def test_one_place_counts_before_the_other() -> None:
    assert PLACES["M"] == ("loss.range", "algorithm.base_range")
    both = Setup(
        sample=Sample(9),
        loss=Loss(range=7),
        algorithm=GibbsAveraging(regularization=1, base_range=5),
    )
    assert loss_range(both) == 7 and range_origin(both) == "loss.range"
    assert len(GENERALIZATION_THEOREMS) > 20
