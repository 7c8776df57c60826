"""Absolute values: the triangle inequality, products and expectations."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import Theorem, assume, discharge, substitute
from stability_proofs.kernel.notation import E, absolute
from stability_proofs.kernel.terms import Term, app, le, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import absolute_below, below_absolute, linear, mean, use

d, factor, first, last, middle, other = (
    var("d"),
    var("factor"),
    var("first"),
    var("last"),
    var("middle"),
    var("other"),
)
s, x = var("s", "seed"), var("x", "seed")

a, b, c = var("a"), var("b"), var("c")


@cache
def _triangle() -> Theorem:
    """|a - c| <= |a - b| + |b - c|."""
    bound = absolute(a - b) + absolute(b - c)
    up = linear(le(a - c, bound), below_absolute(a - b), below_absolute(b - c))
    down = linear(le(-(a - c), bound), below_absolute(a - b, -1), below_absolute(b - c, -1))
    return absolute_below(up, down)


@lemma(
    at=(first, middle, last),
    shows=le(absolute(first - last), absolute(first - middle) + absolute(middle - last)),
)
def absolute_triangle(first: Term, middle: Term, last: Term) -> Theorem:
    """|first - last| <= |first - middle| + |middle - last|."""
    return substitute(_triangle(), {a: first, b: middle, c: last})


@cache
def _bounded_product() -> Theorem:
    """a b <= c |b|, if |a| <= c."""
    low, high = le(-c, a), le(a, c)
    up, down = below_absolute(b), below_absolute(b, -1)
    below, above = assume(high), assume(low)
    bound = linear(le(a * b, c * absolute(b)), (below, down), (above, up))
    return discharge(low, discharge(high, bound))


@lemma(
    at=(factor, le(-d, factor), le(factor, d), other), shows=le(factor * other, d * absolute(other))
)
def bounded_product(factor: Term, low: Theorem, high: Theorem, other: Term) -> Theorem:
    """factor other <= c |other|, from -c <= factor and factor <= c."""
    most = high.conclusion.args[1]
    lemma = substitute(_bounded_product(), {a: factor, b: other, c: most})
    return use(lemma, low, high)


@lemma(
    at=(s, app("body", s)), shows=le(absolute(E(x, app("body", x))), E(x, absolute(app("body", x))))
)
def mean_absolute(x: Term, body: Term) -> Theorem:
    """|E body| <= E |body|."""
    up, down = mean(x, below_absolute(body)), mean(x, below_absolute(body, -1))
    whole = E(x, body)
    goal = E(x, absolute(body))
    return absolute_below(linear(le(whole, goal), up), linear(le(-whole, goal), down))
