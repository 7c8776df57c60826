"""Soloff, Barber and Willett (2024): derivation of `stability.theorems.soloff2024`."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.terms import eq, le, lt
from stability_proofs.lemmas.probability.draws import power
from stability_proofs.lemmas.voting import bag_counts
from stability_proofs.lemmas.voting.bag_laws import (
    ONE_LEFT,
    TWO_LEFT,
    Law,
    doubled,
    subsets,
    with_replacement,
)
from stability_proofs.semantics import bagging
from stability_proofs.semantics.bagging import left_average, predicted, s
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, i, m, z
from stability_proofs.tactics.vocabulary import at_same, cut, for_all, linear, use

subsample, eps = map(symbol_term, ("subsample", "eps"))


def of_any_rule(claim: Claim) -> Derived:
    """Few examples can be correlated with a prediction in [0, 1] through being in a bag."""
    drawn = claim.statement.name == "bagging"
    moved = _few_moved(with_replacement(subsample) if drawn else subsets(subsample))
    same = _as_stated_for_draws() if drawn else _as_stated_for_subsets()
    scale = 1 / (4 * m * eps * eps)
    stated = linear(
        le(moved.conclusion.args[0], same.conclusion.args[1] * scale), moved, (scale, same)
    )
    return Derived((for_all(stated, S, z),))


def _few_moved(law: Law) -> Theorem:
    """The share of examples whose deletion moves the average, by the law of bags."""
    low, high = map(assume, bagging.predictions_in_unit_interval())
    (fresh,) = map(assume, bagging.fresh_bags())
    lemma = interpret(bag_counts.few_moved(), "f", (s,), predicted(S, s, z))
    lemma = interpret(lemma, "left", (i,), left_average(S, i, z))
    lemma = substitute(lemma, {bag_counts.P: law.P, bag_counts.Q: law.Q})
    facts = (
        for_all(use(low, S, s, z), s),
        for_all(use(high, S, s, z), s),
        for_all(use(fresh, S, i, z), i),
        assume(lt(0, eps)),
    )
    return cut(lemma, *law.facts, *facts)


def _as_stated_for_draws() -> Theorem:
    """P/(1 - P) + Q/(1 - P)^2 in powers of 1 - 1/m, one of them with the exponent 2 n."""
    r, r_2 = power(ONE_LEFT, subsample), power(TWO_LEFT, subsample)
    double = power(ONE_LEFT, 2 * subsample)
    same = at_same(use(doubled(), subsample), lambda whole: (whole - r_2) / whole)
    first = (1 - r) / r
    goal = eq(first + (r * r - r_2) / r / r, first + (double - r_2) / double)
    return linear(goal, same)


def _as_stated_for_subsets() -> Theorem:
    """P/(1 - P) + Q/(1 - P)^2 = P/(1 - P) + P/((1 - P) (m - 1))."""
    law = subsets(subsample)
    P, Q, room = law.P, law.Q, linear(lt(0, 1 - law.P), law.facts[-1])
    goal = eq(P / (1 - P) + Q / (1 - P) / (1 - P), P / (1 - P) + P / (1 - P) / (m - 1))
    return linear(goal, nonzero=[room])
