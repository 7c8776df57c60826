"""Sums over finitely many parts: of numbers that are not negative, and of probabilities."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, contradiction, next_integer
from stability_proofs.kernel.notation import every, indicator, total
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    app,
    at,
    bind,
    eq,
    implies,
    le,
    lt,
    num,
    var,
)
from stability_proofs.lemmas.analysis.indicators import between
from stability_proofs.semantics.samples import y
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    by_cases,
    discharge,
    for_all,
    linear,
    summed,
    use,
)

balls, which = var("balls", NATURAL), var("which", NATURAL)
a, level_at = var("a"), var("level_at")
S = var("S", "sample")
i = var("i", "index")

k, n, each = (var(name, NATURAL) for name in ("k", "n", "each"))
level = var("level")


def _sum_to(end: Term) -> Term:
    return total(each, app("f", each), 1, end)


@cache
def _one_of_a_sum() -> Theorem:
    """f(k) <= f(1) + ... + f(n) for 1 <= k <= n, if no f(k) is negative; by induction on n."""
    signs = every(k, le(0, app("f", k)))
    known = assume(signs)

    def claim(end: Term) -> Term:
        return every(k, implies(le(1, k), le(k, end), le(app("f", k), _sum_to(end))))

    from_one, to_none = assume(le(1, k)), assume(le(k, 0))
    goal = le(app("f", k), _sum_to(num(0)))
    nothing = contradiction(to_none, linear(lt(0, k), from_one), goal)
    start = for_all(discharge(nothing, le(1, k), le(k, 0)), k)
    more = checker.last_of(_sum_to(n + 1), linear(le(1, n + 1), checker.natural(n)))
    goal = le(app("f", k), _sum_to(n + 1))

    def step(where: Theorem) -> Theorem:
        if where.conclusion == le(k, n):
            earlier = use(assume(claim(n)), k, from_one, where)
            return linear(goal, earlier, more, use(known, n + 1))
        after, within = next_integer(where), assume(le(k, n + 1))
        last = at_same(checker.antisymmetric(within, after), lambda x: app("f", x))
        before = summed(each, use(known, each), 1, n)
        return linear(goal, last, more, before)

    later = discharge(by_cases(le(k, n), step), le(1, k), le(k, n + 1))
    found = checker.induction(n, claim(n), start, for_all(later, k))
    return discharge(found, signs)


@lemma(
    at=(
        indicator(lt(level, app("g", k))),
        n,
        which,
        every(n, le(0, indicator(lt(level, app("g", n))))),
        le(1, which),
        le(which, n),
    ),
    shows=le(
        indicator(lt(level, app("g", which))), total(k, indicator(lt(level, app("g", k))), 1, n)
    ),
)
def one_of_a_sum(body: Term, end: Term, which: Term, *facts: Theorem) -> Theorem:
    """body(which) <= the sum over k from 1 to end of body; facts: the signs, 1 <= which <= end."""
    lemma = checker.interpret(_one_of_a_sum(), "f", (k,), body)
    signs, *ends = facts
    return use(lemma, signs, end, which, *ends)


@cache
def _counted() -> Theorem:
    """1 + ... + 1 with n terms is n, by induction."""

    def claim(end: Term) -> Term:
        return eq(total(each, num(1), 1, end), end)

    start = checker.empty(total(each, num(1), 1, 0), linear(lt(0, 1)))
    more = checker.last_of(total(each, num(1), 1, n + 1), linear(le(1, n + 1), checker.natural(n)))
    step = linear(claim(n + 1), more, assume(claim(n)))
    return checker.induction(n, claim(n), start, step)


@lemma(at=(balls,), shows=eq(total(n, 1, 1, balls), balls))
def counted(end: Term) -> Theorem:
    """1 + ... + 1 with `end` terms is `end`."""
    return use(_counted(), end)


@cache
def _sup_exceeds() -> Theorem:
    """1{level < sup f} <= the sum over k from 1 to n of 1{level < g(k)}, if f(y) <= g(part(y)).

    Were the sum below 1, no g(k) would exceed the level, and so no f(y).
    """
    f, part = app("f", y), app("part", y, sort=NATURAL)
    premises = (
        every(y, le(1, part)),
        every(y, le(part, n)),
        every(y, le(f, app("g", part))),
    )
    first, last, below = map(assume, premises)
    event = lt(level, bind("sup", y, f))
    parts = total(k, indicator(lt(level, app("g", k))), 1, n)
    goal = le(indicator(event), parts)
    signs = for_all(between(lt(level, app("g", k)))[0], k)
    inside = one_of_a_sum(
        indicator(lt(level, app("g", k))), n, part, signs, use(first, y), use(last, y)
    )

    def few(known: Theorem) -> Theorem:
        """No part exceeds the level, so f does not."""
        here, aim = lt(level, app("g", part)), le(f, level)

        def one(seen: Theorem) -> Theorem:
            if seen.conclusion != here:
                return linear(aim, use(below, y), seen)
            value = checker.indicator(seen, here)
            return contradiction(known, linear(le(1, parts), inside, value), aim)

        return checker.sup_is_least(y, by_cases(here, one))

    def split(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            return linear(goal, between(event)[1], known)
        least = summed(k, use(signs, k), 1, n)
        return linear(goal, checker.indicator(few(known), event), least)

    return discharge(by_cases(le(1, parts), split), *premises)


@lemma(
    at=(
        app("body", y),
        level_at,
        app("part", y, sort=NATURAL),
        total(i, app("row", k, at(S, i))) * a,
        n,
        every(y, le(1, app("part", y, sort=NATURAL))),
        every(y, le(app("part", y, sort=NATURAL), n)),
        every(
            y, le(app("body", y), total(i, app("row", app("part", y, sort=NATURAL), at(S, i))) * a)
        ),
    ),
    shows=le(
        indicator(lt(level_at, bind("sup", y, app("body", y)))),
        total(k, indicator(lt(level_at, total(i, app("row", k, at(S, i))) * a)), 1, n),
    ),
)
def sup_exceeds(
    body: Term, level_at: Term, part: Term, bound: Term, end: Term, *premises: Theorem
) -> Theorem:
    """1{level < sup over y of body} <= the sum over k to end of 1{level < bound}.

    `body` and `part` are terms in y, `bound` in k. Premises, for all y: 1 <= part, part <= end and
    body <= bound at its part.
    """
    lemma = checker.substitute(_sup_exceeds(), {level: level_at, n: end})
    lemma = checker.interpret(lemma, "part", (y,), part)
    lemma = checker.interpret(checker.interpret(lemma, "f", (y,), body), "g", (k,), bound)
    return use(lemma, *premises)
