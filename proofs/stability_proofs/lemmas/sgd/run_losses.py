"""From distances of two runs to changes of their losses, for one order or on average over it."""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import E, absolute, every, norm, total
from stability_proofs.kernel.terms import VECTOR, Term, app, eq, implies, le, lt, num, var
from stability_proofs.lemmas.analysis.absolutes import mean_absolute
from stability_proofs.lemmas.analysis.recursions import (
    Sequence,
    added_up,
    n,
    product_after,
    product_nonnegative,
    solved,
    t,
)
from stability_proofs.lemmas.convexity.vectors import norm_at_most
from stability_proofs.lemmas.sgd.batch_slopes import NEW, steep
from stability_proofs.lemmas.sgd.batch_steps import (
    after,
    gamma,
    mu,
    same_batch_convex,
    same_batch_strongly_convex,
)
from stability_proofs.lemmas.sgd.two_runs import (
    Other,
    further,
    on_sample_inside,
    replacement,
)
from stability_proofs.semantics import batches, regularity, training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.reading import symbol_facts
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import (
    START,
    k,
    m,
    measured,
    r,
    run,
    steepness,
    step_size,
    v,
    visit,
    w,
)
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    chain,
    cut,
    for_all,
    linear,
    mean,
    restated,
    summed,
    turned,
    use,
)

u = var("u", VECTOR)
L = var("L")

HOLE = var("hole", VECTOR)
ONE = num(1)


@lemma(
    at=lambda: (replacement(),),
    given=(regularity.runs_inside()[0], regularity.loss_changes()),
    shows=le(
        absolute(measured(run(S, r, LAST), z) - measured(run(NEW, r, LAST), z)),
        steepness(z) * norm(run(S, r, LAST) - run(NEW, r, LAST)),
    ),
)
def loss_change(other: Other, last: Term = LAST) -> Theorem:
    """|loss at z - loss of the other run at z| <= L(z) times their distance."""
    inside = on_sample_inside(last), other.inside(last)
    weights = run(S, r, last), other.at(last)
    return use(assume(regularity.loss_changes()), *weights, z, *inside)


@lemma(at=(eq(v, START), eq(u, START)), shows=le(norm(v - u), 0))
def nowhere_apart(first: Theorem, second: Theorem) -> Theorem:
    """|a - b| <= 0, from a = the start and b = the start."""
    origin = norm_at_most(START - START, num(0), linear(le(0, 0)), linear(le(0, 0)))
    halfway = checker.rewrite(turned(first), HOLE, le(norm(HOLE - START), 0), origin)
    pattern = le(norm(first.conclusion.args[0] - HOLE), 0)
    return checker.rewrite(turned(second), HOLE, pattern, halfway)


@lemma(
    at=lambda: (replacement(),),
    given=(training.starts_alike()[0],),
    shows=le(norm(run(S, r, num(0)) - run(NEW, r, num(0))), 0),
)
def start_together(other: Other) -> Theorem:
    """The runs are nowhere apart at the start."""
    return nowhere_apart(use(assume(training.starts_alike()[0]), S, r), other.starts)


def share(step: Term) -> Term:
    """The share of the example at k in a step."""
    return visit(r, step, k)


@dataclass(frozen=True)
class Weights:
    """What a share in step t weighs in the end: weight(t), and 0 <= the sum of weights.

    `distance`: the final distance is at most the sum of share_t weight_t, times the reach.
    """

    weight: Sequence
    distance: Theorem
    sign: Theorem

    @property
    def whole(self) -> Term:
        """The sum of all weights."""
        return self.sign.conclusion.args[1]


def _some(other: Other) -> Weights:
    """Any weights."""
    shares = total(t, share(t) * app("weight", t), 1, LAST)
    return Weights(
        lambda step: app("weight", step),
        for_any(le(other.distance(LAST), other.reach * shares), r),
        assume(le(0, total(t, app("weight", t), 1, LAST))),
    )


@lemma(
    at=(t, le(1, t)),
    given=(every(n, implies(le(1, n), lt(0, step_size(n)))),),
    shows=lt(0, step_size(t)),
)
def step_positive_at(step: Term, counted: Theorem) -> Theorem:
    """0 < alpha_t, from 1 <= t."""
    (positive,) = symbol_facts("alpha")
    return use(assume(positive), step, counted)


def _distance(bound: Theorem, weight: Sequence, other: Other) -> Theorem:
    """The bound at the last step, the reach taken out."""
    shares = total(t, share(t) * weight(t), 1, LAST)
    return restated(use(bound, LAST), le(other.distance(LAST), other.reach * shares))


def convex(other: Other, *limits: Theorem) -> Weights:
    """Steps on convex losses do not expand: the weights are alpha_t.

    `limits` shows that they are at most 2/gamma, where that is not assumed.
    """
    terms: Sequence = lambda step: step_size(step) * share(step) * other.reach  # noqa: E731
    step = for_all(further(other, cut(same_batch_convex(), *limits)), training.t)
    bound = added_up(num(0), other.distance, terms, step, start_together(other))
    positive = step_positive_at(t, assume(le(1, t)))
    sign = summed(t, linear(le(0, step_size(t)), positive), 1, LAST)
    return Weights(step_size, _distance(bound, step_size, other), sign)


@lemma(
    given=(training.constant_steps()[0], le(step_size(num(1)) * mu, 1)),
    shows=every(n, le(step_size(n + 1) * mu, 1)),
)
def contracts() -> Theorem:
    """For all t, alpha_(t + 1) mu <= 1, from alpha_1 mu <= 1 and constant steps."""
    (constant,) = training.constant_steps()
    same = use(assume(constant), training.t + 1)
    first = assume(le(step_size(num(1)) * mu, 1))
    return for_all(linear(le(step_size(training.t + 1) * mu, 1), first, (mu, same)), training.t)


@lemma(
    given=(every(n, le(step_size(n), 2 / (gamma + mu))),),
    shows=le(step_size(after), 2 / (gamma + mu)),
)
def steps_small() -> Theorem:
    """alpha_(t + 1) <= 2/(gamma + mu), as assumed."""
    (limit,) = training.steps_at_most(2 / (gamma + mu))
    return use(assume(limit), after)


def strongly_convex(other: Other, near: Theorem) -> Weights:
    """They contract: the weights are alpha_t times the product of 1 - alpha_tau mu after t.

    `near`: alpha_(t + 1) <= 2/(gamma + mu).
    """
    rates: Sequence = lambda step: 1 - step_size(step) * mu  # noqa: E731
    terms: Sequence = lambda step: step_size(step) * share(step) * other.reach  # noqa: E731
    small = use(contracts(), training.t)
    step = for_all(further(other, cut(same_batch_strongly_convex(), small, near)), training.t)
    kept = for_all(linear(le(0, rates(n + 1)), use(contracts(), n)), n)
    bound = solved(num(0), other.distance, rates, terms, step, kept, start_together(other))
    weight: Sequence = lambda step: step_size(step) * product_after(rates, step, LAST)  # noqa: E731
    left = use(product_nonnegative(rates, t, kept), LAST)
    positive = step_positive_at(t, assume(le(1, t)))
    sign = summed(t, linear(le(0, weight(t)), (positive, left)), 1, LAST)
    return Weights(weight, _distance(bound, weight, other), sign)


@lemma(
    at=lambda: (_some(replacement()),),
    given=(batches.full(),),
    shows=eq(
        total(n, share(n) * app("weight", n), 1, LAST), total(n, app("weight", n) / m, 1, LAST)
    ),
)
def full_shares(weights: Weights) -> Theorem:
    """Full batches: the sum of share_t weight_t is that of the weights, over m."""
    own = use(assume(batches.full()), r, t, k)
    single = linear(
        eq(share(t) * weights.weight(t), weights.weight(t) / m), (weights.weight(t), own)
    )
    return checker.congruence(total(t, num(0), 1, LAST), t, single)


@lemma(
    at=(step_size,),
    given=(batches.uniform(),),
    shows=eq(E(r, total(n, share(n) * step_size(n), 1, LAST)), total(n, step_size(n) / m, 1, LAST)),
)
def mean_shares(weight: Sequence, low: Term = ONE, high: Term = LAST) -> Theorem:
    """Uniform draws: on average over the order it is that, too, over any steps."""
    here = weight(t)
    own = use(assume(batches.uniform()), t, k)
    single = linear(eq(E(r, share(t) * here), here / m), (here, own))
    inside = checker.congruence(total(t, num(0), low, high), t, single)
    return chain(checker.exchange(E(r, total(t, share(t) * here, low, high))), inside)


@lemma(
    at=lambda: (replacement(), _some(replacement())),
    given=(regularity.runs_inside()[0], batches.full(), regularity.loss_changes()),
    shows=le(
        absolute(measured(run(S, r, LAST), z) - measured(run(NEW, r, LAST), z)),
        steepness(z) * (2 * L) * total(n, app("weight", n), 1, LAST) / m,
    ),
)
def change_for_every_order(other: Other, weights: Weights) -> Theorem:
    """|loss change at z| <= L(z) reach whole/m, for full batches."""
    change = loss_change(other)
    most = steepness(z) * other.reach * weights.whole / m
    goal = le(change.conclusion.args[0], most)
    mean = (steepness(z) * other.reach, full_shares(weights))
    return linear(goal, change, (steep(z), weights.distance), mean)


@lemma(
    at=lambda: (
        replacement(),
        for_any(le(loss_change(replacement()).conclusion.args[0], app("b", r)), r),
    ),
    shows=le(
        absolute(E(r, measured(run(S, r, LAST), z)) - E(r, measured(run(NEW, r, LAST), z))),
        E(r, app("b", r)),
    ),
)
def averaged(other: Other, change: Theorem) -> Theorem:
    """|expected loss change| <= E b, from |loss change| <= b for every order."""
    before, after_ = measured(run(S, r, LAST), z), measured(other.at(LAST), z)
    most = E(r, change.conclusion.args[1])
    goal = le(absolute(E(r, before) - E(r, after_)), most)
    return linear(goal, mean_absolute(r, before - after_), mean(r, change))


@lemma(
    at=lambda: (replacement(), _some(replacement())),
    given=(regularity.runs_inside()[0], batches.uniform(), regularity.loss_changes()),
    shows=le(
        absolute(E(r, measured(run(S, r, LAST), z)) - E(r, measured(run(NEW, r, LAST), z))),
        steepness(z) * (2 * L) * total(n, app("weight", n), 1, LAST) / m,
    ),
)
def change_on_average(other: Other, weights: Weights) -> Theorem:
    """The same for the expected losses, for uniform draws."""
    change = loss_change(other)
    most = steepness(z) * other.reach
    shares = total(t, share(t) * weights.weight(t), 1, LAST)
    single = linear(
        le(change.conclusion.args[0], most * shares), change, (steep(z), weights.distance)
    )
    mean_change = averaged(other, single)
    goal = le(mean_change.conclusion.args[0], most * weights.whole / m)
    return linear(goal, mean_change, (most, mean_shares(weights.weight)))


@lemma(
    at=lambda: (replacement(), for_any(le(norm(w - v), 0), w, v)),
    given=(regularity.runs_inside()[0], regularity.loss_changes()),
    shows=le(
        absolute(E(r, measured(run(S, r, LAST), z)) - E(r, measured(run(NEW, r, LAST), z))), E(r, 0)
    ),
)
def no_change(other: Other, together: Theorem) -> Theorem:
    """|expected loss change| <= 0, if any two weights w and v inside are nowhere apart."""
    weights = {w: run(S, r, LAST), v: other.at(LAST)}
    apart = cut(substitute(together, weights), on_sample_inside(LAST), other.inside(LAST))
    change = loss_change(other)
    nothing = linear(le(change.conclusion.args[0], 0), change, (steep(z), apart))
    return averaged(other, nothing)
