"""Moments of the gap where replacing the example at i moves losses by at most e_i.

Cauchy and Schwarz in the halving let the root mean square of the e_i take the place of one
constant for all indices.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume, root_squared
from stability_proofs.kernel.notation import E, absolute, average, every, sqrt, total
from stability_proofs.kernel.terms import at, eq, implies, le, lt, negation, num, put, replace, var
from stability_proofs.lemmas.analysis.positive_powers import P
from stability_proofs.lemmas.analysis.roots import at_most_by_squares
from stability_proofs.lemmas.gaps.centred_gaps import (
    HIGH,
    LOW,
    centred,
    gap_is_sum,
    remainder,
    with_other,
)
from stability_proofs.lemmas.gaps.gap_moments import LEVELS, Influence, mean_of_centred
from stability_proofs.lemmas.moments.moment_norms import Norm, of_smaller
from stability_proofs.lemmas.moments.pairs import APART
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import (
    S,
    gap,
    i,
    j,
    loss,
    m,
    per_index,
    per_index_replacement,
    risk,
    x,
    y,
    z,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    absolute_below,
    discharge,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    summed,
    use,
)

M, order = var("M"), var("order")

RMS = symbol_term("epsilon_rms")
MOVED, MEAN_SQUARE = map(assume, per_index_replacement(RMS))
LEAST = assume(le(0, RMS))
POINT = var("tested", "example")


@lemma(
    given=(MOVED.conclusion,),
    shows=every(
        S,
        j,
        i,
        z,
        implies(
            negation(eq(j, i)),
            le(
                centred(j)
                - E(
                    x,
                    risk(put(put(S, i, z), j, x))
                    - loss(put(put(S, i, z), j, x), at(put(S, i, z), j)),
                ),
                2 * per_index(i),
            ),
        ),
    ),
)
def moves() -> Theorem:
    """Another example at j moves g_i by at most 2 e_j: the risk and the loss by e_j each."""
    apart, point = assume(APART), at(S, i)
    old, new = put(S, i, x), put(put(S, i, x), j, y)
    risk_up, _ = sides(use(MOVED, old, j, y, POINT))
    _, own_down = sides(use(MOVED, old, j, y, point))
    change = (risk(old) - loss(old, point)) - (risk(new) - loss(new, point))
    changed = mean(x, linear(le(change, 2 * per_index(j)), mean(POINT, risk_up), own_down))
    at_other = replace(centred(i), {S: put(S, j, y)})
    moved = linear(le(centred(i) - at_other, 2 * per_index(j)), changed, with_other(i, j, apart))
    return for_all(discharge(moved, APART), S, i, j, y)


@lemma(
    given=(LEAST.conclusion, MEAN_SQUARE.conclusion),
    shows=le(sqrt(m * total(j, (2 * per_index(j)) ** 2)), 2 * m * RMS),
)
def root_below() -> Theorem:
    """sqrt(m sum of (2 e_j)^2) <= 2 m e, e the root mean square."""
    inner, top, size = m * total(j, (2 * per_index(j)) ** 2), 2 * m * RMS, sample_size_positive()
    square = linear(le(0, (2 * per_index(j)) ** 2), Square(2 * per_index(j)))
    positive = linear(
        le(0, inner), (size, linear(le(0, total(j, (2 * per_index(j)) ** 2)), summed(j, square)))
    )
    squares = linear(
        le(sqrt(inner) * sqrt(inner), top * top),
        root_squared(positive),
        (MEAN_SQUARE, size, size),
        nonzero=[size],
    )
    return at_most_by_squares(sqrt(inner), top, squares, linear(le(0, top), (size, LEAST)))


@lemma(
    given=(
        LEAST.conclusion,
        HIGH.conclusion,
        LOW.conclusion,
        MEAN_SQUARE.conclusion,
        MOVED.conclusion,
        le(2, order),
        lt(0, M),
    ),
    shows=(
        le(
            E(S, P(absolute(average(j, centred(j))))),
            P((order - 1) * LEVELS * (2 * m * RMS) / m + M * sqrt(order - 1) / sqrt(m)),
        ),
        le(0, (order - 1) * LEVELS * (2 * m * RMS) / m + M * sqrt(order - 1) / sqrt(m)),
    ),
)
def centred_norm() -> Norm:
    """||the mean of the g_i||_p <= 2 (p - 1) e ceil(log2 m) + M sqrt(p - 1)/sqrt(m)."""
    one = num(1)
    influence = Influence(
        cost=2 * per_index(j),
        weight=one,
        norm=one,
        level=2 * m * RMS,
        moves=moves(),
        sign=for_all(linear(le(0, one)), z),
        moment=linear(le(E(z, P(one)), P(one))),
        least=linear(le(0, one)),
        root=root_below(),
    )
    return mean_of_centred(influence)


@lemma(given=(LEAST.conclusion, MEAN_SQUARE.conclusion), shows=le(average(j, per_index(j)), RMS))
def mean_below() -> Theorem:
    """The mean of the e_i is at most their root mean square."""
    mean_of, size = average(i, per_index(i)), sample_size_positive()
    spread = linear(le(0, (per_index(i) - mean_of) ** 2), Square(per_index(i) - mean_of))
    squares = linear(
        le(mean_of * mean_of, RMS * RMS),
        MEAN_SQUARE,
        (summed(i, spread), one_over(size)),
        nonzero=[size],
    )
    return at_most_by_squares(mean_of, RMS, squares, LEAST)


@lemma(
    given=(LEAST.conclusion, MEAN_SQUARE.conclusion, MOVED.conclusion),
    shows=(le(1 * average(j, remainder(j)), 2 * RMS), le(-average(j, remainder(j)), 2 * RMS)),
)
def remainder_below() -> tuple[Theorem, Theorem]:
    """The mean remainder is at most 2 e, and at least -2 e."""
    new, point, share = put(S, i, x), at(S, i), one_over(sample_size_positive())
    risks, own = sides(use(MOVED, S, i, x, POINT)), sides(use(MOVED, S, i, x, point))
    change = (risk(S) - risk(new)) - (loss(S, point) - loss(new, point))
    found = []
    for sign, of_risk, of_own in ((1, risks[0], own[1]), (-1, risks[1], own[0])):
        one = mean(x, linear(le(sign * change, 2 * per_index(i)), mean(POINT, of_risk), of_own))
        goal = le(sign * average(i, remainder(i)), 2 * RMS)
        found.append(linear(goal, (summed(i, one), share), mean_below()))
    first, second = found
    return first, second


@lemma(
    given=(
        LEAST.conclusion,
        HIGH.conclusion,
        LOW.conclusion,
        MEAN_SQUARE.conclusion,
        MOVED.conclusion,
        lt(0, M),
        le(2, order),
    ),
    shows=(
        le(
            E(S, P(absolute(gap(S)))),
            P(2 * RMS + ((order - 1) * LEVELS * (2 * m * RMS) / m + M * sqrt(order - 1) / sqrt(m))),
        ),
        le(
            0,
            2 * RMS + ((order - 1) * LEVELS * (2 * m * RMS) / m + M * sqrt(order - 1) / sqrt(m)),
        ),
    ),
)
def gap_norm() -> Norm:
    """||gap||_p <= 2 e + 2 (p - 1) e ceil(log2 m) + M sqrt(p - 1)/sqrt(m)."""
    rest = average(i, remainder(i))
    top = absolute_below(*remainder_below())
    small = of_smaller(S, rest, top, linear(le(0, 2 * RMS), LEAST))
    whole = small + centred_norm()
    return whole.of(linear(eq(whole.body, gap(S)), gap_is_sum()))
