"""Deletion from a kernel that knows the labels, judged by making all of it anew from nothing."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from stability.errors import DataError, SetupError
from stability.estimate import KernelRidge, LabelAwareRidge
from stability.kernels import (
    KernelFunction,
    KernelValueSystem,
    LabelAwareKernel,
    NeuralTangentKernel,
)
from stability.kernels.label_aware.left_out import left_out

NTK = NeuralTangentKernel(bias_std=1.0)
LAMBDA = 0.02


def problem(seed, m=9, n=6):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(m) % 2).astype(float)
    x, at = rng.normal(size=(m, 3)) + y[:, None], rng.normal(size=(n, 3))
    return x, y, at, rng.integers(0, 2, size=n).astype(float)


def refitted(x, y, at, system, strength, divisor):
    """Predictions with a kernel and a regression that are made anew from these examples."""
    kernel = LabelAwareKernel.fit(NTK, x, y.astype(int), system, strength)
    weights = np.linalg.solve(kernel.matrix(x) + divisor * LAMBDA * np.eye(len(x)), y)
    return kernel.matrix(at, x) @ weights


def loss(f, y):
    return (np.clip(f, 0.0, 1.0) - y) ** 2


@pytest.mark.parametrize("convention", ["keep-1/m", "retrain"])
@pytest.mark.parametrize(("system", "strength"), [("KR-V1", 0.1), ("KR-V1", 1.0), ("KR-V2", 0.1)])
def test_equals_making_the_kernel_anew(system, strength, convention):
    x, y, at, target = problem(seed=len(convention))
    m = len(y)
    fit = LabelAwareRidge(LAMBDA, NTK, system, strength).fit(x, y)
    assert np.abs(fit.predict(at) - refitted(x, y, at, system, strength, m)).max() < 1e-10
    parts = {"test": (at, target), "train": (x, y)}
    whole = {name: refitted(x, y, p[0], system, strength, m) for name, p in parts.items()}
    blocks = list(fit.deletions(at, target, convention, block_size=5))
    assert np.concatenate([b.indices for b in blocks]).tolist() == list(range(m))
    for i in range(m):
        rest = np.arange(m) != i
        divisor = m if convention == "keep-1/m" else m - 1
        block, row = blocks[i // 5], i % 5
        found = {}
        for name, (points, truth) in parts.items():
            without = refitted(x[rest], y[rest], points, system, strength, divisor)
            found[name] = loss(without, truth) - loss(whole[name], truth)
        assert np.abs(block.changes[row] - found["test"]).max() < 1e-10
        assert abs(block.diagonal[row] - found["train"][i]) < 1e-10
        assert abs(block.training_maximum[row] - np.abs(found["train"]).max()) < 1e-10


@pytest.mark.parametrize("classes", [2, 4])
def test_sums_without_an_example_are_those_of_the_others(classes):
    rng = np.random.default_rng(classes)
    x, y = rng.normal(size=(12, 3)), np.arange(12) % classes
    for points in (x, x / np.linalg.norm(x, axis=1, keepdims=True)):  # many pairs, or one, at 1
        K = points @ points.T
        systems, u = left_out("KR-V1", K, y), np.linspace(K.min() - 1, K.max() + 1, 40)
        for i in range(12):
            rest = np.arange(12) != i
            plain = KernelValueSystem.fit(K[np.ix_(rest, rest)], y[rest])
            found = systems.without(i)
            assert (found.low, found.high, found.pairs) == (plain.low, plain.high, plain.pairs)
            assert found.moments == pytest.approx(plain.moments, abs=1e-11)
            assert np.abs(found.at(u) - plain.at(u)).max() < 1e-11


def test_the_formula_for_a_fixed_kernel_is_another_number():
    """What a silent use would give: the kernel of all labels, also without the example."""
    x, y, at, target = problem(seed=1)
    aware = LabelAwareKernel.fit(NTK, x, y.astype(int), "KR-V1", 0.1)
    silent = KernelRidge(LAMBDA, lambda a, b: aware.matrix(a, b)).fit(x, y)
    [wrong] = silent.deletions(at, target, "keep-1/m")
    fit = LabelAwareRidge(LAMBDA, NTK, "KR-V1", 0.1).fit(x, y)
    [right] = fit.deletions(at, target, "keep-1/m", block_size=9)
    assert np.abs(fit.predict(at) - silent.predict(at)).max() < 1e-12, "the same predictions"
    assert np.abs(right.changes - wrong.changes).mean() > 0.05 * np.abs(right.changes).mean()


@pytest.mark.parametrize("way", ["object", "method", "partial", "own function"])
def test_a_kernel_that_knows_the_labels_is_refused_by_the_fixed_formula(way):
    x, y, *_ = problem(seed=2)
    aware = LabelAwareKernel.fit(NTK, x, y.astype(int))
    kernel = {
        "object": aware,
        "method": aware.matrix,
        "partial": partial(partial(aware.matrix), columns=None),
        "own function": KernelFunction("own", lambda a, b: a @ b.T, knows_labels=True),
    }[way]
    for learner in (KernelRidge, LabelAwareRidge):
        with pytest.raises(SetupError, match=r"which knows the labels.*LabelAwareRidge"):
            learner(LAMBDA, kernel)


def test_label_free_kernels_are_taken_as_objects():
    x, y, at, target = problem(seed=3)
    one, other = (KernelRidge(LAMBDA, k).fit(x, y) for k in (NTK, NTK.matrix))
    [a], [b] = (list(fit.deletions(at, target, "retrain")) for fit in (one, other))
    assert np.abs(a.changes - b.changes).max() < 1e-12
    free = SimpleNamespace(matrix=NTK.matrix, knows_labels=False)
    assert np.allclose(KernelRidge(LAMBDA, free).fit(x, y).predict(at), one.predict(at))


def test_a_kernel_that_is_not_positive_is_solved_and_told():
    x, y, *_ = problem(seed=4)
    assert LabelAwareRidge(LAMBDA, NTK, strength=0.01).fit(x, y).positive
    wild = LabelAwareRidge(1e-6, NTK, strength=5.0).fit(x, y)
    assert not wild.positive and wild.condition_number > 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x, y: LabelAwareRidge(0.0, NTK), SetupError, "regularization"),
        (lambda x, y: LabelAwareRidge(1.0, NTK).fit(x, y / 2), DataError, "0 or 1: they are"),
        (lambda x, y: LabelAwareRidge(1.0, NTK).fit(x, 0 * y), DataError, "all of class 0"),
        (lambda x, y: LabelAwareRidge(1.0, NTK).fit(x, np.eye(9)[0]), DataError,
         r"one training example of class 1 among 9; allowed: two of each class"),
        (lambda x, y: LabelAwareRidge(1.0, NTK, "KR-v1").fit(x, y), SetupError, "'KR-V1'\\?"),
        (lambda x, y: LabelAwareRidge(1.0, NTK, strength=-1.0).fit(x, y), SetupError, "strength"),
        (lambda x, y: LabelAwareRidge(1.0, NTK, memory_bytes=4000).fit(x, y), SetupError,
         "9 examples, which need"),
        (lambda x, y: LabelAwareRidge(1.0, lambda a, b: np.ones((len(a), len(b)))).fit(x, y),
         DataError, "the same value 1 for every pair"),
        (lambda x, y: KernelRidge(1.0, lambda a, b: a @ b.T if len(a) > 6 else a).fit(x, y)
         .predict(x[:6]), DataError, r"finite numbers of shape \(6, 9\)"),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    x, y, *_ = problem(seed=5)
    with pytest.raises(error, match=words):
        call(x, y)
