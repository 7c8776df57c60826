"""The fourth moment of the remainder of the gap under an elastic constant, and |beta|_4.

Deleting z_j moves q_i, the loss at z_i of the rule that has a fresh example in its place, by at
most beta(z_j, z_i)/m. So the central moments of q_i over z_j are at most those of beta(., z_i)/m,
the fourth one but for a factor 9/4.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, root_squared, substitute
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, average, log, sqrt
from stability_proofs.kernel.terms import Term, at, eq, le, lt, negation, num, put
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.fourth_roots import QUARTER, fourth_power, fourth_root
from stability_proofs.lemmas.analysis.powers_of_two import LEVELS
from stability_proofs.lemmas.elastic.elastic_squares import OWN, PAIRS, beta_rms, d_rms
from stability_proofs.lemmas.elastic.elastic_walks import DELETION, LEAST, MOST, UNTOUCHED, U
from stability_proofs.lemmas.gaps.centred_gaps import centred, has_mean_zero
from stability_proofs.lemmas.gaps.fourth_replaced import rest
from stability_proofs.lemmas.gaps.replaced_gaps import centred_parts, tested, tested_with
from stability_proofs.lemmas.moments.fourth_about_mean import UNEVEN
from stability_proofs.lemmas.moments.fourth_halving import RATE, fourth_remainder
from stability_proofs.lemmas.moments.fourth_moments import (
    central,
    fourth_of_centred,
    square_of_mean,
)
from stability_proofs.lemmas.moments.fourth_parts import TOP
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    beta,
    elastic_further,
    i,
    is_square,
    j,
    loss,
    m,
    without,
    x,
    y,
    z,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    cut,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    use,
)

beta_4 = symbol_term("beta_4")
[PAIRS_FOURTH] = map(assume, elastic_further(beta(y, z), {"beta_4": beta_4}))
BETA_4_SIGN = assume(le(0, beta_4))
RATE_OF = fourth_root(num(15)) * beta_4 / m
"""15^(1/4) |beta|_4/m."""
APART = negation(eq(i, j))


def _moved() -> tuple[Term, tuple[Theorem, Theorem]]:
    """q_i with y at j, less q_i with z_j deleted; that and minus that is at most beta(y, z_i)/m."""
    kept, start = at(S, i), put(S, i, x)
    value = tested_with(i, j, assume(APART))
    new = put(start, j, y)
    untouched = use(UNTOUCHED, start, j, y, kept)
    read = at_same(family("at-put", start, j, y), lambda point: beta(point, kept))
    deleted = E(x, without(start, j, kept))
    at_y = value.conclusion.args[0]
    found = []
    for sign, known in zip((1, -1), sides(use(DELETION, new, j, kept)), strict=True):
        change = sign * (loss(new, kept) - without(start, j, kept))
        one = mean(x, linear(le(change, beta(y, kept) / m), known, untouched, (1 / m, read)))
        goal = le(sign * (at_y - deleted), beta(y, kept) / m)
        found.append(linear(goal, one, value))
    return at_y - deleted, (found[0], found[1])


def _central() -> tuple[Theorem, Theorem]:
    """The central moments of q_i over z_j: at most E beta^2/m^2 and 9/4 E beta^4/m^4."""
    body, (up, down) = _moved()
    cost = beta(y, at(S, i)) / m
    squares = linear(le(body**2, cost**2), (up, down))
    positive = linear(le(0, body**2 + cost**2), Square(body), Square(cost))
    fourths = linear(le(body**4, cost**4), (squares, positive))
    about = body - E(y, body)
    nearest = mean(y, linear(le(0, (body - about) ** 2), Square(body - about)))
    second = linear(le(central(tested(i), j, 2), E(y, cost**2)), nearest, mean(y, squares))
    nine = num(9) / 4
    fourth = linear(
        le(central(tested(i), j, 4), nine * E(y, cost**4)),
        fourth_of_centred(y, body),
        mean(y, fourths),
    )
    known = [for_all(discharge(found, APART), S, i, j) for found in (second, fourth)]
    return known[0], known[1]


@lemma(
    given=(le(0, beta_4),),
    shows=(le(3 * (5 * (beta_4 / m) ** 4), RATE_OF**4), le(0, RATE_OF)),
)
def rate_power() -> tuple[Theorem, Theorem]:
    """15 |beta|_4^4/m^4 <= rate^4, and 0 <= rate."""
    root, share = fourth_power(linear(lt(0, num(15)))), one_over(sample_size_positive())
    power = linear(eq(RATE_OF**4, 3 * (5 * (beta_4 / m) ** 4)), ((beta_4 / m) ** 4, root))
    sign = exp_positive(QUARTER * log(num(15))), BETA_4_SIGN, share
    return linear(le(3 * (5 * (beta_4 / m) ** 4), RATE_OF**4), power), linear(le(0, RATE_OF), sign)


@lemma(
    given=(DELETION.conclusion, UNTOUCHED.conclusion, PAIRS_FOURTH.conclusion, le(0, beta_4)),
    shows=le(E(S, average(i, rest(i)) ** 4), (RATE_OF * LEVELS) ** 4),
)
def remainder_fourth() -> Theorem:
    """E (mean of g_i - E [g_i | z_i])^4 <= (15^(1/4) |beta|_4 ceil(log2 m)/m)^4."""
    second, fourth = E(y, beta(y, z) ** 2) / m**2, E(y, beta(y, z) ** 4) / m**4
    values = {"mu": second, "nu": num(9) / 4 * fourth, "lambda": 5 * fourth}
    top = 5 * (beta_4 / m) ** 4
    found = substitute(fourth_remainder(UNEVEN), {TOP: top, RATE: RATE_OF})
    for name, value in values.items():
        found = interpret(found, f"{name} at", (z,), value)
    found = interpret(interpret(found, "g", (i, S), centred(i)), "q", (i, S), tested(i))
    zero = for_all(use(has_mean_zero(), S), S, i)
    parts = for_all(use(centred_parts(i), S), S, i)
    share = one_over(sample_size_positive())
    shares = (share,) * 4
    jensen = square_of_mean(y, beta(y, z) ** 2)
    sign = mean(y, linear(le(0, beta(y, z) ** 4), Square(beta(y, z) ** 2)))
    order = checker.exchange(E(z, E(y, beta(y, z) ** 4)))
    in_order = linear(le(E(z, E(y, beta(y, z) ** 4)), beta_4**4), order, PAIRS_FOURTH)
    mean_of = linear(le(E(z, 5 * fourth), top), (in_order, *shares))
    asked = [
        for_all(linear(le(10 * second**2, 2 * (5 * fourth)), (jensen, *shares)), z),
        for_all(linear(le(2 * (num(9) / 4 * fourth), 5 * fourth), (sign, *shares)), z),
        mean_of,
    ]
    return cut(found, zero, parts, *_central(), *asked, *rate_power())


SQUARE = assume(is_square(beta(y, z)))


@lemma(
    given=(LEAST.conclusion, MOST.conclusion, le(0, U)),
    shows=le(E(y, E(z, beta(y, z) ** 4)), U**4),
)
def of_supremum() -> Theorem:
    """E beta^4 <= U^4."""
    least, most = use(LEAST, y, z), use(MOST, y, z)
    squares = linear(le(beta(y, z) ** 2, U**2), (most, least), (most, assume(le(0, U))))
    positive = linear(le(0, beta(y, z) ** 2 + U**2), Square(beta(y, z)), Square(U))
    each = linear(le(beta(y, z) ** 4, U**4), (squares, positive))
    return linear(le(E(y, E(z, beta(y, z) ** 4)), U**4), mean(y, mean(z, each)))


@lemma(
    given=(LEAST.conclusion, MOST.conclusion, le(0, U), PAIRS.conclusion, le(0, beta_rms)),
    shows=le(E(y, E(z, beta(y, z) ** 4)), (sqrt(U) * sqrt(beta_rms)) ** 4),
)
def of_pairs() -> Theorem:
    """E beta^4 <= U^2 E beta^2."""
    least, most, top = use(LEAST, y, z), use(MOST, y, z), assume(le(0, U))
    entry = beta(y, z)
    squares = linear(le(entry**2, U**2), (most, least), (most, top))
    positive = linear(le(0, entry**2), Square(entry))
    each = linear(le(entry**4, U**2 * entry**2), (squares, positive))
    roots = [root_squared(t) for t in (top, assume(le(0, beta_rms)))]
    bound = (sqrt(U) * sqrt(beta_rms)) ** 4
    value = linear(
        eq(bound, U**2 * beta_rms**2),
        (sqrt(beta_rms) ** 4 * (sqrt(U) ** 2 + U), roots[0]),
        (U**2 * (sqrt(beta_rms) ** 2 + beta_rms), roots[1]),
    )
    square = linear(le(0, U**2), Square(U))
    goal = le(E(y, E(z, entry**4)), bound)
    return linear(goal, mean(y, mean(z, each)), (PAIRS, square), value)


@lemma(
    given=(SQUARE.conclusion, OWN.conclusion),
    shows=le(E(y, E(z, beta(y, z) ** 4)), d_rms**4),
)
def of_square() -> Theorem:
    """E beta^4 = (E beta(z, z)^2)^2, where beta(y, z)^2 = beta(y, y) beta(z, z)."""
    entry, first, second = beta(y, z), beta(y, y), beta(z, z)
    square = at_same(use(SQUARE, y, z), lambda value: value**2)
    each = linear(eq(entry**4, first**2 * second**2), square)
    means = averaged(y, z, equation=each)
    own = E(z, second**2)
    squared = linear(le(0, own), mean(z, linear(le(0, second**2), Square(second))))
    level = linear(le(0, d_rms**2), Square(d_rms))
    goal = le(E(y, E(z, entry**4)), d_rms**4)
    return linear(goal, means, (OWN, squared), (OWN, level))
