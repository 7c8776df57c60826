"""Norms: squares, Cauchy-Schwarz and the triangle inequality, from 0 <= <v, v>."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import (
    Theorem,
    assume,
    cases,
    contradiction,
    elementary,
    root_squared,
    square_of,
    substitute,
)
from stability_proofs.kernel.notation import dot, norm, square
from stability_proofs.kernel.terms import VECTOR, Term, eq, le, lt, var
from stability_proofs.lemmas.analysis.roots import at_most_by_squares, equal_by_squares
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import Square, chain, cut, linear, one_over

x, y = var("x", VECTOR), var("y", VECTOR)
L, f, step = var("L"), var("f"), var("step")

u, v = var("u", VECTOR), var("v", VECTOR)


@lemma(at=(u,), shows=eq(norm(u) ** 2, square(u)))
def norm_squared(x: Term) -> Theorem:
    """|x|^2 = <x, x>."""
    return root_squared(square_of(x))


@lemma(at=(u,), shows=le(0, norm(u)))
def norm_nonnegative(x: Term) -> Theorem:
    """0 <= |x|."""
    return elementary("sqrt", square(x))


@cache
def _orthogonal_to_zero() -> Theorem:
    """<u, v> <= 0 if |v|^2 <= 0: else the square of <u, v> u - (|u|^2 + 1) v were negative."""
    product, goal = dot(u, v), le(dot(u, v), 0)
    nothing, larger = assume(le(square(v), 0)), assume(lt(0, product))
    mixed = square_of(product * u - (square(u) + 1) * v)
    factor = linear(le(0, (square(u) + 1) ** 2), Square(square(u) + 1))
    # 0 <= -<u, v>^2 (|u|^2 + 2)
    most = linear(le(product * product * (square(u) + 2), 0), mixed, (factor, nothing))
    some = linear(lt(0, square(u) + 2), square_of(u))
    least = linear(lt(0, product * product * (square(u) + 2)), (larger, larger, some))
    return cases(goal, assume(goal), contradiction(most, least, goal))


@cache
def _cauchy_schwarz() -> Theorem:
    """<u, v> <= |u| |v|: from the square of |v| u - |u| v, or one of them is 0."""
    a, b, goal = norm(u), norm(v), le(dot(u, v), norm(u) * norm(v))
    sign = linear(le(0, a * b), (norm_nonnegative(u), norm_nonnegative(v)))

    def if_zero(x: Term, orthogonal: Theorem) -> Theorem:
        below = assume(le(norm(x), 0))
        squared = linear(le(square(x), 0), norm_squared(x), (below, norm_nonnegative(x)))
        return chain(cut(orthogonal, squared), sign)

    u_positive, v_positive = assume(lt(0, a)), assume(lt(0, b))
    mixed = square_of(b * u - a * v)
    product = linear(lt(0, a * b), (u_positive, v_positive))
    doubled = linear(
        le(a * b * dot(u, v), a * a * b * b),
        mixed,
        (b * b, norm_squared(u)),
        (a * a, norm_squared(v)),
    )
    divided = linear(goal, (doubled, one_over(product)), nonzero=[product])
    orthogonal = _orthogonal_to_zero()
    turned = substitute(orthogonal, {u: v, v: u})
    unless_u = cases(le(a, 0), if_zero(u, turned), divided)
    return cases(le(b, 0), if_zero(v, orthogonal), unless_u)


@lemma(at=(u, v), shows=le(dot(u, v), norm(u) * norm(v)))
def cauchy_schwarz(x: Term, y: Term) -> Theorem:
    """<x, y> <= |x| |y|."""
    return substitute(_cauchy_schwarz(), {u: x, v: y})


@cache
def _triangle() -> Theorem:
    """|u + v| <= |u| + |v|, by squares."""
    a, b, whole = norm(u), norm(v), norm(u + v)
    squares = linear(
        le(whole * whole, (a + b) * (a + b)),
        cauchy_schwarz(u, v),
        norm_squared(u),
        norm_squared(v),
        norm_squared(u + v),
    )
    sign = linear(le(0, a + b), norm_nonnegative(u), norm_nonnegative(v))
    return at_most_by_squares(whole, a + b, squares, sign)


@lemma(at=(x, y), shows=le(norm(x + y), norm(x) + norm(y)))
def triangle(x: Term, y: Term) -> Theorem:
    """|x + y| <= |x| + |y|."""
    return substitute(_triangle(), {u: x, v: y})


@lemma(at=(x, f, le(square(x), f**2), le(0, f)), shows=le(norm(x), f))
def norm_at_most(x: Term, bound: Term, squares: Theorem, nonnegative: Theorem) -> Theorem:
    """|x| <= bound, from <x, x> <= bound^2 and 0 <= bound."""
    squared = linear(le(norm(x) * norm(x), bound * bound), squares, norm_squared(x))
    return at_most_by_squares(norm(x), bound, squared, nonnegative)


@lemma(at=(le(0, step), x), shows=eq(norm(step * x), step * norm(x)))
def norm_scaled(nonnegative: Theorem, x: Term) -> Theorem:
    """|c x| = c |x|, from 0 <= c."""
    c = nonnegative.conclusion.args[1]
    whole, part = norm(c * x), norm(x)
    squares = linear(
        eq(whole * whole, (c * part) * (c * part)), norm_squared(c * x), (c * c, norm_squared(x))
    )
    sign = linear(le(0, c * part), (nonnegative, norm_nonnegative(x)))
    return equal_by_squares(whole, c * part, squares, norm_nonnegative(c * x), sign)


@lemma(
    at=(le(dot(u, x), L * norm(x)), x, le(0, L)),
    given=(le(square(u), L * norm(u)),),
    shows=le(norm(u), L),
)
def norm_by_products(products: Theorem, x: Term, nonnegative: Theorem) -> Theorem:
    """|u| <= c, from <u, x> <= c |x| for an arbitrary x, and 0 <= c."""
    c, vector = nonnegative.conclusion.args[1], products.conclusion.args[0].args[0]
    own, size = substitute(products, {x: vector}), norm(vector)
    goal = le(size, c)
    squared = linear(le(size * size, c * size), own, norm_squared(vector))
    larger = assume(lt(0, size))
    divided = linear(goal, (squared, one_over(larger)), nonzero=[larger])
    return cases(le(size, 0), linear(goal, assume(le(size, 0)), nonnegative), divided)
