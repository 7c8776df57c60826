"""Training in a plain loop of torch, one network at a time, and what a deletion changes."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn


class Unrepeatable(Exception):
    """A training that is not the same twice, or does not end in finite losses."""


@dataclass(frozen=True)
class Training:
    """The numbers of a run file that decide a training; data as arrays."""

    inputs: np.ndarray
    labels: np.ndarray
    test_inputs: np.ndarray
    test_labels: np.ndarray
    classes: int
    shape: tuple[int, ...]
    settings: Mapping[str, Any]
    convention: str

    def get(self, name: str, default: Any) -> Any:
        """A setting, or what the library takes if the file does not give it."""
        return self.settings.get(name, default)

    @property
    def dtype(self) -> torch.dtype:
        """The precision."""
        return getattr(torch, self.get("dtype", "float64"))


Factory = Callable[[tuple[int, ...], int], nn.Module]


def factory_of(file: Path, name: str) -> Factory:
    """The function of a user's file."""
    spec = importlib.util.spec_from_file_location("plain_loop_of_the_fuzzer", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def losses_of(training: Training, make: Factory, deleted: int | None) -> tuple[Any, Any]:
    """The losses (m,) and (n_test,) after training on all, or without one example."""
    torch.manual_seed(training.get("init_seed", 0))
    module = make(training.shape, training.classes)
    with torch.no_grad():  # gives lazy layers their sizes
        first = next(iter(module.parameters()), None)
        like = torch.float32 if first is None else first.dtype
        if any(isinstance(p, nn.parameter.UninitializedParameter) for p in module.parameters()):
            state = torch.get_rng_state()
            torch.manual_seed(training.get("init_seed", 0))
            module = make(training.shape, training.classes)
            module(torch.zeros(3, *training.shape, dtype=torch.float32))
            torch.set_rng_state(state)
    module = module.to(training.dtype)
    del like
    return _trained(training, module, deleted)


def _trained(training: Training, module: nn.Module, deleted: int | None) -> tuple[Any, Any]:
    inputs = torch.tensor(training.inputs, dtype=training.dtype).reshape(-1, *training.shape)
    labels = torch.tensor(training.labels)
    m, batch = len(labels), training.settings["batch_size"]
    size = m - (deleted is not None and training.convention == "retrain")
    optimiser, step = _optimiser(training, module), 0
    generator = np.random.default_rng(training.get("order_seed", 0))
    for _ in range(training.settings["epochs"]):
        order = generator.permutation(m)
        if size < m:
            order = order[order != deleted]
        for begin in range(0, size, batch):
            chosen = order[begin : begin + batch]
            _one_step(training, module, optimiser, inputs, labels, chosen, step, size, deleted)
            step += 1
    module.eval()
    with torch.no_grad():
        found = [
            _losses(training, module(torch.tensor(x, dtype=training.dtype).reshape(
                -1, *training.shape)), torch.tensor(y))
            for x, y in (
                (training.inputs, training.labels),
                (training.test_inputs, training.test_labels),
            )
        ]  # fmt: skip
    if not all(bool(torch.isfinite(part).all()) for part in found):
        raise Unrepeatable("losses that are not finite")
    return tuple(part.double().numpy() for part in found)


def _one_step(
    training: Training, module: nn.Module, optimiser: Any, inputs: Any, labels: Any,
    chosen: np.ndarray, step: int, size: int, deleted: int | None,
) -> None:  # fmt: skip
    seed = training.get("dropout_seed", None)
    if seed is not None:
        words = np.random.SeedSequence([seed, step]).generate_state(1, np.uint32)
        torch.manual_seed(int(words[0]))
    each = _losses(training, module(inputs[chosen].clone()), labels[chosen])
    kept = torch.tensor(chosen != deleted) if deleted is not None else torch.ones(len(chosen)) > 0
    loss = each[kept].sum() / len(chosen)
    optimiser.zero_grad()
    if loss.requires_grad:
        loss.backward()
    for parameter in module.parameters():
        if parameter.requires_grad and parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    for group in optimiser.param_groups:
        group["lr"] = _step_size(training, step, size)
    optimiser.step()


def _losses(training: Training, outputs: Any, labels: Any) -> Any:
    if training.get("loss", "cross-entropy") == "cross-entropy":
        return nn.functional.cross_entropy(outputs, labels, reduction="none")
    target = nn.functional.one_hot(labels, outputs.shape[-1]).to(outputs.dtype)
    return ((outputs - target) ** 2).sum(-1)


def _optimiser(training: Training, module: nn.Module) -> Any:
    wanted = [p for p in module.parameters() if p.requires_grad]
    rate, decay = training.settings["step_size"], training.get("weight_decay", 0.0)
    if training.get("optimiser", "sgd") == "adam":
        return torch.optim.Adam(wanted, lr=rate, weight_decay=decay)
    return torch.optim.SGD(
        wanted, lr=rate, momentum=training.get("momentum", 0.0), weight_decay=decay
    )


def _step_size(training: Training, step: int, size: int) -> float:
    per_epoch = math.ceil(size / training.settings["batch_size"])
    factor, schedule = 1.0, training.get("schedule", "constant")
    if schedule == "cosine":
        total = per_epoch * training.settings["epochs"]
        factor = (1.0 + math.cos(math.pi * step / total)) / 2.0
    elif schedule == "step":
        drops = (step // per_epoch) // training.get("decay_every", 10)
        factor = training.get("decay_factor", 0.1) ** drops
    return training.settings["step_size"] * factor


@dataclass(frozen=True)
class Changes:
    """What the plain loop finds: B, U, B1, D on the scale m |change|, and mean losses."""

    constants: Mapping[str, float]
    training_loss: float
    test_loss: float


def changes(training: Training, make: Factory, deleted: list[int], limit: float) -> Changes:
    """Train on all, and without each of these, and compare. Raises Unrepeatable."""
    base = _cut(losses_of(training, make, None), limit)
    again = _cut(losses_of(training, make, None), limit)
    if not all(np.array_equal(a, b) for a, b in zip(base, again, strict=True)):
        raise Unrepeatable("two trainings differ")
    rows, own, top = [], [], []
    for position in deleted:
        here = _cut(losses_of(training, make, position), limit)
        moved = [np.abs(a - b) for a, b in zip(here, base, strict=True)]
        rows.append(moved[1])
        own.append(moved[0][position])
        top.append(max(moved[0].max(), moved[1].max()))
    m = len(training.labels)
    table = m * np.array(rows)
    constants = {
        "B": float(table.mean(axis=1).max()),
        "U": float(m * max(top)),
        "B1": float(table.mean()),
        "D": float(m * np.mean(own)),
    }
    return Changes(constants, float(base[0].mean()), float(base[1].mean()))


def _cut(found: tuple[Any, Any], limit: float) -> tuple[Any, Any]:
    return np.clip(found[0], 0.0, limit), np.clip(found[1], 0.0, limit)
