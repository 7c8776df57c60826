"""Tails by conditional variances: reference values, exact laws, and what they lean on."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy.stats import binom

from stability.errors import Refusal
from stability.testing import elastic_stability
from stability.theorems.catalogue import BY_ID
from stability.theorems.elastic_variance import delta_2, slack
from stability.theorems.kinds.constant import Product
from stability.theorems.statements.term import Term

TAIL = BY_ID["elastic-variance-tail"]
LOO = BY_ID["elastic-variance-tail-loo"]


def value(theorem, position: int, **known: float) -> float:
    return Term(theorem.statements[position].values["bound"], known).upper()


def test_the_reference_values() -> None:
    """Section R of the theory note: m = 60000, M = log 10, u = v, c = 100."""
    c, mean, rms, top = 100, 0.47, 0.48, 2**0.5
    known = {"m": 60000, "M": math.log(10), "B": c * mean * top, "U": 2 * c, "B1": c * mean**2}
    known |= {"D": c * rms**2, "b_rms": c * rms * mean, "beta_rms": c * rms**2}
    known |= {"c_sup": c * mean * top, "delta_1": 0.045, "delta_2": 0.005}
    eta = Term(slack(sympy.log(2 / delta_2)), known).upper()
    assert eta == pytest.approx(0.332328191110311, rel=1e-12)
    assert value(TAIL, 0, **known) == pytest.approx(0.483886435175958, rel=1e-12)
    assert value(TAIL, 1, **known) < value(TAIL, 0, **known)


def shrunk(m: int, q: float, c: float, *, loo: bool) -> tuple[np.ndarray, np.ndarray]:
    """The gap of a guess c (share of heads), loss |guess - coin|, by the number of heads.

    Deleting a head leaves c (heads - 1)/m and moves every loss by at most c/m, a tail by nothing.
    """
    heads = np.arange(m + 1)
    guess = np.clip(c * heads / m, 0, 1)
    less = np.clip(c * (heads - 1) / (m if not loo else m - 1), 0, 1)
    risk = q * (1 - guess) + (1 - q) * guess
    if not loo:
        seen = heads / m * (1 - guess) + (1 - heads / m) * guess
    else:
        rest = np.clip(c * heads / (m - 1), 0, 1)
        seen = heads / m * (1 - less) + (1 - heads / m) * rest
    return risk - seen, binom.pmf(heads, m, q)


@pytest.mark.parametrize("m", [2, 4, 50, 2000])
def test_the_gap_of_shrunk_means(m: int) -> None:
    for q in (0.5, 0.05):
        for c, delta in ((0.0, 0.05), (0.5, 0.05), (1.0, 0.3)):
            known = {"m": m, "M": 1, "B": c, "U": c, "B1": c * q, "D": c * q}
            known |= {"b_rms": c * math.sqrt(q), "beta_rms": c * math.sqrt(q), "c_sup": c * q}
            known |= {"delta_1": 0.9 * delta, "delta_2": 0.1 * delta}
            gaps, chance = shrunk(m, q, c, loo=False)
            for position in (0, 1):
                assert chance[gaps > value(TAIL, position, **known)].sum() <= delta
            assert value(TAIL, 1, **known) <= value(TAIL, 0, **known)


def test_the_leave_one_out_gap_of_shrunk_means() -> None:
    """Rules that divide by the size of their sample: deleting moves losses by 2 c/m at most."""
    m, q, delta = 200, 0.3, 0.05
    gaps, chance = shrunk(m, q, 0.0, loo=True)
    nothing = dict.fromkeys(("B", "U", "B1", "b_rms", "beta_rms", "c_sup"), 0)
    parts = {"m": m, "M": 1, "delta_1": 0.9 * delta, "delta_2": 0.1 * delta}
    assert chance[gaps > value(LOO, 0, **parts, **nothing)].sum() <= delta
    c = 0.5
    known = {"m": m, "M": 1, "B": 2 * c, "U": 2 * c, "B1": 2 * c, "D": 2 * c, "b_rms": 2 * c}
    known |= {"beta_rms": 2 * c, "c_sup": 2 * c, "delta_1": 0.9 * delta, "delta_2": 0.1 * delta}
    gaps, chance = shrunk(m, q, c, loo=True)
    assert chance[gaps > value(LOO, 0, **known)].sum() <= delta
    small = {**known, **dict.fromkeys(("B", "U", "B1", "D", "b_rms", "beta_rms", "c_sup"), 0)}
    assert value(LOO, 0, **small) < value(LOO, 0, **known)


def test_a_rule_that_learns_by_heart_needs_its_diagonal() -> None:
    """Loss 1/2 on what was seen and 1 elsewhere, examples without repetition: B = U = ... = 0."""
    m, none = 400, dict.fromkeys(("B", "B1", "b_rms", "beta_rms", "c_sup"), 0)
    known = {"m": m, "M": 1, "delta_1": 0.02, "delta_2": 0.03, **none}
    assert value(TAIL, 0, **known, U=0, D=0) < 0.5 < value(TAIL, 0, **known, U=m / 2, D=m / 2)


def test_products_say_more_and_only_products() -> None:
    numbers = {"B": "0.5", "U": 2, "B1": "0.3", "D": "0.4"}
    delta = Fraction(1, 20)
    plain = elastic_stability(5000, 1, **numbers, structure=None)  # type: ignore[arg-type]
    product = elastic_stability(5000, 1, **numbers, structure=Product())  # type: ignore[arg-type]
    assert [b.form for b in TAIL.all_bounds(plain, delta)] == ["any beta"]
    assert TAIL.apply(product, delta).value < TAIL.apply(plain, delta).value
    chosen = TAIL.apply(product, delta).chosen
    assert sum(chosen.values()) <= delta
    finite = BY_ID["elastic-finite-emp"].apply(plain, delta).value
    assert TAIL.apply(plain, delta).value < finite


def test_a_theorem_for_products_alone_refuses_what_is_none() -> None:
    from dataclasses import replace

    only = replace(TAIL, statements=TAIL.statements[1:])
    with pytest.raises(Refusal, match="right form"):
        only.apply(elastic_stability(50, 1, 1, 1, 1, 1), Fraction(1, 20))
