"""From the second moment of a gap to its tail, with the root taken factor by factor."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume, root_squared
from stability_proofs.kernel.notation import E, absolute, indicator, sqrt
from stability_proofs.kernel.terms import Term, app, le, lt, num, var
from stability_proofs.lemmas.analysis.indicators import covered
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.moments.moments import markov
from stability_proofs.semantics.samples import S, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    below_absolute,
    chain,
    linear,
    mean,
    one_over,
    sample_size_positive,
)

a, delta = var("a"), var("delta")


@lemma(
    at=(app("quantity", S), le(E(S, app("quantity", S) ** 2), a / 2 / m), lt(0, a), lt(0, delta)),
    shows=le(
        E(S, indicator(lt(sqrt(2) / 2 / sqrt(m) * sqrt(a) / sqrt(delta), app("quantity", S)))),
        delta,
    ),
)
def tail_from_moment(quantity: Term, moment: Theorem, inner: Theorem, failure: Theorem) -> Theorem:
    """P(quantity > sqrt(inner/(2 m delta))) <= delta.

    From E quantity^2 <= inner/(2 m), 0 < inner and 0 < delta.
    """
    size, two, whole = sample_size_positive(), linear(lt(0, 2)), inner.conclusion.args[1]
    known = (two, size, inner)
    root_2, root_m, root = map(root_positive, known)
    of_2, of_m, of_inner = (root_squared(linear(le(0, t.conclusion.args[1]), t)) for t in known)
    level = sqrt(num(2)) / 2 / sqrt(m) * sqrt(whole)
    positive = linear(lt(0, level), (root_2, one_over(root_m), root))
    share = 1 / sqrt(m) / sqrt(m)
    square = linear(
        le(moment.conclusion.args[0], level * level),
        moment,
        (whole / 4 * share, of_2),
        (sqrt(num(2)) ** 2 / 4 * share, of_inner),
        (whole / 2 * share / m, of_m),
        nonzero=[root_m, size],
    )
    both_sides = markov(square, quantity, positive, failure)
    bound = level / sqrt(failure.conclusion.args[1])
    inside = assume(le(absolute(quantity), bound))
    above = covered(
        quantity, bound, [lt(bound, absolute(quantity))], chain(below_absolute(quantity), inside)
    )
    return chain(mean(S, above), both_sides)
