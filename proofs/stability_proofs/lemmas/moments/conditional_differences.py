"""A function of the sample less its mean over the examples in a set, grown by one example.

F - P_A F, P_A the mean over the examples in A, is F - E_j F and E_j (F - P_B F) for j in A and B
the rest. The first has mean 0 over z_j, on which the second does not depend.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, swap
from stability_proofs.kernel.notation import E
from stability_proofs.kernel.terms import (
    Term,
    app,
    eq,
    member,
    mix,
    negation,
    num,
    put,
    replace,
)
from stability_proofs.lemmas.moments.all_indices import EVERY, is_counted
from stability_proofs.lemmas.moments.growth import INSIDE, is_member, share
from stability_proofs.lemmas.moments.pairs import FRESH, over
from stability_proofs.lemmas.probability.conditional_means import r
from stability_proofs.semantics.samples import S, i, j, x, z
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.mixed_families import (
    SECOND,
    WHOLE,
    Prove,
    fails,
    holds,
    same_families,
)
from stability_proofs.tactics.vocabulary import at_same, averaged, for_all, linear

F = app("F", S)


def mean_over(indices: Term) -> Term:
    """P_A F."""
    return E(r, replace(F, {S: mix(r, S, indices)}))


@lemma(
    at=(app("body", S),),
    shows=eq(
        E(x, app("body", put(put(S, j, z), j, x))),
        E(x, app("body", put(S, j, x))),
    ),
)
def settled(body: Term) -> Theorem:
    """over(body, j) does not depend on z_j."""
    again = family("put-put", S, j, z, FRESH)
    return averaged(FRESH, equation=at_same(again, lambda sample: replace(body, {S: sample})))


def _not_in_rest() -> Theorem:
    """j is not in A without j."""
    here = eq(j, j)
    one = checker.indicator(checker.same(j, j), here)
    own = checker.indicator(INSIDE, member(j, WHOLE))
    return fails(member(j, SECOND), checker.substitute(share(), {i: j}), one, own)


def _rest_in_whole(index: Term, prove: Prove) -> Theorem:
    """Prove the same for an index of the rest, which is in A, and for one of neither."""
    rest, whole, here = member(index, SECOND), member(index, WHOLE), eq(index, j)
    held, out, apart = assume(rest), assume(negation(rest)), assume(negation(here))
    of_index = checker.substitute(share(), {i: index})
    in_whole = checker.substitute(is_member(), {i: index})
    values = checker.indicator(out, rest), checker.indicator(apart, here)
    none = fails(whole, of_index, *values)
    return checker.cases(rest, prove([held, in_whole]), prove([out, none]))


def _tower() -> Theorem:
    """over(P_B F, j) = P_A F."""
    left, right = mix(r, put(S, j, FRESH), SECOND), mix(put(r, j, FRESH), S, WHOLE)
    same = same_families(left, right, [j], [_not_in_rest(), INSIDE], _rest_in_whole)
    order = checker.exchange(over(mean_over(SECOND), j))
    equal = averaged(r, FRESH, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    moved = swap(r, j, FRESH, replace(F, {S: mix(r, S, WHOLE)}))
    return linear(eq(over(mean_over(SECOND), j), mean_over(WHOLE)), order, equal, moved)


@dataclass(frozen=True)
class Grown:
    """F - P_A F = X + Y for an index j of A: `same`.

    `kept`: for all S and z, X does not depend on z_j; `zero`: for all S, Y has mean 0 over z_j. X
    is the mean over z_j of `rest`, F - P_B F for A without j.
    """

    X: Term
    Y: Term
    rest: Term
    same: Theorem
    kept: Theorem
    zero: Theorem


def grown() -> Grown:
    """For j in A, and `SECOND` the rest of A."""
    rest = F - mean_over(SECOND)
    X, Y = over(rest, j), F - over(F, j)
    same = linear(eq(F - mean_over(WHOLE), X + Y), _tower())
    kept = for_all(settled(rest), S, z)
    own_mean = averaged(z, equation=settled(F))
    zero = for_all(linear(eq(E(z, replace(Y, {S: put(S, j, z)})), 0), own_mean), S)
    return Grown(X, Y, rest, same, kept, zero)


@lemma(
    at=lambda: (for_any(negation(member(i, WHOLE)), i),),
    shows=eq(F - mean_over(WHOLE), 0),
)
def no_change(outside: Theorem) -> Theorem:
    """F - P_A F = 0 for a set without indices."""

    def split(index: Term, prove: Prove) -> Theorem:
        return prove([checker.substitute(outside, {i: index})])

    same = same_families(mix(r, S, WHOLE), S, [], (), split)
    means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    return linear(eq(F - mean_over(WHOLE), 0), means)


@lemma(given=(EVERY.conclusion,), shows=eq(F - mean_over(WHOLE), F - E(S, F)))
def about_all() -> Theorem:
    """F - P_A F = F - E F for the set A of all indices."""

    def within(index: Term, prove: Prove) -> Theorem:
        return prove([holds(member(index, WHOLE), is_counted(index))])

    same = same_families(mix(r, S, WHOLE), r, [], (), within)
    means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    return linear(eq(F - mean_over(WHOLE), F - E(S, F)), (num(-1), means))
