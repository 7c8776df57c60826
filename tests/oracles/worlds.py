"""Rules on a few points, with all that bounds say of them enumerated: gaps, chances, constants."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


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
        return numbers_of(self.beta(fewer=fewer), self.law)

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


def numbers_of(beta: np.ndarray, law: np.ndarray) -> dict[str, float]:
    """The four numbers and the norms of beta(z', z), and its largest column."""
    rows, columns, own = beta @ law, law @ beta, np.diag(beta)
    return {
        "B": rows.max(),
        "U": beta.max(),
        "B1": float(rows @ law),
        "D": float(own @ law),
        "b_rms": float(rows**2 @ law) ** 0.5,
        "c_rms": float(columns**2 @ law) ** 0.5,
        "d_rms": float(own**2 @ law) ** 0.5,
        "beta_rms": float(law @ beta**2 @ law) ** 0.5,
        "beta_4": float(law @ beta**4 @ law) ** 0.25,
        "c_sup": columns.max(),
    }


def squares_of(beta: np.ndarray, law: np.ndarray) -> dict[str, float]:
    """Squares of E u, |u|_2, |u|_4 and sup u, for a u with beta(z', z) <= u(z') u(z).

    >>> squares_of(np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([0.5, 0.5]))["uu_1"]
    2.25
    """
    u = np.sqrt(np.maximum(beta.max(axis=0), beta.max(axis=1)))
    if np.all(beta <= np.outer(np.sqrt(np.diag(beta)), np.sqrt(np.diag(beta))) * (1 + 1e-12)):
        u = np.sqrt(np.diag(beta))
    moments = {n: float(law @ u**k) for n, k in (("uu_1", 1), ("uu_2", 2), ("uu_4", 4))}
    return {
        "uu_1": moments["uu_1"] ** 2,
        "uu_2": moments["uu_2"],
        "uu_4": moments["uu_4"] ** 0.5,
        "uu_sup": float(u.max() ** 2),
    }


@dataclass(frozen=True)
class World:
    """All samples: their gaps and chances, and what bounds ask for, by symbol name."""

    gaps: np.ndarray
    chances: np.ndarray
    known: Mapping[str, float]
    product: bool = False

    def norm(self, order: float) -> float:
        """The L_q norm of the gap."""
        top = float(np.abs(self.gaps).max())
        if top == 0:
            return 0.0
        powers = float(np.sum(self.chances * (np.abs(self.gaps) / top) ** order))
        return top * powers ** (1 / order)

    def quantile(self, delta: float, *, absolute: bool) -> float:
        """The smallest t with P(G > t) <= delta, or P(|G| > t) <= delta."""
        gaps = np.abs(self.gaps) if absolute else self.gaps
        places = np.argsort(gaps)
        above = 1 - np.cumsum(self.chances[places])
        return float(gaps[places][np.argmax(above <= delta + 1e-12)])


def of_additive(rule: AdditiveRule, *, loo: bool = False, product: bool = False) -> World:
    """The world of an additive rule; `product`: its influence is a product, and so is its beta."""
    beta = np.abs(rule.influence) if product else rule.beta(fewer=loo)
    moved = max(
        float(np.abs(rule.losses((*rest, a)) - rule.losses((*rest, b))).max())
        for rest in itertools.product(range(len(rule.law)), repeat=rule.m - 1)
        for a, b in itertools.combinations(range(len(rule.law)), 2)
    )
    known = {**numbers_of(beta, rule.law), **squares_of(beta, rule.law), "epsilon": moved}
    gaps, chances = rule.gaps(left_out=loo)
    return World(gaps, chances, {**known, "m": rule.m, "M": rule.M}, product)


def without_symmetry(losses: np.ndarray, law: np.ndarray) -> World:
    """The world of any table of losses (k,)*m + (k,), the point tested last.

    An example is deleted by averaging over what stands in its place: a function of the others.
    """
    m, k = losses.ndim - 1, len(law)
    beta, of_index, seen = np.zeros((k, k)), [], np.zeros((k,) * m)
    chances = np.array(1.0)
    for i in range(m):
        fresh = np.moveaxis(losses, i, 0)
        change = m * np.abs(fresh - np.tensordot(law, fresh, axes=1))
        beta = np.maximum(beta, change.max(axis=tuple(range(1, m))))
        of_index.append(float((fresh.max(axis=0) - fresh.min(axis=0)).max()))
        tested = np.einsum("...zz->...z", np.moveaxis(losses, i, -2))
        seen += np.moveaxis(tested, -1, i) / m
        chances = np.multiply.outer(chances, law)
    known = {**numbers_of(beta, law), **squares_of(beta, law), "epsilon": max(of_index)}
    known["epsilon_rms"] = float(np.mean(np.square(of_index)) ** 0.5)
    gaps = losses @ law - seen
    return World(gaps.ravel(), chances.ravel(), {**known, "m": m, "M": 1.0})
