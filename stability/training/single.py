"""One model at a time, in the plainest way: the oracle for the batched training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.losses import cross_entropy
from stability.training.networks import Parameters, forward, initial_parameters
from stability.training.recipe import Recipe, batch_order


def train_one(recipe: Recipe, train: Dataset, deleted: int | None = None) -> Parameters:
    """Train one network; with `deleted`, leave out the gradient of that one example.

    Deletion convention: null step. Initial weights, order of the batches and the divisor of
    every batch stay what they are on the full sample; only the gradient of the deleted example
    is missing. Weight decay is kept, also when a batch holds nothing but the deleted example.

    Returns the parameters after the last step. Raises SetupError if `deleted` is no position
    of `train` or if the training diverges (it names the step).

    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(widths=(), step_size=0.5, epochs=3, batch_size=2)
    >>> parameters = train_one(recipe, data, deleted=1)
    >>> losses_of(parameters, data).round(3).tolist()
    [0.416, 1.332]
    """
    if deleted is not None:
        check_positions(np.array([deleted]), len(train))
    inputs, labels = tensors(recipe, train)
    parameters = initial_parameters(recipe, inputs.shape[1], len(train.classes))
    order = batch_order(len(train), recipe.batch_size, recipe.epochs, recipe.order_seed)
    with limited_threads(recipe.threads):
        for step, batch in enumerate(order):
            kept = [int(j) for j in batch if j != deleted]
            leaves = {name: p.detach().requires_grad_() for name, p in parameters.items()}
            losses = cross_entropy(forward(leaves, inputs[kept]), labels[kept])
            loss = losses.sum() / len(batch)  # the divisor counts the deleted example
            if not torch.isfinite(loss):
                raise diverged(recipe, len(train), step, float(loss.detach()), deleted)
            slopes = torch.autograd.grad(loss, list(leaves.values()))
            parameters = {
                name: p - recipe.step_size * (slope + recipe.weight_decay * p)
                for (name, p), slope in zip(parameters.items(), slopes, strict=True)
            }
    if not all(bool(torch.isfinite(p).all()) for p in parameters.values()):
        raise diverged(recipe, len(train), recipe.steps(len(train)) - 1, float("nan"), deleted)
    return parameters


def losses_of(parameters: Parameters, data: Dataset) -> NDArray[np.float64]:
    """The cross-entropy (n,) of a trained network at every example of `data`, not clipped."""
    inputs = torch.tensor(data.inputs, dtype=parameters["weight0"].dtype)
    losses = cross_entropy(forward(parameters, inputs), torch.tensor(data.labels))
    return losses.to(torch.float64).numpy()


def check_repeatable(recipe: Recipe, train: Dataset) -> Parameters:
    """Train twice and compare bit for bit; return the parameters.

    Raises SetupError if the two runs differ: then a change of the loss would mix the effect of
    a deletion with that of chance, and no constant measured would mean anything.
    """
    first, second = train_one(recipe, train), train_one(recipe, train)
    for name, values in first.items():
        if not torch.equal(values, second[name]):
            largest = float((values - second[name]).abs().max())
            raise SetupError(
                where=f"training twice with the same recipe, {name}",
                found=f"parameters that differ by up to {largest:.3g}",
                allowed="bit-identical parameters",
                remedy="Set threads = 1 and use a deterministic device.",
            )
    return first


def tensors(recipe: Recipe, data: Dataset) -> tuple[Tensor, Tensor]:
    """Inputs (n, d) in the recipe's precision and labels (n,) as tensors (copies)."""
    inputs = torch.tensor(data.inputs, dtype=getattr(torch, recipe.dtype))
    return inputs, torch.tensor(data.labels)


def check_positions(deleted: NDArray[np.int64], sample_size: int) -> None:
    """Raise SetupError unless all entries are positions of a sample of this size."""
    outside = deleted[(deleted < 0) | (deleted >= sample_size)]
    if outside.size:
        raise SetupError(
            where="deletion.indices",
            found=int(outside[0]),
            allowed=f"positions from 0 to {sample_size - 1}",
            remedy="Count from the start of the training part.",
        )


def diverged(
    recipe: Recipe, sample_size: int, step: int, loss: float, deleted: int | None
) -> SetupError:
    """The error for a training that left the finite numbers at `step` (counted from 0)."""
    steps = recipe.steps(sample_size)
    epoch = step // (steps // recipe.epochs) + 1
    which = "" if deleted is None else f" without example {deleted}"
    return SetupError(
        where=f"training{which}, step {step + 1} of {steps} (epoch {epoch})",
        found=f"a loss of {loss}",
        allowed="a finite loss at every step",
        remedy=f"Use a step_size below {recipe.step_size:g}.",
    )


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads inside the block and restore its number afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
