"""Watching a training: calling a function after chosen steps, and keeping what it returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import index
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from stability.errors import SetupError
from stability.training.model import Model
from stability.training.stack import Stack

State = TypeVar("State", bound=Model | Stack)


class Observer(Generic[State]):
    """Calls `look(step, state)` after each of the `steps`, 0 before the first one.

    `state` is what the training would give if it ended there, a `Model` (`train_one`) or a `Stack`
    (`train_batched`, `train_variants`), with parameters of its own. Many models are trained in
    chunks, each chunk from its first step to its last: `stack.first` and `stack.variants` say which
    of the models are in it.

    Raises SetupError for steps that are no whole numbers.

    >>> from stability.datasets.dataset import Dataset
    >>> from stability.training import Recipe, train_one
    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(step_size=0.5, epochs=3, batch_size=2)
    >>> def look(step, model):
    ...     print(step, model.losses(data).round(3).tolist())
    >>> _ = train_one(recipe, data, observe=Observer([0, 3], look))
    0 [0.693, 0.892]
    3 [0.698, 0.507]
    """

    def __init__(self, steps: Iterable[int], look: Callable[[int, State], object]) -> None:
        try:
            self.steps = frozenset(index(step) for step in steps)
        except TypeError:  # no list, or steps that are no whole numbers
            raise SetupError(
                where="observe.steps",
                found=steps,
                allowed="a list of whole numbers, 0 for what is there before the first step",
                remedy="Round them, for instance with numpy.linspace(0, last, count, dtype=int).",
            ) from None
        self.look = look

    def check(self, total: int) -> None:
        """Raise SetupError for steps that a training of `total` steps does not have."""
        outside = sorted(step for step in self.steps if not 0 <= step <= total)
        if outside:
            raise SetupError(
                where="observe.steps",
                found=outside[0],
                allowed=f"whole numbers from 0 (before the first step) to {total} (after the last)",
                remedy="recipe.steps(sample size) is the number of steps.",
            )

    def __call__(self, step: int, state: Callable[[], State]) -> None:
        """Look, if this is one of the steps; only then is the state made."""
        if step in self.steps:
            with torch.enable_grad():
                self.look(step, state())


class Recording(Observer[Any]):
    """Keeps `function(model)` after chosen steps, for one model or for many.

    `recording[step]` (K, ...) holds what the function gave for each of the K models, in the order
    in which they were trained. The function gets a `Model`.

    >>> from stability.datasets.dataset import Dataset
    >>> from stability.training import Recipe, train_batched
    >>> data = Dataset([[0.0], [1.0]], [0, 1], ("a", "b"), "tiny", (1,))
    >>> recipe = Recipe(step_size=0.5, epochs=3, batch_size=2)
    >>> logits = Recording([0, 1, 3], lambda model: model.outputs(data))
    >>> _ = list(train_batched(recipe, data, [-1, 0, 1], observe=logits))
    >>> logits[3].shape
    (3, 2, 2)
    """

    def __init__(self, steps: Iterable[int], function: Callable[[Model], Any]) -> None:
        super().__init__(steps, self._keep)
        self.function = function
        self._seen: dict[int, list[NDArray[Any]]] = {}

    def __getitem__(self, step: int) -> NDArray[Any]:
        """What was seen after a step (K, ...). Raises KeyError for a step not looked at."""
        return np.stack(self._seen[step])

    def _keep(self, step: int, state: Model | Stack) -> None:
        alone = isinstance(state, Model)
        models = [state] if alone else (state.model(k) for k in range(len(state.variants)))
        self._seen.setdefault(step, []).extend(_array(self.function(model)) for model in models)


def _array(value: Any) -> NDArray[Any]:
    """A copy as an array, also of a tensor on another device."""
    return np.array(value.detach().cpu() if isinstance(value, torch.Tensor) else value)
