"""The effect of a deleted sample in the ODE, beside the ODE of all samples without it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stability.dynamics.sde.deletion import (
    all_deletion_shifts,
    deletion_shifts,
    shift_limits,
)
from stability.dynamics.sde.model import KINDS, LocallyElasticSDE
from stability.dynamics.sde.strengths import constant_strengths, fading_strengths
from stability.errors import DataError, SetupError

CLASSES, SAMPLES = 3, 4
START = np.random.default_rng(0).normal(size=(CLASSES, SAMPLES, 3))
TIMES = np.array([0.0, 1.0, 6.0])
SCHEDULES = {
    "elastic": constant_strengths(0.5, -0.1),
    "not elastic": constant_strengths(0.2, 0.2),
    "fading": fading_strengths(2.0, 1.0, inter=0.05),
}


def every_sample(model: LocallyElasticSDE, deleted: tuple[int, int] | None) -> np.ndarray:
    """All samples (T, K, n, p), each moved by the sum over those that are not deleted."""

    def rate(t: float, flat: np.ndarray) -> np.ndarray:
        X = flat.reshape(START.shape)
        (alpha,), (beta,) = model.strengths.at([t])
        d = np.eye(CLASSES) - 1 / CLASSES
        moved = np.zeros_like(X)
        for other, place in product(range(CLASSES), range(SAMPLES)):
            if (other, place) == deleted:
                continue
            shown = X[other, place]
            if model.kind == "L-model":
                shown = d[other] * (d[other] @ shown) / (d[other] @ d[other])
            for label in range(CLASSES):
                strength = alpha if label == other else beta
                moved[label] += strength * shown / (CLASSES * SAMPLES)
        return moved.ravel()

    found = solve_ivp(rate, (0.0, TIMES[-1]), START.ravel(), "DOP853", TIMES, rtol=1e-9, atol=1e-11)
    return found.y.T.reshape(-1, *START.shape)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_it_is_the_difference_of_two_runs(kind: str, schedule: str) -> None:
    model = LocallyElasticSDE(SCHEDULES[schedule], kind=kind)
    moved = every_sample(model, (1, 2)) - every_sample(model, None)
    found = deletion_shifts(model, START, (1, 2), TIMES)
    np.testing.assert_allclose(moved, found[:, :, None] + 0 * moved, atol=1e-7)
    assert np.abs(found[-1]).max() > 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_all_deletions_at_once_are_those_one_by_one(kind: str) -> None:
    model = LocallyElasticSDE(SCHEDULES["fading"], kind=kind)
    together = all_deletion_shifts(model, START, TIMES)
    assert together.shape == (3, CLASSES, SAMPLES, CLASSES, 3)
    for place in ((0, 0), (2, 3)):
        one = deletion_shifts(model, START, place, TIMES)
        np.testing.assert_allclose(together[:, *place], one, atol=1e-8)


def test_without_inter_class_strength_only_its_own_class_feels_a_deletion() -> None:
    """beta = 0, the I-model: n - 1 samples grow by exp((1 - 1/n) A / K) in place of exp(A / K)."""
    strengths = fading_strengths(2.0, 0.7)
    found = deletion_shifts(LocallyElasticSDE(strengths), START, (1, 2), TIMES)
    growth = strengths.accumulated(TIMES)[0][:, None] / CLASSES
    rest = np.delete(START[1], 2, axis=0).mean(axis=0)
    without = rest * np.expm1(growth * (1 - 1 / SAMPLES))
    expected = without - START[1].mean(axis=0) * np.expm1(growth)
    np.testing.assert_allclose(found[:, 1], expected, atol=1e-8)
    assert (found[:, [0, 2]] == 0.0).all()


def test_without_local_elasticity_every_class_feels_it_alike() -> None:
    found = deletion_shifts(LocallyElasticSDE(SCHEDULES["not elastic"]), START, (1, 2), TIMES)
    np.testing.assert_allclose(found - found[:, :1], 0.0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_limits_hold_and_are_met_in_the_i_model(kind: str, schedule: str) -> None:
    model, radius = LocallyElasticSDE(SCHEDULES[schedule], kind=kind), 1.5
    limits = shift_limits(model, CLASSES, SAMPLES, TIMES, radius)
    generator = np.random.default_rng(1)
    largest = np.zeros((2, len(TIMES)))
    # Whole classes on the sphere, the deleted sample apart from the others of its class.
    for signs in product([1.0, -1.0], repeat=CLASSES):
        axes = generator.normal(size=(CLASSES + 1, 3)) if kind == "L-model" else np.eye(3)[[0] * 4]
        axes[1:] *= np.array(signs)[:, None]
        corner = radius * axes / np.linalg.norm(axes, axis=1, keepdims=True)
        start = np.repeat(corner[:CLASSES, None], SAMPLES, axis=1)
        start[0, 0] = corner[CLASSES]
        sizes = np.linalg.norm(deletion_shifts(model, start, (0, 0), TIMES), axis=-1)
        largest = np.maximum(largest, [sizes[:, 0], sizes[:, 1:].max(axis=1)])
    assert (largest <= np.array([limits.own, limits.other]) * (1 + 1e-9) + 1e-12).all()
    if kind == "I-model":
        np.testing.assert_allclose(largest, [limits.own, limits.other], rtol=1e-6, atol=1e-12)


def test_limits_shrink_like_one_over_the_sample_size() -> None:
    model = LocallyElasticSDE(SCHEDULES["elastic"])
    few, many = (shift_limits(model, 3, n, [6.0]).own[0] for n in (100, 10_000))
    assert few / many == pytest.approx(100.0, rel=0.02)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda m: deletion_shifts(m, START[0], (0, 0), TIMES), DataError),
        (lambda m: deletion_shifts(m, START, (0, 4), TIMES), SetupError),
        (lambda m: deletion_shifts(m, START, (0, 0), TIMES[::-1]), DataError),
        (lambda m: shift_limits(m, 3, 1, TIMES), SetupError),
        (lambda m: shift_limits(m, 3, 5, TIMES, radius=-1.0), SetupError),
    ],
)
def test_what_is_refused(call, error) -> None:
    with pytest.raises(error):
        call(LocallyElasticSDE(SCHEDULES["elastic"]))
