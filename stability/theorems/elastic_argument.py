"""How far deleting an example moves the trained weights: |A(S) - A(S^-i)| <= u(z_i)/m.

Own derivations. u depends on the deleted example: its supremum bounds the change for every example,
its mean and root mean square say how far the weights move for most. L(z) is the Lipschitz constant
of l(., z) in the weights on a convex set that holds the minimisers with and without an example.
"""

from __future__ import annotations

from stability.conventions import Convention, Neighbour, Notion, Trust
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import CONVEX, TRAINED_LIPSCHITZ, trains_by
from stability.theorems.statements.symbols import symbols

L, L_mean, L_rms, mu = symbols("L L_mean L_rms mu")


def erm() -> StabilityTheorem:
    """Strongly convex ERM, keep-1/m: u(z) = L(z)/mu.

    The objective without the term of z has the gradient -grad l(w, z)/m at the minimiser w, and
    grows by mu times the distance from its own minimiser.
    """
    return StabilityTheorem(
        id="elastic-argument-erm",
        title="how far deleting an example moves the minimiser of a strongly convex objective",
        source=Source(
            "this project", 2026, "Sharper elastic bounds", "radius, ERM row", "RE-DERIVED(own)"
        ),
        trust=Trust.DERIVED,
        hypotheses=(trains_by("erm"), CONVEX, TRAINED_LIPSCHITZ),
        statements=(
            StabilityStatement(
                name="keep-1/m",
                notion=Notion.ELASTIC_ARGUMENT,
                neighbour=Neighbour.DELETION,
                convention=Convention.KEEP,
                values={"u_sup": L / mu, "u_mean": L_mean / mu, "u_rms": L_rms / mu},
            ),
        ),
        degree=0,
        symmetric=True,
        monotone={"L": 1, "L_mean": 1, "L_rms": 1, "mu": -1},
    )
