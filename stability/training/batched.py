"""Many deleted models at once: parameters stacked along a model axis, one product per layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.losses import cross_entropy
from stability.training.networks import Parameters, initial_parameters
from stability.training.recipe import Recipe, batch_order
from stability.training.single import check_positions, diverged, limited_threads, tensors

Progress = Callable[[int, int], None]
NOTHING = -1
"""In place of a position: the model from which nothing is deleted."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Trained models: `parameters` with a leading model axis K; `deleted` (K,), -1 for none."""

    deleted: NDArray[np.int64]
    parameters: Parameters
    threads: int = 1
    memory_bytes: int = 2**29

    def losses(self, data: Dataset) -> NDArray[np.float64]:
        """The cross-entropy (K, n) of each model at each example, not clipped."""
        weight = self.parameters["weight0"]
        inputs = torch.tensor(data.inputs, dtype=weight.dtype)
        labels = torch.tensor(data.labels)
        widest = sum(bias.shape[1] for name, bias in self.parameters.items() if "bias" in name)
        rows = max(1, self.memory_bytes // (4 * 8 * len(self.deleted) * widest))
        out = np.empty((len(self.deleted), len(data)))
        with limited_threads(self.threads), torch.no_grad():
            for start in range(0, len(data), rows):
                part = slice(start, start + rows)
                logits = stacked_forward(self.parameters, inputs[part])
                out[:, part] = cross_entropy(logits, labels[part]).to(torch.float64).numpy()
        return out

    def model(self, position: int) -> Parameters:
        """The parameters of one of the models."""
        return {name: values[position] for name, values in self.parameters.items()}


def train_batched(
    recipe: Recipe,
    train: Dataset,
    deleted: Sequence[int] | NDArray[np.int64],
    *,
    progress: Progress | None = None,
    memory_bytes: int = 2**29,
) -> Iterator[Stack]:
    """Train one model for each entry of `deleted`, many at a time.

    `deleted` (n,): positions in `train`, or -1 for the model on the full sample. Convention:
    null step, exactly as in `train_one`, with which every model agrees up to rounding.
    Models are trained in chunks, in the order given, that need about `memory_bytes`; each
    chunk is a `Stack`, handed over when it is trained. `progress(done, total)` counts
    model-epochs.

    Raises SetupError for a position outside the sample, for a budget that is not positive and
    for a model that diverges (naming step and deleted example).

    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(widths=(4,), step_size=0.5, epochs=3, batch_size=2)
    >>> [stack] = train_batched(recipe, data, [-1, 0, 1])
    >>> stack.losses(data).shape
    (3, 2)
    """
    positions = np.asarray(deleted, dtype=np.int64).reshape(-1)
    check_positions(positions[positions != NOTHING], len(train))
    if memory_bytes <= 0:
        raise SetupError(
            where="memory_bytes", found=memory_bytes, allowed="a number above 0", remedy=""
        )
    return _chunks(recipe, train, positions, progress, memory_bytes)


def models_per_chunk(
    recipe: Recipe, input_size: int, classes: int, batch_size: int, memory_bytes: int
) -> int:
    """How many models fit: values, gradients and temporaries of parameters and activations."""
    sizes = (input_size, *recipe.widths, classes)
    weights = sum((a + 1) * b for a, b in pairwise(sizes))
    numbers = 4 * weights + 6 * batch_size * sum(sizes[1:])
    return max(1, memory_bytes // (numbers * (8 if recipe.dtype == "float64" else 4)))


def stacked_forward(parameters: Parameters, inputs: Tensor) -> Tensor:
    """The logits (K, n, classes) of K perceptrons at the same inputs (n, d).

    The first layer is one plain product, because all models see the same inputs.
    """
    layers = len(parameters) // 2
    weight, bias = parameters["weight0"], parameters["bias0"]
    models, width, size = weight.shape
    flat = inputs @ weight.reshape(models * width, size).T
    values = flat.reshape(-1, models, width).transpose(0, 1) + bias.unsqueeze(1)
    for layer in range(1, layers):
        weight, bias = parameters[f"weight{layer}"], parameters[f"bias{layer}"]
        values = torch.baddbmm(bias.unsqueeze(1), torch.relu(values), weight.transpose(1, 2))
    return values


def _chunks(
    recipe: Recipe,
    train: Dataset,
    positions: NDArray[np.int64],
    progress: Progress | None,
    memory_bytes: int,
) -> Iterator[Stack]:
    total = len(positions) * recipe.epochs
    size = models_per_chunk(
        recipe,
        train.inputs.shape[1],
        len(train.classes),
        min(recipe.batch_size, len(train)),
        memory_bytes,
    )
    for start in range(0, len(positions), size):
        chunk = positions[start : start + size]

        def report(epoch: int, before: int = start, models: int = len(chunk)) -> None:
            if progress is not None:
                progress(before * recipe.epochs + models * epoch, total)

        yield Stack(chunk, _train(recipe, train, chunk, report), recipe.threads, memory_bytes)


def _train(
    recipe: Recipe, train: Dataset, chunk: NDArray[np.int64], report: Callable[[int], None]
) -> Parameters:
    inputs, labels = tensors(recipe, train)
    first = initial_parameters(recipe, inputs.shape[1], len(train.classes))
    stacked = {
        name: p.expand(len(chunk), *p.shape).clone().requires_grad_() for name, p in first.items()
    }
    leaves = list(stacked.values())
    deleted = torch.tensor(chunk).unsqueeze(1)
    steps_per_epoch = recipe.steps(len(train)) // recipe.epochs
    order = batch_order(len(train), recipe.batch_size, recipe.epochs, recipe.order_seed)
    with limited_threads(recipe.threads):
        for step, batch in enumerate(order):
            index = torch.tensor(batch)
            share = (index != deleted).to(inputs.dtype) / len(batch)
            losses = cross_entropy(stacked_forward(stacked, inputs[index]), labels[index])
            means = (losses * share).sum(dim=1)
            if not bool(torch.isfinite(means).all()):
                _raise_diverged(recipe, len(train), step, means.detach(), chunk)
            slopes = torch.autograd.grad(means.sum(), leaves)
            with torch.no_grad():
                for p, slope in zip(leaves, slopes, strict=True):
                    if recipe.weight_decay:
                        slope = slope + recipe.weight_decay * p
                    p -= recipe.step_size * slope
            if (step + 1) % steps_per_epoch == 0:
                report((step + 1) // steps_per_epoch)
    trained = {name: p.detach() for name, p in stacked.items()}
    flat = torch.cat([p.reshape(len(chunk), -1) for p in trained.values()], dim=1)
    sums = (flat * 0.0).sum(dim=1)  # NaN where a parameter is not finite
    if not bool(torch.isfinite(sums).all()):
        _raise_diverged(recipe, len(train), recipe.steps(len(train)) - 1, sums, chunk)
    return trained


def _raise_diverged(
    recipe: Recipe, sample_size: int, step: int, values: Tensor, chunk: NDArray[np.int64]
) -> None:
    which = int(torch.nonzero(~torch.isfinite(values))[0, 0])
    position = int(chunk[which])
    raise diverged(
        recipe, sample_size, step, float(values[which]), None if position == NOTHING else position
    )
