"""Pair-feature regression: products of labels estimated from features of pairs of points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.errors import SetupError, did_you_mean
from stability.kernels.inputs import examples
from stability.kernels.kernel import Floats, Place, mirror, places
from stability.kernels.label_aware.label_system import LabelProducts, check_count
from stability.kernels.label_aware.pair_features import FEATURES, PairFeatures, Points
from stability.kernels.label_aware.sketch import EPSILON, padded, sketch
from stability.kernels.label_aware.streaming import RIDGE, LinearFit, Scale, linear_fit

BLOCK = 128
"""Rows and columns of a block of pairs."""
MEMORY = 2**31
"""Default budget for the columns that a sketch is made of, in bytes."""


@dataclass(frozen=True)
class Sketch:
    """Least squares on few random combinations of the pairs, instead of on all of them.

    A fast Johnson-Lindenstrauss transform with distortion `epsilon`, as published. All pairs have
    to be in memory for it, and the exact solution is quicker: it is here to be compared with.
    """

    seed: int = 0
    epsilon: float = EPSILON
    memory_bytes: int = MEMORY


@dataclass(frozen=True, eq=False)
class PairFeatureSystem:
    """Z(x, x') = weights . features(x, x') + intercept, by least squares over all training pairs.

    The target of a pair, of which there are n^2 with those of a point with itself, is 1 for equal
    labels and -1 for others. Products of features are summed over blocks of pairs, so the n^2 rows
    are never formed.

    Source: Chen, He & Su (2020), section 3, LANTK-HR with pairwise features ("FJLT-V1", "FJLT-V2").
    """

    features: PairFeatures
    fit_: LinearFit

    @classmethod
    def fit(
        cls,
        inputs: ArrayLike,
        labels: ArrayLike,
        kernel: Floats,
        version: str = "V1",
        *,
        intercept: bool = True,
        ridge: float = RIDGE,
        using: Sketch | None = None,
    ) -> PairFeatureSystem:
        """From inputs (n, ...), labels (n,) and the label-free kernel (n, n) between the inputs.

        `version` of the features, `ridge` relative to the features' correlations. The published fit
        has no intercept. Raises DataError for labels of one class or features that do not vary,
        SetupError for an unknown version and for a sketch of more pairs than its budget.

        >>> x = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 1.0], [-1.0, 3.0]])
        >>> fitted = PairFeatureSystem.fit(x, [0, 0, 1, 1], x @ x.T)
        >>> fitted.products(x, None, x @ x.T).round(3)[0].tolist()
        [1.0, 1.0, -1.0, -1.0]
        """
        if version not in FEATURES:
            raise SetupError(
                where="pair features", found=version, allowed=" or ".join(map(repr, FEATURES)),
                remedy=did_you_mean(version, FEATURES),
            )  # fmt: skip
        table = examples(inputs)
        check_count(labels, kernel)
        targets = LabelProducts.of(labels)
        features = PairFeatures.of(table, version)
        pairs = _TrainingPairs(features, features.points(table), targets, kernel)
        scale = Scale.of(next(pairs.columns())[1])
        gram = pairs.products(scale) if using is None else pairs.sketched(scale, using)
        return cls(features, linear_fit(gram, scale, intercept=intercept, ridge=ridge))

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"pair features {self.features.version}"

    @property
    def condition_number(self) -> float:
        """The condition number of the correlations of the features."""
        return self.fit_.condition_number

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each feature."""
        return dict(zip(self.features.names, self.fit_.weights.tolist(), strict=True))

    def products(self, rows: Floats, columns: Floats | None, kernel: Floats) -> Floats:
        """Z (n, n') between points (n, d) and (n', d), where the label-free kernel is `kernel`."""
        left = self.features.points(rows)
        right = left if columns is None else self.features.points(columns)
        found = np.empty(kernel.shape)
        for here, there in places(*kernel.shape, BLOCK, upper=columns is None):
            found[here, there] = self._at(left.part(here), right.part(there), kernel[here, there])
        if columns is None:
            mirror(found)
        return found

    def own_products(self, points: Floats, diagonal: Floats) -> Floats:
        """Z(x, x) (n,) where the label-free kernel has the `diagonal` (n,)."""
        table, found = self.features.points(points), np.empty(len(points))
        for k in range(len(points)):
            one = table.part(slice(k, k + 1))
            found[k] = self._at(one, one, diagonal[None, k : k + 1])[0, 0]
        return found

    def _at(self, left: Points, right: Points, kernel: Floats) -> Floats:
        return self.fit_(self.features.between(left, right, kernel))


@dataclass(frozen=True, eq=False)
class _TrainingPairs:
    """The features and targets of all pairs of training points, a block at a time."""

    features: PairFeatures
    points: Points
    targets: LabelProducts
    kernel: Floats

    def columns(self, *, upper: bool = True) -> Iterator[tuple[Place, Floats]]:
        """Blocks of pairs, and their features and target (p + 1, pairs)."""
        part, vectors = self.points.part, self.targets.vectors
        for here, there in places(*self.kernel.shape, BLOCK, upper=upper):
            found = self.features.between(part(here), part(there), self.kernel[here, there])
            target = (vectors[here] * self.targets.signs) @ vectors[there].T
            yield (here, there), np.vstack([found.reshape(len(found), -1), target.reshape(1, -1)])

    def products(self, scale: Scale) -> Floats:
        """Sums over all pairs of the products (p + 2, p + 2) of scaled columns."""
        found = np.zeros((len(scale.shift) + 1,) * 2)
        for (here, there), columns in self.columns():
            values = scale.scaled(columns)
            found += (1.0 if here == there else 2.0) * (values @ values.T)
        return found

    def sketched(self, scale: Scale, using: Sketch) -> Floats:
        """Such sums over random combinations of pairs."""
        rows, count = padded(self.kernel.size), len(scale.shift) + 1
        needed = rows * count * np.dtype(np.float64).itemsize
        if needed > using.memory_bytes:
            raise SetupError(
                where="sketch.memory_bytes",
                found=f"{self.kernel.size:,} pairs, which need {needed / 2**30:.1f} GiB",
                allowed=f"at most {using.memory_bytes / 2**30:.1f} GiB",
                remedy="Leave the sketch out: the exact solution needs no such memory.",
            )
        whole, first = np.zeros((count, rows)), 0
        for _, columns in self.columns(upper=False):
            size = columns.shape[1]
            whole[:, first : first + size] = scale.scaled(columns)
            first += size
        few = sketch(whole, using.seed, using.epsilon)
        return few @ few.T
