"""Finite worlds in which formulas are evaluated: the meaning of the language, by enumeration.

An oracle for the rules (what they prove has to hold in every world), and the place where a concrete
algorithm and distribution show that hypotheses can hold together and that a bound holds there.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.special import digamma

from proofs.terms import FAMILIES, FINITE, NATURAL, ProofError, Term

SLACK = 1e-9
"""Relative tolerance of comparisons between floats; rationals are compared exactly."""


@dataclass(frozen=True)
class World:
    """A meaning for every sort, function and free variable that a formula uses.

    `laws`: the elements of finite sorts with their probabilities; families of them follow (as
    tuples). `trials`: for sorts that are not finite, the values that `forall` and `sup` try.
    `functions` and `values`: by the names of function heads and of free variables.
    """

    laws: Mapping[str, Sequence[tuple[Any, Any]]]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    trials: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def holds(self, formula: Term) -> bool:
        """Whether a formula is true (as far as the trials tell)."""
        return bool(self.value(formula))

    def value(self, t: Term, bound: tuple[Any, ...] = ()) -> Any:
        """The value of a term, innermost bound variable first."""
        head, args = t.head, t.args
        if head in ("E", "sum", "prod", "sup", "forall"):
            return self._binder(t, bound)
        if head == "num":
            return args[0]
        if head == "var":
            if args[0] not in self.values:
                raise ProofError(f"no value for {args[0]}")
            return self.values[args[0]]
        if head == "bound":
            return bound[args[0]]
        if head == "size":
            return len(self.laws[args[0]])
        if head == "^":
            return self.value(args[0], bound) ** args[1]
        if head == "implies":
            return not self.value(args[0], bound) or self.value(args[1], bound)
        inputs = [self.value(a, bound) for a in args]
        if head in BUILT_IN:
            return BUILT_IN[head](*inputs)
        if head == "at":
            return inputs[0][self._place(t.args[0], inputs[1])]
        if head == "mix":
            index = FAMILIES[t.args[0].sort][0]
            inside = [i in inputs[2] for i in self._elements(index)]
            return tuple(a if k else b for a, b, k in zip(*inputs[:2], inside, strict=True))
        if head == "put":
            place = self._place(t, inputs[1])
            return (*inputs[0][:place], inputs[2], *inputs[0][place + 1 :])
        if head not in self.functions:
            raise ProofError(f"no meaning for {head}")
        return self.functions[head](*inputs)

    def _place(self, family: Term, index: Any) -> int:
        """Where an index stands in a tuple; draws are counted from 1."""
        sort = FAMILIES[family.sort][0]
        if sort == NATURAL:
            return int(index) - 1
        return [element for element, _ in self.laws[sort]].index(index)

    def law(self, sort: str) -> list[tuple[Any, Any]]:
        """The elements of a sort with their probabilities."""
        if sort in self.laws:
            return list(self.laws[sort])
        if sort not in FAMILIES:
            raise ProofError(f"no law for {sort}")
        index, of = FAMILIES[sort]
        length = self.values["length"] if index == NATURAL else len(self.laws[index])
        found = []
        for members in itertools.product(self.laws[of], repeat=length):
            found.append((tuple(e for e, _ in members), math.prod(p for _, p in members)))
        return found

    def _elements(self, sort: str) -> Sequence[Any]:
        if sort in self.trials:
            return self.trials[sort]
        return [element for element, _ in self.law(sort)]

    def _binder(self, t: Term, bound: tuple[Any, ...]) -> Any:
        head, sort, body = t.head, t.args[0], t.args[-1]
        if head == "E":
            return sum(p * self.value(body, (x, *bound)) for x, p in self.law(sort))
        if head == "forall":
            return all(self.value(body, (x, *bound)) for x in self._elements(sort))
        if head == "sup":
            return max(self.value(body, (x, *bound)) for x in self._elements(sort))
        if sort in FINITE:
            inside: Sequence[Any] = self._elements(sort)
        else:
            low, high = (int(self.value(a, bound)) for a in t.args[1:-1])
            inside = range(low, high + 1)
        values = [self.value(body, (x, *bound)) for x in inside]
        if head == "prod":
            return math.prod(values)
        return sum(values[1:], start=values[0]) if values else 0


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
