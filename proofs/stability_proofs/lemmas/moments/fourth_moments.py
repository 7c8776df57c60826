"""Fourth moments: of sums, of means, and of what is taken about its mean."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.families import family
from stability_proofs.kernel.notation import E, every
from stability_proofs.kernel.terms import Term, app, eq, le, num, put, replace, var
from stability_proofs.lemmas.moments.moments import cauchy_schwarz
from stability_proofs.lemmas.moments.pairs import FRESH, over, redrawn
from stability_proofs.semantics.samples import S, i, j, y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import (
    Square,
    at_same,
    averaged,
    discharge,
    linear,
    mean,
    use,
)

a, b = var("a"), var("b")
X, Y, f = app("summand", S), app("other", S), app("f", y)
PREMISES = le(E(S, X**4), a**4), le(E(S, Y**4), b**4), le(0, a), le(0, b)


@cache
def _minkowski() -> Theorem:
    """E (X + Y)^4 <= (a + b)^4, from E X^4 <= a^4, E Y^4 <= b^4, 0 <= a and 0 <= b.

    Cauchy and Schwarz bound E X^2 Y^2 by (a b)^2, and then E X^2 X Y and E X Y Y^2.
    """
    first, second, a_sign, b_sign = map(assume, PREMISES)
    x2, y2, xy = X**2, Y**2, X * Y
    of_x = linear(le(E(S, x2 * x2), a**2 * a**2), first)
    of_y = linear(le(E(S, y2 * y2), b**2 * b**2), second)
    signs = [linear(le(0, value**2), Square(value)) for value in (a, b)]
    both = cauchy_schwarz(of_x, of_y, x2, y2, *signs)
    of_xy = linear(le(E(S, xy * xy), a * b * (a * b)), both)
    product = linear(le(0, a * b), (a_sign, b_sign))
    left = cauchy_schwarz(of_x, of_xy, x2, xy, signs[0], product)
    right = cauchy_schwarz(of_xy, of_y, xy, y2, product, signs[1])
    whole = linear(le(E(S, (X + Y) ** 4), (a + b) ** 4), first, second, both, left, right)
    return discharge(whole, *PREMISES)


@lemma(
    at=(*PREMISES[:2], X, Y, *PREMISES[2:]),
    shows=le(E(S, (X + Y) ** 4), (a + b) ** 4),
)
def minkowski(first: Theorem, second: Theorem, x: Term, y: Term, *signs: Theorem) -> Theorem:
    """E (x + y)^4 <= (a + b)^4, from E x^4 <= a^4, E y^4 <= b^4, 0 <= a and 0 <= b."""
    values = dict(zip((a, b), (sign.conclusion.args[1] for sign in signs), strict=True))
    found = substitute(_minkowski(), values)
    found = interpret(interpret(found, "summand", (S,), x), "other", (S,), y)
    return use(found, first, second, *signs)


@lemma(at=(y, f), shows=le(E(y, f) ** 2, E(y, f**2)))
def square_of_mean(variable: Term, body: Term) -> Theorem:
    """(E X)^2 <= E X^2."""
    of = E(variable, body)
    near = mean(variable, linear(le(0, (body - of) ** 2), Square(body - of)))
    return linear(le(of**2, E(variable, body**2)), near)


@lemma(at=(y, f), shows=le(E(y, f) ** 4, E(y, f**4)))
def fourth_of_mean(variable: Term, body: Term) -> Theorem:
    """(E X)^4 <= E X^4: X^4 is above its tangent at E X."""
    of = E(variable, body)
    apart = body - of
    tangent = of**4 + 4 * of**3 * apart
    above = linear(le(tangent, body**4), Square(body**2 - of**2), Square(of * apart))
    return linear(le(of**4, E(variable, body**4)), mean(variable, above))


@lemma(at=(y, f), shows=le(E(y, (f - E(y, f)) ** 4), num(9) / 4 * E(y, f**4)))
def fourth_of_centred(variable: Term, body: Term) -> Theorem:
    """E (X - E X)^4 <= 9/4 E X^4, of any X.

    With a = E X, 9/4 X^4 - (X - a)^4 - 96/5 a^3 (X - a) is a sum of squares.
    """
    of = E(variable, body)
    apart = body - of
    certificate = (
        Square(body**2 + num(8) / 5 * of * body - num(19) / 5 * of**2),
        Square(of * body),
        Square(of**2),
    )
    low = apart**4 + num(96) / 5 * of**3 * apart
    pointwise = mean(variable, linear(le(low, num(9) / 4 * body**4), *certificate))
    return linear(le(E(variable, apart**4), num(9) / 4 * E(variable, body**4)), pointwise)


@lemma(
    at=(X, Y, j, every(S, z, eq(replace(X, {S: put(S, j, z)}), X))),
    shows=eq(E(S, X * Y), E(S, X * over(Y, j))),
)
def kept_apart(kept_body: Term, body: Term, index: Term, kept: Theorem) -> Theorem:
    """E X Y = E X over(Y, i), for an X that does not depend on the example at i.

    `kept`: for all S and z, X(S with z at i) = X(S).
    """
    new = put(S, index, FRESH)
    moved = replace(body, {S: new})
    same = linear(
        eq(replace(kept_body, {S: new}) * moved, kept_body * moved), (moved, use(kept, S, FRESH))
    )
    goal = eq(E(S, kept_body * body), E(S, kept_body * over(body, index)))
    return linear(goal, redrawn(kept_body * body, index), averaged(S, FRESH, equation=same))


def central(body: Term, index: Term, order: int) -> Term:
    """E_i (X - E_i X)^k: a central moment over the example at an index, the others fixed."""
    new = replace(body, {S: put(S, index, FRESH)})
    return E(FRESH, (new - over(body, index)) ** order)


@lemma(
    at=(Y, j, 2),
    shows=le(E(S, over(Y, j) ** 2), E(S, Y**2)),
)
def contracted_moment(body: Term, index: Term, order: int) -> Theorem:
    """E over(X, i)^k <= E X^k, k = 2 or 4."""
    new = replace(body, {S: put(S, index, FRESH)})
    of_mean = (square_of_mean if order == 2 else fourth_of_mean)(FRESH, new)
    law = redrawn(body**order, index)
    return linear(le(E(S, over(body, index) ** order), E(S, body**order)), mean(S, of_mean), law)


def _square(x: Term) -> Theorem:
    """0 <= x^2."""
    return linear(le(0, x**2), Square(x))


@lemma(
    at=(app("body", S), i),
    shows=(
        le(
            E(S, over((over(app("body", S), i) - app("body", S)) ** 2, i) ** 2),
            E(S, app("body", S) ** 4),
        ),
        le(
            E(S, (over(app("body", S), i) - app("body", S)) ** 4),
            num(9) / 4 * E(S, app("body", S) ** 4),
        ),
    ),
)
def centred_moments(body: Term, index: Term) -> tuple[Theorem, Theorem]:
    """Of Y = over(X, i) - X: E over(Y^2, i)^2 <= E X^4, and E Y^4 <= 9/4 E X^4."""
    of_mean, new = over(body, index), replace(body, {S: put(S, index, FRESH)})
    again = averaged(
        FRESH,
        equation=at_same(
            family("put-put", S, index, z, FRESH), lambda sample: replace(body, {S: sample})
        ),
    )
    whole = of_mean - body
    moved = replace(whole, {S: put(S, index, z)})
    at_point = replace(body, {S: put(S, index, z)})
    kept = linear(eq(moved, of_mean - at_point), again)

    def power(order: int) -> Theorem:
        return averaged(z, equation=at_same(kept, lambda value: value**order))

    squared, square = over(whole**2, index), E(FRESH, new**2)
    variance = linear(le(squared, square), power(2), _square(of_mean))
    low = linear(le(0, squared), mean(z, _square(moved)))
    top = linear(le(0, squared + square), low, variance)
    fourth = square_of_mean(FRESH, new**2)
    law = redrawn(body**4, index)
    near = linear(le(squared**2, E(FRESH, new**4)), (variance, top), fourth)
    first = linear(le(E(S, squared**2), E(S, body**4)), mean(S, near), law)
    about = mean(S, fourth_of_centred(FRESH, new))
    goal = le(E(S, whole**4), num(9) / 4 * E(S, body**4))
    renewed = averaged(S, equation=power(4))
    return first, linear(goal, redrawn(whole**4, index), renewed, about, law)
