"""A sum over a sample in which one example is another one."""

from __future__ import annotations

from collections.abc import Callable

from proofs import checker
from proofs.checker import Theorem, family, picked
from proofs.steps import at_same, by_cases, indicator, linear, total
from proofs.terms import Term, at, eq, num, put, var

HERE = var("place of the sum", "index")
"""Bound in sums; no function uses this name."""


def sum_with_another(f: Callable[[Term], Term], sample: Term, place: Term, new: Term) -> Theorem:
    """The sum of f over the sample with another example at a place.

    It is the sum over the sample, less f of the example at the place, plus f of the new one.
    """
    changed, old, here = put(sample, place, new), f(at(sample, HERE)), indicator(eq(HERE, place))
    gain = f(new) - old

    def at_place(known: Theorem) -> Theorem:
        goal = eq(f(at(changed, HERE)), old + here * gain)
        value = checker.indicator(known, eq(HERE, place))
        if known.conclusion.head == "=":
            read = at_same(family("at-put", sample, place, new), f)
            return linear(goal, at_same(known, lambda j: f(at(changed, j))), read, (gain, value))
        kept = at_same(family("at-put-other", sample, place, new, HERE, known), f)
        return linear(goal, kept, (gain, value))

    sums = checker.congruence(total(HERE, num(0)), HERE, by_cases(eq(HERE, place), at_place))
    goal = eq(total(HERE, f(at(changed, HERE))), total(HERE, old) - f(at(sample, place)) + f(new))
    return linear(goal, sums, picked(HERE, gain, place))
