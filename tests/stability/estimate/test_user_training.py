"""Training code of the user's own, in this process and in others."""

import random
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from stability.conventions import Convention
from stability.errors import DataError, SetupError
from stability.estimate import Ridge, measure_training, summarise
from stability.own_code import OwnCodeError

X = np.random.default_rng(0).normal(size=(12, 3))
Y = np.random.default_rng(1).uniform(size=12)
AT, TARGET = X[:5] + 0.1, Y[:5]
LAM = 0.1


def weights(indices):
    x, y = X[indices], Y[indices]
    return np.linalg.solve(x.T @ x / len(x) + LAM * np.eye(3), x.T @ y / len(x))


def loss(w, x, y):
    return (np.clip(x @ w, 0.0, 1.0) - y) ** 2


def train(indices):
    """At module level, so that other processes can have it."""
    w = weights(indices)
    return loss(w, X, Y), loss(w, AT, TARGET)


def predictions(indices):
    w = weights(indices)
    return {"train": X @ w, "test": AT @ w}


def losses_of(found):
    return ((np.clip(found["train"], 0, 1) - Y) ** 2, (np.clip(found["test"], 0, 1) - TARGET) ** 2)


def noisy(indices):
    a, b = train(indices)
    return a, b + random.random() * 1e-12


def fails_without_three(indices):
    a, b = train(indices)
    return (a, b) if 3 in indices else (a, b * np.nan)


def raising(indices):
    if 5 not in indices:
        raise ValueError("no")
    return train(indices)


def sgd(order_of):
    """Online least squares: one pass, in the order that `order_of(indices)` gives."""

    def run(indices):
        w = np.zeros(3)
        for i in order_of(indices):
            w -= 0.3 * (X[i] @ w - Y[i]) * X[i]
        return loss(w, X, Y), loss(w, AT, TARGET)

    return run


def tied_to_positions(indices):
    return indices[np.random.default_rng(0).permutation(len(indices))]


def tied_to_examples(indices):
    order = np.random.default_rng(0).permutation(12)
    return order[np.isin(order, indices)]


def shuffled_in_place(indices):
    np.random.default_rng(0).shuffle(indices)
    return indices


def test_indices_may_be_shuffled_in_place():
    a, b = (measure_training(sgd(f), 12, range(12), loss_range=1.0)
            for f in (shuffled_in_place, lambda i: shuffled_in_place(i.copy())))  # fmt: skip
    assert np.array_equal(a.changes, b.changes) and np.array_equal(a.placebos, b.placebos)


def test_a_placebo_shows_randomness_that_is_tied_to_positions():
    tied = measure_training(sgd(tied_to_positions), 12, range(12), loss_range=1.0, placebos=12)
    free = measure_training(sgd(tied_to_examples), 12, range(12), loss_range=1.0, placebos=12)
    assert tied.placebos.shape == free.placebos.shape == (12, 5)
    assert free.signal == float("inf") and not free.placebos.any()
    assert 0.3 < tied.signal < 3.0


def test_a_placebo_deletes_what_the_deletion_deletes():
    seen = []

    def noting(indices):
        seen.append(indices.tolist())
        return train(indices)

    found = measure_training(noting, 12, [4, 9], loss_range=1.0, placebos=1)
    without, placebo = seen[2], seen[4]
    assert sorted(placebo) == without and placebo != without and len(seen) == 6
    assert found.placebos.shape == (1, 5) and np.abs(found.placebos).max() < 1e-12
    assert measure_training(train, 12, [4], loss_range=1.0, placebos=0).placebos.shape == (0, 5)


def test_results_that_are_overwritten_are_copied_at_once():
    at, there, calls = np.zeros(12), np.zeros(5), []

    def filling(indices):
        """Never the same twice, in the same arrays."""
        calls.append(0)
        at[:], there[:] = 0.1 * len(calls), 0.1 * len(calls)
        return at, there

    with pytest.raises(SetupError, match=r"losses that differ by up to 0.1"):
        measure_training(filling, 12, [1], loss_range=9.0)
    assert len(calls) == 2


def test_equals_exact_deletion():
    [exact] = Ridge(LAM).fit(X, Y).deletions(AT, TARGET, "retrain", indices=[4, 0, 11])
    seen = []
    found = measure_training(
        train,
        12,
        [4, 0, 11],
        loss_range=1.0,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert found.deleted.tolist() == [4, 0, 11] and found.sample_size == 12
    assert found.convention is Convention.RETRAIN
    for name in ("changes", "diagonal", "training_maximum"):
        assert np.abs(getattr(found, name) - getattr(exact, name)).max() < 1e-12
    assert seen == [(k, 9) for k in range(2, 10)]
    assert pytest.approx(12 * exact.training_maximum.max(), rel=0.5) == summarise([found], 12).U


def test_predictions_and_their_losses():
    a = measure_training(train, 12, [4, 0], loss_range=1.0)
    b = measure_training(predictions, 12, [4, 0], loss_range=1.0, losses_of=losses_of)
    assert np.abs(a.changes - b.changes).max() < 1e-14


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_numbers(pool):
    alone = measure_training(train, 12, range(12), loss_range=0.5)
    with pool(2) as executor:
        found = measure_training(train, 12, range(12), loss_range=0.5, executor=executor)
    assert np.array_equal(found.changes, alone.changes)
    assert np.array_equal(found.training_maximum, alone.training_maximum)
    assert found.base_test.max() <= 0.5


def test_few_trainings_are_under_way_at_once(monkeypatch):
    from stability.estimate.retraining import user_training

    monkeypatch.setattr(user_training, "AHEAD", 3)
    waiting, most = [], []

    class Lazy(ThreadPoolExecutor):
        def submit(self, *args, **kwargs):
            future = super().submit(*args, **kwargs)
            waiting.append(future)
            most.append(sum(not f.done() for f in waiting))
            return future

    with Lazy(1) as executor:
        found = measure_training(train, 12, range(12), loss_range=1.0, executor=executor)
    assert max(most) <= 3 and len(found.changes) == 12


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: measure_training(noisy, 12, [1], loss_range=1.0), SetupError,
         r"training twice on everything: found losses that differ.*Seed everything"),
        (lambda: measure_training(fails_without_three, 12, [1, 3], loss_range=1.0), DataError,
         r"training without 3: found a loss of nan.*diverged"),
        (lambda: measure_training(lambda i: (Y, Y - 1.0), 12, [1], loss_range=1.0), DataError,
         r"training on everything: found a loss of -0.9.*allowed: losses of at least 0"),
        (lambda: measure_training(lambda i: 5, 12, [1], loss_range=1.0), DataError,
         r"result of type int.*losses_of"),
        (lambda: measure_training(lambda i: (Y[i], TARGET), 12, [1], loss_range=1.0), DataError,
         r"without 1: found losses of shapes \(11,\)"),
        (lambda: measure_training(lambda i: (Y, TARGET[: len(i) - 8]), 12, [1], loss_range=1.0),
         DataError, r"shapes \(12,\) and \(3,\); allowed: shapes \(12,\) and \(4,\)"),
        (lambda: measure_training(train, 12, [1, 1], loss_range=1.0), SetupError, "twice"),
        (lambda: measure_training(train, 12, [12], loss_range=1.0), SetupError, "0 to 11"),
        (lambda: measure_training(train, 12, [1], loss_range=0.0), SetupError, "loss_range"),
        (lambda: measure_training(train, 12, [1], loss_range=1.0, placebos=-1), SetupError,
         "placebos"),
        (lambda: measure_training(raising, 12, [1, 5], loss_range=1.0), OwnCodeError,
         r"training without 5: found ValueError: no \(test_user_training.py, line \d+\)"),
        (lambda: measure_training(train, 12, [1], loss_range=1.0, losses_of=lambda f: f["a"]),
         OwnCodeError, "losses_of after training on everything: found TypeError"),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


CHANCE = np.random.default_rng()


def drawing(indices):
    """Unseeded: every forked worker begins with the same state, and draws the same numbers."""
    time.sleep(0.02)
    a, b = train(indices)
    return a, b + CHANCE.uniform()


class Continuing:
    """Goes on from where it ended; it takes a few trainings until that shows."""

    def __init__(self):
        self.calls = 0

    def __call__(self, indices):
        self.calls += 1
        a, b = train(indices)
        return a, b * (1.0 if self.calls < 3 else 0.9)


def test_chance_that_is_the_same_in_every_worker_is_seen():
    with (
        ProcessPoolExecutor(2, mp_context=get_context("fork")) as executor,
        pytest.raises(SetupError, match="losses that differ"),
    ):
        measure_training(drawing, 12, range(6), loss_range=9.0, executor=executor)


def test_a_training_that_goes_on_from_the_last_one_is_seen():
    with pytest.raises(SetupError, match=r"losses that differ.*begin every training anew"):
        measure_training(Continuing(), 12, [4], loss_range=1.0)
