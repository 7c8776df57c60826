"""Known values of theorems: typed a second time, and the reference values of the toy."""

from __future__ import annotations

from fractions import Fraction
from math import log, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from stability.testing import ClassToy, elastic_stability, symbol_values
from stability.testing.strategies.values import schedules_of
from stability.theorems.catalogue import BY_ID
from stability.theorems.finite_elastic import P_BERNSTEIN
from stability.theorems.statements.symbols import symbols
from stability.theorems.statements.term import Term

from .hand_formulas import BOUNDS, CONSTANTS, Formula

SETTINGS = settings(
    max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
TYPED = [(i, n, "bound", f) for (i, n), f in BOUNDS.items()] + [
    (i, n, name, f) for (i, n, name), f in CONSTANTS.items()
]
DELTA = Fraction(1, 20)


@pytest.mark.parametrize(("theorem", "position", "name", "formula"), TYPED)
def test_statements_against_a_second_typing(
    theorem: str, position: int, name: str, formula: Formula
) -> None:
    statement = BY_ID[theorem].statements[position]
    expression = {**statement.values}[name]
    schedule = "constant" if "constant" in schedules_of(BY_ID[theorem], statement) else "decay"

    @seed(8)
    @SETTINGS
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        values = data.draw(symbol_values(BY_ID[theorem], statement, schedule))
        assume(not any(isinstance(v, tuple) for v in values.values.values()))
        floats = {n: int(v) if isinstance(v, int) else float(v) for n, v in values.values.items()}
        if "T" in floats and "alpha" in floats:
            assume(floats["T"] <= 10_000)
        high = values.enclosure(expression).high
        assume(high < 10**290)  # floats reach no further
        found, by_hand = float(high), formula(SimpleNamespace(**floats))
        assert found == pytest.approx(by_hand, rel=1e-9, abs=1e-290), str(values)

    compare()


def test_every_theorem_is_typed_a_second_time() -> None:
    """But for the weights of shuffled passes under weight decay, tried on every order elsewhere."""
    typed = {theorem for theorem, *_ in TYPED}
    assert set(BY_ID) - typed <= {"elastic-sgd-shuffled-strongly-convex"}


TOY = [
    # K, m, Bousquet-Elisseeff, this theorem at p = delta/10, asymptotic, 95% quantile
    (50, 20_000, 1.74, 0.083, 0.124, 0.0018),
    (200, 20_000, 6.95, 0.098, 0.134, 0.0060),
]


def _eta_at(toy: ClassToy, p: Fraction) -> Fraction:
    """The eta at which the Bernstein rows of all classes add up to p, found by bisection."""
    low, high = 0.0, float(toy.classes)
    for _ in range(80):
        eta = (low + high) / 2
        e = eta
        row = np.exp(-toy.m * e**2 / (2 * (toy.classes - 1 + toy.classes * e / 3)))
        low, high = (eta, high) if toy.classes * row > p else (low, eta)
    return Fraction(high)


@pytest.mark.parametrize(("classes", "m", "uniform", "elastic", "asymptotic", "quantile"), TOY)
def test_reference_values_of_the_toy(
    classes: int, m: int, uniform: float, elastic: float, asymptotic: float, quantile: float
) -> None:
    """The finite-sample elastic bound, section 8 (delta = .05, p_eta = delta/10, Bernstein)."""
    toy, p = ClassToy(classes, m), DELTA / 10
    eta = _eta_at(toy, p)
    row = {"m": m, "B": 1, "b": 1, "eta": eta, "U_row": classes, "v": classes - 1}
    assert classes * Term(P_BERNSTEIN.values["p"], row).enclosure().high <= p * (
        1 + Fraction(1, 10**6)
    )
    given_ = {"m": m, "M": 1, "delta": DELTA - p, "p": p, "eta": eta, **toy.elastic()}
    at_tenth = Term(BY_ID["elastic-finite-emp"].statements[0].values["bound"], given_).upper()
    assert at_tenth == pytest.approx(elastic, abs=0.0005)
    beta = {"m": m, "M": 1, "delta": DELTA, "beta": Fraction(classes, m)}
    old = Term(BY_ID["bousquet2002-thm12-emp"].statements[0].values["bound"], beta).upper()
    assert old == pytest.approx(uniform, abs=0.005)
    wide = {"m": m, "M": 1, "delta": DELTA, "B": 1, "eta": eta}
    limit = Term(BY_ID["deng2021-asymptotic"].statements[0].values["bound"], wide).upper()
    assert limit == pytest.approx(asymptotic, abs=0.0015)
    constant = elastic_stability(m, 1, **toy.elastic(), structure=toy.groups())  # type: ignore[arg-type]
    optimised = BY_ID["elastic-finite-emp"].apply(constant, DELTA)  # type: ignore[union-attr]
    assert optimised.value <= at_tenth
    gaps = [toy.gap(i) for i in range(1000)]
    assert np.quantile(gaps, 0.95) == pytest.approx(quantile, rel=0.15)
    assert max(gaps) < optimised.value < limit < old


def test_optimising_the_toy_stays_above_what_eta_zero_would_give() -> None:
    toy = ClassToy(50, 20_000)
    constant = elastic_stability(toy.m, 1, **toy.elastic(), structure=toy.groups())  # type: ignore[arg-type]
    bound = BY_ID["elastic-finite-emp"].apply(constant, DELTA)  # type: ignore[union-attr]
    floor = (4 * 1 + 1) * sqrt(log(20) / (2 * toy.m))
    assert floor < bound.value < 0.083
    assert bound.chosen["p"] + bound.chosen["delta"] <= DELTA


@pytest.mark.parametrize(("classes", "nothing"), [(50, 0.894), (200, 3.498)])
def test_a_beta_of_no_known_structure_is_nearly_as_good(classes: int, nothing: float) -> None:
    """Own rows cost a factor m in p_eta, and so only a logarithm in eta; eta = U - B costs U."""
    toy = ClassToy(classes, 20_000)
    theorem = BY_ID["elastic-finite-emp"]

    def value(structure: object) -> float:
        constant = elastic_stability(toy.m, 1, **toy.elastic(), structure=structure)  # type: ignore[arg-type]
        return theorem.apply(constant, DELTA).value  # type: ignore[union-attr]

    grouped, unknown = value(toy.groups()), value(None)
    assert grouped < unknown < 1.05 * grouped
    widest = {"eta": classes - 1, "p": 0, "delta": DELTA, "m": toy.m, "M": 1, **toy.elastic()}
    safe = Term(theorem.statements[0].values["bound"], widest).upper()
    assert safe == pytest.approx(nothing, abs=0.0005)


def test_constant_beta_of_the_reference_values() -> None:
    """beta = 0.7, M = 1, delta = .05, m = 1000: exactly Theorem 12 of Bousquet and Elisseeff."""
    by_hand = 2 * 0.7 / 1000 + (4 * 0.7 + 1) * sqrt(log(20) / 2000)
    bound = BY_ID["elastic-finite-emp"].apply(  # type: ignore[union-attr]
        elastic_stability(1000, 1, "0.7", "0.7", "0.7", "0.7"), DELTA
    )
    assert bound.value == pytest.approx(by_hand, rel=1e-14)


@pytest.mark.parametrize(("B", "M", "factor"), [(1, 0, 2.22), (0, 1, 4.44), (1, 1, 2.66)])
def test_how_much_larger_the_asymptotic_tail_is(B: int, M: int, factor: float) -> None:
    """2 r (4 B + 2 M)/(4 B + M), r = sqrt(log(2/delta)/log(1/delta)): 2.2 to 4.4 at delta = .05."""
    m, M_ = symbols("m M")
    slopes = []
    for name in ("deng2021-asymptotic", "elastic-finite-emp"):
        expression = BY_ID[name].statements[0].values["bound"]
        fixed = {n: 0 for n in ("eta", "p", "B1", "D")} | {"U": B, "B": B, "delta": DELTA}
        used = {s: fixed[s.name] for s in expression.free_symbols if s.name in fixed}
        tail = expression.subs(used).subs({M_: sympy.Integer(M), m: 10**12})
        bias = 2 * B * 1e-12 if name.startswith("deng") else 0
        slopes.append(float(tail) - bias)
    r = sqrt(log(40) / log(20))
    assert slopes[0] / slopes[1] == pytest.approx(2 * r * (4 * B + 2 * M) / (4 * B + M), rel=1e-6)
    assert slopes[0] / slopes[1] == pytest.approx(factor, abs=0.02)


def test_the_printed_theorem_22_is_half_of_retraining() -> None:
    keep, retrain, _ = (s.values for s in BY_ID["bousquet2002-thm22"].statements)
    assert sympy.simplify(retrain["beta"] / keep["beta"]) == 2


def test_theorem_12_is_the_replacement_form_at_twice_the_constant() -> None:
    beta, epsilon = symbols("beta epsilon")
    deletion = BY_ID["bousquet2002-thm12-emp"].statements[0].values["bound"]
    replaced = BY_ID["mohri2018-replacement"].statements[0].values["bound"]
    assert sympy.expand(deletion - replaced.subs(epsilon, 2 * beta)) == 0
