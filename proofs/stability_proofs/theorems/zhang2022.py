"""Zhang et al. (2022): derivations of `stability.theorems.zhang2022`."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import E, absolute, indicator, minimum, total
from stability_proofs.kernel.terms import at, eq, le, num, put
from stability_proofs.lemmas.sgd.linear_instance import satisfied
from stability_proofs.lemmas.sgd.linear_losses import (
    INSTANCE,
    SHARES,
    SIGN_OF_MINUS,
    SIGN_OF_PLUS,
    SLOPE,
    SLOPE_SQUARED,
    STEPS,
    L,
    M,
    last_loss,
    s,
    slope_squared,
    steps_positive,
)
from stability_proofs.lemmas.sgd.run_losses import mean_shares
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.instances import minus, plus, sign
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import PLACE, k, m, r, step_size, visit
from stability_proofs.tactics.vocabulary import (
    Fact,
    at_same,
    averaged,
    below_absolute,
    by_cases,
    for_all,
    linear,
    one_over,
    sample_size_positive,
)

FIRST = put(S, k, plus)
OTHER = put(FIRST, k, minus)
VISITS, OWN = SHARES["run"], visit(r, s, k)
"""The share of the example at PLACE, and of that at k, in step s."""


def convex_lower(claim: Claim) -> Derived:
    """Linear losses: what is asked of a problem holds, and one moves by min(2 L^2 sum, M)/m."""
    known = satisfied()
    theorems = [known[formula] for formula in claim.required]
    return Derived((*theorems, _moved()), INSTANCE)


def _signs_apart() -> Theorem:
    """The mean signs in a batch of the two samples differ by twice the share of k."""
    here = indicator(eq(PLACE, k))
    before, after = (sign(at(sample, PLACE)) for sample in (FIRST, OTHER))
    goal = eq(VISITS * before, VISITS * after + 2 * here * VISITS)

    def at_place(known: Theorem) -> Theorem:
        value = (2 * VISITS, checker.indicator(known, eq(PLACE, k)))
        if known.conclusion.head != "=":
            kept = at_same(family("at-put-other", FIRST, k, minus, PLACE, known), sign)
            return linear(goal, (VISITS, kept), value)
        facts: list[Fact] = [(VISITS, SIGN_OF_PLUS), (VISITS, SIGN_OF_MINUS), value]
        for sample, below, point in ((FIRST, S, plus), (OTHER, FIRST, minus)):
            moved = at_same(known, lambda place, of=sample: sign(at(of, place)))
            read = at_same(family("at-put", below, k, point), sign)
            facts += [(VISITS, moved), (VISITS, read)]
        return linear(goal, *facts)

    places = checker.congruence(total(PLACE, num(0)), PLACE, by_cases(eq(PLACE, k), at_place))
    low, high = total(PLACE, VISITS * before), total(PLACE, VISITS * after)
    return linear(eq(low, high + 2 * OWN), places, picked(PLACE, VISITS, k))


def _expected_change() -> Theorem:
    """E_r loss at `plus` on the other sample - that on the first = 2 SLOPE^2/m sum of steps."""
    apart = _signs_apart()
    size = step_size(s)
    low, high = (size * side for side in apart.conclusion.args)
    step = linear(eq(low, high), (size, apart))
    walks = checker.congruence(total(s, num(0), 1, LAST), s, step)
    (first, before), (other, after) = (last_loss(sample, plus) for sample in (FIRST, OTHER))
    met = total(s, size * OWN, 1, LAST)
    change = linear(
        eq(other - first, 2 * SLOPE**2 * met),
        before,
        after,
        (SLOPE**2 * sign(plus), walks),
        (SLOPE**2 * met, SIGN_OF_PLUS),
    )
    goal = eq(E(r, other) - E(r, first), 2 * SLOPE**2 * STEPS / m)
    return linear(goal, averaged(r, equation=change), (SLOPE**2, mean_shares(step_size)))


def _least() -> Theorem:
    """min(2 L^2 sum of steps, M) <= 2 SLOPE^2 sum of steps."""
    positive, value = steps_positive(), minimum(2 * L * L * STEPS, M)
    tops = [checker.max_is_above(value.args[1], which) for which in (0, 1)]
    parts = [
        linear(le(-x, -value / (2 * STEPS)), (top, one_over(positive)), nonzero=[positive])
        for x, top in zip((L * L, M / (2 * STEPS)), tops, strict=True)
    ]
    most = checker.max_is_least(SLOPE_SQUARED.args[1], parts)
    goal = le(value, 2 * SLOPE**2 * STEPS)
    return linear(goal, (most, positive), (STEPS, slope_squared()), nonzero=[positive])


def _moved() -> Theorem:
    """The expected loss at `plus` moves by at least the stated value."""
    change, least, size = _expected_change(), _least(), sample_size_positive()
    (first, _), (other, _) = (last_loss(sample, plus) for sample in (FIRST, OTHER))
    before, after = E(r, first), E(r, other)
    goal = le(least.conclusion.args[0] / m, absolute(before - after))
    far = below_absolute(before - after, -1)
    return for_all(linear(goal, change, (least, one_over(size)), far), S, k)
