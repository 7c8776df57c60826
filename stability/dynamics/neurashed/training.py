"""Training a feature graph: many seeds at once, step by step, factors recorded on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.dynamics.neurashed.graph import FeatureGraph, Flags, Floats
from stability.dynamics.neurashed.instances import Instances
from stability.dynamics.neurashed.orders import Batches
from stability.dynamics.neurashed.updates import LABEL, Updates
from stability.errors import DataError, RunError, SetupError

BLOCK = 2**22
"""How many (seed, step, instance, feature) are looked up at a time."""


@dataclass(frozen=True, eq=False)
class FactorCourse:
    """The factors on the way: after `steps` (S,), the logarithms `log_factors` (S, seeds, F)."""

    steps: NDArray[np.int64]
    log_factors: Floats

    @property
    def last(self) -> Floats:
        """The logarithms (seeds, F) at the end."""
        return self.log_factors[-1]


def train_factors(
    instances: Instances,
    batches: Batches,
    updates: Updates,
    *,
    start: ArrayLike = 1.0,
    checkpoints: Sequence[int] | None = None,
) -> FactorCourse:
    """Train on batches (seeds, steps, b) of instances, all seeds at once.

    `instances`: the same (n,) for all seeds, or (seeds, n) with some of its own for each; `batches`
    of one seed serve all. A number of -1 in a batch is nobody: the batch lacks one, and an empty
    one is skipped. `start`: the factors, one number or an array that broadcasts to (seeds, F).
    `checkpoints`: after how many steps factors are recorded, in increasing order; default: at the
    end.

    Raises SetupError for factors that are not above 0 and for checkpoints outside, DataError for
    batches that do not fit, RunError for factors that leave the range of numbers.

    >>> from stability.dynamics.neurashed.orders import passes
    >>> from stability.dynamics.neurashed.problems import dominant_feature
    >>> from stability.dynamics.neurashed.updates import FixedRates
    >>> order = passes(4, 400, 1, seeds=[0])
    >>> course = train_factors(dominant_feature(), order, FixedRates(exposure=0.25))
    >>> np.exp(course.last).round(3).tolist()
    [[0.541, 16.285, 0.541]]
    """
    order, initial = np.asarray(batches), np.asarray(start, dtype=np.float64)
    if not (np.isfinite(initial).all() and (initial > 0).all()):
        raise SetupError(where="start", found=start, allowed="factors above 0")
    seeds, (steps, size) = _seeds(instances, order, initial), order.shape[1:]
    recorded = _checked_steps(checkpoints, steps)
    log_factors = np.broadcast_to(np.log(initial), (seeds, len(instances.graph.features))).copy()
    exposure = size if updates.exposure is None else updates.exposure
    order = np.swapaxes(np.broadcast_to(order, (seeds, steps, size)), 0, 1)
    work = _Work(instances, order, updates, float(exposure))
    course, done = [], 0
    for step in recorded:
        for first, last in _blocks(done, step, order[0].size * log_factors.shape[1]):
            with np.errstate(over="ignore", invalid="ignore"):  # seen below
                log_factors = work.advance(log_factors, first, last)
        done = step
        course.append(log_factors.copy())
    if not np.isfinite(course[-1]).all():
        raise RunError(
            where="training", found="factors that are no finite numbers", allowed="finite factors",
            remedy="Take a smaller start, or rates nearer to 1.",
        )  # fmt: skip
    return FactorCourse(np.array(recorded, dtype=np.int64), np.stack(course))


@dataclass(frozen=True, eq=False)
class _Work:
    instances: Instances
    batches: Batches
    updates: Updates
    exposure: float

    def advance(self, log_factors: Floats, first: int, last: int) -> Floats:
        """The factors (seeds, F) after the steps from `first` to `last`."""
        batches = self.batches[first:last]  # (steps, seeds, b)
        there = batches >= 0
        here = np.where(there, batches, 0)
        graph, firing = self.instances.graph, self.instances.firing
        labels = _of_each(self.instances.labels, here, axes=1)
        features = _of_each(firing.features, here, axes=2)
        reach = graph.reach[labels] if self.updates.scope == LABEL else np.True_
        reached = reach & there[..., None]
        fires = (features & reached).any(axis=2)
        falls = np.broadcast_to(reached, features.shape).any(axis=2) & ~fires
        up, down = self.exposure * self.updates.growth, self.exposure * self.updates.decay
        if not self.updates.gated:
            return log_factors + up * fires.sum(axis=0) - down * falls.sum(axis=0)
        levels = [_of_each(level, here, axes=2) for level in firing.levels]
        gate = _Gate(graph, levels, labels, there)
        rise, fall = np.multiply(up, fires), np.multiply(down, falls)
        for step in range(last - first):
            residual = gate.residual(log_factors, step)
            log_factors = log_factors + residual[:, None] * rise[step] - fall[step]
        return log_factors


def _of_each(values: NDArray, here: NDArray[np.int64], *, axes: int) -> NDArray:
    """What belongs to the instances of batches (steps, seeds, b).

    `values` have `axes` axes if they are the same for all seeds, one more if they are not.
    """
    if values.ndim == axes:
        return values[here]
    seeds = np.arange(here.shape[1]) if len(values) > 1 else np.zeros(here.shape[1], dtype=int)
    return values[seeds[:, None], here]


class _Gate:
    """The mean residual of each batch: what does not depend on the factors is computed once."""

    def __init__(
        self, graph: FeatureGraph, levels: list[Flags], labels: NDArray[np.int64], there: Flags
    ) -> None:
        self.graph, self.fires = graph, levels[1:]
        self.counts = levels[1] * (levels[0].astype(np.float64) @ graph.levels[0].dependencies.T)
        self.labels = labels[..., None]
        self.others = np.arange(len(graph.classes)) != self.labels
        self.shares = there / np.maximum(there.sum(axis=2, keepdims=True), 1)

    def residual(self, log_factors: Floats, step: int) -> Floats:
        """The mean (seeds,) over a batch of 1 - softmax of the label."""
        factors = np.exp(log_factors)[:, None, :]
        slices = self.graph.slices
        sent = factors[..., slices[0]] * self.counts[step]
        for level, place, fires in zip(
            self.graph.levels[1:], slices[1:], self.fires[1:], strict=True
        ):
            sent = factors[..., place] * (fires[step] * (sent @ level.dependencies.T))
        Z = sent @ self.graph.class_dependencies.T
        Z -= np.take_along_axis(Z, self.labels[step], axis=2)
        top = np.maximum(Z.max(axis=2, keepdims=True), 0.0)
        rest = (np.exp(Z - top) * self.others[step]).sum(axis=2)
        residual = rest / (rest + np.exp(-top[..., 0]))
        return (residual * self.shares[step]).sum(axis=1)


def _seeds(instances: Instances, order: Batches, start: Floats) -> int:
    """How many seeds there are; DataError if the parts do not say the same."""
    count = len(instances)
    parts = {
        "instances": instances.labels.shape[:-1],
        "features kept": instances.firing.levels[-1].shape[:-2],
        "batches": order.shape[:1],
        "start": start.shape[:-1],
    }
    seeds = {lead for lead in parts.values() if lead not in ((), (1,))}
    if order.ndim != 3 or order.max(initial=-1) >= count or len(seeds) > 1:
        raise DataError(
            where="batches",
            found=f"shape {order.shape}, numbers up to {order.max(initial=-1)}; "
            + ", ".join(f"{name} for {lead} seeds" for name, lead in parts.items() if lead),
            allowed=f"(seeds, steps, b) of numbers below {count}, and the same seeds everywhere",
        )
    [found] = seeds or {(1,)}
    return found[0]


def _blocks(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """The steps from `first` to `last` in pieces, each of at most BLOCK numbers or one step."""
    width = max(1, BLOCK // size)
    for begin in range(first, last, width):
        yield begin, min(begin + width, last)


def _checked_steps(checkpoints: Sequence[int] | None, steps: int) -> list[int]:
    recorded = [steps] if checkpoints is None else [int(c) for c in checkpoints]
    if not recorded or recorded != sorted(set(recorded)) or not 0 <= recorded[0] <= steps:
        recorded = []
    if not recorded or recorded[-1] > steps:
        raise SetupError(
            where="checkpoints",
            found=checkpoints,
            allowed=f"numbers of steps from 0 to {steps}, in increasing order",
        )
    return recorded
