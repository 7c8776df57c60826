"""One model at a time, in the plainest way: the oracle for the training of many."""

from __future__ import annotations

import numpy as np
import torch

from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.divergence import largest_mean_loss, refuse_exploded
from stability.training.engines.optimisers import Optimiser
from stability.training.engines.vmapped import gradients
from stability.training.losses import losses, training_loss
from stability.training.model import Model
from stability.training.networks.guarded import outputs_of
from stability.training.networks.initial import perturbed
from stability.training.networks.network import Parameters
from stability.training.networks.probe import EXAMPLES, check_trained
from stability.training.observing import Observer
from stability.training.own_loss import check_own_loss
from stability.training.recipe import Recipe, epoch_orders
from stability.training.start import classes_of, network_for, tensors, weights_of
from stability.training.torch_settings import check_available, masks, settings
from stability.training.variants import NOTHING, Variants, check_positions, whole_positions


def train_one(
    recipe: Recipe,
    train: Dataset,
    deleted: int | None = None,
    *,
    convention: Convention = Convention.NULL_STEP,
    start: Parameters | None = None,
    observe: Observer[Model] | None = None,
) -> Model:
    """Train one network; with `deleted`, leave out that one example.

    `convention`: "null-step" (default) leaves out its gradient and nothing else; "retrain" trains
    on the others, in the same order, batches filled again (see `Variants`). `start`: other initial
    weights. `observe` sees the model after chosen steps (see `Observer`).

    Raises SetupError if `deleted` is no position of `train`, for a network that cannot be
    measured, or if the training diverges (it names the step).

    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(widths=(), step_size=0.5, epochs=3, batch_size=2)
    >>> train_one(recipe, data, deleted=1).losses(data).round(3).tolist()
    [0.416, 1.332]
    """
    if deleted is not None:
        check_positions(whole_positions([deleted]), len(train))
    check_available(recipe.device, "recipe.device")
    network = network_for(recipe, train)
    again = convention == Convention.RETRAIN and deleted is not None
    size, step = len(train) - again, 0
    if observe is not None:
        observe.check(recipe.steps(size))
    with settings(recipe):
        inputs, truth = tensors(recipe, train)
        weights = weights_of(recipe, train)
        first = network.initial if start is None else start
        module = network.alone({name: p.to(recipe.device) for name, p in first.items()})
        parameters = {name: p for name, p in module.named_parameters() if p.requires_grad}

        def state() -> Model:
            own = {name: p.detach().clone() for name, p in parameters.items()}
            return Model(recipe, network, own)

        optimiser = Optimiser(recipe)
        if observe is not None:
            observe(0, state)
        for order in epoch_orders(len(train), recipe.epochs, recipe.order_seed):
            if again:
                order = order[order != deleted]
            for begin in range(0, len(order), recipe.batch_size):
                batch = order[begin : begin + recipe.batch_size]
                kept = batch != deleted
                with masks(recipe, step, network.random):
                    outputs = outputs_of(module, inputs[batch].reshape(-1, *network.shape))
                each = losses(recipe.loss, outputs, truth[batch])
                each = each if weights is None else each * weights[batch]
                each = each if kept.all() else each[torch.tensor(kept)]
                loss = each.sum() / len(batch)  # the divisor counts the deleted example
                if not torch.isfinite(loss):
                    raise diverged(recipe, size, step, float(loss.detach()), deleted)
                slopes = gradients(loss, parameters)
                optimiser.step(parameters, slopes, recipe.step_size_at(step, size))
                step += 1
                if observe is not None:
                    observe(step, state)
    trained = {name: p.detach() for name, p in parameters.items()}
    if not all(bool(torch.isfinite(p).all()) for p in trained.values()):
        raise diverged(recipe, size, step - 1, float("nan"), deleted)
    return Model(recipe, network, trained)


def train_variant(
    recipe: Recipe,
    train: Dataset,
    variants: Variants,
    place: int,
    *,
    observe: Observer[Model] | None = None,
) -> Model:
    """The training at one place of `variants`, alone.

    >>> from stability.training.variants import deletions
    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(widths=(), step_size=0.5, epochs=3, batch_size=2)
    >>> model = train_variant(recipe, data, deletions([0, 1], 2), 1)
    >>> model.losses(data).round(3).tolist()
    [0.416, 1.332]
    """
    changed, by = int(variants.changed[place]), variants.replacements
    start = None
    if variants.seeds is not None and variants.seeds[place] != NOTHING:
        network = network_for(recipe, train)
        start = perturbed(network.initial, variants.relative, int(variants.seeds[place]))
    if by is None:
        deleted = None if changed == NOTHING else changed
        return train_one(
            recipe, train, deleted, convention=variants.convention, start=start, observe=observe
        )
    other = train.exchanged([changed], by.subset([place]))
    return train_one(recipe, other, start=start, observe=observe)


def check_repeatable(recipe: Recipe, train: Dataset) -> Model:
    """Train twice and return the model, if both runs give the same bits and it can be measured.

    Raises SetupError if the two runs differ: then a change of the loss would mix the effect of
    a deletion with that of chance, and no constant measured would mean anything. Also for a model
    that has diverged (`divergence`), and for a module that, at the trained weights and on examples
    of the data, mixes examples or keeps a memory (`networks.probe`).
    """
    first, second = train_one(recipe, train), train_one(recipe, train)
    for name, values in first.parameters.items():
        other = second.parameters[name]
        if not torch.equal(values, other):
            largest = float((values - other).abs().max())
            raise SetupError(
                where=f"training twice with the same recipe, {name}",
                found=f"parameters that differ by up to {largest:.3g}",
                allowed="bit-identical parameters",
                remedy="Take chance out of the network (random numbers without a seed), set "
                "threads = 1, use a deterministic device.",
            )
    refuse_exploded(recipe, first.losses(train), largest_mean_loss(recipe, train))
    with settings(recipe):
        inputs, truth = tensors(recipe, train.subset(np.arange(min(len(train), EXAMPLES))))
        outputs = training_loss(recipe.loss, not train.has_labels).outputs(classes_of(train))
        check_trained(first.network, first.parameters, inputs, outputs)
        if callable(recipe.loss):
            with torch.no_grad():
                found = first.network.evaluate(first.parameters, inputs)
            check_own_loss(recipe.loss, found, truth)
    return first


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
