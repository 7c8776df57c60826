"""Which terms mean something: known heads, with arguments of the sorts that they take.

Part of the trusted core. A theorem says nothing else: a number that calls itself natural, a bound
variable of another sort than its binder, or a head that only the normal form uses is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from stability_proofs.kernel.terms import (
    BINDERS,
    BUILT_IN,
    FAMILIES,
    FINITE,
    FORMULA,
    NATURAL,
    REAL,
    SET,
    VECTOR,
    Term,
    fits,
    is_integer,
)

SIGNATURES: Mapping[str, tuple[tuple[str, ...], str]] = {
    **dict.fromkeys(("inv", "exp", "log", "sqrt", "erf", "floor", "harmonic"), ((REAL,), REAL)),
    **dict.fromkeys(("<=", "<"), ((REAL, REAL), FORMULA)),
    "scale": ((REAL, VECTOR), VECTOR),
    "dot": ((VECTOR, VECTOR), REAL),
    "ind": ((FORMULA,), REAL),
    "not": ((FORMULA,), FORMULA),
    "implies": ((FORMULA, FORMULA), FORMULA),
}
"""The sorts of arguments and value of heads with a fixed number of arguments."""


@cache
def formed(t: Any, around: tuple[str, ...] = ()) -> bool:
    """Whether a term means something inside binders over these sorts, the innermost first."""
    if not isinstance(t, Term) or not isinstance(t.sort, str):
        return False
    if t.head in LEAVES:
        return LEAVES[t.head](t, around)
    if t.head in BINDERS:
        return _binder(t, around)
    parts = t.args[:1] if t.head == "^" else t.args
    return all(formed(a, around) for a in parts) and _applied(t)


def _applied(t: Term) -> bool:
    """Whether the sorts of arguments, themselves formed, and of the value are those of the head."""
    head, args, sorts = t.head, t.args, [a.sort for a in t.args if isinstance(a, Term)]
    if head in SIGNATURES:
        takes, gives = SIGNATURES[head]
        good = len(args) == len(takes) and all(map(_is, args, takes))
        return good and t.sort == gives
    if head == "+" and t.sort == VECTOR:
        return bool(args) and set(sorts) == {VECTOR}
    if head in ("+", "*", "max"):
        return bool(args) and all(_is(a, REAL) for a in args) and t.sort == REAL
    if head == "^":
        whole = len(args) == 2 and isinstance(args[1], int) and args[1] >= 0
        return whole and _is(args[0], REAL) and t.sort == REAL
    if head == "=":
        numbers = all(_is(a, REAL) for a in args)
        return len(args) == 2 and (numbers or len(set(sorts)) == 1) and t.sort == FORMULA
    if head == "member":
        return len(args) == 2 and sorts[0] in FINITE and sorts[1] == SET and t.sort == FORMULA
    if head in ("at", "put", "mix"):
        return bool(args) and sorts[0] in FAMILIES and _of_family(t, *FAMILIES[sorts[0]])
    return head not in BUILT_IN


def _of_family(t: Term, index: str, element: str) -> bool:
    family, *rest = t.args
    takes, gives = {
        "at": ((index,), element),
        "put": ((index, element), family.sort),
        "mix": ((family.sort, SET), family.sort),
    }[t.head]
    good = len(rest) == len(takes) and all(map(_is, rest, takes))
    return good and t.sort == gives


def _is(t: Term, sort: str) -> bool:
    """Whether a term is of a sort: natural numbers are real, whole ones may stand for natural."""
    whole = sort == NATURAL and t.sort == REAL and is_integer(t)
    return t.sort == sort or (t.sort, sort) == (NATURAL, REAL) or whole


def _binder(t: Term, around: tuple[str, ...]) -> bool:
    if len(t.args) < 2 or not isinstance(t.args[0], str):
        return False
    sort, *ends, body = t.args
    if not formed(body, (sort, *around)) or not all(formed(end, around) for end in ends):
        return False
    if t.head in ("sum", "prod"):
        ranged = sort == NATURAL and len(ends) == 2 and all(_is(end, REAL) for end in ends)
        if not ranged and (ends or sort not in FINITE):
            return False
        if t.head == "sum" and t.sort == VECTOR:
            return body.sort == VECTOR
        natural = t.head == "sum" and t.sort == NATURAL and fits(body, NATURAL)
        return _is(body, REAL) and (t.sort == REAL or natural)
    if t.head == "forall":
        return not ends and body.sort == t.sort == FORMULA
    return not ends and _is(body, REAL) and t.sort == REAL


def _variable(t: Term, around: tuple[str, ...]) -> bool:
    return len(t.args) == 1 and isinstance(t.args[0], str)


def _bound(t: Term, around: tuple[str, ...]) -> bool:
    [number] = t.args
    return isinstance(number, int) and number in range(len(around)) and around[number] == t.sort


def _number(t: Term, around: tuple[str, ...]) -> bool:
    return len(t.args) == 1 and isinstance(t.args[0], Fraction) and t.sort == REAL


def _size(t: Term, around: tuple[str, ...]) -> bool:
    return len(t.args) == 1 and t.args[0] in FINITE and t.sort == NATURAL


def _horizon(t: Term, around: tuple[str, ...]) -> bool:
    return not t.args and t.sort == NATURAL


LEAVES = {"var": _variable, "bound": _bound, "num": _number, "size": _size, "horizon": _horizon}
"""Heads without terms as arguments."""
