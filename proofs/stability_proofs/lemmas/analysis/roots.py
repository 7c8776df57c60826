"""Square roots of positive numbers, and equality by squares."""

from __future__ import annotations

from stability_proofs.kernel.checker import (
    Theorem,
    antisymmetric,
    assume,
    cases,
    contradiction,
    elementary,
    root_squared,
)
from stability_proofs.kernel.notation import sqrt
from stability_proofs.kernel.terms import Term, eq, le, lt, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import chain, linear

a, b, gamma = var("a"), var("b"), var("gamma")


@lemma(at=(lt(0, gamma),), shows=lt(0, sqrt(gamma)))
def root_positive(theorem: Theorem) -> Theorem:
    """0 < sqrt x, from 0 < x: were sqrt x at most 0, its square would be 0."""
    x = theorem.conclusion.args[1]
    root, goal = sqrt(x), lt(0, sqrt(x))
    low = assume(le(root, 0))
    squared = root_squared(linear(le(0, x), theorem))
    zero = antisymmetric(low, elementary("sqrt", x))
    nothing = linear(le(x, 0), squared, (root, zero))
    return cases(goal, assume(goal), contradiction(theorem, nothing, goal))


@lemma(at=(a, b, le(a * a, b * b), le(0, b)), shows=le(a, b))
def at_most_by_squares(a: Term, b: Term, squares: Theorem, b_nonnegative: Theorem) -> Theorem:
    """a <= b, from a^2 <= b^2 and 0 <= b: were b < a, then b^2 < a^2."""
    goal = le(a, b)
    larger = assume(lt(b, a))
    a_positive = chain(b_nonnegative, larger)
    # a^2 - b^2 = (a - b) a + (a - b) b > 0
    strict = linear(lt(b * b, a * a), (larger, a_positive), (larger, b_nonnegative))
    return cases(goal, assume(goal), contradiction(squares, strict, goal))


@lemma(at=(a, b, eq(a * a, b * b), le(0, a), le(0, b)), shows=eq(a, b))
def equal_by_squares(a: Term, b: Term, squares: Theorem, *nonnegative: Theorem) -> Theorem:
    """a = b, from a^2 = b^2, 0 <= a and 0 <= b."""
    a_sign, b_sign = nonnegative
    below = at_most_by_squares(a, b, linear(le(a * a, b * b), squares), b_sign)
    above = at_most_by_squares(b, a, linear(le(b * b, a * a), squares), a_sign)
    return antisymmetric(below, above)
