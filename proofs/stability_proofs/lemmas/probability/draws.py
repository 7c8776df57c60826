"""Independent uniform draws of examples: the expectation of a product is a power."""

from __future__ import annotations

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.families import family, swap
from stability_proofs.kernel.notation import E, every
from stability_proofs.kernel.terms import (
    HORIZON,
    NATURAL,
    Term,
    app,
    at,
    bind,
    eq,
    implies,
    le,
    lt,
    num,
    replace,
    var,
)
from stability_proofs.semantics.bagging import DRAWN, POSITION
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import at_same, averaged, discharge, linear, use

of = var("of")

n, x = var("n", NATURAL), var("x", "index")
FACTOR = app("factor", x)


def power(of: Term, exponent: Term = n) -> Term:
    """of^exponent, as a product."""
    return bind("prod", POSITION, of, 1, exponent)


@lemma(at=(of,), shows=eq(power(of, n + 1), power(of, n + 1 - 1) * of))
def one_more(of: Term) -> Theorem:
    """of^(n + 1) = of^n of."""
    longer = bind("prod", POSITION, of, 1, n + 1)
    return checker.last_of(longer, linear(le(1, n + 1), checker.natural(n)))


@lemma(at=(of,), shows=eq(power(of, num(0)), 1))
def none(of: Term) -> Theorem:
    """of^0 = 1."""
    return checker.empty(bind("prod", POSITION, of, 1, num(0)), linear(lt(0, 1)))


@lemma(
    shows=every(
        n,
        implies(
            le(n, HORIZON),
            eq(
                E(DRAWN, bind("prod", POSITION, app("factor", at(DRAWN, POSITION)), 1, n)),
                power(E(x, FACTOR), n),
            ),
        ),
    )
)
def independent() -> Theorem:
    """For every n up to the horizon, E factor(B_1) ... factor(B_n) = (E factor)^n."""
    of_draw, average = replace(FACTOR, {x: at(DRAWN, POSITION)}), E(x, FACTOR)
    product = eq(E(DRAWN, power(of_draw)), power(average))
    claim = implies(le(n, HORIZON), product)
    start = linear(
        replace(product, {n: num(0)}), averaged(DRAWN, equation=none(of_draw)), none(average)
    )
    within = assume(le(n + 1, HORIZON))
    known = use(assume(claim), linear(le(n, HORIZON), within))
    last = replace(FACTOR, {x: at(DRAWN, n + 1)})
    moved = swap(DRAWN, n + 1, x, power(of_draw) * last, within)
    before = linear(lt(POSITION, n + 1), assume(le(POSITION, n)))
    kept = at_same(
        family("at-put-other", DRAWN, n + 1, x, POSITION, before),
        lambda place: replace(FACTOR, {x: place}),
    )
    kept_all = checker.congruence(power(num(0)), POSITION, kept)
    read = at_same(family("at-put", DRAWN, n + 1, x), lambda place: replace(FACTOR, {x: place}))
    first, fresh = kept_all.conclusion.args[0], read.conclusion.args[0]
    inside = linear(
        eq(first * fresh, power(of_draw) * FACTOR), (fresh, kept_all), (power(of_draw), read)
    )
    following = linear(
        replace(product, {n: n + 1}),
        averaged(DRAWN, equation=one_more(of_draw)),
        moved,
        averaged(DRAWN, x, equation=inside),
        (average, known),
        one_more(average),
    )
    return checker.induction(
        n,
        claim,
        discharge(start, le(num(0), HORIZON)),
        discharge(following, within.conclusion),
    )
