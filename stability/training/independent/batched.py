"""All of the trainings at once, in chunks that fit a budget of memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.errors import SetupError
from stability.training.batched import models_per_chunk
from stability.training.engines.layers import perceptron_layers, pooled_layers
from stability.training.engines.stacked_convolutions import StackedConvolutions
from stability.training.engines.stacked_mlp import StackedPerceptrons
from stability.training.engines.vmapped import VmappedNetworks
from stability.training.independent.settings import IndependentTraining
from stability.training.networks.build import initial_weights
from stability.training.networks.network import Network, Parameters
from stability.training.observing import Observer
from stability.training.stack import MEMORY, Stack
from stability.training.start import build_network, refuse_weights, tensors
from stability.training.torch_settings import settings
from stability.training.variants import NOTHING, Variants

Engine = StackedConvolutions | StackedPerceptrons | VmappedNetworks

TOGETHER = 50
"""More networks at once are no faster: their weights no longer fit into the caches."""


@dataclass(frozen=True, eq=False)
class IndependentRecord:
    """What trainings recorded of the examples they drew, and their models at the end.

    `samples` (steps, trials): positions in the training data. `labels` (steps, trials): as used.
    `logits` (steps, trials, classes): of the drawn example, before the step on it. `parameters`
    (trials, ...): at the end.
    """

    samples: NDArray[np.int64]
    labels: NDArray[np.int64]
    logits: NDArray[np.float64]
    parameters: Parameters


def train_independent(
    training: IndependentTraining,
    train: Dataset,
    *,
    observe: Observer[Stack] | None = None,
    progress: Callable[[int, int], None] | None = None,
    memory_bytes: int = MEMORY,
) -> IndependentRecord:
    """Train all trials, many at a time; each is what `train_trial` makes of it, up to rounding.

    Networks of convolutions with ReLU and pooling (`pooled_layers`) and perceptrons are batched
    products; others are trained under vmap, which is slower. `observe` sees the trials of a chunk
    after chosen steps (see `Observer`). `progress(done, total)` counts steps of trials.

    Raises SetupError for a training that diverges (naming the trial and the step), for steps to
    observe that are not there and for a network that cannot be measured.

    >>> from stability.datasets import load_digits
    >>> from stability.training.networks.architectures.mlp import MultilayerPerceptron
    >>> network = MultilayerPerceptron(widths=(5,))
    >>> training = IndependentTraining(network=network, step_size=0.01, steps=3, trials=2)
    >>> train_independent(training, load_digits()).logits.shape
    (3, 2, 10)
    """
    recipe = training.recipe
    refuse_weights(train, "independent training")
    network = build_network(recipe, train.shape, len(train.classes))
    if observe is not None:
        observe.check(training.steps)
    samples = np.stack([training.draws(k, len(train)) for k in range(training.trials)], axis=1)
    logits = np.empty((*samples.shape, len(train.classes)))
    size = min(TOGETHER, models_per_chunk(recipe, network, train, memory_bytes, shared=False))
    parts = []
    for start in range(0, training.trials, size):
        trials = range(start, min(start + size, training.trials))

        def report(steps: int, before: int = start, count: int = len(trials)) -> None:
            if progress is not None:
                done = before * training.steps + count * steps
                progress(done, training.trials * training.steps)

        part = slice(trials.start, trials.stop)
        parts.append(
            _train(
                training, network, train, trials, samples[:, part], logits[:, part], observe, report
            )
        )
    parameters = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
    return IndependentRecord(samples, train.labels[samples], logits, parameters)


def _train(
    training: IndependentTraining,
    network: Network,
    train: Dataset,
    trials: range,
    samples: NDArray[np.int64],
    logits: NDArray[np.float64],
    observe: Observer[Stack] | None,
    report: Callable[[int], None],
) -> Parameters:
    """Train some of the trials, fill in their logits (steps, trials, classes)."""
    recipe, classes = training.recipe, len(train.classes)
    starts = [
        initial_weights(
            recipe.factory, network.shape, classes, seed=training.init_seed(k),
            dtype=getattr(torch, training.dtype),
        )
        for k in trials
    ]  # fmt: skip
    engine = _engine(training, network, {n: torch.stack([s[n] for s in starts]) for n in starts[0]})
    nothing = Variants(np.full(len(trials), NOTHING, dtype=np.int64))

    def state() -> Stack:
        own = {name: values.clone() for name, values in engine.parameters().items()}
        return Stack(recipe, network, nothing, own, first=trials.start)

    often = max(1, training.steps // 100)
    with settings(recipe), torch.no_grad():
        inputs, labels = tensors(recipe, train)
        share = torch.ones(1, dtype=inputs.dtype)
        drawn = torch.tensor(samples)
        for step in range(training.steps):
            if observe is not None:
                observe(step, state)
            index = drawn[step]
            found = engine.step(
                inputs[index].unsqueeze(1), labels[index].unsqueeze(1), share, training.step_size
            )
            logits[step] = found[:, 0].numpy()
            if (step + 1) % often == 0:
                _require_finite(logits[step + 1 - often : step + 1], trials, step + 1 - often)
                report(step + 1)
        if observe is not None:
            observe(training.steps, state)
    _require_finite(logits, trials, 0)
    return engine.parameters()


def _engine(training: IndependentTraining, network: Network, first: Parameters) -> Engine:
    recipe = training.recipe
    pooled = pooled_layers(network)
    if pooled is not None:
        return StackedConvolutions(recipe, pooled, network.shape, first)
    layers = perceptron_layers(network)
    if layers is not None:
        return StackedPerceptrons(recipe, layers, first, shared=False)
    return VmappedNetworks(recipe, network, first)


def _require_finite(logits: NDArray[np.float64], trials: range, before: int) -> None:
    bad = np.argwhere(~np.isfinite(logits).all(axis=2))
    if len(bad):
        step, place = (int(v) for v in bad[0])
        raise SetupError(
            where=f"trial {trials[place]}, step {before + step + 1}",
            found="logits that are not finite",
            allowed="a training that does not diverge",
            remedy="Use a smaller step_size.",
        )
