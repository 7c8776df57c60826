"""Bounds for rough losses: a regulariser beside the loss drives runs with long steps apart."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stability.setup.algorithms import Algorithm, GradientDescent, StochasticGradientDescent
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems import bassily2020
from stability.theorems.kinds import StabilityTheorem

SIZE, STEPS = 100, 20


def distance(curvature: Fraction) -> Fraction:
    """Of two runs on losses z w, |z| = 1, with curvature/2 w^2 beside them, one sign turned."""
    ends = []
    for mean in (Fraction(1), Fraction(SIZE - 2, SIZE)):
        weights = Fraction(0)
        for _ in range(STEPS):
            weights -= mean + curvature * weights
        ends.append(weights)
    return abs(ends[0] - ends[1])


def descent(curvature: Fraction | None) -> Algorithm:
    return GradientDescent(step_size="1", steps=STEPS, weight_decay=curvature or 0)


def drawn(curvature: Fraction | None) -> Algorithm:
    return StochasticGradientDescent(
        step_size="1", steps=STEPS, weight_decay=curvature or 0, order="with-replacement"
    )


@pytest.mark.parametrize(
    ("theorem", "algorithm"),
    [(bassily2020.gradient_descent(), descent), (bassily2020.sgd(), drawn)],
)
def test_only_the_loss_moves_the_weights(theorem: StabilityTheorem, algorithm) -> None:
    def setup(curvature: Fraction | None) -> Setup:
        loss = Loss(range=1, lipschitz=1, convex=True)
        return Setup(sample=Sample(SIZE), loss=loss, algorithm=algorithm(curvature))

    alone, *_ = theorem.apply(setup(None))
    bound = alone.values["epsilon"].enclosure(SIZE).low
    assert distance(Fraction(0)) <= bound < distance(Fraction(3))
    refusal = theorem.supports(setup(Fraction(3)))
    assert refusal is not None
    assert refusal.where == "algorithm.weight_decay"
