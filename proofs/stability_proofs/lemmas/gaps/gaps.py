"""What one replaced example does to the gap, and what the gap is on average.

For a uniform constant. All of it for losses in [0, M] and any rule, symmetric or not.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked, swap
from stability_proofs.kernel.notation import E, every, indicator, total
from stability_proofs.kernel.terms import Term, at, eq, le, num, put, var
from stability_proofs.semantics.samples import (
    S,
    gap,
    i,
    j,
    loss,
    m,
    risk,
    standing,
    uniform_deletion,
    uniform_replacement,
    without,
    y,
    z,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    at_same,
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

M, beta, epsilon = var("M"), var("beta"), var("epsilon")

S_new = put(S, i, y)
"""S with y in the place of the example at i."""


@lemma(
    at=(beta, M),
    given=(
        every(S, j, z, y, eq(without(put(S, j, z), j, y), without(S, j, y))),
        uniform_deletion(beta),
    ),
    shows=uniform_replacement(2 * beta),
)
def replaced_from_deleted(constant: Term, M: Term) -> Theorem:
    """Uniform replacement stability 2 beta, from deletion stability beta: delete, then add."""
    deletion = assume(uniform_deletion(constant))
    untouched = use(assume(standing(M)[4]), S, i, y, z)
    old_up, old_down = sides(use(deletion, S, i, z))
    new_up, new_down = sides(use(deletion, S_new, i, z))
    change = loss(S, z) - loss(S_new, z)
    up = linear(le(change, 2 * constant), old_up, new_down, untouched)
    down = linear(le(-change, 2 * constant), old_down, new_up, untouched)
    return for_all(absolute_below(up, down), S, i, y, z)


@lemma(
    at=lambda: (uniform_replacement(epsilon), epsilon, le(0, epsilon), M),
    given=(every(S, z, le(0, loss(S, z))), every(S, z, le(loss(S, z), M))),
    shows=every(S, j, z, le(gap(S) - gap(put(S, j, z)), 2 * epsilon + M / m)),
)
def gap_difference(replaced: Theorem, e: Term, nonnegative: Theorem, M: Term) -> Theorem:
    """gap(S) - gap(S') <= 2 e + M/m, from replacement stability e and 0 <= e."""
    low, high = assume(standing(M)[0]), assume(standing(M)[1])
    up, _ = sides(use(replaced, S, i, y, z))
    risks = mean(z, up)

    def term_change(same: Theorem) -> Theorem:
        """At the example of index j: e, or M if it is the one that was replaced."""
        here = indicator(eq(j, i))
        goal = le(loss(S_new, at(S_new, j)) - loss(S, at(S, j)), e + here * M)
        value = checker.indicator(same, eq(j, i))
        if same.conclusion.head == "=":
            top, bottom = use(high, S_new, at(S_new, j)), use(low, S, at(S, j))
            return linear(goal, top, bottom, nonnegative, (M, value))
        kept = family("at-put-other", S, i, y, j, same)
        _, down = sides(use(replaced, S, i, y, at(S, j)))
        moved = at_same(kept, lambda point: loss(S_new, point))
        return linear(goal, down, moved, (M, value))

    sums = summed(j, by_cases(eq(j, i), term_change))
    one = picked(j, num(1), i)
    positive = sample_size_positive()
    risks_part = linear(le(risk(S) - risk(S_new), e), risks)
    goal = le(gap(S) - gap(S_new), 2 * e + M / m)
    return for_all(
        linear(goal, risks_part, (sums, one_over(positive)), (M / m, one), nonzero=[positive]),
        S, i, y,
    )  # fmt: skip


@lemma(at=lambda: (uniform_replacement(epsilon), epsilon), shows=le(E(S, gap(S)), epsilon))
def mean_gap(replaced: Theorem, e: Term) -> Theorem:
    """E gap <= e: the example at i and a fresh one may change places."""
    fresh_point = swap(S, i, z, loss(S, at(S, i)))
    new = put(S, i, z)
    inner = at_same(family("at-put", S, i, z), lambda point: loss(new, point))
    renamed = checker.congruence(E(z, num(0)), z, inner)
    renamed = checker.congruence(E(S, num(0)), S, renamed)
    change, _ = sides(use(replaced, S, i, z, z))
    averaged = mean(S, mean(z, change))
    # E_S E_z loss(S, z) - E_S loss(S, z_i) <= e for every i; then the mean over i
    own = linear(le(E(S, risk(S)) - E(S, loss(S, at(S, i))), e), averaged, fresh_point, renamed)
    positive = sample_size_positive()
    apart = checker.exchange(E(S, total(i, loss(S, at(S, i)))))
    return linear(
        le(E(S, gap(S)), e),
        (summed(i, own), one_over(positive)),
        (1 / m, apart),
        nonzero=[positive],
    )
