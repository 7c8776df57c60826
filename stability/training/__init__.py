"""Training: one frozen `Recipe`, a slow one-by-one loop and a fast batched one that agree.

torch is imported only when something that needs it is asked for; `Recipe` does not.
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.training.batched import Stack, train_batched, train_variants
    from stability.training.model import Model
    from stability.training.networks.build import build_network, forward, initial_parameters
    from stability.training.networks.network import Network
    from stability.training.recipe import Recipe, batch_order
    from stability.training.single import check_repeatable, train_one
    from stability.training.variants import Variants, deletions, placebos, replacements

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

__getattr__, __dir__ = names_on_demand(__name__)
