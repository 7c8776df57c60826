"""Losses on the line whose slopes and curvatures are known, and the methods that train on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

Floats = np.ndarray


@dataclass(frozen=True)
class Losses:
    """K losses l(w; z) of one family: `slope` times a shape around `centre`, of width `width`,
    plus bend/2 (w - centre)^2. Arrays (K,); `sign` (K,) turns hinges and lines round.

    "huber" and "hinge" are convex and smooth, "line" is linear, "wave" is not convex.
    """

    family: str
    slope: Floats
    centre: Floats
    width: float
    sign: Floats
    bend: float
    shift: float = 0.0

    def __len__(self) -> int:
        return len(self.slope)

    def values(self, w: Floats) -> Floats:
        """l(w; z) for every z: (K, *w.shape)."""
        x, s = self._apart(w), self._column(self.slope, w)
        d = self.width
        if self.family == "huber":
            shape = np.where(np.abs(x) <= d, x**2 / (2 * d), np.abs(x) - d / 2)
        elif self.family == "hinge":
            shape = np.where(x <= 0, 0.0, np.where(x <= d, x**2 / (2 * d), x - d / 2))
        elif self.family == "line":
            shape = x
        else:
            shape = (1 - np.cos(x / d)) * d
        return s * shape + self.bend / 2 * (w - self._column(self.centre, w)) ** 2 + self.shift

    def slopes(self, w: Floats) -> Floats:
        """The derivative in w for every z: (K, *w.shape)."""
        x, s, d = self._apart(w), self._column(self.slope, w), self.width
        if self.family == "huber":
            shape = np.clip(x / d, -1.0, 1.0)
        elif self.family == "hinge":
            shape = np.clip(x / d, 0.0, 1.0)
        elif self.family == "line":
            shape = np.ones_like(x)
        else:
            shape = np.sin(x / d)
        turned = s * shape * self._column(self.sign, w)
        return turned + self.bend * (w - self._column(self.centre, w))

    @property
    def curvature(self) -> float:
        """The largest second derivative, in size."""
        bent = 0.0 if self.family == "line" else float(self.slope.max()) / self.width
        return bent + self.bend

    @property
    def convex(self) -> bool:
        """Whether every loss is convex."""
        return self.family != "wave"

    def _apart(self, w: Floats) -> Floats:
        return self._column(self.sign, w) * (w - self._column(self.centre, w))

    @staticmethod
    def _column(values: Floats, w: Floats) -> Floats:
        return values.reshape(-1, *([1] * np.ndim(w)))


@dataclass(frozen=True)
class Descent:
    """A gradient method: `order` is "gd", "shuffled" or "with-replacement" (batches of one)."""

    order: str
    steps: int
    sizes: tuple[float, ...]
    decay: float
    radius: float | None

    def orders(self, m: int) -> Sequence[tuple[int, ...]]:
        """Every order in which examples are visited, equally likely."""
        if self.order == "gd":
            return [()]
        if self.order == "with-replacement":
            return list(product(range(m), repeat=self.steps))
        passes = -(-self.steps // m)
        whole = product(permutations(range(m)), repeat=passes)
        return [tuple(i for one in several for i in one)[: self.steps] for several in whole]

    def run(
        self, losses: Losses, sample: Sequence[int], orders: Sequence[tuple[int, ...]],
        skipped: int | None = None,
    ) -> Floats:  # fmt: skip
        """All iterates (steps + 1, orders); `skipped`: the place whose example acts in no step."""
        w, m = np.zeros(len(orders)), len(sample)
        path, columns = [w], np.arange(len(orders))
        for t, size in enumerate(self.sizes):
            slopes = losses.slopes(w)
            if self.order == "gd":
                seen = [slopes[z] for i, z in enumerate(sample) if i != skipped]
                pull = np.sum(seen, axis=0) / m if seen else np.zeros_like(w)
            else:
                places = np.array([order[t] for order in orders])
                pull = slopes[np.array(sample)[places], columns]
                if skipped is not None:
                    pull = np.where(places == skipped, 0.0, pull)
            w = w - size * (pull + self.decay * w)
            if self.radius is not None:
                w = np.clip(w, -self.radius, self.radius)
            path.append(w)
        return np.array(path)


def samples(kinds: int, m: int) -> Iterator[tuple[int, ...]]:
    """Every sample of m examples of so many kinds, equally likely."""
    return product(range(kinds), repeat=m)
