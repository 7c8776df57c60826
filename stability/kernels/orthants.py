"""Centred Gaussian numbers that are all positive: probabilities and moments, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from stability.kernels.kernel import Floats

NODES = 48
"""Gauss nodes of the one integral that has no closed form."""


def given_zero(covariance: Floats, zeros: Sequence[int]) -> Floats:
    """The covariances (..., k, k) that remain when the numbers at places `zeros` are 0.

    >>> given_zero(np.array([[1.0, 0.5], [0.5, 1.0]]), [1]).tolist()
    [[0.75, 0.0], [0.0, 0.0]]
    """
    if not zeros:
        return covariance
    known = covariance[..., zeros, :][..., zeros]
    across = covariance[..., zeros, :]
    return covariance - across.swapaxes(-1, -2) @ np.linalg.solve(known, across)


def orthant(covariance: Floats, positive: Sequence[int]) -> Floats:
    """The probability (...) that the numbers at up to four different places are positive.

    `covariance` (..., k, k). Three: by the angles between them (Sheppard). Four: one integral
    along the path from independent numbers to these (Plackett 1954).

    >>> float(orthant(np.eye(4), range(4)))
    0.0625
    """
    places = list(positive)
    if len(places) < 2:
        return np.full(covariance.shape[:-2], 0.5 ** len(places))
    angles = {(i, j): _angle(covariance, i, j) for i, j in combinations(places, 2)}
    if len(places) == 2:
        return (np.pi - angles[places[0], places[1]]) / (2 * np.pi)
    if len(places) == 3:
        return (2 * np.pi - np.sum(list(angles.values()), axis=0)) / (4 * np.pi)
    return _four(covariance[..., places, :][..., places])


def _angle(covariance: Floats, i: int, j: int) -> Floats:
    scale = np.sqrt(covariance[..., i, i] * covariance[..., j, j])
    return np.arccos(np.clip(covariance[..., i, j] / scale, -1.0, 1.0))


def _four(covariance: Floats) -> Floats:
    deviations = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    C = covariance / deviations[..., None] / deviations[..., None, :]
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    u = (nodes + 1) / 2  # t = 1 - (1 - u)^2: where two correlate, the end is a root of 1 - t
    t, weights = 1 - (1 - u) ** 2, weights * (1 - u)
    path = np.eye(4) + t[:, None, None] * (C - np.eye(4))[..., None, :, :]
    found = np.full(C.shape[:-2], 1 / 16)
    for i, j in combinations(range(4), 2):
        k, m = (q for q in range(4) if q not in (i, j))
        density = C[..., i, j, None] / (2 * np.pi * np.sqrt(1 - (t * C[..., i, j, None]) ** 2))
        others = orthant(given_zero(path, [i, j]), [k, m])
        found = found + (weights * density * others).sum(axis=-1)
    return found


def second_moment(covariance: Floats, c: int, e: int, positive: Sequence[int]) -> float:
    """E[X_c X_e 1{the numbers at places `positive` are positive}], up to four of them.

    `covariance` (k, k). By Stein's identity, an indicator at a time.

    >>> float(second_moment(np.eye(2), 0, 0, [0, 1]))
    0.25
    """
    found = covariance[c, e] * orthant(covariance, positive)
    for k in positive:
        if k == e:
            continue  # X_e is 0 there
        density = covariance[c, k] / np.sqrt(2 * np.pi * covariance[k, k])
        found = found + density * _first_moment(covariance, e, [q for q in positive if q != k], k)
    return float(found)


def _first_moment(covariance: Floats, e: int, positive: Sequence[int], zero: int) -> float:
    """E[X_e 1{positive} | X_zero = 0]."""
    left = given_zero(covariance, [zero])
    found = 0.0
    for q in positive:
        rest = [k for k in positive if k != q]
        density = left[e, q] / np.sqrt(2 * np.pi * left[q, q])
        found += float(density * orthant(given_zero(covariance, [zero, q]), rest))
    return found
