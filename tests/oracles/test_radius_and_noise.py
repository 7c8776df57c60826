"""Radius and PAC-Bayes bounds against rules whose laws are enumerated, and what they lean on."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.special import ndtr, xlogy
from scipy.stats import binom

from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.term import Term

FAILURES = (0.5, 0.2, 0.05)


def value(theorem: str, position: int = 0, **known: float) -> float:
    return Term(BY_ID[theorem].statements[position].values["bound"], known).upper()  # type: ignore[attr-defined]


class Weights:
    """Weights in the plane for every sequence of m of two examples, drawn at random.

    Without the example at i they are the mean of the two samples that differ there, weighted by
    their probabilities: u(z) is the largest distance that deleting z then makes, times m.
    """

    def __init__(self, m: int, law: float, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.m = m
        self.samples = list(itertools.product((0, 1), repeat=m))
        self.table = {s: draw.normal(size=2) * draw.exponential() for s in self.samples}
        self.law = np.array([1 - law, law])
        self.chance = np.array([self.law[list(s)].prod() for s in self.samples])

    def without(self, sample: tuple[int, ...], i: int) -> np.ndarray:
        both = [self.table[(*sample[:i], z, *sample[i + 1 :])] for z in (0, 1)]
        return self.law @ np.array(both)

    def constants(self) -> dict[str, float]:
        u = np.zeros(2)
        for s, i in itertools.product(self.samples, range(self.m)):
            moved = float(np.linalg.norm(self.table[s] - self.without(s, i)))
            u[s[i]] = max(u[s[i]], self.m * moved)
        return {"u_sup": u.max(), "u_mean": self.law @ u, "u_rms": float(self.law @ u**2) ** 0.5}

    def replaced(self) -> float:
        return max(
            float(np.linalg.norm(self.table[s] - self.table[(*s[:i], 1 - s[i], *s[i + 1 :])]))
            for s, i in itertools.product(self.samples, range(self.m))
        )

    def distances(self) -> np.ndarray:
        rows = np.array([self.table[s] for s in self.samples])
        return np.linalg.norm(rows - self.chance @ rows, axis=1)


RULES = [Weights(m, law, seed) for m in (1, 2, 3, 4) for law in (0.5, 0.1) for seed in range(6)]


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_the_radius_holds_for_every_rule(m: int) -> None:
    for rule in (r for r in RULES if r.m == m):
        far, known = rule.distances(), rule.constants()
        squared = float(rule.chance @ far**2)
        second, tail = "elastic-radius-second-moment", "elastic-radius"
        assert squared <= value(second, m=m, u_rms=known["u_rms"]) * (1 + 1e-12)
        assert squared <= value(second, 1, m=m, distance=rule.replaced()) * (1 + 1e-12)
        for delta in FAILURES:
            r = value(tail, m=m, delta=delta, **known)
            assert rule.chance[far >= r].sum() <= delta
            r = value(tail, 1, m=m, delta=delta, distance=rule.replaced())
            assert rule.chance[far >= r].sum() <= delta


def test_the_second_moment_is_attained_and_needs_its_constant() -> None:
    """One example, two weights: E|A - EA|^2 = E u^2; with anything less it is false."""
    for law in (0.5, 0.1):
        rule = Weights(1, law, 0)
        squared = float(rule.chance @ rule.distances() ** 2)
        rms = rule.constants()["u_rms"]
        assert squared == pytest.approx(value("elastic-radius-second-moment", m=1, u_rms=rms))
        assert squared > value("elastic-radius-second-moment", m=1, u_rms=0.99 * rms)


def test_the_tail_needs_the_supremum() -> None:
    """A rare example that moves the weights far: its mean square alone says too little."""
    m, law = 1, 1e-3
    u, delta = np.array([law, 1 - law]), law / 2  # distances to the mean of weights 0 and 1
    known = {"u_mean": float([1 - law, law] @ u), "u_rms": float([1 - law, law] @ u**2) ** 0.5}
    full = value("elastic-radius", m=m, delta=delta, u_sup=1 - law, **known)
    blind = value("elastic-radius", m=m, delta=delta, u_sup=known["u_rms"], **known)
    assert blind < 1 - law < full  # weights 1, of probability law > delta, are outside of `blind`


@pytest.mark.parametrize("m", [3, 50, 2000])
def test_the_radius_of_means_of_coins(m: int) -> None:
    """The weight is the share of heads, or its c-fold: the sums are binomial, and exact."""
    heads = np.arange(m + 1)
    for q, c in itertools.product((0.5, 0.02), (1.0, 7.0)):
        chance, far = binom.pmf(heads, m, q), c * np.abs(heads / m - q)
        # deleting puts the mean in the place of an example: c |z - q|/m
        u, law = c * np.array([q, 1 - q]), np.array([1 - q, q])
        known = {"u_sup": u.max(), "u_mean": law @ u, "u_rms": float(law @ u**2) ** 0.5}
        squared = float(chance @ far**2)
        assert squared == pytest.approx(
            value("elastic-radius-second-moment", m=m, u_rms=known["u_rms"])
        )
        assert squared <= value("elastic-radius-second-moment", 1, m=m, distance=c / m)
        for delta in (*FAILURES, 1e-4):
            r = value("elastic-radius", m=m, delta=delta, **known)
            assert chance[far >= r].sum() <= delta
            r = value("elastic-radius", 1, m=m, delta=delta, distance=c / m)
            assert chance[far >= r].sum() <= delta


def entropy(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q))


def test_what_the_inequality_of_maurer_needs_of_the_sample_size() -> None:
    """E exp(m kl(R_emp, R)) <= 2 sqrt(m) for every m, not from m = 8 on only; equal at m = 1."""
    for m in (*range(1, 30), 100, 1000):
        k = np.arange(m + 1)
        log = np.array([math.log(math.comb(m, int(j))) for j in k]) - m * math.log(m)
        xi = np.exp(log + xlogy(k, k) + xlogy(m - k, m - k)).sum()
        assert xi <= 2 * math.sqrt(m) * (1 + 1e-9)
    for m, q in itertools.product((1, 5, 60), (0.02, 0.5)):
        k = np.arange(m + 1)
        mean = binom.pmf(k, m, q) @ np.exp(m * entropy(k / m, np.full(m + 1, q)))
        assert mean <= 2 * math.sqrt(m) * (1 + 1e-9)


def risks(centre: np.ndarray, share: np.ndarray, q: float, noise: float) -> tuple:
    """Test and training risk of {centre + noise N > 0} as a guess of a coin, by count of heads."""
    says = ndtr(centre / noise)
    return says * (1 - q) + (1 - says) * q, says * (1 - share) + (1 - says) * share


@pytest.mark.parametrize(("m", "q"), [(1, 0.5), (4, 0.3), (20, 0.5), (400, 0.05), (2000, 0.3)])
def test_noisy_guesses_of_a_coin(m: int, q: float) -> None:
    """Weights c (share of heads - 1/2): deleting a head moves them by c/m, a tail by nothing."""
    share = np.arange(m + 1) / m
    chance = binom.pmf(np.arange(m + 1), m, q)
    for c, noise, delta in itertools.product((0.1, 10.0), (0.05, 1.0), (0.3, 0.05)):
        known = {"m": m, "noise": noise, "offset": 0, "noise_levels": 1}
        known |= {"u_sup": c, "u_mean": c * q, "u_rms": c * math.sqrt(q)}
        known |= {"delta_1": 0.95 * delta, "delta_2": 0.05 * delta}
        true, seen = risks(c * (share - 0.5), share, q, noise)
        far = entropy(seen, true)
        assert chance[far > value("elastic-pac-bayes", **known)].sum() <= delta
        gap = value("elastic-pac-bayes-gap", M=1, **known)
        assert chance[true - seen > gap].sum() <= delta


def test_weights_that_learn_by_heart_need_their_radius_or_their_offset() -> None:
    """One weight per point of a large space, 1 or -1 as the label of a point that was seen.

    Labels are fair coins: every test risk is 1/2, while training risks are Phi(-1/noise). Called
    stable, the bound is false for every sample without a repetition.
    """
    m, noise = 20, 0.3
    far = float(entropy(np.array([ndtr(-1 / noise)]), np.array([0.5]))[0])
    known = {"m": m, "noise": noise, "noise_levels": 1, "delta_1": 0.1, "delta_2": 0.1}
    still = {"u_sup": 0, "u_mean": 0, "u_rms": 0}
    assert far > value("elastic-pac-bayes", **known, **still, offset=0)
    assert far < value("elastic-pac-bayes", **known, **still, offset=math.sqrt(m))
    assert far < value("elastic-pac-bayes", **known, u_sup=m, u_mean=m, u_rms=m, offset=0)


@pytest.mark.parametrize("m", [1, 4, 100, 2000])
def test_one_draw_of_the_noise(m: int) -> None:
    """The same guesses by one draw h: right for all examples that are heads, or for all tails."""
    q, delta = 0.3, 0.3
    share = np.arange(m + 1) / m
    chance = binom.pmf(np.arange(m + 1), m, q)
    parts = {"delta_1": 0.9 * delta, "delta_2": 0.05 * delta, "delta_3": 0.05 * delta}
    for c, noise in itertools.product((0.1, 3.0), (0.1, 1.0)):
        known = {"m": m, "noise": noise, "offset": 0, "u_sup": c, "u_mean": c * q}
        cap = value("elastic-pac-bayes-one-draw", **known, u_rms=c * math.sqrt(q), **parts)
        says = ndtr(c * (share - 0.5) / noise)
        wrong = entropy(1 - share, np.full(m + 1, 1 - q)) > cap  # h says heads
        other = entropy(share, np.full(m + 1, q)) > cap
        assert chance @ (says * wrong + (1 - says) * other) <= delta
