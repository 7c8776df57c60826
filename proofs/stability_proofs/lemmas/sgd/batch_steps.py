"""Steps on a batch: how they change the distance of two points, by the regularity of the losses.

What is said is said of step t + 1, for all S, r, t and weights w and v: the factor by which a step
on the same batch changes their distance at most.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import dot, every, norm, square, total
from stability_proofs.kernel.terms import VECTOR, Term, at, eq, implies, le, lt, var
from stability_proofs.lemmas.convexity import contraction
from stability_proofs.lemmas.convexity.gradient_steps import (
    CONVEX,
    SMOOTH,
    at_function,
    descent,
    growth,
    non_expansive,
)
from stability_proofs.lemmas.convexity.strong_convexity import STRONGLY_CONVEX
from stability_proofs.semantics import batches, regularity, training
from stability_proofs.semantics.reading import symbol_facts, symbol_term
from stability_proofs.semantics.regularity import curved
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import (
    PLACE,
    batch_slope,
    cost,
    inside,
    penalty,
    pull,
    r,
    step_size,
    t,
    v,
    visit,
    w,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    cut,
    discharge,
    for_all,
    linear,
    premises,
    summed,
    use,
)

after = t + 1
gamma, mu = symbol_term("gamma"), symbol_term("mu")
HERE = at(S, PLACE)
SHARE = visit(r, after, PLACE)


def batch_gradient(weights: Term) -> Term:
    """The gradient of the batch's mean loss plus the regulariser."""
    return batch_slope(weights, S, r, after) + pull(weights)


def stepped(weights: Term) -> Term:
    """The weights after the step, before they are projected."""
    return weights - step_size(after) * batch_gradient(weights)


VALUE = total(PLACE, SHARE * cost(w, HERE)) + penalty(w)


@lemma(given=(batches.shares_nonnegative(),), shows=le(0, SHARE))
def share_nonnegative() -> Theorem:
    """0 <= the share of the example at PLACE."""
    return use(assume(batches.shares_nonnegative()), r, after, PLACE)


@lemma(given=(batches.shares_sum(),), shows=eq(total(PLACE, SHARE), 1))
def shares_sum() -> Theorem:
    """The shares sum to 1."""
    return use(assume(batches.shares_sum()), r, after)


@lemma(given=(every(t, implies(le(1, t), lt(0, step_size(t)))),), shows=lt(0, step_size(after)))
def step_positive() -> Theorem:
    """0 < the step size."""
    (positive,) = symbol_facts("alpha")
    return use(assume(positive), after, linear(le(1, after), checker.natural(t)))


def _averaged(theorem: Theorem) -> Theorem:
    """The sum over the batch of share a is at most that of share b, from a <= b."""
    low, high = theorem.conclusion.args
    return summed(PLACE, linear(le(SHARE * low, SHARE * high), (share_nonnegative(), theorem)))


def _formula(of: Term) -> Term:
    """What a formula of `gradient_steps` says of the batch."""
    return at_function(assume(of), VALUE, batch_gradient(w)).conclusion


def _as(of: Term, prove: Callable[[Term], Theorem]) -> Theorem:
    """That formula, from a proof of its body for arbitrary w and v."""
    formula = _formula(of)
    return for_all(prove(use(assume(formula), w, v).conclusion), w, v)


@cache
def _convex() -> Theorem:
    loss, regulariser = map(assume, regularity.convex())
    costs = _averaged(use(loss, w, v, HERE))
    return _as(CONVEX, lambda goal: linear(goal, costs, use(regulariser, w, v)))


@cache
def _smooth() -> Theorem:
    """2 <a, x> <= |a|^2 + |x|^2 for the change a of each gradient, averaged; x is the mean of a."""
    (formula,) = regularity.smooth(gamma)
    x = var("x", VECTOR)
    change = regularity.full_slope(w, HERE) - regularity.full_slope(v, HERE)
    whole = batch_gradient(w) - batch_gradient(v)
    most = gamma**2 * square(w - v)
    single = linear(
        le(2 * dot(change, x), most + square(x)),
        use(assume(formula), w, v, HERE),
        checker.square_of(change - x),
    )
    mean = linear(
        le(2 * dot(whole, x), most + square(x)),
        _averaged(single),
        (most + square(x) - 2 * dot(pull(w) - pull(v), x), shares_sum()),
    )
    own = substitute(mean, {x: whole})
    return _as(SMOOTH, lambda goal: linear(goal, own))


@cache
def _strongly_convex() -> Theorem:
    held = assume(curved(w)), assume(curved(v))
    single = use(assume(regularity.strongly_convex(mu)[0]), w, v, HERE, *held)
    bend = mu / 2 * square(v - w)
    rest = penalty(v) - penalty(w) - dot(pull(w), v - w) - bend

    def prove(goal: Term) -> Theorem:
        *premises_, body = premises(goal)
        return discharge(linear(body, _averaged(single), (rest, shares_sum())), *premises_)

    return _as(STRONGLY_CONVEX, prove)


def _of_batch(theorem: Theorem) -> Theorem:
    """A lemma on gradient steps for step t + 1 on its batch."""
    lemma = at_function(theorem, VALUE, batch_gradient(w))
    lemma = substitute(lemma, {var("step"): step_size(after)})
    return cut(lemma, step_positive())


@lemma(
    given=(
        contraction.POSITIVE,
        batches.shares_nonnegative(),
        batches.shares_sum(),
        regularity.convex()[1],
        regularity.convex()[0],
        every(t, le(step_size(t), 2 / gamma)),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(
            v,
            w,
            regularity.z,
            le(
                square(
                    training.slope(v, regularity.z)
                    + pull(v)
                    - (training.slope(w, regularity.z) + pull(w))
                ),
                gamma**2 * square(v - w),
            ),
        ),
    ),
    shows=le(norm(stepped(w) - stepped(v)), norm(w - v)),
)
def same_batch_convex() -> Theorem:
    """|w' - v'| <= |w - v|, for convex losses and steps of at most 2/gamma."""
    (limit,) = training.steps_at_most(2 / gamma)
    below = for_all(at_function(descent(), VALUE, batch_gradient(w)), w, v)
    lemma = cut(_of_batch(non_expansive()), below)
    return cut(lemma, _convex(), _smooth(), use(assume(limit), after))


@lemma(
    given=(
        contraction.POSITIVE,
        batches.shares_nonnegative(),
        batches.shares_sum(),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(
            v,
            w,
            regularity.z,
            le(
                square(
                    training.slope(v, regularity.z)
                    + pull(v)
                    - (training.slope(w, regularity.z) + pull(w))
                ),
                gamma**2 * square(v - w),
            ),
        ),
    ),
    shows=le(norm(stepped(w) - stepped(v)), (1 + step_size(after) * gamma) * norm(w - v)),
)
def same_batch() -> Theorem:
    """|w' - v'| <= (1 + step gamma) |w - v|, for all losses."""
    return cut(_of_batch(growth()), _smooth())


@lemma(
    given=(
        contraction.POSITIVE,
        contraction.CURVATURE,
        batches.shares_nonnegative(),
        batches.shares_sum(),
        contraction.BALL,
        regularity.convex()[1],
        regularity.convex()[0],
        regularity.curved_convex(),
        inside(w),
        inside(v),
        lt(0, regularity.ROOM),
        every(v, implies(inside(v), curved(v))),
        le(step_size(after) * mu, 1),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        le(step_size(after), 2 / (gamma + mu)),
        every(
            v,
            w,
            regularity.z,
            le(
                square(
                    training.slope(v, regularity.z)
                    + pull(v)
                    - (training.slope(w, regularity.z) + pull(w))
                ),
                gamma**2 * square(v - w),
            ),
        ),
        every(
            v,
            w,
            regularity.z,
            implies(
                curved(v),
                curved(w),
                le(
                    cost(v, regularity.z)
                    + penalty(v)
                    + dot(training.slope(v, regularity.z) + pull(v), w - v)
                    + mu / 2 * square(w - v),
                    cost(w, regularity.z) + penalty(w),
                ),
            ),
        ),
    ),
    shows=le(norm(stepped(w) - stepped(v)), (1 - step_size(after) * mu) * norm(w - v)),
)
def same_batch_strongly_convex() -> Theorem:
    """|w' - v'| <= (1 - step mu) |w - v| inside, if step mu <= 1 and step <= 2/(gamma + mu)."""
    _, _, convex_set, room, ball = map(assume, regularity.strongly_convex(mu))
    lemma = cut(_of_batch(contraction.contraction()), _convex(), _smooth(), _strongly_convex())
    return cut(lemma, *_held(), convex_set, room, ball)


@lemma(
    given=(
        contraction.POSITIVE,
        batches.shares_nonnegative(),
        batches.shares_sum(),
        inside(w),
        inside(v),
        lt(gamma, mu),
        every(v, implies(inside(v), curved(v))),
        every(
            v,
            w,
            regularity.z,
            le(
                square(
                    training.slope(v, regularity.z)
                    + pull(v)
                    - (training.slope(w, regularity.z) + pull(w))
                ),
                gamma**2 * square(v - w),
            ),
        ),
        every(
            v,
            w,
            regularity.z,
            implies(
                curved(v),
                curved(w),
                le(
                    cost(v, regularity.z)
                    + penalty(v)
                    + dot(training.slope(v, regularity.z) + pull(v), w - v)
                    + mu / 2 * square(w - v),
                    cost(w, regularity.z) + penalty(w),
                ),
            ),
        ),
    ),
    shows=le(norm(w - v), 0),
)
def one_point() -> Theorem:
    """|w - v| <= 0 inside, if gamma < mu."""
    lemma = at_function(contraction.one_point(), VALUE, batch_gradient(w))
    return cut(lemma, *_held(), _smooth(), _strongly_convex())


def _held() -> list[Theorem]:
    """Weights inside are in the set on which the objectives are strongly convex."""
    around = assume(regularity.strongly_convex(mu)[1])
    return [use(around, point, assume(inside(point))) for point in (w, v)]
