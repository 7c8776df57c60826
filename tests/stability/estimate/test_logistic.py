"""Logistic regression: the constants, the minimiser, exact deletion and its limit, SGD."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from stability.datasets import Dataset, load_digits
from stability.errors import DataError, SetupError
from stability.estimate import (
    LIPSCHITZ_SUPREMUM,
    SMOOTHNESS_SUPREMUM,
    delete_logistic,
    deletion_limit,
    fit_logistic,
    lipschitz_constants,
    pixel_box,
    sgd_logistic,
    smoothness_constants,
)

TRAIN, TEST = load_digits().split(120, seed=5)
X, Y = pixel_box(TRAIN), TRAIN.labels
AT, LABELS = pixel_box(TEST), TEST.labels


def cross_entropy(w, x, y):
    """The loss of one example, written out."""
    logits = w @ x
    top = logits.max()
    return top + math.log(np.exp(logits - top).sum()) - logits[y]


def probabilities(w, x):
    """The softmax of one example, written out."""
    e = np.exp(w @ x - (w @ x).max())
    return e / e.sum()


def objective(w, x, y, lam, keep):
    """The training objective with 1/m kept, and its gradient, in plain loops."""
    value, slope = lam / 2 * (w**2).sum(), lam * w
    for j in keep:
        value = value + cross_entropy(w, x[j], y[j]) / len(x)
        slope = slope + np.outer(probabilities(w, x[j]) - np.eye(len(w))[y[j]], x[j]) / len(x)
    return value, slope


def pixels(inputs, box=(0, 1)):
    return Dataset(inputs, [0] * len(inputs), ("a",), "made up", range=box)


def test_pixel_box():
    x = pixel_box(pixels([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.5, 0.0, 1.0]]))
    assert x.shape == (3, 4)
    assert x[2].tolist() == pytest.approx([0.25, 0.0, 0.5, 0.5])
    with pytest.raises(DataError, match=r"range of the inputs: found no word about it.*largest"):
        pixel_box(pixels([[0.5, 0.75]], None))
    with pytest.raises(DataError, match=r"range of the inputs: found \[0, 2\]"):
        pixel_box(pixels([[0.5, 0.75]], (0, 2)))
    assert pixel_box(pixels([[0.5, 0.75]], ([0, 0.5], [0.5, 1]))).shape == (1, 3)


@pytest.mark.parametrize("d", [1, 2, 3, 7, 64, 784, 3072])
def test_the_box_has_norm_at_most_one_exactly(d):
    corner = pixel_box(pixels(np.ones((1, d))))
    assert sum(Fraction(float(v)) ** 2 for v in corner[0]) <= 1
    assert lipschitz_constants(corner)[0] <= LIPSCHITZ_SUPREMUM
    assert smoothness_constants(corner)[0] <= SMOOTHNESS_SUPREMUM
    assert Fraction(LIPSCHITZ_SUPREMUM) ** 2 >= 2
    assert lipschitz_constants(corner)[0] == pytest.approx(math.sqrt(2))


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 60), st.integers(0, 10_000))
def test_constants_are_rounded_up(d, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(1, d)) * rng.choice([1e-3, 1.0, 10.0])
    square = sum(Fraction(float(v)) ** 2 for v in x[0])
    lipschitz, smooth = lipschitz_constants(x)[0], smoothness_constants(x)[0]
    assert Fraction(lipschitz) ** 2 >= 2 * square
    assert Fraction(smooth) >= square / 2
    assert lipschitz == pytest.approx(math.sqrt(2 * square))
    assert smooth == pytest.approx(float(square / 2))


def test_rounding_up_is_needed():
    """Small squares that floating sums lose one after the other beside a large one."""
    x = np.array([[0.5] + [0.5e-8] * 127])
    square = sum(Fraction(float(v)) ** 2 for v in x[0])
    assert Fraction(float(np.linalg.norm(x, axis=1)[0])) ** 2 < square
    assert Fraction(lipschitz_constants(x)[0]) ** 2 >= 2 * square
    assert Fraction(smoothness_constants(x)[0]) >= square / 2


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(2, 6), st.integers(0, 10_000), st.floats(0.0, 30.0))
def test_constants_hold_for_random_weights(classes, seed, scale):
    rng = np.random.default_rng(seed)
    x, y = pixel_box(pixels(rng.uniform(size=(1, 4))))[0], int(rng.integers(classes))
    w = scale * rng.normal(size=(classes, 5))
    p = probabilities(w, x)
    slope = np.outer(p - np.eye(classes)[y], x)
    assert np.linalg.norm(slope) <= lipschitz_constants(x[None])[0]
    hessian = np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x))
    assert np.linalg.norm(hessian, 2) <= smoothness_constants(x[None])[0] + 1e-15


def test_constants_are_attained():
    """No smaller constants would do: confident and wrong, and an even tie of two classes."""
    x = np.array([[0.6, 0.0]])
    w = np.array([[100.0, 0.0], [0.0, 0.0]])
    slope = np.outer(probabilities(w, x[0]) - np.array([0.0, 1.0]), x[0])
    assert np.linalg.norm(slope) == pytest.approx(lipschitz_constants(x)[0], rel=1e-12)
    p = np.array([0.5, 0.5])
    hessian = np.kron(np.diag(p) - np.outer(p, p), np.outer(x[0], x[0]))
    assert np.linalg.norm(hessian, 2) == pytest.approx(smoothness_constants(x)[0], rel=1e-12)


@pytest.mark.parametrize("deleted", [None, 4])
def test_minimiser_equals_that_of_another_solver(deleted):
    x, y = X[:15, 20:26] * 4, Y[:15] % 3
    keep = [j for j in range(15) if j != deleted]

    def flat(v):
        value, slope = objective(v.reshape(3, 6), x, y, 0.02, keep)
        return value, slope.ravel()

    other = minimize(flat, np.zeros(18), jac=True, method="BFGS", options={"gtol": 1e-9})
    model = fit_logistic(x, y, 3, 0.02, deleted=deleted)
    assert np.abs(model.weights.ravel() - other.x).max() < 1e-6
    _, slope = objective(model.weights, x, y, 0.02, keep)
    assert np.linalg.norm(slope) < 1e-11
    assert model.gradient_norm <= 1e-12


def test_start_does_not_matter():
    far = np.random.default_rng(0).normal(size=(10, 65)) * 30
    model, other = fit_logistic(X, Y, 10, 0.01), fit_logistic(X, Y, 10, 0.01, start=far)
    assert np.abs(model.weights - other.weights).max() < 1e-9


def test_deletion_equals_fitting_again_and_respects_the_limit():
    lam, m = 0.02, len(X)
    model = fit_logistic(X, Y, 10, lam)
    indices = [3, 50, 119]
    block = delete_logistic(model, (X, Y), (AT, LABELS), indices)
    top = math.log(10)
    base, base_training = model.losses(AT, LABELS, top), model.losses(X, Y, top)
    for k, i in enumerate(indices):
        cold = fit_logistic(X, Y, 10, lam, deleted=i)
        moved = cold.losses(X, Y, top) - base_training
        assert np.abs(block.changes[k] - (cold.losses(AT, LABELS, top) - base)).max() < 1e-9
        assert abs(block.diagonal[k] - moved[i]) < 1e-9
        assert abs(block.training_maximum[k] - np.abs(moved).max()) < 1e-9
    limit = deletion_limit(X[indices], AT, lam, m)
    assert (block.magnitudes <= limit).all()
    # the limit is not idle: a tenth of it is broken, by some deleted example at itself
    own = deletion_limit(X[indices], X[indices], lam, m).diagonal()
    assert (np.abs(block.diagonal) <= own).all()
    assert (np.abs(block.diagonal) > own / 10).any()


def test_deletion_limit_by_hand():
    limit = deletion_limit([[0.6, 0.8]], [[0.5, 0.0], [0.0, 0.1]], 0.25, 4)
    assert limit.tolist() == [pytest.approx([1.0, 0.2])]
    with pytest.raises(SetupError, match="regularization"):
        deletion_limit([[1.0]], [[1.0]], 0.0, 4)


def test_sgd_deletion_respects_the_shuffled_limit():
    """Convex, step at most 2/gamma: |change| <= max_i sum of alpha/s at its batches * L L."""
    settings_ = {"step_size": 2.0, "epochs": 3, "batch_size": 16, "order_seed": 1}
    full = sgd_logistic(X, Y, 10, **settings_)
    worst = 3 * 2.0 / 8  # 120 = 7 * 16 + 8: once an epoch, at worst in the short batch
    top = math.log(10)
    for i in (0, 17, 99):
        without = sgd_logistic(X, Y, 10, **settings_, deleted=i)
        moved = np.abs(without.losses(AT, LABELS, top) - full.losses(AT, LABELS, top))
        own = lipschitz_constants(X[i : i + 1])[0]
        assert moved.max() > 0.0
        assert (moved <= worst * own * lipschitz_constants(AT)).all()
        gap = np.linalg.norm(without.weights - full.weights)
        assert gap <= worst * own
    assert full.accuracy(AT, LABELS) > 0.5
    assert math.isnan(full.gradient_norm)


def test_losses_accuracy_gap():
    model = fit_logistic(X, Y, 10, 1e-3)
    top = 1.5
    losses = model.losses(AT, LABELS, top)
    plain = [min(cross_entropy(model.weights, AT[j], LABELS[j]), top) for j in range(50)]
    assert np.abs(losses[:50] - plain).max() < 1e-12
    assert losses.max() == top
    guesses = [int(np.argmax(model.weights @ x)) for x in AT]
    assert model.accuracy(AT, LABELS) == pytest.approx(np.mean(guesses == LABELS))
    assert model.gap((X, Y), (AT, LABELS), top) == pytest.approx(
        losses.mean() - model.losses(X, Y, top).mean()
    )
    assert model.gap((X, Y), (X, Y), top) == 0.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: fit_logistic(X, Y, 10, 0.0), SetupError, "regularization"),
        (lambda: fit_logistic(X, Y, 5, 0.1), DataError, "0 to 4"),
        (lambda: fit_logistic(X, Y[:-1], 10, 0.1), DataError, "shapes"),
        (lambda: fit_logistic(X * np.nan, Y, 10, 0.1), DataError, "finite"),
        (lambda: fit_logistic(X, Y, 10, 0.1, deleted=120), SetupError, "0 to 119"),
        (lambda: fit_logistic(X, Y, 10, 0.1, tolerance=0.0), SetupError, "tolerance"),
        (
            lambda: sgd_logistic(X, Y, 10, step_size=0.0, epochs=1, batch_size=1),
            SetupError,
            "step_size",
        ),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_deletion_from_anything_but_the_minimiser_is_refused():
    """Its changes would hold what was left to minimise: many times what the deletion does."""
    sgd = sgd_logistic(X, Y, 10, step_size=0.5, epochs=1, batch_size=10, regularization=0.1)
    minimiser = fit_logistic(X, Y, 10, 0.1)
    without_one = fit_logistic(X, Y, 10, 0.1, deleted=5)
    rough = fit_logistic(X, Y, 10, 0.1, tolerance=1e-4)
    for model in (sgd, without_one, rough):
        with pytest.raises(SetupError, match=r"logistic.model: found weights at which.*minimiser"):
            delete_logistic(model, (X, Y), (AT, LABELS), [3])
    with pytest.raises(SetupError, match=r"logistic.model"):
        delete_logistic(minimiser, (X[:-1], Y[:-1]), (AT, LABELS), [3])
    delete_logistic(rough, (X, Y), (AT, LABELS), [3], tolerance=1e-4)
    with pytest.raises(SetupError, match=r"flatnonzero"):
        delete_logistic(minimiser, (X, Y), (AT, LABELS), np.arange(len(X)) == 3)
