"""What the checker reads of a statement has the value of the statement, at random arguments."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy

from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds import StabilityStatement
from stability.theorems.statements.chains import functions as chains
from stability.theorems.statements.symbols import MEANINGS
from stability_proofs.kernel.terms import ProofError
from stability_proofs.semantics.reading import read
from stability_proofs.theorems.catalogue import ON_TRUST
from stability_proofs.witnesses.worlds import World

SIZE, DRAWS = 5, 2


def expressions() -> Iterator[tuple[str, sympy.Expr]]:
    for theorem in CATALOGUE:
        for statement in theorem.statements:
            named = dict(statement.values)
            if isinstance(statement, StabilityStatement):
                named |= statement.extras
            for symbol, schedules in statement.derived.items():
                named |= {f"{symbol} {schedule}": e for schedule, e in schedules.items()}
            for name, expression in named.items():
                yield f"{theorem.id} {statement.name} {name}", expression


def unread(expression: sympy.Expr) -> bool:
    """Whether it holds a number that is the end of a recursion, which the checker cannot read."""
    return any(type(f).__module__ == chains.__name__ for f in expression.atoms(sympy.Function))


EVERY = dict(expressions())
EXPRESSIONS = {name: expression for name, expression in EVERY.items() if not unread(expression)}


STEPS = {"alpha": lambda t: 1 / (3 + t), "F": lambda t: 2 / (1 + t)}
"""Step sizes and risks, of whole numbers and of symbols."""


def values(seed: int) -> dict[str, Fraction]:
    generator = random.Random(seed)
    found = {}
    for name, meaning in MEANINGS.items():
        part = Fraction(generator.randint(1, 19), 20)
        found[name] = Fraction(generator.randint(1, 4)) if meaning.allowed.whole else part
    found |= {"order": found["order"] + 2, "delta_3": found["delta_3"] / 2}  # roots are real
    return found | {"m": Fraction(SIZE), "draws": Fraction(DRAWS), "T": Fraction(5)}


def direct(expression: Any, at: dict[str, Fraction]) -> float:
    """The value by sympy alone."""
    number = {
        s: sympy.Rational(at[s.name].numerator, at[s.name].denominator)
        for s in expression.free_symbols
        if s.name in at
    }
    for name, of in STEPS.items():
        expression = expression.replace(
            lambda f, name=name: f.func.__name__ == name, lambda f, of=of: of(f.args[0])
        )
    return float(expression.xreplace(number).doit().evalf(30))


def world(at: dict[str, Fraction]) -> World:
    laws = {
        "index": [(k, Fraction(1, SIZE)) for k in range(SIZE)],
        "draw": [(k, Fraction(1, DRAWS)) for k in range(DRAWS)],
    }
    functions = {name: lambda t, of=of: of(Fraction(t)) for name, of in STEPS.items()}
    return World(laws, functions, at)


@pytest.mark.parametrize("name", sorted(EVERY.keys() - EXPRESSIONS.keys()))
def test_what_has_no_reading_is_refused_and_on_trust(name: str) -> None:
    with pytest.raises(ProofError, match="no reading"):
        read(EVERY[name])
    assert name.partition(" ")[0] in ON_TRUST


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_is_read_has_the_value_of_the_statement(name: str, seed: int) -> None:
    at = values(seed)
    expected = direct(EXPRESSIONS[name], at)
    assert float(world(at).value(read(EXPRESSIONS[name]))) == pytest.approx(expected, rel=1e-9)
