"""Derivations of one's own: a step-size condition, a wrong one, and certificates in files."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from sympy.core.relational import Relational

from stability.errors import SetupError
from stability_proofs.testing import (
    NotDerivable,
    assert_derivable,
    find_counterexample,
    inner,
    vectors,
)

alpha, gamma, mu, theta = sympy.symbols("alpha gamma mu theta", positive=True)
x, y, g, h = vectors("x y g h")
COCOERCIVE = inner(g - h, x - y) >= inner(g - h, g - h) / gamma
"""Gradients g at x and h at y of a convex function with gamma-Lipschitz gradient."""


def closer(step: sympy.Expr) -> sympy.core.relational.Relational:
    """A step of this size against the gradients brings x and y no further apart."""
    moved = x - y - step * (g - h)
    return inner(moved, moved) <= inner(x - y, x - y)


def test_a_new_step_size_condition() -> None:
    """Relaxed steps (1 - theta) w + theta (w - alpha g): what counts is theta alpha <= 2/gamma."""
    assert_derivable(closer(theta * alpha), [COCOERCIVE, theta * alpha <= 2 / gamma], degree=3)


def test_a_wrong_condition_has_a_counterexample() -> None:
    """theta alpha <= 3/gamma is too much."""
    hypotheses = [COCOERCIVE, theta * alpha <= 3 / gamma]
    found = find_counterexample(closer(theta * alpha), hypotheses)
    assert found is not None
    # By hand, in exact rationals: the step is allowed and the points move apart.
    step = found["theta"] * found["alpha"]
    assert step <= 3 / found["gamma"]
    gaps = [a - b for a, b in zip(found["x"], found["y"], strict=True)]
    slopes = [a - b for a, b in zip(found["g"], found["h"], strict=True)]
    before = sum(a * a for a in gaps)
    after = sum((a - step * b) ** 2 for a, b in zip(gaps, slopes, strict=True))
    assert after > before
    assert sum(a * b for a, b in zip(gaps, slopes, strict=True)) >= (
        sum(b * b for b in slopes) / found["gamma"]
    )
    with pytest.raises(NotDerivable):
        assert_derivable(closer(theta * alpha), hypotheses, degree=3)


def test_contraction_under_strong_convexity() -> None:
    """Steps of at most 2/(gamma + mu) bring points together by the factor 1 - alpha mu."""
    moved = x - alpha * g  # x and g stand for the differences of two points and two gradients
    both = gamma * mu * inner(x, x) + inner(g, g)
    steep = inner(g, g) >= mu**2 * inner(x, x)
    factor = (gamma + mu) * (1 - alpha * mu) ** 2
    assert_derivable(
        (gamma + mu) * inner(moved, moved) <= factor * inner(x, x),
        [(gamma + mu) * inner(g, x) >= both, alpha * (gamma + mu) <= 2, steep],
        degree=3,
    )


def test_a_certificate_is_replayed_from_a_file(tmp_path: Path) -> None:
    a, b = sympy.symbols("a b", real=True)
    statement = 2 * a * b <= a**2 + b**2
    found = assert_derivable(statement, squares=[a, b])
    path = tmp_path / "certificate.json"
    found.save(path)
    again = assert_derivable(statement, squares=[a, b], certificate=path)
    assert again.theorem == found.theorem


def test_a_tampered_certificate_is_refused(tmp_path: Path) -> None:
    a, b = sympy.symbols("a b", positive=True)
    path = tmp_path / "certificate.json"
    assert_derivable(a * b <= 3 * a, [b <= 3]).save(path)
    content = json.loads(path.read_text())
    content["numbers"][0]["coefficient"] = str(
        Fraction(content["numbers"][0]["coefficient"]) * Fraction(99, 100)
    )
    path.write_text(json.dumps(content))
    with pytest.raises(NotDerivable):
        assert_derivable(a * b <= 3 * a, [b <= 3], certificate=path)


@pytest.mark.parametrize("text", ["", "{}", '{"numbers": 3}', "[1, 2"])
def test_what_is_no_certificate(text: str, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(text)
    a, b = sympy.symbols("a b", positive=True)
    with pytest.raises(NotDerivable):
        assert_derivable(a * b <= 3 * a, [b <= 3], certificate=path)


def test_what_is_false_is_not_derived() -> None:
    a = sympy.Symbol("a", positive=True)
    with pytest.raises(NotDerivable):
        assert_derivable(a <= a**2, squares=[1, a], degree=2)
    assert find_counterexample(a <= a**2) is not None
    assert find_counterexample(a**2 <= a**3 + a, tries=2000) is None


def test_equations_may_be_used_both_ways() -> None:
    a, b = sympy.symbols("a b", real=True)
    assert_derivable(a <= b, [sympy.Eq(a, b)])
    assert_derivable(b <= a, [sympy.Eq(a, b)])


def test_strict_statements_need_something_strict() -> None:
    a, b = sympy.symbols("a b", positive=True)
    c = sympy.Symbol("c", real=True)
    assert_derivable(a < b, [b > a])
    assert_derivable(c < b + 2 * a, [c <= b + a])
    with pytest.raises(NotDerivable):
        assert_derivable(a < c, [c >= a])


def test_what_is_no_relation_is_refused() -> None:
    a = sympy.Symbol("a", positive=True)
    with pytest.raises(SetupError, match="statement"):
        assert_derivable(sympy.Ne(a, 1))
    with pytest.raises(SetupError, match="Give a root"):
        assert_derivable(sympy.sqrt(a) <= a)
    with pytest.raises(SetupError, match="vectors"):
        inner(a, x)


def test_two_symbols_of_one_name_are_refused() -> None:
    """q >= -b from a positive q says nothing of a real one: -5 is below -b for b = 1."""
    q, other = sympy.Symbol("q", real=True), sympy.Symbol("q", positive=True)
    for use in (assert_derivable, find_counterexample):
        with pytest.raises(SetupError, match=r"symbol q: found .*: real, and real and positive"):
            use(q >= -alpha, [other <= 1])
    with pytest.raises(SetupError, match="symbol q: found two"):
        assert_derivable(q >= -alpha, [q >= 0], squares=[other])
    assert_derivable(q >= -alpha, [q >= 0])  # the negative control: one symbol


def test_a_vector_and_a_number_of_one_name_are_refused() -> None:
    number = sympy.Symbol("x", real=True)
    with pytest.raises(SetupError, match=r"symbol x: found two .* a vector, and real"):
        assert_derivable(inner(x, x) + number >= number - alpha)


@pytest.mark.parametrize("assumption", ["imaginary", "complex", "extended_real", "algebraic"])
def test_symbols_that_may_be_no_real_number_are_refused(assumption: str) -> None:
    """The square of an imaginary number is not at least 0."""
    i = sympy.Symbol("i", **{assumption: True})
    square = sympy.Ge(i**2, -alpha, evaluate=False)
    with pytest.raises(SetupError, match=r"symbol i: .*real numbers"):
        assert_derivable(square, squares=[i])


@pytest.mark.parametrize(
    ("statement", "hypotheses", "where"),
    [
        ([alpha <= 1], [], "statement"),
        (True, [], "statement"),
        (sympy.true, [], "statement"),
        ("alpha <= 1", [], "statement"),
        (alpha, [], "statement"),
        (alpha <= 1, [True], "hypothesis 1"),
        (alpha <= 1, [alpha <= 1, sympy.false], "hypothesis 2"),
        (alpha <= 1, [[alpha <= 1]], "hypothesis 1"),
        (alpha <= 1, alpha <= 1, "hypotheses"),
        (alpha <= 1, None, "hypotheses"),
    ],
)
def test_what_is_no_relation_is_named(statement: Any, hypotheses: Any, where: str) -> None:
    for use in (assert_derivable, find_counterexample):
        with pytest.raises(SetupError) as refused:
            use(statement, hypotheses)
        assert refused.value.where == where


a, b = sympy.symbols("a b", real=True)


@pytest.mark.parametrize(
    "hypotheses",
    [
        [a <= 1, a >= 2],
        [a < 1, a >= 1],
        [sympy.Eq(a, 1), sympy.Eq(a, 2)],
        [a <= -alpha, a >= gamma],
        [a * alpha <= -1, a >= 0],
        [inner(x, y) <= 1, inner(x, y) >= 2],
        [inner(x, x) <= -1],
        [a**2 + b**2 <= 2 * a * b - 1],
    ],
)
def test_hypotheses_that_contradict_each_other_are_refused(hypotheses: list[Relational]) -> None:
    """Anything would follow: that a >= 5, that a <= 5, and what nothing is known of."""
    for statement in (a >= 5, a <= 5, b < gamma):
        with pytest.raises(SetupError, match="hypotheses: found a contradiction") as refused:
            assert_derivable(statement, hypotheses, squares=[a, b])
        assert f"[1] {hypotheses[0]}" in str(refused.value)


@pytest.mark.parametrize(
    "hypotheses",
    [[a <= 1, a >= 1], [a < 2, a >= 1], [a <= -alpha, a >= -gamma], [inner(x, x) <= 0]],
)
def test_hypotheses_that_only_just_hold_together_are_used(hypotheses: list[Relational]) -> None:
    """The negative control: ends that meet are no contradiction."""
    assert_derivable(2 * a * b < a**2 + b**2 + theta, hypotheses, squares=[a, b])
    with pytest.raises(NotDerivable):
        assert_derivable(a >= 5, hypotheses, squares=[a, b])


def test_integers_get_whole_numbers() -> None:
    n = sympy.Symbol("n", integer=True)
    assert find_counterexample(n >= 1, [n > 0]) is None
    assert find_counterexample(a >= 1, [a > 0]) is not None  # the negative control
    far = find_counterexample(n**2 <= 12345 * n, [n >= 3])
    assert far is not None
    assert far["n"].denominator == 1
    even = sympy.Symbol("even", even=True)
    found = find_counterexample(even <= 1)
    assert found is not None
    assert found["even"] % 2 == 0
    with pytest.raises(SetupError, match="rational"):
        find_counterexample(a <= sympy.Symbol("w", irrational=True))


def test_signs_below_zero_are_known() -> None:
    low, lowest = sympy.Symbol("low", negative=True), sympy.Symbol("lowest", nonpositive=True)
    assert_derivable(low < a, [a >= 0])
    assert_derivable(lowest <= a, [a >= 0])
    with pytest.raises(NotDerivable):
        assert_derivable(lowest < a, [a >= 0])


def test_a_certificate_is_printed_with_its_hypotheses() -> None:
    """Those that it uses, under the numbers that it has for them."""
    assert str(assert_derivable(a <= 3, [b >= 7, a <= 1])) == "2; 1 * [2]\n[2] a <= 1"
    assert str(assert_derivable(a <= 3, [sympy.Eq(3, a)])) == "1 * [1, turned]\n[1] Eq(3, a)"
    assert str(assert_derivable(sympy.Le(a, a, evaluate=False))) == "an identity"
