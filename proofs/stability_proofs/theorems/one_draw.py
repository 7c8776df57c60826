"""Gaps of one draw: derivations of `stability.theorems.one_draw`."""

from __future__ import annotations

from stability.conventions import Over
from stability.theorems.kinds import GeneralizationTheorem
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, every, exp, log, size, sqrt
from stability_proofs.kernel.terms import ProofError, Term, app, at, eq, le, lt, put, replace
from stability_proofs.lemmas.analysis.exponential import log_of_inverse
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.gaps import drawn_gaps
from stability_proofs.lemmas.probability.concentration import log_is_positive
from stability_proofs.lemmas.probability.replaced_sums import sum_with_another
from stability_proofs.lemmas.regularised_erm.gibbs import tilted_averages
from stability_proofs.lemmas.regularised_erm.gibbs_density import gibbs_density
from stability_proofs.semantics import gibbs
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.gibbs import base, h
from stability_proofs.semantics.one_draw import proportional
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, y
from stability_proofs.semantics.training import k
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
    averaged,
    cut,
    discharge,
    for_all,
    linear,
    one_over,
    sample_size_positive,
    use,
)

m = size()
M, delta, lam, constant = map(symbol_term, ("M", "delta", "lam", "exponent"))


def _above(claim: Claim, change: Term, sign: Theorem) -> Theorem:
    """The bound, for densities whose logarithms move by `change`; the best rate is put in.

    `sign`: 0 <= change. The exponent m (rate M/m + change)^2/8 - rate level is -log(1/delta).
    """
    theorem = claim.theorem
    if not isinstance(theorem, GeneralizationTheorem):
        raise ProofError(f"{theorem.id} is no bound on the gap")
    drawn = theorem.over is Over.BOTH
    lemma = drawn_gaps.one_draw_above() if drawn else drawn_gaps.mean_above()
    few, proper, positive = assume(lt(0, delta)), assume(lt(delta, 1)), assume(lt(0, M))
    examples = sample_size_positive()
    inner = (change / 4) ** 2 + log(1 / delta) / (2 * m)
    square = linear(le(0, change * change), (sign, sign))
    inside = linear(lt(0, inner), (log_is_positive(few, proper), one_over(examples)), square)
    root, squared = root_positive(inside), root_squared(linear(le(0, inner), inside))
    rate, level = 4 * m * sqrt(inner) / M, M * (change / 4 + sqrt(inner))
    values = {drawn_gaps.rate: rate, drawn_gaps.change: change, drawn_gaps.level: level}
    fast = linear(lt(0, rate), (examples, root, one_over(positive)))
    found = cut(checker.substitute(lemma, values), fast)
    moved = rate * M / m + change
    most, least = m * moved * moved / 8, -(rate * level)
    total = linear(
        eq(most + least, -log(1 / delta)), (2 * m, squared), nonzero=[positive, examples]
    )
    whole, same = elementary("exp-sum", most, least), at_same(total, exp)
    chance = le(found.conclusion.args[0], delta)
    return linear(chance, found, whole, same, log_of_inverse(few))


def private(claim: Claim) -> Derived:
    """The logarithms of the densities move by epsilon."""
    epsilon = symbol_term("dp_epsilon")
    return Derived((_above(claim, epsilon, assume(le(0, epsilon))),))


def gibbs_draw(claim: Claim) -> Derived:
    """The logarithm of the density moves by 2 c: the exponent by c, that of the normaliser by c."""
    twice = linear(le(0, 2 * constant), assume(le(0, constant)))
    return Derived((cut(_above(claim, 2 * constant, twice), *gibbs_density()),))


def exponent_of_gibbs(claim: Claim) -> Derived:
    """The minimising distribution averages like exp(-R_emp/lambda): it moves by M/(lambda m)."""
    del claim
    positive = assume(lt(0, lam))
    distribution, cost = gibbs.costs()[0]
    power = -cost / lam
    parts = _averages(distribution, cost, positive), _moves(power, positive)
    return Derived(parts, {"exponent": power})


def _averages(distribution: Term, cost: Term, positive: Theorem) -> Theorem:
    """Every function with values in [0, 1] has the mean that the weights exp(-cost/lambda) give."""
    shape = use(assume(gibbs.in_proportion(distribution, cost, lam)), S, k, h)
    least = assume(gibbs.least(distribution, cost, lam))
    objective = use(least, S, k, gibbs.tilted(distribution))
    q, chosen = shape.conclusion.args[1], gibbs.density(distribution, h)
    of_cost = averaged(h, equation=at_same(shape, lambda x: x * cost))
    of_log = averaged(h, equation=at_same(shape, lambda x: x * log(x)))
    better = le(
        E(h, chosen * cost) + lam * E(h, chosen * log(chosen)),
        E(h, q * cost) + lam * E(h, q * log(q)),
    )
    density, one = (assume(f) for f in gibbs.densities())
    values, ranged = app("values", h), assume(lt(0, M))
    ranges = [every(h, f) for f in (le(0, values), le(values, 1))]
    low, high = (use(assume(f), h) for f in ranges)
    same = tilted_averages(
        cost,
        chosen,
        M * values,
        positive,
        for_all(use(density, distribution, h), h),
        use(one, distribution),
        linear(better, objective, of_cost, (lam, of_log)),
        for_all(linear(le(0, M * values), (ranged, low)), h),
        for_all(linear(le(M * values, M), (ranged, high)), h),
    )
    weights = E(h, proportional(-cost / lam) * values)
    alike = linear(eq(E(h, chosen * values), weights), (1 / M, same), nonzero=[ranged])
    return for_all(discharge(alike, *ranges), S)


def _moves(power: Term, positive: Theorem) -> Theorem:
    """Another example moves the mean loss of each hypothesis by at most M/m."""
    low, high = map(assume, gibbs.base_range(M))
    sums = sum_with_another(lambda point: base(h, point), S, i, y)
    count, weight = one_over(sample_size_positive()), one_over(positive)
    new = replace(power, {S: put(S, i, y)})
    facts = [
        (count, weight, use(side, h, point)) for side in (low, high) for point in (y, at(S, i))
    ]
    moved = power - new
    bound = M / (lam * m)
    both = [linear(le(sign * moved, bound), (1 / (lam * m), sums), *facts) for sign in (1, -1)]
    return for_all(absolute_below(both[0], linear(le(-moved, bound), both[1])), S, i, y, h)
