"""Many trainings at once, in chunks that fit a budget of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stability.conventions import Convention
from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.engines.layers import perceptron_layers
from stability.training.engines.stacked_mlp import StackedPerceptrons
from stability.training.engines.vmapped import VmappedNetworks, saved_bytes
from stability.training.losses import losses
from stability.training.model import Model
from stability.training.networks.initial import perturbed
from stability.training.networks.network import Network, Parameters
from stability.training.observing import Observer
from stability.training.recipe import Recipe
from stability.training.single import diverged, train_variant
from stability.training.stack import MEMORY, Stack
from stability.training.start import network_for, tensors, weights_of
from stability.training.torch_settings import check_available, masks, settings
from stability.training.variants import NOTHING, Variants, batches, deletions

Progress = Callable[[int, int], None]
Engine = StackedPerceptrons | VmappedNetworks


def train_batched(
    recipe: Recipe,
    train: Dataset,
    deleted: Sequence[int] | NDArray[np.int64],
    *,
    convention: Convention = Convention.NULL_STEP,
    progress: Progress | None = None,
    memory_bytes: int = MEMORY,
    observe: Observer[Stack] | None = None,
) -> Iterator[Stack]:
    """Train one model for each entry of `deleted`, many at a time.

    `deleted` (n,): positions in `train`, or -1 for the model on the full sample (null step only).
    Every model agrees with that of `train_one` up to rounding. See `train_variants`.

    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(widths=(4,), step_size=0.5, epochs=3, batch_size=2)
    >>> [stack] = train_batched(recipe, data, [-1, 0, 1])
    >>> stack.losses(data).shape
    (3, 2)
    """
    variants = deletions(deleted, len(train), convention)
    return train_variants(
        recipe, train, variants, progress=progress, memory_bytes=memory_bytes, observe=observe
    )


def train_variants(
    recipe: Recipe,
    train: Dataset,
    variants: Variants,
    *,
    progress: Progress | None = None,
    memory_bytes: int = MEMORY,
    observe: Observer[Stack] | None = None,
) -> Iterator[Stack]:
    """Train one model for each variant, many at a time.

    Models are trained in chunks, in the order given, that need about `memory_bytes`; each
    chunk is a `Stack`, handed over when it is trained. With `together` false in the recipe a chunk
    is one model, trained as `train_variant` does. `progress(done, total)` counts model-epochs.
    `observe` sees the chunk after chosen steps (see `Observer`).

    Raises SetupError for a network that cannot be measured, for a budget that is not positive,
    for steps to observe that are not there and for a model that diverges (naming step and deleted
    example).
    """
    if memory_bytes <= 0:
        raise SetupError(
            where="memory_bytes", found=memory_bytes, allowed="a number above 0", remedy=""
        )
    check_available(recipe.device, "recipe.device")
    network = network_for(recipe, train)
    if observe is not None:
        observe.check(recipe.steps(variants.trained_on(len(train))))
    if recipe.together is False:
        return _alone(recipe, train, variants, progress, memory_bytes, observe)
    return _chunks(recipe, network, train, variants, progress, memory_bytes, observe)


def models_per_chunk(
    recipe: Recipe, network: Network, train: Dataset, memory_bytes: int, shared: bool = True
) -> int:
    """How many models fit: weights, gradients, averages, and a few times what a gradient needs.

    If batches are not `shared`, as when each model trains on other examples, every model also has
    its own copy of the inputs of a batch; perceptrons join them to a column of ones, once more.
    """
    size = min(recipe.batch_size, len(train))
    inputs, labels = tensors(recipe, train.subset(np.arange(size)))
    on_host = {n: p.to(recipe.device) for n, p in network.initial.items()}
    weights = sum(p.numel() * p.element_size() for p in on_host.values())
    averages = 2 if recipe.optimiser != "sgd" else int(recipe.momentum > 0)
    activations = saved_bytes(replace(network, initial=on_host), recipe, inputs, labels)
    perceptrons = perceptron_layers(network) is not None
    own = 0 if shared else inputs.numel() * inputs.element_size() * (1 + perceptrons)
    working = activations * (2 if perceptrons else 4)  # vmap keeps more, seen in measurements
    return max(1, memory_bytes // ((3 + averages) * weights + working + own))


def _chunks(
    recipe: Recipe,
    network: Network,
    train: Dataset,
    variants: Variants,
    progress: Progress | None,
    memory_bytes: int,
    observe: Observer[Stack] | None,
) -> Iterator[Stack]:
    total = len(variants) * recipe.epochs
    size = models_per_chunk(recipe, network, train, memory_bytes, _share_batches(variants))
    for start in range(0, len(variants), size):
        part = variants.part(start, start + size)

        def report(epoch: int, before: int = start, models: int = len(part)) -> None:
            if progress is not None:
                progress(before * recipe.epochs + models * epoch, total)

        def observed(step: int, engine: Engine, part: Variants = part, first: int = start) -> None:
            def state() -> Stack:
                own = {name: values.clone() for name, values in engine.parameters().items()}
                return Stack(recipe, network, part, own, memory_bytes, first)

            if observe is not None:
                observe(step, state)

        parameters = _train(recipe, network, train, part, report, observed)
        yield Stack(recipe, network, part, parameters, memory_bytes, start)


def _alone(
    recipe: Recipe,
    train: Dataset,
    variants: Variants,
    progress: Progress | None,
    memory_bytes: int,
    observe: Observer[Stack] | None,
) -> Iterator[Stack]:
    """The trainings one after the other, each a stack of one."""
    for place in range(len(variants)):
        part = variants.part(place, place + 1)

        def stack(model: Model, part: Variants = part, place: int = place) -> Stack:
            own = {name: values[None] for name, values in model.parameters.items()}
            return Stack(recipe, model.network, part, own, memory_bytes, place)

        seen = None
        if observe is not None:

            def look(
                step: int,
                model: Model,
                told: Callable[[int, Stack], object] = observe.look,
                stack: Callable[[Model], Stack] = stack,
            ) -> None:
                told(step, stack(model))

            seen = Observer(observe.steps, look)
        model = train_variant(recipe, train, part, 0, observe=seen)
        if progress is not None:
            progress((place + 1) * recipe.epochs, len(variants) * recipe.epochs)
        yield stack(model)


def _train(
    recipe: Recipe,
    network: Network,
    train: Dataset,
    variants: Variants,
    report: Callable[[int], None],
    observed: Callable[[int, Engine], None],
) -> Parameters:
    inputs, labels = tensors(recipe, train)
    if variants.replacements is not None:
        more, names = tensors(recipe, variants.replacements)
        inputs, labels = torch.cat([inputs, more]), torch.cat([labels, names])
    weights = _weights(recipe, train, variants)
    first = _stacked_start(recipe, network, variants)
    # Layers that are stacked hold many models in one matrix, which has no norm for each of them.
    layers = None if recipe.clip_norm is not None else perceptron_layers(network)
    engine: Engine = (
        VmappedNetworks(recipe, network, first)
        if layers is None
        else StackedPerceptrons(recipe, layers, first, _share_batches(variants))
    )
    del first
    size = variants.trained_on(len(train))
    epoch = recipe.steps_per_epoch(size)
    with settings(recipe), torch.no_grad():
        observed(0, engine)
        for step, batch in enumerate(batches(recipe, len(train), variants)):
            index = torch.tensor(batch.index, device=inputs.device)
            share = torch.tensor(batch.share, dtype=inputs.dtype, device=inputs.device)
            share = share if weights is None else share * weights[index]
            named = labels[index]
            with masks(recipe, step, network.random):
                outputs = engine.step(inputs[index], named, share, recipe.step_size_at(step, size))
            signs = outputs if recipe.loss == "cross-entropy" else outputs.square()
            if not bool(torch.isfinite(signs.sum())):  # cheap; the losses are looked at then
                found = losses(recipe.loss, outputs, named)
                means = torch.where(share > 0, found, 0.0).expand(len(variants), -1).sum(dim=1)
                _refuse_divergence(recipe, size, step, means, variants)
            observed(step + 1, engine)
            if (step + 1) % epoch == 0:
                report((step + 1) // epoch)
        trained = engine.parameters()
        sums = sum((p.reshape(len(variants), -1) * 0.0).sum(dim=1) for p in trained.values())
        _refuse_divergence(recipe, size, recipe.steps(size) - 1, torch.as_tensor(sums), variants)
    return trained


def _weights(recipe: Recipe, train: Dataset, variants: Variants) -> Tensor | None:
    """The weights of all examples, and then of the replacements; None if all are 1."""
    found = weights_of(recipe, train)
    if found is None or variants.replacements is None:
        return found
    more = weights_of(recipe, variants.replacements)
    assert more is not None  # `replacements` asks for them
    return torch.cat([found, more])


def _share_batches(variants: Variants) -> bool:
    """Whether all models see the same examples at every step."""
    return variants.convention is not Convention.RETRAIN and variants.replacements is None


def _stacked_start(recipe: Recipe, network: Network, variants: Variants) -> Parameters:
    initial = {name: p.to(recipe.device) for name, p in network.initial.items()}
    if variants.seeds is None:
        return {name: p.expand(len(variants), *p.shape) for name, p in initial.items()}
    starts = [
        initial if seed == NOTHING else perturbed(initial, variants.relative, int(seed))
        for seed in variants.seeds
    ]
    return {name: torch.stack([start[name] for start in starts]) for name in initial}


def _refuse_divergence(
    recipe: Recipe, sample_size: int, step: int, values: Tensor, variants: Variants
) -> None:
    bad = torch.nonzero(~torch.isfinite(values))
    if len(bad):
        which = int(bad[0, 0])
        position = int(variants.changed[which])
        raise diverged(
            recipe,
            sample_size,
            step,
            float(values[which]),
            None if position == NOTHING else position,
        )
