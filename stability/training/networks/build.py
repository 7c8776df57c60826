"""From a function that makes a module to a network, with the seed of its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from stability.errors import SetupError
from stability.own_code import called
from stability.training.networks.architecture import Architecture
from stability.training.networks.guarded import WHERE, outputs_of
from stability.training.networks.network import (
    Network,
    Parameters,
    in_precision,
    network_from,
)
from stability.training.networks.probe import check_network
from stability.training.networks.refusals import (
    SEED_DROPOUT,
    first_dropout,
    refuse_batch_normalisation,
    refuse_number_types,
    refuse_script,
)
from stability.training.seeds import seeded

Factory = Callable[[tuple[int, ...], int], nn.Module]
FACTORY = "a function (shape of an example, classes) that gives a torch.nn.Module"


def make_network(
    factory: Factory,
    shape: tuple[int, ...],
    classes: int,
    *,
    seed: int,
    dtype: torch.dtype,
    masks_seeded: bool = False,
) -> Network:
    """The network that a factory makes, called with torch's generator seeded by `seed`.

    Lazy layers get their sizes from zeros. A declared `Architecture` then sets its initial weights
    in float64. `masks_seeded`: whether random numbers drawn in training will be repeatable. Raises
    SetupError for a module whose deletions would mean nothing (see `refusals` and `probe`).
    """
    what = (factory, shape, classes, seed, dtype, masks_seeded)
    try:
        hash(factory)
    except TypeError:
        draws = _tried.__wrapped__(*what)
    else:
        draws = _tried(*what)
    network = _made(*what)
    return replace(network, random=network.random or draws)


def initial_weights(
    factory: Factory, shape: tuple[int, ...], classes: int, *, seed: int, dtype: torch.dtype
) -> Parameters:
    """The initial weights of what `make_network` makes with a seed, without trying it out again."""
    return _made(factory, shape, classes, seed, dtype, False).initial


@lru_cache(maxsize=16)
def _tried(
    factory: Factory,
    shape: tuple[int, ...],
    classes: int,
    seed: int,
    dtype: torch.dtype,
    masks_seeded: bool,
) -> bool:
    """Whether the network draws numbers in training, after trying it: once, not in each training.

    A factory that then makes something else is found by training twice.
    """
    network = _made(factory, shape, classes, seed, dtype, masks_seeded)
    return check_network(network, classes, dtype, masks_seeded)


def _made(
    factory: Factory,
    shape: tuple[int, ...],
    classes: int,
    seed: int,
    dtype: torch.dtype,
    masks_seeded: bool,
) -> Network:
    if isinstance(factory, nn.Module):
        raise SetupError(
            where=WHERE,
            found=f"a module ({type(factory).__name__})",
            allowed=FACTORY,
            remedy="Make the module in a function, so that every training starts from its own.",
        )
    with seeded(seed):
        module = called(
            WHERE, factory, shape, classes,
            allowed=f"a function that makes a module for examples of shape {shape} and {classes} "
            "classes",
        )  # fmt: skip
        if not isinstance(module, nn.Module):
            raise SetupError(
                where=WHERE, found=f"a function that gives a {type(module).__name__}",
                allowed=FACTORY,
            )  # fmt: skip
        refuse_script(module)
        _give_sizes(module, shape)
    refuse_number_types(module)
    if isinstance(factory, Architecture):
        factory.initialise(module.double(), seed)
    module = module._apply(lambda values: in_precision(values, dtype))
    refuse_batch_normalisation(module)
    dropout = first_dropout(module)
    if dropout is not None and not masks_seeded:
        raise SetupError(
            where=WHERE,
            found=f"dropout without a seed ({dropout})",
            allowed="training that is the same when it is repeated",
            remedy=f"{SEED_DROPOUT} Or give the module without dropout.",
        )
    network = called(
        WHERE, network_from, module, shape, dropout is not None,
        allowed="a module that can be copied with copy.deepcopy",
    )  # fmt: skip
    if not network.initial:
        raise SetupError(
            where=WHERE,
            found="a module without parameters that are trained",
            allowed="one to train, with parameters that require gradients",
        )
    return network


def _give_sizes(module: nn.Module, shape: tuple[int, ...]) -> None:
    """Let lazy layers learn their sizes, from zeros (3, *shape) in the precision of the others."""
    if not any(is_lazy(p) for p in (*module.parameters(), *module.buffers())):
        return
    known = [p.dtype for p in module.parameters() if not is_lazy(p) and p.is_floating_point()]
    dtype = known[0] if known else torch.get_default_dtype()
    with torch.no_grad():
        outputs_of(module, torch.zeros(3, *shape, dtype=dtype))
