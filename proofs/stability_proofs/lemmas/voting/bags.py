"""Bags that do not tell examples apart, and averages of base predictions over them."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, swap
from stability_proofs.kernel.notation import E, absolute, average, every, indicator, size, total
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    app,
    at,
    eq,
    le,
    lt,
    negation,
    num,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.absolutes import mean_absolute
from stability_proofs.semantics import bagging
from stability_proofs.semantics.bagging import DRAW, count, distinct, in_bag, s
from stability_proofs.semantics.randomised import r
from stability_proofs.semantics.samples import i, j, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    averaged,
    below_absolute,
    by_cases,
    chain,
    cut,
    linear,
    mean,
    one_over,
    restated,
    sample_size_positive,
    summed,
    use,
)

subsample = var("subsample", NATURAL)
a = var("a")

q = var("q", NATURAL)
SIZE, ALIKE = map(assume, bagging.bags())


def _listed() -> Theorem:
    """For every q the sum over c = 1, ..., q of 1{d = c}/c is 1{d <= q}/d, from 1 <= d."""
    d, some = distinct(s), assume(le(1, distinct(s)))
    term = indicator(eq(d, count)) / count
    listed = lambda top: total(count, term, 1, top)  # noqa: E731
    claim = eq(listed(q), indicator(le(d, q)) / d)
    none = checker.empty(listed(num(0)), linear(lt(0, 1)))
    never = checker.indicator(linear(lt(0, d), some), le(d, 0))
    start = linear(replace(claim, {q: num(0)}), none, (1 / d, never))
    last = checker.last_of(listed(q + 1), linear(le(1, q + 1), checker.natural(q)))
    top, here, below = le(d, q + 1), eq(d, q + 1), le(d, q)
    goal = eq(indicator(top) / d, indicator(below) / d + indicator(here) / (q + 1))

    def up_to_q(known: Theorem) -> Theorem:
        if known.conclusion.head == "<":
            return by_cases(top, lambda k: above_q(k, known))
        inside = linear(lt(d, q + 1), known)
        marks = _mark(known, below), _mark(linear(top, known), top), _mark(_unequal(inside), here)
        return _weighed(goal, marks, d)

    def above_q(known: Theorem, more: Theorem) -> Theorem:
        if known.conclusion.head == "<":
            far = linear(lt(q + 1, d), known)
            marks = _mark(more, below), _mark(known, top), _mark(_unequal(far), here)
            return _weighed(goal, marks, d)
        same = checker.antisymmetric(known, checker.next_integer(more))
        marks = _mark(more, below), _mark(known, top), _mark(same, here)
        return _weighed(goal, marks, d, at_same(same, lambda x: 1 / x))

    following = linear(replace(claim, {q: q + 1}), last, assume(claim), by_cases(below, up_to_q))
    return checker.induction(q, claim, start, following)


_mark = checker.indicator


def _unequal(apart: Theorem) -> Theorem:
    """Not a = b, from a < b or b < a, for whichever of them d is."""
    a, b = apart.conclusion.args
    d, other = (a, b) if a.head == "distinct" else (b, a)
    event = eq(d, other)

    def decide(known: Theorem) -> Theorem:
        if known.conclusion != event:
            return known
        return checker.contradiction(apart, linear(le(b, a), known), negation(event))

    return by_cases(event, decide)


def _weighed(goal: Term, marks: tuple[Theorem, ...], d: Term, *facts: Theorem) -> Theorem:
    """The goal from the values of its three indicators."""
    below, top, here = marks
    return linear(goal, (1 / d, below), (1 / d, top), (1 / (q + 1), here), *facts)


def member(place: Term) -> Term:
    """1 if the example at a place is in the bag s."""
    return indicator(in_bag(s, place))


@lemma(
    at=(subsample,),
    given=(
        SIZE.conclusion,
        ALIKE.conclusion,
        every(s, le(distinct(s), subsample)),
        every(s, le(1, distinct(s))),
    ),
    shows=eq(E(s, member(i) / distinct(s)), 1 / m),
)
@cache
def equal_shares(most: Term) -> Theorem:
    """E 1{i is in the bag}/(its distinct examples) = 1/m, for bags of 1 to `most` distinct ones.

    That is a sum over the numbers of distinct examples, each the same for all i; over all i the
    shares of a bag sum to 1. Hypotheses: the bounds, for all bags.
    """
    d = distinct(s)
    low, high = assume(every(s, le(1, d))), assume(every(s, le(d, most)))
    positive = linear(lt(0, d), use(low, s))
    listed = cut(use(_listed(), most), use(low, s))
    whole = checker.indicator(use(high, s), le(d, most))

    def spread(place: Term) -> Theorem:
        """E share = the sum over c of P(in the bag, c distinct)/c."""
        terms = total(count, member(place) * indicator(eq(d, count)) / count, 1, most)
        goal = eq(member(place) / d, terms)
        split = linear(goal, (member(place), listed), (member(place) / d, whole))
        outside = checker.exchange(E(s, terms))
        return chain(averaged(s, equation=split), outside)

    same = at_same(use(ALIKE, i, j, count), lambda chance: chance / count)
    sums = checker.congruence(total(count, num(0), 1, most), count, same)
    shares = [E(s, member(place) / d) for place in (i, j)]
    alike = linear(eq(*shares), spread(i), spread(j), sums)
    rows = checker.congruence(total(j, num(0)), j, alike)
    counted = (1 / d, use(SIZE, s))
    one = averaged(s, equation=linear(eq(total(j, member(j)) / d, 1), counted, nonzero=[positive]))
    outside = checker.exchange(E(s, total(j, member(j) / d)))
    facts = ((1 / m, fact) for fact in (rows, outside, one))
    return linear(eq(shares[0], 1 / m), *facts, nonzero=[sample_size_positive()])


@lemma(
    at=(app("f", s), DRAW),
    shows=eq(E(r, bagging.over_all_bags(app("f", at(r, DRAW)))), E(r, E(s, app("f", s)))),
)
def of_one_bag(f: Term, draw: Term) -> Theorem:
    """E over the seeds of f(r_draw) = E over a bag of f(s); f is a term in s."""
    moved = swap(r, draw, s, replace(f, {s: at(r, draw)}))
    read = at_same(family("at-put", r, draw, s), lambda bag: replace(f, {s: bag}))
    return chain(moved, averaged(r, s, equation=read))


@lemma(
    at=(
        app("first", s),
        app("second", s),
        le(E(s, absolute(app("first", s) - app("second", s))), a),
    ),
    shows=(
        le(
            E(
                r,
                absolute(
                    average(DRAW, app("first", at(r, DRAW)))
                    - average(DRAW, app("second", at(r, DRAW)))
                ),
            ),
            a,
        ),
        le(absolute(E(s, app("first", s)) - E(s, app("second", s))), a),
    ),
)
def averages_apart(first: Term, second: Term, moved: Theorem) -> tuple[Theorem, Theorem]:
    """How far apart two averages of base predictions are: over the bags of r on average, and over
    all bags. Both are terms in s; `moved`: E |first - second| <= a bound."""
    change = absolute(first - second)
    draws = linear(lt(0, size("draw")), checker.at_least_one("draw"))
    here = at(r, DRAW)
    at_draw = [replace(x, {s: here}) for x in (first, second)]
    up, down = (below_absolute(at_draw[0] - at_draw[1], sign) for sign in (1, -1))
    whole = [bagging.over_bags(x) for x in (first, second)]
    of_draws = total(DRAW, replace(change, {s: here})) / size("draw")
    inside = absolute_below(
        *(
            linear(
                le(sign * (whole[0] - whole[1]), of_draws), (summed(DRAW, fact), one_over(draws))
            )
            for sign, fact in ((1, up), (-1, down))
        )
    )
    law = checker.congruence(total(DRAW, num(0)), DRAW, of_one_bag(change, DRAW))
    outside = checker.exchange(E(r, total(DRAW, replace(change, {s: here}))))
    bound = moved.conclusion.args[1]
    over_draws = linear(
        le(E(r, absolute(whole[0] - whole[1])), bound),
        mean(r, inside),
        (1 / size("draw"), outside),
        (1 / size("draw"), law),
        moved,
        nonzero=[draws],
    )
    everything = restated(
        mean_absolute(s, first - second), le(absolute(E(s, first) - E(s, second)), E(s, change))
    )
    return over_draws, chain(everything, moved)
