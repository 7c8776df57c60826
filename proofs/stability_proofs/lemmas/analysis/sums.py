"""Sums over steps."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.notation import every, total
from stability_proofs.kernel.terms import eq, le, lt, num, replace
from stability_proofs.lemmas.analysis.recursions import HERE, n, s, t
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import linear


@lemma(shows=every(n, eq(total(t, 1, s + 1, HERE), n)))
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
