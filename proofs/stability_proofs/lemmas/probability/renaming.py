"""Independent examples: one may be drawn anew, and names of several may be exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, interpret, same, substitute
from stability_proofs.kernel.families import swap
from stability_proofs.kernel.notation import E
from stability_proofs.kernel.terms import Term, app, eq, negation, put, replace, var
from stability_proofs.semantics.samples import S, i, y
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import averaged, chain, linear, restated

a, b, c, d, x, z = (
    var("a", "example"),
    var("b", "example"),
    var("c", "example"),
    var("d", "example"),
    var("x", "example"),
    var("z", "example"),
)
j = var("j", "index")


def over(variables: Sequence[Term], body: Term) -> Term:
    """E over all the variables, the first outermost."""
    for x in reversed(variables):
        body = E(x, body)
    return body


@lemma(
    at=((a, b, c, d), (c, b, a, d), app("body", b, c)),
    shows=eq(E(y, E(y, E(z, E(x, app("body", y, z))))), E(y, E(z, E(x, E(x, app("body", z, y)))))),
)
def reordered(before: Sequence[Term], after: Sequence[Term], body: Term) -> Theorem:
    """E over the variables in one order is E over them in another."""
    order = list(before)
    equation = same(over(order, body), over(order, body))
    for position, x in enumerate(after):
        for k in range(order.index(x), position, -1):
            inner = over(order[k + 1 :], body)
            turned = checker.exchange(E(order[k - 1], E(order[k], inner)))
            equation = chain(equation, averaged(*order[: k - 1], equation=turned))
            order[k - 1], order[k] = order[k], order[k - 1]
    return equation


@lemma(
    at=((a, b, c, d), {a: c, b: b, c: a, d: d}, app("body", b, c)),
    shows=eq(E(y, E(y, E(z, E(x, app("body", y, z))))), E(y, E(z, E(x, E(x, app("body", z, y)))))),
)
def renamed(variables: Sequence[Term], names: Mapping[Term, Term], body: Term) -> Theorem:
    """E body = E of the body with other names; `names` permutes the independent variables."""
    # E over b and a of f(a, b) is E over a and b of f(b, a): the names of bound variables are free
    back = {new: old for old, new in names.items()}
    order = [back.get(x, x) for x in variables]
    equation = reordered(variables, order, body)
    whole = over(variables, body), over(variables, replace(body, names))
    return restated(equation, eq(*whole))


@cache
def _redrawn() -> Theorem:
    """E F(S) = E F(S with a fresh example at i)."""
    return swap(S, i, y, app("F", S))


@lemma(
    at=(app("body", S), i, y), shows=eq(E(S, app("body", S)), E(S, E(y, app("body", put(S, i, y)))))
)
def redrawn(body: Term, place: Term, fresh: Term, differ: Theorem | None = None) -> Theorem:
    """E body = E body with `fresh` at `place` of S, elements read where they can be.

    `fresh` is not free in the body; `differ` says that two indices are not one, see `settled`.
    """
    lemma = interpret(substitute(_redrawn(), {i: place}), "F", (S,), body)
    read = settled(replace(body, {S: put(S, place, fresh)}), differ)
    whole = eq(E(S, body), E(S, E(fresh, read.conclusion.args[1])))
    return linear(whole, lemma, averaged(S, fresh, equation=read))


@lemma(
    at=(app("body", S), (i, a), (j, b), negation(eq(i, j))),
    shows=eq(E(S, app("body", S)), E(S, E(y, E(z, app("body", put(put(S, i, y), j, z)))))),
)
def both_redrawn(
    body: Term, first: tuple[Term, Term], second: tuple[Term, Term], differ: Theorem
) -> Theorem:
    """The same for two places that differ, each with its fresh example; the first is written last.

    The expectation over the fresh example of the first place is the outer one.
    """
    (place, fresh), (other, new) = first, second
    once = redrawn(body, other, new, differ)
    read = settled(replace(body, {S: put(S, other, new)}), differ).conclusion.args[1]
    return chain(once, redrawn(E(new, read), place, fresh, differ))
