"""Shalev-Shwartz, Shamir, Srebro and Sridharan, "Learnability, stability and uniform convergence",
JMLR 11 (2010) 2635-2670.

Average replace-one stability is the expected gap itself; uniform average stability and a small
training error give a small excess risk. Statements in expectation over the sample.
"""

from __future__ import annotations

import sympy

from stability.conventions import Averaged, Neighbour, Notion, Over, Quantity
from stability.symbols import symbols
from stability.theorem import GeneralizationTheorem, Reading, Source

m, M, epsilon, erm_error = symbols("m M epsilon erm_error")


def _source(label: str) -> Source:
    title = "Learnability, Stability and Uniform Convergence"
    authors = "Shalev-Shwartz, Shamir, Srebro and Sridharan"
    return Source(authors, 2010, title, label, "FOUND(full)")


def lemma11() -> GeneralizationTheorem:
    """|E(R - R_emp)| is the average replace-one rate, an identity."""
    return GeneralizationTheorem(
        id="shalev2010-lemma11",
        title="the expected gap is the average replace-one stability",
        source=_source("Lemma 11"),
        readings=(
            Reading(
                consumes=(Notion.AVERAGE, Neighbour.REPLACEMENT),
                quantity=Quantity.EXPECTED_GAP,
                values={"bound": epsilon},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        meanings={"epsilon": "average replace-one stability"},
        monotone={"epsilon": 1},
    )


def theorem8() -> GeneralizationTheorem:
    """E R - inf R <= epsilon + 2 erm_error + 2 M/sqrt(m)."""
    return GeneralizationTheorem(
        id="shalev2010-thm8",
        title="excess risk from uniform average stability and training error",
        source=_source("Theorem 8"),
        readings=(
            Reading(
                consumes=(Notion.UNIFORM_AVERAGE, Neighbour.REPLACEMENT),
                quantity=Quantity.EXCESS_RISK,
                values={"bound": epsilon + 2 * erm_error + 2 * M / sympy.sqrt(m)},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        meanings={"epsilon": "uniform average replace-one stability"},
        monotone={"epsilon": 1, "erm_error": 1, "M": 1, "m": -1},
    )
