"""Shalev-Shwartz, Shamir, Srebro and Sridharan, "Learnability, stability and uniform convergence",
JMLR 11 (2010) 2635-2670.

Average replace-one stability is the absolute value of the expected gap; uniform average stability
and a training risk near the least one in a class of models give a risk near that of the best model
of the class. Statements in expectation over the sample.
"""

from __future__ import annotations

from stability.conventions import Averaged, Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import symbols

epsilon, erm_error = symbols("epsilon erm_error")


def _source(label: str, trust: str = "FOUND(full)", note: str = "") -> Source:
    title = "Learnability, Stability and Uniform Convergence"
    authors = "Shalev-Shwartz, Shamir, Srebro and Sridharan"
    return Source(authors, 2010, title, label, trust, note)


def lemma11() -> GeneralizationTheorem:
    """E[R - R_emp] <= epsilon, a bound on the average replace-one rate.

    The source has an identity: the rate is |E[R - R_emp]|. One side of it is stated here.
    """
    return GeneralizationTheorem(
        id="shalev2010-lemma11",
        title="expected gap from average replace-one stability",
        source=_source(
            "Lemma 11", note="an identity for the absolute value; one side of it is stated here"
        ),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.AVERAGE, Neighbour.REPLACEMENT),
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

    The infimum is over the class in which R_emp is on average within erm_error of the least:
    E R = E R_emp + E gap, E gap <= epsilon, E R_emp <= erm_error + E min R_emp, and min R_emp is on
    average at most inf R. What Theorem 8 displays, epsilon + 2 erm_error + 2 M/sqrt(m), bounds
    E|R - R_emp| instead.
    """
    return GeneralizationTheorem(
        id="shalev2010-thm8",
        title="excess risk over the best of a class, from uniform average stability",
        source=_source(
            "beside Theorem 8",
            "RE-DERIVED",
            "the displayed rate of Theorem 8 bounds E|R - R_emp|, not the excess risk",
        ),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM_AVERAGE, Neighbour.REPLACEMENT),
                quantity=Quantity.EXCESS_RISK,
                values={"bound": epsilon + erm_error},
            ),
        ),
        over=Over.NOTHING,
        averages=Averaged.BOTH,
        meanings={"epsilon": "uniform average replace-one stability"},
        monotone={"epsilon": 1, "erm_error": 1},
    )
