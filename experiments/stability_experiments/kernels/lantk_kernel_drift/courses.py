"""The errors of one activation at every width, seed and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stability_experiments.common.elasticity_numbers import Mean
from stability_experiments.framework.context import Arrays
from stability_experiments.kernels.lantk_kernel_drift.drift import Floats, Net


@dataclass(frozen=True, eq=False)
class Courses:
    """`errors` (W, seeds, S, 3, 2) as `drift` gives them at W widths, and `loss` (W, seeds, S)."""

    activation: str
    widths: tuple[int, ...]
    times: tuple[float, ...]
    errors: Floats
    loss: Floats

    @classmethod
    def of(
        cls, activation: str, times: Sequence[float], found: Mapping[Net, Sequence[Arrays]]
    ) -> Courses:
        """Those of one activation among all that was found."""
        own = {net.width: seen for net, seen in found.items() if net.activation == activation}
        errors, loss = (
            np.array([[s[name] for s in seen] for seen in own.values()])
            for name in ("errors", "loss")
        )
        return cls(activation, tuple(own), tuple(times), errors, loss)

    def middle(self, order: int, block: int = 0) -> Floats:
        """Geometric means over seeds (W, S) of the errors of an order."""
        return np.exp(np.log(self.errors[..., order, block]).mean(axis=1))

    def exponents(self, time: float, order: int, block: int = 0) -> Mean:
        """The slope of log error against log width, seed by seed.

        Their mean is the slope of the geometric means.
        """
        errors = self.errors[:, :, self.times.index(time), order, block]
        return Mean.of(np.polyfit(np.log(self.widths), np.log(errors), 1)[0])

    def exponent(self, time: float, order: int, block: int = 0) -> float:
        """The mean of `exponents`."""
        return self.exponents(time, order, block).value
