"""Training: one frozen `Recipe`, a slow one-by-one loop and a fast batched one that agree.

torch is imported only when something that needs it is asked for; `Recipe` does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from stability.training.recipe import Recipe, batch_order
from stability.training.variants import Variants, deletions, placebos, replacements

if TYPE_CHECKING:
    from stability.training.batched import Stack, train_batched, train_variants
    from stability.training.model import Model
    from stability.training.networks.build import build_network, forward, initial_parameters
    from stability.training.networks.network import Network
    from stability.training.single import check_repeatable, train_one

__all__ = [
    "Model",
    "Network",
    "Recipe",
    "Stack",
    "Variants",
    "batch_order",
    "build_network",
    "check_repeatable",
    "deletions",
    "forward",
    "initial_parameters",
    "placebos",
    "replacements",
    "train_batched",
    "train_one",
    "train_variants",
]

_HOMES = {
    "Model": "model",
    "Network": "networks.network",
    "Stack": "batched",
    "build_network": "networks.build",
    "check_repeatable": "single",
    "forward": "networks.build",
    "initial_parameters": "networks.build",
    "train_batched": "batched",
    "train_one": "single",
    "train_variants": "batched",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"stability.training.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
