"""Which step of a shuffled pass costs most with step sizes c/t, and when that changes.

The first step of pass j costs alpha/s, its last one alpha/last. The first costs more before pass
x = (last P - s)/(P (s - last)), the last one from there on; the first always does if last = s.
"""

from __future__ import annotations

from collections.abc import Callable

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, elementary
from stability_proofs.kernel.notation import indicator, maximum, minimum
from stability_proofs.kernel.terms import Term, eq, le, lt, num
from stability_proofs.lemmas.analysis.limits import floor
from stability_proofs.lemmas.analysis.maxima import larger, smaller
from stability_proofs.lemmas.shuffled_sgd.pass_counts import (
    LAST_BATCH,
    P,
    batch,
    batch_positive,
    length_at_least_one,
    length_positive,
)
from stability_proofs.lemmas.shuffled_sgd.passes import j
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, by_cases, equal, linear

SHORT = lt(LAST_BATCH, batch)
RATIO = (LAST_BATCH * P - batch) / (P * (batch - LAST_BATCH))
TURN = -floor(-RATIO)
LIMIT = maximum(num(0), TURN)
FIRST_STEP, LAST_STEP = batch * (j * P + 1), LAST_BATCH * (j * P + P)
"""What c is divided by in the cost of the first and of the last step of pass j."""


def switch(count: Term) -> Term:
    """Of so many passes, the number of those whose first step costs most."""
    short = indicator(SHORT)
    return short * minimum(count, LIMIT) + (1 - short) * count


Early = Callable[[Theorem, Theorem, Theorem], Theorem]
"""From switch(j) = j, switch(j + 1) = j + 1 and FIRST_STEP <= LAST_STEP."""
Late = Callable[[Theorem, Theorem], Theorem]
"""From switch(j + 1) = switch(j) and LAST_STEP <= FIRST_STEP."""


def _short_is(known: Theorem) -> Theorem:
    return checker.indicator(known, SHORT)


def _even(count: Term, even: Theorem) -> Theorem:
    """switch(count) = count, if the last batch is as large as the others."""
    return linear(eq(switch(count), count), (minimum(count, LIMIT) - count, _short_is(even)))


def _short(count: Term, short: Theorem, least: Theorem) -> Theorem:
    """switch(count) = value, from min(count, LIMIT) = value, if the last batch is short."""
    lower, value = least.conclusion.args
    return linear(eq(switch(count), value), (lower - count, _short_is(short)), least)


def _limited(count: Term, limit: Theorem, least: Theorem) -> Theorem:
    """min(count, LIMIT) = value, from LIMIT = l and min(count, l) = value."""
    inside = at_same(limit, lambda value: minimum(count, value))
    return equal(minimum(count, LIMIT), least.conclusion.args[1], inside, least)


def _last_of_two(count: Term, limit: Theorem, above: Theorem) -> Theorem:
    """min(count, LIMIT) = l, from LIMIT = l and l <= count."""
    value = limit.conclusion.args[1]
    turned = smaller(above)
    return _limited(count, limit, linear(eq(minimum(count, value), value), turned))


@lemma(shows=eq(switch(num(0)), 0))
def at_start() -> Theorem:
    """switch(0) = 0."""
    nothing = smaller(checker.max_is_above(LIMIT, 0))
    return _either(
        SHORT, lambda short: _short(num(0), short, nothing), lambda even: _even(num(0), even)
    )


def in_cases(early: Early, late: Late) -> Theorem:
    """Prove the same where the first step of pass j costs most and where the last one does."""
    return _either(
        SHORT, lambda short: _if_short(short, early, late), lambda even: _if_even(even, early)
    )


Proof = Callable[[Theorem], Theorem]


def _either(formula: Term, holds: Proof, fails: Proof) -> Theorem:
    return by_cases(
        formula, lambda known: holds(known) if known.conclusion == formula else fails(known)
    )


def _if_even(even: Theorem, early: Early) -> Theorem:
    """The last batch is as large as the others."""
    length = length_positive()
    end = linear(le(0, j * P + P), (checker.natural(j), length), length)
    cost = linear(le(FIRST_STEP, LAST_STEP), (even, end), (batch_positive(), length_at_least_one()))
    return early(_even(j, even), _even(j + 1, even), cost)


def _if_short(short: Theorem, early: Early, late: Late) -> Theorem:
    """The last batch is short: the first step of pass j costs most if j < TURN."""
    length, gap = length_positive(), linear(lt(0, batch - LAST_BATCH), short)
    spread = linear(lt(0, P * (batch - LAST_BATCH)), (length, gap))

    def before(sooner: Theorem) -> Theorem:
        limit = larger(linear(le(0, TURN), sooner, checker.natural(j)))
        next_one = checker.next_integer(sooner)
        now = _limited(j, limit, smaller(linear(le(j, TURN), sooner)))
        then = _limited(j + 1, limit, smaller(next_one))
        here = linear(lt(j, RATIO), next_one, elementary("floor-above", -RATIO))
        cost = linear(le(FIRST_STEP, LAST_STEP), (here, spread), nonzero=[length, gap])
        return early(_short(j, short, now), _short(j + 1, short, then), cost)

    def after(later: Theorem) -> Theorem:
        here = linear(le(RATIO, j), later, elementary("floor-below", -RATIO))
        cost = linear(le(LAST_STEP, FIRST_STEP), (here, spread), nonzero=[length, gap])

        def at_limit(limit: Theorem, below: Theorem) -> Theorem:
            """From LIMIT = l and l <= j."""
            value = limit.conclusion.args[1]
            both = (
                _short(count, short, _last_of_two(count, limit, linear(le(value, count), below)))
                for count in (j, j + 1)
            )
            return late(equal(switch(j + 1), switch(j), *both), cost)

        return _either(
            lt(0, TURN),
            lambda some: at_limit(larger(linear(le(0, TURN), some)), later),
            lambda none: at_limit(_no_turn(none), checker.natural(j)),
        )

    return _either(lt(j, TURN), before, after)


def _no_turn(none: Theorem) -> Theorem:
    """LIMIT = 0, from TURN <= 0."""
    low = checker.max_is_least(LIMIT, [linear(le(0, 0)), none])
    return checker.antisymmetric(low, checker.max_is_above(LIMIT, 0))
