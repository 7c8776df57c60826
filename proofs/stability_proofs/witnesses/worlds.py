"""Finite worlds in which formulas are evaluated: the meaning of the language, by enumeration.

An oracle for the rules (what they prove has to hold in every world), and the place where a concrete
algorithm and distribution show that hypotheses can hold together and that a bound holds there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np
from scipy.special import digamma

from stability_proofs.kernel.terms import FAMILIES, FINITE, NATURAL, ProofError, Term

SLACK = 1e-9
"""Relative tolerance of comparisons between floats; rationals are compared exactly."""
Bound = tuple[Any, ...]
"""The values of bound variables, innermost first."""
Law = Sequence[tuple[Any, Any]]
"""Elements with their probabilities."""


@dataclass(frozen=True, eq=False)
class World:
    """A meaning for every sort, function and free variable that a formula uses.

    `laws`: the elements of finite sorts with their probabilities; families of them follow (as
    tuples). `trials`: for sorts that are not finite, the values that `forall` and `sup` try.
    `functions` and `values`: by the names of function heads and of free variables.
    """

    laws: Mapping[str, Law]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    trials: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def holds(self, formula: Term) -> bool:
        """Whether a formula is true (as far as the trials tell)."""
        return bool(self.value(formula))

    def value(self, t: Term, bound: Bound = ()) -> Any:
        """The value of a term, innermost bound variable first."""
        return _meaning(t)(self, bound)

    def cases(self, formula: Term, bound: Bound = ()) -> Iterator[tuple[Term, Bound]]:
        """The conclusion of a formula, with every choice of its variables that meets premises."""
        if formula.head == "forall":
            for x in self.elements(formula.args[0]):
                yield from self.cases(formula.args[-1], (x, *bound))
        elif formula.head != "implies":
            yield formula, bound
        elif self.value(formula.args[0], bound):
            yield from self.cases(formula.args[1], bound)

    @cached_property
    def _families(self) -> dict[str, Law]:
        return {}

    def law(self, sort: str, bound: Bound = ()) -> Law:
        """The elements of a sort with their probabilities, where these variables are bound."""
        if sort in self.laws:
            return self.laws[sort]
        if sort not in FAMILIES:
            raise ProofError(f"no law for {sort}")
        if sort not in self._families:
            index, of = FAMILIES[sort]
            length = self.values["length"] if index == NATURAL else len(self.laws[index])
            self._families[sort] = [
                (tuple(e for e, _ in members), math.prod(p for _, p in members))
                for members in itertools.product(self.laws[of], repeat=length)
            ]
        return self._families[sort]

    def elements(self, sort: str) -> Sequence[Any]:
        """What `forall`, `sup` and sums over a sort run through."""
        if sort in self.trials:
            return self.trials[sort]
        return [element for element, _ in self.law(sort)]

    def place(self, index: str, element: Any) -> int:
        """Where an index stands in a tuple; draws are counted from 1."""
        if index == NATURAL:
            return int(element) - 1
        return self._places[index][element]

    @cached_property
    def _places(self) -> dict[str, dict[Any, int]]:
        return {
            sort: {element: n for n, (element, _) in enumerate(self.laws[sort])}
            for sort in FINITE
            if sort in self.laws
        }


Meaning = Callable[[World, Bound], Any]


@cache
def _meaning(t: Term) -> Meaning:
    """How a term is evaluated."""
    head, args = t.head, t.args
    if head in SPECIAL:
        return SPECIAL[head](t)
    parts = tuple(map(_meaning, args))
    if head in BUILT_IN:
        return _applied(BUILT_IN[head], parts)

    def called(world: World, bound: Bound) -> Any:
        if head not in world.functions:
            raise ProofError(f"no meaning for {head}")
        return world.functions[head](*[part(world, bound) for part in parts])

    return called


def _applied(function: Callable[..., Any], parts: Sequence[Meaning]) -> Meaning:
    if len(parts) == 1:
        [only] = parts
        return lambda world, bound: function(only(world, bound))
    if len(parts) == 2:
        first, second = parts
        return lambda world, bound: function(first(world, bound), second(world, bound))
    return lambda world, bound: function(*[part(world, bound) for part in parts])


def _variable(t: Term) -> Meaning:
    [name] = t.args

    def found(world: World, bound: Bound) -> Any:
        if name not in world.values:
            raise ProofError(f"no value for {name}")
        return world.values[name]

    return found


def _constant(t: Term) -> Meaning:
    [number] = t.args
    number = int(number) if number.denominator == 1 else number
    return lambda world, bound: number


def _bound(t: Term) -> Meaning:
    [number] = t.args
    return lambda world, bound: bound[number]


def _size(t: Term) -> Meaning:
    [sort] = t.args
    return lambda world, bound: len(world.laws[sort])


def _horizon(t: Term) -> Meaning:
    return lambda world, bound: world.values["length"]


def _power(t: Term) -> Meaning:
    base, power = _meaning(t.args[0]), t.args[1]
    return lambda world, bound: base(world, bound) ** power


def _implies(t: Term) -> Meaning:
    premise, conclusion = map(_meaning, t.args)
    return lambda world, bound: not premise(world, bound) or conclusion(world, bound)


def _at(t: Term) -> Meaning:
    family, element = map(_meaning, t.args)
    index, _ = FAMILIES[t.args[0].sort]
    return lambda world, bound: family(world, bound)[world.place(index, element(world, bound))]


def _put(t: Term) -> Meaning:
    family, place, element = map(_meaning, t.args)
    index, _ = FAMILIES[t.sort]

    def changed(world: World, bound: Bound) -> Any:
        old, n = family(world, bound), world.place(index, place(world, bound))
        return (*old[:n], element(world, bound), *old[n + 1 :])

    return changed


def _mix(t: Term) -> Meaning:
    parts = tuple(map(_meaning, t.args))
    index, _ = FAMILIES[t.args[0].sort]

    def mixed(world: World, bound: Bound) -> Any:
        first, second, indices = (part(world, bound) for part in parts)
        inside = [i in indices for i in world.elements(index)]
        return tuple(a if k else b for a, b, k in zip(first, second, inside, strict=True))

    return mixed


def _mean(t: Term) -> Meaning:
    sort, body = t.args[0], _meaning(t.args[-1])
    return lambda world, bound: sum(p * body(world, (x, *bound)) for x, p in world.law(sort, bound))


def _every(t: Term) -> Meaning:
    sort, body = t.args[0], _meaning(t.args[-1])
    return lambda world, bound: all(body(world, (x, *bound)) for x in world.elements(sort))


def _largest(t: Term) -> Meaning:
    sort, body = t.args[0], _meaning(t.args[-1])
    return lambda world, bound: max(body(world, (x, *bound)) for x in world.elements(sort))


def _total(t: Term) -> Meaning:
    sort, body = t.args[0], _meaning(t.args[-1])
    ends = tuple(map(_meaning, t.args[1:-1]))

    def total(world: World, bound: Bound) -> Any:
        inside: Sequence[Any]
        if sort in FINITE:
            inside = world.elements(sort)
        else:
            low, high = (int(end(world, bound)) for end in ends)
            inside = range(low, high + 1)
        values = [body(world, (x, *bound)) for x in inside]
        if t.head == "prod":
            return math.prod(values)
        return sum(values[1:], start=values[0]) if values else 0

    return total


SPECIAL: Mapping[str, Callable[[Term], Meaning]] = {
    "var": _variable,
    "num": _constant,
    "bound": _bound,
    "size": _size,
    "horizon": _horizon,
    "^": _power,
    "implies": _implies,
    "at": _at,
    "put": _put,
    "mix": _mix,
    "E": _mean,
    "forall": _every,
    "sup": _largest,
    "sum": _total,
    "prod": _total,
}
"""The meaning of heads whose arguments are not all evaluated first."""


def _inverse(x: Any) -> Any:
    return 0 if x == 0 else 1 / Fraction(x) if isinstance(x, (int, Fraction)) else 1 / x


def _close(a: Any, b: Any) -> float | int:
    if isinstance(a, (int, Fraction)) and isinstance(b, (int, Fraction)):
        return 0
    return SLACK * max(1.0, abs(float(a)), abs(float(b)))


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return bool(np.allclose(a, b, rtol=SLACK, atol=SLACK))
    if isinstance(a, (int, float, Fraction)) and isinstance(b, (int, float, Fraction)):
        return abs(a - b) <= _close(a, b)
    return bool(a == b)


BUILT_IN: Mapping[str, Callable[..., Any]] = {
    "+": lambda *a: sum(a[1:], start=a[0]) if a else 0,
    "*": lambda *a: math.prod(a),
    "inv": _inverse,
    "scale": lambda a, v: (float(a) if isinstance(a, Fraction) else a) * v,
    "dot": lambda u, v: float(np.dot(u, v)),
    "max": max,
    "exp": lambda x: math.exp(min(x, 700)),
    "log": lambda x: math.log(x) if x > 0 else 0.0,
    "sqrt": lambda x: math.sqrt(x) if x > 0 else 0.0,
    "erf": lambda x: math.erf(x),
    "floor": math.floor,
    "harmonic": lambda x: float(digamma(float(x) + 1)) + float(np.euler_gamma),
    "ind": lambda known: 1 if known else 0,
    "<=": lambda a, b: a <= b + _close(a, b),
    "<": lambda a, b: a < b,
    "=": _equal,
    "not": lambda known: not known,
    "member": lambda index, indices: index in indices,
}
"""The meaning of the built-in heads."""
