"""What the examples in one part of a set add to the fourth moment of a sum over the other part.

As in `cross_moments`, for g_i = E_i q_i - q_i.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import E, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import (
    eq,
    le,
    member,
    num,
    put,
)
from stability_proofs.lemmas.moments.cross_moments import free
from stability_proofs.lemmas.moments.fourth_about_mean import (
    EVEN,
    Mixed,
)
from stability_proofs.lemmas.moments.fourth_moments import (
    centred_moments,
)
from stability_proofs.lemmas.moments.fourth_parts import (
    FOURTHS_OF_ONE,
    PARTS,
    SECONDS,
    TOP,
    difference_of_parts,
    levels,
    of_parts,
    one_fourth_moment,
    top_sign,
)
from stability_proofs.lemmas.moments.fourth_sums import (
    ETA,
    FOURTHS,
    LEVEL,
    SQUARES,
    THETA,
    fourth_of_sum,
)
from stability_proofs.lemmas.moments.martingales import BASE, CENTRED_PARTS, FREE_PARTS
from stability_proofs.lemmas.moments.pairs import over
from stability_proofs.lemmas.probability.conditional_means import (
    CENTRED,
    centred,
    difference,
)
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import (
    FIRST,
    PARTED,
    SECOND,
    WHOLE,
    inside,
)
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    discharge,
    for_all,
    linear,
    use,
)


@lemma(
    at=(EVEN,),
    given=(
        CENTRED, PARTS, PARTED.conclusion, SECONDS, FOURTHS_OF_ONE, *levels(EVEN)
    ),
    shows=le(
        E(S, total(i, inside(i, FIRST) * difference(i, S)) ** 4),
        3 * TOP * total(i, inside(i, FIRST)) ** 2 * total(j, inside(j, SECOND)) ** 2,
    ),
)  # fmt: skip
def fourth_cross_moment(mixed: Mixed) -> Theorem:
    """E (sum over A1 of the differences of the means)^4 <= 3 top n1^2 n2^2."""
    here, level = member(i, FIRST), TOP * count(SECOND) ** 2
    found = discharge(
        fourth_of_sum(),
        CENTRED_PARTS,
        FREE_PARTS,
        SQUARES,
        FOURTHS,
        le(3 * ETA, LEVEL),
        le(THETA, LEVEL),
    )
    found = interpret(found, "part", (i, S), difference(i, S))
    fourth = num(9) / 4 * level
    found = substitute(found, {BASE: FIRST, ETA: level, THETA: fourth, LEVEL: 3 * level})
    none = linear(eq(E(z, difference(i, put(S, i, z))), 0), centred(FIRST), centred(WHOLE))
    means = for_all(discharge(none, here), i, S)
    body, parts = of_parts(S), difference_of_parts()
    one = one_fourth_moment(mixed)
    squares, fourths = centred_moments(body, i)
    at_fresh = use(for_all(parts, S), put(S, i, z))
    squared = averaged(z, equation=at_same(at_fresh, lambda value: value**2))
    renamed = averaged(S, equation=at_same(squared, lambda value: value**2))
    second = linear(le(E(S, over(difference(i, S) ** 2, i) ** 2), level), renamed, squares, one)
    raised = averaged(S, equation=at_same(parts, lambda value: value**4))
    last = linear(le(E(S, difference(i, S) ** 4), fourth), raised, fourths, one)
    square = linear(le(0, count(SECOND) ** 2), Square(count(SECOND)))
    sign = linear(le(0, level), (top_sign(mixed), square))
    subset = for_all(discharge(assume(here), here), i)
    given = (
        means,
        free(),
        for_all(discharge(second, here), i),
        for_all(discharge(last, here), i),
        linear(le(3 * level, 3 * level)),
        linear(le(fourth, 3 * level), sign),
    )
    whole = use(use(found, *given), FIRST, subset)
    bound_of = 3 * TOP * count(FIRST) ** 2 * count(SECOND) ** 2
    return linear(le(whole.conclusion.args[0], bound_of), whole)
