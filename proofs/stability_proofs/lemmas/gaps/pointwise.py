"""Replacement from deletion, where constants are means: delete the old example, then the new."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret
from stability_proofs.kernel.families import swap
from stability_proofs.kernel.notation import E, absolute
from stability_proofs.kernel.terms import Term, at, le, num, put
from stability_proofs.lemmas.analysis.absolutes import absolute_triangle
from stability_proofs.lemmas.probability.families import rewritten, settled
from stability_proofs.lemmas.probability.marginals import averaged
from stability_proofs.lemmas.probability.renaming import reordered
from stability_proofs.semantics import randomised
from stability_proofs.semantics.randomised import r, realised, realised_without
from stability_proofs.semantics.samples import S, i, loss, standing, without, y, z
from stability_proofs.tactics.steps import chain, cut, for_all, linear, mean, use

S_new, OWN = put(S, i, y), at(S, i)
UNTOUCHED = assume(standing(num(0))[4])
"""What is deleted plays no part: loss without z_i is the same whatever z_i is."""


def replaced_change() -> Term:
    """E |l(A_S, z_i) - l(A_S', z_i)|, S' with a fresh y in the place of z_i."""
    return E(S, E(y, absolute(loss(S, OWN) - loss(S_new, OWN))))


@cache
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


@cache
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


def both_constants(change: Theorem, fresh: Theorem, own: Theorem) -> Theorem:
    """For every i the replaced change is at most the sum of the two constants.

    `change`: it is at most two means, as in `replaced_from_deleted`; `fresh` and `own`: for every
    index these are at most a constant.
    """
    at_i = use(fresh, i), use(own, i)
    most = at_i[0].conclusion.args[1] + at_i[1].conclusion.args[1]
    return for_all(linear(le(change.conclusion.args[0], most), change, *at_i), i)
