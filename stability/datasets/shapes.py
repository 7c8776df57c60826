"""GeoMNIST: small grey images of triangles, rectangles and ellipses, drawn and turned.

Source: Zhang, Wang and Su, Imitating deep learning dynamics via locally elastic stochastic
differential equations (NeurIPS 2021), and their published code. There the plots call class 0 an
ellipse and class 2 a triangle; here, as in their generator, it is the other way round.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import UNIT
from stability.errors import SetupError

Floats = NDArray[np.float64]

SHAPES = ("triangle", "rectangle", "ellipse")
"""Classes 0, 1 and 2."""
SIDE = 32
"""Pixels on a side."""
TURN = 176.0
"""Degrees through which the images of a class are turned, from the first to the last."""
CORNERS = ((16.0, 16.0 - 8.0 * 3**0.5), (6.0, 24.0), (26.0, 24.0))
"""Row and column of the corners of the triangle: its apex, then its base."""
BLUR = (0.9, 1.1)
"""The standard deviation of the Gaussian blur is uniform between these."""


def geometric_shapes(per_class: int, seed: int) -> Dataset:
    """`per_class` images (32, 32) of each class in [0, 1], in random order.

    Image i of n has a parameter s from -1 to 1: the half-axes of an ellipse are 6 + s and twice as
    much, rectangles (half-sides 4 and 8) and triangles are moved by s along the diagonal. Then it
    is turned by 176 i / n degrees and blurred. `seed` draws the blur and the order.

    Raises SetupError for fewer than one image of each class.

    >>> geometric_shapes(10, seed=0)
    Dataset 'geomnist': 30 examples of shape (32, 32), 3 classes
    """
    if per_class < 1:
        raise SetupError(
            where="geometric_shapes.per_class", found=per_class, allowed="a number of at least 1"
        )
    from scipy.ndimage import gaussian_filter, rotate

    generator = np.random.default_rng(seed)
    images = np.empty((len(SHAPES) * per_class, SIDE, SIDE))
    labels = np.repeat(np.arange(len(SHAPES)), per_class)
    for row, label in enumerate(labels):
        i = row % per_class
        drawn = drawing(SHAPES[label], np.linspace(-1.0, 1.0, per_class)[i] if per_class > 1 else 0)
        turned = rotate(drawn, TURN * i / per_class, reshape=False, order=1)
        images[row] = gaussian_filter(turned, generator.uniform(*BLUR))
    order = generator.permutation(len(labels))
    return Dataset(
        inputs=np.clip(images[order], 0.0, 1.0),
        labels=labels[order],
        classes=SHAPES,
        name="geomnist",
        range=UNIT,
    )


def split_shapes(training: int, test: int, seed: int) -> tuple[Dataset, Dataset]:
    """`training` and `test` images of each class, drawn from one `geometric_shapes`.

    >>> [len(part) for part in split_shapes(4, 1, seed=0)]
    [12, 3]
    """
    both = geometric_shapes(training + test, seed)
    place = np.empty(len(both), dtype=np.int64)  # among the images of its class
    for label in range(len(SHAPES)):
        own = np.flatnonzero(both.labels == label)
        place[own] = np.arange(len(own))
    return both.subset(np.flatnonzero(place < training)), both.subset(
        np.flatnonzero(place >= training)
    )


def drawing(shape: str, s: float) -> Floats:
    """A white shape (32, 32) on black, before it is turned and blurred.

    >>> [int(drawing(shape, 0.0).sum()) for shape in SHAPES]
    [230, 153, 221]
    """
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    if shape == "ellipse":
        return (((y - 16) / (6 + s)) ** 2 + ((x - 16) / (12 + 2 * s)) ** 2 <= 1).astype(float)
    y, x = y - s, x - s
    if shape == "rectangle":
        return ((np.abs(y - 16) <= 4) & (np.abs(x - 16) <= 8)).astype(float)
    inside = np.ones((SIDE, SIDE), dtype=bool)
    for (y0, x0), (y1, x1) in zip(CORNERS, (*CORNERS[1:], CORNERS[0]), strict=True):
        inside &= (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= -1e-9
    return inside.astype(float)
