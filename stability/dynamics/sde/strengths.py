"""How strongly one sample moves the features of its own class, and of the others, over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.inputs import Floats, array_of
from stability.errors import DataError, SetupError

Schedule = Callable[[Floats], ArrayLike]
"""From times (T,), not below 0, to values (T,), or to one value for all of them."""

ACCURACY = 1e-12
"""Of integrals over a stretch of time, relative and absolute."""
SHORTEST = 1e-14
"""Stretches that are shorter, as a share of the whole time, count as nothing."""


@dataclass(frozen=True, eq=False)
class Strengths:
    """alpha(t) and beta(t): what a sample does to its own class (`intra`) and to others (`inter`).

    `integrals`, if they are known, give A(t) and B(t), the integrals of both from 0 to t; otherwise
    they are computed. `knots`: the times at which a strength jumps.

    Raises SetupError for strengths or integrals that are not functions of time, and for integrals
    that are not 0 at time 0.

    >>> fading = Strengths(lambda t: 1.5 / (1 + t), lambda t: -0.1 * np.exp(-t))
    >>> [total.round(4).tolist() for total in fading.accumulated([0.0, 1.0, 99.0])]
    [[0.0, 1.0397, 6.9078], [0.0, -0.0632, -0.1]]
    """

    intra: Schedule
    inter: Schedule
    integrals: Callable[[Floats], tuple[Floats, Floats]] | None = None
    knots: Floats | tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("intra", "inter"):
            schedule: Schedule = getattr(self, name)
            if not callable(schedule):
                raise SetupError(
                    where=f"strengths.{name}",
                    found=schedule,
                    allowed="a function of time",
                    remedy="For a strength that never changes use constant_strengths.",
                )
            _values(schedule, np.array([0.0, 1.0]), name)
        array_of(self.knots, "strengths.knots", "the times (N,) at which a strength jumps")
        if self.integrals is not None:
            self._known(self.integrals, np.zeros(1))

    def at(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """alpha and beta (T,) at times (T,)."""
        when = checked_times(times)
        return _values(self.intra, when, "intra"), _values(self.inter, when, "inter")

    def accumulated(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """A and B (T,), the integrals of both strengths from 0 to times (T,)."""
        when = checked_times(times)
        if self.integrals is None:
            return (
                self.integral(lambda t: _values(self.intra, t, "intra"), when),
                self.integral(lambda t: _values(self.inter, t, "inter"), when),
            )
        return self._known(self.integrals, when)

    def _known(
        self, integrals: Callable[[Floats], tuple[Floats, Floats]], times: Floats
    ) -> tuple[Floats, Floats]:
        """A and B (T,) as given. Raises SetupError unless they fit the times."""
        try:
            one, other = (np.asarray(total, dtype=np.float64) for total in integrals(times))
        except (TypeError, ValueError):
            one = other = np.zeros(0)
        whole = one.shape == other.shape == times.shape
        if whole:
            both = np.stack([one, other])
            whole = bool(np.isfinite(both).all() and (both[:, times == 0.0] == 0.0).all())
        if not whole:
            raise SetupError(
                where="strengths.integrals",
                found=f"something else at times of shape {times.shape}",
                allowed="a function from times (T,) to a pair of finite numbers (T,), A and B, "
                "which are 0 at time 0",
                remedy="Leave integrals out to have them computed.",
            )
        return one, other

    def integral(self, function: Callable[[Floats], Floats], times: Floats) -> Floats:
        """The integral (T,) of a function from 0 to times (T,), to 1e-12.

        Raises SetupError if it does not converge.
        """
        from scipy.integrate import tanhsinh

        inside = [k for k in self.knots if 0.0 < k < times.max(initial=0.0)]
        grid = np.unique(np.concatenate([[0.0], times.ravel(), inside]))
        if len(grid) == 1:
            return np.zeros(times.shape)

        def flat(t: Floats) -> Floats:
            return np.array(function(np.ravel(t))).reshape(np.shape(t))  # writable

        long = np.flatnonzero(np.diff(grid) > SHORTEST * grid[-1])
        parts = np.zeros(len(grid) - 1)
        found = tanhsinh(flat, grid[long], grid[long + 1], rtol=ACCURACY, atol=ACCURACY)
        parts[long] = found.integral
        if not found.success.all():
            which = int(np.flatnonzero(~found.success)[0])
            first = long[which]
            raise SetupError(
                where=f"strengths between t = {grid[first]:g} and {grid[first + 1]:g}",
                found=f"an integral with an error of {found.error[which]:.1g}",
                allowed="strengths that can be integrated to 1e-12",
                remedy="Give the times at which they jump as knots, or the integrals.",
            )
        return np.concatenate([[0.0], np.cumsum(parts)])[np.searchsorted(grid, times)]


def constant_strengths(intra: float, inter: float = 0.0) -> Strengths:
    """Strengths that never change.

    >>> [float(s[0]) for s in constant_strengths(0.02, -0.01).accumulated([100.0])]
    [2.0, -1.0]
    """
    return Strengths(
        lambda t: np.full(t.shape, float(intra)),
        lambda t: np.full(t.shape, float(inter)),
        lambda t: (intra * t, inter * t),
    )


def fading_strengths(scale: float, exponent: float, inter: float = 0.0) -> Strengths:
    """alpha(t) = scale / (1 + t)^exponent, and a constant beta.

    With `exponent` below 1 the classes of the I-model separate, above 1 they do not, and at 1 the
    scale decides.

    >>> float(fading_strengths(1.5, 1.0).accumulated([np.e - 1])[0][0])
    1.5
    """

    def total(t: Floats) -> tuple[Floats, Floats]:
        if exponent == 1.0:
            grown = np.log1p(t)
        else:
            grown = np.expm1((1.0 - exponent) * np.log1p(t)) / (1.0 - exponent)
        return scale * grown, inter * t

    return Strengths(
        lambda t: scale / (1.0 + t) ** exponent, lambda t: np.full(t.shape, float(inter)), total
    )


def sampled_strengths(
    times: ArrayLike, intra_total: ArrayLike, inter_total: ArrayLike
) -> Strengths:
    """Strengths of which A and B (T,) are known at increasing times (T,), the first of them 0.

    Between two times the strengths are constant; after the last they are 0. Raises DataError for
    times and values that do not fit, or do not start at 0.

    >>> known = sampled_strengths([0.0, 10.0, 20.0], [0.0, 1.0, 4.0], [0.0, -1.0, -1.0])
    >>> [s.tolist() for s in known.at([5.0, 15.0, 25.0])]
    [[0.1, 0.3, 0.0], [-0.1, 0.0, 0.0]]
    """
    when, *totals = (
        array_of(values, "sampled_strengths", "times (T,), with A and B (T,)")
        for values in (times, intra_total, inter_total)
    )
    fits = when.ndim == 1 and len(when) > 1 and all(t.shape == when.shape for t in totals)
    whole = fits and all(np.isfinite(values).all() for values in (when, *totals))
    if not whole or when[0] != 0.0 or (np.diff(when) <= 0).any() or any(t[0] != 0 for t in totals):
        raise DataError(
            where="sampled_strengths",
            found=f"times {when.shape} and totals {totals[0].shape}, {totals[1].shape}, or values "
            "that do not start at 0, do not increase in time or are not finite",
            allowed="increasing times (T,) from 0 on, with A and B (T,) that are 0 at time 0",
            remedy="Subtract the first time and the first value.",
        )
    rates = [np.append(np.diff(total) / np.diff(when), 0.0) for total in totals]

    def rate(of: int) -> Schedule:
        return lambda t: rates[of][np.searchsorted(when, t, side="right") - 1]

    return Strengths(
        rate(0),
        rate(1),
        lambda t: (np.interp(t, when, totals[0]), np.interp(t, when, totals[1])),
        when,
    )


def checked_times(times: ArrayLike, *, increasing: bool = False) -> Floats:
    """Times as an array (T,). Raises DataError unless they are finite, at least 0 and in order."""
    when = array_of(times, "times", "at least one time (T,), all of them at least 0")
    if when.ndim != 1 or not len(when) or not np.isfinite(when).all() or when.min() < 0.0:
        raise DataError(
            where="times",
            found=f"an array of shape {when.shape}, or times below 0 or not finite",
            allowed="at least one time (T,), all of them at least 0",
        )
    if increasing and (np.diff(when) < 0).any():
        raise DataError(where="times", found="times that go back", allowed="increasing times (T,)")
    return when


def _values(schedule: Schedule, times: Floats, name: str) -> Floats:
    """The values of a schedule (T,). Raises SetupError if it gives something else."""
    try:
        values = np.asarray(schedule(times), dtype=np.float64)
        values = np.broadcast_to(values, times.shape)
    except (TypeError, ValueError) as error:
        raise SetupError(
            where=f"strengths.{name}",
            found=f"no numbers at times of shape {times.shape} ({type(error).__name__})",
            allowed="a function from times (T,) to values (T,)",
            remedy="Use functions of numpy, which take arrays.",
        ) from None
    if not np.isfinite(values).all():
        raise SetupError(
            where=f"strengths.{name}, t = {times[~np.isfinite(values)][0]:g}",
            found=float(values[~np.isfinite(values)][0]),
            allowed="a finite number at every time",
        )
    return values
