"""Sums over steps."""

from __future__ import annotations

from functools import cache

from proofs import checker
from proofs.checker import Theorem
from proofs.steps import linear, total
from proofs.terms import NATURAL, eq, le, lt, num, replace, var

n, t = var("n", NATURAL), var("t", NATURAL)


@cache
def ones() -> Theorem:
    """For all n, the sum of 1 from 1 to n is n."""
    whole = total(t, num(1), 1, n)
    claim = eq(whole, n)
    nothing = checker.empty(replace(whole, {n: num(0)}), linear(lt(0, 1)))
    start = linear(replace(claim, {n: num(0)}), nothing)
    longer = checker.last_of(replace(whole, {n: n + 1}), linear(le(1, n + 1), checker.natural(n)))
    step = linear(replace(claim, {n: n + 1}), longer, checker.assume(claim))
    return checker.induction(n, claim, start, step)
