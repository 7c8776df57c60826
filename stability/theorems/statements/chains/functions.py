"""Norms as functions in statements: `uniform_chain`, `square_chain`, `range_norm`, `centred_norm`.

Each is evaluated to a rational that is not below what it stands for: floats with room for their
rounding. q = 2 half is the order of the moment. Symbols that stand for constants enter with their
upper ends.

Source: this project, elastic chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import inf, nextafter
from typing import Any

import sympy

from stability.errors import EvaluationError
from stability.theorems.statements.chains.outer import outer_norms
from stability.theorems.statements.chains.sizes import Chain, shifted_moments
from stability.theorems.statements.chains.two_points import largest_moment, largest_norm

LARGEST_HALF = 16
"""Moments up to the order 32 are computed."""


class _Norm(sympy.Function):
    """A number of at least 0 that is computed, and no expression."""

    is_extended_real = True
    is_extended_nonnegative = True


class uniform_chain(_Norm):
    """uniform_chain(half, m): |F2/m|_q over epsilon, for uniform replacement stability epsilon."""

    nargs = 2

    def _latex(self, printer: Any) -> str:
        half, m = (printer.doprint(a) for a in self.args)
        return rf"\varphi_{{2 {half}}}({m})"


class square_chain(_Norm):
    """square_chain(half, m, a, b, c, d): |F2/m|_q for beta(z', z) <= u(z') u(z).

    a, b, c and d are the squares of E u, |u|_2, |u|_4 and sup u.
    """

    nargs = 6

    def _latex(self, printer: Any) -> str:
        half, m, *squares = (printer.doprint(a) for a in self.args)
        return rf"\Phi_{{2 {half}}}({m}; {', '.join(squares)})"


class range_norm(_Norm):
    """range_norm(half, m): the L_q norm of a mean of m independent centred terms of range 1."""

    nargs = 2

    def _latex(self, printer: Any) -> str:
        half, m = (printer.doprint(a) for a in self.args)
        return rf"\lambda_{{2 {half}}}({m})"


class centred_norm(_Norm):
    """centred_norm(order): the largest L_q norm of a centred variable of range 1, q at least 2."""

    nargs = 1

    def _latex(self, printer: Any) -> str:
        return rf"s_{{{printer.doprint(self.args[0])}}}"


def _up(value: float) -> float:
    return nextafter(value, inf)


def _float_above(value: Fraction) -> float:
    try:
        near = float(value)
    except OverflowError:
        return inf
    return near if Fraction(near) >= value else _up(near)


@lru_cache(maxsize=1)
def _of_range() -> tuple[float, ...]:
    """s_2, ..., in floats."""
    return tuple(largest_moment(k) for k in range(2, 2 * LARGEST_HALF + 1))


@lru_cache(maxsize=1)
def _uniform() -> Chain:
    """Differences in an interval of length 1; |I - E_i| is at most 2^(1 - 2/k) on L_k."""
    outer = tuple(_up(2 ** (1 - 2 / k)) for k in range(3, 2 * LARGEST_HALF + 1))
    return Chain(_of_range(), (1.0, *outer))


@lru_cache(maxsize=32)
def _square(mean: float, rms: float, fourth: float) -> Chain:
    """For sup u = 1: (E u)^2, |u|_2^2 and |u|_4^2. E u^k is at most E u^j for j <= k."""
    second = min(rms, 1.0)
    fourth_power = min(fourth**2, second)
    powers = [min(mean, second) ** 0.5, second, (second * fourth_power) ** 0.5]
    powers += [fourth_power] * (2 * LARGEST_HALF - 3)
    inner = shifted_moments([_up(_up(x)) for x in powers])
    return Chain(inner, tuple(_up(x ** (1 / k)) for k, x in enumerate(inner, 2)))


@lru_cache(maxsize=1024)
def _uniform_chain(half: int, m: int) -> float:
    return _uniform().norm(m, 2 * half) / m


@lru_cache(maxsize=1024)
def _square_chain(half: int, m: int, mean: float, rms: float, fourth: float) -> float:
    return _square(mean, rms, fourth).norm(m, 2 * half) / m**2


@lru_cache(maxsize=1024)
def _range_norm(half: int, m: int) -> float:
    import numpy as np

    roots = tuple(_up(x ** (1 / k)) for k, x in enumerate(_of_range()[: 2 * half - 1], 2))
    return float(outer_norms(roots, np.array([m]))[0]) * (1 + 1e-13) / m


def _whole(half: Any, m: Any) -> tuple[int, int]:
    if not (float(half).is_integer() and 1 <= half <= LARGEST_HALF):
        raise EvaluationError(f"moments of order {2 * float(half):g} are not computed here")
    return int(half), int(m)


def uniform_chain_value(half: Any, m: Any) -> float:
    """A float that is not below it."""
    return _up(_uniform_chain(*_whole(half, m)))


@lru_cache(maxsize=1024)  # a search asks for it again and again
def square_chain_value(half: Any, m: Any, *squares: Any) -> float:
    """A float that is not below it."""
    try:
        return _float_above(_of_squares(half, m, [Fraction(float(x)) for x in squares]))
    except (OverflowError, ValueError):
        return inf


def _of_squares(half: Any, m: Any, squares: Sequence[Fraction]) -> Fraction:
    """In proportion to the squares: what is computed in floats depends on their ratios."""
    mean, rms, fourth, top = squares
    if top == 0 or rms == 0:
        return Fraction(0)
    ratios = (_float_above(min(x, top) / top) for x in (mean, rms, fourth))
    return top * Fraction(_square_chain(*_whole(half, m), *ratios))


def range_norm_value(half: Any, m: Any) -> float:
    """A float that is not below it."""
    return _up(_range_norm(*_whole(half, m)))


def centred_norm_value(order: Any) -> float:
    """A float that is not below it."""
    if order < 2:
        raise EvaluationError(f"moments of order {float(order):g} are not computed here")
    return largest_norm(Fraction(order))


VALUES: Mapping[str, Callable[..., float]] = {
    "uniform_chain": uniform_chain_value,
    "square_chain": square_chain_value,
    "range_norm": range_norm_value,
    "centred_norm": centred_norm_value,
}
"""By the name in a statement; also for searches in floats."""
TYPES: Mapping[type, str] = {
    kind: kind.__name__ for kind in (uniform_chain, square_chain, range_norm, centred_norm)
}


def value(name: str, arguments: Sequence[Fraction]) -> Fraction:
    """A rational that is not below it, from numbers that are not below what they stand for."""
    try:
        if name == "square_chain":
            return _of_squares(*arguments[:2], arguments[2:])
        return Fraction(VALUES[name](*arguments))
    except OverflowError:  # an infinite float is no rational
        raise EvaluationError("the statement has no value of a reasonable size here") from None
