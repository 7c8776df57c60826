"""The second moment of the gap from an elastic constant, and the tail that Chebyshev makes of it.

Own results, after Feldman and Vondrak (2018) and Bousquet, Klochkov and Zhivotovskiy (2020). Write
b(z') = E_z beta(z', z), c(z) = E_z' beta(z', z), d(z) = beta(z, z), |f|_2 for the root mean square,
and g_i for the mean over a fresh z_i' of R(A_S^i) - l(A_S^i, z_i), S^i having z_i' in place of z_i.
Then, E_j being the mean over z_j alone,
- E_i g_i = 0 and E g_i^2 <= M^2/4 (Popoviciu);
- E g_i g_j = E (g_i - E_j g_i)(g_j - E_i g_j), and g_i - E_j g_i = -(I - E_i)(I - E_j) q_i, where
  q_i, the mean loss at z_i, moves by beta(z_j, z_i)/m when z_j is deleted: I - E_i and I - E_j are
  contractions, so that E g_i g_j <= |beta|_2^2/m^2;
- m G - sum g_i is a sum of differences of which the root mean square is (|b|_2 + |c|_2 + |d|_2)/m.
So with Minkowski's inequality |G|_2 <= (|b|_2 + |c|_2 + |d|_2)/m + sqrt(M^2/(4m) + (1 - 1/m)
|beta|_2^2/m^2), and never above the bias and M/2. For the leave-one-out error g_i = R(A_S^-i) -
l(A_S^-i, z_i), the difference is R(A_S) - R(A_S^-i) alone, and |beta|_2/(m - 1) stands for
|beta|_2/m. For cross-validation with K folds, of at most ceil(m/K) examples, the model that tests
z_i is fitted without its fold: h_i = R - its loss at z_i has products E h_i h_j of mean 0 inside a
fold, and of at most |beta|_2^2/(n_i n_j) across, n_i examples being outside the fold of i; there is
no difference, as R_K, the mean of the risks of these models, stands for R. Symmetry is not needed.
"""

from __future__ import annotations

import sympy

from stability.conventions import Neighbour, Notion, Over, Quantity, Trust
from stability.theorems.elastic_norms import COLUMNS, DIAGONAL, PAIRS, ROWS
from stability.theorems.kinds import GeneralizationStatement, GeneralizationTheorem, Source
from stability.theorems.statements.symbols import MEANINGS, symbols

m, delta, M, folds = symbols("m delta M folds")
b_rms, c_rms, d_rms, beta_rms = symbols("b_rms c_rms d_rms beta_rms")
ELASTIC = (Notion.ELASTIC, Neighbour.DELETION)
SPREAD = (1 - 1 / m) * beta_rms**2 / m**2
"""x: what two examples do to each other, over all pairs."""
ROOT = (b_rms + c_rms + d_rms) / m + sympy.sqrt(sympy.Min(M**2 / 4, M**2 / (4 * m) + SPREAD))
LOO_SPREAD = beta_rms**2 / (m * (m - 1))
LOO_ROOT = b_rms / m + sympy.sqrt(M**2 / (4 * m) + LOO_SPREAD)
KFOLD_SPREAD = beta_rms**2 / (m * (m - sympy.ceiling(m / folds)))
MONOTONE = {"b_rms": 1, "c_rms": 1, "d_rms": 1, "beta_rms": 1, "M": 1, "m": -1}
LOO_MONOTONE = {"b_rms": 1, "beta_rms": 1, "M": 1, "m": -1}
NORMS = (ROWS, COLUMNS, DIAGONAL, PAIRS)
LOO_NORMS = (ROWS, PAIRS)


def of_one_beta(*names: str) -> dict[str, str]:
    """What symbols mean where one function beta has to serve both m and m - 1."""
    return {n: f"{MEANINGS[n].text}, of one beta that serves m and m - 1" for n in names}


def _source(label: str) -> Source:
    return Source("this project", 2026, "Elastic second moment", label, "RE-DERIVED(own)")


def second_moment() -> GeneralizationTheorem:
    """E G^2 <= (bias + sqrt(min(M^2/4, M^2/(4m) + (1 - 1/m) |beta|_2^2/m^2)))^2, m bias =
    |b|_2 + |c|_2 + |d|_2."""
    return GeneralizationTheorem(
        id="elastic-second-moment",
        title="second moment of the gap from an elastic constant",
        source=_source("second moment"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC, quantity=Quantity.SQUARED_GAP, values={"bound": ROOT**2}
            ),
        ),
        over=Over.NOTHING,
        supporting=NORMS,
        degree=2,
        monotone=MONOTONE,
    )


def chebyshev() -> GeneralizationTheorem:
    """|G| <= (the root of that)/sqrt(delta), by Markov for G^2.

    Smaller than the exponential bound unless delta is small: it pays 1/sqrt(delta) in place of
    sqrt(log(1/delta)), and root mean squares in place of suprema.
    """
    return GeneralizationTheorem(
        id="elastic-chebyshev",
        title="tail of the absolute gap from the elastic second moment",
        source=_source("second moment and Markov's inequality"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC,
                quantity=Quantity.ABSOLUTE_GAP,
                values={"bound": ROOT / sympy.sqrt(delta)},
            ),
        ),
        supporting=NORMS,
        monotone={**MONOTONE, "delta": -1},
    )


def second_moment_loo() -> GeneralizationTheorem:
    """E (R - R_loo)^2 <= (|b|_2/m + sqrt(M^2/(4m) + |beta|_2^2/(m(m - 1))))^2: no diagonal."""
    return GeneralizationTheorem(
        id="elastic-second-moment-loo",
        title="second moment of the leave-one-out gap from an elastic constant",
        source=_source("second moment, leave-one-out form"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC,
                quantity=Quantity.LOO_SQUARED_GAP,
                values={"bound": LOO_ROOT**2},
                domain=(m >= 2,),
            ),
        ),
        over=Over.NOTHING,
        at_previous_size=True,
        meanings=of_one_beta("b_rms", "beta_rms"),
        supporting=LOO_NORMS,
        degree=2,
        monotone=LOO_MONOTONE,
    )


def chebyshev_loo() -> GeneralizationTheorem:
    """|R - R_loo| <= (the root of that)/sqrt(delta), by Markov for the square."""
    return GeneralizationTheorem(
        id="elastic-chebyshev-loo",
        title="tail of the absolute leave-one-out gap from its elastic second moment",
        source=_source("second moment, leave-one-out form, and Markov's inequality"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC,
                quantity=Quantity.LOO_ABSOLUTE_GAP,
                values={"bound": LOO_ROOT / sympy.sqrt(delta)},
                domain=(m >= 2,),
            ),
        ),
        at_previous_size=True,
        meanings=of_one_beta("b_rms", "beta_rms"),
        supporting=LOO_NORMS,
        monotone={**LOO_MONOTONE, "delta": -1},
    )


def second_moment_kfold() -> GeneralizationTheorem:
    """E (R_K - R_cv)^2 <= M^2/(4m) + |beta|_2^2/(m n), n = m - ceil(m/K): no diagonal, no rows.

    R_cv is the error of a cross-validation with K folds, R_K the mean over the examples of the test
    risks of the models that tested them. It says nothing of what is fitted on the whole sample.
    """
    return GeneralizationTheorem(
        id="elastic-second-moment-kfold",
        title="second moment of the error of cross-validation from an elastic constant",
        source=_source("second moment, K-fold form"),
        trust=Trust.DERIVED,
        statements=(
            GeneralizationStatement(
                takes=ELASTIC,
                quantity=Quantity.KFOLD_SQUARED_GAP,
                values={"bound": M**2 / (4 * m) + KFOLD_SPREAD},
                domain=(m >= 2,),
            ),
        ),
        over=Over.NOTHING,
        at_folds=True,
        meanings={"beta_rms": f"{MEANINGS['beta_rms'].text}, at the sizes of the training sets"},
        supporting=(PAIRS,),
        degree=2,
        monotone={"beta_rms": 1, "M": 1, "m": -1, "folds": -1},
    )
