"""Charles and Papailiopoulos, "Stability and generalization of learning algorithms that converge to
global optima", ICML 2018.

Recalled with medium confidence: the factor 2 and the role of the projection on the set of
minimisers were not checked against the paper. The constant in front of the optimisation error is
not specified; with optimization_error = 0 it does not matter.
"""

from __future__ import annotations

from stability.conventions import Convention, Neighbour, Notion, Trust
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import LIPSCHITZ, trains_by
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.statements.symbols import symbols

m, L, mu, C, optimization_error = symbols("m L mu C optimization_error")


def polyak_lojasiewicz() -> StabilityTheorem:
    """Pointwise hypothesis stability C L e + 2 L^2/(mu (m - 1)), PL constant mu.

    Only the pointwise constant is given: Theorem 11 of Bousquet and Elisseeff (corrected) also
    needs the hypothesis constant, so this feeds no bound.
    """
    return StabilityTheorem(
        id="charles2018-pl",
        title="pointwise hypothesis stability under a Polyak-Lojasiewicz condition",
        source=Source(
            "Charles and Papailiopoulos",
            2018,
            "Stability and Generalization of Learning Algorithms that Converge to Global Optima",
            "PL case",
            "FOUND(abstract), RECALLED(med)",
            "the constant of the optimisation error is not specified",
        ),
        trust=Trust.SECOND_HAND,
        hypotheses=(
            trains_by("pl"),
            LIPSCHITZ,
            promised(
                "near-the-minimiser",
                "the output is near the global minimiser nearest to that of the full sample",
            ),
        ),
        statements=(
            StabilityStatement(
                name="retrain",
                notion=Notion.POINTWISE,
                neighbour=Neighbour.DELETION,
                convention=Convention.RETRAIN,
                values={"beta_pt": C * L * optimization_error + 2 * L**2 / (mu * (m - 1))},
                domain=(m >= 2,),
            ),
        ),
        unspecified=("C",),
        symmetric=False,  # which of several minimisers comes out may depend on the order
        monotone={"L": 1, "mu": -1, "optimization_error": 1, "C": 1, "m": -1},
    )
