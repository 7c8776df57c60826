"""What follows from values that were measured is an estimate, whatever its theorem promises."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from stability.bounds.analyse import analyse
from stability.conventions import Kind, Provenance
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.testing.strategies.edits import FULL_SETUPS, edited
from stability.theorems.catalogue import BY_ID, GENERALIZATION_THEOREMS
from stability.theorems.kinds.symbol_values import MEASURED_SYMBOLS

PROMISES = (Kind.UPPER, Kind.EXACT)


def sgd_with_risks(measured: bool) -> Setup:
    setup = replace(
        FULL_SETUPS["sgd"],
        algorithm=replace(
            FULL_SETUPS["sgd"].algorithm, order="with-replacement", radius=None, step_size="0.1"
        ),
    )
    return replace(setup, training=replace(setup.training, measured=measured))


@pytest.mark.parametrize("measured", [False, True])
def test_risks_that_were_measured(measured: bool) -> None:
    found = analyse(sgd_with_risks(measured))
    for theorem in ("lei2020-thm2a", "lei2020-thm2b"):
        (bound,) = found.of(theorem)
        assert (bound.kind is Kind.ESTIMATE) is measured
        assert (bound.provenance is Provenance.PLUG_IN) is measured
    assert found.best("expected-gap") is not None  # by theorems that need no risks


@pytest.mark.parametrize("measured", [False, True])
def test_an_error_of_the_minimiser_that_was_measured(measured: bool) -> None:
    own = AssumedStability(
        notion="uniform average", neighbour="replacement", values={"epsilon": "0.01"}
    )
    setup = Setup(
        sample=Sample(100),
        loss=Loss(range=1),
        training=Training(erm_error="0.1", measured=measured),
        stability=own,
    )
    (bound,) = analyse(setup).of("shalev2010-thm8")
    assert (bound.kind is Kind.ESTIMATE) is measured
    assert bound.provenance is (Provenance.PLUG_IN if measured else Provenance.ASSUMED)


@pytest.mark.parametrize("kind", ["bagging", "subbagging"])
def test_a_base_rule_that_was_measured(kind: str) -> None:
    known = analyse(FULL_SETUPS[kind])
    tried = analyse(FULL_SETUPS[kind].with_value("algorithm.measured", True))
    assert known.bounds and not any(b.kind in PROMISES for b in tried.bounds)
    assert len(known.bounds) == len(tried.bounds)
    assert all(c.provenance is Provenance.PLUG_IN for c in tried.constants)


def test_a_measured_mean_of_the_kernel_is_charged() -> None:
    setup = FULL_SETUPS["kernel-erm"]
    loss = replace(setup.loss, measured_failure=Fraction(1, 100))
    setup = replace(setup, loss=loss)
    (constant, *_) = BY_ID["elastic-kernel"].apply(setup)
    assert constant.provenance is Provenance.CERTIFIED and constant.failure == Fraction(1, 100)
    assert "kappa_mean" in MEASURED_SYMBOLS


def test_bounds_read_no_mean_that_would_have_to_be_charged() -> None:
    """A generalization theorem charges the failure of its constant, so it reads no mean itself."""
    for theorem in GENERALIZATION_THEOREMS:
        for statement in theorem.statements:
            assert not statement.names() & MEASURED_SYMBOLS, theorem.id


def test_a_refusal_says_what_the_risks_belonged_to() -> None:
    turned = sgd_with_risks(True).with_value("algorithm.step_size", "0.01")
    refusal = BY_ID["lei2020-convex-l1"].supports(turned)
    assert refusal is not None and refusal.where == "training.expected_risks"
    assert "belonged to algorithm.step_size = 0.1" in str(refusal.found)
    assert "as it is now" in refusal.remedy
    assert any(edited(turned, "training.expected_risks"))
