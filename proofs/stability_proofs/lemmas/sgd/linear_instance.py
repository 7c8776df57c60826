"""The instance of `linear_losses` satisfies all that is asked of a problem."""

from __future__ import annotations

from collections.abc import Mapping

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, elementary
from stability_proofs.kernel.notation import dot, norm, square, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, opened, replace, var
from stability_proofs.lemmas.analysis.roots import at_most_by_squares
from stability_proofs.lemmas.convexity.vectors import cauchy_schwarz, norm_at_most, norm_nonnegative
from stability_proofs.lemmas.sgd.linear_losses import (
    INSTANCE,
    LOSS,
    SHARES,
    SLOPE,
    SLOPE_SQUARED,
    STEPS,
    TRUE,
    UNIT,
    L,
    M,
    direction,
    last_loss,
    path,
    s,
    slope_fits,
    square_of_sign,
    walk,
)
from stability_proofs.lemmas.sgd.run_losses import step_positive_at
from stability_proofs.semantics import batches, instances, minimisers, regularity, training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.constants import weights_inside
from stability_proofs.semantics.instances import sign, unit
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, z
from stability_proofs.semantics.training import PLACE, START, k, r, step_size, t, v, w
from stability_proofs.tactics.vocabulary import (
    Square,
    absolute_below,
    discharge,
    for_all,
    linear,
    summed,
    turned,
    use,
)

Shown = dict[Term, Theorem]
"""For formulas about a problem, that they hold of the instance."""


def satisfied() -> Mapping[Term, Theorem]:
    """Everything that may be asked of it."""
    return {**_runs(), **_losses(), **_ranges()}


def _runs() -> Shown:
    """How runs start and move; that there is no projection; that everything is inside."""
    starts = training.starts_alike()
    of = ((S, r), (S, r, k), (S, r, k))
    moves = (training.run_moves(), training.skipped_moves(), training.retrained_moves())
    found = {
        training.projection(): for_all(linear(le(dot(w - w, v - w), 0)), w, v),
        training.not_projected(): for_all(checker.same(w, w), w),
        regularity.no_regulariser(): for_all(checker.same(0 * w, 0 * w), w),
    }
    for head, names, move, start in zip(SHARES, of, moves, starts, strict=True):
        found[move] = for_all(_next(head), *names, t)
        origin = replace(INSTANCE[head], {t: num(0)})
        found[start] = for_all(checker.same(origin, START), *names)
    inside = (*regularity.runs_inside(), *minimisers.minimisers_inside(), *weights_inside())
    return found | {formula: _everywhere(formula) for formula in inside}


def _next(head: str) -> Theorem:
    """The run moves by a step against the slope of its batch."""
    run, whole, after = INSTANCE[head], path(head), t + 1
    last = checker.last_of(replace(whole, {t: after}), linear(le(1, after), checker.natural(t)))
    share = replace(SHARES[head], {s: after})
    batch = total(PLACE, share * direction(at(S, PLACE)))
    moved = run - step_size(after) * (batch + 0 * run)
    hole = var("hole", START.sort)
    ahead = run + whole - hole
    trivial = checker.same(replace(ahead, {hole: last.conclusion.args[1]}), moved)
    return checker.rewrite(turned(last), hole, eq(ahead, moved), trivial)


def _everywhere(formula: Term) -> Theorem:
    """What is inside: everything."""
    names = []
    while formula.head == "forall":
        names.append(var(f"x{len(names)}", formula.args[0]))
        formula = opened(formula, names[-1])
    return for_all(linear(TRUE), *names)


def _losses() -> Shown:
    """Convexity, smoothness, slopes."""
    costs, penalties = regularity.convex()
    (smooth,) = regularity.smooth(symbol_term("gamma"))
    tangent = le(LOSS + dot(direction(z), v - w), replace(LOSS, {w: v}))
    apart = direction(z) + 0 * w - (direction(z) + 0 * v)
    scaled = symbol_term("gamma") * (w - v)
    flat = linear(le(square(apart), square(scaled)), checker.square_of(scaled))
    slopes = linear(
        le(square(direction(z)), SLOPE**2),
        (SLOPE**2 * square(unit), square_of_sign(z)),
        (SLOPE**2, UNIT),
    )
    below_L, _ = slope_fits()
    positive, L_sign = elementary("sqrt", SLOPE_SQUARED), linear(le(0, L), checker.assume(lt(0, L)))
    return {
        costs: for_all(linear(tangent), w, v, z),
        penalties: for_all(linear(le(num(0) + dot(0 * w, v - w), num(0))), w, v),
        regularity.loss_changes(): for_all(discharge(_loss_changes(), TRUE, TRUE), w, v, z),
        regularity.slopes_bounded(): for_all(discharge(slopes, TRUE), w, z),
        regularity.steepness_nonnegative(): for_all(positive, z),
        regularity.steepness_at_most(L): for_all(at_most_by_squares(SLOPE, L, below_L, L_sign), z),
        regularity.steepness_mean(symbol_term("L_mean")): linear(le(SLOPE, SLOPE)),
        regularity.steepness_mean_square(symbol_term("L_rms")): linear(le(SLOPE**2, SLOPE**2)),
        regularity.steepness_mean_fourth(symbol_term("L_4")): linear(le(SLOPE**4, SLOPE**4)),
        smooth: for_all(flat, w, v, z),
        instances.evaluated(): for_all(checker.same(LOSS, LOSS), w, z),
    }


def _loss_changes() -> Theorem:
    """The loss moves by at most SLOPE times the distance."""
    signed, far = sign(z) * unit, w - v
    squares = linear(le(square(signed), num(1) * 1), (square(unit), square_of_sign(z)), UNIT)
    short = norm_at_most(signed, num(1), squares, linear(le(0, num(1))))
    length, positive = norm_nonnegative(far), elementary("sqrt", SLOPE_SQUARED)
    change, ways = LOSS - replace(LOSS, {w: v}), []
    for turn in (1, -1):
        ahead = turn * far
        along = linear(
            le(dot(signed, ahead), norm(far)), cauchy_schwarz(signed, ahead), (short, length)
        )
        ways.append(linear(le(turn * change, SLOPE * norm(far)), (positive, along)))
    return absolute_below(linear(le(change, ways[0].conclusion.args[1]), ways[0]), ways[1])


def _ranges() -> Shown:
    """The walk is at most the sum of the steps, and SLOPE^2 times that at most M/2."""
    loss, value = last_loss(S, z)
    top, bottom = (_sign_below(z, turn) for turn in (1, -1))
    ahead, back = (_walk_below(turn) for turn in (1, -1))
    _, fits = slope_fits()
    sure = linear(le(0, SLOPE**2), Square(SLOPE))
    reach = walk(S)
    with_it = linear(le(sign(z) * reach, STEPS), (top, back), (bottom, ahead))
    against = linear(le(-sign(z) * reach, STEPS), (top, ahead), (bottom, back))
    low, high = instances.in_range(M)
    return {
        low: for_all(linear(le(0, loss), value, (sure, with_it), fits), S, r, z),
        high: for_all(linear(le(loss, M), value, (sure, against), fits), S, r, z),
    }


def _sign_below(point: Term, turn: int) -> Theorem:
    """+-sign <= 1."""
    signed = turn * sign(point)
    return linear(le(signed, 1), Square(signed - 1), square_of_sign(point))


def _walk_below(turn: int) -> Theorem:
    """+-walk <= the sum of the steps: every batch has a mean sign between -1 and 1."""
    visits, own = SHARES["run"], sign(at(S, PLACE))
    share = use(checker.assume(batches.shares_nonnegative()), r, s, PLACE)
    below = linear(le(turn * visits * own, visits), (share, _sign_below(at(S, PLACE), turn)))
    shares = use(checker.assume(batches.shares_sum()), r, s)
    mean = linear(le(turn * total(PLACE, visits * own), 1), summed(PLACE, below), shares)
    step = step_positive_at(s, checker.assume(le(1, s)))
    move = step_size(s) * total(PLACE, visits * own)
    moves = summed(s, linear(le(turn * move, step_size(s)), (step, mean)), 1, LAST)
    return linear(le(turn * walk(S), STEPS), moves)
