"""Bounds against rules on tiny spaces, whose gap and elastic constants are enumerated exactly."""

from fractions import Fraction

import numpy as np
import pytest

from stability.conventions import Quantity
from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.term import Term

from .worlds import AdditiveRule

SPLITS = [
    (Fraction(a), Fraction(b), Fraction(c))
    for a, b, c in (("1/3", "1/3", "1/3"), ("0.01", "0.98", "0.01"), ("0.98", "0.01", "0.01"))
]


def random_rules(count: int, seed: int) -> list[AdditiveRule]:
    """Rules that memorise, more or less, on three to five points."""
    generator = np.random.default_rng(seed)
    rules = []
    for _ in range(count):
        k, m = int(generator.integers(2, 5)), int(generator.integers(2, 6))
        influence = generator.normal(0, generator.uniform(0, 1), (k, k))
        influence -= np.diag(generator.uniform(0, 6, k))
        law = generator.dirichlet(np.ones(k))
        rules.append(AdditiveRule(influence, law, generator.uniform(0.2, 1), 1.0, m))
    return rules


def value(theorem: str, rule: AdditiveRule, position: int = 0, **others: Fraction) -> float:
    statement = BY_ID[theorem].statements[position]
    known = rule.constants(fewer=theorem.endswith("loo"))
    numbers = {name: Fraction(float(v)) * (1 + Fraction(1, 10**9)) for name, v in known.items()}
    bindings = {**numbers, "M": Fraction(rule.M), **others}
    return Term(statement.values["bound"], bindings).upper(rule.m)


@pytest.mark.parametrize("rule", random_rules(15, seed=1), ids=range(15))
def test_the_second_moment_is_never_above_its_bound(rule: AdditiveRule) -> None:
    gaps, weights = rule.gaps()
    assert weights @ gaps**2 <= value("elastic-second-moment", rule)
    left_out, weights = rule.gaps(left_out=True)
    assert weights @ left_out**2 <= value("elastic-second-moment-loo", rule)


@pytest.mark.parametrize("rule", random_rules(8, seed=2), ids=range(8))
@pytest.mark.parametrize("delta", [Fraction(1, 2), Fraction(1, 20)])
def test_tails_are_never_heavier_than_promised(rule: AdditiveRule, delta: Fraction) -> None:
    gaps, weights = rule.gaps()
    chebyshev = value("elastic-chebyshev", rule, delta=delta)
    assert weights[np.abs(gaps) > chebyshev].sum() <= delta
    constants = rule.constants()
    widest = Fraction(float(constants["U"])) * (1 + Fraction(1, 10**6))
    finite = value("elastic-finite-emp", rule, delta=delta, eta=widest, p=Fraction(0))
    assert weights[gaps > finite].sum() <= delta
    left_out, _ = rule.gaps(left_out=True)
    for shares in SPLITS:
        split = {f"delta_{k}": delta * share for k, share in enumerate(shares, 1)}
        for theorem, position, statement in (
            (name, *numbered)
            for name in ("elastic-split", "elastic-split-fourth")
            for numbered in enumerate(BY_ID[name].statements)
        ):
            bound = value(theorem, rule, position, **split)
            seen = np.abs(gaps) if statement.quantity is Quantity.ABSOLUTE_GAP else gaps
            assert weights[seen > bound].sum() <= delta
        for position in (0, 1):
            bound = value("elastic-split-loo", rule, position, **split)
            assert weights[left_out > bound].sum() <= delta


def test_memorising_attains_the_bias() -> None:
    """Loss M - b on the sample and M elsewhere, over many points: the gap is about b, and the
    bound is about b plus M/sqrt(m)/2. Without the diagonal term it would fail."""
    k, m, b = 400, 2, 0.9
    rule = AdditiveRule(-m * b * np.eye(k), np.full(k, 1 / k), 1.0, 1.0, m)
    beta = m * b
    constants = {"b_rms": beta / k, "c_rms": beta / k, "d_rms": beta, "beta_rms": beta / k**0.5}
    gaps = [rule.losses(s) @ rule.law - rule.losses(s)[list(s)].mean() for s in ((0, 1), (2, 3))]
    assert min(gaps) > 0.89
    numbers = {n: Fraction(v) for n, v in constants.items()}
    whole = BY_ID["elastic-second-moment"].statements[0].values["bound"]
    bound = Term(whole, {**numbers, "M": Fraction(1)}).upper(m)
    without_diagonal = Term(whole, {**numbers, "d_rms": Fraction(0), "M": Fraction(1)}).upper(m)
    assert without_diagonal < min(gaps) ** 2 <= bound


@pytest.mark.parametrize("m", [1, 2, 5])
def test_a_fixed_hypothesis_attains_the_sampling_term(m: int) -> None:
    """Losses 0 and 1 with probability 1/2 each, whatever the sample: E G^2 is 1/(4m) exactly."""
    rule = AdditiveRule(np.zeros((2, 2)), np.full(2, 0.5), np.array([0.0, 1.0]), 1.0, m)
    gaps, weights = rule.gaps()
    exact = weights @ gaps**2
    assert exact == pytest.approx(1 / (4 * m), rel=1e-12)
    assert exact <= value("elastic-second-moment", rule) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("beta", ["0.1", "2", "30"])
def test_constant_beta_is_below_feldman_and_vondrak(beta: str) -> None:
    b, m, M = Fraction(beta), 1000, Fraction(1)
    same = dict.fromkeys(("b_rms", "c_rms", "d_rms", "beta_rms"), b)
    elastic = Term(
        BY_ID["elastic-second-moment"].statements[0].values["bound"], {**same, "M": M}
    ).upper(m)
    epsilon = 2 * b / m
    before = (2 * float(epsilon) + float(epsilon**2 + M**2 / (4 * m)) ** 0.5) ** 2
    assert elastic < before
    sharper = BY_ID["feldman2018-second-moment"].statements[1].values["bound"]
    assert elastic <= Term(sharper, {"epsilon": epsilon, "M": M}).upper(m)
