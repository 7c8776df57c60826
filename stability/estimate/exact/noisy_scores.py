"""The 0-1 error of linear scores with Gaussian noise on the weights, enclosed.

Weights W + s N, N standard normal: the scores of an example x are W x + s |x| N', N' standard
normal. With a_k = (w_y - w_k).x/(s |x|) the label y has the largest score with probability
I = integral of phi(t) prod_{k != y} Phi(t + a_k) dt, phi and Phi the normal density and law.

The trapezoidal rule with steps h is within 2 N/(exp(2 pi y/h) - 1) of I if the integrand is
analytic in the strip |Im t| < y and its integral along each line there is at most N (Trefethen and
Weideman, SIAM Review 2014, Theorem 5.1). Here |phi(t + iy)| = phi(t) exp(y^2/2), and |Phi(x + iy)|
<= Phi(x) + J phi(x) with J the integral of exp(v^2/2) from 0 to y, at most Phi(1/J) + J phi(1/J).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from stability.errors import DataError, SetupError

Floats = NDArray[np.float64]
STEP, REACH, HEIGHT = 0.4, 6.4, 1.5
"""Distance of the nodes, where they end, and the height of the strip."""
CHUNK = 4096
_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class ErrorEnclosure:
    """Lower and upper bounds of a mean error."""

    lower: float
    upper: float


def noisy_error(
    weights: ArrayLike, features: ArrayLike, labels: ArrayLike, noise: float
) -> ErrorEnclosure:
    """The share of errors of arg max (W + noise N) x, in the mean over N and the examples.

    weights (classes, p), features (m, p), labels (m,) class numbers, `noise` the standard deviation
    on each weight. The enclosure holds the exact mean at the floats given: errors of the quadrature
    and of rounding are in it. An example with features 0 counts as an error in the upper bound.

    Raises DataError for shapes that do not fit, SetupError for a noise that is not above 0.

    >>> found = noisy_error([[1.0], [-1.0]], [[1.0]], [0], noise=2.0)  # P(N' < -2/(2 sqrt 2))
    >>> found.lower < 0.2397500610934768 < found.upper < found.lower + 1e-6
    True
    """
    if not (math.isfinite(noise) and noise > 0.0):
        raise SetupError(where="noise", found=noise, allowed="a finite number above 0")
    w, x, y = _checked(weights, features, labels)
    nodes = np.arange(-REACH, REACH + STEP / 2, STEP)
    density = STEP * np.exp(-(nodes**2) / 2) / math.sqrt(2 * math.pi)
    right, blind = 0.0, 0
    for start in range(0, len(x), CHUNK):
        part = slice(start, start + CHUNK)
        margins, at = _margins(w, x[part], y[part], noise)
        blind += len(margins) - int(at.sum())
        right += float((_products(margins[at], nodes) @ density).sum())
    slack = quadrature_error(len(w)) + _rounding(w, x.shape[1], noise)
    correct = right / len(x)
    beyond = 2.0 * STEP * math.exp(-(REACH**2) / 2)  # all nodes left out, by a geometric series
    lower = 1.0 - correct - blind / len(x) - slack - beyond
    return ErrorEnclosure(max(0.0, lower), min(1.0, 1.0 - correct + slack))


def quadrature_error(classes: int) -> float:
    """A bound on the error of the trapezoidal rule for so many classes.

    >>> quadrature_error(10) < 1e-7
    True
    """
    # exp(v^2/2) is convex: the trapezoidal rule is above its integral
    grid = np.linspace(0.0, HEIGHT, 1001)
    values = np.exp(grid**2 / 2)
    J = float((values.sum() - (values[0] + values[-1]) / 2) * (grid[1] - grid[0]))
    factor = float(ndtr(1 / J)) + J * math.exp(-1 / (2 * J * J)) / math.sqrt(2 * math.pi)
    along = math.exp(HEIGHT**2 / 2) * factor ** (classes - 1)
    return 2.0 * along / math.expm1(2.0 * math.pi * HEIGHT / STEP) * (1.0 + 1e-9)


def _margins(
    w: Floats, x: Floats, y: NDArray[np.int64], noise: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """a_k (n, classes) with +infinity at the label, and which examples are not 0."""
    scores, norms = x @ w.T, np.linalg.norm(x, axis=1)
    seen = norms > 0.0
    own = scores[np.arange(len(x)), y][:, None]
    margins = (own - scores) / (noise * np.where(seen, norms, 1.0))[:, None]
    margins[np.arange(len(x)), y] = np.inf
    return margins, seen


def _products(margins: Floats, nodes: Floats) -> Floats:
    """prod_k Phi(t + a_k) at every node, (n, nodes)."""
    found = np.ones((len(margins), len(nodes)))
    for column in margins.T:
        found *= ndtr(column[:, None] + nodes)
    return found


def _rounding(w: Floats, width: int, noise: float) -> float:
    """What rounding may do: inner products of p numbers err by p eps |w| |x|, their norms by p eps
    relatively; Phi(a) moves by at most 0.4 for a unit of a, and by 0.25 for a unit of log a. Each
    of the functions and sums beyond adds a few units in the last place."""
    unit = (width + 8) * _EPS
    scores = 2.0 * unit * float(np.linalg.norm(w, axis=1).max()) / noise
    return (len(w) - 1) * (0.4 * scores + 0.25 * unit) + 1e4 * _EPS


def _checked(
    weights: ArrayLike, features: ArrayLike, labels: ArrayLike
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    w, x = np.asarray(weights, dtype=np.float64), np.asarray(features, dtype=np.float64)
    y = np.asarray(labels)
    fits = w.ndim == 2 and x.ndim == 2 and x.size > 0 and y.shape == (len(x),)
    fits = fits and w.shape[1] == x.shape[1] and np.issubdtype(y.dtype, np.integer)
    if not fits or not (y.min() >= 0 and y.max() < len(w) and len(w) >= 2):
        raise DataError(
            where="noisy_error",
            found=f"weights {w.shape}, features {x.shape}, labels {y.shape} of {y.dtype}",
            allowed="weights (classes, p), features (m, p) and labels (m,) from 0 to classes - 1, "
            "with two classes at least",
        )
    if not (np.isfinite(w).all() and np.isfinite(x).all()):
        raise DataError(where="noisy_error", found="numbers that are not finite", allowed="numbers")
    return w, x, y.astype(np.int64)
