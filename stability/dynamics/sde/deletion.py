"""What deleting one sample does in the locally elastic ODE: exactly, and at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stability.dynamics.sde.inputs import Floats, array_of, count_of, number_of
from stability.dynamics.sde.model import IDENTITY, LocallyElasticSDE, check_sample, pull
from stability.dynamics.sde.strengths import checked_times
from stability.errors import DataError, SetupError

PRECISION = 1e-10


def deletion_shifts(
    model: LocallyElasticSDE, initial: ArrayLike, deleted: tuple[int, int], times: ArrayLike
) -> Floats:
    """How far the features of each class move (T, K, p) if one sample, (class, place), is deleted.

    `initial`: features at time 0 (K, n, p); `times` (T,) increase. Deletion is "null-step": what
    the sample would do to the others is left out and nothing else changes, divisors stay. As the
    drift depends on the class alone, all features of a class move by the same, those of new points
    too. Feature with the sample plus shift is the feature without it; under the SDE with the same
    noise in both, the shift is the expectation.

    Raises DataError for features or times that do not fit, SetupError for a sample that is not
    there and for strengths under which features outgrow floating-point numbers.

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> ode = LocallyElasticSDE(constant_strengths(0.2))  # classes do not feel each other
    >>> deletion_shifts(ode, [[[2.0], [4.0]], [[-3.0], [-3.0]]], (0, 0), [5.0]).round(4).tolist()
    [[[-0.8101], [0.0]]]
    """
    start = _features(initial)
    check_sample(deleted, start.shape[0], start.shape[1])
    means, when = model.checked(start.mean(axis=1)), checked_times(times, increasing=True)
    sample = start[deleted[0], deleted[1]]
    return _shifts(model, means, deleted[0], sample, start.shape[1], when)


def all_deletion_shifts(model: LocallyElasticSDE, initial: ArrayLike, times: ArrayLike) -> Floats:
    """`deletion_shifts` (T, K, n, K, p) of every sample in turn, those of a class together.

    The second and third axis say which sample is deleted, the fourth which class moves. Raises as
    `deletion_shifts` does.

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> ode = LocallyElasticSDE(constant_strengths(0.2))
    >>> found = all_deletion_shifts(ode, [[[2.0], [4.0]], [[-3.0], [-3.0]]], [5.0])
    >>> found[0, 0, 0].round(4).tolist()  # without the first sample of class 0
    [[-0.8101], [0.0]]
    """
    start = _features(initial)
    classes, samples, p = start.shape
    means, when = model.checked(start.mean(axis=1)), checked_times(times, increasing=True)
    alike = np.broadcast_to(means, (samples, classes, p))
    each = [_shifts(model, alike, k, start[k], samples, when) for k in range(classes)]
    return np.stack(each, axis=1)


@dataclass(frozen=True, eq=False)
class ShiftLimits:
    """The largest shifts (T,) that deleting a sample can cause: in its own class, in another."""

    own: Floats
    other: Floats


def shift_limits(
    model: LocallyElasticSDE, classes: int, samples: int, times: ArrayLike, radius: float = 1.0
) -> ShiftLimits:
    """Bounds on the shifts whatever the features at time 0, if their norms are at most `radius`.

    `samples` of each class; deletion as in `deletion_shifts`, without noise. Shifts are linear in
    the deleted sample, in the mean of the others of its class and in the means of other classes:
    the bound is the sum of the operator norms, which features of the I-model attain. It is a
    theorem on the model: nothing says that a network follows it.

    Raises SetupError for sizes that cannot be.

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> found = shift_limits(LocallyElasticSDE(constant_strengths(0.2)), 3, 100, [10.0])
    >>> found.own.round(4).tolist(), found.other.tolist()
    ([0.0129], [0.0])
    """
    classes, samples = (
        count_of(count, f"shift_limits.{name}", 2)
        for name, count in (("classes", classes), ("samples", samples))
    )
    if number_of(radius, "shift_limits.radius", "a finite number above 0", 0.0) == 0.0:
        raise SetupError(
            where="shift_limits.radius", found=radius, allowed="a finite number above 0"
        )
    when = checked_times(times, increasing=True)
    p = 1 if model.kind == IDENTITY else classes
    # Variables: the others of class 0, the other classes, the deleted sample; each coordinate.
    unit = np.eye((classes + 1) * p).reshape(-1, classes + 1, p)
    means, sample = unit[:, :classes].copy(), unit[:, classes]
    means[:, 0] = ((samples - 1) * means[:, 0] + sample) / samples
    moved = _shifts(model, means, 0, sample, samples, when)
    maps = moved.reshape(len(moved), classes + 1, p, classes, p).transpose(0, 1, 3, 2, 4)
    sizes = np.linalg.norm(maps, ord=2, axis=(-2, -1)).sum(axis=1) * radius
    return ShiftLimits(sizes[:, 0], sizes[:, 1:].max(axis=1))


def _features(initial: ArrayLike) -> Floats:
    """Features at time 0 (K, n, p). Raises DataError for other shapes."""
    start = array_of(initial, "initial features", "(classes, samples, features)")
    if start.ndim != 3 or 0 in start.shape:
        raise DataError(
            where="initial features",
            found=f"an array of shape {start.shape}",
            allowed="(classes, samples, features)",
        )
    return start


def _shifts(
    model: LocallyElasticSDE,
    means: Floats,
    label: int,
    sample: Floats,
    samples: int,
    times: Floats,
) -> Floats:
    """Shifts (T, ..., K, p) for class means (..., K, p) and a deleted sample (..., p) at time 0.

    Means and shifts are solved together: the shifts are small beside the means.
    """
    from scipy.integrate import solve_ivp

    model.totals(times, means.shape[-2])  # refused if features outgrow floating-point numbers
    around = sample - means[..., label, :]

    def rate(time: float, state: Floats) -> Floats:
        now, shift = state.reshape(2, *means.shape)
        alpha, beta = (value[0] for value in model.strengths.at([time]))
        left = shift.copy()
        left[..., label, :] -= (now[..., label, :] + shift[..., label, :] + around) / samples
        pulls = (pull(model.seen(pulling), alpha, beta) for pulling in (now, left))
        return np.concatenate([p.ravel() for p in pulls])

    first = np.concatenate([means.ravel(), np.zeros(means.size)])
    end = float(times.max())
    if end == 0.0:
        return np.zeros((len(times), *means.shape))
    scale = PRECISION * max(float(np.abs(means).max()), float(np.abs(sample).max())) / samples
    found = solve_ivp(
        rate, (0.0, end), first, "DOP853", times, rtol=PRECISION, atol=scale or PRECISION
    )
    if not found.success:
        raise DataError(
            where="deletion shifts",
            found=found.message,
            allowed="strengths and times for which the ODE can be solved",
        )
    return found.y.T.reshape(len(times), 2, *means.shape)[:, 1]
