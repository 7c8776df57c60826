"""Moments of a function of the sample about its mean, by Rio's inequality.

||F - E F||_p^2 <= (p - 1) sum of ||F - E_i F||_p^2, E_i the mean over z_i: F - P_A F, P_A the mean
over the examples in A, is F - E_j F and E_j (F - P_B F) for j in A and B the rest. A mean over one
example is a contraction.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, swap
from stability_proofs.kernel.notation import E, absolute, every, sqrt, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    le,
    member,
    mix,
    negation,
    num,
    put,
    replace,
)
from stability_proofs.lemmas.analysis.convex_powers import mean_of_powers
from stability_proofs.lemmas.analysis.positive_powers import P, increasing, p
from stability_proofs.lemmas.moments.all_indices import ALL, is_counted
from stability_proofs.lemmas.moments.martingales import (
    INSIDE,
    Parts,
    Sum,
    is_member,
    norm_of,
    share,
    squares_of,
)
from stability_proofs.lemmas.moments.moment_norms import ORDER, order_sign, power_of_equal
from stability_proofs.lemmas.moments.pairs import FRESH, over, redrawn
from stability_proofs.lemmas.probability.conditional_means import r
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    SECOND,
    WHOLE,
    Prove,
    fails,
    holds,
    inside,
    same_families,
)
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    added,
    at_same,
    averaged,
    below_absolute,
    chain,
    cut,
    for_all,
    linear,
    mean,
    restated,
    use,
)

F = app("F", S)
NOTHING = le(num(0), num(0))
SMALL = every(i, le(E(S, P(absolute(F - over(F, i)))), P(norm_of(i))))
"""What F moves about its mean over one example, in L_p."""


def mean_over(indices: Term) -> Term:
    """P_A F."""
    return E(r, replace(F, {S: mix(r, S, indices)}))


def _settled(body: Term) -> Theorem:
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


@lemma(
    at=(app("body", S), j),
    given=(ORDER.conclusion,),
    shows=le(E(S, P(absolute(over(app("body", S), j)))), E(S, P(absolute(app("body", S))))),
)
def contracted_power(body: Term, index: Term) -> Theorem:
    """E |over(X, i)|^p <= E |X|^p."""
    new = replace(body, {S: put(S, index, FRESH)})
    size, mean_of = E(FRESH, absolute(new)), over(body, index)
    up, down = (mean(FRESH, below_absolute(new, s)) for s in (1, -1))
    near = absolute_below(linear(le(mean_of, size), up), linear(le(-mean_of, size), down))
    powers = mean_of_powers(absolute(new), linear(le(1, p), ORDER))
    pointwise = mean(S, chain(increasing(near, order_sign()), powers))
    law = redrawn(P(absolute(body)), index)
    goal = le(E(S, P(absolute(mean_of))), E(S, P(absolute(body))))
    return linear(goal, pointwise, law)


def _parts(smaller: Theorem, known: Theorem) -> Parts:
    del known
    rest = F - mean_over(SECOND)
    X, Y = over(rest, j), F - over(F, j)
    same = linear(eq(F - mean_over(WHOLE), X + Y), _tower())
    kept = for_all(_settled(rest), S, z)
    own_mean = averaged(z, equation=_settled(F))
    zero = for_all(linear(eq(E(z, replace(Y, {S: put(S, j, z)})), 0), own_mean), S)
    moment = chain(contracted_power(rest, j), smaller)
    return Parts(X, Y, same, kept, zero, moment, use(assume(SMALL), j))


def _no_change(outside: Theorem) -> Theorem:
    """F - P_A F = 0 for a set without indices."""

    def split(index: Term, prove: Prove) -> Theorem:
        return prove([checker.substitute(outside, {i: index})])

    same = same_families(mix(r, S, WHOLE), S, [], (), split)
    means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    return linear(eq(F - mean_over(WHOLE), 0), means)


@cache
def _of_sets() -> Theorem:
    """For every set A, the moment of F - P_A F."""
    sums = Sum(
        of=lambda indices: F - mean_over(indices),
        within=lambda indices: NOTHING,
        kept=lambda known: linear(NOTHING),
        step=_parts,
        least=assume(every(i, le(0, norm_of(i)))),
        empty=_no_change,
    )
    return sums.theorem()


@lemma(
    given=(ORDER.conclusion, SMALL, every(i, le(0, norm_of(i)))),
    shows=le(E(S, P(absolute(F - E(S, F)))), P(sqrt((p - 1) * total(i, norm_of(i) ** 2)))),
)
@cache
def about_mean() -> Theorem:
    """E |F - E F|^p <= P(sqrt((p - 1) sum of y_i^2)), y_i at least the norm of F - E_i F."""
    found = use(_of_sets(), WHOLE, linear(NOTHING))

    def within(index: Term, prove: Prove) -> Theorem:
        return prove([holds(member(index, WHOLE), is_counted(index))])

    same = same_families(mix(r, S, WHOLE), r, [], (), within)
    means = averaged(r, equation=at_same(same, lambda sample: replace(F, {S: sample})))
    apart = linear(eq(F - mean_over(WHOLE), F - E(S, F)), (num(-1), means))
    powers = averaged(S, equation=power_of_equal(apart))
    square = norm_of(i) ** 2
    each = linear(eq(inside(i, WHOLE) * square, square), (square, is_counted(i)))
    inner = linear(
        eq((p - 1) * squares_of(WHOLE), (p - 1) * total(i, square)), (p - 1, added(i, each))
    )
    level = at_same(inner, lambda x: P(sqrt(x)))
    goal = le(E(S, P(absolute(F - E(S, F)))), P(sqrt((p - 1) * total(i, square))))
    return sets.collected(i, ALL, WHOLE, linear(goal, found, powers, level))


MOVES = every(S, i, z, le(F - app("F", put(S, i, z)), norm_of(i)))
"""Another example at i moves F by at most y_i."""


@lemma(
    given=(ORDER.conclusion, MOVES),
    shows=le(E(S, P(absolute(F - E(S, F)))), P(sqrt((p - 1) * total(i, norm_of(i) ** 2)))),
)
@cache
def of_differences() -> Theorem:
    """E |F - E F|^p <= P(sqrt((p - 1) sum of y_i^2)), from what another example moves F by."""
    moves, new = assume(MOVES), put(S, i, FRESH)
    up = mean(FRESH, use(moves, S, i, FRESH))
    back = use(moves, new, i, at(S, i))
    written = family("put-put", S, i, FRESH, at(S, i)), family("put-at", S, i)
    twice, none = (at_same(equal, lambda sample: app("F", sample)) for equal in written)
    down = mean(FRESH, linear(le(app("F", new) - F, norm_of(i)), back, twice, none))
    near = absolute_below(
        linear(le(F - over(F, i), norm_of(i)), up), linear(le(-(F - over(F, i)), norm_of(i)), down)
    )
    small = for_all(mean(S, increasing(near, order_sign())), i)
    least = for_all(linear(le(0, norm_of(i)), use(moves, S, i, at(S, i)), none), i)
    return cut(about_mean(), restated(small, SMALL), least)
