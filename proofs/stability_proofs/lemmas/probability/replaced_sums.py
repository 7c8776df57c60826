"""Sums over a sample, or over the seeds of a run, in which one element is replaced."""

from __future__ import annotations

from collections.abc import Callable

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import indicator, total
from stability_proofs.kernel.terms import Term, app, at, eq, num, put, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, linear

S = var("S", "sample")
i, k = var("i", "index"), var("k", "index")
z = var("z", "example")


@lemma(
    at=(lambda point: app("f", point), S, k, z),
    shows=eq(
        total(i, app("f", at(put(S, k, z), i))),
        total(i, app("f", at(S, i))) - app("f", at(S, k)) + app("f", z),
    ),
)
def sum_with_another(f: Callable[[Term], Term], elements: Term, place: Term, new: Term) -> Theorem:
    """The sum of f over a finite family with another element at a place.

    It is the sum over the family, less f of the element at the place, plus f of the new one.
    """
    where = var("place of the sum", place.sort)
    changed, old, here = (
        put(elements, place, new),
        f(at(elements, where)),
        indicator(eq(where, place)),
    )
    gain = f(new) - old

    def at_place(known: Theorem) -> Theorem:
        goal = eq(f(at(changed, where)), old + here * gain)
        value = checker.indicator(known, eq(where, place))
        if known.conclusion.head == "=":
            read = at_same(family("at-put", elements, place, new), f)
            return linear(goal, at_same(known, lambda j: f(at(changed, j))), read, (gain, value))
        kept = at_same(family("at-put-other", elements, place, new, where, known), f)
        return linear(goal, kept, (gain, value))

    sums = checker.congruence(total(where, num(0)), where, by_cases(eq(where, place), at_place))
    goal = eq(
        total(where, f(at(changed, where))), total(where, old) - f(at(elements, place)) + f(new)
    )
    return linear(goal, sums, picked(where, gain, place))
