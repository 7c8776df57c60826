"""Replacement from deletion, where constants are means: delete the old example, then the new."""

from __future__ import annotations

from stability.conventions import Positions
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret
from stability_proofs.kernel.families import swap
from stability_proofs.kernel.notation import E, absolute, average, every
from stability_proofs.kernel.terms import Term, app, at, eq, le, num, put, var
from stability_proofs.lemmas.analysis.absolutes import absolute_triangle
from stability_proofs.lemmas.probability.renaming import reordered
from stability_proofs.semantics import randomised
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.samples import (
    S,
    i,
    loss,
    pointwise_replacement,
    standing,
    without,
    y,
    z,
)
from stability_proofs.tactics.elements import rewritten, settled
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    averaged,
    chain,
    cut,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    summed,
    use,
)

beta_hyp, beta_pt = var("beta_hyp"), var("beta_pt")

S_new, OWN = put(S, i, y), at(S, i)
UNTOUCHED = assume(standing(num(0))[4])
"""What is deleted plays no part: loss without z_i is the same whatever z_i is."""


def replaced_change() -> Term:
    """E |l(A_S, z_i) - l(A_S', z_i)|, S' with a fresh y in the place of z_i."""
    return E(S, E(y, absolute(loss(S, OWN) - loss(S_new, OWN))))


@lemma(
    given=(UNTOUCHED.conclusion,),
    shows=le(
        replaced_change(),
        E(S, absolute(loss(S, OWN) - without(S, i, OWN)))
        + E(S, E(z, absolute(loss(S, z) - without(S, i, z)))),
    ),
)
def replaced_from_deleted() -> Theorem:
    """It is at most E |l(A_S, z_i) - loss without z_i| + E |l(A_S, z) - loss without z_i at z|.

    The second step, from S without z_i to S', has the law of the step back from a sample to that
    without its example at i, tested at a point that was never in it.
    """
    gone = without(S, i, OWN)
    triangle = absolute_triangle(loss(S, OWN), gone, loss(S_new, OWN))
    second = absolute(gone - loss(S_new, OWN))
    exchanged = swap(S, i, y, second)
    turned = checker.replace(second, {S: S_new, y: OWN})
    read = settled(turned)
    tested = rewritten(read.conclusion.args[1], use(UNTOUCHED, S, i, y, y))
    back = averaged(S, y, equation=chain(read, tested))
    first = E(S, absolute(loss(S, OWN) - gone))
    fresh = E(S, E(z, absolute(loss(S, z) - without(S, i, z))))
    goal = le(replaced_change(), first + fresh)
    return linear(goal, mean(S, mean(y, triangle)), exchanged, back)


@lemma(
    given=(
        every(
            S, r, i, z, y, eq(realised_without(put(S, i, z), r, i, y), realised_without(S, r, i, y))
        ),
    ),
    shows=le(
        E(S, E(r, E(z, absolute(realised(S, r, OWN) - realised(put(S, i, z), r, OWN))))),
        E(S, E(r, absolute(realised(S, r, OWN) - realised_without(S, r, i, OWN))))
        + E(S, E(r, E(z, absolute(realised(S, r, z) - realised_without(S, r, i, z))))),
    ),
)
def replaced_together() -> Theorem:
    """The same on average over the realisations r of the algorithm, too."""
    lemma = interpret(replaced_from_deleted(), "loss", (S, z), realised(S, r, z))
    lemma = interpret(lemma, "without", (S, i, z), realised_without(S, r, i, z))
    untouched = use(assume(randomised.standing(num(0))[4]), S, r, i, y, z)
    averaged_over_r = mean(r, cut(lemma, for_all(untouched, S, i, y, z)))
    replaced = absolute(realised(S, r, OWN) - realised(S_new, r, OWN))
    own = absolute(realised(S, r, OWN) - realised_without(S, r, i, OWN))
    fresh = absolute(realised(S, r, z) - realised_without(S, r, i, z))
    change, *steps = [
        reordered((r, S, *rest), (S, r, *rest), body)
        for rest, body in (((y,), replaced), ((), own), ((z,), fresh))
    ]
    bound = steps[0].conclusion.args[1] + steps[1].conclusion.args[1]
    return linear(le(change.conclusion.args[1], bound), averaged_over_r, change, *steps)


@lemma(
    at=(
        for_any(le(replaced_change(), app("a", i) + app("a", i)), i),
        every(i, le(app("a", i), beta_hyp)),
        every(i, le(app("a", i), beta_pt)),
    ),
    shows=pointwise_replacement(beta_hyp + beta_pt),
)
def both_constants(change: Theorem, fresh: Theorem, own: Theorem) -> Theorem:
    """For every i the replaced change is at most the sum of the two constants.

    `change`: it is at most two means, as in `replaced_from_deleted`; `fresh` and `own`: for every
    index these are at most a constant.
    """
    at_i = use(fresh, i), use(own, i)
    most = at_i[0].conclusion.args[1] + at_i[1].conclusion.args[1]
    return for_all(linear(le(change.conclusion.args[0], most), change, *at_i), i)


@lemma(
    at=(
        for_any(le(replaced_change(), app("a", i) + app("b", i)), i),
        le(average(i, app("b", i)), beta_hyp),
        le(average(i, app("a", i)), beta_pt),
    ),
    shows=pointwise_replacement(beta_hyp + beta_pt, Positions.MEAN),
)
def both_means(change: Theorem, fresh: Theorem, own: Theorem) -> Theorem:
    """The same on average over i, where both constants are means over i."""
    most = fresh.conclusion.args[1] + own.conclusion.args[1]
    replaced, size = change.conclusion.args[0], sample_size_positive()
    goal = le(average(i, replaced), most)
    return linear(goal, (summed(i, change), one_over(size)), fresh, own, nonzero=[size])
