"""The examples of a sample have the law of an example, and two of them are independent."""

from __future__ import annotations

from collections.abc import Callable

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.families import family, swap
from stability_proofs.kernel.notation import E, indicator
from stability_proofs.kernel.terms import Term, app, at, eq, negation, put, var
from stability_proofs.semantics.samples import S
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, averaged, chain, linear

body = var("body")
i, j = var("i", "index"), var("j", "index")
z = var("z", "example")

Function = Callable[..., Term]
"""From examples to a real term, in which S is not free."""
FRESH, ONE, OTHER = (var(name, "example") for name in ("fresh", "one", "other"))
"""Bound here; no function uses these names."""


@lemma(at=(lambda t: body, i), shows=eq(E(S, E(ONE, body)), E(S, E(ONE, body))))
def at_index(f: Function, index: Term) -> Theorem:
    """E f(z_i) = E_z f(z): the example at i and a fresh one may change places."""
    moved = swap(S, index, FRESH, f(at(S, index)))
    read = at_same(family("at-put", S, index, FRESH), f)
    return chain(moved, averaged(S, FRESH, equation=read))


@lemma(
    at=(lambda t, u: indicator(eq(app("far", t, z), app("far", u, z))), i, j, negation(eq(i, j))),
    shows=eq(
        E(S, indicator(eq(app("far", at(S, i), z), app("far", at(S, j), z)))),
        E(ONE, E(OTHER, indicator(eq(app("far", ONE, z), app("far", OTHER, z))))),
    ),
)
def at_two(f: Function, first: Term, second: Term, differ: Theorem) -> Theorem:
    """E f(z_i, z_j) = E_y E_z f(y, z), for indices that differ."""
    moved = swap(S, first, ONE, f(at(S, first), at(S, second)))
    new = put(S, first, ONE)
    read = at_same(family("at-put", S, first, ONE), lambda point: f(point, at(new, second)))
    kept = family("at-put-other", S, first, ONE, second, differ)
    other = at_same(kept, lambda point: f(ONE, point))
    one_left = averaged(S, ONE, equation=chain(read, other))
    apart = checker.exchange(E(S, E(ONE, f(ONE, at(S, second)))))
    last = averaged(ONE, equation=at_index(lambda point: f(ONE, point), second))
    goal = eq(E(S, f(at(S, first), at(S, second))), E(ONE, E(OTHER, f(ONE, OTHER))))
    return linear(goal, moved, one_left, apart, last)
