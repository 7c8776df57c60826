"""Mou, Wang, Zhai and Zheng, "Generalization bounds of SGLD for non-convex learning", COLT 2018.

Stochastic gradient Langevin dynamics with one example a step and losses in [0, M]. The first term
is printed without the loss range; it carries M here. L bounds the difference of the gradients at
any two examples, at most twice the Lipschitz constant of the loss.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Trust
from stability.setup.setup import Setup
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.hypotheses import LIPSCHITZ, trains_by
from stability.theorems.kinds.hypothesis import promised
from stability.theorems.kinds.symbol_values import Reader
from stability.theorems.statements.symbols import alpha, symbols, t
from stability.theorems.statements.term import Term

m, L, M, T, c, k0, inverse_temperature = symbols("m L M T c k0 inverse_temperature")
SMALL = sympy.log(2) / (inverse_temperature * L**2)


def _twice_lipschitz(setup: Setup) -> Term | None:
    return None if setup.loss.lipschitz is None else Term(2 * L, {"L": setup.loss.lipschitz})


def sgld() -> StabilityTheorem:
    """epsilon <= 2 M k0/m + (2 L M/m) sqrt(beta sum of steps after k0); k0 steps are too large."""
    late = sympy.Sum(alpha(t), (t, k0 + 1, T))
    value = 2 * M * k0 / m + 2 * L * M / m * sympy.sqrt(inverse_temperature * late)
    return StabilityTheorem(
        id="mou2018-sgld",
        title="stability in expectation of stochastic gradient Langevin dynamics",
        source=Source(
            "Mou, Wang, Zhai and Zheng",
            2018,
            "Generalization Bounds of SGLD for Non-convex Learning",
            "stability theorem",
            "FOUND(full), RE-DERIVED",
            "the first term carries the loss range, which the paper omits",
        ),
        trust=Trust.SECOND_HAND,
        hypotheses=(
            trains_by("sgld"),
            LIPSCHITZ,
            promised(
                "losses-in-range-run-fixed",
                "losses lie in [0, M]; steps do not grow and do not depend on the sample",
            ),
        ),
        statements=(
            StabilityStatement(
                name="replacement",
                notion=Notion.UNIFORM,
                neighbour=Neighbour.REPLACEMENT,
                values={"epsilon": value},
                derived={
                    "k0": {
                        "constant": sympy.Piecewise((T, alpha(1) > SMALL), (0, True)),
                        "decay": sympy.Min(T, sympy.floor(c / SMALL)),
                    }
                },
                domain=(m >= 2,),
            ),
        ),
        averaged_over=Averaged.ALGORITHM,
        readers={"L": Reader("loss.lipschitz", _twice_lipschitz)},
        meanings={"L": "bound on the difference of the gradients at two examples"},
        symmetric=True,
        monotone={"M": 1, "m": -1},
    )
