"""One step of SGD with momentum or of Adam, in place, for any number of stacked models.

Everything is elementwise: the same lines serve one model and many.
"""

from __future__ import annotations

import torch
from torch import Tensor

from stability.training.recipe import Recipe

ADAM = (0.9, 0.999)
ADAM_EPSILON = 1e-8


class Optimiser:
    """Changes parameters in place by their gradients, and keeps the averages between steps.

    Momentum and Adam as in `torch.optim.SGD` (no dampening, no Nesterov) and `torch.optim.Adam`;
    weight decay is added to the gradient.

    >>> w = {"w": torch.ones(1)}
    >>> Optimiser(Recipe(step_size=0.5, epochs=1, batch_size=1)).step(w, {"w": torch.ones(1)}, 0.5)
    >>> w["w"].item()
    0.5
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.steps = 0
        self._first: dict[str, Tensor] = {}
        self._second: dict[str, Tensor] = {}

    def step(
        self, parameters: dict[str, Tensor], slopes: dict[str, Tensor], step_size: float
    ) -> None:
        """One step of the given size. The gradients may be overwritten."""
        self.steps += 1
        with torch.no_grad():
            for name, value in parameters.items():
                slope = slopes[name]
                if self.recipe.weight_decay:
                    slope = slope.add(value, alpha=self.recipe.weight_decay)
                if self.recipe.optimiser == "adam":
                    self._adam(name, value, slope, step_size)
                else:
                    self._sgd(name, value, slope, step_size)

    def _sgd(self, name: str, value: Tensor, slope: Tensor, step_size: float) -> None:
        if self.recipe.momentum:
            if name not in self._first:
                self._first[name] = torch.zeros_like(value)
            slope = self._first[name].mul_(self.recipe.momentum).add_(slope)
        value.sub_(slope, alpha=step_size)

    def _adam(self, name: str, value: Tensor, slope: Tensor, step_size: float) -> None:
        if name not in self._first:
            self._first[name] = torch.zeros_like(value)
            self._second[name] = torch.zeros_like(value)
        a, b = ADAM
        first = self._first[name].lerp_(slope, 1.0 - a)
        second = self._second[name].mul_(b).addcmul_(slope, slope, value=1.0 - b)
        root = (second / (1.0 - b**self.steps)).sqrt_().add_(ADAM_EPSILON)
        value.addcdiv_(first, root, value=-step_size / (1.0 - a**self.steps))
