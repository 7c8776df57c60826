"""One step of SGD with momentum, Adam or AdamW, in place, for any number of stacked models.

The rules are those of `torch.optim`, as functions: its classes compile parts of torch on first use,
which takes longer than many a training here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.sgd import sgd

from stability.training.recipe import Recipe


class Optimiser:
    """Changes parameters in place by their gradients, and keeps the averages between steps.

    `torch.optim.SGD` (no dampening, no Nesterov), `Adam` or `AdamW` with their defaults. They are
    elementwise: one model or many make no difference. Gradients are cut to a norm before, as
    `torch.nn.utils.clip_grad_norm_` does, those of `stacked` models (K, ...) each by themselves.

    >>> w = {"w": torch.ones(1)}
    >>> Optimiser(Recipe(step_size=0.5, epochs=1, batch_size=1)).step(w, {"w": torch.ones(1)}, 0.5)
    >>> w["w"].item()
    0.5
    """

    def __init__(self, recipe: Recipe, stacked: bool = False) -> None:
        self.recipe, self.stacked = recipe, stacked
        self._velocities: list[Tensor | None] = []
        self._first: list[Tensor] = []
        self._second: list[Tensor] = []
        self._counts: list[Tensor] = []

    def step(
        self, parameters: Mapping[str, Tensor], slopes: Mapping[str, Tensor], step_size: float
    ) -> None:
        """One step of the given size. The gradients may be overwritten."""
        values = list(parameters.values())
        gradients = [slopes[name] for name in parameters]
        decay = self.recipe.weight_decay
        with torch.no_grad():
            if self.recipe.clip_norm is not None:
                models = zip(*gradients, strict=True) if self.stacked else [gradients]
                for own in models:
                    clip(own, self.recipe.clip_norm)
            if self.recipe.optimiser != "sgd":
                self._adam(values, gradients, step_size, decay)
                return
            self._velocities = self._velocities or [None] * len(values)
            sgd(
                values, gradients, self._velocities, foreach=False, weight_decay=decay,
                momentum=self.recipe.momentum, lr=step_size, dampening=0.0, nesterov=False,
                maximize=False,
            )  # fmt: skip

    def _adam(
        self, values: list[Tensor], gradients: list[Tensor], step_size: float, decay: float
    ) -> None:
        if not self._counts:
            self._first = [torch.zeros_like(value) for value in values]
            self._second = [torch.zeros_like(value) for value in values]
            self._counts = [torch.tensor(0.0) for _ in values]
        adam(
            values, gradients, self._first, self._second, [], self._counts, foreach=False,
            amsgrad=False, beta1=0.9, beta2=0.999, lr=step_size, weight_decay=decay, eps=1e-8,
            maximize=False, decoupled_weight_decay=self.recipe.optimiser == "adamw",
        )  # fmt: skip


def clip(gradients: Sequence[Tensor], largest: float) -> None:
    """Cut the gradients of one model, all together, to a norm, in place.

    >>> slopes = [torch.tensor([3.0]), torch.tensor([4.0])]
    >>> clip(slopes, 1.0)
    >>> [round(s.item(), 4) for s in slopes]
    [0.6, 0.8]
    """
    norms = [torch.linalg.vector_norm(slope) for slope in gradients]
    total = torch.linalg.vector_norm(torch.stack(norms))
    factor = torch.clamp(largest / (total + 1e-6), max=1.0)
    for slope in gradients:
        slope.mul_(factor)
