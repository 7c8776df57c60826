"""Deletions in training code of the user's own: any function of the indices to train on."""

from __future__ import annotations

import copy
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.conventions import Convention
from stability.errors import DataError, SetupError
from stability.estimate.retraining.measurement import TrainingMeasurement
from stability.own_code import called
from stability.training.variants import distinct_positions

Floats = NDArray[np.float64]
Losses = tuple[ArrayLike, ArrayLike]
Pair = tuple[Floats, Floats]
Train = Callable[[NDArray[np.int64]], Any]
AHEAD = 64
"""How many trainings are handed to an executor before the first has to be back."""
PLACEBOS = 5
"""Trainings that delete nothing, by default."""
RETURNS = "a function that returns the losses at all training examples and at the test points"


def measure_training(
    train: Train,
    sample_size: int,
    deleted_indices: Sequence[int] | NDArray[np.int64],
    *,
    loss_range: float,
    losses_of: Callable[[Any], Losses] | None = None,
    placebos: int = PLACEBOS,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TrainingMeasurement:
    """Call `train` with all indices, then without each of the `deleted_indices`, and compare.

    `train(indices)` trains on the examples at `indices` (k,), and returns the losses of the trained
    model at all m training examples (m,), deleted ones included, and at the test points (n_test,).
    If it returns something else, such as predictions, `losses_of` turns that into the pair of
    losses. Losses are at least 0, and are cut to `loss_range`. Deletion convention: retrain on the
    m - 1 other examples. `executor`: any `concurrent.futures.Executor` (the function has to be
    picklable if its workers are processes); the numbers do not depend on it, because they are put
    together in order. `progress(done, total)` counts trainings. Every call gets an array of its
    own, in increasing order (except in placebos), and may change it.

    Randomness has to belong to examples, not to positions in `indices`. With
    `order = rng.permutation(len(indices))` one example less gives everyone another place, and what
    is measured is the shuffle, not the example. Draw the order of the whole sample and leave out
    what is not there: `order = rng.permutation(m); order = order[np.isin(order, indices)]`. The
    same goes for splits, masks and batches. Placebos show it: each of the first `placebos`
    deletions is trained once more on the same m - 1 examples, one of which stands at the place of
    another. Where `signal` is near 1, nothing was measured but the order.

    The full training is run twice in one process before the deletions and once after them, and
    must repeat bit for bit: chance shows that way also where every worker starts from the same
    state, and so does a function that goes on from where it ended. Raises SetupError for positions
    that are repeated or outside the sample, a range that is not positive, a training that does not
    repeat; OwnCodeError, which names the training, for an error inside `train` or `losses_of`;
    DataError for losses of the wrong shape, negative or not finite (it names the example).

    For bounds, the class map and a page: `stability.runs.report_training`.

    >>> y = np.array([0.0, 0.5, 1.0])
    >>> def train(indices):
    ...     mean = y[indices].mean()
    ...     return (y - mean) ** 2, (np.array([0.2]) - mean) ** 2
    >>> found = measure_training(train, 3, [0, 2], loss_range=1.0)
    >>> found.changes.round(4).tolist(), found.signal
    ([[0.2125], [-0.0875]], inf)
    """
    deleted = distinct_positions(deleted_indices, sample_size)
    if not (math.isfinite(loss_range) and loss_range > 0.0):
        raise SetupError(where="loss_range", found=loss_range, allowed="a finite number above 0")
    if placebos < 0:
        raise SetupError(where="placebos", found=placebos, allowed="a whole number of at least 0")
    everything = np.arange(sample_size)
    shifted = deleted[:placebos] if sample_size > 2 else deleted[:0]
    jobs = [
        _Job(("training on everything", "training on everything again"), (everything, everything)),
        *(_Job((f"training without {i}",), (everything[everything != i],)) for i in deleted),
        *(_Job((f"the placebo of {i}",), (in_another_order(everything, int(i)),)) for i in shifted),
        _Job(("training on everything once more",), (everything,)),
    ]
    n_test: int | None = None
    found: list[Pair] = []
    total = sum(len(job.parts) for job in jobs)
    for job, answers in zip(jobs, _run(train, jobs, executor), strict=True):
        for name, answer in zip(job.names, answers, strict=True):
            pair = answer
            if losses_of is not None:
                pair = called(f"losses_of after {name}", losses_of, answer, allowed=RETURNS)
            found.append(checked_losses(pair, sample_size, n_test, loss_range, name))
            n_test = len(found[-1][1])
        if job is jobs[0]:
            refuse_drift(*found)
        if progress is not None:
            progress(len(found), total)
    base, without = found[0], found[2 : 2 + len(deleted)]
    refuse_drift(base, found[-1])
    table = np.array([pair[0] - base[0] for pair in without])
    order = [a[1] - b[1] for a, b in zip(found[2 + len(deleted) : -1], without, strict=False)]
    return TrainingMeasurement(
        deleted, base[1], base[0], np.array([pair[1] - base[1] for pair in without]),
        table[np.arange(len(deleted)), deleted], np.abs(table).max(axis=1), float(loss_range), 0.0,
        Convention.RETRAIN, placebos=np.array(order).reshape(len(order), len(base[1])),
    )  # fmt: skip


class _Job(NamedTuple):
    """Trainings that are made one after the other in one process, and what each is called."""

    names: tuple[str, ...]
    parts: tuple[NDArray[np.int64], ...]


def in_another_order(everything: NDArray[np.int64], without: int) -> NDArray[np.int64]:
    """All but one example, another one, from half the sample away, standing at its place.

    >>> in_another_order(np.arange(5), 1)
    array([0, 3, 2, 4])
    """
    other = (without + max(1, len(everything) // 2)) % len(everything)
    placed = np.where(everything == without, other, everything)
    return np.delete(placed, other)


def _each(train: Train, job: _Job) -> list[Any]:
    """Trainings one after the other, in one process: each with indices of its own.

    What is returned is copied at once: a function may fill the same arrays again and again.
    """
    return [
        copy.deepcopy(called(name, train, indices.copy(), allowed=RETURNS))
        for name, indices in zip(job.names, job.parts, strict=True)
    ]


def _run(train: Train, jobs: list[_Job], executor: Executor | None) -> Iterator[list[Any]]:
    """The answers to every job in order, with a bounded number of jobs under way."""
    if executor is None:
        yield from (_each(train, job) for job in jobs)
        return
    waiting: deque[Future[list[Any]]] = deque()
    left = iter(jobs)
    try:
        for job in left:
            waiting.append(executor.submit(_each, train, job))
            if len(waiting) >= AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def checked_losses(
    pair: Any, sample_size: int, n_test: int | None, loss_range: float, name: str
) -> tuple[Floats, Floats]:
    """What a training function returned, cut to [0, loss_range]. Raises DataError."""
    try:
        on_training, on_test = (np.asarray(_detached(part), dtype=np.float64) for part in pair)
    except (TypeError, ValueError):
        raise DataError(
            where=name,
            found=f"a result of type {type(pair).__name__}",
            allowed="the losses at all training examples (m,) and at the test points (n_test,)",
            remedy="Return two arrays; measure_training can be given losses_of, which makes them.",
        ) from None
    wanted = f"({sample_size},) and ({'n_test' if n_test is None else n_test},), finite"
    right = on_training.shape == (sample_size,) and on_test.ndim == 1 and len(on_test) > 0
    if not right or n_test not in (None, len(on_test)):
        raise DataError(
            where=name, found=f"losses of shapes {on_training.shape} and {on_test.shape}",
            allowed=f"shapes {wanted}",
            remedy="Evaluate every model at the same points, and give one number for each: of a "
            "column (m, 1) its ravel().",
        )  # fmt: skip
    for part in (on_training, on_test):
        if not np.isfinite(part).all():
            raise DataError(
                where=name, found=f"a loss of {part[~np.isfinite(part)][0]}",
                allowed="finite losses", remedy="The training diverged: use smaller steps.",
            )  # fmt: skip
        if part.min() < -1e-9 * loss_range:  # cut to 0 it would never move
            raise DataError(
                where=name, found=f"a loss of {part.min():g}", allowed="losses of at least 0",
                remedy="Add a constant, or turn a score into a loss.",
            )  # fmt: skip
    return np.clip(on_training, 0.0, loss_range), np.clip(on_test, 0.0, loss_range)


def _detached(part: Any) -> Any:
    """A tensor of torch as numpy takes it, anything else as it is."""
    return part.detach().cpu() if hasattr(part, "detach") else part


def refuse_drift(first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> None:
    """Raise SetupError for two trainings on everything that do not give the same bits."""
    largest = max(float(np.abs(a - b).max()) for a, b in zip(first, second, strict=True))
    if largest > 0.0:
        raise SetupError(
            where="training twice on everything",
            found=f"losses that differ by up to {largest:.3g}",
            allowed="losses that are the same bit for bit",
            remedy="Seed everything that draws random numbers, inside the function; begin every "
            "training anew; use one thread and deterministic operations.",
        )
