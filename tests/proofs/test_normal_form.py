"""The normal form of a random term has its value in random worlds, and is its own normal form."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import pytest

from stability_proofs.kernel.grammar import formed
from stability_proofs.kernel.notation import E, dot, indicator, maximum, total
from stability_proofs.kernel.terms import (
    NATURAL,
    VECTOR,
    Term,
    app,
    at,
    bind,
    canon,
    eq,
    implies,
    le,
    lt,
    num,
    poly,
    put,
    term,
    var,
)
from stability_proofs.witnesses.worlds import World

EXAMPLES, INDICES = (0, 1, 2), (0, 1)
TERMS, DEPTH = 60, 6
"""Of each of ten lots of terms."""


def world(seed: int) -> World:
    """Three examples, two indices, number-valued f, g, h, vector-valued v and w; all is exact."""
    generator = random.Random(seed)
    weights = [generator.randint(1, 4) for _ in EXAMPLES]
    law = [(e, Fraction(w, sum(weights))) for e, w in zip(EXAMPLES, weights, strict=True)]
    return World(
        laws={"example": law, "index": [(k, Fraction(1, len(INDICES))) for k in INDICES]},
        functions={
            **{name: table(f"{seed} {name}", 1) for name in "fgh"},
            **{name: table(f"{seed} {name}", 2) for name in "vw"},
            "inner": lambda a, b: sum(a * b),
            "times": lambda a, b: a * b,
        },
        values={
            "S": tuple(generator.choice(EXAMPLES) for _ in INDICES),
            "i": generator.choice(INDICES),
            "z": generator.choice(EXAMPLES),
            "n": generator.randint(0, 3),
            "x": Fraction(generator.randint(-6, 6), generator.randint(1, 3)),
            "u": np.array([Fraction(1), Fraction(-2)], dtype=object),
        },
        trials={NATURAL: range(4)},
    )


def table(name: str, length: int) -> Callable[..., Any]:
    """A function with a random whole number, or vector of them, for every input."""

    def function(*inputs: Any) -> Any:
        here = random.Random(f"{name} {[str(Fraction(x)) for x in inputs]}")
        values = [Fraction(here.randint(-3, 3)) for _ in range(length)]
        return values[0] if length == 1 else np.array(values, dtype=object)

    return function


def plain(x: Any) -> Any:
    """A normal form without what only normal forms use, for a world in which vectors are exact."""
    if not isinstance(x, Term):
        return x
    first: Any = x.args[0] if x.args else None
    if x.head == "poly":
        return added([num(c) * prod((plain(a) ** k for a, k in m), start=num(1)) for m, c in first])
    if x.head == "linear":
        return added([scaled(Term("poly", (p,)), a) for a, p in first])
    if x.head in ("dot", "max") and isinstance(first, frozenset):
        parts = [*map(plain, first)]
        head = "inner" if x.head == "dot" else "max"
        return app(head, parts[0], *(parts[1:] or parts))
    if x.head in ("<=", "<") and len(x.args) == 1:
        return Term(x.head, (num(0), plain(first)), x.sort)
    if x.head == "=" and len(x.args) == 1:
        one, *other = map(plain, first)
        return eq(one, *(other or [one if one.sort != "real" else num(0)]))
    if x.head == "scale":
        return scaled(*x.args)
    args = tuple(map(plain, x.args))
    return app("inner", *args) if x.head == "dot" else Term(x.head, args, x.sort)


def scaled(factor: Term, vector: Term) -> Term:
    return app("times", plain(factor), plain(vector), sort=VECTOR)


def added(parts: list[Term]) -> Term:
    return Term("+", tuple(parts), parts[0].sort) if parts else num(0)


class Writer:
    """Writes random terms; variables that are bound around it are in `known`, by sort."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0
        self.known = {s: [var(n, s)] for n, s in (("i", "index"), ("z", "example"), ("n", NATURAL))}

    def of(self, sort: str) -> Term:
        if sort == "example" and self.random.random() < 0.3:
            return at(self.sample(), self.of("index"))
        return self.random.choice(self.known[sort])

    def sample(self) -> Term:
        S = var("S", "sample")
        return put(S, self.of("index"), self.of("example")) if self.random.random() < 0.3 else S

    def under(self, sort: str, write: Callable[[int], Term], depth: int) -> tuple[Term, Term]:
        self.names += 1
        x = var(f"bound {self.names}", sort)
        self.known[sort].append(x)
        body = write(depth - 1)
        self.known[sort].pop()
        return x, body

    def vector(self, depth: int) -> Term:
        if depth <= 0:
            return app("v", self.of("index"), sort=VECTOR)
        choice = self.random.randint(0, 5)
        if choice == 0:
            return app("w", self.of("example"), self.number(depth - 1), sort=VECTOR)
        if choice == 1:
            return self.number(depth - 1) * self.vector(depth - 1)
        if choice == 2:
            return self.vector(depth - 1) + self.vector(depth - 1)
        if choice == 3:
            return total(*self.under(NATURAL, self.vector, depth), 1, self.random.randint(1, 2))
        return total(*self.under("index", self.vector, depth)) if choice == 4 else var("u", VECTOR)

    def formula(self, depth: int) -> Term:
        choice = self.random.randint(0, 4) if depth > 0 else 0
        if choice == 1:
            return eq(self.of("example"), self.of("example"))
        if choice == 2:
            return implies(self.formula(depth - 1), self.formula(depth - 1))
        if choice == 3:
            return bind("forall", *self.under("example", self.formula, depth))
        relation = self.random.choice((le, lt, eq))
        return relation(self.number(depth - 1), self.number(depth - 1))

    def number(self, depth: int) -> Term:
        leaves = (num(self.random.randint(-3, 3)), var("x"), app("g", self.of(NATURAL)))
        if depth <= 0:
            return self.random.choice((*leaves, app("f", self.of("index"), self.of("example"))))
        choice = self.random.randint(0, 9)
        if choice < 4:
            one, other = self.number(depth - 1), self.number(depth - 1)
            return (one + other, one * other, one / other, maximum(one, other))[choice]
        if choice == 4:
            return indicator(self.formula(depth - 1))
        if choice in (5, 6):
            return dot(self.vector(depth - 1), self.vector(depth - 1))
        if choice == 7:
            sort = self.random.choice(("index", "example"))
            return E(*self.under(sort, self.number, depth))
        if choice == 8:
            return total(*self.under("index", self.number, depth))
        x, body = self.under(NATURAL, self.number, depth)
        ends = self.random.randint(0, 2), self.random.randint(0, 2)
        return bind(self.random.choice(("sum", "prod")), x, body, *ends)


@pytest.mark.parametrize("lot", range(10))
def test_normal_form_has_the_value_of_the_term(lot: int) -> None:
    for seed in range(lot * TERMS, (lot + 1) * TERMS):
        written = Writer(seed).number(DEPTH)
        assert formed(written)
        normal = canon(written)
        assert canon(normal) == normal
        for atom in {a for monomial in poly(written) for a, _ in monomial}:
            assert dict(poly(atom)) == {frozenset({(atom, 1)}): 1}
        here = world(seed)
        assert here.value(plain(normal)) == here.value(plain(term(written))), seed
