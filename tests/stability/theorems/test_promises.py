"""What a row promises: kinds, provenance, and the failure probability it carries."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from stability.bounds.analyse import analyse
from stability.bounds.paths import assumed_constant
from stability.conventions import Convention, Kind, Over, Provenance
from stability.errors import UnsafeMixture
from stability.setup.algorithms import StochasticGradientDescent
from stability.setup.setup import Loss, Sample, Setup, Training
from stability.testing import elastic_stability
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds.constant import Stability
from tests.stability.bounds.examples import DELTA, ERM, own, refusal_of

QUICK = settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def sgd(order: str, **loss: Any) -> Setup:
    known = {"lipschitz": 1, "smoothness": "0.25", "convex": True, **loss}
    return Setup(
        sample=Sample(60_000),
        loss=Loss(**known),
        algorithm=StochasticGradientDescent(step_size="1e-5", epochs=1, order=order),
    )


MEASURED = replace(ERM, loss=replace(ERM.loss, measured_failure=Fraction(1, 100)))


def test_the_failure_of_measured_means_is_charged() -> None:
    plain, measured = analyse(ERM), analyse(MEASURED)
    for bound in measured.of("elastic-finite-emp"):
        same = next(b for b in plain.of(bound.theorem) if b.stability.form == bound.stability.form)
        assert bound.provenance is Provenance.CERTIFIED and same.provenance is Provenance.PROVED
        assert bound.failure == same.failure == DELTA
        assert bound.value > same.value
        assert bound.chosen["p"] + bound.chosen["delta"] <= DELTA - Fraction(1, 100)
        assert bound.value == pytest.approx(
            next(
                b.value
                for b in analyse(ERM, DELTA - Fraction(1, 100)).of(bound.theorem)
                if b.stability.form == bound.stability.form
            ),
            rel=1e-6,
        )


def test_what_uses_the_supremum_only_stays_proved() -> None:
    rows = analyse(MEASURED).of("bousquet2002-thm12-emp")
    assert {(b.provenance, b.stability.failure) for b in rows} == {(Provenance.PROVED, 0)}
    assert [b.value for b in rows] == [b.value for b in analyse(ERM).of("bousquet2002-thm12-emp")]


def test_expectations_carry_the_failure_of_what_was_measured() -> None:
    setup = replace(sgd("with-replacement", mean_lipschitz="0.5"), training=Training())
    setup = replace(setup, loss=replace(setup.loss, measured_failure=Fraction(1, 100)))
    for bound in analyse(setup).of("elastic-moments"):
        assert (bound.failure, bound.provenance) == (Fraction(1, 100), Provenance.CERTIFIED)


def test_measuring_may_use_up_all_of_delta() -> None:
    spent = replace(ERM, loss=replace(ERM.loss, measured_failure=DELTA))
    refusal = refusal_of(spent, "elastic-finite-emp")
    assert refusal.where == "loss.measured_failure" and "higher confidence" in refusal.remedy
    # A statement in expectation spends nothing more: it may use the total up, not exceed it.
    for failure, applies in ((DELTA, True), (DELTA * 2, False)):
        setup = replace(ERM, loss=replace(ERM.loss, measured_failure=failure))
        found = analyse(setup, DELTA)
        assert bool(found.of("elastic-second-moment")) is applies
        assert all(bound.failure <= DELTA for bound in found.bounds)


def test_assumed_constants_give_assumed_bounds() -> None:
    found = analyse(own("uniform", {"beta": "1e-5"}, scaling="1/m", convention="retrain"))
    assert {b.provenance for b in found.bounds} == {Provenance.ASSUMED}
    assert {b.path[0] for b in found.bounds} == {"assumed"}
    assert found.of("bousquet2002-thm12-loo")[0].convention is Convention.RETRAIN
    assert found.best().provenance is Provenance.ASSUMED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("notion", "values", "loo"),
    [
        ("uniform", {"beta": "1e-5"}, "bousquet2002-thm12-loo"),
        ("elastic", {"B": 1, "U": 2, "B1": 1, "D": 1}, "elastic-finite-loo"),
    ],
)
def test_without_scaling_leave_one_out_is_refused(
    notion: str, values: dict[str, Any], loo: str
) -> None:
    refusal = refusal_of(own(notion, values), loo)
    assert refusal.where == "stability.scaling" and "1/m" in refusal.remedy
    scaling = "constant" if notion == "elastic" else "1/m"
    assert analyse(own(notion, values, scaling=scaling)).of(loo)
    assert analyse(own(notion, values)).of(loo.replace("loo", "emp"))


def test_deleting_in_place_does_not_excuse_an_assumed_constant() -> None:
    setup = own("uniform", {"beta": "1e-5"}, convention="keep-1/m")
    assert refusal_of(setup, "bousquet2002-thm12-loo").where == "stability.scaling"


def test_leave_one_out_uses_the_larger_of_both_sizes() -> None:
    """A constant 1/m is larger at m - 1: (m - 1) beta_{m-1} = m beta_m leaves Theorem 12 as it is;
    a constant that does not fall enters as itself."""
    falling, flat = (
        analyse(own("uniform", {"beta": "0.01"}, size=100, scaling=s)).of("bousquet2002-thm12-loo")[
            0
        ]
        for s in ("1/m", "constant")
    )
    assert falling.value == pytest.approx(flat.value, rel=1e-12)
    m, beta = 100, 0.01
    from math import log, sqrt

    assert falling.value == pytest.approx(
        beta + (4 * m * beta + 1) * sqrt(log(20) / (2 * m)), rel=1e-12
    )


def test_one_example_is_not_enough_for_leave_one_out() -> None:
    setup = own("uniform", {"beta": "0.01"}, size=1, scaling="1/m")
    assert refusal_of(setup, "bousquet2002-thm12-loo").where == "sample.size"


def measured_constant(provenance: Provenance, setup: Setup | None = None) -> Stability:
    given_ = elastic_stability(1000, 1, B=1, U=2, B1="0.5", D=1)
    return replace(
        given_,
        setup=setup or given_.setup,
        made_for=None,
        provenance=provenance,
        path=("measured",),
        sizes="this",
    )


def test_plug_in_constants_give_estimates() -> None:
    found = analyse(ERM, measured=[measured_constant(Provenance.PLUG_IN, ERM)])
    rows = [b for b in found.bounds if b.path[0] == "measured"]
    assert rows and {(b.kind, b.provenance) for b in rows} == {(Kind.ESTIMATE, Provenance.PLUG_IN)}
    setup = own("uniform", {"beta": 1})
    only = analyse(setup, measured=[measured_constant(Provenance.PLUG_IN, setup)])
    best = only.best()
    assert best is not None and best.path[0] == "assumed"


def test_certified_constants_give_upper_bounds() -> None:
    certified = replace(measured_constant(Provenance.CERTIFIED, ERM), failure=Fraction(1, 100))
    rows = [b for b in analyse(ERM, measured=[certified]).bounds if b.path[0] == "measured"]
    assert rows and {b.kind for b in rows} <= {Kind.UPPER, Kind.ASYMPTOTIC}
    assert {b.failure for b in rows if b.over is not Over.NOTHING} == {DELTA}


@pytest.mark.parametrize("kind", [Kind.LOWER, Kind.ESTIMATE, Kind.ASYMPTOTIC])
def test_weak_constants_cannot_be_printed_as_bounds(kind: Kind) -> None:
    weak = replace(measured_constant(Provenance.PROVED), kind=kind)
    with pytest.raises(UnsafeMixture):
        BY_ID["elastic-finite-emp"].apply(weak, DELTA)  # type: ignore[union-attr]


def test_a_plug_in_bound_cannot_be_called_upper() -> None:
    honest = BY_ID["elastic-finite-emp"].apply(measured_constant(Provenance.PLUG_IN), DELTA)  # type: ignore[union-attr]
    assert honest.kind is Kind.ESTIMATE
    with pytest.raises(UnsafeMixture, match="plug-in"):
        replace(honest, kind=Kind.UPPER)


def test_a_constant_known_at_one_size_is_not_known_at_another() -> None:
    constant = assumed_constant(own("uniform", {"beta": 1}))
    assert constant.at() == {"beta": 1.0}
    with pytest.raises(UnsafeMixture, match="scaling"):
        constant.at(999)
    assert assumed_constant(own("uniform", {"beta": 1}, scaling="1/m")).at(2000) == {"beta": 0.5}


def test_lower_constants_are_rounded_down() -> None:
    lower = analyse(sgd("shuffled", range=2)).constants
    constant = next(c for c in lower if c.kind is Kind.LOWER)
    exact = constant.values["epsilon"].enclosure(60_000)
    assert Fraction(constant.at()["epsilon"]) <= exact.low


def test_a_constant_is_not_moved_to_another_setup() -> None:
    constant = measured_constant(Provenance.CERTIFIED)
    wider = replace(constant.setup, loss=replace(constant.setup.loss, range=Fraction(2)))
    with pytest.raises(UnsafeMixture, match="measured: a constant belongs to the setup"):
        replace(constant, setup=wider)
    assert replace(constant, setup=constant.setup).at() == constant.at()
