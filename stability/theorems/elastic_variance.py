"""The tail of the gap from an elastic constant, with the root mean square of its rows.

Own results. The Doob differences of G have conditional standard deviations of at most (M/2 + 2
|b|_2 + eta)/m as long as the L2 norm of sum_(j<i) (beta(., z_j) - b) stays below m eta for all i,
and are never above (M + 2 B + 2 U)/m: Freedman's inequality (1975), at delta_1. That event fails
with probability at most delta_2 for the eta at which Pinelis' lemma (1994), in its maximal form in
L2(P), gives that: increments of norm at most U and mean square |beta|_2^2. At eta = U it is sure.

So 2 |b|_2 + M/2 stands where `elastic-finite-emp` has 2 B + M/2, and U enters with 1/m only. For a
product beta(z', z) = u(z') v(z) the event is one of a mean of v: Bernstein's inequality, without
the factor 2; differences are then at most (u(z_i) + E u)(2 E v + eta) beside M. Constants of groups
of deleted points are taken as any beta is. Not said: anything two-sided.
"""

from __future__ import annotations

import sympy

from stability.conventions import Quantity, Trust
from stability.setup.fields import UNIT_OPEN
from stability.theorems.elastic_norms import LARGEST_COLUMN, PAIRS, ROWS
from stability.theorems.elastic_second_moment import ELASTIC, of_one_beta
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.kinds.constant import Product
from stability.theorems.kinds.failure_split import FailureSplit
from stability.theorems.kinds.situation import Choice
from stability.theorems.statements.symbols import symbols

m, M, B, U, B1, D = symbols("m M B U B1 D")
b_rms, beta_rms, c_sup = symbols("b_rms beta_rms c_sup")
delta_1, delta_2 = symbols("delta_1 delta_2")
TWO = Choice(dict.fromkeys(("delta_1", "delta_2"), UNIT_OPEN), FailureSplit(("delta_1", "delta_2")))
OF_PARTS = {
    "delta_1": "failure probability of the tail",
    "delta_2": "failure probability of the conditional variances",
}
RISING = {"B": 1, "U": 1, "B1": 1, "b_rms": 1, "beta_rms": 1, "c_sup": 1, "M": 1}
FALLING = {"delta_1": -1, "delta_2": -1}
STEP = M + 2 * B + 2 * U
STEP_OF_PRODUCT = M + 2 * B + sympy.Min(2 * U, 2 * B1 + U + c_sup)


def slack(weight: sympy.Expr) -> sympy.Expr:
    """eta with m eta^2 = 2 weight (|beta|_2^2 + U eta/3), at most U; weight = log(2/delta_2), or
    log(1/delta_2) for a product."""
    third = U * weight / (3 * m)
    return sympy.Min(U, third + sympy.sqrt(third**2 + 2 * weight * beta_rms**2 / m))


def freedman(bias: sympy.Expr, eta: sympy.Expr, step: sympy.Expr) -> sympy.Expr:
    """bias/m + a l/3 + sqrt((a l/3)^2 + 2 sigma^2 l), a = step/m, l = log(1/delta_1)."""
    log = sympy.log(1 / delta_1)
    third = step * log / (3 * m)
    deviation = M / 2 + 2 * b_rms + eta
    return bias / m + third + sympy.sqrt(third**2 + 2 * log * deviation**2 / m)


def _forms(
    quantity: Quantity, bias: sympy.Expr, factor: sympy.Expr, domain: tuple[sympy.Basic, ...] = ()
) -> tuple[GeneralizationStatement, GeneralizationStatement]:
    """For any beta, and for a product; `factor` is what eta is multiplied by."""
    any_beta = freedman(bias, factor * slack(sympy.log(2 / delta_2)), STEP)
    product = freedman(bias, factor * slack(sympy.log(1 / delta_2)), STEP_OF_PRODUCT)
    return (
        GeneralizationStatement(
            name="any beta",
            takes=ELASTIC,
            quantity=quantity,
            values={"bound": any_beta},
            domain=domain,
        ),
        GeneralizationStatement(
            name="product: beta(z', z) = u(z') v(z)",
            takes=ELASTIC,
            quantity=quantity,
            structure=Product,
            values={"bound": product},
            domain=domain,
        ),
    )


def _source(label: str) -> Source:
    return Source("this project", 2026, "Sharper elastic bounds", label, "RE-DERIVED(own)")


def tail() -> GeneralizationTheorem:
    """G <= (B1 + D)/m + a l/3 + sqrt((a l/3)^2 + 2 sigma^2 l), l = log(1/delta_1), sigma = (M/2 +
    2 ||b||_2 + eta)/sqrt(m), a = (M + 2 B + 2 U)/m, eta from ||beta||_2, U and delta_2."""
    return GeneralizationTheorem(
        id="elastic-variance-tail",
        title="tail of the gap from an elastic constant, by conditional variances",
        source=_source("variance tail"),
        trust=Trust.SECOND_HAND,
        statements=_forms(Quantity.GAP, B1 + D, sympy.Integer(1)),
        choose=TWO,
        supporting=(ROWS, PAIRS, LARGEST_COLUMN),
        meanings=OF_PARTS,
        monotone={**RISING, "D": 1, **FALLING, "m": -1},
    )


def tail_loo() -> GeneralizationTheorem:
    """R - R_loo <= B1/m + a l/3 + sqrt((a l/3)^2 + 2 sigma^2 l), with eta m/(m - 1) in sigma: no
    diagonal; one beta that serves sizes m and m - 1."""
    return GeneralizationTheorem(
        id="elastic-variance-tail-loo",
        title="tail of the leave-one-out gap from an elastic constant, by conditional variances",
        source=_source("variance tail, leave-one-out form"),
        trust=Trust.SECOND_HAND,
        statements=_forms(Quantity.LOO_GAP, B1, m / (m - 1), (m >= 2,)),
        at_previous_size=True,
        choose=TWO,
        supporting=(ROWS, PAIRS, LARGEST_COLUMN),
        meanings={**OF_PARTS, **of_one_beta("B", "U", "B1", "b_rms", "beta_rms", "c_sup")},
        monotone={**RISING, **FALLING, "m": -1},
    )
