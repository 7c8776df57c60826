"""Gaps of single draws against Gibbs and private laws that are enumerated, and private outputs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import erf, exp, log, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from stability.theorems.evaluate import evaluate

Floats = NDArray[np.float64]
DELTAS = ("0.9", "0.5", "0.2", "0.05", "0.01", "1e-4")
RATES = np.geomspace(1e-3, 60, 40)


@dataclass(frozen=True)
class Enumerated:
    """Every sample of m points with its probability, and the gap of every hypothesis on it.

    `chances` has the shape (samples,), `gaps` and `costs` (samples, hypotheses).
    """

    m: int
    samples: tuple[tuple[int, ...], ...]
    chances: Floats
    gaps: Floats
    costs: Floats

    def neighbours(self) -> list[tuple[int, int]]:
        """Pairs of samples that differ in one example."""
        place = {sample: n for n, sample in enumerate(self.samples)}
        values = sorted({point for sample in self.samples for point in sample})
        return [
            (n, place[*sample[:k], other, *sample[k + 1 :]])
            for n, sample in enumerate(self.samples)
            for k in range(self.m)
            for other in values
        ]

    def change(self, exponents: Floats) -> float:
        """The largest change of a table when one example is replaced."""
        here, there = map(list, zip(*self.neighbours(), strict=True))
        return float(np.max(np.abs(exponents[here] - exponents[there])))


def enumerated(m: int, weights: Floats, losses: Floats) -> Enumerated:
    """All samples of m points with these weights; `losses` has the shape (hypotheses, points)."""
    samples = tuple(product(range(len(weights)), repeat=m))
    table = np.array(samples)
    costs = losses[:, table].mean(axis=2).T
    return Enumerated(m, samples, weights[table].prod(axis=1), losses @ weights - costs, costs)


def gibbs_laws(exponents: Floats) -> Floats:
    law = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return law / law.sum(axis=1, keepdims=True)


def chance_above(problem: Enumerated, laws: Floats, level: float) -> tuple[float, float]:
    """Of one draw, and of the mean over the draw."""
    drawn = (laws * (problem.gaps > level)).sum(axis=1) @ problem.chances
    return float(drawn), float(((laws * problem.gaps).sum(axis=1) > level) @ problem.chances)


def largest_ratio(problem: Enumerated, laws: Floats, move: float, b: float = 1.0) -> float:
    """E_S E_h exp(rate gap) over exp(m (rate b/m + move)^2/8), the largest over rates."""
    moments = np.exp(RATES[:, None, None] * problem.gaps) * laws
    means = moments.sum(axis=2) @ problem.chances
    return float(np.max(np.log(means) - problem.m * (RATES * b / problem.m + move) ** 2 / 8))


PROBLEMS = [
    (1, [0.5, 0.5], 2, 0), (2, [0.5, 0.5], 3, 1), (3, [0.3, 0.7], 4, 2),
    (4, [0.5, 0.5], 3, 3), (3, [0.2, 0.3, 0.5], 5, 4),
]  # fmt: skip


def problem_of(m: int, weights: list[float], hypotheses: int, seed: int) -> Enumerated:
    losses = np.random.default_rng(seed).integers(0, 2, (hypotheses, len(weights))).astype(float)
    losses[0], losses[1] = 0.0, 1.0
    losses[0, 0], losses[1, 0] = 1.0, 0.0
    return enumerated(m, np.array(weights), losses)


@pytest.mark.parametrize("lam", [0.05, 0.3, 2.0])
@pytest.mark.parametrize("given", PROBLEMS)
def test_gibbs_distributions_keep_to_their_bounds(given: tuple, lam: float) -> None:
    problem = problem_of(*given)
    exponents = -problem.costs / lam
    c, laws = problem.change(exponents), gibbs_laws(exponents)
    assert c == pytest.approx(1 / (lam * problem.m))
    assert largest_ratio(problem, laws, 2 * c) <= 1e-12
    for delta in DELTAS:
        values = {"M": 1, "exponent": c, "m": problem.m, "delta": delta}
        drawn, of_mean = chance_above(problem, laws, evaluate("gibbs-one-draw", values).value)
        assert drawn <= float(delta)
        assert of_mean <= float(delta)
        assert evaluate("gibbs-mean-draw", values).value == evaluate("gibbs-one-draw", values).value


@pytest.mark.parametrize("epsilon", [0.05, 0.7, 2.0])
@pytest.mark.parametrize("given", PROBLEMS)
def test_private_laws_keep_to_their_bounds(given: tuple, epsilon: float) -> None:
    """Randomised response: the hypothesis that fits best is favoured by e^epsilon."""
    problem = problem_of(*given)
    favoured = problem.costs.argmin(axis=1)[:, None] == np.arange(problem.costs.shape[1])
    laws = gibbs_laws(epsilon * favoured)
    move = problem.change(np.log(laws))
    assert move <= epsilon + 1e-12
    assert largest_ratio(problem, laws, move) <= 1e-12
    for delta in DELTAS:
        values = {"M": 1, "dp_epsilon": move, "m": problem.m, "delta": delta}
        level = evaluate("pure-dp-one-draw", values).value
        assert max(chance_above(problem, laws, level)) <= float(delta)


def of_coins(m: int, q: float) -> Enumerated:
    """m coins by their count of heads: a hypothesis right at heads and one right at tails."""
    heads = np.arange(m + 1)
    costs = np.stack((1 - heads / m, heads / m), axis=1)
    gaps = np.array([1 - q, q]) - costs
    return Enumerated(m, (), binom.pmf(heads, m, q), gaps, costs)


@pytest.mark.parametrize("m", [3, 50, 2000])
def test_draws_for_many_coins(m: int) -> None:
    """By binomial sums: a Gibbs distribution, and randomised response for the better guess."""
    for q, c in ((0.5, 0.5), (0.5, 0.02), (0.1, 0.003)):
        problem = of_coins(m, q)
        gibbs = gibbs_laws(-c * m * problem.costs)
        better = problem.costs.argmin(axis=1)[:, None] == np.arange(2)
        private = gibbs_laws(c * better)
        assert largest_ratio(problem, gibbs, 2 * c) <= 1e-9
        assert largest_ratio(problem, private, c) <= 1e-9
        for delta in DELTAS:
            values = {"M": 1, "m": m, "delta": delta}
            level = evaluate("gibbs-one-draw", {**values, "exponent": c}).value
            assert max(chance_above(problem, gibbs, level)) <= float(delta)
            level = evaluate("pure-dp-one-draw", {**values, "dp_epsilon": c}).value
            assert max(chance_above(problem, private, level)) <= float(delta)


def pairs_of_points(points: int) -> Enumerated:
    """Hypotheses that have loss 0 at two points and 1 elsewhere; samples of two points."""
    losses = np.ones((points * (points - 1) // 2, points))
    rows = [(i, j) for i in range(points) for j in range(i + 1, points)]
    for n, pair in enumerate(rows):
        losses[n, list(pair)] = 0
    return enumerated(2, np.full(points, 1 / points), losses)


@pytest.mark.parametrize("theorem", ["gibbs-one-draw", "gibbs-mean-draw"])
def test_an_exponent_that_moves_more_than_said_breaks_the_bound(theorem: str) -> None:
    problem = pairs_of_points(8)
    laws = gibbs_laws(-50 * problem.costs)
    values = {"M": 1, "exponent": "0.001", "m": 2, "delta": "0.2"}
    level = evaluate(theorem, values).value
    assert min(chance_above(problem, laws, level)) > 0.2
    assert evaluate(theorem, {**values, "exponent": 25}).value > 1


def test_losses_above_their_range_break_the_bound() -> None:
    problem = problem_of(4, [0.5, 0.5], 2, 0)
    wide = enumerated(4, np.array([0.5, 0.5]), 3 * np.array([[1.0, 0.0], [0.0, 1.0]]))
    laws = np.full(problem.costs.shape, 0.5)
    values = {"M": 1, "dp_epsilon": 0, "m": 4, "delta": "0.2"}
    level = evaluate("pure-dp-one-draw", values).value
    assert chance_above(problem, laws, level)[0] <= 0.2 < chance_above(wide, laws, level)[0]


def test_a_little_delta_is_not_pure() -> None:
    """With probability .3 the examples are memorised, loss 0 at them and 1 elsewhere: (0, .3)."""
    level = evaluate("pure-dp-one-draw", {"M": 1, "dp_epsilon": 0, "m": 200, "delta": "0.1"}).value
    assert level < 1 - 200 / 10**6
    assert evaluate("dp-to-uniform", {"M": 1, "dp_epsilon": 0, "dp_delta": "0.3"}).value >= 0.3


# ------------------------------------------------------------------------- total variation


@pytest.mark.parametrize("epsilon", [0.0, 0.2, 1.0, 5.0])
@pytest.mark.parametrize("delta", [0.0, 1e-5, 0.3])
def test_bernoulli_outputs_attain_the_total_variation(epsilon: float, delta: float) -> None:
    ratio = exp(epsilon)
    p, q = (ratio + delta) / (ratio + 1), (1 - delta) / (ratio + 1)
    for a, b in ((p, q), (q, p), (1 - p, 1 - q), (1 - q, 1 - p)):
        assert a <= ratio * b + delta + 1e-13
    given = {"M": 1, "dp_epsilon": epsilon, "dp_delta": delta}
    found = evaluate("dp-to-uniform", given).value
    assert found == pytest.approx(p - q, abs=1e-15)


@pytest.mark.parametrize("mu", [0.01, 0.5, 3.0])
def test_the_gaussian_mechanism_attains_the_total_variation(mu: float) -> None:
    variation = norm.cdf(mu / 2) - norm.cdf(-mu / 2)
    assert evaluate("dp-to-uniform", {"M": 1, "dp_mu": mu}).value == pytest.approx(variation)
    x = np.linspace(-6, 6, 400)
    assert np.max(norm.cdf(x + mu) - norm.cdf(x)) <= erf(mu / sqrt(8)) + 1e-15


def test_randomised_response_nearly_attains_pinskers_bound() -> None:
    """It is epsilon^2/2-zCDP, its total variation is tanh(epsilon/2), the bound epsilon/2."""
    for epsilon in (0.01, 0.1, 1.0):
        truth = exp(epsilon) / (1 + exp(epsilon))
        divergence = (2 * truth - 1) * epsilon
        assert divergence <= epsilon**2 / 2
        bound = evaluate("dp-to-uniform", {"M": 1, "dp_rho": epsilon**2 / 2}).value
        assert 2 * truth - 1 <= bound == pytest.approx(epsilon / 2)
    assert evaluate("dp-to-uniform", {"M": 1, "dp_rho": 7}).value == 1


def test_removing_and_adding_is_not_replacing() -> None:
    """Outputs 1 with chance 1/6, 1/3 (the example removed) and 2/3: each step is log 2."""
    low, middle, high = 1 / 6, 1 / 3, 2 / 3
    for p, q in ((low, middle), (middle, high)):
        steps = (p / q, q / p, (1 - p) / (1 - q), (1 - q) / (1 - p))
        assert max(steps) <= 2 + 1e-12
    values = {"M": 1, "dp_epsilon": log(2)}
    assert high - low > evaluate("dp-to-uniform", values).value
    doubled = evaluate("dp-to-replacement", {"dp_epsilon": log(2)}).value
    assert high - low <= evaluate("dp-to-uniform", {"M": 1, "dp_epsilon": doubled}).value
