"""Two runs that differ in one example: how far apart they are after one more step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import every, norm, total
from stability_proofs.kernel.terms import VECTOR, Term, at, implies, le, lt, replace, var
from stability_proofs.lemmas.convexity.projections import closer
from stability_proofs.lemmas.convexity.vectors import norm_scaled, triangle
from stability_proofs.lemmas.sgd import batch_slopes
from stability_proofs.lemmas.sgd.batch_slopes import GONE, NEW, OWN, L, L_nonnegative, steep
from stability_proofs.lemmas.sgd.batch_steps import SHARE, after, step_positive, stepped
from stability_proofs.semantics import training
from stability_proofs.semantics.regularity import (
    runs_inside,
    slopes_bounded,
    steepness_at_most,
    steepness_nonnegative,
)
from stability_proofs.semantics.samples import S
from stability_proofs.semantics.training import (
    batch_slope,
    k,
    pull,
    r,
    refilled_slope,
    retrained,
    run,
    skipped,
    skipped_slope,
    steepness,
    step_size,
    t,
    v,
    w,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import cut, linear, use

a = var("a")

HOLE = var("hole", VECTOR)


@dataclass(frozen=True)
class Other:
    """A run that differs from that on S by what happens to the example at k.

    `at(t)`: its weights; `batch`: the slope of its batch at weights v; `moves`: at(t + 1) is the
    step from at(t); `starts`: at(0) is the start; `inside(t)`: at(t) is inside; `difference`: at v
    inside, `batch` differs from the slope on S by at most the share of the example times `reach`,
    and `sign`: 0 <= reach.
    """

    at: Callable[[Term], Term]
    batch: Term
    moves: Theorem
    starts: Theorem
    inside: Callable[[Term], Theorem]
    difference: Theorem
    sign: Theorem

    @property
    def reach(self) -> Term:
        """How much a whole share changes the slope of a batch at most."""
        return self.sign.conclusion.args[1]

    @property
    def distance(self) -> Callable[[Term], Term]:
        """How far the weights are from those of the run on S."""
        return lambda step: norm(run(S, r, step) - self.at(step))


def _inside(which: int, *of: Term) -> Callable[[Term], Theorem]:
    return lambda step: use(assume(runs_inside()[which]), *of, step)


def null_step() -> Other:
    """The run that skips the example."""
    return Other(
        lambda step: skipped(S, r, k, step),
        skipped_slope(v, S, r, k, after),
        use(assume(training.skipped_moves()), S, r, k, t),
        use(assume(training.starts_alike()[1]), S, r, k),
        _inside(1, S, r, k),
        batch_slopes.null_step(),
        steep(GONE),
    )


def retrain() -> Other:
    """The run without the example, its share refilled."""
    return Other(
        lambda step: retrained(S, r, k, step),
        refilled_slope(v, S, r, k, after),
        use(assume(training.retrained_moves()), S, r, k, t),
        use(assume(training.starts_alike()[2]), S, r, k),
        _inside(2, S, r, k),
        batch_slopes.retrain(),
        linear(le(0, L + steepness(GONE)), steep(GONE), L_nonnegative()),
    )


def replacement() -> Other:
    """The run with y in the place of the example."""
    return Other(
        lambda step: run(NEW, r, step),
        batch_slope(v, NEW, r, after),
        use(assume(training.run_moves()), NEW, r, t),
        use(assume(training.starts_alike()[0]), NEW, r),
        _inside(0, NEW, r),
        batch_slopes.replacement(),
        linear(le(0, 2 * L), L_nonnegative()),
    )


@lemma(at=(t,), given=(runs_inside()[0],), shows=training.inside(run(S, r, t)))
def on_sample_inside(step: Term) -> Theorem:
    """The run on S is inside."""
    return _inside(0, S, r)(step)


@lemma(
    at=lambda: (replacement(), le(norm(stepped(w) - stepped(v)), a * norm(w - v))),
    given=(
        steepness_nonnegative(),
        runs_inside()[0],
        slopes_bounded(),
        training.projection(),
        training.run_moves(),
        steepness_at_most(L),
        every(t, implies(le(1, t), lt(0, step_size(t)))),
        every(r, t, k, le(0, training.visit(r, t, k))),
        le(
            norm(stepped(run(S, r, t)) - stepped(run(NEW, r, t))),
            a * norm(run(S, r, t) - run(NEW, r, t)),
        ),
    ),
    shows=le(
        norm(run(S, r, after) - run(NEW, r, after)),
        a * norm(run(S, r, t) - run(NEW, r, t)) + step_size(after) * OWN * (2 * L),
    ),
)
def further(other: Other, same_batch: Theorem) -> Theorem:
    """The distance after step t + 1 is at most factor times that before, plus step share reach.

    `same_batch`: |stepped(w) - stepped(v)| <= factor |w - v|, for weights w and v that are inside.
    """
    here, there = run(S, r, t), other.at(t)
    inside = on_sample_inside(t), other.inside(t)
    same = cut(substitute(same_batch, {w: here, v: there}), *inside)
    size, added = step_size(after), step_size(after) * OWN * other.reach
    turn = other.batch - batch_slope(v, S, r, after)
    different = v - size * (other.batch + pull(v))
    scaled = norm_scaled(linear(le(0, size), step_positive()), turn)
    change = linear(
        le(norm(stepped(v) - different), added), scaled, (step_positive(), other.difference)
    )
    change = cut(substitute(change, {v: there}), other.inside(t))
    first, second = stepped(here), replace(different, {v: there})
    ahead = triangle(
        first - replace(stepped(v), {v: there}), replace(stepped(v), {v: there}) - second
    )
    goal = le(other.distance(after), same.conclusion.args[1] + added)
    return linear(goal, projected_apart(other, first, second), ahead, same, change)


@lemma(
    at=lambda: (
        replacement(),
        stepped(run(S, r, t)),
        run(NEW, r, t)
        - step_size(after)
        * (
            total(training.PLACE, SHARE * training.slope(run(NEW, r, t), at(NEW, training.PLACE)))
            + pull(run(NEW, r, t))
        ),
    ),
    given=(training.projection(), training.run_moves()),
    shows=le(
        norm(run(S, r, after) - run(NEW, r, after)),
        norm(
            stepped(run(S, r, t))
            - (
                run(NEW, r, t)
                - step_size(after)
                * (
                    total(
                        training.PLACE,
                        SHARE * training.slope(run(NEW, r, t), at(NEW, training.PLACE)),
                    )
                    + pull(run(NEW, r, t))
                )
            )
        ),
    ),
)
def projected_apart(other: Other, first: Term, second: Term) -> Theorem:
    """The distance after the step is at most that of the points that are projected."""
    moves = use(assume(training.run_moves()), S, r, t), other.moves
    return closer((first, second), moves)
