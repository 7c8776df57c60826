"""Elisseeff, Evgeniou and Pontil (2005): derivations of `stability.theorems.elisseeff2005`."""

from __future__ import annotations

from collections.abc import Callable

from stability.conventions import Averaged, Positions
from stability.theorems.elisseeff2005 import PUBLISHED
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, root_squared
from stability_proofs.kernel.notation import E, indicator, sqrt, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, opened, put
from stability_proofs.lemmas.analysis.indicators import covered
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.gaps.gaps import replaced_from_deleted
from stability_proofs.lemmas.gaps.tails import gap_tail, loo_gap_tail
from stability_proofs.lemmas.gaps.unordered_rules import (
    fitted_moment,
    fresh_change,
    left_out_moment,
    own_change,
)
from stability_proofs.lemmas.probability.seeds import seeds_tail
from stability_proofs.semantics import randomised
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.randomised import d, r, realised, realised_without, x
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, j, m, y, z
from stability_proofs.tactics.vocabulary import (
    Square,
    averaged,
    by_cases,
    cut,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    summed,
    turned,
    use,
)

M, delta, beta, rho = map(symbol_term, ("M", "delta", "beta", "rho"))
Gap = Callable[[Term, Term], Term]
"""From sample and seeds to R - R_emp or R - R_loo."""


def _seeds_in(body: Term) -> Term:
    """A term about a rule, for the randomised one with seeds r."""
    return _of_seeds(checker.same(body, body)).conclusion.args[0]


def _of_seeds(theorem: Theorem) -> Theorem:
    """What is said of a rule, said of the randomised one with seeds r."""
    for head, inputs, body in (
        ("loss", (S, z), realised(S, r, z)),
        ("without", (S, i, z), realised_without(S, r, i, z)),
    ):
        theorem = interpret(theorem, head, inputs, body)
    return theorem


def _seeded(theorem: Theorem) -> Theorem:
    """What holds of a rule holds of the randomised one for each seeds r."""
    whole = randomised.standing(M)
    low, high, left_low, left_high, untouched = (assume(formula) for formula in whole[:5])
    return cut(
        _of_seeds(theorem),
        for_all(use(low, S, r, z), S, z),
        for_all(use(high, S, r, z), S, z),
        for_all(use(left_low, S, r, i, z), S, i, z),
        for_all(use(left_high, S, r, i, z), S, i, z),
        for_all(use(untouched, S, r, i, y, z), S, i, y, z),
    )


def _mean_change(claim: Claim, change: Term, premise: Term) -> Theorem:
    """The sum over i of E_r E_S change of i is at most m constant, whatever it averages over."""
    size, known = sample_size_positive(), assume(premise)
    goal = total(i, E(r, change))
    if claim.averaged_over is Averaged.NOTHING:
        known = mean(r, use(known, r))
        order = checker.exchange(E(r, total(i, change)))
        facts = [turned(order)]
    else:
        facts = [checker.congruence(goal, i, checker.exchange(E(r, change)))]
    constant = known.conclusion.args[1]
    return linear(le(goal, m * constant), *facts, (known, size), nonzero=[size])


def _moment(claim: Claim, moment: Theorem, change: Term, premise: Term, constant: Term) -> Theorem:
    """E_S E_r gap^2 <= M^2/m + 4 M constant, from the second moment for each r."""
    size, sign = sample_size_positive(), assume(lt(0, M))
    shares = _mean_change(claim, change, premise)
    apart = checker.exchange(E(r, total(i, change)))
    squared = moment.conclusion.args[0]
    order = checker.exchange(E(r, squared))
    goal = le(order.conclusion.args[1], M**2 / m + 4 * M * constant)
    scale = (sign, one_over(size))
    return linear(
        goal,
        mean(r, moment),
        order,
        (4 * M / m, apart),
        (shares, *scale),
        nonzero=[size],
    )


def _by_markov(claim: Claim, gap: Term, moment: Theorem, constant: Term) -> Derived:
    """P(gap > b) <= delta for b = sqrt((M^2 + 4 M m constant)/(m delta)).

    1{b < gap} b^2 is at most gap^2, whose mean is at most M^2/m + 4 M constant. As published,
    2 M^2 + 12 M m constant stands under the root: only an inequality there.
    """
    ranges, changes = (2, 12) if claim.statement.name == PUBLISHED else (1, 4)
    size, failure, sign = sample_size_positive(), assume(lt(0, delta)), assume(lt(0, M))
    inner = ranges * M**2 + changes * M * m * constant
    positive = linear(lt(0, inner), (sign, sign), (sign, size, assume(le(0, constant))))
    known = (failure, size, positive)
    roots = [root_positive(t) for t in known]
    squares = [root_squared(linear(le(0, t.conclusion.args[1]), t)) for t in known]
    over_delta, over_m, top = 1 / sqrt(delta), 1 / sqrt(m), sqrt(inner)
    b = over_delta * over_m * top
    b_positive = linear(lt(0, b), (one_over(roots[0]), one_over(roots[1]), roots[2]))
    shares = over_delta * over_delta * over_m * over_m
    enough = linear(
        eq(b * b * delta, inner / m),
        (shares * delta, squares[2]),
        (shares * inner, squares[0]),
        (over_m * over_m * inner / m, squares[1]),
        nonzero=[*roots[:2], failure, size],
    )
    event = lt(b, gap)

    def pointwise(known: Theorem) -> Theorem:
        goal, value = le(indicator(event) * b * b, gap**2), checker.indicator(known, event)
        if known.conclusion == event:
            return linear(goal, (known, known), (known, b_positive), (b * b, value))
        return linear(goal, Square(gap), (b * b, value))

    weighed = mean(S, mean(r, by_cases(event, pointwise)))
    chance = E(S, E(r, indicator(event)))
    scaled = linear(
        le(chance * b * b, delta * b * b),
        weighed,
        moment,
        enough,
        (sign, sign, one_over(size)),
        (sign, assume(le(0, constant))),
        nonzero=[size],
    )
    once = one_over(b_positive)
    return Derived((linear(le(chance, delta), (scaled, once, once), nonzero=roots),))


def theorem9(claim: Claim) -> Derived:
    """The second moment for each r, without symmetry; its mean over r; Markov's inequality."""
    constant, over = symbol_term("beta_hyp"), claim.averaged_over or Averaged.BOTH
    premise = randomised.hypothesis(constant, over, Positions.MEAN)
    change = _seeds_in(fresh_change(i))
    moment = _moment(claim, _seeded(left_out_moment()), change, premise, constant)
    return _by_markov(claim, randomised.loo_gap(S, r), moment, constant)


def theorem12(claim: Claim) -> Derived:
    """The same for the own change of z_i."""
    constant, over = symbol_term("epsilon_pt"), claim.averaged_over or Averaged.BOTH
    premise = randomised.pointwise(constant, over, Positions.MEAN)
    change = _seeds_in(own_change(i))
    moment = _moment(claim, _seeded(fitted_moment()), change, premise, constant)
    return _by_markov(claim, randomised.gap(S, r), moment, constant)


def theorem15_emp(claim: Claim) -> Derived:
    """McDiarmid over the sample for the expected loss, over the seeds for each sample: delta/2
    each; Theorem 12 of Bousquet and Elisseeff is the first half."""
    half = delta / 2
    nonnegative = linear(le(0, 2 * beta), assume(le(0, beta)))
    first = gap_tail(replaced_from_deleted(beta, M), 2 * beta, nonnegative, M, half)
    return Derived((_both_halves(first, randomised.gap, realised(S, r, at(S, i))),))


def theorem15_loo(claim: Claim) -> Derived:
    """The same for R - R_loo."""
    first = loo_gap_tail(beta, M, delta / 2, assume(le(2, m)))
    return Derived((_both_halves(first, randomised.loo_gap, realised_without(S, r, i, at(S, i))),))


def _both_halves(first: Theorem, gap: Gap, tested: Term) -> Theorem:
    """P(gap > bound + spread) <= delta, from P(expected gap > bound) <= delta/2 for a rule.

    `tested`: the loss at z_i that the risk is compared with.
    """
    of_sample = _expected(first)
    positive, below_one = assume(lt(0, delta)), assume(lt(delta, 1))
    levels = linear(lt(0, delta / 2), positive), linear(lt(delta / 2, 1), positive, below_one)
    quantity, nonnegative = gap(S, r), assume(le(0, rho))
    of_seeds = seeds_tail(quantity, _moves(gap, tested), delta / 2, nonnegative, *levels)
    far, near = (_event(theorem) for theorem in (of_sample, of_seeds))
    (bound, expected), (shifted, _) = far.args, near.args
    total_bound = bound + shifted - E(r, quantity)
    same = linear(
        eq(expected, E(r, quantity)),
        checker.exchange(E(r, E(z, realised(S, r, z)))),
        (1 / m, checker.exchange(E(r, total(i, tested)))),
    )
    inside = linear(
        le(quantity, total_bound),
        assume(le(*reversed(far.args))),
        assume(le(*reversed(near.args))),
        same,
    )
    pointwise = covered(quantity, total_bound, [far, near], inside)
    chance = mean(S, mean(r, pointwise))
    goal = le(chance.conclusion.args[0], delta)
    return linear(goal, chance, of_sample, mean(S, of_seeds))


def _event(tail: Theorem) -> Term:
    """The event whose probability a tail bounds."""
    expectation = tail.conclusion.args[0]
    inside = opened(expectation, S if expectation.args[0] == "sample" else r)
    return inside.args[0]


def _moves(gap: Gap, tested: Term) -> Theorem:
    """Another seed in one draw lowers the gap by at most 2 rho: rho for each of its halves."""
    other = put(r, d, x)
    risks, losses = (assume(formula) for formula in randomised.influence(rho))
    up, _ = sides(use(risks, S, r, d, x, z))
    own = at(S, i)
    left_out = tested.head == "realised_without"
    known = use(losses, S, r, i, d, x, own) if left_out else use(risks, S, r, d, x, own)
    _, down = sides(known)
    size = sample_size_positive()
    goal = le(gap(S, r) - gap(S, other), 2 * rho)
    moved = linear(goal, mean(z, up), (summed(i, down), one_over(size)), nonzero=[size])
    return for_all(moved, r, d, x)


def _expected(theorem: Theorem) -> Theorem:
    """What holds of a rule holds of expected losses."""
    for head, inputs, body in (
        ("loss", (S, z), realised(S, r, z)),
        ("without", (S, i, z), realised_without(S, r, i, z)),
        ("twice", (S, i, j, z), randomised.realised_twice(S, r, i, j, z)),
    ):
        theorem = interpret(theorem, head, inputs, E(r, body))
    low, high, left_low, left_high, untouched, *twice = map(assume, randomised.standing(M))
    return cut(
        theorem,
        for_all(mean(r, use(low, S, r, z)), S, z),
        for_all(mean(r, use(high, S, r, z)), S, z),
        for_all(mean(r, use(left_low, S, r, i, z)), S, i, z),
        for_all(mean(r, use(left_high, S, r, i, z)), S, i, z),
        for_all(averaged(r, equation=use(untouched, S, r, i, y, z)), S, i, y, z),
        *(for_all(averaged(r, equation=use(t, S, r, i, j, y, z)), S, i, j, y, z) for t in twice),
        linear(lt(0, delta / 2), assume(lt(0, delta))),
        linear(lt(delta / 2, 1), assume(lt(0, delta)), assume(lt(delta, 1))),
    )
