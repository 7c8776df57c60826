"""Moments of the gap by Rio's inequality for martingales: any order, in closed form.

Own results, after Bousquet, Klochkov and Zhivotovskiy (2020). Their halving of the set of indices,
with |sum X_i|_q^2 <= (q - 1) sum |X_i|_q^2 for martingale differences (Rio 2009, Theorem 2.1) in
place of the inequalities of Marcinkiewicz and Zygmund and for bounded differences: a set of a
indices in a larger one of n gives sqrt((q - 1) a) sqrt((q - 1)(n - a)), and there are ceil(log2 m)
levels. |X - E X|_q is at most 2^(1 - 2/q) |X|_q (Riesz and Thorin), and what lies in an interval of
length 1 with mean 0 has at most the norm s_q^(1/q), s_q the largest of t (1 - t)^q + (1 - t) t^q.
So the remainder has |F2/m|_q <= (q - 1) 2^(2 - 4/q) |beta|_q ceil(log2 m)/m, for every beta. What
is needed of it is |beta|_q, for two independent examples: a supremum only as |X|_q <= |X|_2^(2/q)
(sup X)^(1 - 2/q).
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.elastic_norms import COLUMNS, DIAGONAL, LARGEST_COLUMN, PAIRS, ROWS
from stability.theorems.elastic_second_moment import ELASTIC
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.choosers import Fixed
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.chains.functions import centred_norm
from stability.theorems.statements.symbols import ORDER, symbols

m, M, epsilon, order = symbols("m M epsilon order")
B, U, B1, c_sup, b_rms, c_rms, d_rms, beta_rms = symbols("B U B1 c_sup b_rms c_rms d_rms beta_rms")
LEVELS = sympy.ceiling(sympy.log(m) / sympy.log(2))
CENTRED = 2 ** (1 - 2 / order)
"""|X - E X|_q is at most this times |X|_q."""
SAMPLING = M * sympy.sqrt(order - 1) * centred_norm(order) / sympy.sqrt(m)
"""The norm of a mean of m independent centred terms of range M."""


def _source(label: str) -> Source:
    return Source(
        "this project", 2026, "Moments by Rio's inequality", label, "RE-DERIVED(own)",
        "martingale step: Rio, Moment inequalities for sums of dependent random variables (2009)",
    )  # fmt: skip


def _at_order(norm: sympy.Expr, top: sympy.Expr) -> sympy.Expr:
    """|X|_q <= |X|_2^(2/q) (sup X)^(1 - 2/q)."""
    return norm ** (2 / order) * top ** (1 - 2 / order)


def uniform() -> GeneralizationTheorem:
    """||G||_q <= 2 epsilon + (q - 1) 2^(1 - 2/q) s epsilon ceil(log2 m) + sqrt(q - 1) s M/sqrt(m),
    s = s_q^(1/q), q >= 2 any number."""
    remainder = (order - 1) * CENTRED * centred_norm(order) * epsilon * LEVELS
    return GeneralizationTheorem(
        id="uniform-rio",
        title="moments of the gap from uniform stability, by Rio's inequality",
        source=_source("uniform form"),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=(Notion.UNIFORM, Neighbour.REPLACEMENT),
                quantity=Quantity.MOMENT,
                values={"bound": 2 * epsilon + remainder + SAMPLING},
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"order": ORDER}, Fixed("order", Fraction(2))),
        monotone={"epsilon": 1, "M": 1},
    )


def elastic() -> GeneralizationTheorem:
    """||G||_q <= (|b|_q + B1 + |c|_q + |d|_q)/m + (q - 1) 2^(2 - 4/q) |beta|_q ceil(log2 m)/m +
    sqrt(q - 1) s_q^(1/q) M/sqrt(m), q >= 2 any number."""
    bias = _at_order(b_rms, B) + B1 + _at_order(c_rms, c_sup) + _at_order(d_rms, U)
    remainder = (order - 1) * CENTRED**2 * _at_order(beta_rms, U) * LEVELS
    return GeneralizationTheorem(
        id="elastic-rio",
        title="moments of the gap from an elastic constant, by Rio's inequality",
        source=_source("elastic form"),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC,
                quantity=Quantity.MOMENT,
                values={"bound": (bias + remainder) / m + SAMPLING},
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"order": ORDER}, Fixed("order", Fraction(2))),
        supporting=(ROWS, COLUMNS, DIAGONAL, PAIRS, LARGEST_COLUMN),
        monotone={
            **{"B": 1, "U": 1, "B1": 1, "c_sup": 1, "M": 1},
            **{"b_rms": 1, "c_rms": 1, "d_rms": 1, "beta_rms": 1},
        },
    )
