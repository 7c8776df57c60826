"""Theorems with one thing changed to the unsafe side: none of them may still be proved.

Numbers in a statement, 1% up and down (the change that makes a bound smaller is the unsafe one; for
a number whose direction varies, both are); deletion and replacement, null step and retraining
swapped; a hypothesis, a condition or a relation of the domain left out; an inequality reversed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy

from proofs.ledger import PROVED, prove
from stability.conventions import Convention, Neighbour
from stability.theorem import Form, GeneralizationTheorem, Rule, StabilityTheorem, Statement
from stability.theorem import Theorem


@dataclass(frozen=True)
class Mutant:
    """A changed theorem, and what was changed."""

    theorem: Theorem
    mutation: str


def numbers(expression: sympy.Basic) -> Iterator[tuple[tuple[int, ...], sympy.Rational]]:
    """The places of all numbers in an expression."""

    def walk(
        x: sympy.Basic, path: tuple[int, ...]
    ) -> Iterator[tuple[tuple[int, ...], sympy.Rational]]:
        if isinstance(x, sympy.Rational):
            yield path, x
        for position, part in enumerate(x.args):
            yield from walk(part, (*path, position))

    yield from walk(expression, ())


def with_number(x: sympy.Basic, path: tuple[int, ...], value: sympy.Rational) -> sympy.Basic:
    """The expression with another number at a place."""
    if not path:
        return value
    args = list(x.args)
    args[path[0]] = with_number(args[path[0]], path[1:], value)
    return x.func(*args)
