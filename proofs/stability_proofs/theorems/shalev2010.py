"""Shalev-Shwartz et al. (2010): derivations of `stability.theorems.shalev2010`."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, average, total
from stability_proofs.kernel.terms import Term, at, eq, le, num, put
from stability_proofs.lemmas.probability.marginals import at_index
from stability_proofs.lemmas.probability.renaming import redrawn
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.excess import h, nearly_minimises, rival, rival_risk
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    average_replacement,
    gap,
    i,
    loss,
    m,
    risk,
    uniform_average_replacement,
    y,
)
from stability_proofs.tactics.vocabulary import (
    averaged,
    below_absolute,
    chain,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

CHANGE = loss(S, y) - loss(put(S, i, y), y)
"""The loss at y, and that at y of the rule trained on S with y at i."""


def _gap_is_average() -> Theorem:
    """E gap = the mean over i of E change: z_i and a fresh y may change places."""
    own = loss(S, at(S, i))
    moved = checker.congruence(total(i, num(0)), i, redrawn(own, i, y))
    apart = checker.exchange(E(S, total(i, own)))
    size = sample_size_positive()
    goal = eq(E(S, gap(S)), average(i, E(S, E(y, CHANGE))))
    return linear(goal, (1 / m, moved), (1 / m, apart), nonzero=[size])


def lemma11(claim: Claim) -> Derived:
    """The expected gap is what the constant bounds, without the absolute value."""
    epsilon = symbol_term("epsilon")
    same = _gap_is_average()
    rate = same.conclusion.args[1]
    stable = assume(average_replacement(epsilon))
    return Derived((chain(same, below_absolute(rate), stable),))


def _gap_below(epsilon: Term) -> Theorem:
    """E gap <= epsilon, from a uniform average constant: test at the example that is put in."""
    share = one_over(sample_size_positive())
    stable = use(assume(uniform_average_replacement(epsilon)), S, y, y)
    above = summed(i, below_absolute(CHANGE))
    here = linear(le(average(i, CHANGE), epsilon), (above, share), stable)
    inner = averaged(S, equation=checker.exchange(E(y, total(i, CHANGE))))
    outer = checker.exchange(E(S, total(i, E(y, CHANGE))))
    apart = [(1 / m, equation) for equation in (inner, outer)]
    same = _gap_is_average()
    return linear(le(E(S, gap(S)), epsilon), same, mean(S, mean(y, here)), *apart)


def theorem8(claim: Claim) -> Derived:
    """E R - R(h) = E gap + E (R_emp - least) + E (least - R_emp(h)) <= epsilon + erm_error."""
    epsilon, error = map(symbol_term, ("epsilon", "erm_error"))
    size = sample_size_positive()
    lower, nearly = map(assume, nearly_minimises(error))
    of_rival = rival(h, at(S, i))
    same_law = at_index(lambda point: rival(h, point), i)
    laws = checker.congruence(total(i, num(0)), i, same_law)
    apart = checker.exchange(E(S, total(i, of_rival)))
    excess = linear(
        le(E(S, risk(S)) - rival_risk(h), epsilon + error),
        _gap_below(epsilon),
        nearly,
        mean(S, use(lower, S, h)),
        (1 / m, laws),
        (1 / m, apart),
        nonzero=[size],
    )
    return Derived((for_all(excess, h),))
