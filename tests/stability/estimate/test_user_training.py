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
    assert seen == [(k, 6) for k in range(2, 7)]
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
