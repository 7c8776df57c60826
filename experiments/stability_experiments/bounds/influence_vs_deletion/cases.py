"""Trained learners with their true deletions, and what influence functions predict of them.

Imported only when `influence-vs-deletion` runs: it needs torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.estimate import (
    Agreement,
    DeletionBlock,
    DeletionMeasurement,
    ExactHessian,
    GaussNewton,
    LayerFactors,
    agreement,
    delete_logistic,
    deletion_size,
    fit_logistic,
    logistic_network,
    measure_deletions,
    measure_influence,
    measure_placebo,
    pixel_box,
)
from stability.training import Model, Recipe, train_one

Floats = NDArray[np.float64]
Method = ExactHessian | GaussNewton | LayerFactors
Report = Callable[[int, int], None]
TOLERANCE = 1e-4
"""Relative residual of conjugate gradients, far below the disagreement with true deletions."""


@dataclass(frozen=True, eq=False)
class Push:
    """Root mean squares of changes of the loss: deletions, and pushes that mean nothing.

    `rounding`: initial weights changed by 1e-7, relatively. `random`: by as much as one deletion
    moves them in an epoch, in a random direction.
    """

    deletion: float
    rounding: float
    random: float

    @property
    def share(self) -> float:
        """The mean square of changes by a random push over that of changes by a deletion."""
        return (self.random / self.deletion) ** 2


@dataclass(frozen=True, eq=False)
class Case:
    """One trained model with true deletions; `push` for networks only."""

    learner: str
    training: str
    model: Model
    train: Dataset
    test: Dataset
    truth: DeletionBlock | DeletionMeasurement
    push: Push | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Predictions (k, n) of one method beside the true changes (k, n) of a case.

    `push`: the root mean square change by a random push of the size of a deletion, for networks.
    """

    learner: str
    training: str
    method: str
    agreement: Agreement
    predicted: Floats
    true: Floats
    push: float | None = None
    detail: str = ""

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.learner}, {self.training}, {self.method}"

    @property
    def missed(self) -> float | None:
        """What the best multiple of the predictions misses, over what a random push does.

        Root mean squares, the mean taken out. About 1: the rest may well be chaos of training. Far
        above 1: the predictions are wrong.
        """
        if self.push is None:
            return None
        unexplained = np.sqrt(1.0 - self.agreement.pearson**2)
        return float(self.true.std() * unexplained / self.push)

    @property
    def mismatched(self) -> float:
        """Pearson's correlation if every prediction is given to the next deleted example."""
        return agreement(np.roll(self.predicted, 1, axis=0), self.true).pearson


def compare(case: Case, methods: dict[str, Method]) -> list[Comparison]:
    """What every method predicts, beside the true deletions of a case."""
    return compared(case.learner, case.training, methods, predict(case, methods))


def predict(case: Case, methods: dict[str, Method]) -> dict[str, ArrayLike]:
    """True changes (k, n) of a case, predictions (methods, k, n), and how they were found.

    `push` holds the root mean squares of a `Push`, NaN for models that are no networks.
    """
    found = [
        measure_influence(case.model, case.train, case.test, case.truth.indices, case.truth, method)
        for method in methods.values()
    ]
    push = Push(np.nan, np.nan, np.nan) if case.push is None else case.push
    return {
        "true": case.truth.changes,
        "predicted": np.stack([one.changes for one in found]),
        "condition_number": [one.condition_number for one in found],
        "iterations": [one.iterations for one in found],
        "push": [push.deletion, push.rounding, push.random],
    }


def compared(
    learner: str, training: str, methods: dict[str, Method], found: Mapping[str, ArrayLike]
) -> list[Comparison]:
    """The comparisons that `predict` has made, from its arrays."""
    values = {name: np.asarray(array) for name, array in found.items()}
    push = pushed(found)
    comparisons = []
    for k, (name, method) in enumerate(methods.items()):
        iterations = int(values["iterations"][k])
        if isinstance(method, ExactHessian):
            detail = f"condition number {values['condition_number'][k]:.3g}"
        else:
            detail = f"{iterations} iterations" if iterations else ""
        predicted, true = values["predicted"][k], values["true"]
        comparisons.append(
            Comparison(
                learner, training, name, agreement(predicted, true), predicted, true,
                None if push is None else push.random, detail,
            )
        )  # fmt: skip
    return comparisons


def pushed(found: Mapping[str, ArrayLike]) -> Push | None:
    """The pushes in the arrays of `predict`, None for models that are no networks."""
    values = [float(value) for value in np.asarray(found["push"])]
    return None if np.isnan(values[0]) else Push(*values)


def logistic_methods(decay: float) -> dict[str, Method]:
    """Exact curvature in two ways, damped curvature, and none."""
    return {
        "exact Hessian": ExactHessian(),
        "Gauss-Newton": GaussNewton(damping=0.0),
        f"Gauss-Newton, damping {decay:g}": GaussNewton(decay),
        f"Gauss-Newton, damping {10 * decay:g}": GaussNewton(10 * decay),
        "layer factors": LayerFactors(),
    }


def network_methods(dampings: tuple[float, ...], perceptron: bool) -> dict[str, Method]:
    """Gauss-Newton on all layers, the exact Hessian of the last one, and no curvature."""
    methods: dict[str, Method] = {
        f"Gauss-Newton, damping {d:g}": GaussNewton(d, tolerance=TOLERANCE) for d in dampings
    }
    least = min(dampings)
    methods[f"last layer, damping {least:g}"] = ExactHessian(least, layers="last")
    return methods | ({"layer factors": LayerFactors()} if perceptron else {})


def boxed(data: Dataset) -> Dataset:
    """The features of logistic regression: pixels and a constant, of norm at most 1."""
    return data.with_inputs(pixel_box(data))


def minimised(train: Dataset, test: Dataset, decay: float, deleted: NDArray[np.int64]) -> Case:
    """Regularised logistic regression at its minimum; deletions keep 1/m."""
    inside, outside = boxed(train), boxed(test)
    model = fit_logistic(inside.inputs, inside.labels, len(train.classes), decay)
    truth = delete_logistic(
        model, (inside.inputs, inside.labels), (outside.inputs, outside.labels), deleted
    )
    return Case("logistic", "minimiser", logistic_network(model), inside, outside, truth)


def descended(
    train: Dataset, test: Dataset, decay: float, steps: int, deleted: NDArray[np.int64]
) -> Case:
    """The same after some steps of full-batch gradient descent from random weights."""
    inside, outside = boxed(train), boxed(test)
    recipe = Recipe(step_size=2.0, epochs=steps, batch_size=len(train), weight_decay=decay)
    model = train_one(recipe, inside)
    truth = measure_deletions(recipe, inside, outside, deleted, baseline=model)
    return Case("logistic", f"{steps} steps", model, inside, outside, truth)


def trained(
    learner: str,
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    deleted: NDArray[np.int64],
    placebos: int,
    report: Report,
) -> Case:
    """A network, its true deletions (null step), and so many pushes of each kind."""
    model = train_one(recipe, train)
    truth = measure_deletions(recipe, train, test, deleted, report, baseline=model)
    size = deletion_size(recipe, train, deleted)
    rounding = measure_placebo(recipe, train, test, runs=placebos, baseline=model)
    random = measure_placebo(recipe, train, test, runs=placebos, baseline=model, relative=size)
    push = Push(*(root_mean_square(x.changes) for x in (truth, rounding, random)))
    return Case(learner, f"{recipe.epochs} epochs", model, train, test, truth, push)


def root_mean_square(values: Floats) -> float:
    """The root of the mean square.

    >>> root_mean_square(np.array([0.0, 0.0, 0.0, -2.0]))
    1.0
    """
    return float(np.sqrt((values**2).mean()))


def shrunk(data: Dataset, factor: int) -> Dataset:
    """Images with each block of factor x factor pixels replaced by its mean.

    >>> data = Dataset([[0.0, 1.0, 0.5, 0.5]], [0], ("a",), "tiny", (2, 2))
    >>> shrunk(data, 2).inputs.tolist()
    [[0.5]]
    """
    if factor == 1:
        return data
    height, width = (side // factor for side in data.shape)
    blocks = data.inputs.reshape(len(data), height, factor, width, factor)
    return data.with_inputs(blocks.mean(axis=(2, 4)), data.range)  # means of pixels are pixels
