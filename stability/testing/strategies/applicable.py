"""Setups and constants to which a given theorem applies, for any theorem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import sympy
from hypothesis import assume
from hypothesis import strategies as st

from stability.conventions import VALUES, Averaged, Convention, Neighbour, Notion, Positions
from stability.errors import Refusal
from stability.setup.algorithms import KINDS
from stability.setup.setup import Setup
from stability.testing.strategies.edits import EDITS, FULL_SETUPS, edited, told_anew
from stability.testing.strategies.setups import notion_values, setups
from stability.theorems.kinds import (
    Conversion,
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityTheorem,
)
from stability.theorems.kinds.constant import Stability
from stability.theorems.kinds.hypothesis import Reads
from stability.theorems.statements.term import Term

Consumer = Conversion | GeneralizationTheorem
ROUNDS = 12
DELTA = Fraction(1, 20)


def failing_hypotheses(theorem: StabilityTheorem | Consumer, setup: Setup) -> tuple[int, ...]:
    """The positions of the theorem's own hypotheses on setups that a setup violates."""
    return tuple(
        i
        for i, h in enumerate(theorem.hypotheses)
        if h.reads is Reads.SETUP and h.failure(setup) is not None
    )


def kinds_of(theorem: StabilityTheorem) -> tuple[str, ...]:
    """The kinds of algorithm that a stability theorem speaks of."""
    return tuple(kind for kind in KINDS if not _of_another_kind(theorem, FULL_SETUPS[kind]))


def _of_another_kind(theorem: StabilityTheorem, setup: Setup) -> bool:
    """Whether a hypothesis fails for the kind of algorithm; `supports` is what laws try out."""
    failures = [h.failure(setup) for h in theorem.hypotheses]
    return any(failure and failure.where == "algorithm.kind" for failure in failures)


def _progress(theorem: StabilityTheorem, setup: Setup) -> tuple[int, int]:
    """Larger is nearer to applying: nothing fails, then how many hypotheses fail."""
    failing = len(failing_hypotheses(theorem, setup))
    return (int(failing == 0 and theorem.supports(setup) is None), -failing)


def _places(theorem: StabilityTheorem, setup: Setup) -> Iterator[str]:
    """Where to edit: first the place that the refusal names, then everywhere but the kind."""
    refusal = theorem.supports(setup)
    if refusal is not None and refusal.where != "algorithm.kind":
        yield refusal.where.partition("[")[0]
        yield from (place for place in EDITS if place != "algorithm.kind")


def repaired(theorem: StabilityTheorem, setup: Setup) -> Setup:
    """A setup near the given one to which the theorem applies, or as nearly so as edits can."""
    for _ in range(ROUNDS):
        here = _progress(theorem, setup)
        if here[0]:
            return setup
        better = next(
            (
                changed
                for place in _places(theorem, setup)
                for changed in edited(setup, place)
                if _progress(theorem, changed) > here
            ),
            None,
        )
        if better is None:
            return setup
        setup = better
    return setup


@st.composite
def nearly_applicable_setups(draw: st.DrawFn, theorem: StabilityTheorem) -> Setup:
    """Setups that violate as few of the theorem's hypotheses as can be: none, if it can apply."""
    kinds = kinds_of(theorem)
    assume(kinds)
    return repaired(theorem, draw(setups(draw(st.sampled_from(kinds)))))


@st.composite
def applicable_setups(draw: st.DrawFn, theorem: StabilityTheorem) -> Setup:
    """Setups to which a stability theorem applies, of all kinds that it speaks of.

    Unsatisfiable for theorems that are shown only and never give a number.

    >>> from hypothesis import find
    >>> from stability.theorems.catalogue import BY_ID
    >>> setup = find(applicable_setups(BY_ID["elastic-gd"]), lambda setup: True)
    >>> setup.loss.convex
    True
    """
    setup = draw(nearly_applicable_setups(theorem))
    assume(theorem.supports(setup) is None)
    return setup


VARIANTS: tuple[Setup, ...] = tuple(
    variant
    for setup in FULL_SETUPS.values()
    for variant in (
        setup,
        *edited(setup, "algorithm.order"),
        *edited(setup, "algorithm.step_size"),
    )
)
"""Setups of every kind, with the orders and schedules that a theorem may ask for."""


@st.composite
def constants(
    draw: st.DrawFn, notion: Notion | str, neighbour: Neighbour | str, setup: Setup
) -> Stability:
    """Proved constants of one notion with random values of the order of 1/m, in a setup.

    They carry `rho` and `draws` as well, which some theorems ask for.
    """
    given = dict(draw(notion_values(notion, neighbour)))
    value, m = sympy.Symbol("value", nonnegative=True), sympy.Symbol("m")
    small = 1 if Notion(notion) in (Notion.ELASTIC, Notion.ELASTIC_ARGUMENT) else m
    values = {name: Term(value / small, {"value": v}) for name, v in given.items()}
    values["rho"] = Term(value / m, {"value": Fraction(1)})
    values["draws"] = Term(sympy.Integer(50), {})
    deletion = Neighbour(neighbour) is Neighbour.DELETION
    return Stability(
        setup=setup,
        notion=Notion(notion),
        neighbour=Neighbour(neighbour),
        convention=Convention.KEEP if deletion else None,
        averaged_over=Averaged.NOTHING,
        values=values,
        path=("made-up",),
        symmetric=True,
        positions=Positions.EVERY,
    )


def made_up(like: Stability, setup: Setup, averaged: Averaged | None = None) -> Stability:
    """A made-up constant with the same values in a setup of its own."""
    over = averaged or like.averaged_over
    return replace(like, setup=setup, made_for=None, averaged_over=over)


def _accepts(theorem: Consumer, constant: Stability) -> bool:
    if isinstance(theorem, Conversion):
        return theorem.supports(constant) is None
    return theorem.supports(constant, DELTA) is None


@st.composite
def applicable_constants(draw: st.DrawFn, theorem: Consumer) -> Stability:
    """Constants to which a conversion or a generalization theorem applies.

    Each of its statements in turn, with made-up values, in a setup that gives all it needs.

    >>> from hypothesis import find
    >>> from stability.theorems.catalogue import BY_ID
    >>> find(applicable_constants(BY_ID["mohri2018-replacement"]), lambda c: True).neighbour.value
    'replacement'
    """
    statement = draw(st.sampled_from(theorem.statements))
    wanted = statement.takes
    surroundings = tuple(s for s in VARIANTS if not failing_hypotheses(theorem, s))
    assume(surroundings)
    base = draw(constants(*wanted, setup=surroundings[0]))
    size = draw(st.sampled_from([2, 10, 1000]))
    for setup in surroundings:
        if setup.cannot_train_on(size):
            continue
        resized = told_anew(setup.with_size(size), setup)
        for averaged in Averaged:
            constant = made_up(base, resized, averaged)
            if _accepts(theorem, constant):
                return constant
    assume(False)
    raise AssertionError("unreachable")


def refusal_of(theorem: StabilityTheorem | Consumer, given: Setup | Stability) -> Refusal | None:
    """Why a theorem does not apply to what it takes, or None."""
    if isinstance(theorem, GeneralizationTheorem):
        return theorem.supports(given, DELTA)  # type: ignore[arg-type]
    return theorem.supports(given)  # type: ignore[arg-type]


__all__ = [
    "VALUES",
    "GeneralizationStatement",
    "applicable_constants",
    "applicable_setups",
    "constants",
    "failing_hypotheses",
    "kinds_of",
    "nearly_applicable_setups",
    "refusal_of",
    "repaired",
]
