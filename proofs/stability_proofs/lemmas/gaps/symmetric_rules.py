"""Second moments of the gaps of symmetric rules, from (pointwise) hypothesis stability: Lemma 9.

At two indices i and j the examples are drawn anew, a at i and b at j; what remains speaks of them
alone, see `cross_terms`.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import E, absolute, every, size
from stability_proofs.kernel.terms import Term, at, eq, le, lt, negation, num, put, var
from stability_proofs.lemmas.gaps import cross_terms
from stability_proofs.lemmas.gaps.cross_terms import a, b, c
from stability_proofs.lemmas.gaps.second_moments import TWO, second_moment
from stability_proofs.lemmas.probability.renaming import both_redrawn
from stability_proofs.semantics.samples import (
    S,
    gap,
    hypothesis_deletion,
    i,
    j,
    loo_gap,
    loss,
    pointwise_replacement,
    risk,
    standing,
    symmetric,
    without,
    y,
    z,
)
from stability_proofs.tactics.elements import settled
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Fact,
    at_same,
    averaged,
    chain,
    cut,
    discharge,
    for_all,
    linear,
    mean,
    turned,
    use,
)

beta_hyp, epsilon_pt = var("beta_hyp"), var("epsilon_pt")

DIFFER = negation(eq(i, j))
PAIR = put(put(S, i, a), j, b)
"""The sample with fresh examples at two indices."""


def _redrawn(body: Term) -> Theorem:
    return both_redrawn(body, (i, a), (j, b), assume(DIFFER))


def _gaps(tested: Term, other: Term) -> Term:
    return (risk(S) - tested) * (risk(S) - other)


def _exchanged(first: Term, second: Term) -> Theorem:
    """The loss does not change if the examples at i and j change places."""
    sample = put(put(S, i, first), j, second)
    swapped = settled(put(put(sample, i, at(sample, j)), j, at(sample, i)), assume(DIFFER))
    same = use(assume(symmetric()[0]), sample, i, j, c)
    return chain(turned(same), at_same(swapped, lambda s: loss(s, c)))


@lemma(
    at=(epsilon_pt, cross_terms.M),
    given=(
        TWO,
        symmetric()[0],
        lt(0, cross_terms.M),
        every(S, z, le(loss(S, z), cross_terms.M)),
        every(S, z, le(0, loss(S, z))),
        pointwise_replacement(epsilon_pt),
    ),
    shows=le(E(S, gap(S) ** 2), cross_terms.M**2 / (2 * size()) + 3 * cross_terms.M * epsilon_pt),
)
def fitted_moment(epsilon: Term, M: Term) -> Theorem:
    """E (R - R_emp)^2 <= M^2/(2m) + 3 M epsilon, for pointwise replacement stability epsilon."""
    low, high = (assume(end) for end in standing(M)[:2])
    lemma = interpret(cross_terms.fitted(), "both", (a, b, c), loss(PAIR, c))
    facts = (
        for_all(use(low, PAIR, c), a, b, c),
        for_all(use(high, PAIR, c), a, b, c),
        for_all(_exchanged(a, b), a, b, c),
    )
    inside = mean(S, cut(substitute(lemma, {cross_terms.M: M}), *facts))
    own, new = at(S, i), put(S, i, y)
    gaps = _redrawn(_gaps(loss(S, own), loss(S, at(S, j))))
    change = _redrawn(E(y, absolute(loss(S, own) - loss(new, own))))
    stable = use(assume(pointwise_replacement(epsilon)), i)
    most = 3 * M * epsilon
    goal = le(gaps.conclusion.args[0], most)
    sign = assume(lt(0, M))
    cross = linear(goal, inside, gaps, (M, change), (sign, stable))
    point = at(S, i)
    return second_moment(
        risk(S),
        loss(S, point),
        most,
        M,
        for_all(use(low, S, point), S, i),
        for_all(use(high, S, point), S, i),
        for_all(discharge(cross, DIFFER), i, j),
    )


def _left() -> tuple[Theorem, Theorem]:
    """Whether i or j is deleted from PAIR, the rule is the same one of the example that is left.

    without(PAIR, i, c) = without(S with b at j, i, c), and without(PAIR, j, c) that with a at j.
    """
    differ, untouched = assume(DIFFER), assume(standing(num(0))[4])

    def at_j(first: Term, second: Term) -> Theorem:
        turned_round = turned(settled(put(put(S, j, second), i, first), differ))
        here = at_same(turned_round, lambda s: without(s, i, c))
        return chain(here, use(untouched, put(S, j, second), i, first, c))

    sample = put(S, i, a)
    swapped = settled(put(put(sample, i, at(sample, j)), j, at(sample, i)), differ)
    same = use(assume(symmetric()[1]), sample, i, j, c)
    gone = use(untouched, sample, j, b, c)
    first = at_same(swapped, lambda s: without(s, i, c))
    return at_j(a, b), chain(gone, turned(same), first, at_j(at(S, j), a))


@lemma(
    at=(beta_hyp, cross_terms.M),
    given=(
        TWO,
        symmetric()[1],
        lt(0, cross_terms.M),
        every(S, z, le(loss(S, z), cross_terms.M)),
        every(S, z, le(0, loss(S, z))),
        every(S, j, z, le(without(S, j, z), cross_terms.M)),
        every(S, j, z, le(0, without(S, j, z))),
        every(S, j, z, a, eq(without(put(S, j, z), j, a), without(S, j, a))),
        hypothesis_deletion(beta_hyp),
    ),
    shows=le(E(S, loo_gap(S) ** 2), cross_terms.M**2 / (2 * size()) + 3 * cross_terms.M * beta_hyp),
)
def left_out_moment(beta: Term, M: Term) -> Theorem:
    """E (R - R_loo)^2 <= M^2/(2m) + 3 M beta, for hypothesis stability beta."""
    low, high, left_low, left_high = (assume(end) for end in standing(M)[:4])
    kept = put(S, j, b)
    lemma = interpret(cross_terms.left_out(), "both", (a, b, c), loss(PAIR, c))
    lemma = interpret(lemma, "left", (b, c), without(kept, i, c))
    facts = (
        for_all(use(low, PAIR, c), a, b, c),
        for_all(use(high, PAIR, c), a, b, c),
        for_all(use(left_low, kept, i, c), b, c),
        for_all(use(left_high, kept, i, c), b, c),
    )
    inside = mean(S, cut(substitute(lemma, {cross_terms.M: M}), *facts))
    at_i, at_j = _left()
    gaps = _redrawn(_gaps(without(S, i, at(S, i)), without(S, j, at(S, j))))
    first, second = substitute(at_i, {c: a}), substitute(at_j, {c: b})
    known = risk(PAIR)
    (gone, left), (other_gone, other_left) = first.conclusion.args, second.conclusion.args
    product = linear(
        eq((known - gone) * (known - other_gone), (known - left) * (known - other_left)),
        (known - other_gone, first),
        (known - left, second),
    )
    tested = averaged(S, a, b, equation=product)
    stable, most, sign = assume(hypothesis_deletion(beta)), 3 * M * beta, assume(lt(0, M))
    distances: list[Fact] = []
    for index, equation in ((i, at_i), (j, at_j)):
        change = _redrawn(E(z, absolute(loss(S, z) - without(S, index, z))))
        same = at_same(equation, lambda value: absolute(loss(PAIR, c) - value))
        distances += [(M, change), (M, averaged(S, a, b, c, equation=same))]
        distances += [(sign, use(stable, index))]
    cross = linear(le(gaps.conclusion.args[0], most), inside, gaps, tested, *distances)
    point = at(S, i)
    return second_moment(
        risk(S),
        without(S, i, point),
        most,
        M,
        for_all(use(left_low, S, i, point), S, i),
        for_all(use(left_high, S, i, point), S, i),
        for_all(discharge(cross, DIFFER), i, j),
    )
