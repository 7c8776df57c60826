"""Ways to prove something false that were open once: variables that are caught, terms that mean
nothing, things that only look like theorems. Each is refused now."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

import pytest

from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.checker import Theorem, alike, assume
from stability_proofs.kernel.grammar import formed
from stability_proofs.kernel.notation import E, dot, size, total
from stability_proofs.kernel.terms import (
    FORMULA,
    HORIZON,
    NATURAL,
    REAL,
    SET,
    VECTOR,
    ProofError,
    Term,
    app,
    at,
    bind,
    canon,
    eq,
    le,
    lt,
    num,
    poly,
    put,
    replace,
    var,
)
from stability_proofs.semantics import samples
from stability_proofs.tactics.vocabulary import linear

S, R = var("S", "sample"), var("R", "sample")
i, j = var("i", "index"), var("j", "index")
y, z = var("y", "example"), var("z", "example")
n, x = var("n", NATURAL), var("x")
u = var("u", VECTOR)
LOOSE = Term("bound", (0,), "example")
TRUE = checker.combine(le(0, 1), [(1, (), ())])


def f(*inputs: Term) -> Term:
    return app("f", *inputs)


def v(*inputs: Any) -> Term:
    return app("v", *inputs, sort=VECTOR)


def one_step() -> Theorem:
    """f(S) - f(S') <= g(i, z_i), whatever the new element is."""
    step = le(f(S) - f(put(S, i, z)), app("g", i, at(S, i)))
    theorem = assume(bind("forall", S, bind("forall", i, bind("forall", z, step))))
    for value in (S, i, z):
        theorem = checker.specialise(theorem, value)
    return theorem


def looks_like_one(conclusion: Term) -> Theorem:
    fake = SimpleNamespace(conclusion=conclusion, hypotheses=frozenset(), axioms=frozenset())
    return cast(Theorem, fake)


NEGATIVE = Term("num", (Fraction(-1),), NATURAL)
SHRUNK = checker.combine(le(n, 0), [(1, (assume(le(2 * n, n)),), ())])
"""n <= 0, from 2 n <= n: n lies above the lower end 2 n of a range that moves with it."""
NOTHING = checker.antisymmetric(SHRUNK, checker.natural(n))


def in_normal_form(*parts: tuple[Any, Any]) -> Term:
    """What calls itself the normal form of a number: coefficients by monomial."""
    return Term("poly", (frozenset(parts),))


ROOT = in_normal_form((frozenset({(x, Fraction(1, 2))}), Fraction(1)))
IMAGINARY = in_normal_form((frozenset(), 1j))
ABOUT = in_normal_form((frozenset(), 1e-30))

ATTACKS: dict[str, Callable[[], object]] = {
    "the square of a root": lambda: checker.combine(le(0, x), [(1, (), (ROOT,))]),
    "the square of an imaginary number": lambda: checker.combine(le(1, 0), [(1, (), (IMAGINARY,))]),
    "an equation times about a number": lambda: checker.combine(
        eq(x, x), equations=[(ABOUT, checker.combine(eq(x, x)))]
    ),
    "what falls away means nothing": lambda: checker.somewhere(y, ROOT, TRUE),
    "cases of what means nothing": lambda: checker.cases(eq(ROOT, 0), TRUE, TRUE),
    "a term that says itself what it equals": lambda: type("Chameleon", (Term,), {}),
    "a negative number that calls itself natural": lambda: checker.natural(NEGATIVE),
    "a difference that calls itself natural": lambda: checker.natural(
        Term("+", (num(1), num(-2)), NATURAL)
    ),
    "a sum of negative numbers that calls itself natural": lambda: checker.natural(
        Term("sum", ("index", num(-1)), NATURAL)
    ),
    "half a natural number": lambda: checker.natural(Term("inv", (num(2),), NATURAL)),
    "a range that moves with the variable": lambda: checker.monotone("sum", n, SHRUNK, 2 * n, n),
    "the same for an equation": lambda: checker.congruence(
        bind("sum", x_of("k"), num(0), 2 * n, n), n, NOTHING
    ),
    "a body with a bound variable, swapped": lambda: families.swap(S, i, z, f(z) * f(LOOSE)),
    "a body with a bound variable, swapped in a set": lambda: sets.swap_set(
        S, R, var("A", SET), f(S) * f(Term("bound", (0,), "sample"))
    ),
    "a meaning with a bound variable": lambda: checker.interpret(
        checker.same(E(z, f() * app("g", z)), E(z, f() * E(y, app("g", y)))), "f", (), f(LOOSE)
    ),
    "one name for the old and the new element": lambda: families.walk(
        S, i, z, f(S), app("g", i, z), z, one_step()
    ),
    "another conclusion put in": lambda: dataclasses.replace(TRUE, conclusion=le(1, 0)),  # type: ignore[call-arg]
    "the seal of another theorem": lambda: Theorem(
        frozenset(), le(1, 0), frozenset(), cast(Any, TRUE).seal
    ),
    "no theorem as a premise": lambda: checker.combine(
        le(1, 0), [(1, (looks_like_one(le(1, 0)),), ())]
    ),
    "no theorem under another name": lambda: checker.substitute(looks_like_one(le(1, 0)), {}),
    "no theorem with another meaning": lambda: checker.interpret(
        looks_like_one(le(1, 0)), "f", (), num(0)
    ),
    "what is kept of a polynomial changed": lambda: cast(dict, poly(num(7))).clear(),
    "the square of a vector as a number": lambda: checker.combine(
        le(0, num(0) + Term("scale", (u, u), VECTOR)), [(1, (), (u,))]
    ),
    "the expectation of a vector": lambda: assume(eq(E(z, v(z)), 0)),
    "a bound variable of another sort": lambda: assume(
        Term("forall", ("example", le(0, Term("bound", (0,), NATURAL))), FORMULA)
    ),
    "a sum over all examples": lambda: checker.same(total(z, num(1)), total(z, num(1))),
    "a relation with one side": lambda: assume(Term("<=", (x,), FORMULA)),
    "a variable without a name": lambda: assume(le(0, Term("var", (x,), REAL))),
    "an order of examples": lambda: assume(lt(y, z)),
}


def x_of(name: str) -> Term:
    return var(name, NATURAL)


@pytest.mark.parametrize("attack", ATTACKS)
def test_is_refused(attack: str) -> None:
    with pytest.raises((ProofError, ValueError, AttributeError, TypeError)):
        ATTACKS[attack]()


def test_what_moves_out_of_an_inner_product_is_not_caught() -> None:
    """sum_i <sum_j v_j, w_i> is not m sum_i <v_i, w_i>, however deep w_i is."""
    deep = v(i, total(j, f(j)))
    double = total(i, dot(total(j, v(j)), deep))
    assert not alike(double, size() * total(i, dot(v(i), deep)))
    assert alike(double, total(i, total(j, dot(v(j), deep))))


def test_what_can_be_read_only_once_is_still_assumed() -> None:
    """Factors that come one by one are hypotheses like all others."""
    false = assume(le(1, 0))
    used = checker.combine(le(1, 0), [(1, cast(Any, iter((false,))), ())])
    assert used.hypotheses == false.hypotheses
    with pytest.raises(ProofError):
        checker.combine(lt(1, 0), [(1, cast(Any, iter((false,))), ())])


class Once:
    """What can be read only once and, as a sequence does, knows how long it is."""

    def __init__(self, *items: Any) -> None:
        self.items, self.left = items, iter(items)

    def __iter__(self) -> Iterator[Any]:
        return self.left

    def __len__(self) -> int:
        return len(self.items)


POSITIVE, ALSO_0 = assume(lt(0, x)), assume(eq(x, 0))
FIRST, SECOND = assume(le(x, 1)), assume(le(n, 1))
ONCE: dict[str, tuple[Callable[[Any], Theorem], tuple[Any, ...], set[Term]]] = {
    "parts": (
        lambda given: checker.combine(le(x, 1), given),
        ((1, (FIRST,), ()),), {FIRST.conclusion},
    ),
    "factors": (
        lambda given: checker.combine(le(x, 1), [(1, given, ())]),
        (FIRST,), {FIRST.conclusion},
    ),
    "squares": (
        lambda given: checker.combine(lt(0, x), [(1, (), given), (1, (POSITIVE,), ())]),
        (num(0),), {POSITIVE.conclusion},
    ),
    "equations": (
        lambda given: checker.combine(eq(2 * x, 0), equations=given),
        ((2, ALSO_0),), {ALSO_0.conclusion},
    ),
    "nonzero": (
        lambda given: checker.combine(eq(x / x, 1), nonzero=given),
        (POSITIVE,), {POSITIVE.conclusion},
    ),
    "bounds": (
        lambda given: checker.max_is_least(app("max", x, n), given),
        (FIRST, SECOND), {FIRST.conclusion, SECOND.conclusion},
    ),
    "rows": (lambda given: checker.gram(given, [u]), ((Fraction(1),),), set()),
    "row": (lambda given: checker.gram([given], [u]), (Fraction(1),), set()),
    "vectors": (lambda given: checker.gram([[Fraction(1)]], given), (u,), set()),
    "inputs": (
        lambda given: checker.interpret(
            checker.combine(le(f(x), 1), [(1, (assume(le(f(x), 1)),), ())]), "f", given, x + n
        ),
        (x,), {le(x + n, 1)},
    ),
}  # fmt: skip
"""For each rule that takes several things at once: a call with them, these, and what has to be
among the hypotheses."""


@pytest.mark.parametrize("once", [iter, Once, lambda given: (item for item in given)])
@pytest.mark.parametrize("name", ONCE)
def test_what_can_be_read_only_once_is_read_whole(name: str, once: Callable[..., Any]) -> None:
    """Whether a list or what can be read once is given: the same theorem, or none."""
    make, given, hypotheses = ONCE[name]
    listed = make(list(given))
    assert {canon(h) for h in listed.hypotheses} == {canon(h) for h in hypotheses}
    read = make(once(*given) if once is Once else once(given))
    assert (read.conclusion, read.hypotheses) == (listed.conclusion, listed.hypotheses)


DRAWS = var("q", "draws")


def test_draws_change_places_up_to_the_horizon_only() -> None:
    """For all of infinitely many draws no expectation of every function is like that.

    With two examples and X = 2^(first t with q_t = 1), the means of X would be k and more for every
    k. What the index is compared with has to be the horizon, and nobody says what that is.
    """
    body = f(at(DRAWS, n + 1), i)
    within = assume(le(n + 1, HORIZON))
    swapped = families.swap(DRAWS, n + 1, i, body, within)
    assert swapped.hypotheses == within.hypotheses
    attacks: dict[str, Callable[[], object]] = {
        "any index": lambda: families.swap(DRAWS, n + 1, i, body),
        "an index that is not the one": lambda: families.swap(
            DRAWS, n + 1, i, body, assume(le(n, HORIZON))
        ),
        "another end": lambda: families.swap(DRAWS, n + 1, i, body, assume(le(n + 1, n + 2))),
        "a horizon of one's own": lambda: checker.interpret(swapped, "horizon", (), n + 1),
        "a variable for the horizon": lambda: checker.substitute(swapped, {HORIZON: n + 1}),
        "no theorem": lambda: families.swap(
            DRAWS, n + 1, i, body, looks_like_one(le(n + 1, HORIZON))
        ),
        "a horizon that is no number": lambda: assume(le(n, Term("horizon", (), REAL))),
        "a horizon of something": lambda: assume(le(n, Term("horizon", (n,), NATURAL))),
    }
    for attack in attacks.values():
        with pytest.raises(ProofError):
            attack()


def test_ranges_that_stand_still_are_allowed() -> None:
    """The negative control: the same sums with ends that do not move."""
    below = checker.monotone("sum", n, checker.combine(le(n, n + 1), [(1, (), ())]), 1, x_of("k"))
    assert not below.hypotheses
    ends = checker.combine(le(0, 0))
    last = checker.last_of(bind("sum", n, n, 0, num(0)), ends)
    none = checker.empty(
        bind("sum", n, n, 0, num(0) - 1), checker.combine(lt(-1, 0), [(1, (), ())])
    )
    linear(le(bind("sum", n, n, 0, num(0)), 0), last, none)


def test_an_elastic_function_is_written_in_the_language() -> None:
    """Of f(y) + f(z) in normal form, that of equal examples would be f(z), not twice that."""
    body = f(y) + f(z)
    in_normal = canon(body)
    assert not alike(replace(body, {y: z}), replace(in_normal, {y: z}))
    numbers = [num(1)] * 4
    assert samples.elastic_values_of(body, *numbers)
    with pytest.raises(ProofError):
        samples.elastic_values_of(in_normal, *numbers)
    with pytest.raises(ProofError):
        samples.elastic_replacement(in_normal, *numbers[:3])


def test_a_float_is_the_number_that_it_is() -> None:
    big = Term("num", (1e16,))
    assert alike(big, num(10**16))
    assert not alike(big + 1, big)


def test_a_copied_theorem_says_the_same() -> None:
    again = copy.deepcopy(TRUE)
    assert (again.conclusion, again.hypotheses) == (TRUE.conclusion, TRUE.hypotheses)


def test_formed_terms_are_formed() -> None:
    """The negative control of the grammar: one term with every head."""
    k = x_of("k")
    real = x * x + x**3 / 2 + app("max", x, n) + app("exp", app("log", app("sqrt", x)))
    real = (
        real + app("floor", app("harmonic", x)) + size() + app("ind", sets.member(i, var("A", SET)))
    )
    real = real + E(S, E(z, f(put(S, i, z), at(S, j)))) + bind("sup", z, f(z))
    real = (
        real + total(k, f(k), 1, n) + bind("prod", k, f(k), 1, n) + dot(u, x * u + total(i, v(i)))
    )
    real = real + f(sets.mix(S, R, var("A", SET)))
    assert formed(le(0, real))
    assert not formed(le(0, LOOSE))
