"""Label-aware kernels against plain loops over pairs, and projections against enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from stability.errors import DataError, SetupError
from stability.kernels import (
    KernelRegression,
    KernelTask,
    KernelValueSystem,
    LabelAwareKernel,
    NeuralTangentKernel,
    PairFeatureSystem,
    Sketch,
    hoeffding,
    label_aware_score,
    label_free_score,
)
from stability.kernels.label_aware import hoeffding as projections
from stability.kernels.label_aware import pair_regression, strength_choice
from stability.kernels.label_aware.label_system import LabelProducts
from stability.kernels.label_aware.pair_features import PairFeatures
from stability.kernels.label_aware.sketch import padded, sketch
from stability.kernels.label_aware.systems import SYSTEMS

NTK = NeuralTangentKernel()


def points(n: int, d: int = 6, classes: int = 2, seed: int = 0):
    random = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    return random.normal(size=(n, d)) + 1.5 * random.normal(size=(classes, d))[labels], labels


def psi(u: float, k: float, kernel: np.ndarray) -> float:
    """The weight of the paper, summed plainly."""
    most = (kernel.max() - kernel.min()) ** 2
    return (most - (u - k) ** 2) / sum(most - (u - v) ** 2 for v in kernel.ravel())


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("inverted", [False, True])
def test_kernel_values_against_the_double_sum(classes: int, inverted: bool) -> None:
    x, y = points(7, classes=classes)
    K = NTK.matrix(x)
    products = np.where(y[:, None] == y, 1.0, -1.0)
    if inverted:
        inverse = np.linalg.inv(K)
        products = inverse @ products @ inverse
    fitted = KernelValueSystem.fit(K, y, inverted=inverted, jitter=0.0)
    for u in (K.min(), 0.3 * K.max(), K.max()):
        plain = sum(products[i, j] * psi(u, K[i, j], K) for i in range(7) for j in range(7))
        assert fitted.at(np.array([u]))[0] == pytest.approx(plain, rel=1e-9, abs=1e-12)
    assert fitted.at(np.array([2 * K.max()])) == fitted.at(np.array([K.max()]))
    assert fitted.condition_number is None or fitted.condition_number > 1


def plain_features(x, z, k, spread):
    """Ten features of one pair, as the paper lists them."""
    lengths = np.linalg.norm(x) * np.linalg.norm(z)
    c = x @ z / lengths
    return [
        k, c, x @ z, lengths, ((x - z) ** 2).sum(), np.abs(x - z).sum(), np.arccos(c),
        np.sin(np.arccos(c)), np.exp(-((x - z) ** 2).sum() / spread), np.corrcoef(x, z)[0, 1],
    ]  # fmt: skip


def test_features_of_each_pair() -> None:
    x, _ = points(7)
    other, _ = points(4, seed=1)
    squares = [((a - b) ** 2).sum() for a in x for b in x]
    K = NTK.matrix(x, other)
    features = PairFeatures.of(x, "V2")
    found = features.between(features.points(x), features.points(other), K)
    centred = x - x.mean(axis=0)
    axes = np.linalg.svd(centred)[2][:5]
    scores = [(z - x.mean(axis=0)) @ axes.T for z in (x, other)]
    for i, j in product(range(7), range(4)):
        plain = plain_features(x[i], other[j], K[i, j], np.mean(squares))
        assert found[:10, i, j] == pytest.approx(plain, abs=1e-12)
        one, two = scores[0][i], scores[1][j]
        assert found[10:15, i, j] == pytest.approx(one * two, abs=1e-9)
        assert found[15:, i, j] == pytest.approx(np.abs(one - two), abs=1e-9)
    zeros = features.between(
        features.points(np.zeros((1, 6))), features.points(x), np.zeros((1, 7))
    )
    assert np.isfinite(zeros).all() and not zeros[[1, 9]].any()


@pytest.mark.parametrize("intercept", [True, False])
def test_streaming_is_least_squares_on_all_pairs(intercept: bool, monkeypatch) -> None:
    monkeypatch.setattr(pair_regression, "BLOCK", 7)
    x, y = points(17, classes=3)
    K = NTK.matrix(x)
    fitted = PairFeatureSystem.fit(x, y, K, "V1", intercept=intercept)
    features = PairFeatures.of(x, "V1")
    A = features.between(features.points(x), features.points(x), K).reshape(10, -1).T
    if intercept:
        A = np.hstack([A, np.ones((len(A), 1))])
    b = LabelProducts.of(y).matrix().ravel()
    solution = np.linalg.lstsq(A / A.std(axis=0).clip(1e-3), b, rcond=None)[0]
    plain = (A / A.std(axis=0).clip(1e-3) @ solution).reshape(17, 17)
    found = fitted.products(x, None, K)
    assert np.abs(found - plain).max() < 1e-6
    assert np.allclose(fitted.products(x, x.copy(), K), found, atol=1e-9)
    assert np.array_equal(found, found.T)
    assert np.allclose(fitted.own_products(x, np.diagonal(K)), np.diagonal(found))
    assert fitted.condition_number > 1 and len(fitted.weights) == 10


def test_a_sketch_is_near_and_memory_is_bounded() -> None:
    x, y = points(24)
    K = NTK.matrix(x)
    exact = PairFeatureSystem.fit(x, y, K).products(x, None, K)
    near = PairFeatureSystem.fit(x, y, K, using=Sketch(seed=1)).products(x, None, K)
    b = LabelProducts.of(y).matrix()
    least = ((exact - b) ** 2).sum()
    assert least < ((near - b) ** 2).sum() < 1.02 * least
    with pytest.raises(SetupError, match="576 pairs"):
        PairFeatureSystem.fit(x, y, K, using=Sketch(memory_bytes=1000))


def test_a_sketch_keeps_products_in_the_mean() -> None:
    X = np.random.default_rng(0).normal(size=(2, padded(50)))
    X[1] += X[0]
    found = [sketch(X.copy(), seed, epsilon=0.1) for seed in range(200)]
    grams = np.array([few @ few.T for few in found])
    error = grams.std(axis=0) / 200**0.5
    assert (np.abs(grams.mean(axis=0) - X @ X.T) < 4 * error).all()


def test_signs_spread_what_the_transform_alone_would_concentrate() -> None:
    flat = np.ones((1, 256))
    assert (sketch(flat.copy(), seed=0, epsilon=0.05) ** 2).sum() == pytest.approx(256, rel=0.5)
    assert len({sketch(flat.copy(), s, 0.05).tobytes() for s in (1, 1, 2)}) == 2


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_label_aware_kernel_is_the_sum(system: str) -> None:
    x, y = points(12)
    other, _ = points(3, seed=5)
    aware = LabelAwareKernel.fit(NTK, x, y, system, strength=0.2)
    K = NTK.matrix(x)
    Z = aware.system.products(x, None, K)
    assert aware.coefficient == pytest.approx(0.2 * np.abs(K).mean() / np.abs(Z).mean())
    assert np.allclose(aware.matrix(x), K + aware.coefficient * Z)
    assert np.allclose(aware.matrix(x, other), aware.matrix(other, x).T)
    assert np.allclose(aware.diagonal(x), np.diagonal(aware.matrix(x)))
    assert aware.knows_labels and aware.parameters["coefficient"] == aware.coefficient
    swapped = LabelAwareKernel.fit(NTK, x, 1 - y, system, strength=0.2)
    assert np.allclose(swapped.matrix(x), aware.matrix(x))  # names of classes do not count
    mean = [(Z * (LabelProducts.of(y).matrix() == sign)).sum() for sign in (1, -1)]
    assert mean[0] > mean[1] or system == "KR-V2"


def test_kernel_regression_states_jitter_and_condition() -> None:
    x, y = points(9)
    K = NTK.matrix(x)
    fitted = KernelRegression.fit(K, np.eye(2)[y], jitter=1e-3)
    added = 1e-3 * np.trace(K) / 9
    assert fitted.jitter == pytest.approx(added) and fitted.positive
    assert fitted.weights == pytest.approx(np.linalg.solve(K + added * np.eye(9), np.eye(2)[y]))
    condition = np.linalg.cond(K + added * np.eye(9), 1)
    assert 0.3 * condition < fitted.condition_number < 1.01 * condition
    indefinite = K - 0.5 * np.linalg.eigvalsh(K).mean() * np.eye(9)
    fitted = KernelRegression.fit(indefinite, y, jitter=0.0)
    assert not fitted.positive and fitted.predict(indefinite) == pytest.approx(y)


def test_equal_points_need_a_jitter() -> None:
    x, y = points(6)
    K = NTK.matrix(np.vstack([x, x]))
    with pytest.raises(SetupError, match=r"jitter.*Are some of the points equal"):
        KernelRegression.fit(np.ones((4, 4)), np.ones(4), jitter=0.0)
    assert KernelRegression.fit(K, np.concatenate([y, y]), 1e-8).condition_number > 1e7
    with pytest.raises(SetupError, match="is 0: no multiple of it helps"):
        KernelRegression.fit(np.zeros((3, 3)), np.ones(3))
    # a Cholesky factorisation may get through by rounding: nothing is told from 16 digits of noise
    noise = K + 1e-17 * np.eye(12)
    with pytest.raises(SetupError, match=r"condition number .* then; allowed: .*4\.5e\+15"):
        KernelRegression.fit(noise, np.concatenate([y, y]), jitter=0.0)
    with pytest.raises(DataError, match="targets of shape"):
        KernelRegression.fit(K, y)
    with pytest.raises(DataError, match=r"the kernel value nan at \[0, 0\]"):
        KernelRegression.fit(K * np.nan, np.concatenate([y, y]))
    with pytest.raises(DataError, match=r"0.5 at \[0, 1\] and 0.2 at \[1, 0\]"):
        KernelRegression.fit([[1.0, 0.5], [0.2, 1.0]], [1.0, 0.0])
    fitted = KernelRegression.fit(K, np.concatenate([y, y]), 1e-8)
    with pytest.raises(DataError, match=r"shape \(2, 5\); allowed: \(n', 12\)"):
        fitted.predict(np.ones((2, 5)))


def test_components_that_do_not_vary_are_left_out() -> None:
    """A column is a sum of others: the last scores are rounding, their weights enormous."""
    x, y = points(9, d=3)
    given = np.hstack([x, x.sum(axis=1, keepdims=True)])
    weights = PairFeatureSystem.fit(given, y, given @ given.T, "V2").weights
    assert [
        weights[f"{word} of scores {k}"] for word in ("product", "difference") for k in (4, 5)
    ] == [0.0] * 4
    assert max(map(abs, weights.values())) < 1e6


def kernel_task(classes: int = 2, n: int = 30, test: int = 20) -> KernelTask:
    x, y = points(n + test, classes=classes)
    K = NTK.matrix(x)
    return KernelTask(x[:n], y[:n], K[:n, :n], x[n:], y[n:], K[n:, :n])


@pytest.mark.parametrize("classes", [2, 3])
def test_the_strength_is_chosen_without_the_test_examples(classes: int, monkeypatch) -> None:
    task = kernel_task(classes)
    found = label_aware_score(task, "KR-V1", seed=3)
    inner = task.held_out(3)
    assert len(inner.test_labels) == 6 and len(inner.labels) == 24
    assert not {tuple(p) for p in inner.inputs} & {tuple(p) for p in inner.test_inputs}
    plain = {}
    for strength in strength_choice.STRENGTHS:
        aware = LabelAwareKernel.fit(NTK, inner.inputs, inner.labels, "KR-V1", strength)
        fitted = KernelRegression.fit(aware.matrix(inner.inputs), inner.targets)
        scores = fitted.predict(aware.matrix(inner.test_inputs, inner.inputs))
        told = scores > 0 if classes == 2 else scores.argmax(axis=1)
        plain[strength] = float((told == inner.test_labels).mean())
    assert found.accuracies == pytest.approx(plain)
    assert found.strength == min(s for s in plain if plain[s] == max(plain.values()))
    shuffled = KernelTask(
        task.inputs, task.labels, task.kernel, task.test_inputs, task.test_labels[::-1].copy(),
        task.test_kernel,
    )  # fmt: skip
    assert label_aware_score(shuffled, "KR-V1", seed=3).strength == found.strength
    chosen = label_aware_score(task, "KR-V1", protocol="test")
    assert chosen.accuracy == max(chosen.accuracies.values()) >= found.accuracy
    assert label_free_score(task).accuracy > 0.6


def test_what_is_refused() -> None:
    task = kernel_task()
    with pytest.raises(DataError, match="all of class 0"):
        KernelValueSystem.fit(task.kernel, np.zeros(30, dtype=int))
    with pytest.raises(DataError, match="same value"):
        KernelValueSystem.fit(np.ones((4, 4)), [0, 1, 0, 1])
    with pytest.raises(SetupError, match="'V3'"):
        PairFeatureSystem.fit(task.inputs, task.labels, task.kernel, "V3")
    with pytest.raises(SetupError, match="'validation' or 'test'"):
        label_aware_score(task, "KR-V1", protocol="best")
    with pytest.raises(SetupError, match="strength: found -1"):
        LabelAwareKernel.fit(NTK, task.inputs, task.labels, strength=-1.0)
    with pytest.raises(DataError, match="kernel task"):
        KernelTask(task.inputs, task.labels[:5], *(vars(task)[k] for k in list(vars(task))[2:]))
    with pytest.raises(DataError, match=r"labels.*astype\(int\)"):
        LabelAwareKernel.fit(NTK, task.inputs, [0.5] * 30)
    for system in ("KR-V1", "pair-V1"):
        with pytest.raises(DataError, match=r"labels: found 2 labels, and a kernel .*\(30, 30\)"):
            LabelAwareKernel.fit(NTK, task.inputs, [0, 1], system)
    with pytest.raises(SetupError, match="strengths: found no strengths"):
        label_aware_score(task, "KR-V1", strengths=())


def test_projections_are_conditional_expectations() -> None:
    random = np.random.default_rng(2)
    table = random.normal(size=(2,) * 4 + (3,))

    def g(y: np.ndarray) -> np.ndarray:
        return table[tuple((y > 0).astype(int))]

    p = 0.3
    found = hoeffding(g, 4, probability=p)
    weight = np.array([1 - p, p])

    def expectation(*fixed: int, y=(0, 0, 0, 0)) -> np.ndarray:
        total = np.zeros(3)
        for bits in product((0, 1), repeat=4):
            if all(bits[i] == y[i] for i in fixed):
                free = [weight[b] for i, b in enumerate(bits) if i not in fixed]
                total += np.prod(free) * table[bits]
        return total

    for bits in [(0, 1, 1, 0), (1, 1, 1, 1)]:
        labels = 2.0 * np.array(bits) - 1
        one = sum(expectation(i, y=bits) - expectation() for i in range(4))
        two = sum(
            expectation(i, j, y=bits) - expectation(i, y=bits) - expectation(j, y=bits)
            + expectation()
            for i in range(4) for j in range(i)
        )  # fmt: skip
        assert np.allclose(found.at(labels, 0), expectation())
        assert np.allclose(found.at(labels, 1), one) and np.allclose(found.at(labels, 2), two)
    assert (found.higher > 0).all()


def test_kr_v1_has_two_levels_and_kr_v2_as_well() -> None:
    x, _ = points(5)
    K = NTK.matrix(x)
    base = K + 0.3 * np.eye(5)

    def values(y: np.ndarray, inverted: bool) -> np.ndarray:
        w = np.linalg.solve(base, y) if inverted else y
        weights = np.array([[[psi(u, k, K) for k in row] for row in K] for u in K[0]])
        return np.einsum("i,j,uij->u", w, w, weights)

    for inverted in (False, True):
        found = hoeffding(lambda y, inverted=inverted: values(y, inverted), 5)
        assert np.abs(found.higher).max() < 1e-12 and np.abs(found.level1).max() < 1e-12
    weights = np.array([[[psi(u, k, K) for u in K[0]] for k in row] for row in K])
    exact, closed = hoeffding(lambda y: values(y, False), 5), projections.quadratic(weights)
    assert np.allclose(exact.level0, closed.level0) and np.allclose(exact.level2, closed.level2)
    assert np.allclose(exact.variance, closed.variance)


def test_many_labels_are_drawn() -> None:
    M = np.random.default_rng(0).normal(size=(20, 20))
    found = hoeffding(lambda y: y @ M @ y, 20, draws=4000, seed=1)
    exact = projections.quadratic(M)
    assert abs(found.level0 - exact.level0) < 5 * (exact.variance / 4000) ** 0.5
    assert np.abs(found.level2 - exact.level2).mean() < (exact.variance / 4000) ** 0.5
    with pytest.raises(SetupError, match="20 labels and no draws"):
        hoeffding(lambda y: y @ M @ y, 20)
