"""Looking for values at which hypotheses hold and a statement fails; what is found is exact.

Random rationals first, then constrained optimisation in floats with rounding, then z3 and cvc5
where they are installed. A counterexample counts only after it has been replayed in rationals.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from stability_proofs.kernel.terms import VECTOR, Poly, ProofError, Term, poly, variables

MARGIN = 1e-3
"""How far inside the hypotheses the optimisation stays, so that rounding does not leave them."""

Value = Fraction | tuple[Fraction, ...]
Values = Mapping[Term, Value]


@dataclass(frozen=True)
class Problem:
    """A statement and hypotheses as relations of numbers; `formulas` are the hypotheses.

    `whole`: the variables that stand for integers; `admits`: whether a variable may have a value.
    """

    statement: Term
    formulas: tuple[Term, ...]
    whole: frozenset[Term] = frozenset()
    admits: Callable[[Term, Fraction], bool] = lambda x, value: True

    @property
    def unknowns(self) -> tuple[Term, ...]:
        """The free variables, in the order of their names."""
        found = frozenset().union(*map(variables, (self.statement, *self.formulas)))
        return tuple(sorted(found, key=lambda v: str(v.args[0])))

    def refuted_by(self, values: Values) -> bool:
        """Whether the hypotheses hold at these values and the statement does not, exactly."""
        numbers = ((x, value) for x, value in values.items() if isinstance(value, Fraction))
        if not all(self.admits(x, value) for x, value in numbers):
            return False
        try:
            return all(holds(f, values) for f in self.formulas) and not holds(
                self.statement, values
            )
        except ZeroDivisionError:
            return False


def holds(relation: Term, values: Values) -> bool:
    """Whether a relation of numbers is true, in rationals. ZeroDivisionError where it divides by 0.

    Raises ProofError for what is not built from +, *, / and inner products.
    """
    a, b = relation.args
    gap = value_of(poly(b - a), values)
    return {"<=": gap >= 0, "<": gap > 0, "=": gap == 0}[relation.head]


def value_of(p: Poly, values: Values) -> Fraction:
    """The value of a polynomial in variables, inner products and inverses."""
    total = Fraction(0)
    for monomial, c in p.items():
        product = c
        for atom, k in monomial:
            product *= _atom(atom, values) ** k
        total += product
    return total


def _atom(atom: Term, values: Values) -> Fraction:
    if atom.head == "var":
        return values[atom]  # type: ignore[return-value]
    if atom.head == "inv":
        return 1 / value_of(poly(atom.args[0]), values)
    if atom.head == "dot":
        u, *others = atom.args[0]
        v = others[0] if others else u
        pairs = zip(values[u], values[v], strict=True)  # type: ignore[arg-type]
        return sum((a * b for a, b in pairs), start=Fraction(0))
    raise ProofError(f"no value for {atom.head}")


def search(
    problem: Problem, tries: int = 20000, seed: int = 0, dimension: int = 2
) -> Values | None:
    """Values that refute the statement, or None if none were found."""
    for values in islice(_random(problem, seed, dimension), tries):
        if problem.refuted_by(values):
            return values
    for propose in (_by_optimisation, _by_z3, _by_cvc5):
        for values in propose(problem, seed, dimension):
            if problem.refuted_by(values):
                return values
    return None


def _random(problem: Problem, seed: int, dimension: int) -> Iterator[Values]:
    generator = random.Random(seed)
    unknowns = problem.unknowns

    def near(x: Term, value: Fraction) -> Fraction:
        return Fraction(round(value)) if x in problem.whole else value

    def number() -> Fraction:
        return Fraction(generator.randint(-8, 8), generator.choice((1, 1, 2, 4)))

    while True:
        size = generator.randint(1, dimension)
        yield {
            x: tuple(number() for _ in range(size)) if x.sort == VECTOR else near(x, number())
            for x in unknowns
        }


Layout = list[tuple[Term, int, int]]


def _layout(problem: Problem, dimension: int) -> Layout:
    """Where the coordinates of each unknown stand in one long list of numbers."""
    found, start = [], 0
    for x in problem.unknowns:
        length = dimension if x.sort == VECTOR else 1
        found.append((x, start, start + length))
        start += length
    return found


def _whole(problem: Problem, layout: Layout) -> Iterator[tuple[int, bool]]:
    """The places of one long list of numbers, and whether an integer has to stand there."""
    for x, start, end in layout:
        yield from ((k, x in problem.whole) for k in range(start, end))


def _values(layout: Layout, numbers: Sequence[Fraction]) -> Values:
    return {
        x: tuple(numbers[start:end]) if x.sort == VECTOR else numbers[start]
        for x, start, end in layout
    }


def _by_optimisation(problem: Problem, seed: int, dimension: int) -> Iterator[Values]:
    """Minimise statement's right minus left side under the hypotheses, from random starts."""
    from scipy.optimize import minimize

    layout = _layout(problem, dimension)
    length = layout[-1][2] if layout else 0
    generator = np.random.default_rng(seed)

    def gap(relation: Term) -> Callable[[np.ndarray], float]:
        a, b = relation.args
        p = poly(b - a)

        def function(numbers: np.ndarray) -> float:
            exact = [Fraction(float(n)) if np.isfinite(n) else Fraction(0) for n in numbers]
            try:
                return float(value_of(p, _values(layout, exact)))
            except (ZeroDivisionError, OverflowError):
                return 1e9

        return function

    def constraint(relation: Term) -> dict[str, Any]:
        function = gap(relation)
        if relation.head == "=":
            return {"type": "eq", "fun": function}
        return {"type": "ineq", "fun": lambda numbers: function(numbers) - MARGIN}

    constraints = list(map(constraint, problem.formulas))
    box = {"type": "ineq", "fun": lambda n: 16.0 - float(np.dot(n, n))}
    for _ in range(20):
        start = generator.normal(size=length)
        with np.errstate(all="ignore"):
            answer = minimize(
                gap(problem.statement), start, constraints=[*constraints, box], method="SLSQP",
                options={"maxiter": 200},
            )  # fmt: skip
        for denominator in (4, 60, 10**4):
            numbers = [
                Fraction(float(n)).limit_denominator(denominator) if np.isfinite(n) else Fraction(0)
                for n in answer.x
            ]
            found = _values(layout, numbers)
            yield {
                x: Fraction(round(value)) if x in problem.whole else value  # type: ignore[arg-type]
                for x, value in found.items()
            }


def _by_z3(problem: Problem, seed: int, dimension: int) -> Iterator[Values]:
    try:
        import z3
    except ImportError:
        return
    for size in range(1, dimension + 1):
        layout = _layout(problem, size)
        names = [
            z3.ToReal(z3.Int(f"n{k}")) if whole else z3.Real(f"n{k}")
            for k, whole in _whole(problem, layout)
        ]
        solver = z3.Solver()
        solver.set("timeout", 20000)
        solver.set("random_seed", seed)
        for formula in _conditions(problem, layout, names, lambda x: x):
            solver.add(formula)
        if solver.check() == z3.sat:
            model = solver.model()
            found = [model.eval(n, model_completion=True) for n in names]
            yield _values(layout, [_z3_number(n) for n in found])


def _z3_number(number: Any) -> Fraction:
    if hasattr(number, "approx"):
        number = number.approx(12)
    return Fraction(number.numerator_as_long(), number.denominator_as_long())


def _by_cvc5(problem: Problem, seed: int, dimension: int) -> Iterator[Values]:
    try:
        from cvc5.pythonic import Int, Real, Solver, ToReal, sat
    except ImportError:
        return
    layout = _layout(problem, min(dimension, 1))
    names = [
        ToReal(Int(f"n{k}")) if whole else Real(f"n{k}") for k, whole in _whole(problem, layout)
    ]
    solver = Solver()
    solver.setOption("tlimit-per", "20000")
    solver.setOption("seed", str(seed))
    for formula in _conditions(problem, layout, names, lambda x: x):
        solver.add(formula)
    if solver.check() == sat:
        model = solver.model()
        try:
            yield _values(layout, [Fraction(str(model[n])) for n in names])
        except ValueError:  # an algebraic number that is not rational
            return


def _conditions(
    problem: Problem, layout: Layout, names: Sequence[Any], lift: Callable[[Any], Any]
) -> Iterator[Any]:
    """The hypotheses and the negated statement, in a solver's own numbers."""
    places = {x: names[start:end] for x, start, end in layout}

    def atom(a: Term) -> Any:
        if a.head == "var":
            return places[a][0]
        if a.head == "inv":
            return 1 / number(poly(a.args[0]))
        u, *others = a.args[0]
        v = others[0] if others else u
        return sum(x * y for x, y in zip(places[u], places[v], strict=True))

    def number(p: Poly) -> Any:
        total: Any = lift(0)
        for monomial, c in p.items():
            product: Any = c.numerator
            for a, k in monomial:
                for _ in range(k):
                    product = product * atom(a)
            total = total + product / c.denominator if c.denominator != 1 else total + product
        return total

    for relation in problem.formulas:
        gap = number(poly(relation.args[1] - relation.args[0]))
        yield {"<=": gap >= 0, "<": gap > 0, "=": gap == 0}[relation.head]
    gap = number(poly(problem.statement.args[1] - problem.statement.args[0]))
    yield {"<=": gap < 0, "<": gap <= 0, "=": gap != 0}[problem.statement.head]
