"""The labels of a number that a statement gives for numbers of your own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from stability.conventions import Averaged, Over, Provenance
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    StabilityTheorem,
    Statement,
    Theorem,
)
from stability.theorems.kinds.labels import Labels
from stability.theorems.kinds.situation import FAILURES


def statement_labels(
    theorem: Theorem, statement: Statement, numbers: Mapping[str, Any], given: Mapping[str, Any]
) -> Labels:
    """What stands beside the values of a statement at `numbers`.

    The constants are the caller's, who vouches for the hypotheses: provenance `assumed`. What is
    averaged over is that of the constant unless the theorem says it.
    """
    general = theorem if isinstance(theorem, GeneralizationTheorem) else None
    over = general.over if general else Over.NOTHING
    averaged: Averaged | None = general.averages if general else None
    if isinstance(theorem, StabilityTheorem):
        averaged = theorem.averaged_over
    losses = numbers.get("M")
    spent = sum((Fraction(numbers[n]) for n in FAILURES if n in numbers), Fraction(0))
    return Labels(
        quantity=statement.quantity if isinstance(statement, GeneralizationStatement) else None,
        kind=theorem.kind,
        provenance=Provenance.ASSUMED,
        trust=theorem.trust,
        high_probability_over=over,
        averaged_over=averaged,
        failure=Fraction(0) if over is Over.NOTHING else spent,
        range=None if losses is None else Fraction(losses),
        range_from="" if losses is None else "M" if "M" in given else "M as the source has it",
    )
