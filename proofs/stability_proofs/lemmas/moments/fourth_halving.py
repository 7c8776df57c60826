"""The fourth moment of a sum of functions that are centred over examples of their own, by halving.

As in `halving`, but in fourth moments: what one half of n1 indices gains from the other, of n2, has
the norm c sqrt(n1 n2) at most, c^4 = 3 top; the halves gain c n together. So for a set of at most
2^k indices ||sum||_4 <= c k n.
"""

from __future__ import annotations

from stability_proofs.kernel import checker, sets
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared
from stability_proofs.kernel.notation import E, average, sqrt, total
from stability_proofs.kernel.sets import count
from stability_proofs.kernel.terms import Term, at, eq, le, num, var
from stability_proofs.lemmas.analysis.powers_of_two import (
    LEVELS,
    enough_levels,
    k,
    levels_sign,
    power_of_two,
)
from stability_proofs.lemmas.moments.all_indices import ALL, is_counted
from stability_proofs.lemmas.moments.centred_sums import own_mean, rest_of_all
from stability_proofs.lemmas.moments.cross_moments import count_sign
from stability_proofs.lemmas.moments.fourth_about_mean import EVEN, Mixed
from stability_proofs.lemmas.moments.fourth_cross import fourth_cross_moment
from stability_proofs.lemmas.moments.fourth_moments import minkowski
from stability_proofs.lemmas.moments.fourth_parts import (
    FOURTHS_OF_ONE,
    PARTS,
    SECONDS,
    TOP,
    levels,
)
from stability_proofs.lemmas.moments.halves import Halving, count_of_halves
from stability_proofs.lemmas.moments.halving import centred_sum, none_of_one
from stability_proofs.lemmas.probability.conditional_means import CENTRED, g, mean_given
from stability_proofs.semantics.samples import S, i, m
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.mixed_families import FIRST, PARTED, SECOND, WHOLE, inside
from stability_proofs.tactics.vocabulary import (
    Square,
    added,
    at_same,
    averaged,
    linear,
    one_over,
    sample_size_positive,
    use,
)

small, large = var("small"), var("large")
RATE = var("rate")
"""c."""
RATES = le(3 * TOP, RATE**4), le(0, RATE)
RATE_SIGN = assume(RATES[1])


def stage(indices: Term, level: Term) -> Term:
    """That the L_4 norm of the sum over A is at most c k n."""
    return le(E(S, centred_sum(indices) ** 4), (RATE * level * count(indices)) ** 4)


def _gain(part: Term) -> Term:
    """What the other half adds to the sum over one."""
    return total(i, inside(i, part) * (mean_given(part, i, S) - mean_given(WHOLE, i, S)))


def _half(part: Term, other: Term, known: Theorem, cross: Theorem) -> Theorem:
    """E (sum over A1 of g_i less its mean given what is outside A)^4 is at most the fourth power of
    c k n1 + c sqrt n1 sqrt n2."""
    own, more = RATE * k * count(part), RATE * sqrt(count(part)) * sqrt(count(other))
    roots = [root_squared(count_sign(of)) for of in (part, other)]
    n1, n2 = count(part), count(other)
    square = linear(
        eq((sqrt(n1) * sqrt(n2)) ** 2, n1 * n2), (sqrt(n2) ** 2, roots[0]), (n1, roots[1])
    )
    fourth = linear(
        eq((sqrt(n1) * sqrt(n2)) ** 4, n1**2 * n2**2),
        ((sqrt(n1) * sqrt(n2)) ** 2 + n1 * n2, square),
    )
    sizes = linear(le(0, n1**2 * n2**2), Square(n1 * n2))
    above = linear(
        le(cross.conclusion.args[0], more**4), cross, (assume(RATES[0]), sizes), (RATE**4, fourth)
    )
    signs = (
        linear(le(0, own), (RATE_SIGN, checker.natural(k), count_sign(part))),
        linear(le(0, more), (RATE_SIGN, *(elementary("sqrt", n) for n in (n1, n2)))),
    )
    return minkowski(known, above, centred_sum(part), _gain(part), *signs)


def _both(mixed: Mixed, known: Theorem, other: Theorem) -> Theorem:
    """stage(A, k + 1), from stage(A1, k) and stage(A2, k)."""
    cross = fourth_cross_moment(mixed)
    turned = checker.substitute(cross, {FIRST: SECOND, SECOND: FIRST})
    halves = [
        _half(FIRST, SECOND, known, cross),
        _half(SECOND, FIRST, other, turned),
    ]
    n1, n2, n = count(FIRST), count(SECOND), count(WHOLE)
    gained = RATE * sqrt(n1) * sqrt(n2)
    norms = [RATE * k * size + gained for size in (n1, n2)]
    roots = [elementary("sqrt", size) for size in (n1, n2)]
    signs = [
        linear(le(0, norm), (RATE_SIGN, checker.natural(k), count_sign(part)), (RATE_SIGN, *roots))
        for norm, part in zip(norms, (FIRST, SECOND), strict=True)
    ]
    sums = [centred_sum(part) + _gain(part) for part in (FIRST, SECOND)]
    whole = minkowski(halves[0], halves[1], sums[0], sums[1], *signs)
    rest = g(i, S) - mean_given(WHOLE, i, S)
    parts = (inside(i, FIRST) + inside(i, SECOND)) * rest
    places = added(i, linear(eq(parts, inside(i, WHOLE) * rest), (-rest, use(PARTED, i))))
    same = linear(eq(sums[0] + sums[1], centred_sum(WHOLE)), places)
    powers = averaged(S, equation=at_same(same, lambda value: value**4))
    counted = count_of_halves()
    squared = [root_squared(count_sign(part)) for part in (FIRST, SECOND)]
    crossed = linear(le(2 * sqrt(n1) * sqrt(n2), n), Square(sqrt(n1) - sqrt(n2)), *squared, counted)
    both, top = norms[0] + norms[1], RATE * (k + 1) * n
    less = linear(le(both, top), (RATE_SIGN, crossed), (RATE * k, counted))
    low = linear(le(0, both), *signs)
    return linear(stage(WHOLE, k + 1), whole, powers, fourth_powers(less, low))


@lemma(at=(le(small, large), le(0, small)), shows=le(small**4, large**4))
def fourth_powers(less: Theorem, low: Theorem) -> Theorem:
    """a^4 <= b^4, from a <= b and 0 <= a."""
    a, b = less.conclusion.args
    high = linear(le(0, b), less, low)
    squares = linear(le(a**2, b**2), (less, low), (less, high))
    positive = linear(le(0, a**2 + b**2), Square(a), Square(b))
    return linear(le(a**4, b**4), (squares, positive))


def _halved(mixed: Mixed) -> Theorem:
    """For all k, a set of at most 2^k indices is at stage k."""
    zero = averaged(S, equation=at_same(none_of_one(), lambda value: value**4))
    single = linear(stage(WHOLE, num(0)), zero)
    return Halving(stage, single, lambda one, other: _both(mixed, one, other)).theorem()


@lemma(
    at=(EVEN,),
    given=(CENTRED, PARTS, SECONDS, FOURTHS_OF_ONE, *levels(EVEN), *RATES),
    shows=le(E(S, average(i, g(i, S) - own_mean(i, at(S, i))) ** 4), (RATE * LEVELS) ** 4),
)
def fourth_remainder(mixed: Mixed) -> Theorem:
    """E (mean of g_i - E [g_i | z_i])^4 <= (c ceil(log2 m))^4."""
    counted = linear(eq(count(WHOLE), m), added(i, is_counted(i)))
    at_levels = checker.specialise(_halved(mixed), LEVELS, levels_sign())
    few = linear(le(count(WHOLE), power_of_two(LEVELS)), counted, enough_levels())
    found = use(at_levels, WHOLE, few)
    same = averaged(S, equation=at_same(rest_of_all(), lambda value: value**4))
    size = at_same(counted, lambda value: (RATE * LEVELS * value) ** 4)
    body = total(i, g(i, S) - own_mean(i, at(S, i)))
    moment = linear(le(E(S, body**4), (RATE * LEVELS * m) ** 4), found, same, size)
    collected = sets.collected(i, ALL, WHOLE, moment)
    share = one_over(sample_size_positive())
    goal = le(E(S, average(i, g(i, S) - own_mean(i, at(S, i))) ** 4), (RATE * LEVELS) ** 4)
    return linear(goal, (collected, share, share, share, share), nonzero=[sample_size_positive()])
