"""The second moment of a cross-validation error: by enumeration, attained, and what it needs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom

from stability.bounds.analyse import analyse
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.own_constant import AssumedStability
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.term import Term

Losses = Callable[[tuple[int, ...]], np.ndarray]
BOUND = BY_ID["elastic-second-moment-kfold"].statements[0].values["bound"]


def stated(m: int, folds: int, beta_rms: float, M: float = 1) -> float:
    values = {"folds": folds, "beta_rms": Fraction(beta_rms), "M": Fraction(M)}
    return Term(BOUND, values).upper(m)


def beta_rms(rule: Losses, law: np.ndarray, sizes: set[int]) -> float:
    """Of the least beta that serves all sizes of training sets."""
    k = len(law)
    beta = np.zeros((k, k))
    for n in sizes:
        for rest in itertools.product(range(k), repeat=n - 1):
            for z in range(k):
                beta[z] = np.maximum(beta[z], n * np.abs(rule((*rest, z)) - rule(rest)))
    return float(np.sqrt(law @ beta**2 @ law))


def second_moment(rule: Losses, law: np.ndarray, m: int, folds: int) -> float:
    """E (R_K - R_cv)^2 over all samples."""
    total = 0.0
    for sample in itertools.product(range(len(law)), repeat=m):
        gap = 0.0
        for i, z in enumerate(sample):
            losses = rule(tuple(x for j, x in enumerate(sample) if j % folds != i % folds))
            gap += float(losses @ law - losses[z]) / m
        total += float(np.prod(law[list(sample)])) * gap**2
    return total


def training_sizes(m: int, folds: int) -> set[int]:
    return {m - sum(j % folds == i % folds for j in range(m)) for i in range(m)}


@pytest.mark.parametrize(("m", "folds"), [(2, 2), (3, 2), (4, 2), (4, 3), (4, 4), (5, 2)])
def test_by_enumeration(m: int, folds: int) -> None:
    """Random rules on two and three points, and folds of one size and of two."""
    generator = np.random.default_rng(m * folds)
    for k in (2, 3):
        law = generator.dirichlet(np.ones(k))
        influence = generator.normal(size=(k, k)) * generator.choice([0.2, 2.0])

        def rule(train: tuple[int, ...], influence: np.ndarray = influence) -> np.ndarray:
            moved = influence[list(train)].sum(axis=0) / max(len(train), 1)
            return np.clip(0.5 + moved, 0, 1)

        sizes = training_sizes(m, folds)
        assert min(sizes) == m + -m // folds
        bound = stated(m, folds, beta_rms(rule, law, sizes))
        assert second_moment(rule, law, m, folds) <= bound


@pytest.mark.parametrize("m", [4, 60, 2000])
def test_two_folds_of_coins(m: int) -> None:
    """c times the share of heads of one half guesses the other half: exact sums over both counts.
    With c = 0 the bound is attained."""
    n = m // 2
    share = np.arange(n + 1) / n
    for q, c in ((0.5, 0.0), (0.5, 0.3), (0.02, 1.0)):
        chance, guess = binom.pmf(np.arange(n + 1), n, q), c * share
        risk = q * (1 - guess) + (1 - q) * guess
        # by the guess of the other fold (rows), the loss |guess - coin| in one (columns)
        seen = np.outer(1 - guess, share) + np.outer(guess, 1 - share)
        gap = (risk[:, None] - seen + risk[None, :] - seen.T) / 2
        ratio = float(chance @ gap**2 @ chance) / stated(m, 2, c * sqrt(q))
        assert ratio <= 1 + 1e-9
        assert c > 0 or ratio == pytest.approx(1)


def echo(train: tuple[int, ...]) -> np.ndarray:
    """Loss 1 at what was seen, of one coin; without any, 1/2 at both sides."""
    return np.eye(2)[train[0]] if train else np.full(2, 0.5)


FAIR = np.full(2, 0.5)


def test_it_is_attained() -> None:
    """Two coins, each tested by what was fitted to the other: both terms of the bound are needed,
    and so is the size 1 of a training set where that of the sample is 2."""
    norm = beta_rms(echo, FAIR, {1})
    found = second_moment(echo, FAIR, 2, 2)
    assert found == pytest.approx(stated(2, 2, norm), rel=1e-12) == 0.25
    assert found > 1 / 8 + norm**2 / 2**2 and found > stated(2, 2, 0)


def test_with_an_example_in_two_folds_it_fails() -> None:
    """What tests an example has to be fitted without it. Loss 0 at what was seen and 1 elsewhere,
    on 50 points: beta(z', z) = 2 1{z = z'} with training sets of 2; tested on 3 that it has seen,
    the error is 0 and the risk at least 1 - 3/50."""
    assert stated(3, 3, 2 / 50**0.5) < (1 - 3 / 50) ** 2


def test_losses_beyond_the_range_break_it() -> None:
    ten = second_moment(lambda train: 10 * echo(train), FAIR, 2, 2)
    assert ten > stated(2, 2, beta_rms(echo, FAIR, {1}))


def setup(**more: object) -> Setup:
    given = {"algorithm": EmpiricalRiskMinimizer(regularization="0.03"), **more}
    loss = Loss(range=1, lipschitz=1, mean_lipschitz="0.75", convex=True)
    return Setup(loss=loss, **given)  # type: ignore[arg-type]


def test_folds_are_asked_for() -> None:
    found = analyse(setup(sample=Sample(60_000)))
    [refusal] = [r for r in found.refused if r.theorem == "elastic-second-moment-kfold"]
    assert refusal.where == "sample.folds"
    bounds = analyse(setup(sample=Sample(60_000, folds=5))).bounds
    found = [b for b in bounds if b.theorem == "elastic-second-moment-kfold"]
    beta = (1 / 0.03) * Fraction(3, 4)  # U = L^2/lambda, B1 = (E L)^2/lambda, or U and D of L^2
    least = min(b.value for b in found)
    assert least == pytest.approx(1 / 240_000 + beta**2 / 60_000 / 48_000, rel=1e-9)
    assert {str(b.quantity) for b in found} == {"kfold-squared-gap"}


@pytest.mark.parametrize(("scaling", "factor"), [("constant", 1), ("1/m", Fraction(10, 6))])
def test_the_constant_is_that_of_the_training_sets(scaling: str, factor: Fraction) -> None:
    """Three folds of ten: training sets of six and seven; the larger of the values there counts."""
    own = AssumedStability(
        notion="elastic", values={"B": 1, "U": 2, "B1": "0.5", "D": 1}, scaling=scaling
    )
    given = Setup(sample=Sample(10, folds=3), loss=Loss(range=1), stability=own)
    [bound] = [b for b in analyse(given).bounds if b.theorem == "elastic-second-moment-kfold"]
    assert bound.value == pytest.approx(1 / 40 + float(factor) ** 2 / 60, rel=1e-12)


def test_a_constant_known_at_one_size_is_refused() -> None:
    own = AssumedStability(notion="elastic", values={"B": 1, "U": 2, "B1": "0.5", "D": 1})
    given = Setup(sample=Sample(10, folds=3), loss=Loss(range=1), stability=own)
    refused = {r.theorem: r for r in analyse(given).refused}
    assert refused["elastic-second-moment-kfold"].where == "stability.scaling"
