"""Bassily, Feldman, Guzman and Talwar (2020): derivations of `stability.theorems.bassily2020`.

The distance of the runs grows by half as much as is stated: only an inequality at the end.
"""

from __future__ import annotations

from stability.theorems.kinds.hypotheses import PROJECTED
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, absolute, minimum, sqrt, total
from stability_proofs.kernel.terms import Term, eq, le, lt, num
from stability_proofs.lemmas.analysis.absolutes import mean_absolute
from stability_proofs.lemmas.analysis.recursions import t
from stability_proofs.lemmas.convexity.vectors import norm_at_most, norm_nonnegative
from stability_proofs.lemmas.sgd import two_runs
from stability_proofs.lemmas.sgd.batch_slopes import L, L_nonnegative, steep_at_most
from stability_proofs.lemmas.sgd.rough_steps import far_apart
from stability_proofs.lemmas.sgd.run_losses import loss_change, mean_shares, share
from stability_proofs.lemmas.sgd.two_runs import Other, on_sample_inside
from stability_proofs.semantics import batches, hypotheses
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, y, z
from stability_proofs.semantics.training import k, m, measured, r, run, step_size
from stability_proofs.tactics.vocabulary import for_all, linear, mean, use

STEPS = total(t, step_size(t), 1, LAST)
ROOT = sqrt(total(t, step_size(t) ** 2, 1, LAST))


def gradient_descent(claim: Claim) -> Derived:
    """d_(t+1)^2 <= d_t^2 + 2 alpha_t a_t d_t + 4 L^2 alpha_t^2, a_t = 2 L/m, for every order."""
    other = two_runs.replacement()
    own = use(assume(batches.full()), r, t, k)
    one = linear(eq(share(t) * step_size(t), step_size(t) / m), (step_size(t), own))
    shares = checker.congruence(total(t, num(0), 1, LAST), t, one)
    distance = linear(
        le(other.distance(LAST), _reach(STEPS / m)), far_apart(other), (2 * L, shares)
    )
    change = _loss(other, distance)
    return _derived(claim, change, _loss(other, _within_ball(other)), (S, r, k, y, z))


def sgd(claim: Claim) -> Derived:
    """The same for each order of the examples, their share in a batch being 1/m on average."""
    other = two_runs.replacement()
    shares = total(t, share(t) * step_size(t), 1, LAST)
    distance = linear(le(other.distance(LAST), _reach(shares)), far_apart(other))
    change = _averaged(other, _loss(other, distance))
    known = linear(
        le(change.conclusion.args[0], L * _reach(STEPS / m)),
        change,
        (2 * L**2, mean_shares(step_size)),
    )
    near = _averaged(other, _loss(other, _within_ball(other)))
    return _derived(claim, known, near, (S, k, y, z))


def _reach(shares: Term) -> Term:
    """How far apart the runs are at most, for a sum of steps times shares."""
    return 2 * L * ROOT + 2 * L * shares


def _loss(other: Other, distance: Theorem) -> Theorem:
    """|loss - loss of the other run| <= L bound, from the distance of the runs."""
    change, positive = loss_change(other), L_nonnegative()
    goal = le(change.conclusion.args[0], L * distance.conclusion.args[1])
    length = norm_nonnegative(run(S, r, LAST) - other.at(LAST))
    return linear(goal, change, (steep_at_most(z), length), (positive, distance))


def _averaged(other: Other, change: Theorem) -> Theorem:
    """|expected loss - that of the other run| <= E bound."""
    before, after = measured(run(S, r, LAST), z), measured(other.at(LAST), z)
    goal = le(absolute(E(r, before) - E(r, after)), E(r, change.conclusion.args[1]))
    return linear(goal, mean_absolute(r, before - after), mean(r, change))


def _within_ball(other: Other) -> Theorem:
    """The runs are at most 2 radius apart."""
    radius = symbol_term("radius")
    first, second = run(S, r, LAST), other.at(LAST)
    ends = on_sample_inside(LAST), other.inside(LAST)
    (ball,) = hypotheses.MEANINGS[PROJECTED.id]()
    squares = use(assume(ball), first, second, *ends)
    sign = linear(le(0, 2 * radius), assume(lt(0, radius)))
    return norm_at_most(first - second, 2 * radius, squares, sign)


def _derived(claim: Claim, change: Theorem, near: Theorem, outer: tuple[Term, ...]) -> Derived:
    """The bound, and the smaller one in a ball."""
    value, stated = change.conclusion.args
    bound = change
    if PROJECTED in claim.statement.hypotheses:
        both = minimum(near.conclusion.args[1], stated)
        negated = [linear(le(-t.conclusion.args[1], -value), t) for t in (near, bound)]
        least = checker.max_is_least(both.args[1], negated)
        bound = linear(le(value, both), least)
    return Derived((for_all(bound, *outer),))
