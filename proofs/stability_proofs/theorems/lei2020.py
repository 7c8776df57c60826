"""Lei and Ying (2020): derivations of `stability.theorems.lei2020`."""

from __future__ import annotations

from stability.conventions import Neighbour, Notion
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import swap
from stability_proofs.kernel.notation import E, dot, norm, square, total
from stability_proofs.kernel.terms import at, le, lt, num, put
from stability_proofs.lemmas.convexity.vectors import norm_nonnegative
from stability_proofs.semantics import on_average, regularity
from stability_proofs.semantics.claims import Claim, Derived
from stability_proofs.semantics.constants import weights, weights_inside
from stability_proofs.semantics.on_average import incline
from stability_proofs.semantics.randomised import r
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, gap, i, loss, m, risk, y
from stability_proofs.semantics.training import measured
from stability_proofs.tactics.vocabulary import (
    averaged,
    linear,
    mean,
    one_over,
    sample_size_positive,
    sides,
    summed,
    use,
)

BEFORE, AFTER = weights(S), weights(put(S, i, y))
OWN = at(S, i)


def _premise(notion: Notion) -> tuple[Theorem, Theorem]:
    """The mean movement is at most the constant; the loss is that of the weights."""
    values = {"epsilon": symbol_term("epsilon")}
    moved, loss = map(assume, on_average.premise(notion, Neighbour.REPLACEMENT, values))
    return moved, loss


def _mean_gap(pointwise: Theorem, notion: Notion) -> Theorem:
    """E gap <= the mean over i of E b, from loss of AFTER - loss of BEFORE at z_i <= b.

    The example at i and the one in its place may change names.
    """
    _, of_weights = _premise(notion)
    exchanged = swap(S, i, y, loss(S, y))
    new = averaged(S, y, equation=use(of_weights, put(S, i, y), OWN))
    old = averaged(S, equation=use(of_weights, S, OWN))
    moved = mean(S, mean(y, mean(r, pointwise)))
    most = moved.conclusion.args[1]
    own = linear(le(E(S, risk(S)) - E(S, loss(S, OWN)), most), exchanged, new, old, moved)
    size = sample_size_positive()
    apart = checker.exchange(E(S, total(i, loss(S, OWN))))
    shares = (summed(i, own), one_over(size))
    return linear(le(E(S, gap(S)), total(i, most) / m), shares, (1 / m, apart), nonzero=[size])


def theorem2a(claim: Claim) -> Derived:
    """With z_i replaced, the loss at z_i moves by at most L times the distance."""
    L, notion = symbol_term("L"), Notion.ON_AVERAGE_L1
    inside = assume(weights_inside()[0])
    ends = (use(inside, sample, r) for sample in (put(S, i, y), S))
    change, _ = sides(use(assume(regularity.loss_changes()), AFTER, BEFORE, OWN, *ends))
    steep = use(assume(regularity.steepness_at_most(L)), OWN)
    far, positive = norm(AFTER - BEFORE), assume(lt(0, L))
    pointwise = linear(
        le(change.conclusion.args[0], L * far), change, (steep, norm_nonnegative(AFTER - BEFORE))
    )
    stable, _ = _premise(notion)
    bound = L * stable.conclusion.args[1]
    derived = linear(le(E(S, gap(S)), bound), _mean_gap(pointwise, notion), (positive, stable))
    return Derived((derived,))


def theorem2b(claim: Claim) -> Derived:
    """The tangent at the old weights, with 2 <g, v> <= |g|^2/a + a |v|^2 and |g|^2 <= 2 gamma loss.

    A step of 1/gamma against the gradient g of a loss cannot take it below 0.
    """
    gamma, balance, training = map(symbol_term, ("gamma", "balance", "training_risk"))
    notion, slope, far = Notion.ON_AVERAGE_L2, incline(BEFORE, OWN), AFTER - BEFORE
    (smooth,), (sign,) = on_average.evaluated_smooth(gamma), on_average.evaluated_nonnegative()
    smoothness, weight = assume(lt(0, gamma)), assume(lt(0, balance))
    up = use(assume(smooth), BEFORE, AFTER, OWN)
    lower = BEFORE - (1 / gamma) * slope
    lowest = use(assume(smooth), BEFORE, lower, OWN)
    old = measured(BEFORE, OWN)
    bounded = linear(
        le(square(slope) / (2 * gamma), old),
        lowest,
        use(assume(sign), lower, OWN),
        nonzero=[smoothness],
    )
    scaled = linear(le(square(slope), 2 * gamma * old), (bounded, smoothness), nonzero=[smoothness])
    mixed = checker.square_of(slope - balance * far)
    along = linear(
        le(2 * dot(slope, far), square(slope) / balance + balance * square(far)),
        (mixed, one_over(weight)),
        nonzero=[weight],
    )
    pointwise = linear(
        le(measured(AFTER, OWN) - old, gamma / balance * old + (gamma + balance) / 2 * square(far)),
        up,
        along,
        (scaled, one_over(weight)),
        nonzero=[weight],
    )
    stable, of_weights = _premise(notion)
    risks = assume(on_average.training_risk_at_most(training))
    size = sample_size_positive()
    each = averaged(S, equation=use(of_weights, S, OWN))
    own = checker.congruence(total(i, num(0)), i, each)
    apart = checker.exchange(E(S, total(i, loss(S, OWN))))
    share, over = gamma / balance, one_over(weight)
    bound = share * training + (gamma + balance) / 2 * symbol_term("epsilon") ** 2
    derived = linear(
        le(E(S, gap(S)), bound),
        _mean_gap(pointwise, notion),
        (share / m, own),
        (share / m, apart),
        (risks, smoothness, over),
        (stable, smoothness),
        (stable, weight),
        nonzero=[size],
    )
    return Derived((derived,))
