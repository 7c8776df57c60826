"""Indicators of events: between 0 and 1, monotone, and at most the sum of those of a cover."""

from __future__ import annotations

from collections.abc import Sequence

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.notation import E, indicator
from stability_proofs.kernel.terms import FORMULA, Term, app, eq, le, lt, negation, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import by_cases, chain, linear, mean

a, b, bound, delta, quantity = var("a"), var("b"), var("bound"), var("delta"), var("quantity")
S = var("S", "sample")


@lemma(
    at=(app("event", sort=FORMULA),),
    shows=(
        le(0, indicator(app("event", sort=FORMULA))),
        le(indicator(app("event", sort=FORMULA)), 1),
    ),
)
def between(event: Term) -> tuple[Theorem, Theorem]:
    """0 <= 1{event} and 1{event} <= 1."""
    value = indicator(event)
    return (
        by_cases(event, lambda known: linear(le(0, value), checker.indicator(known, event))),
        by_cases(event, lambda known: linear(le(value, 1), checker.indicator(known, event))),
    )


@lemma(
    at=(app("event", sort=FORMULA),),
    shows=eq(
        indicator(negation(app("event", sort=FORMULA))), 1 - indicator(app("event", sort=FORMULA))
    ),
)
def complement(event: Term) -> Theorem:
    """1{not event} = 1 - 1{event}."""
    opposite = negation(event)
    goal = eq(indicator(opposite), 1 - indicator(event))

    def values(known: Theorem) -> Theorem:
        both = (checker.indicator(known, event), checker.indicator(known, opposite))
        return linear(goal, *both)

    return by_cases(event, values)


@lemma(
    at=(app("event", sort=FORMULA),),
    shows=eq(indicator(app("event", sort=FORMULA)) ** 2, indicator(app("event", sort=FORMULA))),
)
def idempotent(event: Term) -> Theorem:
    """1{event}^2 = 1{event}."""
    value = indicator(event)

    def either(known: Theorem) -> Theorem:
        found = checker.indicator(known, event)
        return linear(eq(value**2, value), (value, found), (found.conclusion.args[1] - 1, found))

    return by_cases(event, either)


@lemma(
    at=(quantity, bound, (lt(a, quantity),), le(quantity, bound)),
    shows=le(
        indicator(lt(bound, quantity)), indicator(lt(a, quantity)) * 0 + indicator(lt(a, quantity))
    ),
)
def covered(quantity: Term, bound: Term, cover: Sequence[Term], escape: Theorem) -> Theorem:
    """1{bound < quantity} <= the sum over the cover of 1{event}.

    `escape`: quantity <= bound, under hypotheses among the negations of the cover's events.
    """
    event = lt(bound, quantity)
    goal = le(indicator(event), sum(map(indicator, cover), start=indicator(cover[0]) * 0))
    floors = [between(e)[0] for e in cover]

    def split(events: Sequence[Term], known: Theorem) -> Theorem:
        if not events:
            out = checker.indicator(known, event)
            return linear(goal, out, *floors)
        first, *rest = events
        yes = checker.assume(first)
        one = checker.indicator(yes, first)
        holds = linear(goal, one, between(event)[1], *floors)
        return checker.cases(first, holds, split(rest, known))

    return split(list(cover), escape)


@lemma(
    at=(le(E(S, indicator(lt(a, app("quantity", S)))), delta), app("quantity", S), le(a, b)),
    shows=le(E(S, indicator(lt(b, app("quantity", S)))), delta),
)
def tail_at(tail: Theorem, quantity: Term, below: Theorem) -> Theorem:
    """From E 1{x < quantity} <= p and x <= bound to E 1{bound < quantity} <= p."""
    x, bound = below.conclusion.args
    expectation, _ = tail.conclusion.args
    sample = var("S", expectation.args[0])
    inside = checker.assume(le(quantity, x))
    pointwise = covered(quantity, bound, [lt(x, quantity)], chain(inside, below))
    return chain(mean(sample, pointwise), tail)
