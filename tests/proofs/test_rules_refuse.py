"""Steps that would prove something false are refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from stability_proofs.kernel import checker, families, sets
from stability_proofs.kernel.checker import Theorem, assume
from stability_proofs.kernel.notation import E, total
from stability_proofs.kernel.terms import (
    NATURAL,
    SET,
    ProofError,
    Term,
    app,
    at,
    bind,
    eq,
    le,
    lt,
    member,
    negation,
    num,
    put,
    var,
)

S, R = var("S", "sample"), var("R", "sample")
i, j = var("i", "index"), var("j", "index")
y, z = var("y", "example"), var("z", "example")
n, x, a = var("n", NATURAL), var("x"), var("a")
u, v = var("u", "vector"), var("v", "vector")
A = var("A", SET)


def f(*inputs: Term) -> Term:
    return app("f", *inputs)


def said(formula: Term) -> Theorem:
    return assume(formula)


TRUE = checker.combine(le(0, 1), [(1, (), ())])
EVERY_Z = said(bind("forall", z, le(f(z), 2)))
OPEN = Term("bound", (0,), "example")
NOT_SAME = said(negation(eq(i, j)))

MISTAKES: dict[str, Callable[[], object]] = {
    "a theorem out of nothing": lambda: Theorem(frozenset(), le(1, 0), frozenset(), object()),
    "a hypothesis that is no formula": lambda: assume(x),
    "an open formula": lambda: assume(le(f(OPEN), 0)),
    "a variable of the normal form": lambda: assume(le(Term("local", (1,)), 0)),
    "generalising over what is assumed": lambda: checker.generalise(x, said(le(0, x))),
    "another sort": lambda: checker.specialise(EVERY_Z, i),
    "a value that would be captured": lambda: checker.specialise(
        said(bind("forall", z, le(E(y, f(y, z)), 0))), OPEN
    ),
    "a number that is not natural": lambda: checker.specialise(
        said(bind("forall", n, le(0, f(n)))), num(Fraction(1, 2))
    ),
    "a negative number": lambda: checker.specialise(said(bind("forall", n, le(0, f(n)))), num(-1)),
    "no implication": lambda: checker.apply(said(le(0, x)), TRUE),
    "another premise": lambda: checker.apply(
        checker.discharge(le(0, x), said(le(0, x))), said(le(0, a))
    ),
    "a built-in meaning": lambda: checker.interpret(TRUE, "max", (x,), x),
    "a function of another sort": lambda: checker.interpret(said(le(f(z), 0)), "f", (i,), x),
    "two conclusions": lambda: checker.cases(le(x, 0), said(le(x, 0)), said(lt(0, x))),
    "no contradiction": lambda: checker.contradiction(said(le(x, 0)), said(lt(x, 0)), le(1, 0)),
    "a pattern that does not fit": lambda: checker.rewrite(
        said(eq(y, z)), var("h", "example"), le(0, f(var("h", "example"))), said(le(0, f(R)))
    ),
    "rewriting with an inequality": lambda: checker.rewrite(
        said(le(x, a)), var("h"), le(0, var("h")), said(le(0, x))
    ),
    "induction from another start": lambda: checker.induction(n, le(0, f(n)), TRUE, TRUE),
    "induction over what is assumed": lambda: checker.induction(
        n, le(0, f(n)), said(le(0, f(num(0)))), said(le(0, f(n + 1)))
    ),
    "two different terms": lambda: checker.same(x, a),
    "a certificate that does not add up": lambda: checker.combine(le(x, a)),
    "a negative multiplier": lambda: checker.combine(le(x, 0), [(-1, (said(le(0, x)),), ())]),
    "an equation from an inequality": lambda: checker.combine(
        eq(x, 0), [(1, (said(le(x, 0)),), ())]
    ),
    "strict from what is not": lambda: checker.combine(lt(x, 0), [(1, (said(le(x, 0)),), ())]),
    "strict from a square": lambda: checker.combine(lt(0, x * x), [(1, (), (x,))]),
    "strict from nothing": lambda: checker.combine(lt(x, x)),
    "division by what may be 0": lambda: checker.combine(eq(x / x, 1)),
    "division by what is only not negative": lambda: checker.combine(
        eq(x / x, 1), nonzero=[said(le(0, x))]
    ),
    "an equation of examples": lambda: checker.combine(eq(y, z)),
    "one way only": lambda: checker.antisymmetric(said(le(x, a)), said(le(x, a))),
    "the inverse of what may be 0": lambda: checker.positive_inverse(said(le(0, x))),
    "the root of what may be negative": lambda: checker.root_squared(said(le(x, 0))),
    "the logarithm of what may be 0": lambda: checker.exp_log(said(le(0, x))),
    "an integer gap of real numbers": lambda: checker.next_integer(said(lt(x, n))),
    "an integer gap that is not strict": lambda: checker.next_integer(said(le(n, num(3)))),
    "a real number as natural": lambda: checker.natural(x),
    "a maximum with a bound missing": lambda: checker.max_is_least(
        app("max", x, a), [said(le(x, 2))]
    ),
    "bounds of another maximum": lambda: checker.max_is_least(
        app("max", x, a), [said(le(x, 2)), said(le(x, 2))]
    ),
    "monotone in what is assumed": lambda: checker.monotone("E", z, said(le(f(z), 2))),
    "a sum over all natural numbers": lambda: checker.monotone("sum", n, checker.combine(le(n, n))),
    "a product of inequalities": lambda: checker.monotone("prod", n, TRUE, num(1), num(2)),
    "congruence in what is assumed": lambda: checker.congruence(E(z, num(0)), z, said(eq(f(z), 2))),
    "the last of an empty sum": lambda: checker.last_of(
        bind("sum", n, f(n), 2, num(1)), said(le(1, 2))
    ),
    "the last of a sum from a negative number": lambda: checker.last_of(
        bind("sum", n, f(n), -3, num(-1)), checker.combine(le(-3, -1), [(2, (), ())])
    ),
    "a full sum as empty": lambda: checker.empty(
        bind("sum", n, f(n), 1, num(2)), checker.combine(lt(1, 2), [(1, (), ())])
    ),
    "an index that is bound": lambda: families.picked(j, f(j), j),
    "uniform over examples": lambda: families.uniform(z, f(z)),
    "ends that depend on the outer variable": lambda: checker.exchange(
        bind("sum", var("t", NATURAL), bind("sum", n, f(n), 1, var("t", NATURAL)), 1, num(3))
    ),
    "the indicator of something else": lambda: checker.indicator(said(le(x, a)), lt(x, a)),
    "reading elsewhere, which may be here": lambda: families.family(
        "at-put-other", S, i, z, j, TRUE
    ),
    "writing twice, perhaps at one place": lambda: families.family("put-swap", S, i, y, j, z, TRUE),
    "two other indices": lambda: families.family(
        "at-put-other", S, i, z, var("k", "index"), NOT_SAME
    ),
    "an index that depends on the sample": lambda: families.swap(
        S, app("chosen", S, sort="index"), z, f(S, z)
    ),
    "an element of another sort": lambda: families.swap(S, i, j, f(S, j)),
    "a cost that depends on the sample": lambda: families.walk(
        S, i, z, f(S), f(S), y, checker.combine(le(0, 0))
    ),
    "a step that is something else": lambda: families.walk(
        S, i, z, f(S), num(1), y, said(le(f(S) - f(put(S, i, y)), 1))
    ),
    "a step for one sample only": lambda: families.walk(
        S, i, z, f(S), num(1), y, said(le(f(S) - f(put(S, i, z)), 1))
    ),
    "somewhere, but the conclusion says where": lambda: checker.somewhere(
        z, f(z), said(le(E(z, f(z)), f(z)))
    ),
    "a supremum without a bound": lambda: checker.sup_is_above(
        z, checker.combine(le(f(z), f(z))), y
    ),
    "a bound that moves": lambda: checker.sup_is_least(z, checker.combine(le(f(z), f(z)))),
    "a bound for one value": lambda: checker.sup_is_least(z, said(le(f(z), 2))),
    "a matrix that is not symmetric": lambda: checker.gram([[1, 1], [0, 1]], [u, v]),
    "a matrix that is not positive semidefinite": lambda: checker.gram([[1, 2], [2, 1]], [u, v]),
    "a zero pivot beside a nonzero entry": lambda: checker.gram([[0, 1], [1, 1]], [u, v]),
    "the square of a number": lambda: checker.square_of(x),
    "mixing without knowing": lambda: sets.mixed(S, R, A, i, TRUE),
    "equal at one index": lambda: sets.equal_families(S, R, i, said(eq(at(S, i), at(R, i)))),
    "a set that depends on the sample": lambda: sets.swap_set(
        S, R, app("chosen", S, sort=SET), f(S, R)
    ),
    "one family twice": lambda: sets.swap_set(S, S, A, f(S)),
    "a set that is known already": lambda: sets.collected(
        i, le(f(i), 0), A, said(le(0, sets.count(A)))
    ),
    "a set defined by itself": lambda: sets.collected(i, member(i, A), A, TRUE),
    "half of a set that is too large": lambda: sets.halved(
        A, num(1), var("B", SET), said(le(sets.count(A), 3)), TRUE
    ),
    "half a number": lambda: sets.halved(
        A, num(Fraction(1, 2)), var("B", SET), said(le(sets.count(A), 1)), TRUE
    ),
    "a half that the conclusion names": lambda: sets.halved(
        A,
        num(1),
        var("B", SET),
        said(le(sets.count(A), 2)),
        said(le(sets.count(var("B", SET)), 1)),
    ),
    "a power that is not natural": lambda: x**-1,
    "an element that is no index": lambda: at(S, z),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_is_refused(mistake: str) -> None:
    with pytest.raises(ProofError):
        MISTAKES[mistake]()


def test_total_uses_every_index() -> None:
    """The negative control of this file: the same steps done right are not refused."""
    checker.generalise(x, checker.combine(le(0, x * x), [(1, (), (x,))]))
    checker.specialise(EVERY_Z, y)
    families.swap(S, i, z, f(S, z))
    checker.exchange(total(i, E(z, f(i, z))))
