"""Theorems that somebody wrote: too good to be true, each of one kind, for the tests of several
rooms."""

from __future__ import annotations

from stability.conventions import Averaged, Convention, Neighbour, Notion, Over, Quantity
from stability.theorems.kinds import (
    Conversion,
    ConversionStatement,
    GeneralizationStatement,
    GeneralizationTheorem,
    Source,
    StabilityStatement,
    StabilityTheorem,
)
from stability.theorems.kinds.hypotheses import trains_by
from stability.theorems.statements.symbols import symbols

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
m, M, L, U, lam, beta, epsilon, delta = symbols("m M L U lam beta epsilon delta")


def source(label: str) -> Source:
    return Source("A. Author", 2026, "My paper", label, "RE-DERIVED(own)")


def constant() -> StabilityTheorem:
    """Regularised minimisers are ten times as stable as is known."""
    return StabilityTheorem(
        id="mine-erm",
        title="uniform stability of regularised minimisers",
        source=source("Lemma 1"),
        hypotheses=(trains_by("erm"),),
        statements=(
            StabilityStatement(
                notion=Notion.UNIFORM,
                neighbour=DELETION,
                convention=Convention.KEEP,
                values={"beta": L**2 / (10 * lam * m)},
            ),
        ),
        symmetric=True,
        monotone={"L": 1, "lam": -1, "m": -1},
    )


def shortcut() -> Conversion:
    """Half of what deletion twice gives, in one step from an elastic constant."""
    return Conversion(
        id="mine-replaced",
        title="uniform stability of replacement from elastic stability",
        source=source("Lemma 2"),
        statements=(
            ConversionStatement(
                takes=(Notion.ELASTIC, DELETION),
                gives=(Notion.UNIFORM, REPLACEMENT),
                values={"epsilon": U / m},
            ),
        ),
        monotone={"U": 1, "m": -1},
    )


def gap() -> GeneralizationTheorem:
    """The gap is at most a tenth of the constant, which nobody can prove."""
    return GeneralizationTheorem(
        id="mine-gap",
        title="the gap from uniform stability",
        source=source("Theorem 3"),
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, DELETION),
                quantity=Quantity.GAP,
                values={"bound": beta / (10 * delta)},
            ),
        ),
        monotone={"beta": 1, "delta": -1},
    )


def mean_gap() -> GeneralizationTheorem:
    """E[R - R_emp] <= 2 beta, which is true."""
    return GeneralizationTheorem(
        id="mine-mean",
        title="mean gap from uniform deletion stability",
        source=source("Lemma 4"),
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, DELETION),
                quantity=Quantity.EXPECTED_GAP,
                values={"bound": 2 * beta},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        monotone={"beta": 1},
    )


OWN = (constant(), shortcut(), gap(), mean_gap())
