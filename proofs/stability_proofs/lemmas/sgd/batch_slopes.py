"""The slope of a batch without an example, with its share refilled, or with another in its place.

At any weights v inside it differs from the slope of the same batch of S by at most the share of the
example at k times a number.
"""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, picked
from stability_proofs.kernel.notation import dot, indicator, norm, total
from stability_proofs.kernel.terms import VECTOR, Term, at, eq, le, num, put, var
from stability_proofs.lemmas.convexity.vectors import (
    cauchy_schwarz,
    norm_at_most,
    norm_by_products,
    norm_nonnegative,
)
from stability_proofs.lemmas.sgd.batch_steps import HERE, SHARE, after
from stability_proofs.semantics import batches, regularity
from stability_proofs.semantics.reading import symbol_term
from stability_proofs.semantics.samples import S, elsewhere, y
from stability_proofs.semantics.training import (
    PLACE,
    batch_slope,
    inside,
    k,
    m,
    r,
    refill,
    refilled_slope,
    skipped_slope,
    slope,
    steepness,
    v,
    visit,
)
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import Fact, at_same, by_cases, linear, summed, use

x = var("x", VECTOR)
L = symbol_term("L")
OWN = visit(r, after, k)
"""The share of the example at k."""
GONE, NEW = at(S, k), put(S, k, y)
SAME = batch_slope(v, S, r, after)
"""The slope of the same batch."""


@lemma(given=(batches.shares_nonnegative(),), shows=le(0, OWN))
def own_share() -> Theorem:
    """0 <= the share of the example at k."""
    return use(assume(batches.shares_nonnegative()), r, after, k)


@lemma(
    at=(regularity.z,),
    given=(regularity.steepness_nonnegative(),),
    shows=le(0, steepness(regularity.z)),
)
def steep(point: Term) -> Theorem:
    """0 <= L(z)."""
    return use(assume(regularity.steepness_nonnegative()), point)


@lemma(at=(y,), given=(regularity.steepness_at_most(L),), shows=le(steepness(y), L))
def steep_at_most(point: Term) -> Theorem:
    """L(z) <= L."""
    return use(assume(regularity.steepness_at_most(L)), point)


@lemma(given=(regularity.steepness_nonnegative(), regularity.steepness_at_most(L)), shows=le(0, L))
def L_nonnegative() -> Theorem:
    """0 <= L."""
    return linear(le(0, L), steep(GONE), steep_at_most(GONE))


@lemma(
    at=(y, 1),
    given=(regularity.steepness_nonnegative(), regularity.slopes_bounded(), inside(v)),
    shows=le(dot(slope(v, y), 1 * x), steepness(y) * norm(1 * x)),
)
def slope_along(point: Term, sign: int = 1) -> Theorem:
    """+-<slope(v, z), x> <= L(z) |x|, for v inside."""
    direction = sign * x
    bounded = use(assume(regularity.slopes_bounded()), v, point, assume(inside(v)))
    short = norm_at_most(slope(v, point), steepness(point), bounded, steep(point))
    return linear(
        le(dot(slope(v, point), direction), steepness(point) * norm(direction)),
        cauchy_schwarz(slope(v, point), direction),
        (linear(le(0, steepness(point) - norm(slope(v, point))), short), norm_nonnegative(x)),
    )


def _product(sample: Term) -> Term:
    return dot(slope(v, at(sample, PLACE)), x)


AT_K = picked(PLACE, visit(r, after, PLACE) * _product(S), k)


def _bounded(batch: Term, most: Term, sign: Theorem, *facts: Fact) -> Theorem:
    """|batch slope - SAME| <= most, from facts on the products with x."""
    whole = batch - SAME
    products = linear(le(dot(whole, x), most * norm(x)), *facts)
    return norm_by_products(products, x, sign)


@lemma(
    given=(
        regularity.steepness_nonnegative(),
        batches.shares_nonnegative(),
        regularity.slopes_bounded(),
        inside(v),
    ),
    shows=le(
        norm(total(PLACE, elsewhere(PLACE, k) * SHARE * slope(v, HERE)) - SAME),
        OWN * steepness(GONE),
    ),
)
def null_step() -> Theorem:
    """|batch slope without the example - batch slope| <= share L(z_k), at v inside."""
    most = OWN * steepness(GONE)
    sign = linear(le(0, most), (own_share(), steep(GONE)))
    lost = slope_along(GONE, -1)
    return _bounded(skipped_slope(v, S, r, k, after), most, sign, AT_K, (own_share(), lost))


@lemma(
    given=(
        regularity.steepness_nonnegative(),
        batches.shares_nonnegative(),
        batches.refills_nonnegative(),
        regularity.slopes_bounded(),
        batches.refills_sum(),
        inside(v),
        le(2, m),
        regularity.steepness_at_most(L),
    ),
    shows=le(
        norm(
            total(
                PLACE, (elsewhere(PLACE, k) * SHARE + refill(r, k, after, PLACE)) * slope(v, HERE)
            )
            - SAME
        ),
        OWN * (L + steepness(GONE)),
    ),
)
def retrain() -> Theorem:
    """|batch slope with the share refilled - batch slope| <= share (L + L(z_k)), at v inside."""
    most = OWN * (L + steepness(GONE))
    here = refill(r, k, after, PLACE)
    nonnegative = use(assume(batches.refills_nonnegative()), r, k, after, PLACE)
    room = steep_at_most(at(S, PLACE))
    gained = summed(
        PLACE,
        linear(
            le(here * _product(S), here * L * norm(x)),
            (nonnegative, slope_along(at(S, PLACE))),
            (nonnegative, room, norm_nonnegative(x)),
        ),
    )
    all_of_it = use(use(assume(batches.refills_sum()), assume(le(2, m))), r, k, after)
    sign = linear(le(0, most), (own_share(), steep(GONE)), (own_share(), L_nonnegative()))
    facts = (AT_K, gained, (L * norm(x), all_of_it), (own_share(), slope_along(GONE, -1)))
    return _bounded(refilled_slope(v, S, r, k, after), most, sign, *facts)


@lemma(
    given=(
        regularity.steepness_nonnegative(),
        batches.shares_nonnegative(),
        regularity.slopes_bounded(),
        inside(v),
        regularity.steepness_at_most(L),
    ),
    shows=le(norm(total(PLACE, SHARE * slope(v, at(NEW, PLACE))) - SAME), 2 * OWN * L),
)
def replacement() -> Theorem:
    """|batch slope with y in the place of z_k - batch slope| <= 2 share L, at v inside."""
    change = dot(slope(v, y), x) - dot(slope(v, GONE), x)
    own = eq(PLACE, k)

    def single(known: Theorem) -> Theorem:
        """<slope at the new sample, x> = <slope, x>, plus the change at k."""
        value = checker.indicator(known, own)
        goal = eq(_product(NEW), _product(S) + indicator(own) * change)
        if known.conclusion.head != "=":
            kept = family("at-put-other", S, k, y, PLACE, known)
            same = at_same(kept, lambda point: dot(slope(v, point), x))
            return linear(goal, same, (-change, value))
        old = at_same(known, lambda i: dot(slope(v, at(S, i)), x))
        new = at_same(known, lambda i: dot(slope(v, at(NEW, i)), x))
        read = at_same(family("at-put", S, k, y), lambda point: dot(slope(v, point), x))
        return linear(goal, old, new, read, (-change, value))

    share = visit(r, after, PLACE)
    pair = by_cases(own, single)
    low, high = pair.conclusion.args
    scaled = linear(eq(share * low, share * high), (share, pair))
    sums = checker.congruence(total(PLACE, num(0)), PLACE, scaled)
    at_k = picked(PLACE, share, k)
    most = 2 * OWN * L
    sign = linear(le(0, most), (own_share(), L_nonnegative()))
    facts: list[Fact] = [sums, (change, at_k)]
    for point, turn in ((y, 1), (GONE, -1)):
        facts.append((own_share(), slope_along(point, turn)))
        facts.append((own_share(), steep_at_most(point), norm_nonnegative(x)))
    return _bounded(batch_slope(v, NEW, r, after), most, sign, *facts)
