"""Exact deletion in ridge regression, judged by fitting again from nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.errors import DataError, SetupError
from stability.estimate import KernelRidge, RandomFeatures, Ridge


def problem(seed, m=12, p=5, n=7):
    """Random features and targets in [0, 1], scaled so that some predictions are clipped."""
    rng = np.random.default_rng(seed)
    phi, at = rng.normal(size=(m, p)), 2.0 * rng.normal(size=(n, p))
    return phi, rng.uniform(size=m), at, rng.integers(0, 2, size=n).astype(float)


def solve(phi, y, lam, divisor):
    """The minimiser of (1/divisor) sum (f - y)^2 + lam |theta|^2 by a least-squares routine."""
    p = phi.shape[1]
    stacked = np.vstack([phi / np.sqrt(divisor), np.sqrt(lam) * np.eye(p)])
    return np.linalg.lstsq(stacked, np.append(y / np.sqrt(divisor), np.zeros(p)))[0]


def loss(theta, phi, y):
    """The evaluated loss."""
    return (np.clip(phi @ theta, 0.0, 1.0) - y) ** 2


def oracle(phi, y, at, target, lam, i, convention):
    """Changes at the test points and at all training points, from scratch."""
    m = len(y)
    keep = np.arange(m) != i
    full = solve(phi, y, lam, m)
    without = solve(phi[keep], y[keep], lam, m if convention == "keep-1/m" else m - 1)
    return loss(without, at, target) - loss(full, at, target), loss(without, phi, y) - loss(
        full, phi, y
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    m=st.integers(2, 15),
    p=st.integers(1, 20),
    lam=st.floats(1e-3, 10.0),
    convention=st.sampled_from(["keep-1/m", "retrain"]),
    block=st.integers(1, 20),
)
def test_equals_fitting_again(seed, m, p, lam, convention, block):
    phi, y, at, target = problem(seed, m, p)
    blocks = list(Ridge(lam).fit(phi, y).deletions(at, target, convention, block_size=block))
    assert np.concatenate([b.indices for b in blocks]).tolist() == list(range(m))
    changes = np.concatenate([b.changes for b in blocks])
    diagonal = np.concatenate([b.diagonal for b in blocks])
    maximum = np.concatenate([b.training_maximum for b in blocks])
    for i in range(m):
        on_test, on_training = oracle(phi, y, at, target, lam, i, convention)
        assert np.abs(changes[i] - on_test).max() < 1e-9
        assert abs(diagonal[i] - on_training[i]) < 1e-9
        assert abs(maximum[i] - np.abs(on_training).max()) < 1e-9


def test_the_two_conventions_differ():
    phi, y, at, target = problem(1)
    fit = Ridge(0.1).fit(phi, y)
    [keep] = fit.deletions(at, target, "keep-1/m")
    [again] = fit.deletions(at, target, "retrain")
    assert np.abs(keep.changes - again.changes).max() > 1e-3


def test_chosen_indices_in_the_order_given():
    phi, y, at, target = problem(2)
    fit = Ridge(0.1).fit(phi, y)
    [everything] = fit.deletions(at, target, "retrain")
    blocks = list(fit.deletions(at, target, "retrain", indices=[7, 0, 7], block_size=2))
    assert [b.indices.tolist() for b in blocks] == [[7, 0], [7]]
    joined = np.concatenate([b.changes for b in blocks])
    assert np.abs(joined - everything.changes[[7, 0, 7]]).max() < 1e-14
    assert np.array_equal(blocks[0].magnitudes, np.abs(blocks[0].changes))


def test_fit_predict_losses_and_condition_number():
    phi, y, at, target = problem(3)
    fit = Ridge(0.05).fit(phi, y)
    assert np.abs(fit.theta - solve(phi, y, 0.05, len(y))).max() < 1e-12
    assert np.abs(fit.predict(at) - at @ fit.theta).max() == 0.0
    assert np.abs(fit.losses(at, target) - loss(fit.theta, at, target)).max() < 1e-15
    matrix = phi.T @ phi / len(y) + 0.05 * np.eye(5)
    exact = np.linalg.cond(matrix, 1)
    assert exact / 3 < fit.condition_number <= exact * (1 + 1e-9)


def test_losses_stay_in_the_range_and_clipping_matters():
    phi, y, at, target = problem(4)
    fit = Ridge(1e-3).fit(phi, y)
    assert (fit.predict(at) > 1.0).any() and (fit.predict(at) < 0.0).any()
    losses = fit.losses(at, target)
    assert losses.min() >= 0.0 and losses.max() <= 1.0


def test_dependent_features_without_regularization_are_refused():
    phi, y, *_ = problem(5)
    doubled = np.hstack([phi, phi])
    for lam in (0.0, 1e-18):
        with pytest.raises(SetupError, match=r"positive definite.*Raise it"):
            Ridge(lam).fit(doubled, y)
    assert Ridge(0.0).fit(phi, y).condition_number < 1e4


def test_an_example_alone_in_its_direction_is_refused():
    phi = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    fit = Ridge(0.0).fit(phi, [0.0, 1.0, 1.0])
    with pytest.raises(SetupError, match=r"example 2.*leverage"):
        list(fit.deletions(phi, [0.0, 1.0, 1.0], "keep-1/m"))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Ridge(-1.0), SetupError, "regularization"),
        (lambda: Ridge(float("nan")), SetupError, "regularization"),
        (lambda: Ridge(1.0).fit(np.ones((3, 2)), [0.0, 2.0, 1.0]), DataError, "row 1"),
        (lambda: Ridge(1.0).fit(np.full((3, 2), np.nan), [0.0] * 3), DataError, "row 0"),
        (lambda: Ridge(1.0).fit(np.ones((3, 2)), [0.0]), DataError, "shapes"),
        (lambda: RandomFeatures(0, 1.0, 1.0, 0), SetupError, "count"),
        (lambda: RandomFeatures(5, -1.0, 1.0, 0), SetupError, "weight_deviation"),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_bad_deletions_are_refused_at_once():
    phi, y, at, target = problem(6)
    fit = Ridge(0.1).fit(phi, y)
    with pytest.raises(SetupError, match="convention"):
        fit.deletions(at, target, "null-step")  # type: ignore[arg-type]
    with pytest.raises(SetupError, match="0 to 11"):
        fit.deletions(at, target, "retrain", indices=[12])
    with pytest.raises(SetupError, match="block_size"):
        fit.deletions(at, target, "retrain", block_size=0)
    with pytest.raises(SetupError, match="at least 2"):
        Ridge(0.1).fit(phi[:1], y[:1]).deletions(at, target, "retrain")


def test_random_features_by_hand():
    features = RandomFeatures(count=4000, weight_deviation=0.5, bias_limit=0.25, seed=3)
    weight, bias = features.weights(3)
    assert weight.shape == (4000, 3) and bias.shape == (4000,)
    assert weight.std() == pytest.approx(0.5, rel=0.02)
    assert np.abs(bias).max() <= 0.25 and bias.std() == pytest.approx(0.25 / 3**0.5, rel=0.03)
    x = np.array([[0.2, 0.4, 0.9], [0.0, 0.0, 0.0]])
    expected = np.maximum(x @ weight.T + bias, 0.0) / np.sqrt(4000)
    assert np.abs(features(x) - expected).max() < 1e-16
    other = RandomFeatures(count=4000, weight_deviation=0.5, bias_limit=0.25, seed=4)
    assert not np.array_equal(other(x), features(x))


@pytest.mark.parametrize("indices", [np.arange(6) == 4, [0.0, 2.9]])
def test_masks_and_fractions_are_no_positions(indices):
    x, y = np.random.default_rng(0).normal(size=(6, 2)), np.linspace(0.0, 1.0, 6)
    fit = Ridge(0.1).fit(x, y)
    with pytest.raises(SetupError, match=r"positions of type.*flatnonzero"):
        fit.deletions(x, y, "retrain", indices=indices)


@pytest.mark.parametrize("lam", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("convention", ["keep-1/m", "retrain"])
def test_the_condition_number_says_how_many_digits_are_left(lam, convention):
    """More features than examples; the kernel form is well conditioned and serves as truth."""
    worst = 0.0
    for seed in range(4):
        phi, y, at, target = problem(seed, m=8, p=12)
        fit = Ridge(lam).fit(phi, y)
        [found] = fit.deletions(at, target, convention)
        dual = KernelRidge(lam, lambda a, b: a @ b.T).fit(phi, y)
        [truth] = dual.deletions(at, target, convention)
        assert dual.condition_number < 1e3
        error = max(np.abs(found.changes - truth.changes).max(),
                    np.abs(found.diagonal - truth.diagonal).max())  # fmt: skip
        assert error < 1e-15 * fit.condition_number
        worst = max(worst, error)
    assert lam > 1e-9 or worst > 1e-9  # more than 1e-9 is lost there, as the number warns
