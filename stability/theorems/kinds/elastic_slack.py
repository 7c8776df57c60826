"""The choice of eta in the finite-sample elastic theorem, and the bound on p_eta that goes with it.

At eta = U - B, p_eta is 0. Smaller eta have a p_eta below the failure probability at hand if m is
large enough, for every beta; for a product, or for groups of deleted points, already for smaller m.
The search is in floats; the p_eta of what it finds is the least that is supported there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from stability.theorems.kinds.constant import Groups
from stability.theorems.kinds.situation import Situation
from stability.theorems.kinds.support import Shape, least
from stability.theorems.statements.minimise import fast, names_of, smallest

BISECTIONS = 60


@dataclass(frozen=True)
class ElasticSlack:
    """Choose eta, p and what is left of delta so that the bound is about smallest.

    The statements that support p say how small it may be at a given eta.
    """

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
        probability = _probability(at, values)
        budget, top = float(available), float(widest)
        lowest = _least_slack(probability, budget, top)
        if lowest >= top:
            return safe
        names = names_of(bound)
        function = fast(bound, names)
        numbers = {**values, "m": float(size), "M": float(known["M"])}

        def value(eta: float) -> float:
            p = probability(eta)
            if not p < budget:
                return np.inf
            now = {**numbers, "eta": eta, "p": p, "delta": budget - p}
            return float(function(*(now[n] for n in names)))

        eta = Fraction(smallest(value, lowest, top))
        p = least("p", at.supporting, at.structure, {**known, "eta": eta}, size)
        if p is None or p >= available:
            return safe
        at_safe = {**numbers, "eta": top, "p": 0.0, "delta": budget}
        if float(function(*(at_safe[n] for n in names))) <= value(float(eta)):
            return safe
        return {"eta": eta, "p": p, "delta": available - p}


def _probability(at: Situation, values: Mapping[str, float]) -> Callable[[float], float]:
    """About the least p that is supported at an eta below U - B, in floats."""
    groups = at.structure if isinstance(at.structure, Groups) else None
    wanted = Shape.ANY if at.structure is None else Shape.GROUPS if groups else Shape.PRODUCT
    forms = [
        (fast(form.values["p"], tuple(sorted(form.names()))), sorted(form.names()))
        for form in at.supporting
        if form.shape is wanted and form.values["p"] != 0  # that holds from eta = U - B on
    ]
    shared = {"m": float(at.size), **values}
    if groups is None:

        def of_all(eta: float) -> float:
            now = {**shared, "eta": eta}
            return min(float(form(*(now[n] for n in names))) for form, names in forms)

        return of_all
    return lambda eta: _over_rows(groups, {**shared, "eta": eta}, forms)


def _over_rows(
    groups: Groups,
    known: Mapping[str, float],
    forms: Sequence[tuple[Callable[..., Any], Sequence[str]]],
) -> float:
    """The sum over rows of the smaller of Hoeffding and Bernstein; a row that can never exceed
    B + eta adds 0, a row without room adds 1."""
    level = known["B"] + known["eta"]
    exceeds = groups.top > level
    if np.any(exceeds & (groups.b >= level)):
        return 1.0
    if not np.any(exceeds):
        return 0.0
    rows = {"b": groups.b[exceeds], "v": groups.v[exceeds], "U_row": groups.top[exceeds]}
    now = {**known, **rows}
    values = [form(*(now[n] for n in names)) for form, names in forms]
    return float(np.sum(np.min(values, axis=0)))


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
