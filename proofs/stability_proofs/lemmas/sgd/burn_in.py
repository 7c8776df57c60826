"""Burn-in: the example is met in the first steps, or the two runs agree until then.

In batches of `size` examples: the shares of the example at k in the first steps sum to 1/size at
least, or the runs are nowhere apart after those. In the first case a loss changes by its range at
most, in the second by what the later steps do; both bounds are added, for every order.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import E, absolute, every, norm, square, total
from stability_proofs.kernel.terms import (
    NATURAL,
    Term,
    app,
    implies,
    le,
    lt,
    num,
    replace,
    var,
    variables,
)
from stability_proofs.lemmas.analysis.recursions import (
    HERE,
    Sequence,
    n,
    product_after,
    product_nonnegative,
    s,
    solved,
    t,
)
from stability_proofs.lemmas.analysis.sums import ones
from stability_proofs.lemmas.sgd.batch_slopes import NEW, steep
from stability_proofs.lemmas.sgd.batch_steps import gamma, same_batch
from stability_proofs.lemmas.sgd.run_losses import (
    averaged,
    loss_change,
    mean_shares,
    share,
    start_together,
    step_positive_at,
)
from stability_proofs.lemmas.sgd.two_runs import Other, further, replacement, retrain
from stability_proofs.semantics import batches, training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.samples import z
from stability_proofs.semantics.training import k, m, r, steepness, step_size
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    by_cases,
    cut,
    discharge,
    for_all,
    linear,
    restated,
    summed,
    use,
)

batch = var("batch", NATURAL)
L, M, size = var("L"), var("M"), var("size")


@dataclass(frozen=True)
class Later:
    """What happens after step `first` if the runs are nowhere apart after it.

    `distance`: the final distance is at most the sum over later steps of share_t weight_t, times
    the reach; `sign`: 0 <= weight_t, from first + 1 <= t and t <= T.
    """

    first: Term
    weight: Sequence
    distance: Theorem
    sign: Theorem


def _some(other: Other) -> Later:
    """Any weights after step s."""
    shares = total(t, share(t) * app("weight", t), s + 1, LAST)
    distance = for_any(le(other.distance(LAST), other.reach * shares), r)
    return Later(s, lambda step: app("weight", step), distance, for_any(le(0, app("weight", t)), t))


def draws(last: Term) -> Term:
    """The sum of the shares of the example in the first steps."""
    return total(t, share(t), 1, last)


def _share_nonnegative(step: Term) -> Theorem:
    return use(assume(batches.shares_nonnegative()), r, step, k)


def _draws_nonnegative(last: Term) -> Theorem:
    return summed(t, _share_nonnegative(t), 1, last)


def _next_positive() -> Theorem:
    """0 < alpha_(n + 1)."""
    return step_positive_at(n + 1, linear(le(1, n + 1), checker.natural(n)))


def _rate(step: Term) -> Term:
    return 1 + step_size(step) * gamma


def _rates() -> Theorem:
    """For all n, 0 <= 1 + alpha_(n + 1) gamma."""
    return for_all(linear(le(0, _rate(n + 1)), (_next_positive(), assume(lt(0, gamma)))), n)


def _grows(other: Other) -> Theorem:
    """For all t, what step t + 1 makes of the distance, whatever the losses."""
    return for_all(further(other, same_batch()), training.t)


@lemma(
    at=lambda: (retrain(), batch),
    given=(
        training.starts_alike()[0],
        batches.shares_sum(),
        batches.shares_nonnegative(),
        training.starts_alike()[2],
        batches.refills_nonnegative(),
        training.projection(),
        batches.refills_sum(),
        training.run_moves(),
        training.retrained_moves(),
        le(2, m),
        lt(0, gamma),
        every(z, le(0, steepness(z))),
        every(z, le(steepness(z), L)),
        every(training.S, r, n, training.inside(training.run(training.S, r, n))),
        every(n, implies(le(1, n), lt(0, step_size(n)))),
        every(training.S, r, k, n, training.inside(training.retrained(training.S, r, k, n))),
        every(
            training.w,
            z,
            implies(
                training.inside(training.w),
                le(square(training.slope(training.w, z)), steepness(z) ** 2),
            ),
        ),
        batches.at_least(batch),
        every(
            training.w,
            training.v,
            z,
            le(
                square(
                    training.slope(training.w, z)
                    + training.pull(training.w)
                    - (training.slope(training.v, z) + training.pull(training.v))
                ),
                gamma**2 * square(training.w - training.v),
            ),
        ),
    ),
    shows=every(
        n,
        implies(
            lt(draws(n), 1 / batch),
            le(norm(training.run(training.S, r, n) - training.retrained(training.S, r, k, n)), 0),
        ),
    ),
)
def unmet(other: Other, size: Term) -> Theorem:
    """For all n, the runs are nowhere apart after n steps if draws(n) < 1/size."""
    rare, after = lt(draws(n), 1 / size), n + 1
    claim = implies(rare, le(other.distance(n), 0))
    start = discharge(start_together(other), replace(rare, {n: num(0)}))
    less = assume(replace(rare, {n: after}))
    split = checker.last_of(draws(after), linear(le(1, after), checker.natural(n)))
    before = linear(rare, less, split, _share_nonnegative(after))
    small = linear(lt(share(after), 1 / size), less, split, _draws_nonnegative(n))
    missed = use(assume(batches.at_least(size)), r, after, k, small)
    step = linear(
        le(other.distance(after), 0),
        use(_grows(other), n),
        (use(_rates(), n), use(assume(claim), before)),
        (_next_positive(), other.sign, missed),
    )
    return checker.induction(n, claim, start, discharge(step, less.conclusion))


@lemma(
    at=lambda: (
        replacement(),
        lt(0, size),
        for_any(le(loss_change(replacement()).conclusion.args[0], M), r),
        _some(replacement()),
    ),
    given=(
        batches.shares_sum(),
        batches.uniform(),
        training.projection(),
        lt(0, gamma),
        every(training.S, r, n, training.inside(training.run(training.S, r, n))),
        every(n, implies(le(1, n), lt(0, step_size(n)))),
        batches.at_least(size),
        every(
            training.w,
            training.v,
            z,
            implies(
                training.inside(training.w),
                training.inside(training.v),
                le(
                    absolute(training.measured(training.w, z) - training.measured(training.v, z)),
                    steepness(z) * norm(training.w - training.v),
                ),
            ),
        ),
        every(
            training.w,
            training.v,
            z,
            le(
                square(
                    training.slope(training.w, z)
                    + training.pull(training.w)
                    - (training.slope(training.v, z) + training.pull(training.v))
                ),
                gamma**2 * square(training.w - training.v),
            ),
        ),
    ),
    shows=le(
        absolute(
            E(r, training.measured(training.run(training.S, r, LAST), z))
            - E(r, training.measured(training.run(NEW, r, LAST), z))
        ),
        M * size * s / m + steepness(z) * (2 * L) * total(n, app("weight", n), s + 1, LAST) / m,
    ),
)
def burnt_in(other: Other, size: Theorem, top: Theorem, later: Later) -> Theorem:
    """|expected loss change| <= M size first/m + L(z) reach (the sum of later weights)/m.

    `size`: 0 < size; `top`: |loss change| <= M.
    """
    count, M = size.conclusion.args[1], top.conclusion.args[1]
    first, weight, most = later.first, later.weight, steepness(z) * other.reach
    after = first + 1
    change = loss_change(other)
    moved = change.conclusion.args[0]
    often = draws(first)
    goal = le(moved, M * count * often + most * total(t, share(t) * weight(t), after, LAST))
    single = linear(le(0, share(t) * weight(t)), (_share_nonnegative(t), later.sign))
    rest = summed(t, single, after, LAST)
    low = linear(le(0, M), top, *(checker.max_is_above(moved, part) for part in (0, 1)))

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<":
            apart = cut(later.distance, use(unmet(other, count), first, known))
            return linear(goal, change, (steep(z), apart), (low, size, _draws_nonnegative(first)))
        met = linear(
            le(1, count * often), (known, size), nonzero=[size] if variables(count) else []
        )
        return linear(goal, top, (low, met), (steep(z), other.sign, rest))

    mean = averaged(other, by_cases(lt(often, 1 / count), decide))
    bound = M * count * first / m + most * total(t, weight(t), after, LAST) / m
    return linear(
        le(mean.conclusion.args[0], bound),
        mean,
        (M * count, mean_shares(lambda step: num(1), num(1), first)),
        (M * count / m, use(substitute(ones(), {s: num(0)}), first)),
        (most, mean_shares(weight, after)),
    )


@lemma(
    at=lambda: (
        replacement(),
        lt(0, 1),
        for_any(
            le(
                absolute(
                    training.measured(training.run(training.S, r, LAST), z)
                    - training.measured(training.run(NEW, r, LAST), z)
                ),
                M,
            ),
            r,
        ),
    ),
    given=(
        training.starts_alike()[0],
        batches.shares_nonnegative(),
        batches.shares_sum(),
        batches.uniform(),
        training.projection(),
        training.run_moves(),
        lt(0, gamma),
        every(z, le(0, steepness(z))),
        every(z, le(steepness(z), L)),
        every(training.S, r, n, training.inside(training.run(training.S, r, n))),
        every(n, implies(le(1, n), lt(0, step_size(n)))),
        every(
            training.w,
            z,
            implies(
                training.inside(training.w),
                le(square(training.slope(training.w, z)), steepness(z) ** 2),
            ),
        ),
        batches.at_least(num(1)),
        every(
            training.w,
            training.v,
            z,
            implies(
                training.inside(training.w),
                training.inside(training.v),
                le(
                    absolute(training.measured(training.w, z) - training.measured(training.v, z)),
                    steepness(z) * norm(training.w - training.v),
                ),
            ),
        ),
        every(
            training.w,
            training.v,
            z,
            le(
                square(
                    training.slope(training.w, z)
                    + training.pull(training.w)
                    - (training.slope(training.v, z) + training.pull(training.v))
                ),
                gamma**2 * square(training.w - training.v),
            ),
        ),
    ),
    shows=le(
        absolute(
            E(r, training.measured(training.run(training.S, r, LAST), z))
            - E(r, training.measured(training.run(NEW, r, LAST), z))
        ),
        M * 1 * LAST / m + steepness(z) * (2 * L) * total(n, 0, LAST + 1, LAST) / m,
    ),
)
def always_met(other: Other, size: Theorem, top: Theorem) -> Theorem:
    """|expected loss change| <= M size T/m."""
    shares = total(t, share(t) * 0, LAST + 1, LAST)
    apart = assume(le(other.distance(LAST), 0))
    distance = linear(le(other.distance(LAST), other.reach * shares), apart)
    later = Later(LAST, lambda step: num(0), distance, linear(le(0, 0)))
    return burnt_in(other, size, top, later)


def growing(other: Other) -> Later:
    """After s <= T: weights alpha_t times the product of 1 + alpha_tau gamma after t."""
    terms: Sequence = lambda step: step_size(step) * share(step) * other.reach  # noqa: E731
    weight: Sequence = lambda step: step_size(step) * product_after(_rate, step, LAST)  # noqa: E731
    step, kept = (for_all(use(known, HERE), n) for known in (_grows(other), _rates()))
    bound = solved(s, other.distance, _rate, terms, step, kept)
    at_end = checker.specialise(bound, LAST - s, linear(le(0, LAST - s), assume(le(s, LAST))))
    shares = total(t, share(t) * weight(t), s + 1, LAST)
    distance = restated(at_end, le(other.distance(LAST), other.reach * shares))
    counted = linear(le(1, t), assume(le(s + 1, t)), checker.natural(s))
    left = use(product_nonnegative(_rate, t, _rates()), LAST)
    sign = linear(le(0, weight(t)), (step_positive_at(t, counted), left))
    return Later(s, weight, distance, sign)
