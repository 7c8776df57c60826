"""Moments of a function of the sample about its mean, by Rio's inequality.

||F - E F||_p^2 <= (p - 1) sum of ||F - E_i F||_p^2, E_i the mean over z_i: F - P_A F, P_A the mean
over the examples in A, is F - E_j F and E_j (F - P_B F) for j in A and B the rest. A mean over one
example is a contraction.
"""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import sets
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, absolute, every, sqrt, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    le,
    num,
    put,
    replace,
)
from stability_proofs.lemmas.analysis.convex_powers import mean_of_powers
from stability_proofs.lemmas.analysis.positive_powers import P, increasing, p
from stability_proofs.lemmas.moments.all_indices import ALL, is_counted
from stability_proofs.lemmas.moments.conditional_differences import (
    F,
    about_all,
    grown,
    mean_over,
    no_change,
)
from stability_proofs.lemmas.moments.martingales import Parts, Sum, norm_of, squares_of
from stability_proofs.lemmas.moments.moment_norms import ORDER, order_sign, power_of_equal
from stability_proofs.lemmas.moments.pairs import FRESH, over, redrawn
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    WHOLE,
    inside,
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

NOTHING = le(num(0), num(0))
SMALL = every(i, le(E(S, P(absolute(F - over(F, i)))), P(norm_of(i))))
"""What F moves about its mean over one example, in L_p."""


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
    parts = grown()
    moment = chain(contracted_power(parts.rest, j), smaller)
    own = use(assume(SMALL), j)
    return Parts(parts.X, parts.Y, parts.same, parts.kept, parts.zero, moment, own)


@cache
def _of_sets() -> Theorem:
    """For every set A, the moment of F - P_A F."""
    sums = Sum(
        of=lambda indices: F - mean_over(indices),
        within=lambda indices: NOTHING,
        kept=lambda known: linear(NOTHING),
        step=_parts,
        least=assume(every(i, le(0, norm_of(i)))),
        empty=no_change,
    )
    return sums.theorem()


@lemma(
    given=(ORDER.conclusion, SMALL, every(i, le(0, norm_of(i)))),
    shows=le(E(S, P(absolute(F - E(S, F)))), P(sqrt((p - 1) * total(i, norm_of(i) ** 2)))),
)
@cache
def about_mean() -> Theorem:
    """E |F - E F|^p <= P(sqrt((p - 1) sum of y_i^2)), y_i at least the norm of F - E_i F."""
    found, apart = use(_of_sets(), WHOLE, linear(NOTHING)), about_all()
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
