"""Networks on synthetic manifolds: trained as He and Su (2020) did, with the kernel beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.manifolds import ManifoldSample, manifold
from stability.elasticity.formulas import activation_cosines
from stability.elasticity.similarity import relative
from stability.elasticity.step_limits import step_limit
from stability.kernels.empirical import EmpiricalKernel
from stability.training.model import Model
from stability.training.networks.architectures.mlp import MultilayerPerceptron
from stability.training.recipe import Recipe
from stability.training.single import train_one
from stability.training.start import build_network
from stability_experiments.common.elasticity_numbers import pearson
from stability_experiments.framework.context import Arrays, Stages

Floats = NDArray[np.float64]
PER_CLASS = 50
"""Points of each class, as published."""

EPOCHS = 20_000
"""Full-batch steps, as published."""

PUBLISHED_STEP = 1e-5
PUBLISHED_WIDTHS = {"boxes": (8192, 8192)}
TORUS_WIDTH = (40_960,)
"""The published hidden layers: of every other manifold but the boxes."""

WORDS = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh", "identity": "linear"}


def published_widths(name: str) -> tuple[int, ...]:
    """The hidden layers of the paper's network for a manifold."""
    return PUBLISHED_WIDTHS.get(name, TORUS_WIDTH)


@dataclass(frozen=True)
class Net:
    """A network on a manifold: one output, squared loss, full-batch descent; 0 epochs: untrained.

    Step size times width is that of the paper (1e-5 at its width), so that the outputs move as far
    in a step at any width: the kernel grows with the width. With `of_limit` the step size is that
    share of 2/lambda_max at the start instead.
    """

    manifold: str
    activation: str
    widths: tuple[int, ...]
    epochs: int = 0
    dtype: str = "float64"
    of_limit: float | None = None

    def __str__(self) -> str:
        return f"{self.manifold}, {WORDS[self.activation]}, width {'-'.join(map(str, self.widths))}"

    @property
    def short(self) -> str:
        """Without the width."""
        return f"{self.manifold}, {WORDS[self.activation]}"

    @property
    def published_size(self) -> bool:
        """Whether width and epochs are those of the paper."""
        return self.widths == published_widths(self.manifold) and self.epochs == EPOCHS

    def place(self, seed: int) -> str:
        """The name of a folder for what belongs to one seed."""
        widths = "-".join(map(str, self.widths))
        name = f"{self.manifold}-{self.activation}-{widths}"
        step = "" if self.of_limit is None else f"-{self.of_limit:g}-of-limit"
        return f"{name}-{self.epochs}-{self.dtype}{step}/seed-{seed}"

    def recipe(self, seed: int) -> Recipe:
        """How it is trained, with the step size of the paper."""
        wide = published_widths(self.manifold)[0]
        return Recipe(
            network=MultilayerPerceptron(widths=self.widths, activation=self.activation),
            step_size=PUBLISHED_STEP * wide / self.widths[0],
            epochs=max(1, self.epochs),
            batch_size=2 * PER_CLASS,
            loss="binary-squared",
            init_seed=seed,
            order_seed=seed,
            dtype=self.dtype,
        )


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen of one network with one seed: kernels (n, n) of the blue points and more."""

    net: Net
    seed: int
    arrays: Arrays

    def kernel(self, trained: bool) -> Floats:
        """The tangent kernel (n, n) before or after training."""
        return self.arrays["kernel_after" if trained else "kernel_before"]

    def similarity(self, trained: bool) -> Floats:
        """The relative similarity (n, n)."""
        return relative(self.kernel(trained))

    def signed(self, trained: bool) -> Floats:
        """K(x, x') / K(x, x): negative where a step at x moves x' the other way."""
        K = self.kernel(trained)
        return K / np.diagonal(K)[:, None]

    @cached_property
    def distances(self) -> Floats:
        """Along the manifold (n, n)."""
        return self.arrays["distances"]

    def correlation(self, trained: bool, *, self_pairs: bool = True) -> float:
        """Of relative similarity and distance along the manifold."""
        return pearson(self.similarity(trained), self.distances, self_pairs=self_pairs)

    def signed_correlation(self, trained: bool) -> float:
        """The same with the sign of the change kept."""
        return pearson(self.signed(trained), self.distances)

    def number(self, name: str) -> float:
        """One of the numbers "accuracy", "loss", "step size", "steps over the limit"."""
        return float(self.arrays[name])


def measured(net: Net, seed: int, stages: Stages, patterns: bool = False) -> Seen:
    """One network and one seed, computed only if it is not stored.

    `patterns`: also the cosines of the first hidden layer's active neurons, for all points.
    """
    name = net.place(seed) + ("-patterns" if patterns else "")
    return Seen(net, seed, stages.cached(name, lambda: _measure(net, seed, patterns)))


def _measure(net: Net, seed: int, patterns: bool) -> dict[str, ArrayLike]:
    sample = manifold(net.manifold).sample(PER_CLASS, seed)
    recipe = net.recipe(seed)
    network = build_network(recipe, sample.data.shape, 2)
    start = Model(recipe, network, dict(network.initial))
    before = EmpiricalKernel.of(start)
    blue = sample.data.inputs[sample.blue]
    limit = step_limit(before, sample.data.inputs, recipe.loss)
    if net.of_limit is not None:
        recipe = replace(recipe, step_size=net.of_limit * limit)
    found: dict[str, ArrayLike] = {
        "distances": sample.distances(),
        "kernel_before": before.matrix(blue),
        "step size": recipe.step_size,
        "steps over the limit": recipe.step_size / limit,
    }
    if net.epochs:
        model = train_one(recipe, sample.data)
        after, outputs = EmpiricalKernel.of(model), model.outputs(sample.data)[:, 0]
        moved, size = (
            np.sqrt(sum(float(((p - q).double() ** 2).sum()) for p, q in pairs))
            for pairs in (
                [(model.parameters[n], p) for n, p in network.initial.items()],
                [(p, 0 * p) for p in network.initial.values()],
            )
        )
        found |= {
            "kernel_after": after.matrix(blue),
            "accuracy": ((outputs > 0.5) == (sample.data.labels == 1)).mean(),
            "loss": model.losses(sample.data).mean(),
            "weights moved": moved / size,
        }
        if patterns:
            found |= _patterns(model, sample)
    return found


def _patterns(model: Model, sample: ManifoldSample) -> dict[str, ArrayLike]:
    points = np.asarray(sample.data.inputs)
    weights, biases = (model.parameters[f"linear0.{n}"].double() for n in ("weight", "bias"))
    gaps = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    cosines = activation_cosines(weights.numpy(), biases.numpy(), points)
    return {"cosines": cosines, "euclidean": gaps}
