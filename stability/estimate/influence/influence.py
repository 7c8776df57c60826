"""Influence functions: predicted changes of the loss, beside those that retraining measures.

Deleting example i moves the minimiser by about  (1/m) H^-1 grad loss(z_i), H the Hessian of the
regularised objective (Koh and Liang, ICML 2017); the loss at z then moves by its slope in that
direction. For a network that is not at a minimum of a convex objective this is a guess. So every
result here holds how far the guess is from retraining, on a sample of deletions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.estimate.exact.logistic import LogisticModel
from stability.estimate.influence.agreement import Agreement, agreement
from stability.estimate.influence.curvature import BLOCK, ROWS, Curvature, Problem
from stability.estimate.influence.layer_factors import loss_gradient_products
from stability.estimate.retraining.deletion import checked_range
from stability.estimate.retraining.measurement import DeletionMeasurement
from stability.training.forward_mode import directional, mapped
from stability.training.losses import clipped
from stability.training.model import Model
from stability.training.networks.factors.collect import warn_of_fallback
from stability.training.networks.last_layer import last_layer
from stability.training.networks.network import network_from
from stability.training.recipe import Recipe
from stability.training.start import refuse_weights
from stability.training.torch_settings import settings
from stability.training.variants import distinct_positions

Floats = NDArray[np.float64]


class TrueDeletions(Protocol):
    """Measured deletions: positions (k,) and changes (k, n_test), loss without minus loss with."""

    @property
    def indices(self) -> NDArray[np.int64]:
        """The deleted positions."""
        ...

    @property
    def changes(self) -> Floats:
        """Changes at the test points."""
        ...


@dataclass(frozen=True)
class LayerFactors:
    """No curvature: H = `scale` times the identity, so that only products of gradients count.

    The cheapest method: gradients of linear layers and convolutions are never formed, those of
    other layers are, and the result and a warning name them. The scale is a guess: see the slope
    of the agreement.
    """

    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class InfluenceMeasurement:
    """Predicted changes of the loss, and their `agreement` with true deletions on a sample.

    `indices` (b,), `changes` (b, n_test), `diagonal` (b,) and `training_maximum` (b,) as in
    `DeletionBlock`, so that it can be summarised like measured deletions; the loss is cut to
    [0, `loss_range`]: predicted loss, cut, minus loss, cut. `condition_number` of the damped
    curvature (NaN where none was computed); `iterations` of conjugate gradients. `fell_back`
    names the parameters for which layer factors do not serve (see `gradient_products`).
    Predictions: what follows from them is plug-in at best.
    """

    indices: NDArray[np.int64]
    changes: Floats
    diagonal: Floats
    training_maximum: Floats
    loss_range: float
    method: Curvature | LayerFactors
    condition_number: float
    iterations: int
    agreement: Agreement
    fell_back: tuple[str, ...] = ()


def measure_influence(
    model: Model,
    train: Dataset,
    test: Dataset,
    indices: NDArray[np.int64] | list[int] | range,
    truth: TrueDeletions,
    method: Curvature | LayerFactors,
    *,
    convention: Convention = Convention.NULL_STEP,
    loss_range: float | None = None,
) -> InfluenceMeasurement:
    """Predict the change of every test loss for each deletion, and compare with `truth`.

    `model` was trained on `train`. `truth` holds true deletions of some of the `indices`, of the
    same convention, at the same test points: from `measure_deletions` or `delete_logistic`.
    `method`: `ExactHessian`, `GaussNewton` or `LayerFactors`. With "retrain" the weights move by
    H^-1 (grad loss(z_i) + weight_decay w) / (m - 1). Computed in float64 on the CPU. `loss_range`
    has to be that of `truth`; by default the loss of a uniform guess, for both.

    Raises SetupError for positions that are repeated or outside the sample, for true deletions
    that are not among them, for another loss range or convention than theirs (where they tell it)
    and for a curvature that cannot be inverted.

    >>> from stability.datasets import load_digits
    >>> from stability.estimate import ExactHessian, measure_deletions
    >>> from stability.training import train_one
    >>> train, test = load_digits().split(100, seed=0)
    >>> recipe = Recipe(widths=(), step_size=0.5, epochs=60, batch_size=100, weight_decay=0.1)
    >>> truth = measure_deletions(recipe, train, test, [3, 50])
    >>> found = measure_influence(
    ...     train_one(recipe, train), train, test, range(100), truth, ExactHessian()
    ... )
    >>> found.changes.shape, found.agreement.pearson > 0.99
    ((100, 1697), True)
    """
    _require_objective(model)
    refuse_weights(train, "influence, training data")
    chosen = distinct_positions(np.asarray(indices), len(train))
    places = _places(truth.indices, chosen)
    limit = checked_range(model.recipe, train, test, loss_range)
    again = convention == Convention.RETRAIN
    if isinstance(truth, DeletionMeasurement):
        _require_alike(truth, limit, again)
    condition, iterations, fell_back = float("nan"), 0, ()
    if isinstance(method, LayerFactors):
        some, divisor = train.subset(chosen), (len(train) - again) * method.scale
        found = [loss_gradient_products(model, some, data) for data in (test, train)]
        products, fell_back = [one.values for one in found], found[0].fell_back
        warn_of_fallback(fell_back)
        if again and model.recipe.weight_decay:
            problem = _problem(model, train, "all")
            decay = problem.decay * problem.weights[None]
            products = [p + _slopes(problem, decay, data)
                        for p, data in zip(products, (test, train), strict=True)]  # fmt: skip
        on_test, on_training = (p / divisor for p in products)
    else:
        with settings(model.recipe):
            problem = _problem(model, train, method.layers)
            slopes, divisor = problem.gradients(chosen), len(train)
            if again:
                slopes, divisor = slopes + problem.decay * problem.weights, divisor - 1
            solution = method.solve(problem, slopes)
            directions = solution.directions / divisor
            on_test = _slopes(problem, directions, test)
            on_training = _slopes(problem, directions, train)
        condition, iterations = solution.condition_number, solution.iterations
    changes = _cut_change(model.losses(test), on_test, limit)
    moved = _cut_change(model.losses(train), on_training, limit)
    return InfluenceMeasurement(
        chosen, changes, moved[np.arange(len(chosen)), chosen], np.abs(moved).max(axis=1), limit,
        method, condition, iterations, agreement(changes[places], truth.changes), fell_back,
    )  # fmt: skip


def logistic_network(model: LogisticModel) -> Model:
    """A fitted logistic regression as a network without hidden layers and without bias."""
    classes, size = model.weights.shape
    recipe = Recipe(step_size=1.0, epochs=1, batch_size=1, weight_decay=model.regularization)
    network = network_from(nn.Linear(size, classes, bias=False, dtype=torch.float64), (size,))
    return Model(recipe, network, {"weight": torch.tensor(model.weights)})


def _problem(model: Model, train: Dataset, layers: str) -> Problem:
    """The model as a function of the weights of all layers or of the last one, in float64."""
    known = {name: p.detach().double().cpu() for name, p in model.parameters.items()}
    inputs = torch.tensor(train.inputs, dtype=torch.float64)
    names = list(known) if layers == "all" else last_layer(model.network, known, inputs)
    shapes = [known[name].shape for name in names]
    sizes = [known[name].numel() for name in names]

    def outputs(flat: Tensor, inputs: Tensor) -> Tensor:
        parts = zip(names, flat.split(sizes), shapes, strict=True)
        own = {name: part.reshape(shape) for name, part, shape in parts}
        return model.network.evaluate({**known, **own}, inputs)

    return Problem(
        outputs,
        torch.cat([known[name].reshape(-1) for name in names]),
        inputs,
        torch.tensor(train.labels),
        model.recipe.loss,
        model.recipe.weight_decay,
    )


def _require_objective(model: Model) -> None:
    """Raise SetupError for a training that minimises nothing that influence functions know."""
    if model.recipe.optimiser == "adamw" and model.recipe.weight_decay:
        raise SetupError(
            where="influence.model",
            found="a training by adamw with weight decay beside its steps",
            allowed="trainings that minimise the mean loss + weight_decay/2 |w|^2",
            remedy="Use optimiser = 'adam' or 'sgd', or measure deletions by retraining.",
        )


def _slopes(problem: Problem, directions: Tensor, data: Dataset) -> Floats:
    """Slope (k, n) of every loss in every direction (k, p)."""
    inputs = torch.tensor(data.inputs, dtype=torch.float64)
    labels = torch.tensor(data.labels)
    parts = []
    for x, y in zip(inputs.split(ROWS), labels.split(ROWS), strict=True):

        def one(v: Tensor, x: Tensor = x, y: Tensor = y) -> Tensor:
            return directional(lambda w: problem.losses(w, x, y), problem.weights, v)[1]

        parts.append(mapped(one, directions, chunk_size=BLOCK))
    return torch.cat(parts, dim=1).numpy()


def _cut_change(base: Floats, change: Floats, limit: float) -> Floats:
    return clipped(base + change, limit) - clipped(base, limit)


def _require_alike(truth: DeletionMeasurement, limit: float, again: bool) -> None:
    if truth.loss_range != limit:
        raise SetupError(
            where="influence.loss_range",
            found=limit,
            allowed=f"{truth.loss_range:g}, to which the losses of the true deletions were cut",
            remedy="Give both the same loss_range.",
        )
    if truth.convention is None or again != (truth.convention is Convention.RETRAIN):
        raise SetupError(
            where="influence.convention",
            found="retrain" if again else "null-step",
            allowed=f"what the true changes are: {truth.convention or 'no deletions'}",
            remedy="Give both the same convention.",
        )


def _places(positions: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    place = {int(position): k for k, position in enumerate(chosen)}
    missing = [int(i) for i in positions if int(i) not in place]
    if missing or not len(positions):
        raise SetupError(
            where="influence.truth",
            found=f"a true deletion of example {missing[0]}" if missing else "no true deletions",
            allowed="at least one true deletion, all of them among the indices predicted",
            remedy="Influence is reported beside true deletions: add their positions.",
        )
    return np.array([place[int(i)] for i in positions])
