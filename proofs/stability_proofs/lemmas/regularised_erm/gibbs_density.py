"""The density of a Gibbs distribution: positive, of mean 1, and how far its logarithm moves."""

from __future__ import annotations

from stability.conventions import Neighbour, Notion
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, exp_log
from stability_proofs.kernel.notation import E, exp, log
from stability_proofs.kernel.terms import app, eq, le, lt, num, put, var
from stability_proofs.lemmas.analysis.exponential import (
    exp_increasing,
    exp_minus,
    exp_positive,
    exponents_in_order,
)
from stability_proofs.lemmas.regularised_erm.gibbs import mean_positive
from stability_proofs.semantics import one_draw
from stability_proofs.semantics.gibbs import h
from stability_proofs.semantics.one_draw import exponent, law
from stability_proofs.semantics.samples import S, i, y
from stability_proofs.tactics.lemma import for_any, lemma
from stability_proofs.tactics.vocabulary import (
    absolute_below,
    averaged,
    for_all,
    linear,
    mean,
    one_over,
    put_equal,
    restated,
    sides,
    use,
)

c = var("exponent")
POWER = exponent(S, h)
GIBBS = one_draw.premise(Notion.EXPONENT, Neighbour.REPLACEMENT, {"exponent": c})
FIRST, SECOND = app("first", h), app("second", h)
NORMALISER = E(h, exp(POWER))


@lemma(
    at=(for_any(le(FIRST - SECOND, c), h),),
    shows=le(log(E(h, exp(FIRST))), c + log(E(h, exp(SECOND)))),
)
def normalisers(apart: Theorem) -> Theorem:
    """log E exp f <= c + log E exp g, from f(h) - g(h) <= c for arbitrary h."""
    gap, c = apart.conclusion.args
    one, other = gap.args[0], gap.args[1].args[1]
    order = exp_increasing(linear(le(one, c + other), apart))
    each = linear(le(exp(one), exp(c) * exp(other)), order, elementary("exp-sum", c, other))
    first, second = (E(h, exp(of)) for of in (one, other))
    back, back_other = (exp_log(mean_positive(h, exp_positive(of))) for of in (one, other))
    split = elementary("exp-sum", c, log(second))
    goal = le(exp(log(first)), exp(c + log(second)))
    return exponents_in_order(linear(goal, mean(h, each), back, split, (exp(c), back_other)))


@lemma(given=GIBBS[:1], shows=eq(log(law(S, h)), POWER - log(NORMALISER)))
def log_of_density() -> Theorem:
    """log q = H - log Z, for q = exp H/Z."""
    shape, some = use(assume(GIBBS[0]), S, h), mean_positive(h, exp_positive(POWER))
    level = POWER - log(NORMALISER)
    split = restated(
        elementary("exp-sum", POWER, -log(NORMALISER)),
        eq(exp(level), exp(POWER) * exp(-log(NORMALISER))),
    )
    same = linear(
        eq(exp(level), law(S, h)),
        split,
        (num(-1), shape),
        (exp(POWER) / NORMALISER, exp_minus(log(NORMALISER))),
        (exp(POWER) * exp(-log(NORMALISER)) / NORMALISER, exp_log(some)),
        nonzero=[some],
    )
    return put_equal(same, elementary("log-exp", level))


@lemma(
    given=GIBBS,
    shows=(*one_draw.densities(), one_draw.moves(log(law(S, h)), 2 * c)),
)
def gibbs_density() -> tuple[Theorem, ...]:
    """0 < q, E q = 1, and |log q(h) - log q'(h)| <= 2 c: both H and log Z move by at most c."""
    shape, near = use(assume(GIBBS[0]), S, h), use(assume(GIBBS[1]), S, i, y, h)
    positive = exp_positive(POWER)
    some = mean_positive(h, positive)
    above = linear(lt(0, law(S, h)), shape, (positive, one_over(some)))
    unit = linear(eq(E(h, law(S, h)), 1), averaged(h, equation=shape), nonzero=[some])
    new = put(S, i, y)
    here = log_of_density()
    there = checker.substitute(here, {S: new})
    up, down = sides(near)
    other = exponent(new, h)
    down = linear(le(other - POWER, c), down)
    gone, twice = log(law(S, h)) - log(law(new, h)), 2 * c
    close = absolute_below(
        linear(le(gone, twice), here, there, up, normalisers(down)),
        linear(le(-gone, twice), here, there, down, normalisers(up)),
    )
    return for_all(above, S, h), for_all(unit, S), for_all(close, S, i, y, h)
