"""Checks of the tables beside a statement: how it scales with the loss, and where it rises.

`degree`, `weights` and `monotone` are for searches and people; no number rests on them. They are
compared with the statement at random values of its symbols, and which symbols mean something else
than in the table of symbols is listed here a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from stability.setup.fields import Allowed
from stability.theorems.kinds import GeneralizationTheorem, Statement, Theorem
from stability.theorems.statements.closed_sums import CONSTANT, DECAY, resolve
from stability.theorems.statements.symbols import MEANINGS
from stability_proofs.kernel.terms import require
from stability_proofs.semantics.setups import tried_choices

POINTS = 400
CLOSE = 1e-9
DEGREES = range(-1, 4)
FACTOR = 4.0
"""What the loss is multiplied with; square roots of it are exact."""
OWN_WEIGHTS: Mapping[str, Mapping[str, int]] = {
    # epsilon is a distance of weights
    "lei2020-convex-l1": {"epsilon": 0},
    "lei2020-convex-l2": {"epsilon": 0},
    "lei2020-thm2a": {"epsilon": 0},
    "lei2020-thm2b": {"epsilon": 0},
}
"""Theorems in which symbols scale with the loss otherwise than the table of symbols says."""
OWN_MEANINGS: Mapping[str, frozenset[str]] = {
    "bousquet2002-thm24": frozenset(("M",)),
    **dict.fromkeys(("gibbs-exponent", "gibbs-one-draw", "gibbs-mean-draw"), frozenset(("M",))),
    "hardt2016-strongly-convex-decaying": frozenset(("rho",)),
    "elisseeff2005-bagging": frozenset(("L",)),
    "elisseeff2005-subbagging": frozenset(("L",)),
    "lei2020-thm2a": frozenset(("epsilon",)),
    "lei2020-thm2b": frozenset(("epsilon",)),
    "shalev2010-lemma11": frozenset(("epsilon",)),
    "shalev2010-thm8": frozenset(("epsilon",)),
    "elastic-finite-loo": frozenset(("B", "U", "B1")),
    "elastic-second-moment-loo": frozenset(("b_rms", "beta_rms")),
    "elastic-chebyshev-loo": frozenset(("b_rms", "beta_rms")),
    "elastic-second-moment-kfold": frozenset(("beta_rms",)),
    "elastic-split-loo": frozenset(("B", "B1", "beta_rms")),
}
"""Theorems with words of their own for a symbol."""

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]


def consistent(theorem: Theorem) -> None:
    """Raises ProofError where a table says something else than the statements do."""
    own, listed = dict(theorem.weights), dict(OWN_WEIGHTS.get(theorem.id, {}))
    require(own == listed, "symbols with a weight of their own are", listed, "not", own)
    said, known = frozenset(theorem.meanings), OWN_MEANINGS.get(theorem.id, frozenset())
    require(said == known, "symbols with words of their own are", sorted(known), "not", said)
    _scales(theorem)
    for name, direction in theorem.monotone.items():
        _moves(theorem, name, direction)
    if getattr(theorem, "choose", None) is not None:
        reason = tried_choices.why_not_within(theorem)
        require(reason is None, reason or "")


def weight(theorem: Theorem, name: str) -> int:
    """The power of a factor on the loss with which a symbol, or a value, scales."""
    if name in theorem.weights:
        return theorem.weights[name]
    if name in MEANINGS:
        return MEANINGS[name].weight
    return 1 if theorem.degree is None else theorem.degree


def _scales(theorem: Theorem) -> None:
    if theorem.degree is None:
        scale = any(_scale(replace(theorem, degree=degree)) for degree in DEGREES)
        require(not scale, "it is said not to scale with the loss, and does")
        return
    require(_scale(theorem), f"it does not scale with the loss to the degree {theorem.degree}")
    degrees = {weight(theorem, name) for s in theorem.statements for name in s.values}
    known = isinstance(theorem, GeneralizationTheorem) or theorem.degree == max(degrees)
    require(known, "none of its values has the degree", theorem.degree)


def _scale(theorem: Theorem) -> bool:
    """Whether every value scales with the loss to the degree that is declared."""
    every = [part for statement in theorem.statements for part in _functions(statement)]
    return all(_as_degree(theorem, name, at) for name, at in every)


def _as_degree(theorem: Theorem, name: str, at: Function) -> bool:
    values = at.values()
    larger = {n: x * FACTOR ** weight(theorem, n) for n, x in values.items()}
    before, after = at(values) * FACTOR ** weight(theorem, name), at(larger)
    seen = _finite(before, after) & at.inside(values)
    before, after = before[seen], after[seen]
    return bool(np.all(np.abs(after - before) <= CLOSE * (np.abs(before) + np.abs(after))))


def _moves(theorem: Theorem, name: str, direction: int) -> None:
    """The values never move against a direction; in it some of them do, somewhere."""
    require(direction in (1, -1), "a direction is 1 or -1, not", direction)
    moved = False
    for statement in theorem.statements:
        for label, at in _functions(statement):
            low = at.values()
            if name not in low:
                continue
            high = {**low, name: _larger(name, low[name])}
            inside = at.inside(low) & at.inside(high)
            before, after = at(low)[inside], at(high)[inside]
            seen = _finite(before, after)
            gain = direction * (after - before)[seen]
            size = np.abs(before[seen]) + np.abs(after[seen])
            against = bool(np.any(gain < -CLOSE * size))
            moved = moved or bool(np.any(gain > CLOSE * size))
            word = "rise" if direction > 0 else "fall"
            require(not against, f"{label} does not always {word} with {name}")
    require(moved, f"no value moves with {name}")


class Function:
    """A value of a statement as a function of floats, with the domain in which it holds."""

    def __init__(self, expression: sympy.Expr, statement: Statement, schedule: str) -> None:
        self.names = _names(expression, statement, schedule)
        self._value = _fast(resolve(expression, schedule), self.names)
        self._domain = [
            (_fast(resolve(_difference(side), schedule), self.names), side.rel_op)
            for side in statement.domain
        ]

    def values(self) -> dict[str, Floats]:
        """Random values of the symbols, always the same."""
        generator = np.random.default_rng(0)
        return {name: _drawn(name, generator) for name in self.names}

    def __call__(self, values: Values) -> Floats:
        """The value at those, not finite where it has none."""
        return _array(self._value(*(values[name] for name in self.names)))

    def inside(self, values: Values) -> NDArray[np.bool_]:
        """Where the relations of the domain hold."""
        held = np.ones(POINTS, dtype=bool)
        for difference, relation in self._domain:
            held &= COMPARE[relation](_array(difference(*(values[n] for n in self.names))))
        return held


COMPARE: Mapping[str, Callable[[Floats], NDArray[np.bool_]]] = {
    "<": lambda x: x < 0,
    "<=": lambda x: x <= 0,
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "==": lambda x: x == 0,
}


def _harmonic(x: Floats, order: float = 1.0) -> Floats:
    from scipy.special import digamma, zeta

    if order == 1:
        return digamma(x + 1) + np.euler_gamma
    return zeta(order, 1) - zeta(order, x + 1)


def _erf(x: Floats) -> Floats:
    from scipy.special import erf

    return erf(x)


def _fast(expression: sympy.Expr, names: tuple[str, ...]) -> Callable[..., Any]:
    symbols = {s.name: s for s in expression.free_symbols}
    arguments = [symbols.get(name, sympy.Symbol(name)) for name in names]
    more = {"harmonic": _harmonic, "erf": _erf}
    function = sympy.lambdify(arguments, expression, [more, "numpy"])

    def quiet(*values: Floats) -> Any:
        with np.errstate(all="ignore"):
            return function(*values)

    return quiet


def _difference(relation: Any) -> sympy.Expr:
    return relation.lhs - relation.rhs


def _array(found: Any) -> Floats:
    return np.broadcast_to(np.asarray(found, dtype=np.float64), (POINTS,))


def _functions(statement: Statement) -> Iterator[tuple[str, Function]]:
    values = {**statement.values, **getattr(statement, "extras", {})}
    for name, expression in values.items():
        for schedule in (CONSTANT, DECAY):
            if not resolve(expression, schedule).has(sympy.Sum, sympy.Product):
                yield name, _function(expression, statement.domain, schedule)


@cache
def _function(expression: sympy.Expr, domain: tuple[Any, ...], schedule: str) -> Function:
    return Function(expression, Statement(values={"value": expression}, domain=domain), schedule)


def _names(expression: sympy.Expr, statement: Statement, schedule: str) -> tuple[str, ...]:
    parts = [expression, *map(_difference, statement.domain)]
    return tuple(sorted({s.name for e in parts for s in resolve(e, schedule).free_symbols}))


def _drawn(name: str, generator: np.random.Generator) -> Floats:
    allowed = MEANINGS[name].allowed
    if allowed.whole:
        return generator.integers(_first(allowed), 60, POINTS).astype(float)
    if allowed.high is not None:
        return generator.uniform(0.001, 0.999, POINTS) * float(allowed.high)
    spread = np.exp(generator.uniform(np.log(0.02), np.log(5.0), POINTS))
    return float(allowed.low or 0) + spread


def _first(allowed: Allowed) -> int:
    return max(int(allowed.low or Fraction(1)), 1)


def _larger(name: str, values: Floats) -> Floats:
    allowed = MEANINGS[name].allowed
    steps = np.resize([1.0, 2.0, 7.0], POINTS)
    if allowed.whole:
        return values + steps
    if allowed.high is not None:
        return values + (float(allowed.high) - values) * steps / 10
    return values * (1 + steps / 5)


def _finite(*values: Floats) -> NDArray[np.bool_]:
    return np.logical_and.reduce([np.isfinite(x) & (np.abs(x) < 1e200) for x in values])
