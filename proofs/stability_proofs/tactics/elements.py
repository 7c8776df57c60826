"""Reading and writing elements of a sample: terms brought to a simplest form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, same
from stability_proofs.kernel.families import family
from stability_proofs.kernel.terms import BINDERS, FAMILIES, Term, eq, height, opened, unbound, var


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
    if t.head == "put" and t.sort in FAMILIES:
        return _overwritten(t, differ)
    if t.head != "at" or t.args[0].head != "put":
        return None
    (s, i, z), j = t.args[0].args, t.args[1]
    if i == j:
        return family("at-put", s, i, z)
    return family("at-put-other", s, i, z, j, differ) if _two(differ, i, j) else None


def _overwritten(t: Term, differ: Theorem | None) -> Theorem | None:
    s, j, z = t.args
    if z == Term("at", (s, j), z.sort):
        return family("put-at", s, j)
    if s.head != "put":
        return None
    below, i, y = s.args
    if i == j:
        return family("put-put", below, i, y, z)
    later = _two(differ, i, j) and str(i) > str(j)
    return family("put-swap", below, i, y, j, z, differ) if later else None


def _two(differ: Theorem | None, i: Term, j: Term) -> bool:
    """Whether that is what the theorem says of two indices."""
    return differ is not None and set(differ.conclusion.args[0].args) == {i, j}
