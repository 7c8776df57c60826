"""Features of pairs of points: ten that look at their geometry and kernel, ten of their scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA

from stability.kernels.kernel import Floats

GEOMETRY = (
    "kernel", "cosine", "product", "product of lengths", "squared distance", "L1 distance",
    "angle", "sine", "Gaussian of the distance", "correlation",
)  # fmt: skip
COMPONENTS = 5
RANK = 1e-10
"""Components with a smaller share of the largest singular value are left out."""
FEATURES = {
    "V1": GEOMETRY,
    "V2": GEOMETRY
    + tuple(f"product of scores {k + 1}" for k in range(COMPONENTS))
    + tuple(f"difference of scores {k + 1}" for k in range(COMPONENTS)),
}
"""The features of each version. V2 is that of the published code, not of the paper's words.

The paper says that V2 adds the same ten features of the five largest principal components; its
code adds products and absolute differences of their scores, and the published numbers are its.
"""


@dataclass(frozen=True, eq=False)
class Points:
    """Points (n, d) with what features of pairs need of each."""

    values: Floats
    lengths: Floats
    standardised: Floats
    scores: Floats

    def part(self, rows: slice) -> Points:
        """Some of the points."""
        return Points(*(x[rows] for x in vars(self).values()))


@dataclass(frozen=True, eq=False)
class PairFeatures:
    """The features of pairs, given what is taken from the training points.

    `spread` is their mean squared distance, `components` their principal components, for V2.
    """

    version: str
    spread: float
    components: PCA | None

    @classmethod
    def of(cls, points: Floats, version: str) -> PairFeatures:
        """From training points (n, d)."""
        spread = 2.0 * float((points**2).sum(axis=1).mean() - (points.mean(axis=0) ** 2).sum())
        found = None
        if version == "V2":
            count = min(COMPONENTS, *points.shape)
            found = PCA(count, random_state=0).fit(points)
            sizes = found.singular_values_
            # a component along which the points do not vary is rounding, and so are its scores
            varied = int((sizes > RANK * sizes[0]).sum())
            if varied < count:
                found = PCA(varied, random_state=0).fit(points) if varied else None
        return cls(version, max(spread, np.finfo(float).tiny), found)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the features."""
        return FEATURES[self.version]

    def points(self, values: Floats) -> Points:
        """What the features need of points (n, d)."""
        centred = values - values.mean(axis=1, keepdims=True)
        size = np.linalg.norm(centred, axis=1, keepdims=True)
        centred = np.divide(centred, size, out=np.zeros_like(centred), where=size > 0)
        scores = np.zeros((len(values), COMPONENTS if self.version == "V2" else 0))
        if self.components is not None:
            found = self.components.transform(values)
            scores[:, : found.shape[1]] = found
        return Points(values, np.linalg.norm(values, axis=1), centred, scores)

    def between(self, left: Points, right: Points, kernel: Floats) -> Floats:
        """The features (p, n, n') of all pairs; `kernel` (n, n') is the first of them.

        The cosine with a point of zeros counts as 0, and so does the correlation with a point whose
        numbers are all equal.
        """
        found = np.empty((len(self.names), *kernel.shape))
        products = left.values @ right.values.T
        lengths = np.outer(left.lengths, right.lengths)
        cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
        np.clip(cosines, -1.0, 1.0, out=cosines)
        squares = left.lengths[:, None] ** 2 + right.lengths**2 - 2 * products
        np.maximum(squares, 0.0, out=squares)
        found[0], found[1], found[2], found[3], found[4] = (
            kernel, cosines, products, lengths, squares
        )  # fmt: skip
        found[5] = cdist(left.values, right.values, "cityblock")
        found[6] = np.arccos(cosines)
        found[7] = np.sqrt(1.0 - cosines**2)
        found[8] = np.exp(-squares / self.spread)
        found[9] = left.standardised @ right.standardised.T
        if self.version == "V2":
            first = len(GEOMETRY)
            for k in range(COMPONENTS):
                one, other = left.scores[:, k, None], right.scores[None, :, k]
                found[first + k] = one * other
                found[first + COMPONENTS + k] = np.abs(one - other)
        return found
