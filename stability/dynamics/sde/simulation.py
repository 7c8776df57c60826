"""Paths of the locally elastic SDE, many trials at once."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exprel

from stability.dynamics.sde.inputs import Floats, array_of, count_of, number_of
from stability.dynamics.sde.mean_features import grown, growth
from stability.dynamics.sde.model import LocallyElasticSDE, check_sample, pull
from stability.dynamics.sde.strengths import checked_times
from stability.errors import DataError

BLOCK = 256
"""Steps for which noise is drawn together."""
MOST = 10_000_000
"""Steps of a path at most; more would hold the strengths at too many times in memory."""


def simulate(
    model: LocallyElasticSDE,
    initial: ArrayLike,
    times: ArrayLike,
    *,
    trials: int,
    step: float,
    seed: int,
    deleted: tuple[int, int] | None = None,
) -> Floats:
    """Features (T, trials, K, n, p) at increasing times (T,), independent noise in every trial.

    `initial`: features at time 0 (K, n, p), or (trials, K, n, p). As the drift depends on the class
    alone, only class means need steps, of at most `step`: each grows as the ODE with the mean
    strengths of that step would have it (the exponential Euler method), with noise of standard
    deviation noise sqrt(step / n), half of it before and half after. Samples move around the mean
    of their class as Brownian motions, which are drawn exactly.

    `deleted`, (class, place): a sample that moves no other any more, as when training skips its
    steps ("null-step"); divisors stay, and it goes on moving as a test point of its class would.
    With the same seed the noise is the same as without the deletion, so that the difference of
    both is the effect of the sample.

    Raises DataError for features or times that do not fit, SetupError for a step that is not
    positive, fewer trials than one, a sample that is not there, and strengths under which features
    outgrow floating-point numbers.

    >>> from stability.dynamics.sde.strengths import constant_strengths
    >>> model = LocallyElasticSDE(constant_strengths(0.0), noise=2.0)
    >>> found = simulate(model, np.zeros((2, 50, 1)), [9.0], trials=40, step=1.0, seed=0)
    >>> found.shape, round(float(found.std()))  # 2 sqrt(9)
    ((1, 40, 2, 50, 1), 6)
    """
    when = checked_times(times, increasing=True)
    trials, seed = count_of(trials, "simulate.trials"), count_of(seed, "simulate.seed", 0)
    allowed = f"a finite number above 0, of which at most {MOST:,} reach the last time"
    step = number_of(step, "simulate.step", allowed, least=max(float(when[-1]) / MOST, 5e-324))
    start = _checked(model, initial, trials)
    samples = start.shape[-2]
    if deleted is not None:
        check_sample(deleted, start.shape[1], samples)
    of_means, of_samples, of_bridge = np.random.default_rng(seed).spawn(3)
    means = start.mean(axis=-2)
    around = start - means[..., None, :]
    found = np.empty((len(when), *start.shape))
    before = 0.0
    for place, now in enumerate(when):
        if now == before:
            found[place] = means[..., None, :] + around
            continue
        steps = max(1, ceil((now - before) / step - 1e-9))
        length = (now - before) / steps
        later = around
        if model.noise:
            kicks = of_samples.standard_normal(start.shape)
            kicks -= kicks.mean(axis=-2, keepdims=True)
            later = around + model.noise * sqrt(now - before) * kicks
        own = None
        if deleted is not None:
            ends = (features[:, deleted[0], deleted[1]] for features in (around, later))
            spread = model.noise * sqrt(length * (1.0 - 1.0 / samples))
            own = deleted[0], _bridge(*ends, spread, steps, of_bridge) / samples
        grid = before + (now - before) * np.arange(steps + 1) / steps
        totals = model.totals(grid, start.shape[1])
        size = model.noise * sqrt(length / samples)
        means = _moved(model, means, totals, size, samples, own, of_means)
        around, before = later, now
        found[place] = means[..., None, :] + around
    return found


def _moved(
    model: LocallyElasticSDE,
    means: Floats,
    totals: tuple[Floats, Floats],
    size: float,
    samples: int,
    deleted: tuple[int, Floats] | None,
    generator: np.random.Generator,
) -> Floats:
    """The class means (trials, K, p) after steps over which A and B grow as `totals` say.

    `deleted`: a class, and 1/n of where its deleted sample is around the mean, before each step
    and after the last (steps + 1, trials, p). Half of the noise, and of what the deleted sample
    would pull, comes before each step and half after it: the error of moments is of second order.
    """
    A, B = (np.diff(total) for total in totals)
    classes = means.shape[1]
    J = B * exprel((A + B / (classes - 1)) / classes)  # of strengths that are constant in a step
    factors = growth(model.kind, classes, A, B, J)
    for first in range(0, len(A), BLOCK):
        count = min(BLOCK, len(A) - first)
        kicks = np.zeros((count, 1, 1, 1))
        if size:
            kicks = size / 2 * generator.standard_normal((count, *means.shape))
        for k in range(count):
            step = first + k
            means = means + kicks[k]
            before = _missing(model, means, samples, deleted, step, A[step], B[step])
            means = grown(model.kind, means - before, [factor[step] for factor in factors])
            if deleted is not None:
                guess = means - before
                means -= _missing(model, guess, samples, deleted, step + 1, A[step], B[step])
            means += kicks[k]
    return means


def _missing(
    model: LocallyElasticSDE,
    means: Floats,
    samples: int,
    deleted: tuple[int, Floats] | None,
    place: int,
    A: float,
    B: float,
) -> Floats:
    """Half of what a deleted sample would do to the class means (trials, K, p) in a step, or 0."""
    if deleted is None:
        return np.zeros(())
    label, around = deleted
    gone = np.zeros_like(means)
    gone[:, label] = means[:, label] / samples + around[place]
    return pull(model.seen(gone), A, B) / 2


def _bridge(
    start: Floats, end: Floats, spread: float, steps: int, generator: np.random.Generator
) -> Floats:
    """A Brownian path (steps + 1, trials, p) with both ends given."""
    moves = spread * generator.standard_normal((steps, *start.shape))
    moves += (end - start - moves.sum(axis=0)) / steps
    return start + np.concatenate([np.zeros((1, *start.shape)), np.cumsum(moves, axis=0)])


def _checked(model: LocallyElasticSDE, initial: ArrayLike, trials: int) -> Floats:
    """The features at time 0 (trials, K, n, p)."""
    remedy = "Put the samples of a class beside each other; classes have equally many."
    start = array_of(initial, "initial features", "(classes, samples, features)", remedy)
    if start.ndim == 3:
        start = np.broadcast_to(start, (trials, *start.shape))
    if start.ndim != 4 or len(start) != trials or 0 in start.shape:
        raise DataError(
            where="initial features",
            found=f"an array of shape {np.shape(initial)}",
            allowed=f"(classes, samples, features), or ({trials}, classes, samples, features)",
            remedy=remedy,
        )
    model.checked(start.mean(axis=-2))
    return start
