"""One draw from a law of hypotheses that depends on the sample, and the mean over the draw.

`law(S, h)` is the density at h of the law that the sample S gives, with respect to a measure that
is the same for all samples: E over a hypothesis averages over that measure. `gibbs.base(h, z)` is
the loss of h at z, in [0, M]. For a Gibbs distribution the density is in proportion to the
exponential of `exponent(S, h)`.
"""

from __future__ import annotations

from stability.conventions import Neighbour, Notion, Over, Quantity
from stability_proofs.kernel.notation import E, absolute, average, every, exp, indicator, log
from stability_proofs.kernel.terms import ProofError, Term, app, at, eq, le, lt, put, replace
from stability_proofs.semantics import gibbs
from stability_proofs.semantics.gibbs import base, h
from stability_proofs.semantics.samples import INDEX, POINT, S, Values, i, y

Formulas = tuple[Term, ...]


def law(sample: Term, hypothesis: Term) -> Term:
    """The density of the law that a sample gives."""
    return app("law", sample, hypothesis)


def exponent(sample: Term, hypothesis: Term) -> Term:
    """The exponent of a Gibbs distribution."""
    return app("exponent", sample, hypothesis)


def gap(sample: Term, hypothesis: Term) -> Term:
    """R - R_emp of one hypothesis."""
    seen = average(INDEX, base(hypothesis, at(sample, INDEX)))
    return E(POINT, base(hypothesis, POINT)) - seen


def standing(M: Term) -> Formulas:
    """Losses of hypotheses lie in [0, M]."""
    return gibbs.base_range(M)


def densities() -> Formulas:
    """The laws have densities, above 0 and of mean 1."""
    return (every(S, h, lt(0, law(S, h))), every(S, eq(E(h, law(S, h)), 1)))


def proportional(power: Term) -> Term:
    """The density of the Gibbs distribution with an exponent, a term in S and h."""
    return exp(power) / E(h, exp(power))


def moves(power: Term, constant: Term) -> Term:
    """|H(S, h) - H(S', h)| <= c for a term H in S and h; S' has y in the place of z_i."""
    return every(S, i, y, h, le(absolute(power - replace(power, {S: put(S, i, y)})), constant))


def premise(notion: Notion, neighbour: Neighbour, values: Values) -> Formulas:
    """That a law depends on each example as little as a constant says."""
    if neighbour is Neighbour.REPLACEMENT and notion is Notion.EXPONENT:
        power = exponent(S, h)
        own = every(S, h, eq(law(S, h), proportional(power)))
        return (own, moves(power, values["exponent"]))
    if neighbour is Neighbour.REPLACEMENT and notion is Notion.PURE_PRIVACY:
        return (moves(log(law(S, h)), values["dp_epsilon"]),)
    raise ProofError(f"{neighbour} {notion} has no formula for densities")


def conclusion(over: Over, quantity: Quantity, bound: Term, failure: Term) -> Term:
    """Of one draw, with a probability over sample and draw; of the mean, over the sample."""
    if quantity is not Quantity.GAP:
        raise ProofError(f"{quantity} has no formula for one draw")
    if over is Over.BOTH:
        return le(E(S, E(h, law(S, h) * indicator(lt(bound, gap(S, h))))), failure)
    if over is Over.SAMPLE:
        return le(E(S, indicator(lt(bound, E(h, law(S, h) * gap(S, h))))), failure)
    raise ProofError(f"a draw has no formula over {over}")
