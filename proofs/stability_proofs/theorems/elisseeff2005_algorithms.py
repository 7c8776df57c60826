"""Elisseeff, Evgeniou and Pontil (2005): how stable nearest neighbours and bagging are."""

from __future__ import annotations

from stability.conventions import Convention
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import E, absolute, size
from stability_proofs.kernel.terms import Term, at, le, lt, put, replace
from stability_proofs.lemmas.analysis.absolutes import mean_absolute
from stability_proofs.lemmas.probability.replaced_sums import sum_with_another
from stability_proofs.lemmas.voting.bags import averages_apart, equal_shares, member
from stability_proofs.lemmas.voting.neighbour_chance import neighbour_with_chance
from stability_proofs.lemmas.voting.neighbours import changed_loss
from stability_proofs.semantics import bagging
from stability_proofs.semantics.bagging import (
    distinct,
    dropped,
    in_bag,
    predicted,
    s,
    stand_in,
    swapped,
)
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.minimisers import fee
from stability_proofs.semantics.randomised import d, r, x
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, m, z
from stability_proofs.semantics.training import k
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    by_cases,
    chain,
    cut,
    equal,
    for_all,
    linear,
    mean,
    one_over,
    restated,
    sides,
    turned,
    use,
)

L, base, subsample, width = map(symbol_term, ("L", "base", "subsample", "prediction_range"))


def nearest_neighbours(claim: Claim) -> Derived:
    """The loss moves only if the deleted example is a neighbour: every one is with the same
    probability, and on average k of them are."""
    moved = mean(S, mean(z, changed_loss()))
    whole = chain(moved, neighbour_with_chance())
    return Derived((for_all(substitute(whole, {i: k}), k),))


def subbagging(claim: Claim) -> Derived:
    """Bags hold `subsample` distinct examples; in fresh ones a stand-in is added as well."""
    known = assume(bagging.subsets(subsample)[0])
    low = for_all(linear(le(1, distinct(s)), use(known, s), assume(le(1, subsample))), s)
    high = for_all(linear(le(distinct(s), subsample), use(known, s)), s)
    moved = _swapped() if claim.convention is Convention.RETRAIN else _dropped()
    return _bagged(moved, low, high)


def with_replacement(claim: Claim) -> Derived:
    """Bags hold 1 to `subsample` distinct examples, and the more, the less one of them counts."""
    return _bagged(_dropped(), *map(assume, bagging.with_replacement(subsample)))


BEFORE, DROPPED = predicted(S, s, z), dropped(S, s, k, z)
SWAPPED = predicted(S, swapped(s, k), z)
STEP = base * subsample / distinct(s)
"""How far a base prediction moves when one of the distinct examples in its bag is dropped."""


def _dropped() -> Theorem:
    """|prediction - that with k dropped| <= STEP if k is in the bag, and 0 else."""
    goal = le(absolute(BEFORE - DROPPED), STEP * member(k))
    stable, kept = (
        assume(f[0]) for f in (bagging.base_stability(base, subsample), bagging.dropping())
    )

    def decide(known: Theorem) -> Theorem:
        mark = (STEP, checker.indicator(known, in_bag(s, k)))
        if known.conclusion == in_bag(s, k):
            return linear(goal, use(stable, S, s, k, z, known), mark)
        same = use(kept, S, s, k, z, known)
        up = linear(le(BEFORE - DROPPED, STEP * member(k)), same, mark)
        return absolute_below(up, linear(le(DROPPED - BEFORE, STEP * member(k)), same, mark))

    return by_cases(in_bag(s, k), decide)


def _swapped() -> Theorem:
    """|prediction - that with a stand-in for k| <= 2 STEP if k is in the bag, and 0 else."""
    most = 2 * STEP * member(k)
    goals = le(BEFORE - SWAPPED, most), le(SWAPPED - BEFORE, most)
    counts, added, shared, kept = map(assume, bagging.subsets(subsample))
    stable = assume(bagging.base_stability(base, subsample)[0])
    other, extra = swapped(s, k), stand_in(s, k)
    same_count = chain(use(counts, other), turned(use(counts, s)))

    def decide(known: Theorem) -> Theorem:
        mark = (2 * STEP, checker.indicator(known, in_bag(s, k)))
        if known.conclusion != in_bag(s, k):
            same = use(kept, S, s, k, z, known)
            return absolute_below(*(linear(goal, same, mark) for goal in goals))
        new = use(stable, S, other, extra, z, use(added, s, k, known))
        step = (base * subsample, at_same(same_count, lambda count: 1 / count))
        ways = (*sides(use(stable, S, s, k, z, known)), *sides(new))
        between = use(shared, S, s, k, z, known)
        return absolute_below(*(linear(goal, *ways, between, step, mark) for goal in goals))

    return by_cases(in_bag(s, k), decide)


def _bagged(moved: Theorem, low: Theorem, high: Theorem) -> Derived:
    """From the move of one base prediction to beta, and what one bag does to rho.

    Bags hold between 1 and `subsample` distinct examples, and every example is in as many.
    """
    difference = moved.conclusion.args[0].args[0]
    before, after = BEFORE, DROPPED if difference == BEFORE - DROPPED else SWAPPED
    factor = 1 if after == DROPPED else 2
    shares = cut(substitute(equal_shares(subsample), {i: k}), low, high)
    scale = factor * base * subsample
    average = linear(le(E(s, absolute(difference)), scale / m), mean(s, moved), (scale, shares))
    over_draws, over_all = averages_apart(before, after, average)
    predictions = [bagging.over_bags(of) for of in (before, after)]
    losses = [fee(of, z) for of in predictions]
    beta = L * scale / m
    positive = linear(le(0, L), assume(lt(0, L)))
    pathwise = mean(r, _loss_moves(*predictions))
    drawn = linear(
        le(absolute(E(r, losses[0]) - E(r, losses[1])), beta),
        _mean_change(losses),
        pathwise,
        (positive, over_draws),
    )
    whole = [bagging.over_all_bags(of) for of in (before, after)]
    everything = linear(
        le(absolute(fee(whole[0], z) - fee(whole[1], z)), beta),
        _loss_moves(*whole),
        (positive, over_all),
    )
    return Derived(
        (
            for_all(drawn, S, k, z),
            for_all(everything, S, k, z),
            for_all(_influence(before), S, r, d, x, z),
            for_all(_influence(after), S, r, k, d, x, z),
            equal(size("draw"), size("draw")),
        )
    )


def _mean_change(losses: list[Term]) -> Theorem:
    """|E_r a - E_r b| <= E_r |a - b|."""
    first, second = losses
    whole = mean_absolute(r, first - second)
    return restated(whole, le(absolute(E(r, first) - E(r, second)), whole.conclusion.args[1]))


def _loss_moves(first: Term, second: Term) -> Theorem:
    """|loss of first - loss of second| <= L |first - second|."""
    return use(assume(bagging.lipschitz(L)[0]), first, second, z)


def _influence(of: Term) -> Theorem:
    """Another bag in one draw moves the average by at most prediction_range/draws."""
    f = lambda bag: replace(of, {s: bag})  # noqa: E731
    draws = linear(lt(0, size("draw")), checker.at_least_one("draw"))
    moved = sum_with_another(f, r, d, x)
    ends = bagging.in_an_interval(width)
    if of.head == "dropped":
        apart = use(assume(ends[1]), S, at(r, d), x, k, z)
    else:
        apart = use(assume(ends[0]), S, *(f(bag).args[1] for bag in (at(r, d), x)), z)
    first, second = (bagging.over_bags(of, seeds) for seeds in (r, put(r, d, x)))
    up, down = sides(apart)
    most = width / size("draw")
    near = absolute_below(
        linear(le(first - second, most), (up, one_over(draws)), (1 / size("draw"), moved)),
        linear(le(second - first, most), (down, one_over(draws)), (1 / size("draw"), moved)),
    )
    loss = _loss_moves(first, second)
    goal = le(loss.conclusion.args[0], L * most)
    return linear(goal, loss, (assume(lt(0, L)), near))
