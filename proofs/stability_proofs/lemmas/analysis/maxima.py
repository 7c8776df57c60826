"""Two numbers whose order is known: the larger, the smaller, and the order of their inverses."""

from __future__ import annotations

from functools import cache

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, substitute
from stability_proofs.kernel.notation import maximum, minimum
from stability_proofs.kernel.terms import NATURAL, eq, le, lt, num, var
from stability_proofs.tactics.lemma import lemma
from stability_proofs.tactics.vocabulary import by_cases, cut, linear, one_over

a, b = var("a"), var("b")
j = var("j", NATURAL)


@lemma(at=(le(a, b),), shows=eq(maximum(a, b), b))
def larger(theorem: Theorem) -> Theorem:
    """max(a, b) = b, from a <= b."""
    a, b = theorem.conclusion.args
    both = maximum(a, b)
    most = checker.max_is_least(both, [theorem, linear(le(b, b))])
    return checker.antisymmetric(most, checker.max_is_above(both, 1))


@lemma(at=(le(0, j),), shows=eq(minimum(num(0), j), 0))
def smaller(theorem: Theorem) -> Theorem:
    """min(a, b) = a, from a <= b."""
    a, b = theorem.conclusion.args
    return linear(eq(minimum(a, b), a), larger(linear(le(-b, -a), theorem)))


@lemma(at=(le(j, a), le(j, b)), shows=le(j, minimum(a, b)))
def below_both(first: Theorem, second: Theorem) -> Theorem:
    """x <= min(a, b), from x <= a and x <= b."""
    x, a = first.conclusion.args
    b = second.conclusion.args[1]
    sides = [linear(le(-of, -x), known) for of, known in ((a, first), (b, second))]
    return linear(le(x, minimum(a, b)), checker.max_is_least(maximum(-a, -b), sides))


@lemma(at=(lt(0, a), lt(0, b)), shows=lt(0, minimum(a, b)))
def least_positive(first: Theorem, second: Theorem) -> Theorem:
    """0 < min(a, b), from 0 < a and 0 < b."""
    a, b = first.conclusion.args[1], second.conclusion.args[1]

    def ordered(known: Theorem) -> Theorem:
        if known.conclusion == le(a, b):
            return linear(lt(0, minimum(a, b)), smaller(known), first)
        return linear(lt(0, minimum(a, b)), smaller(linear(le(b, a), known)), second)

    return by_cases(le(a, b), ordered)


@cache
def _inverses() -> Theorem:
    """1/b <= 1/a, from a <= b and 0 < a."""
    a, b = var("a"), var("b")
    ordered, positive = assume(le(a, b)), assume(lt(0, a))
    more = linear(lt(0, b), ordered, positive)
    over = one_over(positive), one_over(more)
    return linear(le(1 / b, 1 / a), (ordered, *over), nonzero=[positive, more])


@lemma(at=(le(b, a), lt(0, b)), shows=le(1 / a, 1 / b))
def inverses(ordered: Theorem, positive: Theorem) -> Theorem:
    """1/b <= 1/a, from a <= b and 0 < a."""
    a, b = ordered.conclusion.args
    return cut(substitute(_inverses(), {var("a"): a, var("b"): b}), ordered, positive)
