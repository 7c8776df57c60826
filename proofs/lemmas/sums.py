"""Sums over steps."""

from __future__ import annotations

from functools import cache

from proofs import checker
from proofs.checker import Theorem
from proofs.lemmas.recursions import n, s, t
from proofs.steps import linear, total
from proofs.terms import eq, le, lt, num, replace


@cache
def ones() -> Theorem:
    """For all n, the sum of 1 from s + 1 to s + n is n."""
    last = s + n
    claim = eq(total(t, num(1), s + 1, last), n)
    nothing = checker.empty(total(t, num(1), s + 1, s), linear(lt(s, s + 1)))
    start = linear(replace(claim, {n: num(0)}), nothing)
    ends = linear(le(s + 1, last + 1), checker.natural(n))
    longer = checker.last_of(total(t, num(1), s + 1, last + 1), ends)
    step = linear(replace(claim, {n: n + 1}), longer, checker.assume(claim))
    return checker.induction(n, claim, start, step)
