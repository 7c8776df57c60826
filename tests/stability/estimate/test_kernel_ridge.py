"""Exact deletion in kernel ridge regression, judged by fitting again from nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.errors import DataError, SetupError
from stability.estimate import KernelRidge, Ridge
from stability.estimate.exact import kernel_ridge
from stability.kernels.kernel import asymmetry


def rbf(a, b):
    return np.exp(-((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2) / 2.0)


def linear(a, b):
    return a @ b.T


KERNELS = {"rbf": rbf, "linear": linear, "poly": lambda a, b: (1.0 + a @ b.T / 3.0) ** 2}


def problem(seed, m=12, d=3, n=7):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(m, d)), rng.uniform(size=m), 1.5 * rng.normal(size=(n, d)),
            rng.integers(0, 2, size=n).astype(float))  # fmt: skip


def predicted(kernel, x, y, at, lam, divisor):
    """The minimiser of (1/divisor) sum (f - y)^2 + lam |f|^2, solved without any trick."""
    weights = np.linalg.solve(kernel(x, x) + divisor * lam * np.eye(len(x)), y)
    return kernel(at, x) @ weights


def loss(f, y):
    return (np.clip(f, 0.0, 1.0) - y) ** 2


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    m=st.integers(2, 14),
    kernel=st.sampled_from(sorted(KERNELS)),
    lam=st.floats(1e-3, 10.0),
    convention=st.sampled_from(["keep-1/m", "retrain"]),
    block=st.integers(1, 20),
)
def test_equals_fitting_again(seed, m, kernel, lam, convention, block):
    x, y, at, target = problem(seed, m)
    k = KERNELS[kernel]
    fit = KernelRidge(lam, k).fit(x, y)
    blocks = list(fit.deletions(at, target, convention, block_size=block))
    assert np.concatenate([b.indices for b in blocks]).tolist() == list(range(m))
    changes = np.concatenate([b.changes for b in blocks])
    own = np.concatenate([b.diagonal for b in blocks])
    most = np.concatenate([b.training_maximum for b in blocks])
    divisor = m if convention == "keep-1/m" else m - 1
    for i in range(m):
        rest = np.arange(m) != i
        on_test = loss(predicted(k, x[rest], y[rest], at, lam, divisor), target) - loss(
            predicted(k, x, y, at, lam, m), target)  # fmt: skip
        on_train = loss(predicted(k, x[rest], y[rest], x, lam, divisor), y) - loss(
            predicted(k, x, y, x, lam, m), y)  # fmt: skip
        assert np.abs(changes[i] - on_test).max() < 1e-9
        assert abs(own[i] - on_train[i]) < 1e-9
        assert abs(most[i] - np.abs(on_train).max()) < 1e-9


@pytest.mark.parametrize("convention", ["keep-1/m", "retrain"])
def test_the_linear_kernel_is_ridge(convention):
    x, y, at, target = problem(3)
    kernel, plain = KernelRidge(0.05, linear).fit(x, y), Ridge(0.05).fit(x, y)
    assert np.abs(kernel.predict(at) - plain.predict(at)).max() < 1e-12
    assert np.abs(kernel.losses(at, target) - plain.losses(at, target)).max() < 1e-12
    [a] = kernel.deletions(at, target, convention, indices=[5, 1])
    [b] = plain.deletions(at, target, convention, indices=[5, 1])
    assert a.indices.tolist() == [5, 1]
    for name in ("changes", "diagonal", "training_maximum"):
        assert np.abs(getattr(a, name) - getattr(b, name)).max() < 1e-11
    matrix = linear(x, x) + 12 * 0.05 * np.eye(12)
    assert kernel.condition_number == pytest.approx(np.linalg.cond(matrix, 1), rel=2.0)


def test_the_two_conventions_differ():
    x, y, at, target = problem(1)
    fit = KernelRidge(0.1, rbf).fit(x, y)
    [keep], [again] = (list(fit.deletions(at, target, c)) for c in ("keep-1/m", "retrain"))
    assert np.abs(keep.changes - again.changes).max() > 1e-3


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x, y: KernelRidge(0.0, rbf), SetupError, "regularization"),
        (lambda x, y: KernelRidge(1.0, rbf).fit(x, y + 2), DataError, r"\[0, 1\]"),
        (lambda x, y: KernelRidge(1.0, rbf).fit(x, y[:3]), DataError, "shapes"),
        (lambda x, y: KernelRidge(1.0, lambda a, b: a @ b.T + np.arange(len(b))).fit(x, y),
         DataError, r"kernel: found .* at \[\d+, \d+\] and .*; allowed: a symmetric matrix"),
        (lambda x, y: KernelRidge(1.0, lambda a, b: a @ b.T * np.nan).fit(x, y),
         DataError, r"found the value nan at \[0, 0\]; allowed: finite numbers"),
        (lambda x, y: KernelRidge(1.0, lambda a, b: np.ones((len(a), 3))).fit(x, y),
         DataError, r"found values of shape \(12, 3\); allowed: finite .* \(12, 12\)"),
        (lambda x, y: KernelRidge(1e-3, lambda a, b: -rbf(a, b)).fit(x, y),
         SetupError, "positive semidefinite"),
        (lambda x, y: KernelRidge(1.0, rbf).fit(x, y).deletions(x, y, "null-step"),
         SetupError, "convention"),
        (lambda x, y: KernelRidge(1.0, rbf).fit(x, y).deletions(x, y, "retrain", [12]),
         SetupError, "0 to 11"),
        (lambda x, y: KernelRidge(1.0, rbf).fit(x[:1], y[:1]).deletions(x, y, "retrain"),
         SetupError, "at least 2"),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    x, y, *_ = problem(2)
    with pytest.raises(error, match=words):
        call(x, y)


def test_a_regularization_that_is_too_small_is_told_with_one_that_is_not():
    x, y, *_ = problem(2)
    doubled, twice = np.vstack([x, x]), np.concatenate([y, y])
    for kernel, points, targets in ((rbf, doubled, twice), (lambda a, b: -rbf(a, b), x, y)):
        with pytest.raises(SetupError, match="the eigenvalues of K at") as caught:
            KernelRidge(1e-18, kernel).fit(points, targets)
        told = float(caught.value.allowed.split("above ")[1].split()[0])
        with pytest.raises(SetupError, match="not positive definite"):
            KernelRidge(told / 100, kernel).fit(points, targets)
        KernelRidge(2 * told, kernel).fit(points, targets)


@pytest.mark.parametrize("indices", [np.arange(6) == 4, [0.0, 2.9]])
def test_masks_and_fractions_are_no_positions(indices):
    x, y = np.random.default_rng(0).normal(size=(6, 2)), np.linspace(0.0, 1.0, 6)
    fit = KernelRidge(0.1, lambda a, b: a @ b.T).fit(x, y)
    with pytest.raises(SetupError, match=r"positions of type.*flatnonzero"):
        fit.deletions(x, y, "retrain", indices=indices)


def test_more_memory_than_the_budget_is_refused_before_it_is_taken():
    def kernel(a, b):
        raise AssertionError("not asked for")

    x, y = np.zeros((60_000, 1)), np.zeros(60_000)
    with pytest.raises(SetupError, match=r"60000 examples, which need 80.5 GiB.*RandomFeatures"):
        KernelRidge(0.1, kernel).fit(x, y)
    x, y = np.random.default_rng(0).normal(size=(6, 2)), np.linspace(0.0, 1.0, 6)
    KernelRidge(0.1, lambda a, b: a @ b.T, memory_bytes=3 * 36 * 8).fit(x, y)
    with pytest.raises(SetupError, match=r"kernel_ridge.memory_bytes"):
        KernelRidge(0.1, lambda a, b: a @ b.T, memory_bytes=3 * 36 * 8 - 1).fit(x, y)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_the_inverse_in_blocks(size):
    root = np.random.default_rng(size).normal(size=(size, 300))
    gram = root @ root.T
    inverse, condition = kernel_ridge._inverse(gram, 7.0, 0.1)
    matrix = gram + 7.0 * np.eye(size)
    assert np.abs(inverse @ matrix - np.eye(size)).max() < 1e-12
    assert np.array_equal(inverse, inverse.T)
    exact = np.linalg.cond(matrix, 1)
    assert exact / 3 < condition <= exact * (1 + 1e-9)


@pytest.mark.parametrize("place", [(0, 599), (300, 20), (599, 598)])
def test_a_kernel_that_is_not_symmetric_anywhere_is_seen(place):
    gram = np.ones((600, 600))
    assert asymmetry(gram) == ""
    gram[place] = 1.0 + 1e-8
    assert f"1.00000001 at [{place[0]}, {place[1]}]" in asymmetry(gram)
