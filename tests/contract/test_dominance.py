"""Elastic bounds are never above uniform ones with the same beta, and p_eta is what it bounds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from stability.errors import SetupError
from stability.setup.fields import Exact
from stability.testing import (
    ClassToy,
    ElasticConstants,
    dominance,
    elastic_constants,
    elastic_stability,
)
from stability.theorems.catalogue import BY_ID
from stability.theorems.finite_elastic import P_BERNSTEIN, P_COVERING, P_HOEFFDING, P_PRODUCT
from stability.theorems.kinds.constant import Groups, Product
from stability.theorems.statements.term import Term, float_above, vectorised

EMP, LOO = BY_ID["elastic-finite-emp"], BY_ID["elastic-finite-loo"]
UNIFORM, UNIFORM_LOO = BY_ID["bousquet2002-thm12-emp"], BY_ID["bousquet2002-thm12-loo"]
THOROUGH = settings(
    max_examples=2000, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
QUICK = settings(THOROUGH, max_examples=200)


def _of(e: ElasticConstants, structure: Product | Groups | None) -> tuple[object, ...]:
    return (e.m, e.delta, e.M, e.B, e.U, e.B1, e.D, structure)


@seed(0)
@THOROUGH
@given(elastic_constants(), st.sampled_from([None, Product()]))
def test_elastic_is_never_above_uniform(e: ElasticConstants, structure: Product | None) -> None:
    found = dominance(*_of(e, structure))  # type: ignore[arg-type]
    assert found.holds, (e, structure, found.elastic.chosen)
    value = found.elastic.value
    assert Fraction(value) >= found.elastic.enclosure.high
    chosen = found.elastic.chosen
    assert chosen["p"] + chosen["delta"] <= e.delta
    assert 0 <= chosen["p"] < 1 and chosen["eta"] >= 0


@seed(1)
@QUICK
@given(elastic_constants(constant=True), st.sampled_from([None, Product()]))
def test_equal_for_constant_beta(e: ElasticConstants, structure: Product | None) -> None:
    assert dominance(*_of(e, structure)).equal  # type: ignore[arg-type]


def test_the_constant_of_the_reference_values() -> None:
    found = dominance(1000, "0.05", 1, "0.7", "0.7", "0.7", "0.7")
    assert found.equal
    assert found.elastic.value == float_above(found.elastic.enclosure.high)


@seed(2)
@QUICK
@given(elastic_constants())
def test_leave_one_out_form_is_never_above_uniform(e: ElasticConstants) -> None:
    m = max(e.m, 2)
    stability = elastic_stability(m, e.M, e.B, e.U, e.B1, e.D, Product())
    bound = LOO.apply(stability, e.delta)
    given_ = {"m": m, "delta": e.delta, "M": e.M, "beta": e.U / m}
    uniform = Term(UNIFORM_LOO.statements[0].values["bound"], given_).enclosure()
    assert bound.enclosure.low <= uniform.high


@seed(3)
@QUICK
@given(elastic_constants())
def test_structure_and_more_data_only_help(e: ElasticConstants) -> None:
    plain = dominance(*_of(e, None)).elastic.enclosure  # type: ignore[arg-type]
    product = dominance(*_of(e, Product())).elastic.enclosure  # type: ignore[arg-type]
    assert product.low <= plain.high


def test_the_comparison_can_fail() -> None:
    """An elastic bound a thousandth larger is above the uniform one at a constant beta."""
    (reading,) = EMP.statements
    larger = replace(reading, values={"bound": reading.values["bound"] * 1001 / 1000})
    wrong = replace(EMP, statements=(larger,))
    assert not dominance(1000, "0.05", 1, "1", "1", "1", "1", theorem=wrong).holds


@pytest.mark.parametrize(("B", "U", "B1", "D"), [(2, 1, 1, 1), (1, 1, 2, 1), (1, 1, 1, 2)])
def test_numbers_out_of_order_are_refused(B: Exact, U: Exact, B1: Exact, D: Exact) -> None:
    with pytest.raises(SetupError, match=r"stability\.values"):
        dominance(10, "0.1", 1, B, U, B1, D)


@seed(4)
@settings(QUICK, max_examples=30)
@given(st.lists(elastic_constants(), min_size=3, max_size=30))
def test_vectorised_is_never_below_and_close(many: list[ElasticConstants]) -> None:
    names = ("m", "delta", "M", "B", "U", "B1", "D")
    arrays = {n: np.array([float(getattr(e, n)) for e in many]) for n in names}
    arrays |= {"eta": arrays["U"] - arrays["B"], "p": np.zeros(len(many))}
    expression = EMP.statements[0].values["bound"]
    found = vectorised(expression)(**arrays)
    for i, value in enumerate(found.tolist()):
        exact = Term(expression, {n: Fraction(a[i]) for n, a in arrays.items()}).enclosure()
        assert exact.low <= Fraction(value) <= exact.high * (1 + Fraction(1, 10**12))


def _binomial_tail(m: int, q: Fraction, above: Fraction) -> Fraction:
    """P(mean of m Bernoulli(q) > above), exactly."""
    return sum(
        (comb(m, k) * q**k * (1 - q) ** (m - k) for k in range(m + 1) if Fraction(k, m) > above),
        Fraction(0),
    )


@pytest.mark.parametrize("m", [1, 5, 40, 100])
@pytest.mark.parametrize("q", [Fraction(1, 50), Fraction(3, 10), Fraction(1, 2)])
@pytest.mark.parametrize("eta", [Fraction(1, 100), Fraction(1, 10), Fraction(2, 5)])
def test_p_eta_bounds_an_exact_tail(m: int, q: Fraction, eta: Fraction) -> None:
    """beta(z', z) = 2 v(z), v Bernoulli(q): the mean of beta exceeds B + eta with this chance."""
    U, B, b, v = Fraction(2), 2 * q, 2 * q, 4 * q * (1 - q)
    true = _binomial_tail(m, q, (B + eta) / 2)
    given_ = {"m": m, "eta": eta, "U": U, "B": B, "b": b, "v": v, "U_row": U}
    for form in (P_PRODUCT, P_HOEFFDING, P_BERNSTEIN):
        assert Term(form.values["p"], given_).enclosure().high >= true, form.name


def test_covering_form_reduces_to_one_ball() -> None:
    given_ = {"m": 10, "eta": Fraction(1), "U": Fraction(2), "Lambda": 1, "radius": 0, "balls": 1}
    covered = Term(P_COVERING.values["p"], given_).enclosure()
    assert covered == Term(P_PRODUCT.values["p"], given_).enclosure()


def test_rows_of_groups_are_added_up_and_rigorous() -> None:
    """The p of a bound with groups is at least the sum over the classes at the chosen eta."""
    toy, delta = ClassToy(50, 20000), Fraction(1, 20)
    bound = EMP.apply(elastic_stability(toy.m, 1, **toy.elastic(), structure=toy.groups()), delta)  # type: ignore[arg-type]
    eta, p = bound.chosen["eta"], bound.chosen["p"]
    given_ = {"m": toy.m, "B": 1, "b": 1, "eta": eta, "U_row": toy.classes, "v": toy.classes - 1}
    rows = [Term(f.values["p"], given_).enclosure().high for f in (P_HOEFFDING, P_BERNSTEIN)]
    assert p >= toy.classes * min(rows) * (1 - Fraction(1, 10**12))
    assert 0 < p < delta


def test_a_row_without_room_gives_no_bound() -> None:
    """A row with the mean B and eta 0 counts 1, so eta = U - B remains."""
    groups = Groups(b=np.array([1.0]), v=np.array([1.0]), top=np.array([2.0]))
    bound = EMP.apply(elastic_stability(2, 1, 1, 2, 1, 2, groups), Fraction(1, 20))
    assert bound.chosen["p"] == 0 and bound.chosen["eta"] == 1
