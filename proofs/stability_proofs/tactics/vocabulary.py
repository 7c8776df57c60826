"""The vocabulary of a derivation: short ways to call the rules. Nothing here is trusted.

How terms are written is in `stability_proofs.kernel.notation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, alike, assume
from stability_proofs.kernel.notation import (
    E,
    absolute,
    show,
    size,
    total,
)
from stability_proofs.kernel.terms import (
    NATURAL,
    ONE,
    Poly,
    ProofError,
    Term,
    eq,
    inverse,
    le,
    lt,
    negation,
    num,
    plus,
    poly,
    times,
    var,
)
from stability_proofs.tactics.search.linear import multipliers

# --------------------------------------------------------------------------------------- logic


def use(theorem: Theorem, *given: Term | Theorem) -> Theorem:
    """Specialise to terms and apply to theorems, in the order of the quantifiers and premises."""
    for item in given:
        step = checker.apply if isinstance(item, Theorem) else checker.specialise
        theorem = step(theorem, item)  # type: ignore[arg-type]
    return theorem


def cut(theorem: Theorem, *facts: Theorem) -> Theorem:
    """Put proved facts in the place of hypotheses."""
    for fact in facts:
        theorem = checker.apply(checker.discharge(fact.conclusion, theorem), fact)
    return theorem


def for_all(theorem: Theorem, *variables: Term) -> Theorem:
    """Generalise over variables, the first outermost."""
    for x in reversed(variables):
        theorem = checker.generalise(x, theorem)
    return theorem


def discharge(theorem: Theorem, *formulas: Term) -> Theorem:
    """Turn hypotheses into premises, the first outermost."""
    for formula in reversed(formulas):
        theorem = checker.discharge(formula, theorem)
    return theorem


def premises(formula: Term) -> list[Term]:
    """The premises of an implication, and its conclusion."""
    found = []
    while formula.head == "implies":
        found.append(formula.args[0])
        formula = formula.args[1]
    return [*found, formula]


def by_cases(formula: Term, prove: Callable[[Theorem], Theorem]) -> Theorem:
    """Prove the same from a formula and from its negation."""
    return checker.cases(formula, prove(assume(formula)), prove(assume(negation(formula))))


def put_equal(equation: Theorem, theorem: Theorem) -> Theorem:
    """Put the right side of an equation wherever its left side occurs in a conclusion."""
    left = equation.conclusion.args[0]
    hole = var("hole", NATURAL if left.sort == NATURAL else left.sort)

    def change(x: Any) -> Any:
        if x == left:
            return hole
        if isinstance(x, Term):
            args = tuple(change(a) for a in x.args)
            return x if args == x.args else Term(x.head, args, x.sort)
        return x

    pattern = change(theorem.conclusion)
    if pattern == theorem.conclusion:
        raise ProofError(f"{show(left)} does not occur in {show(theorem.conclusion)}")
    return checker.rewrite(equation, hole, pattern, theorem)


def turned(equation: Theorem) -> Theorem:
    """From a = b to b = a."""
    a, _ = equation.conclusion.args
    hole = var("hole", a.sort)
    return checker.rewrite(equation, hole, eq(hole, a), checker.same(a, a))


def at_same(equation: Theorem, of: Callable[[Term], Term]) -> Theorem:
    """of(a) = of(b), from a = b."""
    a, _ = equation.conclusion.args
    hole = var("hole", a.sort)
    pattern = eq(of(a), of(hole))
    return checker.rewrite(equation, hole, pattern, checker.same(of(a), of(a)))


def restated(theorem: Theorem, goal: Term) -> Theorem:
    """The same conclusion, written in another way that has the same normal form."""
    if not alike(theorem.conclusion, goal):
        raise ProofError(f"{show(theorem.conclusion)} is not {show(goal)}")
    return checker.rewrite(checker.same(num(0), num(0)), var("hole"), goal, theorem)


# ---------------------------------------------------------------------------------- arithmetic


@dataclass(frozen=True)
class Square:
    """The fact that a square is not negative, times facts that are not."""

    of: Term
    factors: tuple[Theorem, ...] = ()


Fact = Theorem | tuple[Theorem, ...] | Square | tuple[Term, Theorem]
"""What `linear` may use: a relation, a product of inequalities, a square, or a term times an
equation."""


def linear(goal: Term, *facts: Fact, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """Prove a relation as a combination of facts; the multipliers are found, then checked.

    `nonzero` holds theorems 0 < d for what is divided by. Raises ProofError if no combination
    with rational multipliers is found.
    """
    divisors = list(nonzero)
    usable = [*facts, Square(num(1))]
    if goal.head == "=":
        usable = [f for f in usable if _is_equation(f)]
    polys = [_polynomial(f) for f in usable]
    wanted, *cleared = clear([poly(goal.args[1] - goal.args[0]), *polys], divisors)
    found = multipliers(wanted, cleared, [not _is_equation(f) for f in usable])
    if found is None:
        given = "; ".join(show(f.conclusion) for f in facts if isinstance(f, Theorem))
        raise ProofError(f"no combination gives {show(goal)} from {given}")
    parts: list[checker.Part] = []
    equations: list[tuple[Term | int, Theorem]] = []
    for fact, x in zip(usable, found, strict=True):
        if not x:
            continue
        if isinstance(fact, Square):
            constant = fact.of == num(1)
            parts.append((x, fact.factors, () if constant else (fact.of,)))
        elif isinstance(fact, tuple) and isinstance(fact[0], Term):
            equations.append((x * fact[0], fact[1]))
        elif isinstance(fact, Theorem) and fact.conclusion.head == "=":
            equations.append((num(x), fact))
        else:
            parts.append((x, fact if isinstance(fact, tuple) else (fact,), ()))
    return checker.combine(goal, parts, equations, divisors)


def _is_equation(fact: Fact) -> bool:
    if isinstance(fact, tuple):
        return isinstance(fact[0], Term)
    return isinstance(fact, Theorem) and fact.conclusion.head == "="


def difference(theorem: Theorem) -> Poly:
    """b - a of a relation a <= b, a < b or a = b."""
    a, b = theorem.conclusion.args
    return poly(b - a)


def _polynomial(fact: Fact) -> Poly:
    if isinstance(fact, Theorem):
        return difference(fact)
    if isinstance(fact, Square):
        product, factors = poly(fact.of * fact.of), fact.factors
    elif isinstance(fact[0], Term):
        product, factors = poly(fact[0]), (fact[1],)
    else:
        product, factors = ONE, fact
    for factor in factors:
        product = times(product, difference(factor))
    return product


def clear(polys: Sequence[Poly], divisors: Sequence[Theorem]) -> list[Poly]:
    """All polynomials times the same power of each divisor, as `combine` will clear their sum."""
    found = list(polys)
    for divisor in divisors:
        d = difference(divisor)
        single = [a for monomial in d for a, _ in monomial] if len(d) == 1 else []
        for value in [poly(a) for a in single if a.head != "inv"] if len(d) == 1 else [d]:
            [(turned_over, scale)] = inverse(value).items()
            [(atom, _)] = turned_over
            most = max((dict(m).get(atom, 0) for p in found for m in p), default=0)
            found = [_raised(p, atom, scale, value, most) for p in found]
    return found


def _raised(p: Poly, atom: Term, scale: Any, value: Poly, most: int) -> Poly:
    result: Poly = {}
    for monomial, c in p.items():
        k = dict(monomial).get(atom, 0)
        piece: Poly = {monomial - {(atom, k)}: c / scale**k}
        for _ in range(most - k):
            piece = times(piece, value)
        result = plus(result, piece)
    return result


def positive(x: Any, *facts: Fact, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """0 < x, from facts."""
    return linear(lt(0, x), *facts, nonzero=nonzero)


def equal(a: Any, b: Any, *facts: Fact, nonzero: Iterable[Theorem] = ()) -> Theorem:
    """a = b, from equations."""
    return linear(eq(a, b), *facts, nonzero=nonzero)


def chain(*theorems: Theorem) -> Theorem:
    """From a <= b, b <= c, ... to a <= ... (equations and strict relations may take part)."""
    first, last = theorems[0].conclusion.args[0], theorems[-1].conclusion.args[1]
    heads = {t.conclusion.head for t in theorems}
    relation = lt if "<" in heads else le if "<=" in heads else eq
    goal = relation(first, last)
    if relation is eq:
        return checker.combine(goal, equations=[(1, t) for t in theorems])
    inequalities = [t for t in theorems if t.conclusion.head != "="]
    equations = [(num(1), t) for t in theorems if t.conclusion.head == "="]
    return checker.combine(goal, [(1, (t,), ()) for t in inequalities], equations)


def below_absolute(x: Term, sign: int = 1) -> Theorem:
    """x <= |x|, or -x <= |x|."""
    return checker.max_is_above(absolute(x), 0 if sign > 0 else 1)


def absolute_below(theorem: Theorem, other: Theorem) -> Theorem:
    """|x| <= c, from x <= c and -x <= c."""
    x = theorem.conclusion.args[0]
    return checker.max_is_least(absolute(x), [theorem, other])


def sides(theorem: Theorem) -> tuple[Theorem, Theorem]:
    """From |x| <= c to x <= c and -x <= c."""
    whole = theorem.conclusion.args[0]
    upper, lower = (chain(checker.max_is_above(whole, k), theorem) for k in (0, 1))
    return upper, lower


def mean(x: Term, theorem: Theorem) -> Theorem:
    """E a <= E b, from a <= b for arbitrary x."""
    return checker.monotone("E", x, theorem)


def summed(x: Term, theorem: Theorem, low: Any = None, high: Any = None) -> Theorem:
    """The sum of a is at most that of b, from a <= b for arbitrary x (between the ends)."""
    return checker.monotone("sum", x, theorem, *(() if low is None else (low, high)))


def added(x: Term, equation: Theorem) -> Theorem:
    """The sum of a is that of b, over a finite sort, from a = b for arbitrary x."""
    return checker.congruence(total(x, num(0)), x, equation)


def averaged(*variables: Term, equation: Theorem) -> Theorem:
    """E a = E b over all the variables, the first outermost, from a = b for arbitrary ones."""
    for x in reversed(variables):
        equation = checker.congruence(E(x, num(0)), x, equation)
    return equation


def one_over(theorem: Theorem) -> Theorem:
    """0 < 1/x, from 0 < x."""
    return checker.positive_inverse(theorem)


def sample_size_positive() -> Theorem:
    """0 < m."""
    return linear(lt(0, size()), checker.at_least_one("index"))
