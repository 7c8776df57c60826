"""Moments of the remainder of the gap by chaining, and tails for small failure probabilities.

Own results, after Bousquet, Klochkov and Zhivotovskiy (2020). With g_i, b, c, d and F2 as in
`elastic_second_moment` and `elastic_split`: F2 is a sum over levels of nested sets of indices, 1 =
n_0 < ... < n_L = m, of differences of conditional means. Given the other examples those of one set
are independent and centred (outer lemma), and each is a martingale of bounded moments in the
examples by which the sets differ (inner lemma). Both moments are expanded, for even orders q:

    |F2/m|_q <= Phi_q = (1/m^2) sum_l (m/n_{l-1}) O_q(n_{l-1}) K_q(n_l - n_{l-1}).

The sizes are free: those of `statements.chains` are found by dynamic programming, and every number
is rounded up. So P(F2/m >= delta_2^(-1/q) Phi_q) <= delta_2, where Cantelli's inequality has
|F2/m|_2 sqrt((1 - delta_2)/delta_2): smaller below about delta = 1e-4. It is a threshold like any
other, and the smaller of two such thresholds needs no union. It stands in theorems of its own, and
not in `elastic-split`: a recursion is no formula that the checker of `proofs/` could derive, so
that these are on trust, and a statement is trusted as little as what it rests on.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.setup.fields import UNIT_OPEN
from stability.theorems.elastic_norms import COLUMNS, DIAGONAL, LARGEST_COLUMN, ROWS
from stability.theorems.elastic_second_moment import ELASTIC
from stability.theorems.elastic_split import SHARES, WIDTH, elastic_forms, hoeffding
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.chain_order import ChainOrder
from stability.theorems.kinds.choosers import Fixed
from stability.theorems.kinds.failure_split import FailureSplit
from stability.theorems.kinds.situation import Choice
from stability.theorems.kinds.support import Shape, Support
from stability.theorems.statements.chains.functions import (
    range_norm,
    square_chain,
    uniform_chain,
)
from stability.theorems.statements.symbols import HALF, symbols
from stability.theorems.uniform_split import uniform_forms

m, M, epsilon, half, delta_1, delta_2, delta_3 = symbols("m M epsilon half delta_1 delta_2 delta_3")
B, U, B1, D, c_sup, b_rms, c_rms, d_rms, beta_rms = symbols(
    "B U B1 D c_sup b_rms c_rms d_rms beta_rms"
)
SQUARES = symbols("uu_1 uu_2 uu_4 uu_sup")
uu_1, uu_2, uu_4, uu_sup = SQUARES
UNIFORM = (Notion.UNIFORM, Neighbour.REPLACEMENT)
ROOT = delta_2 ** (-1 / (2 * half))
"""What Markov's inequality for the q-th moment multiplies the norm with."""
U_FORMS = (
    *(Support(name=f"any beta, {s.name}", values={s.name: U}) for s in SQUARES),
    Support(name="a square, mean", values={"uu_1": B1}, shape=Shape.SQUARE),
    Support(name="a square, diagonal", values={"uu_2": D}, shape=Shape.SQUARE),
    Support(name="a square, pairs", values={"uu_2": beta_rms}, shape=Shape.SQUARE),
    Support(name="a square, norm of the diagonal", values={"uu_4": d_rms}, shape=Shape.SQUARE),
    Support(
        name="a square, fourth moment",
        values={"uu_4": sympy.sqrt(U) * sympy.sqrt(D)},
        shape=Shape.SQUARE,
    ),
)
"""Squares of E u, |u|_2, |u|_4 and sup u with beta(z', z) <= u(z') u(z): for any beta the constant
u = sqrt U; for a square u = sqrt(beta(z, z)), of which D = E u^2, |d|_2 = |u|_4^2, |beta|_2 =
|u|_2^2, B1 = (E u)^2."""
REMAINDER = square_chain(half, m, uu_1, uu_2, uu_4, uu_sup)
U_MONOTONE = {"uu_1": 1, "uu_2": 1, "uu_4": 1, "uu_sup": 1}


def _source(label: str) -> Source:
    return Source("this project", 2026, "Elastic chain", label, "RE-DERIVED(own)")


def _at_order(norm: sympy.Expr, top: sympy.Expr) -> sympy.Expr:
    """|X|_q <= |X|_2^(2/q) (sup X)^(1 - 2/q), for q = 2 half."""
    return norm ** (1 / half) * top ** (1 - 1 / half)


def tail() -> GeneralizationTheorem:
    """G, |G| <= M t(delta_1) + Phi_q delta_2^(-1/q) + bias, t(y) = sqrt(log(1/y)/(2m)), q even.

    The bias is (3 B1 + D + W t(delta_3))/m or (B1 + W)/m, as in the split tail. This is one-sided;
    of |G| with delta_1/2 in t.
    """
    biases = 3 * B1 + D + WIDTH * hoeffding(delta_3), B1 + WIDTH
    rest = ROOT * REMAINDER
    above, around = M * hoeffding(delta_1) + rest, M * hoeffding(delta_1 / 2) + rest
    parts = ("delta_1", "delta_2", "delta_3")
    return GeneralizationTheorem(
        id="elastic-chain",
        title="tail of the gap from an elastic constant, the remainder by its higher moments",
        source=_source("chain, tail"),
        trust=Trust.SECOND_HAND,
        statements=(
            *elastic_forms(Quantity.GAP, "one-sided", above, biases),
            *elastic_forms(Quantity.ABSOLUTE_GAP, "two-sided", around, biases),
        ),
        choose=Choice(
            {**dict.fromkeys(parts, UNIT_OPEN), "half": HALF}, ChainOrder(FailureSplit(parts))
        ),
        supporting=(LARGEST_COLUMN, *U_FORMS),
        monotone={"B": 1, "U": 1, "B1": 1, "D": 1, "c_sup": 1, "M": 1, **U_MONOTONE, **SHARES},
    )


def moments() -> GeneralizationTheorem:
    """||G||_q <= Phi_q + M lambda_q + (|b|_q + B1 + |c|_q + |d|_q)/m for even q.

    lambda_q is the norm of a mean of m independent centred terms of range 1; |X|_q is bounded by
    |X|_2^(2/q) (sup X)^(1 - 2/q).
    """
    bias = _at_order(b_rms, B) + B1 + _at_order(c_rms, c_sup) + _at_order(d_rms, U)
    return GeneralizationTheorem(
        id="elastic-chain-moment",
        title="moments of the gap from an elastic constant, by chaining",
        source=_source("chain, moments"),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC,
                quantity=Quantity.MOMENT,
                values={"bound": REMAINDER + M * range_norm(half, m) + bias / m},
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"half": HALF}, Fixed("half", Fraction(1))),
        supporting=(ROWS, COLUMNS, DIAGONAL, LARGEST_COLUMN, *U_FORMS),
        monotone={"B": 1, "B1": 1, "U": 1, "c_sup": 1, "M": 1, **U_MONOTONE}
        | {"b_rms": 1, "c_rms": 1, "d_rms": 1},
    )


def uniform_tail() -> GeneralizationTheorem:
    """G, |G| <= M t(delta_1) + epsilon phi_q delta_2^(-1/q) + 2 epsilon, q even.

    epsilon phi_q is Phi_q for differences in intervals of length epsilon: about 3 q epsilon for
    60,000 examples. This is one-sided; of |G| with delta_1/2 in t(y) = sqrt(log(1/y)/(2m)).
    """
    rest = ROOT * epsilon * uniform_chain(half, m) + 2 * epsilon
    parts = ("delta_1", "delta_2")
    return GeneralizationTheorem(
        id="uniform-chain",
        title="tail of the gap from uniform stability, the remainder by its higher moments",
        source=_source("chain, uniform tail"),
        trust=Trust.SECOND_HAND,
        statements=uniform_forms(rest),
        choose=Choice(
            {**dict.fromkeys(parts, UNIT_OPEN), "half": HALF}, ChainOrder(FailureSplit(parts))
        ),
        monotone={"epsilon": 1, "M": 1, "delta_1": -1, "delta_2": -1},
    )


def uniform_moments() -> GeneralizationTheorem:
    """||G||_q <= 2 epsilon + epsilon phi_q + M lambda_q for even q."""
    return GeneralizationTheorem(
        id="uniform-chain-moment",
        title="moments of the gap from uniform stability, by chaining",
        source=_source("chain, uniform moments"),
        trust=Trust.SECOND_HAND,
        statements=(
            GeneralizationStatement(
                takes=UNIFORM,
                quantity=Quantity.MOMENT,
                values={
                    "bound": 2 * epsilon
                    + epsilon * uniform_chain(half, m)
                    + M * range_norm(half, m)
                },
            ),
        ),
        over=Over.NOTHING,
        choose=Choice({"half": HALF}, Fixed("half", Fraction(1))),
        monotone={"epsilon": 1, "M": 1},
    )
