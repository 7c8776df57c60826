"""Hardt, Recht and Singer (2016): derivations of `stability.theorems.hardt2016`."""

from __future__ import annotations

from proofs.checker import Theorem, assume
from proofs.lemmas import run_losses, two_runs
from proofs.lemmas.batch_slopes import steep_at_most
from proofs.lemmas.batch_steps import after, gamma, mu, one_point
from proofs.lemmas.gaps import mean_gap
from proofs.lemmas.geometric_sums import contracted_steps
from proofs.lemmas.two_runs import Other
from proofs.meaning import training
from proofs.meaning.algorithms import LAST
from proofs.meaning.claims import Claim, Derived
from proofs.meaning.reading import symbol_term
from proofs.meaning.samples import S, uniform_replacement, y, z
from proofs.meaning.training import k, m, step_size
from proofs.steps import by_cases, cut, for_all, linear, one_over, sample_size_positive, use
from proofs.terms import Term, le, lt, num

L = symbol_term("L")


def _at_most(change: Theorem, whole: Theorem, epsilon: Term) -> Theorem:
    """From L(z) 2 L whole/m, 0 <= whole, to 2 L^2 whole/m."""
    examples = one_over(sample_size_positive())
    positive = assume(lt(0, L))
    goal = le(change.conclusion.args[0], epsilon)
    return linear(goal, change, (steep_at_most(z), positive, whole, examples))


def convex(claim: Claim) -> Derived:
    """A step moves the runs apart by 2 L alpha_t share_t; the share is 1/m on average."""
    other = two_runs.replacement()
    weights = run_losses.convex(other)
    change = run_losses.change_on_average(other, weights)
    bound = _at_most(change, weights.sign, 2 * L**2 * weights.whole / m)
    return Derived((for_all(bound, S, k, y, z),))


def strongly_convex(claim: Claim) -> Derived:
    """The same, contracted: the sum of alpha (1 - alpha mu)^(T - t) is at most 1/mu.

    If alpha mu > 1 then mu > gamma, and all weights inside are one point.
    """
    other = two_runs.replacement()
    examples = one_over(sample_size_positive())
    epsilon = 2 * L**2 / mu / m
    first = step_size(num(1)) * mu

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<":
            return _nothing_moves(other, known, epsilon)
        weights = run_losses.strongly_convex(other, _small())
        change = run_losses.change_on_average(other, weights)
        bound = _at_most(change, weights.sign, 2 * L**2 * weights.whole / m)
        most = use(cut(contracted_steps(), run_losses.contracts()), LAST)
        L_positive = assume(lt(0, L))
        goal = le(bound.conclusion.args[0], epsilon)
        return linear(goal, bound, (most, L_positive, L_positive, examples))

    return Derived((for_all(by_cases(le(first, 1), decide), S, k, y, z),))


def _small() -> Theorem:
    """alpha_(t + 1) <= 2/(gamma + mu), from alpha_(t + 1) <= 1/gamma and alpha_(t + 1) mu <= 1."""
    (limit,) = training.steps_at_most(1 / gamma)
    smooth, curvature = assume(lt(0, gamma)), assume(lt(0, mu))
    both = linear(lt(0, gamma + mu), smooth, curvature)
    size = step_size(after)
    scaled = linear(le(size * gamma, 1), (use(assume(limit), after), smooth), nonzero=[smooth])
    twice = linear(le(size * (gamma + mu), 2), scaled, use(run_losses.contracts(), training.t))
    return linear(le(size, 2 / (gamma + mu)), (twice, one_over(both)), nonzero=[both])


def _nothing_moves(other: Other, steep_step: Theorem, epsilon: Term) -> Theorem:
    """No loss changes, from 1 < alpha_1 mu."""
    (limit,) = training.steps_at_most(1 / gamma)
    first, smooth = step_size(num(1)), assume(lt(0, gamma))
    scaled = linear(le(first * gamma, 1), (use(assume(limit), num(1)), smooth), nonzero=[smooth])
    taken = run_losses.step_positive_at(num(1), linear(le(1, 1)))
    more = linear(lt(0, first * (mu - gamma)), scaled, steep_step)
    curved = linear(lt(gamma, mu), (more, one_over(taken)), nonzero=[taken])
    change = run_losses.no_change(other, cut(one_point(), curved))
    positive, factors = assume(lt(0, L)), (assume(lt(0, mu)), sample_size_positive())
    sign = linear(le(0, epsilon), (positive, positive, *map(one_over, factors)))
    return linear(le(change.conclusion.args[0], epsilon), change, sign)


def expectation(claim: Claim) -> Derived:
    """E l(A_S, z_i) = E l(A_S', z), S' with the fresh z in the place of z_i."""
    epsilon = symbol_term("epsilon")
    return Derived((mean_gap(assume(uniform_replacement(epsilon)), epsilon),))
