"""Bounds against rules on tiny spaces, whose gap and elastic constants are enumerated exactly."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from stability.conventions import Quantity
from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.term import Term


@dataclass(frozen=True)
class AdditiveRule:
    """l(A_S, z) = clip(start + (1/m) sum_j c(S_j, z), 0, M); deleting j drops its term.

    `influence` (k, k): c(z', z); `law` (k,): probabilities of the k points.
    """

    influence: np.ndarray
    law: np.ndarray
    start: float | np.ndarray
    M: float
    m: int

    def losses(self, sample: tuple[int, ...]) -> np.ndarray:
        return np.clip(self.start + self.influence[list(sample)].sum(axis=0) / self.m, 0, self.M)

    def beta(self, *, fewer: bool = False) -> np.ndarray:
        """The least beta at m, or at m and m - 1, by enumeration."""
        k = len(self.law)
        beta = np.zeros((k, k))
        for size in (self.m, self.m - 1) if fewer else (self.m,):
            for rest in itertools.product(range(k), repeat=size - 1):
                without = self.losses(rest)
                for z in range(k):
                    change = size * np.abs(self.losses((*rest, z)) - without)
                    beta[z] = np.maximum(beta[z], change)
        return beta

    def constants(self, *, fewer: bool = False) -> dict[str, float]:
        """The four numbers of beta and its norms, exact by enumeration."""
        beta, law = self.beta(fewer=fewer), self.law
        rows, columns = beta @ law, law @ beta
        return {
            "B": rows.max(),
            "U": beta.max(),
            "B1": float(rows @ law),
            "D": float(np.diag(beta) @ law),
            "b_rms": float(rows**2 @ law) ** 0.5,
            "c_rms": float(columns**2 @ law) ** 0.5,
            "d_rms": float(np.diag(beta) ** 2 @ law) ** 0.5,
            "beta_rms": float(law @ beta**2 @ law) ** 0.5,
            "c_sup": columns.max(),
        }

    def gaps(self, *, left_out: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """The gap (to the leave-one-out error) of every sample and its probability."""
        gaps, weights = [], []
        for sample in itertools.product(range(len(self.law)), repeat=self.m):
            losses = self.losses(sample)
            seen = losses[list(sample)].mean()
            if left_out:
                others = (sample[:i] + sample[i + 1 :] for i in range(self.m))
                seen = np.mean([self.losses(o)[z] for o, z in zip(others, sample, strict=True)])
            gaps.append(losses @ self.law - seen)
            weights.append(self.law[list(sample)].prod())
        return np.array(gaps), np.array(weights)


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


@pytest.mark.parametrize("rule", random_rules(60, seed=1), ids=range(60))
def test_the_second_moment_is_never_above_its_bound(rule: AdditiveRule) -> None:
    gaps, weights = rule.gaps()
    assert weights @ gaps**2 <= value("elastic-second-moment", rule)
    left_out, weights = rule.gaps(left_out=True)
    assert weights @ left_out**2 <= value("elastic-second-moment-loo", rule)


@pytest.mark.parametrize("rule", random_rules(25, seed=2), ids=range(25))
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
        for position, statement in enumerate(BY_ID["elastic-split"].statements):
            bound = value("elastic-split", rule, position, **split)
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
