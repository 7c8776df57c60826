"""Burn-in: the example is met in the first steps, or the two runs agree until then.

In batches of `size` examples: the shares of the example at k in the first steps sum to 1/size at
least, or the runs are nowhere apart after those. In the first case a loss changes by its range at
most, in the second by what the later steps do; both bounds are added, for every order.
"""

from __future__ import annotations

from proofs import checker
from proofs.checker import Theorem, assume
from proofs.lemmas.batch_slopes import steep
from proofs.lemmas.batch_steps import gamma, same_batch
from proofs.lemmas.recursions import (
    HERE,
    Sequence,
    n,
    product_after,
    product_nonnegative,
    s,
    solved,
    t,
)
from proofs.lemmas.run_losses import (
    averaged,
    loss_change,
    mean_shares,
    share,
    start_together,
    step_positive_at,
)
from proofs.lemmas.sums import ones
from proofs.lemmas.two_runs import Other, further
from proofs.meaning import algorithms, batches, training
from proofs.meaning.algorithms import LAST
from proofs.meaning.samples import S, z
from proofs.meaning.training import k, m, r, run, steepness, step_size
from proofs.steps import (
    absolute_below,
    by_cases,
    cut,
    discharge,
    for_all,
    linear,
    restated,
    summed,
    total,
    use,
)
from proofs.terms import Term, implies, le, lt, num, replace


def in_range(other: Other, M: Term) -> Theorem:
    """|loss change at z| <= M: both losses lie in [0, M]."""
    change = loss_change(other).conclusion.args[0]
    first, second = (_range(weights, M) for weights in (run(S, r, LAST), other.at(LAST)))
    difference = change.args[0]
    up = linear(le(difference, M), first[1], second[0])
    down = linear(le(-difference, M), second[1], first[0])
    return absolute_below(up, down)


def _range(weights: Term, M: Term) -> list[Theorem]:
    """0 <= the loss and the loss <= M, for trained weights."""
    both = {
        head: algorithms.outputs_in_range(M)[2 * which : 2 * which + 2]
        for which, head in enumerate(("run", "skipped", "retrained"))
    }
    return [use(assume(f), *weights.args[:-1], z) for f in both[weights.head]]


def draws(last: Term) -> Term:
    """The sum of the shares of the example in the first steps."""
    return total(t, share(t), 1, last)


def _draws_nonnegative(last: Term) -> Theorem:
    return summed(t, _share_nonnegative(t), 1, last)


def _share_nonnegative(step: Term) -> Theorem:
    return use(assume(batches.shares_nonnegative()), r, step, k)


def _step_of(other: Other) -> Theorem:
    """For all t: the distance after t + 1 is at most 1 + alpha gamma times that before, plus."""
    return for_all(further(other, same_batch()), training.t)


def _rate(step: Term) -> Term:
    return 1 + step_size(step) * gamma


def _rate_nonnegative() -> Theorem:
    """For all n, 0 <= 1 + alpha_(n + 1) gamma."""
    positive = step_positive_at(n + 1, linear(le(1, n + 1), checker.natural(n)))
    return for_all(linear(le(0, _rate(n + 1)), (positive, assume(lt(0, gamma)))), n)


def unmet(other: Other, size: Term) -> Theorem:
    """For all n, the runs are nowhere apart after n steps if draws(n) < 1/size."""
    rare = lt(draws(n), 1 / size)
    claim = implies(rare, le(other.distance(n), 0))
    start = discharge(start_together(other), replace(rare, {n: num(0)}))
    after = n + 1
    less = assume(replace(rare, {n: after}))
    split = checker.last_of(draws(after), linear(le(1, after), checker.natural(n)))
    here = _share_nonnegative(after)
    before = linear(lt(draws(n), 1 / size), less, split, here)
    together = use(assume(claim), before)
    small = linear(lt(share(after), 1 / size), less, split, _draws_nonnegative(n))
    missed = use(assume(batches.at_least(size)), r, after, k, small)
    positive = step_positive_at(after, linear(le(1, after), checker.natural(n)))
    step = linear(
        le(other.distance(after), 0),
        use(_step_of(other), n),
        (use(_rate_nonnegative(), n), together),
        (positive, other.sign, missed),
    )
    return checker.induction(n, claim, start, discharge(step, less.conclusion))


def burnt_in(
    other: Other, size: Theorem, top: Theorem, weight: Sequence, later: Theorem, sign: Theorem
) -> Theorem:
    """|expected loss change| <= M size s/m + L(z) reach (the sum of weights after s)/m.

    `size`: 0 < size; `top`: |loss change| <= M; `later`: the final distance is at most the sum of
    share_t weight_t after step s, times the reach, if the runs are nowhere apart after s;
    `sign`: 0 <= weight_t, from s + 1 <= t and t <= T.
    """
    count, M = size.conclusion.args[1], top.conclusion.args[1]
    shares = total(t, share(t) * weight(t), s + 1, LAST)
    most = steepness(z) * other.reach
    change = loss_change(other)
    goal = le(change.conclusion.args[0], M * count * draws(s) + most * shares)
    rest = summed(
        t, linear(le(0, share(t) * weight(t)), (_share_nonnegative(t), sign)), s + 1, LAST
    )
    low = linear(
        le(0, M),
        top,
        checker.max_is_above(change.conclusion.args[0], 0),
        checker.max_is_above(change.conclusion.args[0], 1),
    )

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<":
            apart = cut(later, use(unmet(other, count), s, known))
            return linear(goal, change, (steep(z), apart), (low, size, _draws_nonnegative(s)))
        met = linear(le(1, count * draws(s)), (known, size), nonzero=[size])
        return linear(goal, top, (low, met), (steep(z), other.sign, rest))

    single = by_cases(lt(draws(s), 1 / count), decide)
    mean = averaged(other, single)
    often = mean_shares(lambda step: num(1), num(1), s)
    whole = total(t, weight(t), s + 1, LAST)
    bound = M * count * s / m + most * whole / m
    return linear(
        le(mean.conclusion.args[0], bound),
        mean,
        (M * count, often),
        (M * count / m, use(ones(), s)),
        (most, mean_shares(weight, s + 1)),
    )


def growing(other: Other) -> tuple[Sequence, Theorem, Theorem]:
    """Weights alpha_t times the product of 1 + alpha_tau gamma after t, `later` and `sign`.

    From s <= T.
    """
    rates = _rate
    terms: Sequence = lambda step: step_size(step) * share(step) * other.reach  # noqa: E731
    weight: Sequence = lambda step: step_size(step) * product_after(rates, step, LAST)  # noqa: E731
    kept = _rate_nonnegative()
    step = for_all(use(_step_of(other), HERE), n)
    rated = for_all(use(kept, HERE), n)
    bound = solved(s, other.distance, rates, terms, step, rated)
    known = linear(le(0, LAST - s), assume(le(s, LAST)))
    at_end = checker.specialise(bound, LAST - s, known)
    shares = total(t, share(t) * weight(t), s + 1, LAST)
    later = restated(at_end, le(other.distance(LAST), other.reach * shares))
    counted = linear(le(1, t), assume(le(s + 1, t)), checker.natural(s))
    left = use(product_nonnegative(rates, t, kept), LAST)
    sign = linear(le(0, weight(t)), (step_positive_at(t, counted), left))
    return weight, later, sign
