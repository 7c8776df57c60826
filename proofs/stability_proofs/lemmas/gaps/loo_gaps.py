"""What one replaced example does to R - R_loo, and what R - R_loo is on average.

For a uniform deletion constant that also holds, in proportion, with one example deleted already.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.terms import Term, at, eq, le, lt, num, put, var
from stability_proofs.lemmas.gaps.gaps import replaced_from_deleted
from stability_proofs.lemmas.probability.renaming import redrawn
from stability_proofs.semantics.samples import (
    S,
    i,
    j,
    loo_gap,
    m,
    risk,
    standing,
    twice,
    uniform_deletion,
    uniform_deletion_before,
    without,
    y,
    z,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    at_same,
    averaged,
    by_cases,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    summed,
    use,
)

M, beta = var("M"), var("beta")

S_new = put(S, i, y)
"""S with y in the place of the example at i."""


@lemma(
    at=(beta, M, le(2, m)),
    given=(
        every(S, j, z, le(without(S, j, z), M)),
        every(S, j, z, le(0, without(S, j, z))),
        every(S, j, z, y, eq(without(put(S, j, z), j, y), without(S, j, y))),
        every(S, j, i, z, y, eq(twice(put(S, i, z), j, i, y), twice(S, j, i, y))),
        uniform_deletion(beta),
        uniform_deletion_before(beta * m / (m - 1)),
    ),
    shows=every(S, j, z, le(loo_gap(S) - loo_gap(put(S, j, z)), 4 * beta + M / m)),
)
def loo_gap_difference(constant: Term, M: Term, two: Theorem) -> Theorem:
    """loo_gap(S) - loo_gap(S') <= 4 beta + M/m, from 2 <= m.

    Without z_j the loss moves by twice beta m/(m - 1), for m - 1 of the j; without z_i the fits are
    the same and only the point that they are tested at differs.
    """
    facts = standing(M)
    low, high = assume(facts[2]), assume(facts[3])
    untouched, before = assume(facts[6]), assume(uniform_deletion_before(constant * m / (m - 1)))
    others, size = linear(lt(0, m - 1), two), sample_size_positive()
    moved = 2 * constant * m / (m - 1)

    def term_change(same: Theorem) -> Theorem:
        goal = le(
            without(S_new, j, at(S_new, j)) - without(S, j, at(S, j)),
            moved + indicator(eq(j, i)) * (M - moved),
        )
        value = checker.indicator(same, eq(j, i))
        if same.conclusion.head == "=":
            top, bottom = use(high, S_new, j, at(S_new, j)), use(low, S, j, at(S, j))
            return linear(goal, top, bottom, (M - moved, value))
        point = at(S, j)
        _, down = sides(use(before, S, j, i, point, same))
        up, _ = sides(use(before, S_new, j, i, point, same))
        kept = use(untouched, S, j, i, y, point)
        read = family("at-put-other", S, i, y, j, same)
        tested = at_same(read, lambda there: without(S_new, j, there))
        return linear(goal, up, down, kept, tested, (M - moved, value))

    sums = summed(j, by_cases(eq(j, i), term_change))
    one = picked(j, num(1), i)
    fitted, _ = sides(use(replaced_from_deleted(constant, M), S, i, y, z))
    risks = linear(le(risk(S) - risk(S_new), 2 * constant), mean(z, fitted))
    goal = le(loo_gap(S) - loo_gap(S_new), 4 * constant + M / m)
    share = one_over(size)
    whole = linear(goal, risks, (sums, share), ((M - moved) / m, one), nonzero=[size, others])
    return for_all(whole, S, i, y)


@lemma(
    at=(beta, M),
    given=(
        every(S, j, z, y, eq(without(put(S, j, z), j, y), without(S, j, y))),
        uniform_deletion(beta),
    ),
    shows=le(E(S, loo_gap(S)), beta),
)
def mean_loo_gap(constant: Term, M: Term) -> Theorem:
    """E loo_gap <= beta: without z_i, that example is as good as a fresh one."""
    own = redrawn(without(S, i, at(S, i)), i, z)
    kept = averaged(S, z, equation=use(assume(standing(M)[4]), S, i, z, z))
    change, _ = sides(use(assume(uniform_deletion(constant)), S, i, z))
    at_one = linear(
        le(E(S, risk(S)) - E(S, without(S, i, at(S, i))), constant),
        mean(S, mean(z, change)),
        own,
        kept,
    )
    size = sample_size_positive()
    apart = checker.exchange(E(S, total(i, without(S, i, at(S, i)))))
    return linear(
        le(E(S, loo_gap(S)), constant),
        (summed(i, at_one), one_over(size)),
        (1 / m, apart),
        nonzero=[size],
    )
