"""What the rules prove holds in finite worlds with random functions and laws."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, indicator, maximum, size, total
from stability_proofs.kernel.terms import (
    HORIZON,
    NATURAL,
    SET,
    VECTOR,
    Term,
    app,
    at,
    bind,
    canon,
    eq,
    le,
    lt,
    member,
    negation,
    num,
    put,
    replace,
    var,
)
from stability_proofs.witnesses.worlds import World

S, R = var("S", "sample"), var("R", "sample")
i, j = var("i", "index"), var("j", "index")
y, z = var("y", "example"), var("z", "example")
n, x, a = var("n", NATURAL), var("x"), var("a")
u, v = var("u", VECTOR), var("v", VECTOR)
A, Q = var("A", SET), var("Q", "draws")
EXAMPLES, INDICES = (0, 1, 2), (0, 1)


def table(generator: random.Random) -> object:
    """A function with a random whole number for every input."""
    known: dict[tuple, int] = {}

    def function(*inputs: object) -> int:
        key = tuple(map(str, inputs))
        if key not in known:
            known[key] = generator.randint(-3, 3)
        return known[key]

    return function


def world(seed: int) -> World:
    """A random world with three examples, two indices, functions f, g, h and values."""
    generator = random.Random(seed)
    weights = [generator.randint(1, 4) for _ in EXAMPLES]
    vectors = np.random.default_rng(seed).normal(size=(2, 3))
    return World(
        laws={
            "example": [
                (e, Fraction(w, sum(weights))) for e, w in zip(EXAMPLES, weights, strict=True)
            ],
            "index": [(k, Fraction(1, len(INDICES))) for k in INDICES],
        },
        functions={name: table(generator) for name in ("f", "g", "h", "k")},
        values={
            "S": tuple(generator.choice(EXAMPLES) for _ in INDICES),
            "R": tuple(generator.choice(EXAMPLES) for _ in INDICES),
            "z'": tuple(generator.choice(EXAMPLES) for _ in INDICES),
            "A": frozenset(k for k in INDICES if generator.random() < 0.5),
            "i": generator.choice(INDICES),
            "j": generator.choice(INDICES),
            "length": 2,
            "y": generator.choice(EXAMPLES),
            "z": generator.choice(EXAMPLES),
            "n": generator.randint(0, 4),
            "x": Fraction(generator.randint(-8, 8), generator.randint(1, 4)),
            "a": Fraction(generator.randint(-8, 8), generator.randint(1, 4)),
            "u": vectors[0],
            "v": vectors[1],
        },
        trials={NATURAL: range(7), "real": [Fraction(k, 2) for k in range(-6, 7)]},
    )


def f(*inputs: Term) -> Term:
    return app("f", *inputs)


def g(*inputs: Term) -> Term:
    return app("g", *inputs)


def true_in_worlds(theorem: Theorem, least: int = 1) -> None:
    """The conclusion holds wherever the hypotheses do, and they do in some of the worlds."""
    met = 0
    for seed in range(60):
        here = world(seed)
        if all(here.holds(h) for h in theorem.hypotheses):
            met += 1
            assert here.holds(theorem.conclusion), (seed, theorem)
    assert met >= least


double = total(i, E(z, f(i, z) * g(z) + 2))
together = E(S, f(S, at(S, i)) * g(y) + 3 * f(S, y))
ABOVE_0 = checker.max_is_above(maximum(x - a, num(0)), 0)
ABOVE = assume(bind("forall", z, le(f(z), 2)))

RULES = {
    "same": checker.same(E(z, 2 * f(z) + a), 2 * E(z, f(z)) + a),
    "same, sums": checker.same(total(i, x * f(i) + 1), x * total(i, f(i)) + size()),
    "same, nested": checker.same(E(S, E(z, f(z) * g(S))), E(S, g(S) * E(y, f(y)))),
    "combine": checker.combine(
        le(2 * x * a, x * x + a * a), [(1, (), (x - a,))]
    ),
    "combine, division": checker.combine(
        eq(x / a * a, x), nonzero=[assume(lt(0, a))]
    ),
    "combine, product": checker.combine(
        le(0, x * a), [(1, (assume(le(0, x)), assume(le(0, a))), ())]
    ),
    "rewrite": checker.rewrite(
        assume(eq(y, z)), var("hole", "example"), eq(f(y), f(var("hole", "example"))),
        checker.same(f(y), f(y)),
    ),
    "at-put": families.family("at-put", S, i, z),
    "put-at": families.family("put-at", S, i),
    "put-put": families.family("put-put", S, i, y, z),
    "at-put-other": families.family("at-put-other", S, i, z, j, assume(negation(eq(i, j)))),
    "put-swap": families.family("put-swap", S, i, y, j, z, assume(negation(eq(i, j)))),
    "swap": families.swap(S, i, z, f(S, z) * g(S, at(S, j)) + f(R, z)),
    "swap draws": families.swap(
        Q, n + 1, i, f(Q, i) * g(Q, at(Q, n + 1)), assume(le(n + 1, HORIZON))
    ),
    "exchange": checker.exchange(double),
    "exchange, E": checker.exchange(E(S, E(z, f(S, z)))),
    "uniform": families.uniform(i, f(i, y)),
    "picked": families.picked(j, f(j, i), i),
    "last of a sum": checker.last_of(
        bind("sum", n, f(n), 1, num(4)), checker.combine(le(1, 4), [(3, (), ())])
    ),
    "last of a product": checker.last_of(
        bind("prod", n, f(n), 2, num(5)), checker.combine(le(2, 5), [(3, (), ())])
    ),
    "empty sum": checker.empty(
        bind("sum", n, f(n), 3, 2), checker.combine(lt(2, 3), [(1, (), ())])
    ),
    "empty product": checker.empty(
        bind("prod", n, f(n), 1, num(0)), checker.combine(lt(0, 1), [(1, (), ())])
    ),
    "indicator": checker.indicator(assume(lt(x, a)), lt(x, a)),
    "indicator of what fails": checker.indicator(assume(le(a, x)), lt(x, a)),
    "maximum": checker.max_is_above(maximum(x, a), 1),
    "least maximum": checker.max_is_least(
        maximum(x, a), [assume(le(x, 2)), assume(le(a, 2))]
    ),
    "exp-tangent": checker.elementary("exp-tangent", x),
    "exp-sum": checker.elementary("exp-sum", x, a),
    "log-exp": checker.elementary("log-exp", x),
    "sqrt": checker.elementary("sqrt", x),
    "floor-below": checker.elementary("floor-below", x),
    "floor-above": checker.elementary("floor-above", x),
    "harmonic": checker.elementary("harmonic", n + 2),
    "exp-log": checker.exp_log(assume(lt(0, x))),
    "root": checker.root_squared(assume(le(0, x))),
    "inverse": checker.positive_inverse(assume(lt(0, x))),
    "size": checker.at_least_one("index"),
    "natural": checker.natural(n + 3),
    "next integer": checker.next_integer(assume(lt(app("floor", x), n))),
    "square": checker.square_of(x * u - 2 * v),
    "gram": checker.gram([[2, -1], [-1, Fraction(1, 2)]], [u, v]),
    "sup above": checker.sup_is_above(z, checker.specialise(ABOVE, z), y),
    "sup least": checker.sup_is_least(z, checker.specialise(ABOVE, z)),
    "monotone E": checker.monotone("E", z, checker.specialise(ABOVE, z)),
    "generalise": checker.generalise(x, checker.combine(le(0, x * x), [(1, (), (x,))])),
    "cases": checker.cases(le(x, a), ABOVE_0, ABOVE_0),
    "antisymmetric": checker.antisymmetric(assume(le(x, 1)), assume(le(1, x))),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_holds_in_random_worlds(name: str) -> None:
    true_in_worlds(RULES[name])


IN_A = assume(member(i, A))
NOT_IN_A = assume(negation(member(i, A)))
SET_RULES = {
    "mixed": sets.mixed(S, R, A, i, IN_A),
    "mixed elsewhere": sets.mixed(S, R, A, i, NOT_IN_A),
    "swap a set": sets.swap_set(S, R, A, f(S, at(R, i)) * g(S)),
    "equal families": sets.equal_families(
        S, R, j, checker.specialise(assume(bind("forall", i, eq(at(S, i), at(R, i)))), j)
    ),
}


@pytest.mark.parametrize("name", SET_RULES)
def test_set_rules_hold_in_random_worlds(name: str) -> None:
    true_in_worlds(SET_RULES[name])


def test_collected() -> None:
    """The indices with f(i) <= 0 are at most all indices: the set that is named falls away."""
    B = var("B", SET)
    one, other = app("ind", member(i, B)), app("ind", le(f(i), 0))
    definition = bind("forall", i, eq(one, other))
    same = checker.specialise(assume(definition), i)
    sums = checker.congruence(total(i, num(0)), i, same)
    goal = le(total(i, other), maximum(total(i, other), num(0)))
    least = checker.max_is_above(maximum(total(i, other), num(0)), 0)
    used = checker.combine(goal, [(1, (least,), ())], [(0, sums)])
    found = sets.collected(i, le(f(i), 0), B, used)
    assert not found.hypotheses
    true_in_worlds(found)


def test_halved() -> None:
    """Of two indices one can be taken: count B <= 1 and count A - count B <= 1."""
    B = var("B", SET)
    small = assume(le(sets.count(A), 2 * num(1)))
    parts = [assume(le(sets.count(B), 1)), assume(le(sets.count(A) - sets.count(B), 1))]
    both = checker.combine(le(sets.count(A), 2), [(1, (p,), ()) for p in parts])
    found = sets.halved(A, num(1), B, small, both)
    assert found.hypotheses == small.hypotheses
    true_in_worlds(found)


def test_walk() -> None:
    cost = maximum(f(a_point(), z) + 6, num(0))
    step = bind("forall", S, bind("forall", i, bind("forall", z, _step(cost))))
    theorem = checker.specialise(checker.specialise(checker.specialise(assume(step), S), i), z)
    walked = families.walk(S, i, z, g(S), cost, a_point(), theorem)
    true_in_worlds(walked)


def a_point() -> Term:
    return var("removed", "example")


def _step(cost: Term) -> Term:
    return le(g(S) - g(put(S, i, z)), replace(cost, {a_point(): at(S, i)}))


def test_somewhere() -> None:
    """Some z has f(z) at least its mean: else the mean is below itself."""
    least = assume(le(E(z, f(z)), f(z)))
    chained = checker.combine(
        le(E(y, f(y)), bind("sup", y, maximum(f(y), num(-3)))),
        [(1, (least,), ()), (1, (_below_sup(),), ())],
    )
    true_in_worlds(checker.somewhere(z, f(z), chained))


def _below_sup() -> Theorem:
    top = maximum(f(y), num(-3))
    bounded = assume(bind("forall", y, le(top, 3)))
    above = checker.sup_is_above(y, checker.specialise(bounded, y), z)
    here = checker.max_is_above(replace(top, {y: z}), 0)
    return checker.combine(le(f(z), bind("sup", y, top)), [(1, (here,), ()), (1, (above,), ())])


def test_induction() -> None:
    """The sum of n ones is n."""
    ones = bind("sum", x_step(), num(1), 1, n)
    claim = eq(ones, n)
    start = checker.empty(
        bind("sum", x_step(), num(1), 1, num(0)), checker.combine(lt(0, 1), [(1, (), ())])
    )
    more = bind("sum", x_step(), num(1), 1, n + 1)
    last = checker.last_of(more, checker.combine(le(1, n + 1), [(1, (checker.natural(n),), ())]))
    step = checker.combine(eq(more, n + 1), equations=[(1, last), (1, assume(claim))])
    true_in_worlds(checker.induction(n, claim, start, step))


def x_step() -> Term:
    return var("step", NATURAL)


def test_normal_form_keeps_the_value() -> None:
    """A random term and its normal form agree in random worlds, if they agree at all."""
    generator = random.Random(5)
    for _ in range(150):
        one, other = random_term(generator, 3), random_term(generator, 3)
        if canon(one) == canon(other):
            for seed in range(4):
                assert world(seed).value(one) == world(seed).value(other)
        rebuilt = replace(one + other - other, {x: a}) if generator.random() < 0.5 else one * 1
        wanted = replace(one, {x: a}) if rebuilt.head == "+" else one
        assert canon(rebuilt) == canon(wanted)
        for seed in range(4):
            assert world(seed).value(rebuilt) == world(seed).value(wanted)


def random_term(generator: random.Random, depth: int) -> Term:
    leaves = [x, a, num(generator.randint(-2, 2)), f(y), g(at(S, i)), f(i, z)]
    if not depth:
        return generator.choice(leaves)
    one, other = random_term(generator, depth - 1), random_term(generator, depth - 1)
    return generator.choice(
        [
            one + other,
            one * other,
            one - other,
            E(z, one * f(z)),
            total(i, one + f(i)),
            maximum(one, other),
            one / 2,
            indicator(lt(one, other)),
        ]
    )
