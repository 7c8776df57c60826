"""The choice of eta in the finite-sample elastic theorem, and the bound on p_eta that goes with it.

At eta = U - B, p_eta is 0. Smaller eta have a p_eta below the failure probability at hand if m is
large enough, for every beta; for a product, or for groups of deleted points, already for smaller m.
The search is in floats, the p_eta of the chosen eta is then bounded from above rigorously.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.theorems.kinds.constant import Groups, Product, Structure
from stability.theorems.kinds.situation import Situation
from stability.theorems.statements.minimise import fast, smallest
from stability.theorems.statements.statement import Statement
from stability.theorems.statements.term import Term, float_above, vectorised

Floats = NDArray[np.float64]
BISECTIONS = 60


@dataclass(frozen=True)
class ElasticSlack:
    """Choose eta, p and what is left of delta so that the bound is about smallest.

    The statements of the forms of p_eta, of which the smallest counts: for any beta, for a product,
    and for one row of several (there the smaller one for each row).
    """

    any_beta: tuple[Statement, ...]
    product: tuple[Statement, ...]
    groups: tuple[Statement, Statement]

    def __call__(self, at: Situation) -> Mapping[str, Fraction]:
        """The chosen `eta`, `p` and the `delta` of the concentration step."""
        known, size, available = at.known, at.size, at.available
        bound = at.statement.values["bound"]
        enclosed = {name: known[name].enclosure(size) for name in ("B", "U")}
        widest = max(enclosed["U"].high - enclosed["B"].low, Fraction(0))
        safe = {"eta": widest, "p": Fraction(0), "delta": available}
        if widest == 0:
            return safe
        terms = {name: known[name] for name in ("B", "U", "B1", "D") if name in known}
        values = {name: term.upper(size) for name, term in terms.items()}
        probability = self._probability(at.structure, values, size)
        budget, top = float(available), float(widest)
        least = _least_slack(probability, budget, top)
        if least >= top:
            return safe
        names = tuple(sorted(s.name for s in bound.free_symbols))
        function = fast(bound, names)
        numbers = {**values, "m": float(size), "M": float(at.setup.loss.range)}

        def value(eta: float) -> float:
            p = probability(eta)
            if not p < budget:
                return np.inf
            now = {**numbers, "eta": eta, "p": p, "delta": budget - p}
            return float(function(*(now[n] for n in names)))

        eta = Fraction(smallest(value, least, top))
        p = self._guaranteed(at.structure, terms, eta, size)
        if p >= available:
            return safe
        at_safe = {**numbers, "eta": top, "p": 0.0, "delta": budget}
        if float(function(*(at_safe[n] for n in names))) <= value(float(eta)):
            return safe
        return {"eta": eta, "p": p, "delta": available - p}

    def _forms(self, structure: Product | None) -> tuple[Statement, ...]:
        return self.product if isinstance(structure, Product) else self.any_beta

    def _probability(
        self, structure: Structure, values: Mapping[str, float], size: int
    ) -> Callable[[float], float]:
        if isinstance(structure, Groups):
            rows = tuple(
                fast(form.values["p"], names)
                for form, names in zip(self.groups, (HOEFFDING, BERNSTEIN), strict=True)
            )
            return lambda eta: _over_rows(structure, values["B"], eta, size, rows)
        forms = [fast(form.values["p"], WHOLE) for form in self._forms(structure)]
        known = (float(size), values["B"], values["U"])
        return lambda eta: min(float(form(*known, eta)) for form in forms)

    def _guaranteed(
        self, structure: Structure, terms: Mapping[str, Term], eta: Fraction, size: int
    ) -> Fraction:
        if not isinstance(structure, Groups):
            bound = {"eta": eta, "B": terms["B"], "U": terms["U"]}
            forms = self._forms(structure)
            return Fraction(min(Term(form.values["p"], bound).upper(size) for form in forms))
        rows = tuple(
            _by_name(vectorised(form.values["p"]), names)
            for form, names in zip(self.groups, (HOEFFDING, BERNSTEIN), strict=True)
        )
        total = _over_rows(structure, terms["B"].upper(size), float(eta), size, rows)
        return Fraction(float_above(Fraction(total) * (1 + Fraction(1, 10**12))))


WHOLE = ("m", "B", "U", "eta")
HOEFFDING = ("m", "B", "b", "eta", "U_row")
BERNSTEIN = ("m", "B", "b", "eta", "U_row", "v")


def _by_name(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    return lambda *arrays: function(**dict(zip(names, arrays, strict=True)))


def _over_rows(
    groups: Groups, B: float, eta: float, size: int, forms: tuple[Callable[..., Any], ...]
) -> float:
    """The sum over rows of the smaller of Hoeffding and Bernstein; a row that can never exceed
    B + eta adds 0, a row without room adds 1."""
    can_exceed = groups.top > B + eta
    room = B - groups.b + eta > 0
    if np.any(can_exceed & ~room):
        return 1.0
    b, v, top = groups.b[can_exceed], groups.v[can_exceed], groups.top[can_exceed]
    if len(b) == 0:
        return 0.0
    m = float(size)
    hoeffding = forms[0](m, B, b, eta, top)
    bernstein = forms[1](m, B, b, eta, top, v)
    return float(np.sum(np.minimum(hoeffding, bernstein)))


def _least_slack(probability: Callable[[float], float], budget: float, top: float) -> float:
    """About the smallest eta whose p_eta is below the budget, `top` if there is none."""
    if not probability(top * (1 - 1e-12)) < budget:
        return top
    low, high = 0.0, top
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if probability(middle) < budget:
            high = middle
        else:
            low = middle
    return max(high, top * 1e-12)
