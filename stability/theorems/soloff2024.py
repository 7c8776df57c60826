"""Soloff, Barber and Willett, "Bagging provides assumption-free stability", JMLR 25 (2024).

For predictions in [0, 1], the average over all bags of any base algorithm at all: the share of
training examples whose deletion moves the prediction by more than eps. It is shown among the
constants and feeds no bound.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Averaged, Convention, Neighbour, Notion, Trust
from stability.setup.fields import POSITIVE
from stability.theorems.kinds import Source, StabilityStatement, StabilityTheorem
from stability.theorems.kinds.choosers import Fixed
from stability.theorems.kinds.hypotheses import (
    averages_all_bags,
    predictions_in_unit_interval,
    trains_by,
)
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import symbols

m, subsample, eps = symbols("m subsample eps")


def _share(p: sympy.Expr, q: sympy.Expr) -> sympy.Expr:
    return (p / (1 - p) + q / (1 - p) ** 2) / (4 * m * eps**2)


def bagging() -> StabilityTheorem:
    """share <= (p/(1 - p) + q/(1 - p)^2)/(4 m eps^2).

    p is the probability that a point is in a bag, q minus the covariance of two points being in it.
    """
    missed = (1 - 1 / m) ** subsample
    p_bag, q_bag = 1 - missed, missed**2 - (1 - 2 / m) ** subsample
    p_sub = subsample / m
    q_sub = p_sub * (1 - p_sub) / (m - 1)
    shape = {
        "notion": Notion.FRACTION,
        "neighbour": Neighbour.DELETION,
        "convention": Convention.RETRAIN,
    }
    return StabilityTheorem(
        id="soloff2024-bagging",
        title="share of examples whose deletion moves a bagged prediction by more than eps",
        source=Source(
            "Soloff, Barber and Willett",
            2024,
            "Bagging Provides Assumption-free Stability",
            "Theorem 8",
            "FOUND(full)",
        ),
        trust=Trust.DERIVED,
        hypotheses=(
            trains_by("bagging", "subbagging"),
            averages_all_bags(),
            predictions_in_unit_interval(),
        ),
        statements=(
            StabilityStatement(
                name="bagging",
                values={"fraction": _share(p_bag, q_bag)},
                hypotheses=(trains_by("bagging"),),
                domain=(m >= 2,),
                **shape,
            ),
            StabilityStatement(
                name="subbagging",
                values={
                    "fraction": (p_sub / (1 - p_sub) + q_sub / (1 - p_sub) ** 2) / (4 * m * eps**2)
                },
                hypotheses=(trains_by("subbagging"),),
                domain=(m >= 2, subsample <= m - 1),
                **shape,
            ),
        ),
        averaged_over=Averaged.ALGORITHM,
        choose=Choice({"eps": POSITIVE}, Fixed("eps", Fraction(1, 10))),
        degree=0,
        symmetric=False,  # the base algorithm may look at the order of a bag
        monotone={"subsample": 1, "eps": -1},
    )
