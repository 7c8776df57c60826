"""Rules for independent families and the finite sorts that index them: part of the trusted core.

A family (a sample, its draws or seeds) is read by `at` and written by `put`; its elements are
independent and have one law, so that a fresh one may change places with any of them, of draws with
those up to the horizon. The law of indices is uniform.

>>> from stability_proofs.kernel.notation import show
>>> sample, index, new = var("S", "sample"), var("i", "index"), var("z", "example")
>>> show(family("at-put", sample, index, new).conclusion)
'(at(put(S, i, z), i) = z)'
"""

from __future__ import annotations

from typing import Any

from stability_proofs.kernel.checker import (
    Theorem,
    alike,
    arbitrary,
    conclude,
    rule,
    without_variables,
)
from stability_proofs.kernel.terms import (
    FAMILIES,
    FINITE,
    HORIZON,
    NATURAL,
    Term,
    app,
    at,
    bind,
    eq,
    fits,
    le,
    lt,
    negation,
    put,
    replace,
    require,
    var,
    variables,
)


@rule
def family(name: str, s: Term, i: Term, *rest: Any) -> Theorem:
    """Reading and writing an element.

    (put-at, s, i): writing what is there changes nothing. (at-put, s, i, z): what was written is
    read. (put-put, s, i, y, z): the last writing counts. With a theorem that i and j differ:
    (at-put-other, s, i, z, j, theorem) and (put-swap, s, i, y, j, z, theorem).
    """
    if name == "put-at":
        return conclude(eq(put(s, i, at(s, i)), s))
    if name == "at-put":
        return conclude(eq(at(put(s, i, rest[0]), i), rest[0]))
    if name == "put-put":
        return conclude(eq(put(put(s, i, rest[0]), i, rest[1]), put(s, i, rest[1])))
    y, j, *z, theorem = rest
    differ = (negation(eq(i, j)), lt(i, j), lt(j, i))
    require(any(alike(theorem.conclusion, f) for f in differ), "the indices may be one", i, j)
    if name == "at-put-other":
        return conclude(eq(at(put(s, i, y), j), at(s, j)), theorem)
    require(name == "put-swap", "no such rule", name)
    return conclude(eq(put(put(s, i, y), j, z[0]), put(put(s, j, z[0]), i, y)), theorem)


@rule
def swap(s: Term, i: Term, z: Term, body: Term, within: Theorem | None = None) -> Theorem:
    """E over a family and a fresh element: it may change places with the element at an index.

    `within`: for draws, a theorem that the index is at most the horizon: `E` averages up to there.
    """
    require(s.head == z.head == "var" and fits(z, FAMILIES[s.sort][1]), "no element", z)
    without_variables(i, s, z)
    if FAMILIES[s.sort][0] not in FINITE:
        near = within is not None and alike(within.conclusion, le(i, HORIZON))
        require(near, "not within the horizon", i)
    other = replace(body, {s: put(s, i, z), z: at(s, i)})
    before, after = (bind("E", s, bind("E", z, of)) for of in (body, other))
    return conclude(eq(before, after), *([within] if within else []))


@rule
def walk(s: Term, i: Term, z: Term, body: Term, cost: Term, a: Term, theorem: Theorem) -> Theorem:
    """From x to y by changing one element after the other.

    From body(s) - body(put(s, i, z)) <= cost(i, a = at(s, i), z) for arbitrary s, i and z to
    body(s) - body(y) <= the sum over i of cost(i, at(s, i), at(y, i)), for a variable y named by z.
    """
    require(s.sort in FAMILIES and i.sort in FINITE, "no finite family", s)
    require(a != z, "the old element and the new one have one name", a)
    without_variables(cost, s)
    step = le(body - replace(body, {s: put(s, i, z)}), replace(cost, {a: at(s, i)}))
    require(alike(step, theorem.conclusion), "not the step", step, theorem.conclusion)
    for x in (s, i, z):
        arbitrary(x, theorem)
        require(x == s or x not in variables(body), "depends on the step", x)
    y = var(f"{z.args[0]}'", s.sort)
    total = bind("sum", i, replace(cost, {a: at(s, i), z: at(y, i)}))
    return conclude(le(body - replace(body, {s: y}), total), theorem)


@rule
def picked(x: Term, body: Term, i: Term) -> Theorem:
    """The sum over a finite sort of 1{x = i} body(x) is body(i)."""
    require(x.sort in FINITE and fits(i, x.sort), "not of the sort", i)
    without_variables(i, x)
    return conclude(eq(bind("sum", x, app("ind", eq(x, i)) * body), replace(body, {x: i})))


@rule
def uniform(x: Term, body: Term) -> Theorem:
    """size times E is the sum, over a finite sort."""
    require(x.sort in FINITE, "not finite", x)
    size = Term("size", (x.sort,), NATURAL)
    return conclude(eq(size * bind("E", x, body), bind("sum", x, body)))
