"""A regulariser beside the loss drives runs with long steps apart: no bound for rough losses then."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stability.algorithms import GradientDescent, StochasticGradientDescent
from stability.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID

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


@pytest.mark.parametrize("kind", [GradientDescent, StochasticGradientDescent])
def test_only_the_loss_moves_the_weights(kind: type) -> None:
    order = {} if kind is GradientDescent else {"order": "with-replacement"}
    name = "bassily2020-gd" if kind is GradientDescent else "bassily2020-sgd"

    def setup(curvature: Fraction | None) -> Setup:
        algorithm = kind(step_size="1", steps=STEPS, strong_convexity=curvature, **order)
        return Setup(sample=Sample(SIZE), loss=Loss(lipschitz=1, convex=True), algorithm=algorithm)

    alone, *_ = BY_ID[name].apply(setup(None))
    bound = alone.values["epsilon"].enclosure(SIZE).low
    assert distance(Fraction(0)) <= bound < distance(Fraction(3))
    refusal = BY_ID[name].supports(setup(Fraction(3)))
    assert refusal is not None
    assert refusal.where == "algorithm.strong_convexity"
