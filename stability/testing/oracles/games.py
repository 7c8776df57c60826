"""Learning problems whose gap and stability are known exactly: oracles for bounds on the gap.

Each is frozen data. `constants()` maps a notion and neighbour to the exact values of the rule,
`gaps()` and `loo_gaps()` give the exact law of R - R_emp and R - R_loo, and `gap(seed)` draws one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, isqrt
from typing import Protocol

import numpy as np

from stability.conventions import Neighbour, Notion

DELETION, REPLACEMENT = Neighbour.DELETION, Neighbour.REPLACEMENT
Law = tuple[tuple[Fraction, Fraction], ...]
"""Pairs (value, probability), probabilities adding up to 1."""
Constants = Mapping[tuple[Notion, Neighbour], Mapping[str, Fraction]]


class Game(Protocol):
    """What the laws ask of a problem: sample size `m`, losses in [0, `M`], exact answers.

    `slack()` is an eta for which p_eta is 0: no row of beta ever exceeds B + eta on average.
    """

    @property
    def m(self) -> int: ...  # noqa: D102
    @property
    def M(self) -> Fraction: ...  # noqa: D102
    def constants(self) -> Constants: ...  # noqa: D102
    def gaps(self) -> Law: ...  # noqa: D102
    def loo_gaps(self) -> Law: ...  # noqa: D102
    def slack(self) -> Fraction: ...  # noqa: D102


def _certain(value: Fraction) -> Law:
    return ((value, Fraction(1)),)


def _root_above(value: Fraction) -> Fraction:
    """A rational just above a square root."""
    return Fraction(isqrt(int(value * 10**40)) + 1, 10**20)


def _draw(law: Law, seed: int) -> float:
    values, weights = zip(*law, strict=True)
    chances = np.array([float(w) for w in weights])
    return float(np.random.default_rng(seed).choice([float(v) for v in values], p=chances))


@dataclass(frozen=True)
class MeanEstimation:
    """Bernoulli examples, the mean w as hypothesis, loss |w - z|. Deleting z_i keeps 1/m.

    The loss is w or 1 - w, so deleting z_i moves it by z_i/m at every test point: beta(z', z) = z'.

    >>> game = MeanEstimation(4, Fraction(1, 2))
    >>> sum(value * chance for value, chance in game.gaps())
    Fraction(1, 8)
    """

    m: int
    q: Fraction
    M: Fraction = Fraction(1)

    def constants(self) -> Constants:
        """Exact; the expected gap is 2 q (1 - q)/m."""
        one, mean, spread = (
            1 / Fraction(self.m),
            self.q / self.m,
            2 * self.q * (1 - self.q) / self.m,
        )
        return {
            (Notion.UNIFORM, DELETION): {"beta": one},
            (Notion.UNIFORM, REPLACEMENT): {"epsilon": one},
            (Notion.PER_INDEX, REPLACEMENT): {"epsilon_rms": one},
            (Notion.HYPOTHESIS, DELETION): {"beta_hyp": mean},
            (Notion.POINTWISE, DELETION): {"beta_hyp": mean, "beta_pt": mean},
            (Notion.POINTWISE, REPLACEMENT): {"epsilon_pt": spread},
            (Notion.AVERAGE, REPLACEMENT): {"epsilon": spread},
            (Notion.ELASTIC, DELETION): {
                "B": Fraction(1),
                "U": Fraction(1),
                "B1": self.q,
                "D": self.q,
                **dict.fromkeys(("b_rms", "d_rms", "beta_rms"), _root_above(self.q)),
                "beta_4": _root_above(_root_above(self.q)),
                **dict.fromkeys(("c_rms", "c_sup"), self.q),
            },
        }

    def _over_counts(self, empirical: str) -> Law:
        law = []
        for ones in range(self.m + 1):
            w = Fraction(ones, self.m)
            shift = Fraction(1, self.m) if empirical == "loo" else 0
            risk = w * (1 - self.q) + (1 - w) * self.q
            seen = w * (1 - w + shift) + (1 - w) * w
            chance = comb(self.m, ones) * self.q**ones * (1 - self.q) ** (self.m - ones)
            law.append((risk - seen, chance))
        return tuple(law)

    def gaps(self) -> Law:
        """R - R_emp over the number of ones."""
        return self._over_counts("emp")

    def loo_gaps(self) -> Law:
        """R - R_loo, R_loo in the keep-1/m convention."""
        return self._over_counts("loo")

    def slack(self) -> Fraction:
        """0: no row of beta exceeds B."""
        return Fraction(0)

    def gap(self, seed: int) -> float:
        """One draw of R - R_emp."""
        return _draw(self.gaps(), seed)


@dataclass(frozen=True)
class DiagonalCounterexample:
    """Loss M - b at examples of the sample and M elsewhere, a continuous distribution.

    beta(z', z) = m b 1{z = z'}: its row means are 0 and the gap is b all the same, so a bias of
    2 B/m is wrong. Also a totally Lipschitz rule for the discrete metric.

    >>> DiagonalCounterexample(10, Fraction(1, 2)).gaps()
    ((Fraction(1, 2), Fraction(1, 1)),)
    """

    m: int
    b: Fraction
    M: Fraction = Fraction(1)

    def constants(self) -> Constants:
        """Exact."""
        nothing, b = Fraction(0), self.b
        return {
            (Notion.UNIFORM, DELETION): {"beta": b},
            (Notion.UNIFORM, REPLACEMENT): {"epsilon": b},
            (Notion.PER_INDEX, REPLACEMENT): {"epsilon_rms": b},
            (Notion.HYPOTHESIS, DELETION): {"beta_hyp": nothing},
            (Notion.POINTWISE, DELETION): {"beta_hyp": nothing, "beta_pt": b},
            (Notion.POINTWISE, REPLACEMENT): {"epsilon_pt": b},
            (Notion.AVERAGE, REPLACEMENT): {"epsilon": b},
            (Notion.ELASTIC, DELETION): {
                "B": nothing,
                "U": self.m * b,
                "B1": nothing,
                "D": self.m * b,
                "d_rms": self.m * b,
                **dict.fromkeys(("b_rms", "c_rms", "beta_rms", "beta_4", "c_sup"), nothing),
            },
            (Notion.TOTAL_LIPSCHITZ, REPLACEMENT): {
                "beta": b,
                "mean_distance": Fraction(1),
                "D_SG": Fraction(1),
            },
        }

    def gaps(self) -> Law:
        """b, always."""
        return _certain(self.b)

    def loo_gaps(self) -> Law:
        """0: left out, every example costs M."""
        return _certain(Fraction(0))

    def slack(self) -> Fraction:
        """b: the mean of beta(z', .) over the sample is at most b."""
        return self.b

    def gap(self, seed: int) -> float:
        """One draw of R - R_emp."""
        return float(self.b)


@dataclass(frozen=True)
class MemorisingRule:
    """Memorise when m is even (loss 0 on the sample, M elsewhere), lose nothing when m is odd.

    For even m the deletion pointwise constant is 0 and the gap M: this refutes Theorem 11 of
    Bousquet and Elisseeff as printed.

    >>> MemorisingRule(100).constants()[Notion.POINTWISE, DELETION]["beta_pt"]
    Fraction(0, 1)
    """

    m: int
    M: Fraction = Fraction(1)

    def constants(self) -> Constants:
        """Exact, for even m."""
        nothing, M = Fraction(0), self.M
        return {
            (Notion.UNIFORM, DELETION): {"beta": M},
            (Notion.UNIFORM, REPLACEMENT): {"epsilon": M},
            (Notion.PER_INDEX, REPLACEMENT): {"epsilon_rms": M},
            (Notion.HYPOTHESIS, DELETION): {"beta_hyp": M},
            (Notion.POINTWISE, DELETION): {"beta_hyp": M, "beta_pt": nothing},
            (Notion.POINTWISE, REPLACEMENT): {"epsilon_pt": M},
            (Notion.AVERAGE, REPLACEMENT): {"epsilon": M},
            (Notion.ELASTIC, DELETION): {
                "B": self.m * M,
                "U": self.m * M,
                "B1": self.m * M,
                "D": nothing,
                "d_rms": nothing,
                **dict.fromkeys(("b_rms", "c_rms", "beta_rms", "beta_4", "c_sup"), self.m * M),
            },
        }

    def gaps(self) -> Law:
        """M, always."""
        return _certain(self.M)

    def loo_gaps(self) -> Law:
        """M: the rule on m - 1 examples loses nothing."""
        return _certain(self.M)

    def slack(self) -> Fraction:
        """0: beta is nowhere above B."""
        return Fraction(0)

    def gap(self, seed: int) -> float:
        """One draw of R - R_emp."""
        return float(self.M)


@dataclass(frozen=True)
class RareMemoriser:
    """Memorise if one of the examples carries a mark, which each does with probability q.

    R_emp is 0, R is M exactly if some example is marked. The second moment of the gap is M times
    the pointwise replacement constant: Lemma 9 of Bousquet and Elisseeff is tight up to its 3.

    >>> RareMemoriser(2, Fraction(1, 2)).gaps()[0]
    (Fraction(1, 1), Fraction(3, 4))
    """

    m: int
    q: Fraction
    M: Fraction = Fraction(1)

    @property
    def _marked(self) -> Fraction:
        return 1 - (1 - self.q) ** self.m

    def constants(self) -> Constants:
        """Exact."""
        M, alone = self.M, self.q * (1 - self.q) ** (self.m - 1)
        without = 1 - (1 - self.q) ** (self.m - 1)
        return {
            (Notion.UNIFORM, DELETION): {"beta": M},
            (Notion.UNIFORM, REPLACEMENT): {"epsilon": M},
            (Notion.HYPOTHESIS, DELETION): {"beta_hyp": M * alone},
            (Notion.POINTWISE, DELETION): {"beta_hyp": M * alone, "beta_pt": M * without},
            (Notion.POINTWISE, REPLACEMENT): {"epsilon_pt": M * self._marked},
            (Notion.AVERAGE, REPLACEMENT): {"epsilon": M * self._marked},
        }

    def gaps(self) -> Law:
        """M if some example is marked."""
        return ((self.M, self._marked), (Fraction(0), 1 - self._marked))

    def loo_gaps(self) -> Law:
        """M/m if exactly one example is marked: its left-out loss is 0."""
        one = self.m * self.q * (1 - self.q) ** (self.m - 1)
        return ((self.M / self.m, one), (Fraction(0), 1 - one))

    def slack(self) -> Fraction:
        """Not elastic: unused."""
        return Fraction(0)

    def gap(self, seed: int) -> float:
        """One draw of R - R_emp."""
        return _draw(self.gaps(), seed)


GAMES: tuple[Game, ...] = (
    MeanEstimation(1, Fraction(1, 2)),
    MeanEstimation(20, Fraction(1, 2)),
    MeanEstimation(40, Fraction(1, 10)),
    DiagonalCounterexample(1, Fraction(1, 2), Fraction(1, 2)),
    DiagonalCounterexample(10, Fraction(1)),
    DiagonalCounterexample(100_000, Fraction(1, 10)),
    MemorisingRule(2),
    MemorisingRule(1000, Fraction(3)),
    RareMemoriser(50, Fraction(1, 500)),
    RareMemoriser(1000, Fraction(1, 2000), Fraction(2)),
)
"""Problems with exact answers, on which every bound is tried."""
