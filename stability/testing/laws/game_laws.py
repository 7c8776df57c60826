"""Laws that try theorems on problems with exact answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from stability.conventions import Averaged, Kind, Notion, Over, Quantity, Scope
from stability.setup.setup import Setup
from stability.testing.laws.law import Draw, Law, Search, for_all
from stability.testing.laws.refusal_laws import gives_numbers, maps_setups
from stability.testing.oracles.descents import LinearLosses, curved_problems, with_room
from stability.testing.oracles.games import GAMES, Game
from stability.testing.oracles.games import Law as Distribution
from stability.testing.oracles.wells import TwoWells
from stability.testing.strategies.applicable import applicable_setups
from stability.testing.strategies.hard import hard_setups
from stability.testing.strategies.values import SymbolValues, names_needed
from stability.theorems.catalogue import STABILITY_THEOREMS
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityTheorem,
    Theorem,
)
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.symbol_values import loss_range
from stability.theorems.statements.term import Enclosure

DELTAS = tuple(Fraction(text) for text in ("0.01", "0.05", "0.4", "0.9", "0.99"))
ABSOLUTE = (Quantity.ABSOLUTE_GAP, Quantity.LOO_ABSOLUTE_GAP)
LOO = (Quantity.LOO_GAP, Quantity.LOO_SQUARED_GAP, Quantity.LOO_ABSOLUTE_GAP)
SHARES = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
"""Of the failure probability, where a bound has parts."""
UPPER = (Kind.UPPER, Kind.EXACT)


def _probability_above(law: Distribution, threshold: Fraction) -> Fraction:
    return sum((chance for value, chance in law if value > threshold), Fraction(0))


def _mean(law: Distribution, power: int) -> Fraction:
    return sum((chance * value**power for value, chance in law), Fraction(0))


def _too_small(
    reading: GeneralizationStatement, game: Game, bound: Fraction, delta: Fraction
) -> str | None:
    """What a bound says of a game that is not true, or None."""
    loo = reading.quantity in LOO
    law = game.loo_gaps() if loo else game.gaps()
    absolute = tuple((abs(value), chance) for value, chance in law)
    if reading.quantity in (Quantity.GAP, Quantity.LOO_GAP, *ABSOLUTE):
        seen = absolute if reading.quantity in ABSOLUTE else law
        above = _probability_above(seen, bound)
        return f"the gap is larger with probability {float(above):g}" if above > delta else None
    if reading.quantity is Quantity.EXPECTED_GAP:
        true = _mean(law, 1)
    elif reading.quantity is Quantity.MOMENT:
        true, bound = _mean(law, 2), bound**2
    elif reading.quantity in (Quantity.SQUARED_GAP, Quantity.LOO_SQUARED_GAP):
        true = _mean(law, 2)
    else:
        return None
    return f"the {reading.quantity} is {float(true):g}" if true > bound else None


def _given(
    game: Game, reading: GeneralizationStatement, delta: Fraction
) -> Mapping[str, Fraction] | None:
    constants = game.constants().get(reading.takes)
    if constants is None:
        return None
    return {
        **constants,
        "m": Fraction(game.m),
        "M": game.M,
        "delta": delta,
        **{f"delta_{k}": delta * share for k, share in enumerate(SHARES, 1)},
        "order": Fraction(2),
        "half": Fraction(1),
        **{name: constants["U"] for name in ("uu_1", "uu_2", "uu_4", "uu_sup") if "U" in constants},
        "eta": game.slack(),
        "p": Fraction(0),
        "rho": Fraction(0),
        "draws": Fraction(1),
    }


def _holds_on_games(theorem: GeneralizationTheorem, search: Search) -> str | None:
    for reading in theorem.statements:
        needed = names_needed(reading, "constant")
        for game in GAMES:
            for delta in DELTAS if theorem.over is not Over.NOTHING else DELTAS[:1]:
                given = _given(game, reading, delta)
                if given is None or not needed <= set(given):
                    continue
                values = SymbolValues(reading, {name: given[name] for name in needed})
                if not values.inside():
                    continue
                bound = values.enclosure(reading.values["bound"]).high
                wrong = _too_small(reading, game, bound, delta)
                if wrong:
                    return f"{game}: the bound at delta = {delta} is {float(bound):g}, {wrong}"
    return None


def _uniform(constant: Stability) -> Enclosure | None:
    """The uniform constant that a constant implies at the setup's sample size."""
    size = constant.setup.sample.size
    for name in ("beta", "epsilon"):
        if constant.notion is Notion.UNIFORM and name in constant.values:
            return constant.values[name].enclosure(size)
    if constant.notion is Notion.ELASTIC:
        U = constant.values["U"].enclosure(size)
        return Enclosure(U.low / size, U.high / size)
    return None


def _promises(theorem: Theorem) -> bool:
    return (
        isinstance(theorem, StabilityTheorem)
        and gives_numbers(theorem)
        and theorem.kind in UPPER
        and theorem.scope is Scope.EVERY
    )


def _below_linear(theorem: StabilityTheorem, setup: Setup) -> str | None:
    linear = LinearLosses(setup)
    roomy = with_room(setup, linear.needed_range(theorem.averaged_over))
    if theorem.supports(roomy) is not None:
        return None
    for constant in theorem.apply(roomy):
        for name, (value, exact) in _beside(constant, linear, theorem.averaged_over):
            if value.high < exact:
                return (
                    f"{constant.form}: {name} = {float(value.high):.6g}, linear losses have "
                    f"{float(exact):.6g}, in {roomy}"
                )
    return None


def _beside(
    constant: Stability, linear: LinearLosses, averaged: Averaged
) -> Iterator[tuple[str, tuple[Enclosure, Fraction]]]:
    """Every value of a constant of the loss, with that of linear losses."""
    if constant.notion not in (Notion.UNIFORM, Notion.ELASTIC):
        return
    exact = linear.exact(averaged, constant.neighbour, constant.convention)
    for name, term in constant.values.items():
        if name in exact:
            yield name, (term.enclosure(constant.setup.sample.size), exact[name])


def _not_below_linear(theorem: StabilityTheorem, draw: Draw) -> str | None:
    return _below_linear(theorem, draw(applicable_setups(theorem)))


def _not_below_hard(theorem: StabilityTheorem, search: Search) -> str | None:
    for setup in hard_setups(theorem):
        if theorem.supports(setup) is not None:
            continue
        complaint = _below_linear(theorem, setup)
        if complaint:
            return complaint
        for problem in curved_problems(setup):
            for constant in theorem.apply(setup):
                least = problem.least(theorem.averaged_over, constant.neighbour)
                value = _uniform(constant)
                if least is not None and value is not None and value.high < least:
                    return (
                        f"{constant.form}: {float(value.high):.6g}, losses of curvature "
                        f"{problem.curvature} have {float(least):.6g}, in {setup}"
                    )
        complaint = _below_wells(theorem, setup)
        if complaint:
            return complaint
    return None


def _below_wells(theorem: StabilityTheorem, setup: Setup) -> str | None:
    wells, size = TwoWells(setup), setup.sample.size
    for constant in theorem.apply(setup):
        if constant.notion is Notion.ARGUMENT:
            value, least = constant.values["distance"].enclosure(size).high, wells.distance
        elif constant.notion is Notion.ELASTIC_ARGUMENT:
            value, least = constant.values["u_sup"].enclosure(size).high / size, wells.distance
        else:
            uniform, least = _uniform(constant), wells.change
            value = None if uniform is None else uniform.high
        if least is not None and value is not None and value < least:
            return (
                f"{constant.form}: {float(value):.6g}, two losses that are not convex have "
                f"{float(least):.6g}, in {setup}"
            )
    return None


def _attained(theorem: StabilityTheorem, search: Search) -> str | None:
    """A lower bound for some problem is at most what some known problem attains, at most the loss
    range, and at most every upper bound of the library for the same setup."""
    for setup in hard_setups(theorem):
        complaint = _overclaims(theorem, setup) if theorem.supports(setup) is None else None
        if complaint:
            return complaint
    return search.counterexample(
        lambda draw: _overclaims(theorem, draw(applicable_setups(theorem)))
    )


def _overclaims(theorem: StabilityTheorem, setup: Setup) -> str | None:
    for constant in theorem.apply(setup):
        pairs = _beside(constant, LinearLosses(setup), theorem.averaged_over)
        for name, (value, exact) in pairs:
            if value.low > exact:
                return f"{name} is at least {float(value.low):g}, attained is {float(exact):g}"
        least = _uniform(constant)
        if least is None:
            continue
        limit = loss_range(setup)
        if limit is not None and least.low > limit:
            return f"at least {float(least.low):g} for losses in [0, {limit}], {setup}"
        for other in STABILITY_THEOREMS:
            if _promises(other) and other.supports(setup) is None:
                for upper in other.apply(setup):
                    most = _uniform(upper) if upper.neighbour is constant.neighbour else None
                    if most is not None and most.high < least.low:
                        return (
                            f"at least {float(least.low):g}, {other.id} gives at most "
                            f"{float(most.high):g}, in {setup}"
                        )
    return None


GAME_LAWS = (
    Law(
        "holds on games",
        "on problems with exact answers the bound fails at most with its probability",
        _holds_on_games,
        lambda theorem: isinstance(theorem, GeneralizationTheorem) and theorem.kind in UPPER,
    ),
    for_all(
        "not below linear losses",
        "a constant is never below that of linear losses with the same setup",
        _not_below_linear,
        _promises,
    ),
    Law(
        "not below hard problems",
        "with large steps or concave losses a constant is not below that of known problems",
        _not_below_hard,
        _promises,
    ),
    Law(
        "lower bounds are attained",
        "a lower bound for some problem is attained by one that is known",
        _attained,
        lambda theorem: (
            maps_setups(theorem) and gives_numbers(theorem) and theorem.kind is Kind.LOWER
        ),
    ),
)
