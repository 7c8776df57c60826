"""Deng, He and Su (2021): the derivation of `stability.theorems.deng2021`.

From the finite-sample tail at p = 1/(6m) and delta/2. How large m has to be is said explicitly
(`semantics.slack.sample_large`). That beta is Lipschitz, on a compact set of examples, is not
needed: only the rows of the sample's own examples count, and there are m of them.
"""

from __future__ import annotations

from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    at_least_one,
    elementary,
    max_is_above,
    substitute,
)
from stability_proofs.kernel.notation import exp, log
from stability_proofs.kernel.terms import le, lt, num
from stability_proofs.lemmas.analysis.exponential import (
    cube_times_exp_minus,
    exp_positive,
    log_of_inverse,
)
from stability_proofs.lemmas.analysis.indicators import tail_at
from stability_proofs.lemmas.analysis.roots import at_most_by_squares, root_positive
from stability_proofs.lemmas.elastic.elastic_tails import elastic_tail
from stability_proofs.lemmas.elastic.elastic_walks import (
    B1,
    FITTED,
    MOST,
    ROW_MEAN,
    B,
    D,
    M,
    U,
    eta,
)
from stability_proofs.lemmas.elastic.own_rows import unless_flat, where_not_flat
from stability_proofs.lemmas.elastic.rows import LEVEL
from stability_proofs.lemmas.probability.concentration import root_of_level, tail
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, gap, m, own_rows, y, z
from stability_proofs.semantics.samples import tail as fails
from stability_proofs.semantics.slack import sample_large
from stability_proofs.tactics.vocabulary import (
    Square,
    chain,
    cut,
    linear,
    mean,
    one_over,
    sample_size_positive,
    use,
)

p, delta = map(symbol_term, ("p", "delta"))
MANY, ENOUGH, CONFIDENT = map(assume, sample_large())
FEW, HALF = num(1) / (6 * m), delta / 2
"""The probability of samples with a large row, and what is left for the deviation."""
DEVIATION = tail(HALF)


def _rows_rarely_large() -> Theorem:
    """P(own rows > B + eta) <= 1/(6m): m exp(-x) with x = 2 m eta^2/U^2, and x^3 exp(-x) <= 27."""
    size, steep = sample_size_positive(), assume(lt(0, U))
    x = 2 * m * eta * eta / (U * U)
    share, square = one_over(steep), linear(le(0, eta * eta), Square(eta))
    cube = cube_times_exp_minus(x, linear(le(0, x), (size, square, share, share)))
    # 81 U^6 <= 4 m eta^6, so 162 m^2 exp(-x) <= x^3 exp(-x)
    larger = (MANY, exp_positive(-x), size, size, *(share,) * 6)
    small = linear(le(m * m * exp(-x), num(1) / 6), cube, larger, nonzero=[steep])
    few = linear(le(m * exp(-x), FEW), (small, one_over(size)), nonzero=[size])
    return unless_flat(chain(where_not_flat(), few), linear(le(0, FEW), one_over(size)))


def _deviation_is_large() -> tuple[Theorem, Theorem]:
    """1/(2m) <= deviation and U/m <= eta deviation, as log(2/delta) >= 1/2."""
    size = sample_size_positive()
    level, share = log(1 / HALF), one_over(size)
    probable, sure = assume(lt(0, delta)), assume(lt(delta, 1))
    half = linear(lt(0, HALF), probable)
    below = linear(
        le(num(1) / 2, level), elementary("exp-tangent", -level), log_of_inverse(half), sure
    )
    squared = cut(substitute(root_of_level(), {delta: HALF}), half, linear(lt(HALF, 1), sure))
    least = linear(le(1 / (4 * m), DEVIATION**2), squared, (below, share), nonzero=[size])
    roots = elementary("sqrt", num(2)), elementary("sqrt", level), one_over(root_positive(size))
    sign, slack = linear(le(0, DEVIATION), roots), assume(le(0, eta))
    one = (at_least_one("index"), share, share)
    of_one = linear(le((1 / (2 * m)) ** 2, DEVIATION**2), least, one, nonzero=[size])
    enough = (ENOUGH, share, share)
    of_eta = linear(
        le((U / m) ** 2, (eta * DEVIATION) ** 2),
        (least, linear(le(0, eta * eta), Square(eta))),
        enough,
        nonzero=[size],
    )
    signs = sign, linear(le(0, eta * DEVIATION), (slack, sign))
    return (
        at_most_by_squares(1 / (2 * m), DEVIATION, of_one, signs[0]),
        at_most_by_squares(U / m, eta * DEVIATION, of_eta, signs[1]),
    )


def _absorbed() -> Theorem:
    """The finite-sample bound is at most the stated one: m absorbs the diagonal and p."""
    size, (of_one, of_eta) = sample_size_positive(), _deviation_is_large()
    share, C = one_over(size), FITTED.constant
    signs = assume(le(0, B)), assume(le(0, eta)), assume(lt(0, M))
    B_sign, _, M_sign = signs
    room = linear(le(num(5) / 6, 1 - FEW), (at_least_one("index"), share), nonzero=[size])
    likely = linear(lt(0, 1 - FEW), room)
    inverse = linear(le(1 / (1 - FEW), num(6) / 5), (room, one_over(likely)), nonzero=[likely])
    cost = (B + U) / m + FEW * M
    parts = ((sign, share) for sign in (B_sign, assume(le(0, U)), M_sign))
    quotient = linear(
        le(cost / (1 - FEW), num(6) / 5 * cost), (inverse, linear(le(0, cost), *parts))
    )
    constant = linear(le(C, 4 * B + 2 * eta + M), max_is_above(FITTED.cap.args[1], 0))
    deviation = linear(le(0, DEVIATION), of_one, share, nonzero=[size])
    return linear(
        le(
            cost / (1 - FEW) + FEW * C + C * DEVIATION,
            2 * B / m + 2 * (2 * B + eta + M) * (2 * DEVIATION),
        ),
        quotient,
        (constant, share),
        (constant, deviation),
        of_eta,
        *((of_one, sign) for sign in signs),
        *((deviation, sign) for sign in signs),
        (B_sign, share),
        nonzero=[size, likely],
    )


def asymptotic(claim: Claim) -> Derived:
    """Only an inequality here: the stated deviation is twice the finite-sample one, and more."""
    size, probable, sure = sample_size_positive(), assume(lt(0, delta)), assume(lt(delta, 1))
    share = one_over(size)
    likely = assume(fails(own_rows(S), LEVEL, p))
    found = cut(
        substitute(elastic_tail(FITTED, likely), {p: FEW, delta: HALF, B1: B, D: U}),
        _rows_rarely_large(),
        linear(lt(FEW, 1), (at_least_one("index"), share), nonzero=[size]),
        linear(lt(0, HALF), probable),
        linear(lt(HALF, 1), sure),
        mean(y, use(ROW_MEAN, y)),
        mean(z, use(MOST, z, z)),
    )
    within = linear(le(found.conclusion.args[0], delta), found, (CONFIDENT, share), nonzero=[size])
    return Derived((tail_at(within, gap(S), _absorbed()),))
