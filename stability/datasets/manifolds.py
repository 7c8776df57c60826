"""Two classes on curves and surfaces that lie close together: the synthetic data of He and Su.

On each manifold the distance of two points along it is known, so that one can ask whether a network
feels it. Source: He and Su, The Local Elasticity of Neural Networks (ICLR 2020), appendix A, and
their published code; parameters are drawn uniformly and independently, without noise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.errors import SetupError, did_you_mean

Floats = NDArray[np.float64]
CLASSES = ("red", "blue")
"""Class 0 and class 1; similarities are looked at among the blue points."""

SLOPE = 1.2
"""The boxes are |y| + 1.2 |x| = constant."""
BOX_SIZES = (11.0, 13.0)
"""The constant of the inner, red box and of the outer, blue one."""


@dataclass(frozen=True)
class Manifold:
    """Two classes on one family of curves or surfaces.

    `place` maps parameters (n, k) and a class to points (n, d); `draw` draws n parameters of a
    class; `geodesic` gives distances (n, n') between points of class 1 from their parameters.
    """

    name: str
    words: str
    place: Callable[[Floats, int], Floats]
    draw: Callable[[np.random.Generator, int, int], Floats]
    geodesic: Callable[[Floats, Floats], Floats]

    def sample(self, per_class: int, seed: int) -> ManifoldSample:
        """`per_class` points of each class, the blue ones first.

        >>> MANIFOLDS["torus"].sample(50, seed=0).data
        Dataset 'torus': 100 examples of shape (3,), 2 classes
        """
        if per_class < 2:
            raise SetupError(
                where="per_class", found=per_class, allowed="a whole number of at least 2"
            )
        generator = np.random.default_rng(seed)
        parameters = [self.draw(generator, per_class, c) for c in (1, 0)]
        points = [self.place(p, c) for p, c in zip(parameters, (1, 0), strict=True)]
        labels = np.repeat([1, 0], per_class)
        data = Dataset(np.concatenate(points), labels, CLASSES, self.name)
        return ManifoldSample(self, data, np.concatenate(parameters))


@dataclass(frozen=True, eq=False)
class ManifoldSample:
    """Points of a manifold and the `parameters` (n, k) from which they were made."""

    manifold: Manifold
    data: Dataset
    parameters: Floats

    @property
    def blue(self) -> NDArray[np.int64]:
        """The positions of class 1, whose similarities are looked at."""
        return np.flatnonzero(self.data.labels == 1)

    def distances(self) -> Floats:
        """The distances (n, n) of the blue points along the manifold."""
        own = self.parameters[self.blue]
        return self.manifold.geodesic(own, own)


def _columns(*values: ArrayLike) -> Floats:
    return np.stack([np.asarray(v, dtype=np.float64) for v in values], axis=1)


def _uniform(low: float, high: float) -> Callable[[np.random.Generator, int, int], Floats]:
    return lambda generator, n, label: generator.uniform(low, high, size=(n, 1))


def _angle(a: Floats, b: Floats) -> Floats:
    gap = np.abs(a[:, None, 0] - b[None, :, 0])
    return np.minimum(gap, 2 * np.pi - gap)


def _along(a: Floats, b: Floats) -> Floats:
    return np.abs(a[:, None, 0] - b[None, :, 0])


def _torus(p: Floats, label: int) -> Floats:
    t, sign = p[:, 0], 1 if label else -1
    radius = 8 + sign * np.sin(4 * t)
    return _columns(radius * np.cos(t), radius * np.sin(t), sign * np.cos(4 * t))


def _cosines(p: Floats, label: int) -> Floats:
    t = p[:, 0]
    return _columns(t, np.cos(t) + (0.2 if label else -0.2))


def _helix(p: Floats, label: int) -> Floats:
    t, sign = p[:, 0], 1 if label else -1
    return _columns(sign * np.cos(1.5 * t), sign * np.sin(1.5 * t), t)


def _cycles(p: Floats, label: int) -> Floats:
    radius = 10 if label else 50
    return _columns(radius * np.cos(p[:, 0]), radius * np.sin(p[:, 0]))


def _spheres(p: Floats, label: int) -> Floats:
    return (10 if label else 20) * _directions(p)


def _directions(p: Floats) -> Floats:
    polar, azimuth = p.T
    return _columns(np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar))


def _draw_sphere(generator: np.random.Generator, n: int, label: int) -> Floats:
    # Uniform in the two angles, as published, not in area.
    return _columns(generator.uniform(0, np.pi, n), generator.uniform(0, 2 * np.pi, n))


def _great_circle(a: Floats, b: Floats) -> Floats:
    return np.arccos(np.clip(_directions(a) @ _directions(b).T, -1.0, 1.0))


def _boxes(p: Floats, label: int) -> Floats:
    x, z, sheet = p.T
    return _columns(x, sheet * (BOX_SIZES[label] - SLOPE * np.abs(x)), z)


def _draw_boxes(generator: np.random.Generator, n: int, label: int) -> Floats:
    half = BOX_SIZES[label] / SLOPE  # where the two sheets meet
    sheet = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    return _columns(generator.uniform(-half, half, n), generator.uniform(-1, 1, n), sheet)


def _unfolded(a: Floats, b: Floats) -> Floats:
    """On the blue box: straight lines on the surface when it is folded open."""
    stretch, crease = np.sqrt(1 + SLOPE**2), BOX_SIZES[1] / SLOPE
    x, other = a[:, None, 0], b[None, :, 0]
    same = a[:, None, 2] == b[None, :, 2]
    # From sheet to sheet over the crease at +-crease, or where |y| is largest, on one sheet.
    over = stretch * (2 * crease - x - other)
    around = np.minimum(over, 4 * stretch * crease - over)
    across = np.where(same, stretch * np.abs(x - other), around)
    return np.hypot(across, a[:, None, 1] - b[None, :, 1])


MANIFOLDS: Mapping[str, Manifold] = MappingProxyType(
    {
        m.name: m
        for m in (
            Manifold(
                "torus",
                "two curves that wind around one ring; distance: the angle along it",
                _torus,
                _uniform(-np.pi, np.pi),
                _angle,
            ),
            Manifold(
                "boxes",
                "two folded boxes, one in the other; distance: along the unfolded surface",
                _boxes,
                _draw_boxes,
                _unfolded,
            ),
            Manifold(
                "cosines",
                "two cosines, one above the other; distance: along the axis",
                _cosines,
                _uniform(-0.6 * np.pi, 0.6 * np.pi),
                _along,
            ),
            Manifold(
                "helix",
                "a double helix; distance: along its axis",
                _helix,
                _uniform(-np.pi / 2, np.pi / 2),
                _along,
            ),
            Manifold(
                "cycles",
                "two circles around one centre; distance: the angle",
                _cycles,
                _uniform(-np.pi, np.pi),
                _angle,
            ),
            Manifold(
                "spheres",
                "two spheres around one centre; distance: the angle of the great circle",
                _spheres,
                _draw_sphere,
                _great_circle,
            ),
        )
    }
)
"""The six manifolds by name."""


def manifold(name: str) -> Manifold:
    """One of `MANIFOLDS`. Raises SetupError, with the nearest name, for another."""
    if name not in MANIFOLDS:
        raise SetupError(
            where="manifold",
            found=name,
            allowed="one of " + ", ".join(map(repr, MANIFOLDS)),
            remedy=did_you_mean(str(name), list(MANIFOLDS)),
        )
    return MANIFOLDS[name]
