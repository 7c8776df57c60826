"""The chain: reference values, slow recursions, exact moments by enumeration, and what it needs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from math import comb, factorial

import numpy as np
import pytest
from mpmath import mp, mpf

from stability.bounds.analyse import analyse
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.chains import functions, inner
from stability.theorems.statements.chains.functions import (
    range_norm_value,
    square_chain_value,
    uniform_chain_value,
)
from stability.theorems.statements.chains.inner import inner_norms
from stability.theorems.statements.chains.outer import outer_norms
from stability.theorems.statements.chains.sizes import Chain, shifted_moments, sizes_up_to
from stability.theorems.statements.chains.two_points import largest_moment
from stability.theorems.statements.term import Term

ONE = shifted_moments([1.0] * 4)
ROOTS = tuple(x ** (1 / k) for k, x in enumerate(ONE, 2))


def test_reference_values() -> None:
    """u = v = 1, m = 16, p = 4 and the sizes 1, 4 and 16, computed with thirty digits elsewhere."""
    inside = inner_norms(ONE, 12).at(np.array([3, 12]), 4)
    assert inside.tolist() == pytest.approx([2.64997584884715, 5.04980920525646], rel=1e-12)
    outside = outer_norms(ROOTS, np.array([1, 4]))
    assert outside.tolist() == pytest.approx([1.4142135623731, 2.82842712474619], rel=1e-12)
    chain = Chain(ONE, ROOTS)
    assert chain.sum_over([1, 4, 16], 4) / 256 == pytest.approx(0.457399132383493, rel=1e-12)
    assert chain.norm(16, 4) / 256 <= 0.457399132383493 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("m", "wanted"),
    [
        (1000, {4: 7.931, 8: 14.861, 14: 24.746}),
        (60_000, {4: 12.333, 6: 17.734, 8: 23.076, 14: 38.631, 20: 53.688}),
    ],
)
def test_the_table_of_uniform_chains(m: int, wanted: dict[int, float]) -> None:
    for order, value in wanted.items():
        assert uniform_chain_value(order // 2, m) == pytest.approx(value, abs=2e-3)


def slow_inner(moments: Sequence[float], n: int) -> list[mpf]:
    """e_0, e_2, e_4, ... after n steps, one by one."""
    mu = [mpf(0), mpf(0), *map(mpf, moments)]
    order = len(mu) - 1
    e = [mpf(1)] + [mpf(0)] * order
    for _ in range(n):
        new = list(e)
        for q in range(2, order + 1, 2):
            new[q] += sum(comb(q, k) * mu[k] * e[q - k] for k in range(2, q + 1))
        for r in range(1, order, 2):
            new[r] = mp.sqrt(new[r - 1] * new[r + 1])
        e = new
    return e[::2]


def slow_outer(norms: Sequence[float], a: int) -> mpf:
    """p! times the coefficient of x^p in an exponential, as a sum over multisets."""
    order = len(norms) + 1
    found = mpf(0)
    for parts in range(1, order // 2 + 1):
        for sizes in itertools.product(range(2, order + 1), repeat=parts):
            if sum(sizes) == order:
                term = mpf(a) ** parts / factorial(parts)
                for k in sizes:
                    term *= mpf(norms[k - 2]) ** k / factorial(k)
                found += term
    return min((factorial(order) * found) ** (mpf(1) / order), a * mpf(norms[-1]))


def slow_norm(moments: Sequence[float], norms: Sequence[float], sizes: Sequence[int]) -> mpf:
    order, total = len(norms) + 1, mpf(0)
    for a, n in itertools.pairwise(sizes):
        root = slow_inner(moments, n - a)[order // 2] ** (mpf(1) / order)
        inside = min(root, (n - a) * mpf(moments[-1]) ** (mpf(1) / order))
        total += mpf(sizes[-1]) / a * slow_outer(norms, a) * inside
    return total


@pytest.mark.parametrize("order", [2, 4, 6])
@pytest.mark.parametrize("powers", [(1, 1, 1, 1, 1, 1), (0.2, 0.1, 0.08, 0.07, 0.06, 0.05)])
def test_never_below_the_exact_sum(order: int, powers: tuple[float, ...]) -> None:
    """Every choice of sizes for 9 examples in exact recursions: the chain takes the best on its
    grid, rounded up by 1e-12 at most."""
    moments = shifted_moments(powers[:order])
    norms = tuple(x ** (1 / k) for k, x in enumerate(moments, 2))
    found, grid = Chain(moments, norms).norm(9, order), sizes_up_to(9).tolist()
    best = min(
        slow_norm(moments, norms, [1, *between, 9])
        for count in range(4)
        for between in itertools.combinations(grid[1:-1], count)
    )
    assert best <= found <= best * (1 + mpf("1e-12"))


def test_blocks_of_steps_are_never_below(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks beyond 32 steps, and inside them, against 300 steps one by one."""
    exact = [slow_inner(ONE, n)[2] ** mpf(0.25) for n in (32, 150, 299, 300)]
    monkeypatch.setattr(inner, "UNIT", 32)
    monkeypatch.setattr(inner, "RATIO", 1 / 16)
    inner._norms.cache_clear()
    found = inner_norms(ONE, 300)
    inner._norms.cache_clear()
    norms = found.at(np.array([32, 150, 299, 300]), 4)
    assert len(found.counts) < 150 and found.counts[-1] > 4000
    for high, low in zip(norms.tolist(), exact, strict=True):
        assert low * (1 - mpf("1e-13")) <= high <= low * mpf("1.01")


def test_two_points_have_the_largest_moments() -> None:
    q = np.linspace(0, 0.5, 10_001)
    for order in (2, 3, 4, 5, 9, 16):
        on_grid = (q * (1 - q) ** order + (1 - q) * q**order).max()
        assert on_grid * (1 - 1e-12) <= largest_moment(order) <= on_grid * (1 + 1e-6)


def random_rule(seed: int, m: int) -> np.ndarray:
    """(2,)*m + (2,): losses in [0, 1] of what is fitted to m coins, at a coin; of no symmetry."""
    generator = np.random.default_rng(seed)
    losses = generator.uniform(size=(2,) * (m + 1))
    return losses if seed % 2 else np.round(losses)


def enumerated(losses: np.ndarray, m: int, law: np.ndarray) -> tuple[np.ndarray, ...]:
    """F2/m and the gap at every sample, and the chances of these: arrays (2,)*m."""
    chances = np.array(1.0)
    for _ in range(m):
        chances = np.multiply.outer(chances, law)
    risk = losses @ law
    remainder, seen = np.zeros((2,) * m), np.zeros((2,) * m)
    for i in range(m):
        fresh = np.moveaxis(losses, i, -2)  # the example at i last but one, the tested one last
        tested = np.einsum("...fz,f->...z", fresh, law)  # of what z_i is replaced by: averaged
        g = np.moveaxis((tested @ law)[..., None] - tested, -1, i)
        others = tuple(k for k in range(m) if k != i)
        own = np.einsum(g, list(range(m)), *itertools.chain(*((law, [k]) for k in others)), [i])
        shape = [1] * m
        shape[i] = 2
        remainder += g - own.reshape(shape)
        seen += np.moveaxis(np.einsum("...zz->...z", fresh), -1, i)
    return remainder / m, risk - seen / m, chances


def norm(values: np.ndarray, chances: np.ndarray, order: int) -> float:
    return float((np.abs(values) ** order * chances).sum() ** (1 / order))


def replacement(losses: np.ndarray, m: int) -> float:
    return max(float(np.abs(np.diff(losses, axis=i)).max()) for i in range(m))


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_by_enumeration(m: int) -> None:
    """Rules without any symmetry on coins: remainders and gaps have the moments that are stated,
    from uniform stability and from m times that as an elastic constant."""
    law, moment = np.array([0.3, 0.7]), BY_ID["uniform-chain-moment"].statements[0].values["bound"]
    for seed in range(6):
        losses = random_rule(seed, m)
        rest, gap, chances = enumerated(losses, m, law)
        epsilon = replacement(losses, m)
        for half in (1, 2, 3):
            found = norm(rest, chances, 2 * half)
            assert found <= epsilon * uniform_chain_value(half, m) + 1e-15
            assert found <= square_chain_value(half, m, *[m * epsilon] * 4) + 1e-15
            values = {"epsilon": Fraction(epsilon), "M": Fraction(1), "half": half}
            assert norm(gap, chances, 2 * half) <= Term(moment, values).upper(m) + 1e-15


def test_with_epsilon_too_small_it_fails() -> None:
    """Said to be thirty times as stable as it is, some rule on three coins has larger moments."""
    rest, _, chances = enumerated(random_rule(2, 3), 3, np.array([0.5, 0.5]))
    epsilon = replacement(random_rule(2, 3), 3)
    assert norm(rest, chances, 4) > epsilon / 30 * uniform_chain_value(2, 3)


def test_without_independence_the_mean_of_terms_fails() -> None:
    """A coin seen 100 times over has |mean - 1/2| = 1/2; of independent ones it is far less."""
    assert range_norm_value(2, 100) < 0.5
    mean = np.arange(101) / 100 - 0.5
    chances = np.array([comb(100, k) for k in range(101)], dtype=float) / 2.0**100
    assert norm(mean, chances, 4) <= range_norm_value(2, 100)


def test_the_order_that_is_not_computed_is_refused() -> None:
    from stability.errors import EvaluationError

    for half in (0, functions.LARGEST_HALF + 1, 1.5):
        with pytest.raises(EvaluationError, match="order"):
            uniform_chain_value(half, 10)


@pytest.mark.parametrize(("regularization", "table"), [("0.0001", 9.3271), ("0.01", 0.1197)])
def test_small_failure_probabilities(regularization: str, table: float) -> None:
    """Softmax regression on 60,000 images at delta = 1e-6: near the table, whose constants were
    certified for every order and not for 1, 2 and 4 only; far below Cantelli's inequality."""
    setup = Setup(
        sample=Sample(60_000),
        loss=Loss(
            range="2.302585092994046", lipschitz="1.4142135623730951", convex=True,
            mean_lipschitz="0.47", rms_lipschitz="0.478", fourth_moment_lipschitz="0.0625",
        ),
        algorithm=EmpiricalRiskMinimizer(regularization=regularization),
    )  # fmt: skip
    bounds = analyse(setup, Fraction(1, 10**6)).bounds
    least = {
        name: min(b.value for b in bounds if b.theorem == name and b.quantity == "gap")
        for name in ("elastic-chain", "elastic-split", "uniform-chain")
    }
    assert table < least["elastic-chain"] < 1.08 * table
    assert least["elastic-chain"] < min(least["elastic-split"] / 3, least["uniform-chain"] / 4)
