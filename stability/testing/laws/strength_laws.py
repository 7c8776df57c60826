"""Laws about composition: nothing gets stronger along a path, and conversions are consistent."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from stability.conventions import VALUES, Averaged, Kind, Neighbour, Notion, Over, Provenance
from stability.errors import Refusal, SetupError, UnsafeMixture
from stability.testing.laws.law import Draw, for_all
from stability.testing.laws.refusal_laws import gives_numbers, maps_setups, takes_constants
from stability.testing.strategies.applicable import (
    DELTA,
    Consumer,
    applicable_constants,
    applicable_setups,
)
from stability.testing.strategies.values import SymbolValues, symbol_values
from stability.theorems.kinds import (
    Conversion,
    ConversionStatement,
    GeneralizationTheorem,
    StabilityTheorem,
    Theorem,
)
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.symbol_values import MEASURED_SYMBOLS

STRONGEST_FIRST = list(Provenance)
PROMISES = (Kind.UPPER, Kind.EXACT)
WEAK_KINDS = (Kind.LOWER, Kind.ESTIMATE, Kind.ASYMPTOTIC)


def _weakened(constant: Stability, draw: Draw) -> Stability:
    return replace(
        constant,
        provenance=draw(st.sampled_from(STRONGEST_FIRST)),
        kind=draw(st.sampled_from([Kind.UPPER, *WEAK_KINDS])),
        failure=draw(st.sampled_from([Fraction(0), DELTA / 100, DELTA / 2])),
    )


def _never_stronger(theorem: Consumer, draw: Draw) -> str | None:
    constant = _weakened(draw(applicable_constants(theorem)), draw)
    what = f"a {constant.provenance} constant of kind {constant.kind}"
    try:
        given: Any = (
            (theorem.apply(constant),)
            if isinstance(theorem, Conversion)
            else theorem.all_bounds(constant, DELTA)
        )
    except UnsafeMixture:
        weak = constant.provenance is Provenance.PLUG_IN or constant.kind in WEAK_KINDS
        return None if weak else f"{what} is refused as unsafe"
    except Refusal as refusal:
        return f"{what} is refused: {refusal}"
    for result in given:
        before, after = (STRONGEST_FIRST.index(x.provenance) for x in (constant, result))
        if after < before and not _dropped_what_was_measured(constant, result):
            return f"{what} became {result.provenance}"
        if result.kind in PROMISES and constant.kind in WEAK_KINDS:
            return f"{what} gives one of kind {result.kind}"
        if isinstance(theorem, GeneralizationTheorem):
            plug_in = constant.provenance is Provenance.PLUG_IN
            if plug_in and result.kind in PROMISES:
                return f"{what} gives a bound of kind {result.kind}"
            if theorem.kind not in PROMISES and result.kind in PROMISES:
                return f"a theorem of kind {theorem.kind} gives a bound of kind {result.kind}"
        if tuple(result.path)[: len(constant.path)] != constant.path:
            return f"the path {constant.path} became {result.path}"
        if tuple(result.path)[-1] != theorem.id:
            return f"the path {result.path} does not end with the theorem"
    return None


def _dropped_what_was_measured(before: Stability, after: Any) -> bool:
    """Certified values may be left behind by a conversion that does not use them."""
    return (
        isinstance(after, Stability)
        and before.provenance is Provenance.CERTIFIED
        and after.failure == 0
    )


def _failure_charged(theorem: GeneralizationTheorem, draw: Draw) -> str | None:
    plain = replace(draw(applicable_constants(theorem)), provenance=Provenance.CERTIFIED)
    share = draw(st.sampled_from([Fraction(1, 2), Fraction(1, 10), Fraction(99, 100)]))
    measured = replace(plain, failure=DELTA * share)
    bounds = theorem.all_bounds(measured, DELTA)
    certain = theorem.over is Over.NOTHING
    for bound in bounds:
        total = measured.failure if certain else DELTA
        if bound.failure != total:
            return f"total failure {bound.failure}, it has to be {total}"
        chosen = sum(bound.chosen.get(name, Fraction(0)) for name in ("p", "delta"))
        if "p" in bound.chosen and chosen > DELTA - measured.failure:
            return f"p + delta = {chosen} is more than what is left of {DELTA}"
    if certain:
        return None
    for bound, same in zip(
        bounds, theorem.all_bounds(plain, DELTA - measured.failure), strict=True
    ):
        if bound.enclosure.high < same.enclosure.low:
            return "the failure probability of measured constants is not charged to delta"
    used_up = replace(plain, failure=DELTA)
    if theorem.supports(used_up, DELTA) is None:
        return "it gives a bound although the measured constants use up all of delta"
    return None


def _measured_failure_carried(theorem: StabilityTheorem, draw: Draw) -> str | None:
    """Measured means make a constant certified, at their failure probability."""
    setup = draw(applicable_setups(theorem))
    loss = replace(setup.loss, measured_failure=Fraction(1, 100))
    try:
        setup = replace(setup, loss=loss)
    except SetupError:
        return None  # no mean is given that could have been measured
    for constant in theorem.apply(setup):
        if constant.provenance is Provenance.PLUG_IN:
            continue
        uses = any(MEASURED_SYMBOLS & set(t.bindings) for t in constant.values.values())
        wanted = Provenance.CERTIFIED if uses else Provenance.PROVED
        failure = loss.measured_failure if uses else 0
        if constant.provenance is not wanted or constant.failure != failure:
            return (
                f"{constant.form}: {constant.provenance} at failure {constant.failure}, it has to "
                f"be {wanted} at {failure}"
            )
    return None


def _constant_beta(values: SymbolValues, size: Fraction) -> SymbolValues:
    for name in ("B", "U", "B1", "D"):
        if name in values.values:
            values = values.put(name, size)
    return values


def _consistent(theorem: Conversion, draw: Draw) -> str | None:
    """What a rule has to give exactly, by the definitions of what it takes and gives."""
    rule = draw(st.sampled_from(theorem.statements))
    values = draw(symbol_values(theorem, rule))
    if rule.takes[0] is Notion.ELASTIC:
        return _from_elastic(rule, values)
    taken = VALUES[rule.takes]
    for name, expression in rule.values.items():
        found = values.enclosure(expression).high
        if rule.takes == rule.gives and name in taken and found != values.get(name):
            return f"{name} = {values.get(name)} became {found}"
        if rule.takes[0] is Notion.UNIFORM and rule.gives != rule.takes:
            factor = 2 if rule.takes[1] is not rule.gives[1] else 1
            if found != factor * values.get(taken[0]):
                return f"{taken[0]} = {values.get(taken[0])} gives {name} = {found}"
    if rule.takes[1] is Neighbour.REPLACEMENT and rule.gives[1] is Neighbour.DELETION:
        return "a replacement constant says nothing about deletion"
    if rule.takes[0] is Notion.POINTWISE and rule.gives == (Notion.POINTWISE, rule.takes[1]):
        return None
    if rule.takes == (Notion.POINTWISE, Neighbour.DELETION):
        total = values.get("beta_hyp") + values.get("beta_pt")
        found = values.enclosure(rule.values["epsilon_pt"]).high
        return None if found == total else f"beta_hyp + beta_pt = {total} gives {found}"
    if rule.takes == (Notion.ARGUMENT, Neighbour.DELETION) and rule.gives[0] is Notion.ARGUMENT:
        found = values.enclosure(rule.values["distance"]).high
        return None if found == 2 * values.get("distance") else "a distance is not doubled"
    return None


def _from_elastic(rule: ConversionStatement, values: SymbolValues) -> str | None:
    """At a constant beta every derived constant is beta/m, or 2 beta to replace an example."""
    beta = Fraction(values.values.get("U") or values.values.get("B1") or 1)
    flat = _constant_beta(values, beta).put("m", 7)
    replacing = rule.gives[1] is Neighbour.REPLACEMENT
    if rule.gives[0] is Notion.ELASTIC:
        wanted = 2 * beta if replacing else beta
    else:
        wanted = (2 if replacing else 1) * beta / 7
    for name, expression in rule.values.items():
        found = flat.enclosure(expression).high
        if found != wanted:
            return f"a constant beta of {beta} gives {name} = {found}, not {wanted}"
    return None


def _weaker_average(theorem: Conversion, draw: Draw) -> str | None:
    """What a conversion says of the randomness follows from what it was told."""
    order = list(Averaged)
    constant = draw(applicable_constants(theorem))
    converted = theorem.apply(constant)
    if order.index(converted.averaged_over) < order.index(constant.averaged_over):
        return f"in expectation over {constant.averaged_over} became {converted.averaged_over}"
    if converted.neighbour is Neighbour.DELETION and converted.convention != constant.convention:
        return f"the convention {constant.convention} became {converted.convention}"
    if converted.symmetric and not constant.symmetric:
        return "a rule became symmetric"
    return None


def _is_conversion(theorem: Theorem) -> bool:
    return isinstance(theorem, Conversion)


STRENGTH_LAWS = (
    for_all(
        "never stronger",
        "kind and provenance never get stronger, plug-in constants never give an upper bound",
        _never_stronger,
        lambda theorem: takes_constants(theorem) and gives_numbers(theorem),
    ),
    for_all(
        "failure is charged",
        "the failure probability of measured constants is part of the total of a row",
        _failure_charged,
        lambda theorem: isinstance(theorem, GeneralizationTheorem) and gives_numbers(theorem),
    ),
    for_all(
        "measured means are certified",
        "constants that use measured means carry their failure probability, others do not",
        _measured_failure_carried,
        lambda theorem: maps_setups(theorem) and gives_numbers(theorem),
    ),
    for_all(
        "conversions are consistent",
        "replacing costs twice deleting, a constant beta gives beta/m, averages keep values",
        _consistent,
        _is_conversion,
    ),
    for_all(
        "averages are not undone",
        "a conversion keeps what a constant averages over, or averages over more",
        _weaker_average,
        _is_conversion,
    ),
)
