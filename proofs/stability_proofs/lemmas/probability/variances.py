"""Popoviciu's inequality: a variance is at most a quarter of the squared range.

The fourth central moment is at most a twelfth of the fourth power of the range.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, interpret, substitute
from stability_proofs.kernel.notation import E, every
from stability_proofs.kernel.terms import Term, app, bind, le, replace, var
from stability_proofs.semantics.samples import y, z
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import Square, discharge, linear, mean, use

M, least, range_of = var("M"), var("least"), var("range_of")

f = app("f", y)
low, width, most = var("low"), var("width"), var("most")


@cache
def _popoviciu() -> Theorem:
    """E f^2 - (E f)^2 <= width^2/4, if low <= f <= low + width.

    From 0 <= E (f - low)(low + width - f).
    """
    premises = every(y, le(low, f)), every(y, le(f, low + width))
    below, above = (use(assume(premise), y) for premise in premises)
    product = mean(y, linear(le(0, (f - low) * (low + width - f)), (below, above)))
    goal = le(E(y, f * f) - E(y, f) ** 2, width**2 / 4)
    return discharge(linear(goal, product, Square(E(y, f) - low - width / 2)), *premises)


@lemma(
    at=(
        app("body", y),
        least,
        width,
        every(y, le(least, app("body", y))),
        every(y, le(app("body", y), least + width)),
    ),
    shows=le(E(y, app("body", y) * app("body", y)) - E(y, app("body", y)) ** 2, width**2 / 4),
)
def popoviciu(body: Term, least: Term, range_of: Term, *premises: Theorem) -> Theorem:
    """E body^2 - (E body)^2 <= range^2/4, for a function of y in [least, least + range]."""
    lemma = substitute(_popoviciu(), {low: least, width: range_of})
    return use(interpret(lemma, "f", (y,), body), *premises)


@cache
def _fourth() -> Theorem:
    """E (f - E f)^4 <= width^4/12, if low <= f <= low + width.

    With a = E f - low, b = width - a and t = f - E f: t^4 is at most its chord over [-a, b], as
    (t + a)(b - t)(t^2 + (b - a) t + a^2 - a b + b^2) is not negative. So E t^4 is at most
    a b (width^2 - 3 a b), and that at most width^4/12.
    """
    premises = every(y, le(low, f)), every(y, le(f, low + width))
    below, above = (use(assume(premise), y) for premise in premises)
    of = E(y, f)
    a, t = of - low, f - of
    b = width - a
    rest = t**2 + (b - a) * t + a**2 - a * b + b**2
    squares = (Square(part, (below, above)) for part in (t + (b - a) / 2, a - b, a, b))
    chord = mean(y, linear(le(0, (t + a) * (b - t) * rest), *squares))
    goal = le(E(y, t**4), width**4 / 12)
    return discharge(linear(goal, chord, Square(a * b - width**2 / 6)), *premises)


@lemma(
    at=(
        app("body", y),
        least,
        width,
        every(y, le(least, app("body", y))),
        every(y, le(app("body", y), least + width)),
    ),
    shows=le(E(y, (app("body", y) - E(y, app("body", y))) ** 4), width**4 / 12),
)
def fourth_in_range(body: Term, least: Term, range_of: Term, *premises: Theorem) -> Theorem:
    """E (body - E body)^4 <= range^4/12, for a function of y in [least, least + range]."""
    lemma = substitute(_fourth(), {low: least, width: range_of})
    return use(interpret(lemma, "f", (y,), body), *premises)


OfRange = Callable[[Term, Term, Term, Theorem, Theorem], Theorem]


def _by_differences(of_range: OfRange) -> Theorem:
    """The same from f(y) - f(z) <= width and f <= most: the least value is sup f - width."""
    other = replace(f, {y: z})
    premises = every(y, z, le(f - other, width)), every(y, le(f, most))
    differences, bounded = map(assume, premises)
    top = bind("sup", y, f)
    above = checker.sup_is_above(y, use(bounded, y), y)
    reached = checker.sup_is_least(y, linear(le(f, other + width), use(differences, y, z)))
    least = checker.generalise(z, linear(le(top - width, other), reached))
    highest = checker.generalise(y, linear(le(f, top - width + width), above))
    return discharge(of_range(f, top - width, width, least, highest), *premises)


@cache
def _variance_by_differences() -> Theorem:
    return _by_differences(popoviciu)


@cache
def _fourth_by_differences() -> Theorem:
    return _by_differences(fourth_in_range)


@lemma(
    at=(
        app("body", y),
        range_of,
        M,
        every(y, z, le(app("body", y) - app("body", z), range_of)),
        every(y, le(app("body", y), M)),
    ),
    shows=le(E(y, app("body", y) * app("body", y)) - E(y, app("body", y)) ** 2, range_of**2 / 4),
)
def variance_by_differences(body: Term, range_of: Term, bound: Term, *premises: Theorem) -> Theorem:
    """E body^2 - (E body)^2 <= range^2/4, if body(y) - body(z) <= range and body <= bound."""
    lemma = substitute(_variance_by_differences(), {width: range_of, most: bound})
    return use(interpret(lemma, "f", (y,), body), *premises)


@lemma(
    at=(
        app("body", y),
        range_of,
        M,
        every(y, z, le(app("body", y) - app("body", z), range_of)),
        every(y, le(app("body", y), M)),
    ),
    shows=le(E(y, (app("body", y) - E(y, app("body", y))) ** 4), range_of**4 / 12),
)
def fourth_by_differences(body: Term, range_of: Term, bound: Term, *premises: Theorem) -> Theorem:
    """E (body - E body)^4 <= range^4/12, if body(y) - body(z) <= range and body <= bound."""
    lemma = substitute(_fourth_by_differences(), {width: range_of, most: bound})
    return use(interpret(lemma, "f", (y,), body), *premises)
