"""The fourth moment of the remainder of the gap under uniform replacement stability."""

from __future__ import annotations

from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    elementary,
    interpret,
    root_squared,
    same,
    substitute,
)
from stability_proofs.kernel.notation import E, average, log, sqrt
from stability_proofs.kernel.terms import Term, at, eq, le, lt, negation, num
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.fourth_roots import QUARTER, fourth_power, fourth_root
from stability_proofs.lemmas.analysis.powers_of_two import LEVELS
from stability_proofs.lemmas.gaps.centred_gaps import HIGH, M, centred, has_mean_zero
from stability_proofs.lemmas.gaps.replaced_gaps import (
    REPLACED,
    centred_parts,
    epsilon,
    tested,
    varied,
)
from stability_proofs.lemmas.moments.centred_sums import own_mean
from stability_proofs.lemmas.moments.fourth_about_mean import EVEN
from stability_proofs.lemmas.moments.fourth_halving import RATE, fourth_remainder
from stability_proofs.lemmas.moments.fourth_moments import central
from stability_proofs.lemmas.moments.fourth_parts import (
    TOP,
)
from stability_proofs.lemmas.probability.conditional_means import g
from stability_proofs.lemmas.probability.variances import (
    fourth_by_differences,
    variance_by_differences,
)
from stability_proofs.semantics.samples import S, i, j, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import cut, discharge, for_all, linear, use

RATE_OF = sqrt(num(2)) * fourth_root(num(3)) / 2 * epsilon
"""(3/4)^(1/4) epsilon."""
APART = negation(eq(i, j))


def rest(index: Term) -> Term:
    """g_i - E [g_i | z_i]."""
    value = g(index, S) - own_mean(index, at(S, index))
    return interpret(same(value, value), "g", (i, S), centred(i)).conclusion.args[0]


def _central() -> tuple[Theorem, Theorem]:
    """The central moments of q_i over z_j: at most epsilon^2/4 and epsilon^4/12."""
    of = varied(i, j, assume(APART))
    given = of.body, epsilon, M, of.differences, of.bounded
    second = linear(le(central(tested(i), j, 2), epsilon**2 / 4), variance_by_differences(*given))
    fourth = linear(le(central(tested(i), j, 4), epsilon**4 / 12), fourth_by_differences(*given))
    known = [for_all(discharge(found, APART), S, i, j) for found in (second, fourth)]
    return known[0], known[1]


@lemma(
    given=(le(0, epsilon),),
    shows=(le(3 * epsilon**4 / 4, RATE_OF**4), le(0, RATE_OF)),
)
def rate_power() -> tuple[Theorem, Theorem]:
    """3 epsilon^4/4 <= rate^4, and 0 <= rate."""
    three, two = linear(lt(0, num(3))), linear(le(0, num(2)))
    root = root_squared(two)
    power = linear(
        eq(RATE_OF**4, 3 * epsilon**4 / 4),
        (epsilon**4 * sqrt(num(2)) ** 4 / 16, fourth_power(three)),
        (3 * epsilon**4 / 16 * (sqrt(num(2)) ** 2 + 2), root),
    )
    signs = elementary("sqrt", num(2)), exp_positive(QUARTER * log(num(3))), assume(le(0, epsilon))
    return linear(le(3 * epsilon**4 / 4, RATE_OF**4), power), linear(le(0, RATE_OF), signs)


@lemma(
    given=(HIGH.conclusion, REPLACED.conclusion, le(0, epsilon)),
    shows=le(E(S, average(i, rest(i)) ** 4), (RATE_OF * LEVELS) ** 4),
)
def remainder_fourth() -> Theorem:
    """E (mean of g_i - E [g_i | z_i])^4 <= ((3/4)^(1/4) epsilon ceil(log2 m))^4."""
    values = {"mu": epsilon**2 / 4, "nu": epsilon**4 / 12, "lambda": epsilon**4 / 4}
    found = substitute(fourth_remainder(EVEN), {TOP: epsilon**4 / 4, RATE: RATE_OF})
    for name, value in values.items():
        found = interpret(found, f"{name} at", (z,), value)
    found = interpret(interpret(found, "g", (i, S), centred(i)), "q", (i, S), tested(i))
    zero = for_all(use(has_mean_zero(), S), S, i)
    parts = for_all(use(centred_parts(i), S), S, i)
    asked = [
        for_all(linear(le(8 * (epsilon**2 / 4) ** 2, 2 * (epsilon**4 / 4))), z),
        for_all(linear(le(3 * (epsilon**4 / 12), epsilon**4 / 4)), z),
        linear(le(E(z, epsilon**4 / 4), epsilon**4 / 4)),
    ]
    return cut(found, zero, parts, *_central(), *asked, *rate_power())
