"""Differential privacy: what an accountant guarantees, and the uniform stability that it gives.

Own results, by the definition of total variation: a loss in [0, M] has, at the outputs on two
neighbours, means that are at most M TV apart. TV is at most
- (e^eps - 1 + 2 delta)/(e^eps + 1) for (eps, delta)-differential privacy, attained by Bernoulli
  outputs with p = (e^eps + delta)/(e^eps + 1) and q = (1 - delta)/(e^eps + 1);
- 2 Phi(mu/2) - 1 for mu-Gaussian differential privacy, attained by the Gaussian mechanism;
- min(1, sqrt(rho/2)) for rho-zero-concentrated differential privacy (Pinsker);
- delta(0) of an accountant's curve, exactly.
Neighbours of an accountant are data sets with one example replaced, or with one added or removed.
The first are replacement here, the second deletion, with the algorithm run again on m - 1 examples.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Convention, Neighbour, Notion, Trust
from stability.setup.algorithms.private_training import ADD_REMOVE, REPLACE_ONE
from stability.setup.setup import Setup
from stability.theorems.kinds import (
    Conversion,
    ConversionStatement,
    Source,
    StabilityStatement,
    StabilityTheorem,
)
from stability.theorems.kinds.hypotheses import averaged_over, trains_by
from stability.theorems.kinds.hypothesis import Failure, Hypothesis
from stability.theorems.statements.symbols import symbols

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
m, M = symbols("m M")
dp_epsilon, dp_delta, dp_mu, dp_rho, dp_variation = symbols(
    "dp_epsilon dp_delta dp_mu dp_rho dp_variation"
)
BUDGETS = {
    Notion.PURE_PRIVACY: ("epsilon", {"dp_epsilon": dp_epsilon}),
    Notion.PRIVACY: ("delta", {"dp_epsilon": dp_epsilon, "dp_delta": dp_delta}),
    Notion.GAUSSIAN_PRIVACY: ("mu", {"dp_mu": dp_mu}),
    Notion.CONCENTRATED_PRIVACY: ("rho", {"dp_rho": dp_rho}),
    Notion.TOTAL_VARIATION: ("delta_at_zero", {"dp_variation": dp_variation}),
}
"""The field that tells which budget it is, and the values, by what is guaranteed."""
WORDS = {ADD_REMOVE: DELETION, REPLACE_ONE: REPLACEMENT}
"""What accountants call neighbours, and what that is here."""
OF_THE_LAW = averaged_over(Averaged.ALGORITHM)


def guaranteed(notion: Notion, word: str) -> Hypothesis:
    """That the accountant guarantees a budget of this kind, for these neighbours.

    >>> guaranteed(Notion.GAUSSIAN_PRIVACY, "add-remove").id
    'guaranteed-mu-add-remove'
    """
    field = BUDGETS[notion][0]

    def check(setup: Setup) -> Failure | None:
        found = setup.value("algorithm.neighbour")
        if found != word:
            return Failure("algorithm.neighbour", found, f'It is for neighbour = "{word}".')
        given = setup.value(f"algorithm.{field}")
        second = setup.value("algorithm.delta")
        if given is None or (field == "delta" and not second):
            return Failure(f"algorithm.{field}", given, f"It is for a budget with {field}.")
        if field == "epsilon" and second:
            return Failure("algorithm.delta", second, "It is for pure privacy: delta = 0.")
        return None

    text = (
        f"{notion}, guaranteed by the accountant for any two data sets that are {word} neighbours, "
        "of whatever size, in the very sense of neighbours that the accountant has"
    )
    return Hypothesis(f"guaranteed-{field}-{word}", text, check)


def _source(label: str, note: str = "") -> Source:
    title = "Total variation of private outputs"
    return Source("this project", 2026, title, label, "RE-DERIVED(own)", note)


def guarantee() -> StabilityTheorem:
    """What the setup says that an accountant guarantees, as a constant of the outputs' laws."""
    return StabilityTheorem(
        id="dp-guarantee",
        title="what a privacy accountant guarantees of the law of the output",
        source=_source("definitions of differential privacy"),
        trust=Trust.DERIVED,
        hypotheses=(trains_by("dp"),),
        statements=tuple(
            StabilityStatement(
                name=f"{field}, {word}",
                notion=notion,
                neighbour=neighbour,
                convention=Convention.RETRAIN if neighbour is DELETION else None,
                values=values,
                hypotheses=(guaranteed(notion, word),),
                domain=(m >= 2,) if neighbour is DELETION else (),
            )
            for notion, (field, values) in BUDGETS.items()
            for word, neighbour in WORDS.items()
        ),
        averaged_over=Averaged.ALGORITHM,
        symmetric=False,
        degree=0,
        monotone={"dp_epsilon": 1, "dp_delta": 1, "dp_mu": 1, "dp_rho": 1, "dp_variation": 1},
    )


def to_replacement() -> Conversion:
    """Replacing is removing and adding: (2 eps, (1 + e^eps) delta), 2 eps if pure, 2 mu.

    For rho and delta(0) the way through uniform stability gives as much.
    """
    return Conversion(
        id="dp-to-replacement",
        title="privacy of replacement from that of adding or removing an example",
        source=_source("group privacy of two", "of mu: Dong, Roth and Su 2022, Theorem 2.14"),
        trust=Trust.DERIVED,
        hypotheses=(OF_THE_LAW,),
        statements=(
            ConversionStatement(
                takes=(Notion.PURE_PRIVACY, DELETION),
                gives=(Notion.PURE_PRIVACY, REPLACEMENT),
                values={"dp_epsilon": 2 * dp_epsilon},
            ),
            ConversionStatement(
                takes=(Notion.PRIVACY, DELETION),
                gives=(Notion.PRIVACY, REPLACEMENT),
                values={
                    "dp_epsilon": 2 * dp_epsilon,
                    "dp_delta": sympy.Min(1, (1 + sympy.exp(dp_epsilon)) * dp_delta),
                },
            ),
            ConversionStatement(
                takes=(Notion.GAUSSIAN_PRIVACY, DELETION),
                gives=(Notion.GAUSSIAN_PRIVACY, REPLACEMENT),
                values={"dp_mu": 2 * dp_mu},
            ),
        ),
        degree=0,
        monotone={"dp_epsilon": 1, "dp_delta": 1, "dp_mu": 1},
    )


def to_uniform() -> Conversion:
    """M times the total variation of the outputs on neighbours, in expectation over the algorithm.

    For M = 1 and eps = 1, delta = 1e-5: .4621; mu = .5: .1974; rho = .1: .2236.
    """
    share = sympy.exp(-dp_epsilon)
    variations = {
        Notion.PURE_PRIVACY: (1 - share) / (1 + share),
        Notion.PRIVACY: (1 - (1 - 2 * dp_delta) * share) / (1 + share),
        Notion.GAUSSIAN_PRIVACY: sympy.erf(dp_mu / (2 * sympy.sqrt(2))),
        Notion.CONCENTRATED_PRIVACY: sympy.Min(1, sympy.sqrt(dp_rho / 2)),
        Notion.TOTAL_VARIATION: dp_variation,
    }
    constants = {DELETION: "beta", REPLACEMENT: "epsilon"}
    return Conversion(
        id="dp-to-uniform",
        title="privacy to uniform stability in expectation over the algorithm",
        source=_source("total variation of the outputs on neighbours"),
        trust=Trust.DERIVED,
        hypotheses=(OF_THE_LAW,),
        statements=tuple(
            ConversionStatement(
                takes=(notion, neighbour),
                gives=(Notion.UNIFORM, neighbour),
                values={constant: M * variation},
                averaged_over=Averaged.ALGORITHM,
            )
            for notion, variation in variations.items()
            for neighbour, constant in constants.items()
        ),
        monotone={
            **{"M": 1, "dp_epsilon": 1, "dp_delta": 1},
            **{"dp_mu": 1, "dp_rho": 1, "dp_variation": 1},
        },
    )
