"""Statements of theorems, as printed and as corrected, evaluated in worlds by enumeration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy

from stability.theorems.kinds import GeneralizationTheorem, StabilityTheorem
from stability_proofs.errata.erratum import Comparison, exactly
from stability_proofs.kernel.notation import show
from stability_proofs.kernel.terms import ProofError
from stability_proofs.semantics.claims import Claim, claims
from stability_proofs.witnesses.figures import figures_of
from stability_proofs.witnesses.worlds import World


def claim_of(theorem: StabilityTheorem | GeneralizationTheorem, name: str = "") -> Claim:
    """The claim of the only statement, or of the one with this name."""
    [claim] = [c for c in claims(theorem) if c.statement.name == name and c.schedule is None]
    return claim


def with_bound(theorem: GeneralizationTheorem, bound: sympy.Expr) -> GeneralizationTheorem:
    """The theorem with another bound in its only reading."""
    [reading] = theorem.statements
    return replace(theorem, statements=(replace(reading, values={"bound": bound}),))


def with_form(
    theorem: StabilityTheorem, name: str, values: Mapping[str, sympy.Expr]
) -> StabilityTheorem:
    """The theorem with one form alone, with other values."""
    [form] = [form for form in theorem.statements if form.name == name]
    return replace(theorem, statements=(replace(form, values=values),))


def compared(claim: Claim, world: World) -> Comparison:
    """What a claim says in a world, and what holds there.

    Of a tail: the probability that the bound fails. Raises ProofError if the claim does not apply:
    something that it assumes is false in the world.
    """
    unmet = [formula for formula in claim.allowed if not world.holds(formula)]
    if unmet:
        raise ProofError(f"{claim.theorem.id} does not apply: {show(unmet[0])} does not hold")
    [figure] = figures_of(claim, {}, world)
    if figure.failure is None:
        return exactly(figure.quantity, figure.bound, figure.value)
    quantity = f"probability that {figure.quantity} > {float(figure.bound):.4g}"
    return exactly(quantity, figure.delta, figure.failure)
