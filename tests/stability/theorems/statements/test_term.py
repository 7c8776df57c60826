"""Values of statements against mpmath at 60 digits, brute force, and rounding by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from stability.errors import EvaluationError, SetupError
from stability.testing.strategies.rationals import positive_rationals
from stability.testing.strategies.values import symbol_values
from stability.theorems.catalogue import BY_ID, CATALOGUE
from stability.theorems.record_faults import values_of
from stability.theorems.statements.chains import functions as chains
from stability.theorems.statements.closed_sums import CONSTANT, resolve
from stability.theorems.statements.symbols import MEANINGS, alpha, symbols, t
from stability.theorems.statements.term import Enclosure, Term, float_above, float_below, vectorised

m, T, mu, B, U, c, gamma = symbols("m T mu B U c gamma")
DIGITS = 60
SETTINGS = settings(
    max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
MORE = settings(SETTINGS, max_examples=100)


def _harmonic(n: Any, power: Any = 1) -> Any:
    if power == 1:
        return mpmath.harmonic(n)
    return mpmath.zeta(2) - mpmath.zeta(2, n + 1)


def oracle(expression: sympy.Expr, values: dict[str, Fraction]) -> Any:
    """The value by mpmath, at 60 digits."""
    names = sorted(s.name for s in expression.free_symbols)
    arguments = [next(s for s in expression.free_symbols if s.name == n) for n in names]
    function = sympy.lambdify(arguments, expression, [{"harmonic": _harmonic}, "mpmath"])
    with mpmath.workdps(DIGITS):
        exact = [mpmath.mpf(values[n].numerator) / values[n].denominator for n in names]
        return +function(*exact)


def agree(found: Enclosure, true: Any) -> bool:
    """Whether an enclosure contains a value that is known to about 50 digits."""
    with mpmath.workdps(DIGITS):
        slack = mpmath.mpf(10) ** -48 * abs(true) + mpmath.mpf(10) ** -200
        low = mpmath.mpf(found.low.numerator) / found.low.denominator
        high = mpmath.mpf(found.high.numerator) / found.high.denominator
        return bool(low - slack <= true <= high + slack)


UNDERIVED = [t for t in CATALOGUE if any(not s.derived for s in t.statements)]


@pytest.mark.parametrize("theorem", UNDERIVED, ids=lambda t: t.id)
def test_enclosures_against_mpmath(theorem: Any) -> None:
    @seed(5)
    @SETTINGS
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        statement = data.draw(st.sampled_from(theorem.statements))
        values = data.draw(symbol_values(theorem, statement))
        assume(not any(isinstance(v, tuple) for v in values.values.values()))
        assume(not statement.derived)
        numbers = {name: Fraction(value) for name, value in values.values.items()}
        for name, expression in values_of(statement).items():
            closed = resolve(expression, values.schedule)
            if not closed.has(sympy.Sum, sympy.Product, sympy.ceiling, *chains.TYPES):
                found = values.enclosure(expression)
                assert agree(found, oracle(closed, numbers)), (name, str(values))
                width = found.high - found.low
                assert width <= abs(found.high) / 2**80 or width < Fraction(1, 2**500)

    compare()


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> sympy.Expr:
    """Random statements in two positive symbols, with every function the walk knows."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(
            st.sampled_from([B + 1, U + 2, sympy.Rational(1, 3), sympy.Integer(2), sympy.pi])
        )
    a = draw(expressions(depth=depth - 1))
    b = draw(expressions(depth=depth - 1))
    return draw(
        st.sampled_from(
            [
                a + b,
                a - b,
                a * b,
                a / (1 + sympy.Abs(b)),
                sympy.sqrt(sympy.Abs(a)),
                sympy.log(1 + sympy.Abs(a)),
                sympy.exp(-sympy.Abs(a)),
                sympy.Min(a, b),
                sympy.Max(a, b),
                (1 + sympy.Abs(a)) ** sympy.Rational(2, 3),
                a**3,
                sympy.Piecewise((a, a < b), (b, True)),
            ]
        )
    )


def _has_value(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except EvaluationError:
        assume(False)


@seed(6)
@MORE
@given(expressions(), positive_rationals(), positive_rationals())
def test_random_statements_in_all_three_arithmetics(
    expression: sympy.Expr, b: Fraction, u: Fraction
) -> None:
    floats = {"B": Fraction(float(b)), "U": Fraction(float(u))}
    used = {
        n: v
        for n, v in floats.items()
        if sympy.Symbol(n, nonnegative=True) in expression.free_symbols
    }
    assume(used)
    found = _has_value(lambda: Term(expression, used).enclosure())
    assert agree(found, oracle(expression, used)), expression
    fast = vectorised(expression)(**{n: [float(v)] for n, v in used.items()})[0]
    assert Fraction(fast) >= found.low
    assert Fraction(fast) <= found.high + abs(found.high) * Fraction(1, 10**12) + Fraction(
        1, 10**300
    )


@seed(7)
@MORE
@given(expressions(depth=1), positive_rationals(), positive_rationals())
def test_random_statements_with_floors(expression: sympy.Expr, b: Fraction, u: Fraction) -> None:
    for rounded in (sympy.floor(expression), sympy.ceiling(expression) + U):
        values = {"B": b, "U": u}
        found = _has_value(lambda e=rounded, v=values: Term(e, v).enclosure())
        assert agree(found, oracle(rounded, values)), rounded


@pytest.mark.parametrize(
    ("expression", "values", "exact"),
    [
        (U / m, {"U": Fraction(1, 3), "m": 7}, Fraction(1, 21)),
        (sympy.sqrt(U), {"U": Fraction(4, 9)}, Fraction(2, 3)),
        (sympy.sqrt(U) ** 3, {"U": Fraction(4, 9)}, Fraction(8, 27)),
        (U**-2, {"U": Fraction(3)}, Fraction(1, 9)),
        (sympy.log(U), {"U": 1}, Fraction(0)),
        (sympy.exp(U), {"U": 0}, Fraction(1)),
        (sympy.floor(U), {"U": 3}, Fraction(3)),
        (sympy.ceiling(U), {"U": 3}, Fraction(3)),
        (sympy.ceiling(U), {"U": Fraction(3) + Fraction(1, 10**40)}, Fraction(4)),
        (sympy.floor(sympy.log(U)), {"U": 1}, Fraction(0)),
        (sympy.Min(U, B), {"U": Fraction(1, 3), "B": Fraction(1, 4)}, Fraction(1, 4)),
        (sympy.Abs(B - U), {"U": 3, "B": 1}, Fraction(2)),
        (sympy.Sum(alpha(t), (t, 1, T)), {"T": 10, "alpha": Fraction(1, 10)}, Fraction(1)),
        (sympy.Piecewise((1, U < B), (2, True)), {"U": 1, "B": 1}, Fraction(2)),
        (0 * U + sympy.Product(t, (t, 1, T)), {"T": 5}, Fraction(120)),
    ],
)
def test_rationals_stay_exact(
    expression: sympy.Expr, values: dict[str, Any], exact: Fraction
) -> None:
    found = Term(expression, values).enclosure()
    assert found.is_exact and found.low == exact


@pytest.mark.parametrize("size", [*range(1, 70), 127, 128, 129, 2**40, 2**40 + 1, 3**20])
def test_the_logarithm_to_base_two_rounds_up_exactly(size: int) -> None:
    log2 = sympy.ceiling(sympy.log(m) / sympy.log(2))
    assert Term(log2, {}).enclosure(size) == Enclosure(*[Fraction((size - 1).bit_length())] * 2)
    if size < 2**30:
        assert vectorised(log2)(m=[float(size)])[0] == (size - 1).bit_length()


@pytest.mark.parametrize("size", [2, 4, 1024, 65536])
def test_moment_bounds_at_powers_of_two(size: int) -> None:
    for name in ("bousquet2020-moment", "bousquet2020-tail", "bousquet2020-rms", "elastic-moments"):
        expression = BY_ID[name].statements[0].values["bound"]
        used = {s.name: Fraction(1, 2) for s in expression.free_symbols} | {"m": size, "order": 2}
        here = Term(expression, used).enclosure()
        before = Term(expression, {**used, "m": size - 1}).enclosure()
        assert here.low > 0 and abs(here.high - before.high) < 100 * before.high


@pytest.mark.parametrize("x", [1e5, 1e10, 1e150])
def test_what_underflows_is_rounded_up_at_once(x: float) -> None:
    found = Term(sympy.exp(-U), {"U": Fraction(x)}).enclosure()
    assert found.low == 0 < found.high < Fraction(1, 10**300)
    assert found.upper > 0.0
    assert found.decimals()[0] == "0"


def test_what_overflows_is_refused_at_once() -> None:
    with pytest.raises(EvaluationError):
        Term(sympy.exp(U), {"U": Fraction(10) ** 100}).enclosure()
    assert Term(sympy.exp(U), {"U": 1000}).upper() == math.inf


def test_a_difference_that_is_zero_has_a_root() -> None:
    zero = sympy.harmonic(T) - sympy.harmonic(m)
    found = Term(sympy.sqrt(zero) + 1, {"T": 10, "m": 10}).enclosure()
    assert found.low <= 1 <= found.high < 1 + Fraction(1, 10**20)


@pytest.mark.parametrize(
    ("expression", "values"),
    [(1 / U, {"U": 0}), (sympy.log(U), {"U": 0}), (sympy.zoo * U, {"U": 1}), (U, {})],
)
def test_what_has_no_value_is_an_error(expression: sympy.Expr, values: dict[str, Any]) -> None:
    with pytest.raises(EvaluationError):
        Term(expression, values).enclosure()


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-3, 3))
@settings(SETTINGS, max_examples=200)
def test_floats_are_rounded_to_the_side_asked(x: float, ulps: int) -> None:
    value = Fraction(x) + ulps * Fraction(1, 2**1100)
    above, below = float_above(value), float_below(value)
    assert above == math.inf or Fraction(above) >= value
    assert below == -math.inf or Fraction(below) <= value
    if math.isfinite(above) and above != 0:
        before = math.nextafter(above, -math.inf)
        assert before == -math.inf or Fraction(before) < value


@given(st.fractions())
@settings(SETTINGS, max_examples=200)
def test_decimals_are_rounded_outwards(value: Fraction) -> None:
    low, high = Enclosure(value, value).decimals()
    assert Fraction(low) <= value <= Fraction(high)
    assert Enclosure(value, value).lower <= value <= Enclosure(value, value).upper


def test_terms_are_functions_of_the_sample_size() -> None:
    term = Term(1 / m, {})
    assert (term.upper(10), term.previous().upper(10)) == (0.1, float_above(Fraction(1, 9)))
    nested = Term(U * m, {"U": term})
    assert nested.enclosure(7).high == 1
    assert nested.previous().enclosure(7).high == 1


def test_a_condition_that_is_no_comparison_is_an_error() -> None:
    both = sympy.Piecewise((1, sympy.And(U < 1, B < 1)), (2, True))
    with pytest.raises(EvaluationError, match="comparison"):
        Term(both, {"U": 0, "B": 0}).enclosure()


def test_long_sums_without_closed_form_are_refused() -> None:
    endless = sympy.Sum(sympy.sqrt(t), (t, 1, T))
    with pytest.raises(EvaluationError, match="terms"):
        Term(endless, {"T": 10**9}).enclosure()


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"m": [0.5], "U": [1.0]}, "m"),
        ({"m": [1.0], "U": [-1.0]}, "U"),
        ({"m": [1.0], "U": [math.nan]}, "U"),
        ({"m": [1.0]}, "values"),
        ({"m": [1.0], "U": [1.0], "D": [1.0]}, "values"),
    ],
)
def test_vectorised_refuses_what_is_not_allowed(values: dict[str, Any], where: str) -> None:
    with pytest.raises(SetupError) as caught:
        vectorised(U / m)(**values)
    assert caught.value.where == where


def test_vectorised_broadcasts() -> None:
    found = vectorised(U / m)(U=np.ones((3, 1)), m=np.arange(1.0, 5.0))
    assert found.shape == (3, 4)
    assert vectorised(U / m)(U=1.0, m=4.0).shape == ()


@pytest.mark.parametrize("function", [sympy.log, sympy.exp, sympy.sqrt])
def test_vectorised_functions_are_rounded_up_everywhere(function: Any) -> None:
    """numpy rounds to nearest, so without a margin about half of these would be too low."""
    points = np.random.default_rng(0).uniform(0.01, 20.0, 1000)
    expression = function(U) + 5
    for x, value in zip(points, vectorised(expression)(U=points), strict=True):
        exact = Term(expression, {"U": Fraction(float(x))}).enclosure()
        assert exact.low <= Fraction(float(value)) <= exact.high * (1 + Fraction(1, 10**12))
    bare = vectorised(function(U))(U=points)
    assert all(
        Fraction(float(v)) >= Term(function(U), {"U": Fraction(float(x))}).enclosure().low
        for x, v in zip(points, bare, strict=True)
        if x > 1
    )


def _symbols_of(expression: sympy.Expr) -> list[str]:
    return sorted(s.name for s in expression.free_symbols)


def _everywhere(name: str, generator: np.random.Generator, count: int) -> np.ndarray:
    """Values of a symbol over the whole range of floats that squares do not leave."""
    allowed = MEANINGS[name].allowed
    if allowed.whole:
        return generator.choice([2.0, 3.0, 10.0, 1000.0, 10.0**6], count)
    if allowed.high is not None:
        return generator.uniform(0.01, 0.99, count) * float(allowed.high)
    return float(allowed.low or 0) + 10.0 ** generator.uniform(-150, 150, count)


CLOSED_STATEMENTS = [
    (theorem.id, statement, name, resolve(expression, CONSTANT))
    for theorem in CATALOGUE
    for statement in theorem.statements
    for name, expression in statement.values.items()
]


def test_vectorised_is_infinite_only_where_the_value_is() -> None:
    """Ends without limit are no enclosure: of -inf and inf the width says nothing."""
    generator, overflowed = np.random.default_rng(9), 0
    for theorem, statement, name, closed in CLOSED_STATEMENTS:
        names = _symbols_of(closed)
        if closed.has(sympy.Sum, sympy.Product, sympy.harmonic) or not names:
            continue
        arrays = {n: _everywhere(n, generator, 12) for n in names}
        for point in range(12):
            at_floats = {n: Fraction(float(a[point])) for n, a in arrays.items()}
            try:
                exact = Term(closed, at_floats).enclosure()
            except EvaluationError:
                continue
            found = float(vectorised(closed)(**{n: float(v) for n, v in at_floats.items()}))
            overflowed += math.isinf(exact.upper)
            assert found >= exact.low, (theorem, statement.name, name)
            assert math.isinf(found) == math.isinf(exact.upper), (theorem, statement.name, name)
    assert overflowed


def test_vectorised_where_intervals_have_no_end() -> None:
    form = next(s for s in BY_ID["elastic-sgd"].statements if s.name == "retrain, strongly convex")
    values = {"L": 3.7e108, "mu": 8.4e-119, "alpha": 1.7e-127, "T": 100.0}
    found = vectorised(form.values["U"])(**{n: [v] for n, v in values.items()})[0]
    exact = Term(resolve(form.values["U"], CONSTANT), {n: Fraction(v) for n, v in values.items()})
    assert exact.enclosure().low <= Fraction(float(found)) <= 2 * Fraction(exact.upper())


def test_vectorised_refuses_what_is_outside_the_domain() -> None:
    form = next(s for s in BY_ID["elastic-gd"].statements if s.name == "null-step, strongly convex")
    value = vectorised(form.values["U"], form.domain)
    steep = {"L": 1.0, "mu": 1.0, "T": 2.0}
    assert value(alpha=[0.5, 1.0], **steep).tolist() == pytest.approx([0.75, 1.0])
    with pytest.raises(SetupError, match=r"alpha = 3.*alpha") as caught:
        value(alpha=[0.5, 3.0], **steep)
    assert caught.value.where == "values"
    assert vectorised(form.values["U"])(alpha=[3.0], **steep)[0] < 0
