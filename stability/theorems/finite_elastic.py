"""The finite-sample locally elastic theorem, its leave-one-out form, and the bounds on p_eta.

Own result with full proof. Assumed: losses in [0, M]; |l(A_S, z) - l(A_S^-i, z)| <= beta(z_i, z)/m
for all samples S, all i and z, beta <= U. Said: R - R_emp and R - R_loo are small with high
probability at every sample size, never worse than Theorem 12 of Bousquet and Elisseeff with the
uniform constant U/m. Not said: anything two-sided, or about a constant seen on one sample only.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Quantity, Trust
from stability.setup.fields import NON_NEGATIVE, SHARE, UNIT_OPEN
from stability.theorems.kinds import (
    GeneralizationStatement,
    GeneralizationTheorem,
    Source,
)
from stability.theorems.kinds.elastic_slack import ElasticSlack
from stability.theorems.kinds.situation import Choice
from stability.theorems.kinds.support import Shape, Support
from stability.theorems.statements.symbols import MEANINGS, symbols

m, delta, M, B, U, B1, D, eta, p = symbols("m delta M B U B1 D eta p")
b, v, U_row, Lambda, radius, balls = symbols("b v U_row Lambda radius balls")
TAIL = sympy.sqrt(sympy.log(1 / delta) / (2 * m))
ROOM = B - b + eta

HOEFFDING = sympy.exp(-2 * m * eta**2 / U**2)
BERNSTEIN = sympy.exp(-m * eta**2 / (2 * (B * U + U * eta / 3)))
"""A row with values in [0, U] and mean at most B has a variance of at most B U."""

P_NOTHING = Support(
    name="eta at least U - B", values={"p": sympy.Integer(0)}, domain=(eta >= U - B,)
)
P_OWN_HOEFFDING = Support(name="any beta, Hoeffding", values={"p": m * HOEFFDING})
P_OWN_BERNSTEIN = Support(name="any beta, Bernstein", values={"p": m * BERNSTEIN})
P_PRODUCT = Support(
    name="product: beta(z', z) = u(z') v(z), Hoeffding",
    values={"p": HOEFFDING},
    shape=Shape.PRODUCT,
)
P_PRODUCT_BERNSTEIN = Support(
    name="product, Bernstein", values={"p": BERNSTEIN}, shape=Shape.PRODUCT
)
P_HOEFFDING = Support(
    name="one group of deleted points, Hoeffding",
    values={"p": sympy.exp(-2 * m * ROOM**2 / U_row**2)},
    domain=(ROOM > 0,),
    shape=Shape.GROUPS,
)
P_BERNSTEIN = Support(
    name="one group of deleted points, Bernstein",
    values={"p": sympy.exp(-m * ROOM**2 / (2 * (v + U_row * ROOM / 3)))},
    domain=(ROOM > 0,),
    shape=Shape.GROUPS,
)
P_COVERING = Support(
    name="beta(., z) Lipschitz, covered by balls",
    values={"p": balls * sympy.exp(-2 * m * (eta - 2 * Lambda * radius) ** 2 / U**2)},
    domain=(eta > 2 * Lambda * radius,),
    shape=Shape.COVERED,
)
P_FORMS = (
    P_NOTHING,
    *(P_OWN_HOEFFDING, P_OWN_BERNSTEIN),
    *(P_PRODUCT, P_PRODUCT_BERNSTEIN),
    *(P_HOEFFDING, P_BERNSTEIN, P_COVERING),
)
"""Bounds on p_eta; for groups they are summed over the groups.

p_eta is the probability that for some i the mean over the other examples j of beta(z_i, z_j),
divided by m rather than m - 1, is above B + eta. Only the rows of the sample's own examples count,
each independent of the others: so every beta has a bound that grows with log m only.
"""

SLACK = Choice({"eta": NON_NEGATIVE, "p": SHARE, "delta": UNIT_OPEN}, ElasticSlack())


def _source(label: str) -> Source:
    return Source(
        "this project",
        2026,
        "A finite-sample locally elastic bound",
        label,
        "RE-DERIVED(own)",
        "concentration step: Combes' extension of McDiarmid's inequality (arXiv 1511.05240)",
    )


def emp() -> GeneralizationTheorem:
    """G <= [(B1 + D)/m + p M]/(1 - p) + p C + C sqrt(log(1/delta)/(2m)), C = 2B + 2k + M,
    k = min(B + eta, U); it fails with probability at most p + delta."""
    C = 2 * B + 2 * sympy.Min(B + eta, U) + M
    return GeneralizationTheorem(
        id="elastic-finite-emp",
        title="finite-sample elastic bound on R - R_emp",
        source=_source("Theorem (empirical form)"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.ELASTIC, Neighbour.DELETION),
                quantity=Quantity.GAP,
                values={"bound": ((B1 + D) / m + p * M) / (1 - p) + p * C + C * TAIL},
            ),
        ),
        choose=SLACK,
        supporting=P_FORMS,
        monotone={"B": 1, "U": 1, "B1": 1, "D": 1, "M": 1, "eta": 1, "p": 1, "delta": -1, "m": -1},
    )


def loo() -> GeneralizationTheorem:
    """The leave-one-out form: no diagonal term; one beta that serves sizes m and m - 1."""
    C = 2 * B + 2 * sympy.Min((B + eta) * m / (m - 1), U) + M
    return GeneralizationTheorem(
        id="elastic-finite-loo",
        title="finite-sample elastic bound on R - R_loo",
        source=_source("Theorem (leave-one-out form)"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=(Notion.ELASTIC, Neighbour.DELETION),
                quantity=Quantity.LOO_GAP,
                values={"bound": (B1 / m + p * M) / (1 - p) + p * C + C * TAIL},
                domain=(m >= 2,),
            ),
        ),
        at_previous_size=True,
        meanings={
            name: f"{MEANINGS[name].text}, of one beta that serves m and m - 1"
            for name in ("B", "U", "B1")
        },
        choose=SLACK,
        supporting=P_FORMS,
        monotone={"B": 1, "U": 1, "B1": 1, "M": 1, "eta": 1, "p": 1, "delta": -1, "m": -1},
    )
