"""Training problems whose stability is known exactly: oracles for stability theorems.

A theorem that accepts a setup speaks of every problem with these constants, so in particular of
linear losses, and of losses that are quadratic near 0; its constant cannot be below theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, isqrt

from stability.conventions import Averaged, Convention, Neighbour
from stability.setup.algorithms import DecayingStep
from stability.setup.setup import Setup
from stability.theorems.kinds.symbol_values import strong_convexity

RETRAIN, REPLACEMENT = Convention.RETRAIN, Neighbour.REPLACEMENT


MOST_STEPS = 300
"""Longer runs are not added up exactly."""


def step_sizes_of(setup: Setup) -> tuple[Fraction, ...]:
    """The step size of every step of a gradient method, epochs counted out; empty for long runs."""
    step, steps = setup.value("algorithm.step_size"), setup.steps
    if steps is None or steps > MOST_STEPS:
        return ()
    if isinstance(step, DecayingStep):
        return tuple(step.c / t for t in range(1, steps + 1))
    return (step.size,) * steps


def weights_of_steps(steps: tuple[Fraction, ...], mu: Fraction) -> tuple[Fraction, ...]:
    """What the gradient of each step still weighs at the end, with a regulariser mu/2 |w|^2."""
    weights, kept = [], Fraction(1)
    for step in reversed(steps):
        weights.append(step * kept)
        kept *= 1 - step * mu
    return tuple(reversed(weights))


def _root_below(value: Fraction) -> Fraction:
    """A rational just below a square root."""
    return Fraction(isqrt(int(value * 10**60)), 10**30)


@dataclass(frozen=True)
class LinearLosses:
    """Losses l(w; z) = z w with slopes between -L and L, under the algorithm of a setup.

    Everything follows by hand: the weights are minus a weighted sum of the slopes seen. For kernel
    minimisation the cost is linear in the prediction. Raises nothing; `factor` is None where the
    setup leaves no room for such a problem.
    """

    setup: Setup

    @property
    def _mu(self) -> Fraction:
        return strong_convexity(self.setup) or Fraction(0)

    def factor(self, averaged: Averaged) -> Fraction | None:
        """c such that deleting z' in place moves the loss at z by c |z'| |z|/m, at most.

        The largest over orders of visit if nothing is averaged over, else the mean over the draws.
        """
        setup, kind = self.setup, self.setup.value("algorithm.kind")
        if kind == "erm":
            return 1 / self._mu
        if kind == "kernel-erm":
            return 1 / (2 * setup.value("algorithm.regularization"))
        if kind not in ("gd", "sgd") or setup.value("algorithm.clipping") is not None:
            return None
        steps = step_sizes_of(setup)
        radius, curved = (setup.value(f"algorithm.{n}") for n in ("radius", "strong_convexity"))
        weights = weights_of_steps(steps, self._mu)
        if not steps or curved or min(weights) < 0 or self._leaves(radius, steps):
            return None
        if kind == "gd" or averaged is not Averaged.NOTHING:
            return sum(weights, Fraction(0))
        if setup.value("algorithm.order") == "with-replacement":
            return setup.sample.size * sum(weights, Fraction(0))  # z' may be drawn every time
        return setup.sample.size * self._visits(weights)

    def _leaves(self, radius: Fraction | None, steps: tuple[Fraction, ...]) -> bool:
        L = self.setup.loss.lipschitz
        return radius is not None and (L is None or L * sum(steps) > radius)

    def _visits(self, weights: tuple[Fraction, ...]) -> Fraction:
        """The worst sum of weight/batch over the steps that see one example, one a pass."""
        m = self.setup.sample.size
        batch = min(self.setup.value("algorithm.batch_size"), m)
        length = ceil(Fraction(m, batch))
        last = m - batch * (length - 1)
        total = Fraction(0)
        for start in range(0, len(weights), length):
            one_pass = weights[start : start + length]
            sizes = [last if i == length - 1 else batch for i in range(len(one_pass))]
            total += max(w / s for w, s in zip(one_pass, sizes, strict=True))
        return total

    def _slopes(self) -> tuple[Fraction, Fraction, Fraction] | None:
        """Supremum, mean and mean square of the slopes, the largest that the setup allows."""
        if self.setup.value("algorithm.kind") == "kernel-erm":
            sigma = self.setup.value("algorithm.admissibility")
            top = sigma * self.setup.value("algorithm.kernel_bound")
            mean = self.setup.value("algorithm.mean_sqrt_kernel")
            rms = fourth = None
            mean = None if mean is None else sigma * mean
        else:
            loss = self.setup.loss
            top, mean, rms = loss.lipschitz, loss.mean_lipschitz, loss.rms_lipschitz
            fourth = loss.fourth_moment_lipschitz
        if top is None:
            return None
        squares = [top * (mean or top)] + ([rms**2] if rms is not None else [])
        if fourth is not None:
            squares.append(_root_below(fourth))
        known = top if fourth is None else _root_below(_root_below(fourth))
        return top, mean or rms or known, min(squares)

    def exact(
        self, averaged: Averaged, neighbour: Neighbour, convention: Convention | None
    ) -> Mapping[str, Fraction]:
        """The exact B, U, B1, D of deletion, times 1/m the uniform `beta` or `epsilon`.

        Empty where the setup leaves no room for a linear problem.
        """
        c, slopes, m = self.factor(averaged), self._slopes(), self.setup.sample.size
        if c is None or slopes is None:
            return {}
        top, mean, square = slopes
        if neighbour is REPLACEMENT:
            return {"epsilon": 2 * c * top**2 / m}
        if convention is RETRAIN:
            return {
                "B": 2 * c * top * mean,
                "U": 2 * c * top**2,
                "B1": c * (top + mean) * mean,
                "D": c * (top * mean + square),
                "beta": 2 * c * top**2 / m,
            }
        return {
            "B": c * top * mean,
            "U": c * top**2,
            "B1": c * mean**2,
            "D": c * square,
            "beta": c * top**2 / m,
        }

    def needed_range(self, averaged: Averaged) -> Fraction:
        """A loss range in which the losses of all trained hypotheses lie (after a shift)."""
        c, slopes = self.factor(averaged), self._slopes()
        return Fraction(1) if c is None or slopes is None else 2 * c * slopes[0] ** 2


@dataclass(frozen=True)
class CurvedLosses:
    """m - 1 losses of curvature `curvature` near 0, slope at most L, and one linear loss.

    Trained from 0, the curved losses alone stay at 0; the linear one moves the weights, and concave
    losses (or too large steps) drive them on; with the opposite slope it moves them to the other
    side. One pair of samples and one test point, so a lower bound on the uniform constant, exactly
    computed.
    """

    setup: Setup
    curvature: Fraction

    def least(self, averaged: Averaged, neighbour: Neighbour) -> Fraction | None:
        """How far the loss of slope L moves when the linear example goes, or is replaced by its
        opposite; None where that is not known."""
        setup, L = self.setup, self.setup.loss.lipschitz
        kind, order = setup.value("algorithm.kind"), setup.value("algorithm.order")
        plain = strong_convexity(setup) is None
        if L is None or kind not in ("gd", "sgd") or not plain or self.curvature == 0:
            return None
        if setup.value("algorithm.batch_size") not in (None, 1):
            return None
        m, steps = setup.sample.size, step_sizes_of(setup)
        if not steps:
            return None
        room = min(
            L / abs(self.curvature), setup.value("algorithm.radius") or L / abs(self.curvature)
        )
        diluted, whole = self.curvature * (1 - Fraction(1, m)), self.curvature
        if kind == "gd":
            reached = [abs(x) / m for x in self._path(steps, diluted)]
            end = reached[-1]
        elif order == "with-replacement" and averaged is not Averaged.NOTHING:
            reached = [
                sum(map(abs, weights_of_steps(steps[:n], whole))) for n in range(1, len(steps) + 1)
            ]
            end = abs(self._path(steps, diluted)[-1]) / m
        elif order == "shuffled" and len(steps) <= m:
            weights = weights_of_steps(steps, whole)
            reached = [
                abs(w) for n in range(1, len(steps) + 1) for w in weights_of_steps(steps[:n], whole)
            ]
            sure = averaged is Averaged.NOTHING
            end = max(map(abs, weights)) if sure else abs(sum(weights, Fraction(0))) / m
        else:
            return None
        slope = min(L, room / max(reached)) if max(reached) else L
        return (2 if neighbour is REPLACEMENT else 1) * L * slope * end

    def _path(self, steps: tuple[Fraction, ...], curvature: Fraction) -> list[Fraction]:
        """Where a constant push of 1 leads, step by step."""
        w, path = Fraction(0), []
        for step in steps:
            w = w * (1 - step * curvature) - step
            path.append(w)
        return path


def curved_problems(setup: Setup) -> Iterator[CurvedLosses]:
    """The curved problems that a setup allows: concave unless it says convex."""
    gamma = setup.loss.smoothness
    if gamma is None:
        return
    yield CurvedLosses(setup, gamma)
    if setup.loss.convex is not True:
        yield CurvedLosses(setup, -gamma)


def with_room(setup: Setup, needed: Fraction) -> Setup:
    """The setup with a loss range of at least what a problem needs."""
    known = setup.loss.range
    if known is None or known >= needed:
        return setup
    return replace(setup, loss=replace(setup.loss, range=needed))
