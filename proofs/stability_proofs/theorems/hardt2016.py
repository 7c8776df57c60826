"""Hardt, Recht and Singer (2016): derivations of `stability.theorems.hardt2016`."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import total
from stability_proofs.kernel.terms import Term, le, lt, num
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.geometric_sums import contracted_steps
from stability_proofs.lemmas.analysis.limits import at_whole_part
from stability_proofs.lemmas.analysis.recursions import s as first
from stability_proofs.lemmas.analysis.recursions import t
from stability_proofs.lemmas.analysis.sums import ones
from stability_proofs.lemmas.gaps.gaps import mean_gap
from stability_proofs.lemmas.sgd import (
    best_burn_in,
    burn_in,
    inverse_steps,
    ranges,
    run_losses,
    two_runs,
)
from stability_proofs.lemmas.sgd.batch_slopes import steep, steep_at_most
from stability_proofs.lemmas.sgd.batch_steps import after, gamma, mu, one_point
from stability_proofs.lemmas.sgd.two_runs import Other
from stability_proofs.semantics import training
from stability_proofs.semantics.algorithms import LAST
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, uniform_replacement, y, z
from stability_proofs.semantics.training import k, m, step_size
from stability_proofs.tactics.vocabulary import (
    by_cases,
    cut,
    for_all,
    linear,
    one_over,
    sample_size_positive,
    summed,
    use,
)

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


def strongly_convex_decaying(claim: Claim) -> Derived:
    """The example is met in the first gamma/mu steps, at most rho; or t times the distance adds up.

    A step t > gamma/mu makes t d_t <= (t - 1) d_(t - 1) + 2 L share_t/mu.
    """
    rho = symbol_term("rho")
    other, one = two_runs.replacement(), linear(lt(0, 1))
    top, ratio = ranges.of_inside(other, rho), gamma / mu
    examples = one_over(sample_size_positive())
    L_positive, rho_sign = assume(lt(0, L)), assume(le(0, rho))
    over = one_over(assume(lt(0, mu)))
    final = 2 * L**2 / mu / m
    bound = ratio * rho / m + final
    extra = linear(le(0, final), (L_positive, L_positive, over, examples))

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            met = burn_in.always_met(other, one, top)
            goal = le(met.conclusion.args[0], bound)
            return linear(goal, met, (rho_sign, known, examples), extra)
        least = linear(le(0, ratio), (assume(lt(0, gamma)), over))
        some, whole = linear(lt(0, LAST), least, known), assume(le(first, ratio))
        ordered, part = linear(le(first, LAST), whole, known), one_over(some)
        change = cut(burn_in.burnt_in(other, one, top, inverse_steps.later(other)), ordered)
        rest = total(t, num(1), first + 1, LAST)
        counted = checker.specialise(ones(), LAST - first, linear(le(0, LAST - first), ordered))
        less = linear(
            le(rest / LAST, 1), (1 / LAST, counted), (checker.natural(first), part), nonzero=[some]
        )
        derived = linear(
            le(change.conclusion.args[0], bound),
            change,
            (whole, rho_sign, examples),
            (steep(z), less, L_positive, over, examples),
            (steep_at_most(z), L_positive, over, examples),
        )
        return at_whole_part(derived, first, least)

    return Derived((for_all(by_cases(le(LAST, ratio), decide), S, k, y, z),))


def nonconvex(claim: Claim) -> Derived:
    """The example is met in the first s steps, at most M, or distances grow by 1 + c gamma/t.

    s is the whole part of the best burn-in x. Only an inequality at the end: what is derived has
    1/m for the stated 1/(m - 1).
    """
    other, one, M = two_runs.replacement(), linear(lt(0, 1)), symbol_term("M")
    top, x, q = ranges.of_trained(other, M), best_burn_in.x, best_burn_in.q
    examples, range_positive = one_over(sample_size_positive()), assume(lt(0, M))
    exponent = linear(lt(0, q), (assume(lt(0, symbol_term("c"))), assume(lt(0, gamma))))
    some = exp_positive(best_burn_in.exponent)
    bound = M * x * (1 + 1 / q) / m

    def decide(known: Theorem) -> Theorem:
        if known.conclusion.head == "<=":
            met = burn_in.always_met(other, one, top)
            return linear(
                le(met.conclusion.args[0], bound),
                met,
                (range_positive, known, examples),
                (range_positive, some, one_over(exponent), examples),
            )
        ordered = linear(le(first, LAST), assume(le(first, x)), known)
        later = burn_in.growing(other)
        change = cut(burn_in.burnt_in(other, one, top, later), ordered)
        sign = summed(t, later.sign, first + 1, LAST)
        derived = linear(
            le(change.conclusion.args[0], bound),
            change,
            (steep_at_most(z), assume(lt(0, L)), sign, examples),
            (best_burn_in.later_steps(), examples),
        )
        return at_whole_part(derived, first, linear(le(0, x), some))

    derived = by_cases(le(LAST, x), decide)
    size, more = sample_size_positive(), linear(lt(0, m - 1), assume(le(2, m)))
    larger = linear(
        le(bound, M * x * (1 + 1 / q) / (m - 1)),
        (range_positive, some, one_over(more), examples),
        (range_positive, some, one_over(exponent), one_over(more), examples),
        nonzero=[size, more],
    )
    powers = best_burn_in.stated()
    stated = (1 + 1 / q) / (m - 1) * powers.conclusion.args[1]
    goal = le(derived.conclusion.args[0], stated)
    last = linear(goal, derived, larger, ((1 + 1 / q) / (m - 1), powers))
    return Derived((for_all(last, S, k, y, z),))


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
