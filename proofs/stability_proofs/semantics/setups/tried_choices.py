"""The searches for free symbols, tried: what they find has to lie in the domains declared for them.

A search is not trusted, and what it finds is checked wherever a number is made. Here it is seen
that the check lets something through: a theorem whose search always finds what may not be chosen
gives no number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

import sympy

from stability.conventions import VALUES, Averaged, Neighbour, Positions
from stability.errors import EvaluationError, Refusal
from stability.theorems.kinds import GeneralizationTheorem, StabilityTheorem, Theorem
from stability.theorems.kinds.constant import Product, Stability
from stability.theorems.kinds.requirements import CHOSEN_IN_DOMAIN
from stability.theorems.statements.term import Term
from stability_proofs.semantics.setups.plain import built, setup_of
from stability_proofs.semantics.setups.tried import setups, told

DELTA = Fraction(1, 20)
SIZES = {"B": 2, "U": 3, "B1": 1, "D": 2}
"""Values of elastic constants in hundredths; those of others are 1."""


def why_not_within(theorem: Theorem) -> str | None:
    """Where a search finds what may not be chosen, or that it was seen nowhere; else None."""
    seen = False
    for about, use in _uses(theorem):
        try:
            use()
        except Refusal as refusal:
            if refusal.hypothesis_id == CHOSEN_IN_DOMAIN.id:
                return f"it chooses {refusal.where} = {refusal.found}, for {about}"
        except EvaluationError as error:
            return f"it chooses what has no value, for {about}: {error}"
        except Exception as error:  # a search is not trusted: one that breaks chooses nothing
            return f"its search broke, for {about}: {type(error).__name__}: {error}"
        else:
            seen = True
    return None if seen else "its search was tried nowhere"


def _uses(theorem: Theorem) -> Iterator[tuple[str, Callable[[], object]]]:
    """The theorem at setups, or at constants of every notion that it takes."""
    if isinstance(theorem, StabilityTheorem):
        for plain, setup in setups():
            yield told(plain), partial(theorem.apply, setup)
    if isinstance(theorem, GeneralizationTheorem):
        for constant, about in constants_for(theorem):
            yield about, partial(theorem.all_bounds, constant, DELTA)


def constants_for(theorem: GeneralizationTheorem) -> Iterator[tuple[Stability, str]]:
    """Constants of what a theorem takes, with words for each; of elastic ones also products."""
    setup = built(setup_of("sgd", sample__size=10**6))
    for statement in theorem.statements:
        notion, neighbour = statement.takes
        deletes = neighbour is Neighbour.DELETION
        for hundredths in (1, 7):
            values = {
                name: Term(sympy.Rational(hundredths * SIZES.get(name, 1), 100), {})
                for name in VALUES[statement.takes]
            }
            for structure in (None, Product()) if deletes else (None,):
                yield (
                    Stability(
                        setup=setup,
                        notion=notion,
                        neighbour=neighbour,
                        convention=None,
                        averaged_over=Averaged.NOTHING,
                        values=values,
                        path=("tried",),
                        structure=structure,
                        symmetric=True,
                        positions=Positions.EVERY,
                    ),
                    f"{neighbour} {notion} constants of {hundredths}/100"
                    + (", a product" if structure else ""),
                )
