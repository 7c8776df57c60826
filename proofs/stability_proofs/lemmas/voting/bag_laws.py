"""How likely an example, and two of them, are in a bag; with and without replacement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stability_proofs.kernel import checker, families
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.terms import Term, eq, le, lt, negation, num, replace, var
from stability_proofs.lemmas.probability.draws import independent, n, none, one_more, power, x
from stability_proofs.lemmas.voting.bag_counts import member, squared
from stability_proofs.semantics import bagging
from stability_proofs.semantics.bagging import in_bag, s
from stability_proofs.semantics.samples import i, j, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    by_cases,
    discharge,
    for_all,
    linear,
    one_over,
    sample_size_positive,
    turned,
    use,
)

DIFFER = negation(eq(i, j))
TWO = assume(le(2, m))
ONE_LEFT, TWO_LEFT = 1 - 1 / m, 1 - 2 / m


def missed(first: Term, second: Term) -> Term:
    """1 if the draw x is neither of two examples."""
    return (1 - indicator(eq(x, first))) * (1 - indicator(eq(x, second)))


def _mean_of_draw(body: Term, simple: Theorem, *picks: Theorem) -> Theorem:
    """E body over a draw, from body = a sum of indicators of draws."""
    size = sample_size_positive()
    each = checker.congruence(total(x, num(0)), x, simple)
    share = ((1 / m, fact) for fact in (families.uniform(x, body), each, *picks))
    left = ONE_LEFT if len(picks) == 1 else TWO_LEFT
    return linear(eq(E(x, body), left), *share, nonzero=[size])


def _one_missed() -> Theorem:
    """P(a draw is not i) = 1 - 1/m."""
    here, body = indicator(eq(x, i)), missed(i, i)

    def decide(known: Theorem) -> Theorem:
        value = checker.indicator(known, eq(x, i))
        return linear(eq(body, 1 - here), (here, value), value)

    return _mean_of_draw(body, by_cases(eq(x, i), decide), families.picked(x, num(1), i))


def _two_missed() -> Theorem:
    """P(a draw is neither i nor j) = 1 - 2/m, if these differ."""
    here, there, body = indicator(eq(x, i)), indicator(eq(x, j)), missed(i, j)

    def decide(known: Theorem) -> Theorem:
        value, goal = checker.indicator(known, eq(x, i)), eq(body, 1 - here - there)
        if known.conclusion.head != "=":
            return linear(goal, (there, value))
        hole = var("hole", "index")
        apart = checker.rewrite(turned(known), hole, negation(eq(hole, j)), assume(DIFFER))
        return linear(goal, (here, checker.indicator(apart, eq(x, j))))

    picks = (families.picked(x, num(1), place) for place in (i, j))
    return _mean_of_draw(body, by_cases(eq(x, i), decide), *picks)


def _probability(first: Term, second: Term, average: Theorem, subsample: Term) -> Theorem:
    """P(neither of two is in the bag) = the power of the probability that no draw is one."""
    law = use(assume(bagging.drawn_independently(subsample)), first, second)
    product = use(
        interpret(independent(), "factor", (x,), missed(first, second)),
        subsample,
        assume(bagging.all_averaged(subsample)),
    )
    value = at_same(average, lambda chance: power(chance, subsample))
    return linear(eq(law.conclusion.args[0], value.conclusion.args[1]), law, product, value)


def _for_all_n(claim: Term, start: Theorem, step: Theorem) -> Theorem:
    return checker.induction(n, claim, start, step)


def _left_positive() -> Theorem:
    """0 < 1 - 1/m, from 2 <= m."""
    size = sample_size_positive()
    one = linear(lt(0, m - 1), TWO)
    return linear(lt(0, ONE_LEFT), (one, one_over(size)), nonzero=[size])


@cache
def _power_positive() -> Theorem:
    """For every n, 0 < (1 - 1/m)^n."""
    claim = lt(0, power(ONE_LEFT))
    start = linear(replace(claim, {n: num(0)}), none(ONE_LEFT))
    more = one_more(ONE_LEFT)
    step = linear(replace(claim, {n: n + 1}), more, (assume(claim), _left_positive()))
    return _for_all_n(claim, start, step)


@cache
def _power_below(subsample: Term) -> Theorem:
    """(1 - 1/m)^n < 1, from 1 <= n: it is (1 - 1/m)^(n - 1) (1 - 1/m)."""
    claim, left = le(power(ONE_LEFT), 1), _left_positive()
    high = linear(lt(ONE_LEFT, 1), one_over(sample_size_positive()))
    start = linear(replace(claim, {n: num(0)}), none(ONE_LEFT))
    more = one_more(ONE_LEFT)
    step = linear(replace(claim, {n: n + 1}), more, (assume(claim), left), high)
    some = assume(le(1, subsample))
    before = checker.specialise(
        _for_all_n(claim, start, step), subsample - 1, linear(le(0, subsample - 1), some)
    )
    whole = power(ONE_LEFT, subsample)
    last = checker.last_of(whole, some)
    return linear(lt(whole, 1), last, (before, left), high)


@cache
def _covariance_sign() -> Theorem:
    """For every n, (1 - 2/m)^n <= ((1 - 1/m)^n)^2."""
    once, twice, size = power(ONE_LEFT), power(TWO_LEFT), sample_size_positive()
    claim = le(twice, once * once)
    start = linear(
        replace(claim, {n: num(0)}),
        none(TWO_LEFT),
        none(ONE_LEFT),
        (power(ONE_LEFT, num(0)), none(ONE_LEFT)),
    )
    rest = linear(le(0, m - 2), TWO)
    nonnegative = linear(le(0, TWO_LEFT), (rest, one_over(size)), nonzero=[size])
    smaller = linear(le(TWO_LEFT, ONE_LEFT**2), Square(1 / m))
    squares = linear(le(0, once * once), Square(once))
    more, longer = one_more(ONE_LEFT), power(ONE_LEFT, n + 1)
    step = linear(
        replace(claim, {n: n + 1}),
        one_more(TWO_LEFT),
        (longer, more),
        (once * ONE_LEFT, more),
        (assume(claim), nonnegative),
        (squares, smaller),
    )
    return _for_all_n(claim, start, step)


@lemma(shows=every(n, eq(power(ONE_LEFT, 2 * n), power(ONE_LEFT, n) * power(ONE_LEFT, n))))
def doubled() -> Theorem:
    """For every n, (1 - 1/m)^(2 n) = ((1 - 1/m)^n)^2."""
    once, double = power(ONE_LEFT), lambda k: power(ONE_LEFT, 2 * k)
    claim = eq(double(n), once * once)
    zero, more = none(ONE_LEFT), one_more(ONE_LEFT)
    start = linear(replace(claim, {n: num(0)}), zero, (power(ONE_LEFT, num(0)), zero))
    following = 2 * (n + 1)
    ends = [linear(le(1, following - k), checker.natural(n)) for k in (0, 1)]
    last = checker.last_of(power(ONE_LEFT, following), ends[0])
    before = checker.last_of(power(ONE_LEFT, following - 1), ends[1])
    step = linear(
        replace(claim, {n: n + 1}),
        last,
        (ONE_LEFT, before),
        (ONE_LEFT**2, assume(claim)),
        (power(ONE_LEFT, n + 1), more),
        (once * ONE_LEFT, more),
    )
    return _for_all_n(claim, start, step)


@dataclass(frozen=True)
class Law:
    """That all examples are in a bag with probability P, and two of them with P^2 - Q.

    `facts`: the two equations of `bag_counts`, 0 <= Q, 0 < P and P < 1.
    """

    P: Term
    Q: Term
    facts: tuple[Theorem, ...]


def with_replacement(subsample: Term) -> Law:
    """P = 1 - r and Q = r^2 - (1 - 2/m)^n, with r = (1 - 1/m)^n and n draws."""
    r, r_2 = power(ONE_LEFT, subsample), power(TWO_LEFT, subsample)
    first = averaged(s, equation=squared(in_bag(s, i)))
    never = _probability(i, i, _one_missed(), subsample)
    single = linear(eq(E(s, member(i)), 1 - r), never, first)
    neither = _probability(i, j, _two_missed(), subsample)
    chance = 1 - 2 * r + r_2
    both = linear(
        eq(E(s, member(i) * member(j)), chance), neither, single, substitute(single, {i: j})
    )
    positive = linear(lt(0, 1 - r), _power_below(subsample))
    room = linear(lt(1 - r, 1), use(_power_positive(), subsample))
    sign = linear(le(0, r * r - r_2), use(_covariance_sign(), subsample))
    return _law(1 - r, r * r - r_2, single, both, sign, positive, room)


def _law(P: Term, Q: Term, single: Theorem, both: Theorem, sign: Theorem, *ends: Theorem) -> Law:
    product = both.conclusion.args[0]
    same = linear(eq(product, P * P - Q), both)
    pairs = for_all(discharge(same, DIFFER), i, j)
    return Law(P, Q, (for_all(single, i), pairs, sign, *ends))


def subsets(subsample: Term) -> Law:
    """P = n/m and Q = P (1 - P)/(m - 1), for bags of n distinct examples, n < m."""
    size, P = sample_size_positive(), subsample / m
    Q = P * (1 - P) / (m - 1)
    known = assume(bagging.subsets(subsample)[0])
    members = linear(
        eq(total(i, member(i)), subsample),
        use(assume(bagging.bags()[0]), s),
        use(known, s),
    )
    single = _share_of_one(subsample, members, use(known, s))
    both = _share_of_two(subsample, members, single)
    others = linear(lt(0, m - 1), TWO)
    product = linear(eq(both.conclusion.args[0], P * P - Q), both, nonzero=[size, others])
    share, some = one_over(size), assume(le(1, subsample))
    fewer = linear(le(subsample, m - 1), assume(le(subsample, m - 1)))
    positive = linear(lt(0, P), (linear(lt(0, subsample), some), share))
    room = linear(lt(P, 1), (linear(lt(0, m - subsample), fewer), share), nonzero=[size])
    sign = linear(le(0, Q), (positive, linear(lt(0, 1 - P), room), one_over(others)))
    pairs = for_all(discharge(product, DIFFER), i, j)
    return Law(P, Q, (for_all(single, i), pairs, sign, positive, room))


def _share_of_one(subsample: Term, members: Theorem, known: Theorem) -> Theorem:
    """P(i is in the bag) = n/m: the same for all, and n on average over all."""
    always = checker.indicator(known, known.conclusion)

    def held(place: Term) -> Theorem:
        """P(in the bag, n distinct) = P(in the bag)."""
        here = member(place)
        goal = eq(here * always.conclusion.args[0], here)
        return averaged(s, equation=linear(goal, (here, always)))

    alike = use(assume(bagging.bags()[1]), i, j, subsample)
    equal = linear(eq(E(s, member(j)), E(s, member(i))), alike, held(i), held(j))
    rows = checker.congruence(total(j, num(0)), j, equal)
    outside = checker.exchange(E(s, total(j, member(j))))
    facts = ((1 / m, fact) for fact in (rows, outside, averaged(s, equation=members)))
    goal = eq(E(s, member(i)), subsample / m)
    return linear(goal, *facts, nonzero=[sample_size_positive()])


def _share_of_two(subsample: Term, members: Theorem, single: Theorem) -> Theorem:
    """P(i and j are in the bag) = n (n - 1)/(m (m - 1)): the same for all pairs that differ."""
    first, second = var("first", "index"), var("second", "index")
    chance, of_pair = E(s, member(i) * member(j)), member(first) * member(second)
    same, more = indicator(eq(first, second)), subsample / m - E(s, member(i) * member(j))
    alike = use(assume(bagging.pairs_alike()), i, j, first, second, assume(DIFFER))

    def decide(known: Theorem) -> Theorem:
        goal = eq(E(s, of_pair), chance + same * more)
        value = checker.indicator(known, eq(first, second))
        if known.conclusion.head != "=":
            return linear(goal, checker.apply(alike, known), (more, value))
        own = at_same(known, lambda place: E(s, member(first) * member(place)))
        squares = averaged(s, equation=squared(in_bag(s, first)))
        return linear(goal, own, squares, substitute(single, {i: first}), (more, value))

    row = checker.congruence(total(second, num(0)), second, by_cases(eq(first, second), decide))
    picks = checker.congruence(total(first, num(0)), first, families.picked(second, num(1), first))
    rows = checker.congruence(total(first, num(0)), first, row)
    inside = checker.exchange(E(s, total(second, of_pair)))
    insides = checker.congruence(total(first, num(0)), first, inside)
    outside = checker.exchange(E(s, total(first, total(second, of_pair))))
    whole = total(i, member(i))
    square = averaged(
        s, equation=linear(eq(whole**2, subsample**2), (whole, members), (subsample, members))
    )
    size, others = sample_size_positive(), linear(lt(0, m - 1), TWO)
    share = 1 / m / (m - 1)
    return linear(
        eq(chance, subsample * (subsample - 1) * share),
        *((share, fact) for fact in (rows, insides, outside, square)),
        (share * more, picks),
        nonzero=[size, others],
    )
