"""Products under square roots: taken apart, and added by Cauchy and Schwarz."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel.checker import Theorem, assume, elementary, root_squared, substitute
from stability_proofs.kernel.notation import sqrt
from stability_proofs.kernel.terms import Term, eq, le, var
from stability_proofs.lemmas.analysis.roots import at_most_by_squares, equal_by_squares
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import Square, cut, linear

a, b, c, d = var("a"), var("b"), var("c"), var("d")

n, s, v = (var(name) for name in ("n", "s", "v"))
n1, n2, s1, s2 = (var(name) for name in ("n1", "n2", "s1", "s2"))


@cache
def _taken_apart() -> Theorem:
    """sqrt(n s) = sqrt n sqrt s."""
    of_n, of_s = assume(le(0, n)), assume(le(0, s))
    whole, parts = sqrt(n * s), sqrt(n) * sqrt(s)
    squares = linear(
        eq(whole * whole, parts * parts),
        root_squared(linear(le(0, n * s), (of_n, of_s))),
        (-(sqrt(s) ** 2), root_squared(of_n)),
        (-n, root_squared(of_s)),
    )
    low = linear(le(0, parts), (elementary("sqrt", n), elementary("sqrt", s)))
    return equal_by_squares(whole, parts, squares, elementary("sqrt", n * s), low)


@lemma(at=(le(0, b), le(0, a)), shows=eq(sqrt(b * a), sqrt(b) * sqrt(a)))
def taken_apart(first: Theorem, second: Theorem) -> Theorem:
    """sqrt(n s) = sqrt n sqrt s, from 0 <= n and 0 <= s."""
    values = {n: first.conclusion.args[1], s: second.conclusion.args[1]}
    return cut(substitute(_taken_apart(), values), first, second)


@cache
def _factor_out() -> Theorem:
    """sqrt(v^2 s) = v sqrt s."""
    of_v, of_s = assume(le(0, v)), assume(le(0, s))
    whole, parts = sqrt(v * v * s), v * sqrt(s)
    squares = linear(
        eq(whole * whole, parts * parts),
        root_squared(linear(le(0, v * v * s), (of_v, of_v, of_s))),
        (-v * v, root_squared(of_s)),
    )
    signs = elementary("sqrt", v * v * s), linear(le(0, parts), (of_v, elementary("sqrt", s)))
    return equal_by_squares(whole, parts, squares, *signs)


@lemma(at=(le(0, b), le(0, a)), shows=eq(sqrt(b * b * a), b * sqrt(a)))
def factor_out(factor: Theorem, rest: Theorem) -> Theorem:
    """sqrt(v^2 s) = v sqrt s, from 0 <= v and 0 <= s."""
    values = {v: factor.conclusion.args[1], s: rest.conclusion.args[1]}
    return cut(substitute(_factor_out(), values), factor, rest)


@cache
def _added() -> Theorem:
    """sqrt(n1 s1) + sqrt(n2 s2) <= sqrt((n1 + n2)(s1 + s2)), by Cauchy and Schwarz."""
    of_n1, of_n2, of_s1, of_s2 = (assume(le(0, x)) for x in (n1, n2, s1, s2))
    first, second = linear(le(0, n1 * s1), (of_n1, of_s1)), linear(le(0, n2 * s2), (of_n2, of_s2))
    half, product = (n1 * s2 + n2 * s1) / 2, (n1 + n2) * (s1 + s2)
    cross = linear(le(0, half), (of_n1, of_s2), (of_n2, of_s1))
    whole = linear(le(0, product), first, second, cross)
    a, b, c = sqrt(n1 * s1), sqrt(n2 * s2), sqrt(product)
    squared = [root_squared(known) for known in (first, second, whole)]
    less = linear(
        le(a * b * (a * b), half * half),
        Square((n1 * s2 - n2 * s1) / 2),
        (b**2, squared[0]),
        (n1 * s1, squared[1]),
    )
    mixed = at_most_by_squares(a * b, half, less, cross)
    sums = linear(le((a + b) * (a + b), c * c), mixed, *squared)
    return at_most_by_squares(a + b, c, sums, elementary("sqrt", product))


@lemma(
    at=((le(0, c), le(0, a)), (le(0, d), le(0, b))),
    shows=le(sqrt(c * a) + sqrt(d * b), sqrt((c + d) * (a + b))),
)
def roots_added(first: tuple[Theorem, Theorem], second: tuple[Theorem, Theorem]) -> Theorem:
    """sqrt(n1 s1) + sqrt(n2 s2) <= sqrt((n1 + n2)(s1 + s2)), from (0 <= n1, 0 <= s1) and so on."""
    signs = (*first, *second)
    names: tuple[Term, ...] = (n1, s1, n2, s2)
    values = dict(zip(names, (sign.conclusion.args[1] for sign in signs), strict=True))
    return cut(substitute(_added(), values), *signs)
