"""From a statement and numbers to a value: exact, enclosed, rounded up, or vectorised.

A `Term` is a statement together with what its symbols stand for; nothing is evaluated before the
end, so formula, number and plot come from the same expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import inf, nextafter
from typing import Any

import numpy as np
import sympy
from flint import ctx
from numpy.typing import ArrayLike, NDArray
from sympy.core.relational import Relational

from stability.errors import EvaluationError, SetupError
from stability.theorems.statements.closed_sums import CONSTANT, LEVEL, STEP, resolve
from stability.theorems.statements.enclosure import EnclosureArithmetic, Undecided, ends
from stability.theorems.statements.intervals import IntervalArithmetic, point
from stability.theorems.statements.symbols import MEANINGS, symbol
from stability.theorems.statements.visitor import Walk

DIGITS = 30
PRECISIONS = (128, 256, 512, 1024, 4096)
WIDTH = Fraction(1, 2**90)
LOOSENESS = 1e-12


def float_above(value: Fraction) -> float:
    """The smallest float that is not below a rational.

    >>> float_above(Fraction(1, 10)) >= Fraction(1, 10)
    True
    """
    try:
        near = float(value)
    except OverflowError:
        return inf if value > 0 else -np.finfo(np.float64).max
    return near if near == inf or Fraction(near) >= value else nextafter(near, inf)


def float_below(value: Fraction) -> float:
    """The largest float that is not above a rational."""
    return -float_above(-value)


def _decimal(value: Fraction, rounding: str) -> Decimal:
    context = Context(prec=DIGITS, rounding=rounding, Emax=10**9, Emin=-(10**9))
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


@dataclass(frozen=True)
class Enclosure:
    """Two rationals with the true value between them. `low == high` where it is known exactly.

    >>> Enclosure(Fraction(1, 3), Fraction(1, 3)).decimals()
    ('0.333333333333333333333333333333', '0.333333333333333333333333333334')
    """

    low: Fraction
    high: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether the value is a known rational."""
        return self.low == self.high

    @property
    def upper(self) -> float:
        """A float not below the printed upper end."""
        return float_above(Fraction(_decimal(self.high, ROUND_CEILING)))

    @property
    def lower(self) -> float:
        """A float not above the printed lower end."""
        return float_below(Fraction(_decimal(self.low, ROUND_FLOOR)))

    def decimals(self) -> tuple[str, str]:
        """The ends as decimal strings of 30 digits, rounded outwards."""
        return str(_decimal(self.low, ROUND_FLOOR)), str(_decimal(self.high, ROUND_CEILING))


@dataclass(frozen=True, eq=False)
class Term:
    """A statement and what its symbols stand for, as a function of the sample size.

    `bindings` maps symbol names to rationals, to other terms, or (for F) to a tuple of rationals,
    one per step. The symbol `m` is `size` at the sample size asked for plus `shift`. `schedule`
    says what alpha(t) means: "constant" (bind `alpha`) or "decay" (bind `c`).

    >>> from stability.theorems.statements.symbols import symbols
    >>> m, U = symbols("m U")
    >>> Term(U / m, {"U": Fraction(2)}).enclosure(1000).upper
    0.002
    """

    expression: sympy.Expr
    bindings: Mapping[str, Any]
    schedule: str = CONSTANT
    shift: int = 0
    size: sympy.Expr = symbol("m")
    _last: dict[int, tuple[int | None, Any]] = field(default_factory=dict, init=False, repr=False)
    """The value found last at each precision, and its size: bounds share the terms of constants."""

    def previous(self) -> Term:
        """The same at one example fewer."""
        return replace(self, shift=self.shift - 1)

    def resized(self, size: sympy.Expr) -> Term:
        """The same at another size, a whole number of at least 1 that depends on m.

        >>> from stability.theorems.statements.symbols import symbols
        >>> m, U = symbols("m U")
        >>> Term(U / m, {"U": Fraction(2)}).resized(m - sympy.ceiling(m / 5)).upper(10)
        0.25
        """
        return replace(self, size=self.size.xreplace({symbol("m"): size}))

    def size_at(self, size: int) -> int:
        """The sample size that the symbol `m` stands for where another one is asked for."""
        here = size + self.shift
        return here if self.size == symbol("m") else int(self.size.subs(symbol("m"), here))

    def enclosure(self, size: int | None = None) -> Enclosure:
        """The value at a sample size: exact where it is rational, else a tight enclosure.

        Raises EvaluationError where the statement has no finite value.
        """
        for precision in PRECISIONS:
            with ctx.workprec(precision):
                try:
                    value = _walk(self, size)
                except Undecided:
                    continue
                if isinstance(value, Fraction):
                    return Enclosure(value, value)
                if not value.is_finite():
                    continue
                low, high = ends(value)
            scale = max(abs(low), abs(high))
            if high - low <= WIDTH * scale or scale < Fraction(1, 2**600):
                return Enclosure(low, high)
        raise EvaluationError("the statement has no finite value here")

    def upper(self, size: int | None = None) -> float:
        """A float not below the value."""
        return self.enclosure(size).upper


def _walk(term: Term, size: int | None) -> Any:
    here = None if size is None else term.size_at(size)
    last = term._last.get(ctx.prec)
    if last is not None and last[0] == here:
        return last[1]
    known: dict[str, Any] = {}

    def lookup(name: str) -> Any:
        if name not in known:
            if name in term.bindings:
                value = term.bindings[name]
            elif name == "m" and here is not None:
                value = here
            else:
                raise EvaluationError(f"{name} has no value")
            known[name] = _walk(value, here) if isinstance(value, Term) else Fraction(value)
        return known[name]

    def sequence(name: str, index: int) -> Any:
        values = term.bindings.get(name, ())
        if not 1 <= index <= len(values):
            raise EvaluationError(f"{name} has no value at step {index}")
        return Fraction(values[index - 1])

    level = not isinstance(term.bindings.get("F"), tuple)
    expression = resolve(term.expression, term.schedule, level)
    value = Walk(EnclosureArithmetic(), lookup, sequence)(expression)
    term._last[ctx.prec] = here, value
    return value


def vectorised(
    expression: sympy.Expr, domain: Iterable[Relational] = ()
) -> Callable[..., NDArray[np.float64]]:
    """A function of float64 arrays, by symbol name, that returns upper bounds of the statement.

    Arrays are broadcast. Every entry is at least the exact value at the floats given, and at most
    1e-12 above it, relatively; infinite only where the exact value is above the largest float, or
    cannot be enclosed. Raises SetupError for values outside a symbol's range or outside `domain`,
    the relations in which the statement holds; EvaluationError where it has no value.

    >>> from stability.theorems.statements.symbols import symbols
    >>> m, U = symbols("m U")
    >>> vectorised(U / m)(U=[1.0, 2.0], m=1000.0).round(9).tolist()
    [0.001, 0.002]
    """
    closed = resolve(expression, CONSTANT)
    relations = {relation: resolve(indicator(relation), CONSTANT) for relation in domain}
    free = closed.free_symbols.union(*(r.free_symbols for r in relations.values()))
    names = sorted(s.name for s in free)

    def compute(**values: ArrayLike) -> NDArray[np.float64]:
        arrays = _checked_arrays(names, values)
        for relation, holds in relations.items():
            inside = _upper_ends(holds, arrays) > 0
            if not np.all(inside):
                first = tuple(np.argwhere(~inside)[0])
                found = {n: np.broadcast_to(a, inside.shape)[first] for n, a in arrays.items()}
                raise SetupError(
                    where="values",
                    found=", ".join(f"{n} = {float(v):.6g}" for n, v in found.items()),
                    allowed=f"values with {relation}",
                    remedy="The statement is proved for these only.",
                )
        return _upper_ends(closed, arrays)

    return compute


@lru_cache(maxsize=4096)
def indicator(relation: sympy.Basic) -> sympy.Expr:
    """1 where a relation holds, 0 elsewhere."""
    return sympy.Piecewise((1, relation), (0, True))


def _upper_ends(
    closed: sympy.Expr, arrays: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Intervals of floats, and exact evaluation where they are wide, without end or undecided."""
    walk = Walk(IntervalArithmetic(), lambda name: point(arrays[name]))
    with np.errstate(all="ignore"):
        low, high = walk(closed)
        shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
        low, high = np.broadcast_to(low, shape), np.broadcast_to(high, shape).copy()
        narrow = high - low <= LOOSENESS / 2 * np.abs(low)
        loose = ~(narrow & np.isfinite(low) & np.isfinite(high))
    if np.any(loose):
        spread = {name: np.broadcast_to(a, shape)[loose] for name, a in arrays.items()}
        high[loose] = [
            _upper_end(closed, {n: Fraction(float(v[i])) for n, v in spread.items()}, float(end))
            for i, end in enumerate(high[loose])
        ]
    return high


def _upper_end(closed: sympy.Expr, values: Mapping[str, Fraction], known: float) -> float:
    """The exact value rounded up; infinity, where that is known already, if there is none."""
    try:
        return Term(closed, values).upper()
    except EvaluationError:
        if known == inf:
            return inf
        raise


def _checked_arrays(
    names: list[str], values: Mapping[str, ArrayLike]
) -> dict[str, NDArray[np.float64]]:
    missing, extra = sorted(set(names) - set(values)), sorted(set(values) - set(names))
    if missing or extra:
        raise SetupError(
            where="values",
            found=", ".join(sorted(values)) or "nothing",
            allowed="exactly the symbols " + ", ".join(names),
        )
    arrays = {}
    for name in names:
        array = np.asarray(values[name], dtype=np.float64)
        allowed = MEANINGS[name].allowed
        good = np.isfinite(array)
        if allowed.low is not None:
            low = float(allowed.low)
            good &= array > low if allowed.open_low else array >= low
        if allowed.high is not None:
            high = float(allowed.high)
            good &= array < high if allowed.open_high else array <= high
        if allowed.whole:
            good &= array == np.floor(array)
        if not np.all(good):
            worst = array[~good].flat[0] if array.ndim else float(array)
            raise SetupError(where=name, found=float(worst), allowed=allowed.text)
        arrays[name] = array
    return arrays


__all__ = ["LEVEL", "STEP", "Enclosure", "Term", "float_above", "float_below", "vectorised"]
