"""A two-layer network with its weights: outputs, tangent kernel, and training by gradient flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from stability.errors import DataError, RunError, SetupError
from stability.kernels.activation_slopes import check_activation, slopes
from stability.kernels.inputs import examples, same_size
from stability.kernels.kernel import Floats

ANY = 1e9
"""An error that every step may have, so that steps are as long as they may be."""


@dataclass(frozen=True, eq=False)
class TwoLayerNetwork:
    """f(x) = output . s(hidden x) / sqrt(m), with m neurons and no biases.

    `hidden` (m, d), `output` (m,), and s one of "relu", "erf", "softplus" and "tanh". Append a
    constant 1 to the inputs for biases. Raises SetupError for weights that do not fit.

    >>> network = TwoLayerNetwork(np.array([[1.0], [-1.0]]), np.array([1.0, 2.0]), "relu")
    >>> (network.outputs([[3.0]]) * 2**0.5).round(9).tolist(), network.matrix([[3.0]]).tolist()
    ([3.0], [[9.0]])
    """

    hidden: Floats
    output: Floats
    activation: str = "relu"

    def __post_init__(self) -> None:
        check_activation(self.activation)
        for name, dimensions in (("hidden", 2), ("output", 1)):
            values = np.array(getattr(self, name), dtype=np.float64)
            if values.ndim != dimensions or not values.size or not np.isfinite(values).all():
                raise SetupError(
                    where=f"network.{name}",
                    found=f"an array of shape {values.shape}",
                    allowed=f"finite numbers in an array of {dimensions} dimensions",
                )
            values.flags.writeable = False
            object.__setattr__(self, name, values)
        if len(self.hidden) != len(self.output):
            raise SetupError(
                where="network.output",
                found=f"{len(self.output)} weights",
                allowed=f"one for each of the {len(self.hidden)} neurons",
            )

    @classmethod
    def random(cls, width: int, size: int, activation: str, seed: int) -> TwoLayerNetwork:
        """`width` neurons for inputs of `size` numbers, all weights independent N(0, 1)."""
        rng = np.random.default_rng(seed)
        return cls(rng.normal(size=(width, size)), rng.normal(size=width), activation)

    @property
    def width(self) -> int:
        """The number m of neurons."""
        return len(self.output)

    def points(self, inputs: ArrayLike) -> Floats:
        """Inputs (n, ...) as (n, d). Raises DataError for those of another size."""
        table = examples(inputs)
        same_size(self.hidden, table)
        return table

    def outputs(self, inputs: ArrayLike) -> Floats:
        """f (n,) at inputs (n, ...)."""
        at = slopes(self.activation, self.points(inputs) @ self.hidden.T)
        return at[0] @ self.output / np.sqrt(self.width)

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """K2(x, x') = <grad f(x), grad f(x')> (n, n') between inputs, default the rows again."""
        one = self.points(rows)
        other = one if columns is None else self.points(columns)
        s, t = (slopes(self.activation, x @ self.hidden.T) for x in (one, other))
        inner = (s[1] * self.output**2) @ t[1].T
        return (one @ other.T * inner + s[0] @ t[0].T) / self.width

    def trained(
        self, inputs: ArrayLike, targets: ArrayLike, times: Sequence[float], *, error: float = 1e-10
    ) -> list[TwoLayerNetwork]:
        """The networks at `times` of gradient flow on sum (f(x_i) - y_i)^2 / (2 n) from here.

        Flow is d weights/dt = -gradient, solved to a relative `error` per step by an explicit
        method of order 8; for "relu", whose slopes jump, in steps of 0.2 n over the largest
        eigenvalue of the kernel at the start, by one of order 5. `targets` (n,).

        Raises SetupError for times that do not increase from 0 or more, DataError for targets that
        do not fit and RunError where the flow cannot be followed.
        """
        x, y = self.points(inputs), targets_of(targets, inputs)
        if not len(times) or np.any(np.diff([0.0, *times]) < 0) or not np.isfinite(times).all():
            raise SetupError(
                where="times", found=list(times), allowed="finite times that increase, at least 0"
            )
        end = float(times[-1])
        if end == 0.0:
            return [self] * len(times)
        start = np.concatenate([self.output, self.hidden.ravel()])
        velocity = partial(_velocity, x=x, y=y, activation=self.activation)
        moments = [float(t) for t in times]
        if self.activation == "relu":
            step = min(end, 0.2 * len(x) / float(np.linalg.eigvalsh(self.matrix(x))[-1]))
            found = solve_ivp(
                velocity, (0.0, end), start, "RK45", t_eval=moments,
                rtol=ANY, atol=ANY, first_step=step, max_step=step,
            )  # fmt: skip
        else:
            found = solve_ivp(
                velocity, (0.0, end), start, "DOP853", t_eval=moments, rtol=error, atol=error
            )
        if not found.success:
            raise RunError(
                where="gradient flow",
                found=found.message,
                allowed="a flow that can be followed",
                remedy="Take shorter times or a larger error.",
            )
        return [self._with(weights) for weights in found.y.T]

    def _with(self, weights: Floats) -> TwoLayerNetwork:
        hidden = weights[self.width :].reshape(self.hidden.shape)
        return TwoLayerNetwork(hidden, weights[: self.width], self.activation)


def targets_of(targets: ArrayLike, inputs: ArrayLike) -> Floats:
    """Targets (n,), a finite number for each of inputs (n, ...). Raises DataError otherwise.

    >>> targets_of([1, -1], [[0.0], [1.0]]).tolist()
    [1.0, -1.0]
    """
    found, count = np.asarray(targets, dtype=np.float64), len(np.asarray(inputs))
    if found.shape != (count,) or not np.isfinite(found).all():
        raise DataError(
            where="targets",
            found=f"an array of shape {found.shape}"
            + ("" if np.isfinite(found).all() else " with a number that is not finite"),
            allowed=f"a finite number for each of the {count} inputs",
            remedy="Give as many targets as inputs, such as -1 and 1 for two classes.",
        )
    return found


def _velocity(time: float, weights: Floats, *, x: Floats, y: Floats, activation: str) -> Floats:
    """-gradient of the loss at weights (m + m d,), output weights first."""
    width = len(weights) // (1 + x.shape[1])
    output, hidden = weights[:width], weights[width:].reshape(width, -1)
    values, first, *_ = slopes(activation, x @ hidden.T)
    scale = 1 / np.sqrt(width)
    pull = (y - scale * values @ output) * scale / len(y)
    return np.concatenate([pull @ values, ((first * output).T @ (pull[:, None] * x)).ravel()])
