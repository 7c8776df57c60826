"""The finite-sample elastic tail, from how likely it is that the row of an example is large."""

from __future__ import annotations

from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, indicator, minimum
from stability_proofs.kernel.terms import le, lt, var
from stability_proofs.lemmas.analysis.indicators import complement, tail_at
from stability_proofs.lemmas.elastic.elastic_gaps import (
    DELETION,
    DIAGONAL,
    LEAST,
    LOSS_HIGH,
    LOSS_LOW,
    MEAN,
    MOST,
    ROW_MEAN,
    UNTOUCHED,
    below_both,
    differences,
    gap_range,
    good,
    mean_gap,
    mean_loo_gap,
    own_rows,
)
from stability_proofs.lemmas.elastic.elastic_walks import B1, FITTED, B, D, Form, M, U, eta
from stability_proofs.lemmas.probability.concentration import tail
from stability_proofs.lemmas.probability.extension import concentrates_on
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, gap, m, rows_exceed
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    for_all,
    linear,
    mean,
    one_over,
    sample_size_positive,
)

p, delta = map(symbol_term, ("p", "delta"))
RANGE = assume(lt(0, M))
B_SIGN, U_SIGN, B1_SIGN, D_SIGN, ETA_SIGN = (assume(le(0, x)) for x in (B, U, B1, D, eta))


def _cap_sign(form: Form) -> Theorem:
    """0 <= cap, the smaller of two numbers that are not negative."""
    first = -form.cap.args[1].args[0]
    ratio = (sample_size_positive(), one_over(form.divisors[-1]))
    low = linear(le(0, first), (B_SIGN, *ratio), (ETA_SIGN, *ratio), B_SIGN, ETA_SIGN)
    return below_both(low, U_SIGN, form.cap)


@lemma(
    at=(FITTED, rows_exceed(B + eta, p)),
    given=(
        U_SIGN.conclusion,
        RANGE.conclusion,
        D_SIGN.conclusion,
        ETA_SIGN.conclusion,
        B1_SIGN.conclusion,
        B_SIGN.conclusion,
        DIAGONAL.conclusion,
        MEAN.conclusion,
        LOSS_HIGH.conclusion,
        ROW_MEAN.conclusion,
        LOSS_LOW.conclusion,
        MOST.conclusion,
        LEAST.conclusion,
        UNTOUCHED.conclusion,
        DELETION.conclusion,
        lt(0, delta),
        lt(p, 1),
        lt(delta, 1),
    ),
    shows=le(
        E(
            S,
            indicator(
                lt(
                    ((B1 + D) / m + p * M) / (1 - p)
                    + p * (2 * B + 2 * minimum(B + eta, U) + M)
                    + (2 * B + 2 * minimum(B + eta, U) + M) * tail(delta),
                    gap(S),
                )
            ),
        ),
        p + delta,
    ),
)
def elastic_tail(form: Form, likely: Theorem) -> Theorem:
    """P(gap > (bias + p M)/(1 - p) + p C + C sqrt(log(1/delta)/(2m))) <= p + delta.

    `likely`: P(own rows > B + eta) <= p. Samples are good but for a probability p; the gap
    concentrates on the good ones. The bias is (B1 + D)/m, and B1/m for the leave-one-out form.
    """
    bias = mean_gap() if form is FITTED else mean_loo_gap()
    size, a, C = sample_size_positive(), bias.conclusion.args[1], form.constant
    share = one_over(size)
    means = (B1_SIGN, D_SIGN) if form is FITTED else (B1_SIGN,)
    parts = (RANGE, B_SIGN, _cap_sign(form))
    inside, rows = indicator(good(S)), lt(B + eta, own_rows(S))
    bad = mean(S, linear(le(1 - inside, indicator(rows)), complement(good(S))))
    found = concentrates_on(
        form.gap,
        good(S),
        {var("a"): a, var("c"): C / m},
        differences(form),
        *(for_all(end, S) for end in gap_range(form)),
        bias,
        linear(le(0, a), *((sign, share) for sign in means)),
        linear(le(E(S, 1 - inside), p), bad, likely),
        assume(lt(p, 1)),
        linear(lt(0, C / m), *((share, part) for part in parts)),
        RANGE,
        assume(lt(0, delta)),
        assume(lt(delta, 1)),
    )
    reached = (a + p * M) / (1 - p) + p * m * (C / m) + m * (C / m) * tail(delta)
    stated = (a + p * M) / (1 - p) + p * C + C * tail(delta)
    return tail_at(found, form.gap, linear(le(reached, stated), nonzero=[size]))
