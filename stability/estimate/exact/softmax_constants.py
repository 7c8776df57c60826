"""The constants of softmax regression on images: features of the pixel box, L(z), smoothness.

What enters a proved bound here is a property of the domain (pixels in [0, 1]), never a maximum
over a sample.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.errors import DataError, SetupError

Floats = NDArray[np.float64]

LIPSCHITZ_SUPREMUM = math.nextafter(math.sqrt(2.0), 2.0)
"""sqrt(2) rounded up: Lipschitz constant of the cross-entropy over the whole box, |x| <= 1."""
SMOOTHNESS_SUPREMUM = 0.5
"""The smoothness of the cross-entropy over the whole box; add the weight decay, if any."""


def pixel_box(data: Dataset) -> Floats:
    """Features (n, d + 1) with norm at most 1: (pixels, 1) / sqrt(d + 1), rounded towards 0.

    The bound of the norm holds for every example there can be, because the range of the inputs is
    declared. Raises DataError for data without a declared range, or with one outside [0, 1].

    >>> pixel_box(Dataset([[1.0, 0.0, 1.0]], [0], ("a",), range=(0, 1))).round(3).tolist()
    [[0.5, 0.0, 0.5, 0.5]]
    """
    if data.range is None or not data.range.inside(0.0, 1.0):
        raise DataError(
            where=f"{data.name}, the range of the inputs",
            found="no word about it" if data.range is None else str(data.range),
            allowed="inputs that are declared to lie in [0, 1], from which norms are bounded",
            remedy="For a file or arrays of your own say largest = 1 if every input that there "
            "can be lies in [0, 1], or largest = 255 for bytes. What one sample shows is no range.",
        )
    pixels = np.asarray(data.inputs, dtype=np.float64)
    root = math.sqrt(pixels.shape[1] + 1) * (1.0 + 2.0**-50)
    return np.hstack([pixels, np.ones((len(pixels), 1))]) / root


def lipschitz_constants(features: ArrayLike) -> Floats:
    """L(z) = sqrt(2) |x| (n,), rounded up: Lipschitz constants of the cross-entropy in W.

    Its gradient is (p - e_y) x^T, and |p - e_y|^2 <= (1 - p_y)^2 + (1 - p_y)^2 <= 2. Cutting
    the loss to [0, M] does not increase them. At most `LIPSCHITZ_SUPREMUM` in the pixel box.

    >>> lipschitz_constants([[0.5, 0.5]]).round(6).tolist()
    [1.0]
    """
    return LIPSCHITZ_SUPREMUM * _norms(features)


def smoothness_constants(features: ArrayLike) -> Floats:
    """|x|^2 / 2 (n,), rounded up: a bound of the Hessian norm of the cross-entropy in W.

    The Hessian is (diag(p) - p p^T) (x) x x^T, and v^T (diag(p) - p p^T) v is the variance of v
    under p, at most (max v - min v)^2 / 4 <= |v|^2 / 2.

    >>> smoothness_constants([[0.5, 0.5]]).round(6).tolist()
    [0.25]
    """
    norms = _norms(features)
    return np.where(norms == 1.0, 0.5, norms**2 * (1.0 + 2.0**-51) / 2.0)


def deletion_limit(
    deleted_features: ArrayLike, features: ArrayLike, regularization: float, sample_size: int
) -> Floats:
    """L(z') L(z) / (mu m) (b, n), mu = regularization: no deletion (keep-1/m) moves more.

    Valid for the minimiser of cross-entropy + (regularization / 2) |W|^2 on any sample of this
    size, whatever the other examples. Rounded up. Raises SetupError for values not above 0.
    Source: the regularised-ERM row of the constants of the locally elastic theorem.

    >>> deletion_limit([[0.8]], [[0.4]], regularization=0.1, sample_size=10).round(9).tolist()
    [[0.64]]
    """
    for name, value in (("regularization", regularization), ("sample_size", sample_size)):
        if not (math.isfinite(value) and value > 0):
            raise SetupError(where=name, found=value, allowed="a finite number above 0", remedy="")
    first, second = lipschitz_constants(deleted_features), lipschitz_constants(features)
    return np.outer(first, second) / (regularization * sample_size) * (1.0 + 2.0**-48)


def _norms(features: ArrayLike) -> Floats:
    """Euclidean norms (n,), rounded up, and exactly 1 where that is seen to be enough."""
    x = np.asarray(features, dtype=np.float64)
    norms = np.linalg.norm(x, axis=1) * (1.0 + (x.shape[1] + 8) * np.finfo(float).eps)
    close = np.flatnonzero((norms > 1.0) & (norms < 1.0 + 1e-9))
    for row in close:  # too close to 1 for floats: decide exactly
        if sum(Fraction(float(v)) ** 2 for v in x[row]) <= 1:
            norms[row] = 1.0
    return norms
