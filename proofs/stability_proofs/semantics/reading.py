"""From the sympy expression that the library evaluates to a term of the checker."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import Any

import sympy

from stability.setup.fields import Allowed
from stability.theorems.statements.symbols import MEANINGS
from stability_proofs.kernel.notation import (
    absolute,
    every,
    exp,
    indicator,
    log,
    maximum,
    minimum,
    size,
    sqrt,
)
from stability_proofs.kernel.terms import (
    FORMULA,
    NATURAL,
    ProofError,
    Term,
    app,
    bind,
    eq,
    implies,
    le,
    lt,
    num,
    require,
    var,
)

FIXED: Mapping[str, Term] = {"m": size("index"), "draws": size("draw")}
"""Symbols that count something."""
STEPS = ("t", "tau")
"""Names of the steps over which sums and products run."""


def symbol_term(name: str) -> Term:
    """The term of a symbol of the library."""
    if name in FIXED:
        return FIXED[name]
    if name in STEPS or MEANINGS[name].allowed.whole:
        return var(name, NATURAL)
    return var(name)


def symbol_facts(name: str, domain: Allowed | None = None) -> tuple[Term, ...]:
    """The range of a symbol: as the table of symbols declares it, or the domain given.

    Of a sequence from step 1 on.
    """
    meaning = MEANINGS[name]
    allowed = domain or meaning.allowed
    if name in FIXED:
        return ()
    require(allowed.whole or not meaning.allowed.whole, "it counts something, whole", name)
    t = var("t", NATURAL)
    x = app(name, t) if meaning.sequence else symbol_term(name)
    facts = []
    if allowed.low is not None:
        facts.append((lt if allowed.open_low else le)(num(allowed.low), x))
    if allowed.high is not None:
        facts.append((lt if allowed.open_high else le)(x, num(allowed.high)))
    return tuple(every(t, implies(le(1, t), f)) if meaning.sequence else f for f in facts)


def read(x: sympy.Basic) -> Term:
    """The term or formula that a sympy expression means.

    >>> from stability_proofs.kernel.notation import show
    >>> show(read(sympy.sqrt(sympy.Symbol("M") + 1)))
    'sqrt((1 + M))'
    """
    name, args = type(x).__name__, _parts(x)
    if isinstance(x, sympy.Rational):
        return num(Fraction(int(x.p), int(x.q)))
    if isinstance(x, sympy.Symbol):
        return symbol_term(x.name)
    if x is sympy.S.Exp1:
        return exp(num(1))
    if isinstance(x, sympy.Pow):
        return _power(*args)
    if isinstance(x, (sympy.Sum, sympy.Product)):
        body, (index, low, high) = args
        head = "sum" if isinstance(x, sympy.Sum) else "prod"
        return bind(head, var(index.name, NATURAL), read(body), read(low), read(high))
    if isinstance(x, sympy.core.function.AppliedUndef):
        return app(x.func.__name__, *map(read, args))
    if isinstance(x, sympy.Piecewise):
        return _piecewise(x)
    parts = [read(a) for a in args]
    if name in ("Add", "Mul"):
        return Term("+" if name == "Add" else "*", tuple(parts))
    if name in ("Min", "Max"):
        join = minimum if name == "Min" else maximum
        # sympy keeps a set: any order will do, as long as it is always the same
        first, *rest = sorted(parts, key=str)
        for part in rest:
            first = join(first, part)
        return first
    one = {
        "exp": exp,
        "log": log,
        "Abs": absolute,
        "erf": lambda a: app("erf", a),
        "floor": lambda a: app("floor", a),
        "ceiling": lambda a: -app("floor", -a),
        "harmonic": lambda a: app("harmonic", a),
    }
    if name in one and len(parts) == 1:
        return one[name](parts[0])
    two = {
        "LessThan": le,
        "StrictLessThan": lt,
        "GreaterThan": lambda a, b: le(b, a),
        "StrictGreaterThan": lambda a, b: lt(b, a),
        "Equality": eq,
    }
    if name in two:
        return two[name](*parts)
    raise ProofError(f"no reading of {x} ({name})")


def _power(base: sympy.Expr, exponent: sympy.Expr) -> Term:
    """Roots, whole powers (as products if the power is a symbol), or exp(exponent log base).

    A whole power whose sign nothing tells is one that is not negative wherever it stands: T - t in
    a sum over t up to T, and the steps of the last pass.
    """
    b = read(base)
    if isinstance(exponent, sympy.Rational):
        halves = 2 * exponent
        if halves.is_Integer:
            whole, half = divmod(abs(int(halves)), 2)
            factors = [b] * whole + [sqrt(b)] * half
            value = prod(factors[1:], start=factors[0])
            return 1 / value if exponent < 0 else value
    if exponent.is_integer:
        step = var("power", NATURAL)
        if exponent.is_nonpositive:
            return 1 / bind("prod", step, b, 1, read(-exponent))
        return bind("prod", step, b, 1, read(exponent))
    return exp(read(exponent) * log(b))


def _parts(x: sympy.Basic) -> Any:
    """The arguments; of sums and pieces they are tuples, which sympy does not tell."""
    return x.args


def _piecewise(x: sympy.Piecewise) -> Term:
    """value 1{condition} + rest 1{not condition}, from the last piece back."""
    *pieces, (value, condition) = _parts(x)
    if condition is not sympy.true:
        raise ProofError(f"no reading of {x}: a piece is missing")
    total = read(value)
    for value, condition in reversed(pieces):
        holds = indicator(read(condition))
        total = holds * read(value) + (1 - holds) * total
    if total.sort == FORMULA:
        raise ProofError(f"no reading of {x}")
    return total
