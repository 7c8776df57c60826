"""Searches in floats for a good value of a free symbol; it is evaluated rigorously elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from stability.theorems.statements.chains import functions as chains
from stability.theorems.statements.symbols import symbol

Floats = NDArray[np.float64]


@lru_cache(maxsize=4096)
def names_of(expression: sympy.Expr) -> tuple[str, ...]:
    """The names of its free symbols, in order.

    >>> names_of(sympy.Symbol("b") + sympy.Symbol("a"))
    ('a', 'b')
    """
    return tuple(sorted(s.name for s in expression.free_symbols))


@lru_cache(maxsize=512)
def fast(expression: sympy.Expr, names: tuple[str, ...]) -> Callable[..., Any]:
    """A numpy function of the symbols; for searching only, never for a value that is shown.

    Overflow and division by zero give infinities or NaN, no errors and no warnings.
    """
    arguments = [
        next((s for s in expression.free_symbols if s.name == n), symbol(n)) for n in names
    ]
    function = sympy.lambdify(arguments, expression, [dict(chains.VALUES), "numpy"])

    def quiet(*values: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*(np.asarray(v, dtype=np.float64)[()] for v in values))

    return quiet


def smallest(function: Callable[[float], float], low: float, high: float) -> float:
    """A point in [low, high], both positive, at which a float function is about smallest.

    A logarithmic grid first (the function may have flat or infinite stretches), then Brent.
    """
    from scipy.optimize import minimize_scalar

    grid = np.geomspace(low, high, 65)
    values = np.array([function(float(x)) for x in grid])
    values[~np.isfinite(values)] = np.inf
    best = int(np.argmin(values))
    if not np.isfinite(values[best]):
        return float(grid[best])
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    with np.errstate(all="ignore"):
        found = minimize_scalar(
            lambda u: function(float(np.exp(u))),
            bounds=(np.log(left), np.log(right)),
            method="bounded",
        )
    x = float(np.exp(found.x))
    return x if function(x) <= values[best] else float(grid[best])
