"""Ridge regression on random ReLU features."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from stability.datasets import Dataset
from stability.runs.learners.formulas import Fit, SquaresModel, told
from stability.runs.learners.learner import Floats
from stability.setup.fields import NON_NEGATIVE, Number, at_least, quantity


@dataclass(frozen=True, kw_only=True)
class RandomReluFeatures(SquaresModel):
    """Ridge regression on random ReLU features."""

    kind: ClassVar[str] = "random-features"
    title: ClassVar[str] = "ridge regression on random ReLU features"
    features: int = quantity(at_least(1), "the number of random ReLU features", example="500")
    weight_deviation: Number = quantity(
        NON_NEGATIVE, "the standard deviation of their weights", default=Fraction(1), example="1.0"
    )
    bias_limit: Number = quantity(
        NON_NEGATIVE,
        "the size up to which their biases are uniform",
        default=Fraction(1),
        example="1.0",
    )
    init_seed: int = quantity(at_least(0), "the seed of the features", default=0, example="0")

    @property
    def objective(self) -> str:
        """What is minimised."""
        return (
            f"mean of (w.x - y)^2 + lambda |w|^2 with lambda = {told(self.regularization)}; x is "
            f"{self.features} features max(0, a.z + b) / sqrt({self.features}) of the inputs z, a "
            f"normal with standard deviation {told(self.weight_deviation)}, b uniform in [-c, c] "
            f"with c = {told(self.bias_limit)}, seed {self.init_seed}; y is 1 for the target "
            "classes and 0 for the others, or a real target moved and divided so that its range "
            "becomes [0, 1]; predictions are cut to [0, 1]"
        )

    def inputs(self, part: Dataset) -> Floats:
        """The features (n, p)."""
        from stability.estimate.exact.features import RandomFeatures

        features = RandomFeatures(
            count=self.features,
            weight_deviation=float(self.weight_deviation),
            bias_limit=float(self.bias_limit),
            seed=self.init_seed,
        )
        return features(part.inputs)

    def fit(self, inputs: Floats, targets: Floats) -> Fit:
        """The minimiser."""
        from stability.estimate.exact.ridge import Ridge

        return Ridge(float(self.regularization)).fit(inputs, targets)
