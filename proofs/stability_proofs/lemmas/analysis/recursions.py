"""Recursions over steps, solved as sums.

From step s on, `distance(n)` is at most rate(n) distance(n - 1) + added(n), and distance(s) <= 0;
for all steps, or for those up to a last one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import every, total
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    app,
    bind,
    eq,
    implies,
    le,
    lt,
    num,
    replace,
    var,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import by_cases, cut, discharge, for_all, linear, use

same = var("same")
T = var("T", NATURAL)

n, s, t, tau, top = (var(name, NATURAL) for name in ("n", "s", "t", "tau", "top"))
HERE, AFTER = s + n, s + n + 1

Sequence = Callable[[Term], Term]
"""A number for every step."""


def _named(head: str) -> Sequence:
    return lambda step: app(head, step)


distance, rate, added = map(_named, ("distance", "rate", "added"))
GROWN = le(distance(AFTER), rate(AFTER) * distance(HERE) + added(AFTER))
ADDED = le(distance(AFTER), distance(HERE) + added(AFTER))
GROWS, ADDS = every(n, GROWN), every(n, ADDED)
GROWS_UNTIL, ADDS_UNTIL = (every(n, implies(le(AFTER, top), of)) for of in (GROWN, ADDED))
RATES = every(n, le(0, rate(AFTER)))
STARTS = le(distance(s), 0)


def product_after(rates: Sequence, step: Term, last: Term) -> Term:
    """The product of the rates of the steps after one, up to the last."""
    return bind("prod", tau, rates(tau), step + 1, last)


@lemma(
    at=(rate, s, HERE, le(s, HERE)),
    shows=eq(product_after(rate, s, HERE + 1), product_after(rate, s, HERE) * rate(HERE + 1)),
)
def one_more(rates: Sequence, step: Term, last: Term, within: Theorem) -> Theorem:
    """The product up to last + 1 is that up to the last, times a rate, from step <= last."""
    longer = product_after(rates, step, last + 1)
    return checker.last_of(longer, linear(le(step + 1, last + 1), within))


@cache
def _product_nonnegative() -> Theorem:
    """0 <= the product of the rates from s + 1 to n."""
    product = bind("prod", tau, rate(tau), s + 1, n)
    claim = le(0, product)
    known = assume(every(n, le(0, rate(n + 1))))
    none = checker.empty(replace(product, {n: num(0)}), linear(lt(0, s + 1), checker.natural(s)))
    start = linear(replace(claim, {n: num(0)}), none)
    goal, longer = replace(claim, {n: n + 1}), replace(product, {n: n + 1})

    def step(ends: Theorem) -> Theorem:
        if ends.conclusion.head == "<":
            return linear(goal, checker.empty(longer, ends))
        return linear(goal, (assume(claim), use(known, n)), checker.last_of(longer, ends))

    return checker.induction(n, claim, start, by_cases(lt(n + 1, s + 1), step))


@lemma(at=(rate, s, every(n, le(0, rate(n + 1)))), shows=every(n, le(0, product_after(rate, s, n))))
def product_nonnegative(rates: Sequence, low: Term, known: Theorem) -> Theorem:
    """For all n, 0 <= the product from low + 1 to n, from 0 <= rate(n + 1) for all n."""
    lemma = interpret(_product_nonnegative(), "rate", (n,), rates(n))
    return cut(substitute(lemma, {s: low}), known)


def contracted(rates: Sequence, terms: Sequence, low: Term, high: Term) -> Term:
    """The sum over steps of a term times the rates after it."""
    return total(t, terms(t) * product_after(rates, t, high), low, high)


@lemma(
    at=(rate, added, s, n, le(s, n + 1)),
    shows=eq(
        contracted(rate, added, s, n + 1),
        rate(n + 1) * contracted(rate, added, s, n) + added(n + 1),
    ),
)
def contracted_next(
    rates: Sequence, terms: Sequence, low: Term, high: Term, ends: Theorem
) -> Theorem:
    """That sum up to high + 1 is rate times that up to high, plus a term, from low <= high + 1."""
    after = high + 1
    body = lambda last: terms(t) * product_after(rates, t, last)  # noqa: E731
    longer = one_more(rates, t, high, assume(le(t, high)))
    scaled = linear(eq(body(after), rates(after) * body(high)), (terms(t), longer))
    sums = checker.congruence(total(t, num(0), low, high), t, scaled)
    split = checker.last_of(total(t, body(after), low, after), ends)
    one = checker.empty(product_after(rates, after, after), linear(lt(after, after + 1)))
    goal = eq(
        contracted(rates, terms, low, after),
        rates(after) * contracted(rates, terms, low, high) + terms(after),
    )
    return linear(goal, split, sums, (terms(after), one))


@cache
def _solved() -> Theorem:
    """distance(s + n) <= the sum of added(t) times the rates after t, for s + n <= top."""
    low = s + 1
    bound = le(distance(HERE), contracted(rate, added, low, HERE))
    nothing = checker.empty(contracted(rate, added, low, s), linear(lt(s, low)))
    start = linear(replace(bound, {n: num(0)}), assume(STARTS), nothing)
    ends = linear(le(low, HERE + 1), checker.natural(n))

    def step(known: Theorem, within: Theorem) -> Theorem:
        return linear(
            replace(bound, {n: n + 1}),
            use(assume(GROWS_UNTIL), n, within),
            (known, use(assume(RATES), n)),
            contracted_next(rate, added, low, HERE, ends),
        )

    return _until(bound, start, step)


def _until(bound: Term, start: Theorem, step: Callable[[Theorem, Theorem], Theorem]) -> Theorem:
    """The bound at every n with s + n <= top, from that at 0 and a step to s + n + 1 <= top."""
    claim, within = implies(le(HERE, top), bound), assume(le(AFTER, top))
    known = use(assume(claim), linear(le(HERE, top), within))
    following = discharge(step(known, within), within.conclusion)
    return checker.induction(n, claim, discharge(start, le(s, top)), following)


def _always(until: Theorem, steps: Term) -> Theorem:
    """What holds up to every last step holds for all n, from the same of `steps`."""
    within = discharge(use(assume(steps), n), le(AFTER, top))
    lemma = substitute(cut(until, for_all(within, n)), {top: HERE})
    return for_all(use(lemma, n, linear(le(HERE, HERE))), n)


@cache
def _added_up() -> Theorem:
    """The same without rates: distance(s + n) <= the sum of added(t)."""
    low = s + 1
    bound = le(distance(HERE), total(t, added(t), low, HERE))
    nothing = checker.empty(total(t, added(t), low, s), linear(lt(s, low)))
    start = linear(replace(bound, {n: num(0)}), assume(STARTS), nothing)
    ends = linear(le(low, AFTER), checker.natural(n))
    split = checker.last_of(total(t, added(t), low, AFTER), ends)

    def step(known: Theorem, within: Theorem) -> Theorem:
        goal = replace(bound, {n: n + 1})
        return linear(goal, use(assume(ADDS_UNTIL), n, within), known, split)

    return _until(bound, start, step)


def _at(lemma: Theorem, values: Mapping[Term, Term], **meanings: Sequence) -> Theorem:
    for head, meaning in meanings.items():
        lemma = interpret(lemma, head, (n,), meaning(n))
    return substitute(lemma, values)


@lemma(
    at=(s, distance, rate, added, GROWS, RATES, STARTS),
    shows=every(n, le(distance(HERE), contracted(rate, added, s + 1, HERE))),
)
def solved(
    start: Term,
    far: Sequence,
    rates: Sequence,
    terms: Sequence,
    *facts: Theorem,
) -> Theorem:
    """For all n, far(start + n) <= the sum of terms(t) times the rates after t.

    `facts`: for all n, what a step does and that rates are not negative; far(start) <= 0.
    """
    lemma = _at(_always(_solved(), GROWS), {s: start}, distance=far, rate=rates, added=terms)
    return cut(lemma, *facts)


@lemma(
    at=(s, top, distance, rate, added, GROWS_UNTIL, RATES, STARTS),
    shows=every(
        n, implies(le(HERE, top), le(distance(HERE), contracted(rate, added, s + 1, HERE)))
    ),
)
def solved_until(
    start: Term,
    last: Term,
    far: Sequence,
    rates: Sequence,
    terms: Sequence,
    *facts: Theorem,
) -> Theorem:
    """The same for all n with start + n <= last, if only steps up to the last are known."""
    values = {s: start, top: last}
    return cut(_at(_solved(), values, distance=far, rate=rates, added=terms), *facts)


@lemma(
    at=(s, distance, added, ADDS, STARTS),
    shows=every(n, le(distance(HERE), total(t, added(t), s + 1, HERE))),
)
def added_up(start: Term, far: Sequence, terms: Sequence, *facts: Theorem) -> Theorem:
    """For all n, far(start + n) <= the sum of terms(t).

    `facts`: for all n, what a step does; far(start) <= 0.
    """
    lemma = _always(_added_up(), ADDS)
    return cut(_at(lemma, {s: start}, distance=far, added=terms), *facts)


@lemma(
    at=(s, top, distance, added, ADDS_UNTIL, STARTS),
    shows=every(n, implies(le(HERE, top), le(distance(HERE), total(t, added(t), s + 1, HERE)))),
)
def added_up_until(
    start: Term, last: Term, far: Sequence, terms: Sequence, *facts: Theorem
) -> Theorem:
    """The same for all n with start + n <= last, if only steps up to the last are known."""
    return cut(_at(_added_up(), {s: start, top: last}, distance=far, added=terms), *facts)


@cache
def _shifted() -> Theorem:
    """The product of n equal rates after step s is that of the first n."""
    same = var("same")
    product = product_after(lambda step: same, s, HERE)
    first = bind("prod", tau, same, 1, n)
    claim = eq(product, first)
    none = checker.empty(product_after(lambda step: same, s, s), linear(lt(s, s + 1)))
    nothing = checker.empty(replace(first, {n: num(0)}), linear(lt(0, 1)))
    start = linear(replace(claim, {n: num(0)}), none, nothing)
    longer = one_more(lambda step: same, s, HERE, linear(le(s, HERE), checker.natural(n)))
    last = checker.last_of(replace(first, {n: n + 1}), linear(le(1, n + 1), checker.natural(n)))
    step = linear(replace(claim, {n: n + 1}), longer, last, (same, assume(claim)))
    return checker.induction(n, claim, start, step)


@lemma(
    at=(same, t, T, le(t, T)),
    shows=eq(bind("prod", n, same, t + 1, t + (T - t)), bind("prod", n, same, 1, T - t)),
)
def shifted_product(same: Term, step: Term, last: Term, within: Theorem) -> Theorem:
    """The product of a rate over the steps after one is that over as many first ones.

    `within`: step <= last; no rate is another.
    """
    lemma = substitute(_shifted(), {s: step, var("same"): same})
    left = linear(le(0, last - step), within)
    return checker.specialise(lemma, last - step, left)
