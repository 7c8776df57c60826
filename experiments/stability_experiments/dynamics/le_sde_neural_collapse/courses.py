"""The courses of `le-sde-neural-collapse`: strengths, classes, the side from which they start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stability.dynamics import (
    LocallyElasticSDE,
    argmax_accuracy,
    constant_strengths,
    mean_cosines,
    norm_ratio,
    simplex_alignment,
    simplex_distance,
    variability_ratio,
)
from stability_experiments.common.elastic_paths import followed, simplex_start

Floats = NDArray[np.float64]

ALPHA, NOISE, SAMPLES = 0.02, 0.1, 30
TIMES = np.linspace(50.0, 1500.0, 30)
LOOKS = (500.0, 1000.0, 1500.0)
SPREAD = 0.3
"""Deviation of the Gaussian numbers that are added to the class means of each trial."""


@dataclass(frozen=True)
class Course:
    """Constant alpha and beta, so many classes; class means start at side (e_k - 1/K) + noise."""

    beta: float
    classes: int = 3
    kind: str = "L-model"
    side: int = 1
    spread: float = SPREAD

    def __str__(self) -> str:
        opposite = ", from the far side" if self.side < 0 else ""
        exact = "" if self.spread else ", from a simplex"
        return f"{self.kind}, K = {self.classes}, beta = {self.beta:g}{opposite}{exact}"

    @property
    def key(self) -> str:
        """For the name of a folder."""
        return f"{self.kind}_{self.classes}_{self.beta:g}_{self.side}_{self.spread:g}"

    @property
    def model(self) -> LocallyElasticSDE:
        """With noise 0.1."""
        return LocallyElasticSDE(constant_strengths(ALPHA, self.beta), NOISE, self.kind)

    def follow(self, trials: int, steps: int, seed: int) -> dict[str, Floats]:
        """What is measured (T, trials, ...) at `TIMES`; cosines off the diagonal, and means."""
        start = self.side * simplex_start(self.classes, SAMPLES)
        moved = np.random.default_rng([seed, 1]).normal(
            size=(trials, self.classes, 1, self.classes)
        )
        apart = ~np.eye(self.classes, dtype=bool)
        begin = start + self.spread * moved
        return followed(
            self.model, begin, TIMES,
            {
                "cosines": lambda X: mean_cosines(X.mean(axis=-2))[..., apart],
                "distance": lambda X: simplex_distance(X.mean(axis=-2)),
                "norms": lambda X: norm_ratio(X.mean(axis=-2)),
                "alignment": lambda X: simplex_alignment(X.mean(axis=-2)),
                "accuracy": argmax_accuracy,
                "variability": variability_ratio,
                "means": lambda X: X.mean(axis=-2),
            },
            trials=trials, steps=steps, seed=seed,
        )  # fmt: skip

    def expected_variability(self) -> Floats:
        """tr W / E tr B (T,) at `TIMES` from a simplex: p noise^2 t (1 - 1/n) e^(-2 (A - B)/K) over
        |e_k - 1/K|^2, to which noise in the mean coefficient adds."""
        A, B = self.model.strengths.accumulated(TIMES)
        rate = 2 * (ALPHA - self.beta) / self.classes
        squared = 1 - 1 / self.classes
        added = NOISE**2 / (SAMPLES * self.classes) * -np.expm1(-rate * TIMES) / rate
        within = self.classes * NOISE**2 * TIMES * (1 - 1 / SAMPLES)
        return within * np.exp(-2 * (A - B) / self.classes) / (squared + added)


COLLAPSE, SLOW, NONE, REPELLED, MIRROR = (Course(b) for b in (-0.01, -0.004, 0.0, 0.004, 0.01))
FAR = Course(-0.01, side=-1)
KEPT = Course(-0.01, kind="I-model")
EXACT = Course(-0.01, spread=0.0)
MORE = (Course(-0.01, 4), Course(-0.01, 5))
NOT_FOUR = Course(0.01, 4)
COURSES = (COLLAPSE, SLOW, NONE, REPELLED, MIRROR, FAR, KEPT, EXACT, *MORE, NOT_FOUR)
