"""Sums of step sizes c/t that grow by 1 + c gamma/t in every later step, bounded by powers."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import every, log
from stability_proofs.kernel.terms import NATURAL, Term, app, eq, le, lt, replace, var
from stability_proofs.lemmas.analysis.exponential import exp_positive
from stability_proofs.lemmas.analysis.powers import power, power_growth, power_quotient, q, x, y
from stability_proofs.lemmas.analysis.recursions import HERE, contracted, contracted_next
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import cut, for_all, linear, one_over, use

T, t0 = var("T", NATURAL), var("t0", NATURAL)

s, n, t = var("s", NATURAL), var("n", NATURAL), var("t", NATURAL)
gamma, c, h = var("gamma"), var("c"), var("h")
low = var("low", NATURAL)


def alpha(step: Term) -> Term:
    """The step size."""
    return app("alpha", step)


def rate(step: Term) -> Term:
    """What a step makes of a distance at most."""
    return 1 + alpha(step) * gamma


def grown(first: Term, last: Term) -> Term:
    """The sum of alpha_t times the rates after t, over steps from one to another."""
    return contracted(rate, alpha, first, last)


def below_power(last: Term) -> Term:
    """h (1 + gamma times that sum) <= last^(c gamma)."""
    return le((gamma * grown(low, last) + 1) * h, power(last, c * gamma))


@lemma(
    given=(
        lt(0, c),
        lt(0, gamma),
        le(1, s),
        le(low, s + 1),
        every(n, eq(alpha(n), c / n)),
        below_power(s),
    ),
    shows=every(n, below_power(HERE)),
)
def growth_below_power() -> Theorem:
    """For steps c/t, if `below_power` holds at s it holds at s + n for all n.

    A step multiplies the left side by 1 + c gamma/t, and (t - 1)^q (1 + q/t) <= t^q. Hypotheses:
    below_power(s), 1 <= s, low <= s + 1, 0 < c, 0 < gamma, alpha_t = c/t.
    """
    here, after = s + n, s + n + 1
    positive = assume(lt(0, c)), assume(lt(0, gamma))
    exponent = linear(le(0, c * gamma), positive)
    early, reach = assume(le(1, s)), assume(le(low, s + 1))
    claim = below_power(here)
    size = use(assume(every(t, eq(alpha(t), c / t))), after)
    ends = linear(le(low, after), reach, checker.natural(n))
    longer = contracted_next(rate, alpha, low, here, ends)
    known = linear(lt(0, here), early, checker.natural(n))
    new = linear(lt(0, after), known)
    higher = cut(
        substitute(power_growth(), {x: here, y: after, q: c * gamma}), known, new, exponent
    )
    factor = linear(le(0, 1 + c * gamma / after), (exponent, one_over(new)))
    grows = linear(
        le((gamma * grown(low, here) + 1) * h * (1 + c * gamma / after), power(after, c * gamma)),
        (assume(claim), factor),
        higher,
        nonzero=[new],
    )
    inside = gamma * grown(low, here) + 1
    step = linear(below_power(after), grows, (gamma * h, longer), (gamma * h * inside, size))
    return checker.induction(n, claim, assume(below_power(s)), step)


@cache
def _grown_steps() -> Theorem:
    """For all n, the sum from s + 1 to s + n is at most ((s + n)/s)^(c gamma)/gamma."""
    first, last, exponent = s, s + n, c * gamma
    early, positive = assume(le(1, s)), assume(lt(0, gamma))
    known = linear(lt(0, s), early), linear(lt(0, last), early, checker.natural(n))
    own = power(first, exponent)
    lemma = substitute(growth_below_power(), {low: s + 1, h: own})
    nothing = checker.empty(grown(s + 1, s), linear(lt(s, s + 1)))
    base = linear(replace(below_power(s), {low: s + 1, h: own}), (gamma * own, nothing))
    bound = use(cut(lemma, base, linear(le(s + 1, s + 1))), n)
    quotient = substitute(power_quotient(), {x: last, y: first, q: exponent})
    ratio = power(last / first, exponent)
    sure = exp_positive(exponent * log(first))
    whole = grown(s + 1, last)
    scaled = linear(
        le((gamma * whole + 1) * own, ratio * own), bound, cut(quotient, *reversed(known))
    )
    single = linear(le(gamma * whole + 1, ratio), (scaled, one_over(sure)), nonzero=[sure])
    return for_all(
        linear(
            le(whole, ratio / gamma),
            (single, one_over(positive)),
            one_over(positive),
            nonzero=[positive],
        ),
        n,
    )


@lemma(
    at=(t0, T),
    given=(lt(0, c), lt(0, gamma), le(t0, T), le(1, t0), every(n, eq(alpha(n), c / n))),
    shows=le(grown(t0 + 1, t0 + (T - t0)), power((t0 + (T - t0)) / t0, c * gamma) / gamma),
)
def grown_steps(first: Term, last: Term) -> Theorem:
    """The sum of alpha_t times the rates after t is at most (last/first)^(c gamma)/gamma.

    From first + 1 on. Hypotheses: steps c/t, 0 < c, 0 < gamma, 1 <= first and first <= last.
    """
    lemma = substitute(_grown_steps(), {s: first})
    return checker.specialise(
        lemma, last - first, linear(le(0, last - first), assume(le(first, last)))
    )
