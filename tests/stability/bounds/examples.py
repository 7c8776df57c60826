"""Setups that the tests of this folder share."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from stability.bounds.analyse import analyse
from stability.setup.algorithms import (
    EmpiricalRiskMinimizer,
    StochasticGradientDescent,
)
from stability.setup.setup import AssumedStability, Loss, Sample, Setup

DELTA = Fraction(1, 20)
ERM = Setup(
    sample=Sample(60_000),
    loss=Loss(range=1, lipschitz=1, mean_lipschitz="0.5", rms_lipschitz="0.6", convex=True),
    algorithm=EmpiricalRiskMinimizer(regularization="0.1"),
)
FILE = """
[sample]
size = 1000
[loss]
range = 1.0
lipschitz = 1.0
mean_lipschitz = 0.5
convex = true
[algorithm]
kind = "erm"
regularization = 0.1
"""
"""A setup file of regularised empirical risk minimisation."""


def sgd(order: str, **loss: Any) -> Setup:
    known = {"range": 1, "lipschitz": 1, "smoothness": "0.25", "convex": True, **loss}
    return Setup(
        sample=Sample(60_000),
        loss=Loss(**known),
        algorithm=StochasticGradientDescent(step_size="1e-5", epochs=1, order=order),
    )


def own(notion: str, values: dict[str, Any], size: int = 1000, **rest: Any) -> Setup:
    given_ = AssumedStability(notion=notion, values=values, **rest)  # type: ignore[arg-type]
    return Setup(sample=Sample(size), stability=given_, loss=Loss(range=1))


def refusal_of(setup: Setup, theorem: str, **rest: Any) -> Any:
    found = [r for r in analyse(setup, DELTA, **rest).refused if r.theorem == theorem]
    assert found, f"{theorem} is not refused"
    return found[0]
