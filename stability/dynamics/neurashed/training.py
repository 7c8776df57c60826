"""Training a feature graph: many seeds at once, step by step, factors recorded on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def parts(self) -> tuple[Flags, Flags]:
        """For each instance (..., n, F): what fires of what it touches, and what it touches."""
        graph, features = self.instances.graph, self.instances.firing.features
        reach = graph.reach[self.instances.labels]
        if self.updates.scope != LABEL:
            reach = np.ones_like(reach)
        return features & reach, np.broadcast_to(reach, features.shape)

    @cached_property
    def signs(self) -> NDArray[np.int8]:
        """For each instance alone (..., n, F): 1 where a factor grows, -1 where it falls."""
        fires, touched = (part.astype(np.int8) for part in self.parts)
        return 2 * fires - touched

    def advance(self, log_factors: Floats, first: int, last: int) -> Floats:
        """The factors (seeds, F) after the steps from `first` to `last`."""
        batches = self.batches[first:last]  # (steps, seeds, b)
        there = batches >= 0
        here = np.where(there, batches, 0)
        up, down = self.exposure * self.updates.growth, self.exposure * self.updates.decay
        if batches.shape[2] == 1 and not self.updates.gated:
            signs = _of_each(self.signs, here, axes=2)[:, :, 0]
            if not there.all():
                signs = signs * there
            net, moves = (part.sum(axis=0, dtype=np.int32) for part in (signs, np.abs(signs)))
            return log_factors + up * (moves + net) / 2 - down * (moves - net) / 2
        fires, touched = (
            (_of_each(part, here, axes=2) & there[..., None]).any(axis=2) for part in self.parts
        )
        if not self.updates.gated:
            falls = touched.sum(axis=0) - fires.sum(axis=0)
            return log_factors + up * fires.sum(axis=0) - down * falls
        graph, firing = self.instances.graph, self.instances.firing
        labels = _of_each(self.instances.labels, here, axes=1)
        levels = [_of_each(level, here, axes=2) for level in firing.levels]
        gate = _Gate(graph, levels, labels, there)
        # Seeds come last from here on: products are then one matrix product for all of them.
        rise, fall = (np.swapaxes(part, 1, 2) for part in (up * fires, down * (touched & ~fires)))
        ln = log_factors.T
        for step in range(last - first):
            ln = ln + (gate.residual(ln, step) * rise[step] - fall[step])
        return ln.T


def _of_each(values: NDArray, here: NDArray[np.int64], *, axes: int) -> NDArray:
    """What belongs to the instances of batches (steps, seeds, b).

    `values` have `axes` axes if they are the same for all seeds, one more if they are not.
    """
    if values.ndim == axes:
        return values[here]
    seeds = np.arange(here.shape[1]) if len(values) > 1 else np.zeros(here.shape[1], dtype=int)
    return values[seeds[:, None], here]


class _Gate:
    """The mean residual of each batch: what does not depend on the factors is computed once.

    Nodes come first here: (steps, nodes, seeds, b).
    """

    def __init__(
        self, graph: FeatureGraph, levels: list[Flags], labels: NDArray[np.int64], there: Flags
    ) -> None:
        self.graph = graph
        self.fires = [np.ascontiguousarray(np.moveaxis(level, -1, 1)) for level in levels]
        sums = levels[0].astype(np.float32) @ graph.levels[0].dependencies.T.astype(np.float32)
        self.counts = self.fires[1] * np.moveaxis(sums, -1, 1)
        self.labels = labels[:, None]
        self.others = np.arange(len(graph.classes))[:, None, None] != self.labels
        self.shares = there / np.maximum(there.sum(axis=2, keepdims=True), 1)

    def residual(self, log_factors: Floats, step: int) -> Floats:
        """The mean (seeds,) over a batch of 1 - softmax of the label, for factors (F, seeds)."""
        factors = np.exp(log_factors)[..., None]
        slices = self.graph.slices
        sent = factors[slices[0]] * self.counts[step]
        for level, place, fires in zip(
            self.graph.levels[1:], slices[1:], self.fires[2:], strict=True
        ):
            sent = factors[place] * (fires[step] * _product(level.dependencies, sent))
        Z = _product(self.graph.class_dependencies, sent)
        Z -= np.take_along_axis(Z, self.labels[step], axis=0)
        top = np.maximum(Z.max(axis=0), 0.0)
        rest = (np.exp(Z - top) * self.others[step]).sum(axis=0)
        residual = rest / (rest + np.exp(-top))
        return (residual * self.shares[step]).sum(axis=1)


def _product(table: Floats, values: Floats) -> Floats:
    """A table (n, nodes) times values (nodes, seeds, b)."""
    return (table @ values.reshape(len(values), -1)).reshape(-1, *values.shape[1:])


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
