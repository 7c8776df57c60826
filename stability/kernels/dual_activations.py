"""Means of products of activations, and of their slopes, at two jointly Gaussian numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from stability.kernels.kernel import Floats


@dataclass(frozen=True)
class Means:
    """E s(u) s(v), E s'(u) s'(v) and how much the first is below sqrt(E s(u)^2 E s(v)^2)."""

    products: Floats
    slopes: Floats
    deficit: Floats


class DualActivation(Protocol):
    """What an infinitely wide layer with an activation s does to a pair of inputs.

    u and v are centred Gaussian with standard deviations (arrays that broadcast) and covariance
    cos(angle) times their product. Angles and not covariances are passed on: near angle 0 the
    covariance has lost what the angle still has.
    """

    def squares(self, deviation: Floats) -> Floats:
        """E s(u)^2."""
        ...

    def means(self, one: Floats, other: Floats, angle: Floats) -> Means:
        """The means for standard deviations and the angle between."""
        ...


class Rectifier:
    """s(u) = max(u, 0), without a factor 2. Source: Cho & Saul (2009), arc-cosine kernels."""

    def squares(self, deviation: Floats) -> Floats:
        """E s(u)^2 = E u^2 / 2."""
        return deviation**2 / 2

    def means(self, one: Floats, other: Floats, angle: Floats) -> Means:
        """(sin a + (pi - a) cos a)/(2 pi) times both deviations, and (pi - a)/(2 pi)."""
        half = one * other / 2
        curved = np.sin(angle) - angle * np.cos(angle)  # of third order: its digits do not matter
        missing = 2 * np.sin(angle / 2) ** 2 - curved / np.pi
        return Means(half * (1 - missing), (np.pi - angle) / (2 * np.pi), half * missing)


class ErrorFunction:
    """s(u) = erf(u). Source: Williams (1996), Computing with infinite networks.

    The deficit is a plain difference, which matters for deep networks of enormous weights only:
    behind the first layer values have an error of about 1e-16 times E u^2.
    """

    def squares(self, deviation: Floats) -> Floats:
        """(2/pi) arcsin(2 q/(1 + 2 q)), q = E u^2."""
        twice = 2 * deviation**2
        return 2 / np.pi * np.arctan2(twice, np.sqrt(1 + 2 * twice))

    def means(self, one: Floats, other: Floats, angle: Floats) -> Means:
        """(2/pi) arcsin(2 S/r) and (4/pi)/sqrt(r^2 - 4 S^2), r^2 = (1 + 2 q)(1 + 2 q')."""
        area = one * other * np.sin(angle)
        root = np.sqrt(1 + 2 * (one**2 + other**2) + 4 * area**2)
        products = 2 / np.pi * np.arctan2(2 * one * other * np.cos(angle), root)
        most = np.sqrt(self.squares(one) * self.squares(other))
        return Means(products, 4 / np.pi / root, np.maximum(most - products, 0.0))


ACTIVATIONS: dict[str, DualActivation] = {"relu": Rectifier(), "erf": ErrorFunction()}
