"""Shalev-Shwartz, Shamir, Srebro and Sridharan, "Learnability, stability and uniform convergence",
JMLR 11 (2010) 2635-2670.

Average replace-one stability is the expected gap itself; uniform average stability and a small
training error give a small excess risk. Statements in expectation over the sample.
"""

from __future__ import annotations

from stability.conventions import Averaged, Neighbour, Notion, Over, Quantity
from stability.symbols import symbols
from stability.theorem import GeneralizationTheorem, Reading, Source

epsilon, erm_error = symbols("epsilon erm_error")


def _source(label: str, trust: str = "FOUND(full)", note: str = "") -> Source:
    title = "Learnability, Stability and Uniform Convergence"
    authors = "Shalev-Shwartz, Shamir, Srebro and Sridharan"
    return Source(authors, 2010, title, label, trust, note)


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
    """E R - inf R <= epsilon + erm_error: a stable near-minimiser learns.

    E R = E R_emp + E gap, E gap <= epsilon, E R_emp <= erm_error + E min R_emp, and min R_emp is on
    average at most inf R. What Theorem 8 displays, epsilon + 2 erm_error + 2 M/sqrt(m), bounds
    E|R - R_emp| instead.
    """
    return GeneralizationTheorem(
        id="shalev2010-thm8",
        title="excess risk from uniform average stability and training error",
        source=_source(
            "beside Theorem 8",
            "RE-DERIVED",
            "the displayed rate of Theorem 8 bounds E|R - R_emp|, not the excess risk",
        ),
        readings=(
            Reading(
                consumes=(Notion.UNIFORM_AVERAGE, Neighbour.REPLACEMENT),
                quantity=Quantity.EXCESS_RISK,
                values={"bound": epsilon + erm_error},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        meanings={"epsilon": "uniform average replace-one stability"},
        monotone={"epsilon": 1, "erm_error": 1},
    )
