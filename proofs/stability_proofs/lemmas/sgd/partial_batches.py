"""Steps on a batch that may lack examples: its portions are not negative and sum to 1 at most.

The regulariser alone is as smooth as each loss with it, since the loss is convex; so what is left
of a batch is below the same parabola, and a step on it does not move two points apart.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import dot, every, norm, square, total
from stability_proofs.kernel.terms import VECTOR, Term, app, at, implies, le, lt, replace, var
from stability_proofs.lemmas.convexity.gradient_steps import (
    CONVEX,
    PARABOLA,
    POSITIVE,
    at_function,
    descent,
    non_expansive,
)
from stability_proofs.lemmas.sgd.batch_steps import after, gamma, step_positive
from stability_proofs.semantics import regularity, training
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import PLACE, cost, penalty, pull, slope, step_size, v, w
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import cut, for_all, linear, summed, use

a, b, c = var("a"), var("b"), var("c")
u, x = var("u", VECTOR), var("x", VECTOR)

i = var("i", "index")
HERE = at(S, PLACE)


def portion(place: Term) -> Term:
    """The portion of the example at a place."""
    return app("portion", place)


PORTION = portion(i)


def slope_of(weights: Term, share: Term = PORTION) -> Term:
    """The slopes of the loss, the example at i with its share."""
    return total(PLACE, replace(share, {i: PLACE}) * slope(weights, HERE))


def stepped(weights: Term, share: Term = PORTION) -> Term:
    """The weights after the step, before they are projected."""
    return weights - step_size(after) * (slope_of(weights, share) + pull(weights))


VALUE = total(PLACE, portion(PLACE) * cost(w, HERE)) + penalty(w)
NONNEGATIVE, AT_MOST_ONE = every(i, le(0, portion(i))), le(total(i, portion(i)), 1)


def _portioned(theorem: Theorem) -> Theorem:
    """The sum of portion a is at most that of portion b, from a <= b at PLACE."""
    low, high = theorem.conclusion.args
    goal = le(portion(PLACE) * low, portion(PLACE) * high)
    return summed(PLACE, linear(goal, (use(assume(NONNEGATIVE), PLACE), theorem)))


def _formula(of: Term, value: Term, gradient: Term) -> Term:
    return use(at_function(assume(of), value, gradient), w, v).conclusion


@cache
def _below() -> Theorem:
    """Loss plus regulariser of one example lie below the parabola."""
    loss, regulariser = map(assume, regularity.convex())
    value, gradient = cost(w, z) + penalty(w), regularity.full_slope(w, z)
    tangents = linear(_formula(CONVEX, value, gradient), use(loss, w, v, z), use(regulariser, w, v))
    smooth = for_all(use(assume(regularity.smooth(gamma)[0]), w, v, z), w, v)
    return cut(at_function(descent(), value, gradient), for_all(tangents, w, v), smooth)


@lemma(
    given=(
        POSITIVE,
        NONNEGATIVE,
        AT_MOST_ONE,
        regularity.convex()[1],
        regularity.convex()[0],
        every(training.t, le(step_size(training.t), 2 / gamma)),
        every(training.t, implies(le(1, training.t), lt(0, step_size(training.t)))),
        every(
            v,
            w,
            z,
            le(square(slope(v, z) + pull(v) - (slope(w, z) + pull(w))), gamma**2 * square(v - w)),
        ),
    ),
    shows=le(
        norm(
            w
            - step_size(after) * (total(i, PORTION * slope(w, at(S, i))) + pull(w))
            - (v - step_size(after) * (total(i, PORTION * slope(v, at(S, i))) + pull(v)))
        ),
        norm(w - v),
    ),
)
def same_portions() -> Theorem:
    """|w' - v'| <= |w - v|, for convex losses and steps of at most 2/gamma."""
    loss, regulariser = map(assume, regularity.convex())
    gradient = slope_of(w) + pull(w)
    tangents = linear(
        _formula(CONVEX, VALUE, gradient),
        _portioned(use(loss, w, v, HERE)),
        use(regulariser, w, v),
    )
    bend = gamma / 2 * square(v - w)
    alone = linear(
        le(penalty(v), penalty(w) + dot(pull(w), v - w) + bend), _below(), use(loss, w, v, z)
    )
    rest = linear(le(0, 1 - total(i, portion(i))), assume(AT_MOST_ONE))
    below = linear(
        _formula(PARABOLA, VALUE, gradient),
        _portioned(substitute(_below(), {z: HERE})),
        (rest, alone),
    )
    lemma = at_function(non_expansive(), VALUE, gradient)
    lemma = substitute(lemma, {var("step"): step_size(after)})
    (limit,) = training.steps_at_most(2 / gamma)
    facts = for_all(tangents, w, v), for_all(below, w, v)
    return cut(lemma, *facts, step_positive(), use(assume(limit), after))


@lemma(
    at=(
        le(
            norm(
                w
                - c * (total(i, PORTION * slope(w, at(S, i))) + u)
                - (v - c * (total(i, PORTION * slope(v, at(S, i))) + x))
            ),
            a,
        ),
        app("share", i),
        every(i, le(0, app("share", i))),
        le(b, 1),
    ),
    given=(
        le(
            norm(
                w
                - c * (total(i, app("share", i) * slope(w, at(S, i))) + u)
                - (v - c * (total(i, app("share", i) * slope(v, at(S, i))) + x))
            ),
            a,
        ),
    ),
    shows=le(
        norm(
            w
            - c * (total(i, app("share", i) * slope(w, at(S, i))) + u)
            - (v - c * (total(i, app("share", i) * slope(v, at(S, i))) + x))
        ),
        a,
    ),
)
def at_portions(theorem: Theorem, share: Term, *facts: Theorem) -> Theorem:
    """The theorem for portions given as a term in `i`, with facts: not negative, at most 1."""
    return cut(interpret(theorem, "portion", (i,), share), *facts)
