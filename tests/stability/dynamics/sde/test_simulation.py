"""Paths of the locally elastic SDE: their moments, beside plain steps of every sample."""

from __future__ import annotations

import numpy as np
import pytest

from stability.dynamics.sde.deletion import deletion_shifts
from stability.dynamics.sde.mean_features import mean_features
from stability.dynamics.sde.model import KINDS, LocallyElasticSDE
from stability.dynamics.sde.simulation import simulate
from stability.dynamics.sde.strengths import constant_strengths, fading_strengths
from stability.errors import DataError, SetupError

N = 1500
START = np.random.default_rng(1).normal(size=(3, 4, 3))


def plain(
    model: LocallyElasticSDE,
    time: float,
    steps: int,
    trials: int,
    deleted: tuple[int, int] | None = None,
) -> np.ndarray:
    """Euler and Maruyama for every sample (trials, K, n, p), the drift summed over samples."""
    generator = np.random.default_rng(2)
    X = np.broadcast_to(START, (trials, *START.shape)).copy()
    dt = time / steps
    for step in range(steps):
        (alpha,), (beta,) = model.strengths.at([step * dt])
        pulling = X.copy()
        if deleted is not None:
            pulling[:, deleted[0], deleted[1]] = 0.0
        drift = model.drift(pulling.mean(axis=2), alpha, beta)
        X = X + dt * drift[:, :, None] + model.noise * dt**0.5 * generator.normal(size=X.shape)
    return X


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("strengths", [(0.3, -0.1), (0.1, 0.1), (-0.1, 0.2)])
def test_variance_within_classes_knows_no_strengths(kind: str, strengths) -> None:
    """It is noise^2 t (1 - 1/n) more than at the start, whatever alpha and beta."""
    model = LocallyElasticSDE(constant_strengths(*strengths), noise=0.5, kind=kind)
    times = [4.0, 9.0]
    found = simulate(model, START, times, trials=4000, step=1.0, seed=0)
    for X, t in zip(found, times, strict=True):
        expected = START.var(axis=1).mean() + 0.25 * t * (1 - 1 / 4)
        assert X.var(axis=2).mean() == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("deleted", [None, (1, 2)])
def test_moments_are_those_of_plain_steps(kind: str, deleted) -> None:
    model = LocallyElasticSDE(constant_strengths(0.4, -0.2), noise=0.3, kind=kind)
    fast = simulate(model, START, [1.0, 3.0], trials=N, step=0.1, seed=3, deleted=deleted)[-1]
    slow = plain(model, 3.0, 30, N, deleted)
    error = slow.std(axis=0) * np.sqrt(2 / N)
    assert (np.abs(fast.mean(axis=0) - slow.mean(axis=0)) < 4.5 * error + 0.04).all()
    flat = [x.reshape(N, -1) for x in (fast, slow)]
    one, other = (np.cov(x.T) for x in flat)
    assert np.abs(one - other).max() < 0.2 * np.diag(other).max()


def test_noise_scales_with_the_root_of_the_step() -> None:
    model = LocallyElasticSDE(fading_strengths(0.5, 1.0), noise=0.3)
    spreads = [
        simulate(model, START, [4.0], trials=2000, step=step, seed=4).mean(axis=3).std(axis=1)
        for step in (0.1, 0.5)
    ]
    np.testing.assert_allclose(spreads[0], spreads[1], rtol=0.12)


@pytest.mark.parametrize("kind", KINDS)
def test_without_noise_it_is_the_ode_at_any_step(kind: str) -> None:
    model = LocallyElasticSDE(constant_strengths(0.3, -0.1), kind=kind)
    found = simulate(model, START, [0.0, 7.0, 7.0, 20.0], trials=2, step=50.0, seed=0)
    means = mean_features(model, START.mean(axis=1), [0.0, 7.0, 7.0, 20.0])
    np.testing.assert_allclose(found[:, 1].mean(axis=2), means)
    around = START - START.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(found[2, 0] - means[2][:, None], around, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_exact_to_second_order(kind: str) -> None:
    """Of class means the covariance, and of a deletion the shift; a step is never no step."""
    strengths = constant_strengths(0.6, -0.3)
    model = LocallyElasticSDE(strengths, noise=0.7, kind=kind)
    maps = [model.drift(unit, 0.6, -0.3).ravel() for unit in np.eye(9).reshape(9, 3, 3)]
    values, vectors = np.linalg.eig(np.array(maps).T)
    exact = sum(
        0.7**2 / 4 * (e := vectors * np.exp(values * s) @ np.linalg.inv(vectors)) @ e.T
        for s in np.linspace(0.0, 4.0, 401)[:-1] + 0.005
    ) * 0.01  # fmt: skip
    found = simulate(model, 0 * START, [4.0], trials=4000, step=1.0, seed=7)[0].mean(axis=2)
    assert found.var(axis=0).sum() == pytest.approx(np.trace(exact.real), rel=0.05)
    still = LocallyElasticSDE(strengths, kind=kind)
    coarse = dict(trials=1, step=0.25, seed=0)
    kept = simulate(still, START, [4.0], **coarse)
    moved = (simulate(still, START, [4.0], deleted=(1, 2), **coarse) - kept)[0, 0, :, 0]
    shifts = deletion_shifts(still, START, (1, 2), [4.0])[0]
    assert np.abs(moved - shifts).max() < 0.01 * np.abs(shifts).max()
    far = simulate(still, START, [4.0], trials=1, step=1e12, seed=0)
    np.testing.assert_allclose(far, kept)


@pytest.mark.parametrize("kind", KINDS)
def test_a_deletion_under_the_same_noise(kind: str) -> None:
    """Its mean effect is that in the ODE, far below the noise itself, and one for each class."""
    model = LocallyElasticSDE(constant_strengths(0.3, 0.1), noise=0.4, kind=kind)
    same = dict(trials=400, step=0.1, seed=5)
    kept = simulate(model, START, [2.0, 5.0], **same)
    moved = simulate(model, START, [2.0, 5.0], deleted=(0, 3), **same) - kept
    shifts = deletion_shifts(model, START, (0, 3), [2.0, 5.0])
    np.testing.assert_allclose(moved - moved[:, :, :, :1], 0.0, atol=1e-10)
    found, error = moved[..., 0, :].mean(axis=1), moved[..., 0, :].std(axis=1) / 20
    assert (error < 0.05).all() and (kept.std(axis=1) > 0.4).all()
    assert (np.abs(found - shifts) < 4 * error + 0.03 * np.abs(shifts).max()).all()


def test_a_deletion_takes_back_what_its_own_path_did() -> None:
    """For small alpha the shift is -alpha/(nK) times the integral of the path up to its end."""
    model, n, t = LocallyElasticSDE(constant_strengths(0.01), noise=1.0), 4, 5.0
    same = dict(trials=2000, step=0.25, seed=6)
    kept = simulate(model, np.zeros((3, n, 1)), [t], **same)[0]
    moved = simulate(model, np.zeros((3, n, 1)), [t], deleted=(0, 3), **same)[0] - kept
    around = kept[:, 0, 3, 0] - kept[:, 0, :, 0].mean(axis=1)
    expected = -0.01 / (3 * n) * (1 - 1 / n) * t**2 / 2
    assert np.mean(moved[:, 0, 0, 0] * around) == pytest.approx(expected, rel=0.1)


def test_a_seed_decides_and_each_trial_may_have_its_own_start() -> None:
    model = LocallyElasticSDE(constant_strengths(0.1), noise=0.1)
    starts = np.random.default_rng(0).normal(size=(2, 3, 4, 1))
    first = simulate(model, starts, [1.0], trials=2, step=0.5, seed=0)
    again = simulate(model, starts, [1.0], trials=2, step=0.5, seed=0)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - simulate(model, starts, [1.0], trials=2, step=0.5, seed=1)).min() > 0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"trials": 0}, SetupError, "trials: found 0"),
        ({"step": 0.0}, SetupError, "step: found 0"),
        ({"step": np.nan}, SetupError, "step: found nan"),
        ({"times": [2.0, 1.0]}, DataError, "times that go back"),
        ({"initial": np.zeros((3, 3))}, DataError, "initial features"),
        ({"initial": np.zeros((4, 3, 4, 1))}, DataError, r"\(2, classes, samples, features\)"),
        ({"deleted": (3, 0)}, SetupError, r"found '?\(3, 0\)'?; allowed: .*below \(3, 4\)"),
        ({"deleted": (0, -1)}, SetupError, "deleted sample"),
    ],
)
def test_what_is_refused(change, error, words: str) -> None:
    given = {"initial": START, "times": [1.0], "trials": 2, "step": 0.5, "seed": 0, **change}
    with pytest.raises(error, match=words):
        simulate(LocallyElasticSDE(constant_strengths(0.1)), **given)
