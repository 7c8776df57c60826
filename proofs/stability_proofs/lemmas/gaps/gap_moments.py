"""Moments of the mean of the centred g_i, which is the gap up to a remainder.

Sharper than Theorem 4 and Lemma 7 of Bousquet, Klochkov and Zhivotovskiy (2020) give: the examples
are not padded to a power of two, and E [g_i | z_i] has a range of length M, not 2 M.
"""

from __future__ import annotations

from dataclasses import dataclass

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared, substitute
from stability_proofs.kernel.notation import E, absolute, average, every, sqrt, total
from stability_proofs.kernel.terms import (
    Term,
    app,
    at,
    eq,
    implies,
    le,
    lt,
    negation,
    put,
    replace,
    var,
)
from stability_proofs.lemmas.analysis.positive_powers import P, p
from stability_proofs.lemmas.analysis.powers_of_two import LEVELS, levels_sign
from stability_proofs.lemmas.analysis.roots import root_positive
from stability_proofs.lemmas.gaps.centred_gaps import (
    HIGH,
    LOW,
    M,
    centred,
    has_mean_zero,
    with_fresh,
)
from stability_proofs.lemmas.moments.centred_sums import V, sum_of_centred
from stability_proofs.lemmas.moments.cross_moments import W, order_above_one, rate
from stability_proofs.lemmas.moments.moment_norms import Norm
from stability_proofs.semantics.samples import S, i, j, loss, m, risk, x, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    averaged,
    cut,
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
    use,
)

level = var("level")

R = var("redrawn", "sample")


@dataclass(frozen=True)
class Influence:
    """What another example does to g_i: at j it moves it by at most c_j w(z_i).

    `cost` is c_j, a term in j, `weight` is w(z), `norm` what the L_p norm of w is at most, and
    `level` what sqrt(m sum of c_j^2) is at most. The theorems say that (in this order):
    `moves` for all S, i, j and y; 0 <= w; E w^p <= norm^p; 0 <= norm; the root <= level.
    """

    cost: Term
    weight: Term
    norm: Term
    level: Term
    moves: Theorem
    sign: Theorem
    moment: Theorem
    least: Theorem
    root: Theorem


@lemma(
    given=(LOW.conclusion, HIGH.conclusion),
    shows=every(
        j,
        z,
        x,
        le(
            E(
                S,
                E(
                    x,
                    risk(put(put(S, j, z), j, x))
                    - loss(put(put(S, j, z), j, x), at(put(S, j, z), j)),
                ),
            )
            - E(
                S,
                E(
                    z,
                    risk(put(put(S, j, x), j, z))
                    - loss(put(put(S, j, x), j, z), at(put(S, j, x), j)),
                ),
            ),
            M,
        ),
    ),
)
def own_range() -> Theorem:
    """E [g_i | z_i] has a range of length M: the risk in it does not depend on z_i."""
    new = put(R, i, x)

    def at_point(point: Term) -> tuple[Term, Theorem]:
        named = substitute(with_fresh(), {y: point})
        mean_of = E(R, replace(centred(i), {S: put(R, i, point)}))
        return mean_of, averaged(R, equation=substitute(named, {S: R}))

    (first, of_first), (second, of_second) = at_point(y), at_point(z)
    ends = use(LOW, new, y), use(HIGH, new, z)
    losses = mean(R, mean(x, linear(le(loss(new, z) - loss(new, y), M), *ends)))
    return for_all(linear(le(first - second, M), losses, of_first, of_second), i, y, z)


@lemma(shows=eq(sqrt(m) / m, 1 / sqrt(m)))
def one_over_root() -> Theorem:
    """sqrt(m)/m = 1/sqrt(m)."""
    size = sample_size_positive()
    squared = root_squared(linear(le(0, m), size))
    positive = root_positive(size)
    return linear(
        eq(sqrt(m) / m, 1 / sqrt(m)), (1 / m / sqrt(m), squared), nonzero=[positive, size]
    )


@lemma(
    at=lambda: (
        Influence(
            app("c", j),
            app("w", z),
            W,
            var("level"),
            assume(
                every(
                    S,
                    i,
                    j,
                    y,
                    implies(
                        negation(eq(i, j)),
                        le(
                            centred(i) - replace(centred(i), {S: put(S, j, y)}),
                            app("c", j) * app("w", at(S, i)),
                        ),
                    ),
                )
            ),
            assume(every(z, le(0, app("w", z)))),
            assume(le(E(z, P(app("w", z))), P(W))),
            assume(le(0, W)),
            assume(le(sqrt(m * total(j, app("c", j) ** 2)), var("level"))),
        ),
    ),
    given=(HIGH.conclusion, LOW.conclusion, le(2, p), lt(0, M)),
    shows=(
        le(
            E(S, P(absolute(average(j, centred(j))))),
            P(rate() * LEVELS * level / m + M * sqrt(p - 1) / sqrt(m)),
        ),
        le(0, rate() * LEVELS * level / m + M * sqrt(p - 1) / sqrt(m)),
    ),
)
def mean_of_centred(influence: Influence) -> Norm:
    """||the mean of the g_i||_p <= (p - 1) W ceil(log2 m) level/m + M sqrt(p - 1)/sqrt(m)."""
    known = influence
    theorem = substitute(sum_of_centred().moment, {W: known.norm, V: M})
    theorem = checker.interpret(theorem, "g", (i, S), centred(i))
    theorem = checker.interpret(theorem, "w", (z,), known.weight)
    theorem = checker.interpret(theorem, "c", (j,), known.cost)
    zero = for_all(use(has_mean_zero(), S), S, i)
    theorem = cut(theorem, zero, own_range(), known.moves, known.sign, known.moment, known.least)
    inner = m * total(j, known.cost**2)
    rate = (p - 1) * known.norm * LEVELS
    flat = sqrt(p - 1) * (M * sqrt(m))
    range_sign = assume(lt(0, M))
    rate_sign = linear(le(0, rate), (order_above_one(), known.least, levels_sign()))
    flat_sign = linear(le(0, flat), (elementary("sqrt", p - 1), range_sign, elementary("sqrt", m)))
    first = linear(le(0, rate * sqrt(inner)), (rate_sign, elementary("sqrt", inner)))
    least = linear(le(0, rate * sqrt(inner) + flat), first, flat_sign)
    whole = Norm(S, total(i, centred(i)), theorem, least)
    share = one_over(sample_size_positive())
    averaged_over = whole.times(linear(le(0, 1 / m), share))
    top = rate * known.level / m + M * sqrt(p - 1) / sqrt(m)
    larger = linear(
        le(averaged_over.bound, top),
        (known.root, rate_sign, share),
        (M * sqrt(p - 1), one_over_root()),
    )
    body = average(i, centred(i))
    return averaged_over.below(larger).of(linear(eq(averaged_over.body, body)))
