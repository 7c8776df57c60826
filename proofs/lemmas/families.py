"""Reading and writing elements of a sample: terms brought to a simplest form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from proofs import checker
from proofs.checker import Theorem, family, same
from proofs.terms import BINDERS, FAMILIES, Term, eq, height, opened, unbound, var


def rewritten(t: Term, *equations: Theorem) -> Theorem:
    """t = t with the right side of each equation in turn in the place of its left side."""
    found = same(t, t)
    for equation in equations:
        left = equation.conclusion.args[0]
        hole = var("hole", left.sort)
        pattern = eq(t, _with(found.conclusion.args[1], left, hole))
        found = checker.rewrite(equation, hole, pattern, found)
    return found


def settled(t: Term, differ: Theorem | None = None) -> Theorem:
    """t = t with elements read and overwritten where they can be.

    `differ` says that two indices are not one; then the first named of them is written first.
    """
    found = same(t, t)
    while True:
        redex = next(_redexes(found.conclusion.args[1], differ), None)
        if redex is None:
            return found
        step = rewritten(found.conclusion.args[1], redex)
        hole = var("hole", t.sort)
        found = checker.rewrite(step, hole, eq(t, hole), found)


def _with(x: Any, old: Term, new: Term) -> Any:
    if x == old:
        return new
    if not isinstance(x, Term):
        return x
    args = tuple(_with(a, old, new) for a in x.args)
    return x if args == x.args else Term(x.head, args, x.sort)


def _redexes(x: Any, differ: Theorem | None) -> Iterator[Theorem]:
    if not isinstance(x, Term) or not unbound(x):
        return
    if x.head in BINDERS:
        inside = var(f"inside {height(x)}", x.args[0])
        body = settled(opened(x, inside), differ)
        before, after = body.conclusion.args
        if before != after:
            yield checker.congruence(x, inside, body)
        return
    for part in x.args:
        yield from _redexes(part, differ)
    step = _step(x, differ)
    if step is not None:
        yield step


def _step(t: Term, differ: Theorem | None) -> Theorem | None:
    """An equation whose left side is t, if a rule of families applies to it."""
    two = {frozenset(differ.conclusion.args[0].args)} if differ is not None else set()
    s = t.args[0] if t.args else None
    written = isinstance(s, Term) and s.head == "put"
    if t.head == "at" and written:
        below, i, z = s.args
        j = t.args[1]
        if i == j:
            return family("at-put", below, i, z)
        if {i, j} in two:
            return family("at-put-other", below, i, z, j, differ)
    if t.head != "put" or t.sort not in FAMILIES:
        return None
    _, j, z = t.args
    if z == Term("at", (s, j), z.sort):
        return family("put-at", s, j)
    if written:
        below, i, y = s.args
        if i == j:
            return family("put-put", below, i, y, z)
        if {i, j} in two and str(i) > str(j):
            return family("put-swap", below, i, y, j, z, differ)
    return None
