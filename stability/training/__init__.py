"""Training: one frozen `Recipe`, a slow one-by-one loop and a fast batched one that agree.

torch is imported only when something that needs it is asked for; `Recipe` does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stability.training.recipe import Recipe, batch_order

if TYPE_CHECKING:
    from stability.training.batched import Stack, train_batched
    from stability.training.networks import forward, initial_parameters
    from stability.training.single import check_repeatable, losses_of, train_one

__all__ = [
    "Recipe",
    "Stack",
    "batch_order",
    "check_repeatable",
    "forward",
    "initial_parameters",
    "losses_of",
    "train_batched",
    "train_one",
]

_HOMES = {
    "Stack": "batched",
    "train_batched": "batched",
    "forward": "networks",
    "initial_parameters": "networks",
    "check_repeatable": "single",
    "losses_of": "single",
    "train_one": "single",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"stability.training.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
