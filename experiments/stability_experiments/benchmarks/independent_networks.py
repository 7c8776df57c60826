"""LeNets that learn drawn shapes apart, batch size 1: all at once, under vmap, and one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import process_time

import numpy as np
import torch

from stability.datasets.dataset import Dataset
from stability.datasets.shapes import split_shapes
from stability.runs.tasks.threads import on_one_thread
from stability.training.engines.vmapped import VmappedNetworks
from stability.training.independent.batched import train_independent
from stability.training.independent.settings import IndependentTraining
from stability.training.independent.single import train_trial
from stability.training.networks.architectures.lenet import LeNet
from stability.training.start import build_network, tensors

TRIALS, STEPS, ALONE = 50, 200, 3
COURSE = 10_000
"""The steps of a training, for which the speed of `steps` is told."""


def run(trials: int = TRIALS, steps: int = STEPS, alone: int = ALONE) -> Iterator[str]:
    """A line for each precision; `alone` trials are trained one by one."""
    train, _ = split_shapes(100, 1, seed=0)
    with on_one_thread():
        for dtype in ("float64", "float32"):
            training = IndependentTraining(
                network=LeNet(), step_size=0.005, steps=steps, trials=trials, dtype=dtype
            )
            train_independent(replace(training, steps=2, trials=2), train)  # what is done once
            start = process_time()
            found = train_independent(training, train).logits
            together = (process_time() - start) / trials
            start = process_time()
            single = [train_trial(training, train, k)[1] for k in range(alone)]
            each = (process_time() - start) / alone
            difference = max(float(np.abs(s - found[:, k]).max()) for k, s in enumerate(single))
            rates = [steps / COURSE / seconds for seconds in (together, each)]
            vmapped = _vmapped(training, train)
            yield (
                f"LeNet on drawn shapes, batch size 1, {dtype}, processor time: {rates[0]:.3f} "
                f"trainings of {COURSE:,} steps a second with {trials} at once, {rates[1]:.4f} one "
                f"by one; ratio {each / together:.1f} (under vmap {each / vmapped:.1f}); largest "
                f"difference of logits {difference:.1e}"
            )


def _vmapped(training: IndependentTraining, train: Dataset) -> float:
    """Seconds for a trial with the same steps by `torch.func.vmap` over all networks."""
    few = replace(training, steps=max(1, training.steps // 10))
    network = build_network(training.recipe, train.shape, len(train.classes))
    starts = [network.initial] * training.trials
    first = {name: torch.stack([start[name] for start in starts]) for name in network.initial}
    engine = VmappedNetworks(training.recipe, network, first)
    inputs, labels = tensors(training.recipe, train)
    share = torch.ones(1, dtype=inputs.dtype)
    drawn = [torch.tensor(few.draws(k, len(train))) for k in range(few.trials)]
    order = torch.stack(drawn, dim=1).unsqueeze(2)
    start = process_time()
    for index in order:
        engine.step(inputs[index], labels[index], share, training.step_size)
    return (process_time() - start) / few.trials * training.steps / few.steps
