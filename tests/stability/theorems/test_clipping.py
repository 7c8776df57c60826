"""Clipped gradients: allowed for one score, refused for several, with numbers computed again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from stability.bounds.analyse import analyse
from stability.setup.algorithms import GradientDescent, StochasticGradientDescent
from stability.setup.setup import Loss, Setup
from stability.theorems.catalogue import BY_ID
from stability.theorems.clipped_gradients import APART, COUNTEREXAMPLE

LOSS = Loss(range=2, lipschitz=2, mean_lipschitz=1, rms_lipschitz="1.2", smoothness=1, convex=True)
GD = GradientDescent(step_size="0.5", steps=8, clipping="0.4", scores=1)
SETUP = Setup(sample=6, loss=LOSS, algorithm=GD)
Floats = NDArray[np.float64]


def softmax_clipped(scores: Floats) -> Floats:
    weights = np.exp(scores - scores.max())
    slope = weights / weights.sum() - np.array([1.0, 0.0, 0.0])
    return slope * min(1.0, 1 / float(np.linalg.norm(slope)))


def test_the_numbers_of_the_counterexample() -> None:
    first, second = (np.array([float(x) for x in point]) for point in APART)
    apart, slopes = first - second, softmax_clipped(first) - softmax_clipped(second)
    monotony = slopes @ apart / (apart @ apart)
    expansion = np.linalg.norm(apart - 0.5 * slopes) / np.linalg.norm(apart)
    assert monotony < 0 and expansion > 1
    assert f"{monotony:.5f} |a - b|^2" in COUNTEREXAMPLE
    assert f"{expansion:.5f} times" in COUNTEREXAMPLE


@pytest.mark.parametrize(("scores", "found"), [(3, "3"), (10, "10"), (None, "nothing")])
def test_several_scores_are_refused_with_the_counterexample(scores: int | None, found: str) -> None:
    setup = replace(SETUP, algorithm=replace(GD, scores=scores))
    analysis = analyse(setup)
    assert analysis.bounds == ()
    (refusal,) = (r for r in analysis.refused if r.theorem == "clipped-gd")
    assert (refusal.hypothesis_id, refusal.found) == ("one-score", found)
    assert COUNTEREXAMPLE in refusal.remedy


def test_theorems_on_gradients_as_they_are_refuse_clipped_ones_and_the_other_way_round() -> None:
    clipped = {b.path[0] for b in analyse(SETUP).bounds}
    plain = {b.path[0] for b in analyse(SETUP.with_value("algorithm.clipping", None)).bounds}
    assert clipped == {"clipped-gd"}
    assert "elastic-gd" in plain and "clipped-gd" not in plain
    (refusal,) = (r for r in analyse(SETUP).refused if r.theorem == "elastic-gd")
    assert refusal.where == "algorithm.clipping"


def test_clipping_at_the_largest_slope_changes_nothing() -> None:
    wide = analyse(SETUP.with_value("algorithm.clipping", 2))
    plain = analyse(SETUP.with_value("algorithm.clipping", None))
    for theorem in ("elastic-split", "elastic-second-moment", "bousquet2002-thm12-emp"):
        by_clipped = {(b.convention, b.quantity): b.value for b in wide.of(theorem)}
        by_plain = {
            (b.convention, b.quantity): b.value
            for b in plain.of(theorem)
            if b.path[0] == "elastic-gd"
        }
        assert by_clipped == pytest.approx(by_plain)


def test_curvature_of_the_losses_is_not_counted() -> None:
    curved = SETUP.with_value("algorithm.strong_convexity", Fraction(1, 2))
    forms = {c.form for c in analyse(curved).constants}
    assert forms == {"null-step", "retrain"}
    decayed = SETUP.with_value("algorithm.weight_decay", Fraction(1, 10))
    assert {c.form for c in analyse(decayed).constants} >= {"null-step, weight decay"}


def trained(x: Floats, y: Floats, cut: float, step: float, steps: int, divisor: int) -> Floats:
    """Logistic regression by gradient descent, the gradient of each example cut."""
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        slopes = (-y / (1 + np.exp(y * (x @ w))))[:, None] * x
        slopes *= np.minimum(1, cut / np.linalg.norm(slopes, axis=1))[:, None]
        w = w - step * slopes.sum(axis=0) / divisor
    return w


@pytest.mark.parametrize("cut", [0.05, 0.4, 3.0])
def test_runs_of_logistic_regression_keep_to_the_constants(cut: float) -> None:
    """l = log(1 + exp(-y <w, x>)), |x| <= 2: it is 2-Lipschitz and 1-smooth."""
    generator = np.random.default_rng(0)
    worst = {"null-step": 0.0, "retrain": 0.0}
    for _ in range(25):
        x = generator.normal(size=(6, 2))
        x *= (generator.uniform(0.2, 2, 6) / np.linalg.norm(x, axis=1))[:, None]
        y = generator.choice([-1.0, 1.0], 6)
        point = x[0] / np.linalg.norm(x[0])
        whole = trained(x, y, cut, 1.9, 8, 6)
        for name, divisor in (("null-step", 6), ("retrain", 5)):
            gone = trained(x[1:], y[1:], cut, 1.9, 8, divisor)
            change = abs(np.logaddexp(0, -2 * point @ whole) - np.logaddexp(0, -2 * point @ gone))
            worst[name] = max(worst[name], float(change))
    algorithm = replace(GD, step_size="1.9", clipping=Fraction(str(cut)))
    for constant in BY_ID["clipped-gd"].apply(replace(SETUP, algorithm=algorithm)):  # type: ignore[union-attr]
        assert 0 < worst[constant.form] <= constant.at()["U"] / 6


POINTS = np.array([[0.3, 0.1], [1.0, -0.8], [-2.0, 0.5]])
LABELS = np.array([1.0, -1.0, 1.0])


def passes(sample: tuple[int, ...], skipped: int | None, cut: float, step: float) -> Floats:
    """Two passes in the order of the sample, one example a step; one of them is skipped."""
    w = np.zeros(2)
    for n in (*range(len(sample)), *range(len(sample))):
        if n != skipped:
            w = trained_step(w, sample[n], cut, step)
    return w


def trained_step(w: Floats, point: int, cut: float, step: float) -> Floats:
    x, y = POINTS[point], LABELS[point]
    slope = -y / (1 + np.exp(y * (x @ w))) * x
    return w - step * slope * min(1.0, cut / float(np.linalg.norm(slope)))


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_every_sample_keeps_to_the_constants(m: int) -> None:
    """All samples of m examples of three: what deleting z' does to the loss at z, over the sum of
    the steps, is at most min(L(z'), C) L(z)/m. With min(L(z), C) for the tested one it is more."""
    slopes, step = np.linalg.norm(POINTS, axis=1), 0.4
    for cut in (0.1, 0.6, 5.0):
        beta = np.zeros((3, 3))
        for sample in product(range(3), repeat=m):
            rows = list(sample)
            whole = trained(POINTS[rows], LABELS[rows], cut, step, 5, m)
            shuffled = passes(sample, None, cut, step)
            for i, z in enumerate(sample):
                left = rows[:i] + rows[i + 1 :]
                gone = trained(POINTS[left], LABELS[left], cut, step, 5, m) if left else np.zeros(2)
                ways = (
                    (whole, gone, 5 * step),
                    (shuffled, passes(sample, i, cut, step), 2 * m * step),
                )
                for before, after, steps in ways:
                    margins = LABELS * (POINTS @ np.stack((before, after)).T).T
                    moved = np.abs(np.diff(np.logaddexp(0, -margins), axis=0)[0])
                    beta[z] = np.maximum(beta[z], m * moved / steps)
        assert np.all(beta <= np.outer(np.minimum(slopes, cut), slopes) * (1 + 1e-12))
        if cut < slopes.min():
            assert np.any(beta > cut * cut)


@pytest.mark.parametrize("order", ["shuffled", "with-replacement"])
def test_sgd_of_one_score(order: str) -> None:
    algorithm = StochasticGradientDescent(
        step_size="0.5", epochs=1, order=order, clipping="0.4", scores=1
    )
    found = analyse(replace(SETUP, algorithm=algorithm))
    paths = {b.path[0] for b in found.bounds}
    assert paths == {"clipped-sgd-shuffled" if order == "shuffled" else "clipped-sgd"}
