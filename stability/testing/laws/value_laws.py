"""Laws about the numbers of a statement at admissible values of its symbols."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from stability.conventions import Quantity
from stability.errors import shown
from stability.testing.laws.law import Draw, Law, Search, for_all
from stability.testing.laws.record_laws import free_symbols, moved
from stability.testing.strategies.rationals import positive_rationals
from stability.testing.strategies.values import SymbolValues, symbol_values
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Theorem
from stability.theorems.record_faults import values_of
from stability.theorems.statements.symbols import MEANINGS, names_in
from stability.theorems.statements.term import Enclosure

TINY = Fraction(float(np.finfo(np.float64).tiny))
VANISHING = (
    Quantity.GAP,
    Quantity.LOO_GAP,
    Quantity.ABSOLUTE_GAP,
    Quantity.EXPECTED_GAP,
    Quantity.SQUARED_GAP,
    Quantity.LOO_SQUARED_GAP,
    Quantity.LOO_ABSOLUTE_GAP,
    Quantity.KFOLD_SQUARED_GAP,
    Quantity.MOMENT,
    Quantity.RANDOMISED_GAP,
)
CHOICES = tuple(Fraction(10) ** e for e in (0, -3, 3, -6, 6, -9, 9, -12, 12))
"""Values tried for symbols that a theorem chooses itself."""


def about(value: Enclosure) -> str:
    """A value in decimals, or its two ends."""
    low, high = value.decimals()
    return low if value.is_exact else f"[{low}, {high}]"


def drawn(theorem: Theorem, draw: Draw) -> SymbolValues:
    """Values for one of the statements of a theorem."""
    statement = draw(st.sampled_from(theorem.statements))
    return draw(symbol_values(theorem, statement))


def _non_negative(theorem: Theorem, draw: Draw) -> str | None:
    values = drawn(theorem, draw)
    for name, value in values.all_enclosures():
        if value.high < 0 or (value.low < 0 and value.is_exact) or math.isnan(value.upper):
            return f"{name} = {about(value)} at {values}"
    return None


def _monotone(theorem: Theorem, draw: Draw) -> str | None:
    name = draw(st.sampled_from(sorted(theorem.monotone)))
    using = [
        s
        for s in theorem.statements
        if any(name in names_in(e) for e in values_of(s).values()) or name in s.names()
    ]
    if not using:
        return None
    statement = draw(st.sampled_from(using))
    low = draw(symbol_values(theorem, statement))
    if name in statement.derived:
        low = low.put(name, draw(positive_rationals()))
    high = moved(low, name, draw)
    if high is None:
        return None
    rises = theorem.monotone[name] > 0
    for (label, a), (_, b) in zip(low.all_enclosures(), high.all_enclosures(), strict=True):
        smaller, larger = (a, b) if rises else (b, a)
        if smaller.low > larger.high:
            return (
                f"{label} should {'rise' if rises else 'fall'} with {name}: {about(a)} at {low}, "
                f"{about(b)} at {name} = {shown(high.get(name))}"
            )
    return None


def _more_confidence_costs(theorem: Theorem, draw: Draw) -> str | None:
    statement = draw(st.sampled_from([s for s in theorem.statements if "delta" in s.names()]))
    large = draw(symbol_values(theorem, statement))
    small = large.put("delta", large.values["delta"] / draw(st.sampled_from([2, 10, 10**6])))
    for (name, a), (_, b) in zip(large.all_enclosures(), small.all_enclosures(), strict=True):
        if b.high < a.low:
            delta = shown(small.values["delta"])
            return f"{name} = {about(a)} at {large}, but {about(b)} at delta = {delta}"
    return None


def weight_of(theorem: Theorem, name: str) -> int:
    """The power of a factor on the loss with which a value scales."""
    if name in theorem.weights:
        return theorem.weights[name]
    if name in MEANINGS:
        return MEANINGS[name].weight
    return theorem.degree if theorem.degree is not None else 1


def _scaled_pairs(theorem: Theorem, draw: Draw) -> tuple[Any, ...]:
    values = drawn(theorem, draw)
    factor = draw(st.sampled_from([Fraction(2), Fraction(1, 3), Fraction(10), Fraction(7, 2)]))
    return values, factor, values.scaled(factor, theorem.weights)


def _off_by(before: Enclosure, after: Enclosure, factor: Fraction, degree: int) -> bool:
    by = factor**degree
    return after.high < before.low * by or before.high * by < after.low


def _scales(theorem: Theorem, draw: Draw) -> str | None:
    values, factor, after = _scaled_pairs(theorem, draw)
    if not after.inside():
        return f"the domain does not scale: it holds at {values}, not with the loss times {factor}"
    for (name, a), (_, b) in zip(values.all_enclosures(), after.all_enclosures(), strict=True):
        degree = weight_of(theorem, name)
        if _off_by(a, b, factor, degree):
            return (
                f"{name} = {about(a)} at {values}; with the loss times {factor} it is "
                f"{about(b)}, not {factor}^{degree} times as large"
            )
    return None


def _degree(theorem: Theorem, search: Search) -> str | None:
    """The declared degree is that of some value; a statement with none is seen not to scale."""
    if theorem.degree is not None:
        names = {n for s in theorem.statements for n in s.values}
        found = {weight_of(theorem, n) for n in names}
        if theorem.degree in found or isinstance(theorem, GeneralizationTheorem):
            return None
        return f"the degree is declared as {theorem.degree}, the values have {sorted(found)}"

    def seen_not_to(draw: Draw) -> bool:
        values, factor, after = _scaled_pairs(theorem, draw)
        if not after.inside():
            return True
        pairs = zip(values.all_enclosures(), after.all_enclosures(), strict=True)
        return any(_off_by(a, b, factor, weight_of(theorem, n)) for (n, a), (_, b) in pairs)

    if search.seen(seen_not_to):
        return None
    return "it is declared not to scale with the loss, yet it was only seen to scale"


def _vanishes(theorem: GeneralizationTheorem, draw: Draw) -> str | None:
    """With stability constants 0, a bound on a gap goes to 0 as m grows and stays at least 0."""
    reading = draw(st.sampled_from([r for r in theorem.statements if r.quantity in VANISHING]))
    values = draw(symbol_values(theorem, reading))
    for name in values.values:
        if MEANINGS[name].allowed.low == 0 and not MEANINGS[name].allowed.open_low:
            values = values.put(name, 0)
    small = _best(theorem, reading, values.put("m", 50))
    large = _best(theorem, reading, values.put("m", 10**16))
    if small is None or large is None:
        return None
    if large.low < 0:
        return f"{about(large)} is negative at m = 10^16 and {values}"
    if large.low > max(small.high / 1000, Fraction(1, 10**6)):
        return f"{about(small)} at m = 50, still {about(large)} at m = 10^16 and {values}"
    return None


def _best(
    theorem: Theorem, reading: GeneralizationStatement, values: SymbolValues
) -> Enclosure | None:
    """The smallest value over some choices of the symbols that the theorem chooses."""
    chosen = [n for n in free_symbols(theorem) if n in values.values and values.values[n] != 0]
    found = []
    for choice in CHOICES if chosen else (Fraction(1),):
        tried, possible = values, True
        for name in chosen:
            allowed = MEANINGS[name].allowed
            value = max(choice, (allowed.low or 0) + choice)
            value = Fraction(math.ceil(value)) if allowed.whole else value
            possible = possible and (allowed.high is None or value < allowed.high)
            tried = tried.put(name, value)
        if possible and tried.inside():
            found.append(tried.enclosure(reading.values["bound"]))
    return min(found, key=lambda value: value.high, default=None)


def _is_bound_on_gap(theorem: Theorem) -> bool:
    return isinstance(theorem, GeneralizationTheorem) and any(
        reading.quantity in VANISHING for reading in theorem.statements
    )


VALUE_LAWS = (
    for_all(
        "not negative",
        "values are finite and at least 0 wherever the symbols are allowed",
        _non_negative,
    ),
    for_all(
        "monotone as declared",
        "values never move against the declared direction of a symbol",
        _monotone,
        lambda theorem: bool(theorem.monotone),
    ),
    for_all(
        "confidence costs",
        "a smaller failure probability never gives a smaller bound",
        _more_confidence_costs,
        lambda theorem: any("delta" in s.names() for s in theorem.statements),
    ),
    for_all(
        "scales with the loss",
        "multiplying the loss by a factor multiplies every value by its power of the factor",
        _scales,
        lambda theorem: theorem.degree is not None,
    ),
    Law(
        "declared degree",
        "the declared degree is that of a value; without one the statement is seen not to scale",
        _degree,
    ),
    for_all(
        "vanishes",
        "with stability constants 0 a bound on a gap goes to 0 as m grows",
        _vanishes,
        _is_bound_on_gap,
    ),
)
