"""Training: one frozen `Recipe`, a slow one-by-one loop and a fast batched one that agree.

torch is imported only when something that needs it is asked for; `Recipe` does not.
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.training.batched import train_batched, train_variants
    from stability.training.independent.batched import IndependentRecord, train_independent
    from stability.training.independent.settings import IndependentTraining
    from stability.training.independent.single import train_trial
    from stability.training.model import Model
    from stability.training.networks.architecture import Architecture
    from stability.training.networks.network import Network
    from stability.training.networks.registry import architectures
    from stability.training.observing import Observer, Recording
    from stability.training.recipe import Recipe, batch_order
    from stability.training.single import check_repeatable, train_one
    from stability.training.stack import Stack
    from stability.training.start import build_network
    from stability.training.variants import Variants, deletions, placebos, replacements

__all__ = [
    "Architecture",
    "IndependentRecord",
    "IndependentTraining",
    "Model",
    "Network",
    "Observer",
    "Recipe",
    "Recording",
    "Stack",
    "Variants",
    "architectures",
    "batch_order",
    "build_network",
    "check_repeatable",
    "deletions",
    "placebos",
    "replacements",
    "train_batched",
    "train_independent",
    "train_one",
    "train_trial",
    "train_variants",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
