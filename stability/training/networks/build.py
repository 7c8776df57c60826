"""From a function that makes a module to a network, with the seed of its weights."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from stability.errors import SetupError, StabilityError, in_one_line
from stability.training.networks.architecture import Architecture
from stability.training.networks.network import Network, network_from
from stability.training.networks.refusals import (
    WHERE,
    check_examples_apart,
    first_dropout,
    refuse_batch_normalisation,
)
from stability.training.seeds import seeded


def make_network(
    factory: Callable[[tuple[int, ...], int], nn.Module],
    shape: tuple[int, ...],
    classes: int,
    *,
    seed: int,
    dtype: torch.dtype,
    masks_seeded: bool = False,
) -> Network:
    """The network that a factory makes, called with torch's generator seeded by `seed`.

    A declared `Architecture` then sets its initial weights in float64. `masks_seeded`: whether
    dropout masks will be repeatable. Raises SetupError for a module whose deletions would mean
    nothing (see `refusals`).
    """
    if isinstance(factory, nn.Module):
        raise SetupError(
            where=WHERE,
            found=f"a module ({type(factory).__name__})",
            allowed="a function (shape of an example, classes) that gives a torch.nn.Module",
            remedy="Make the module in a function, so that every training starts from its own.",
        )
    with seeded(seed):
        module = factory(shape, classes)
    if not isinstance(module, nn.Module):
        raise SetupError(
            where=WHERE,
            found=f"a function that gives a {type(module).__name__}",
            allowed="a function (shape of an example, classes) that gives a torch.nn.Module",
            remedy="",
        )
    if isinstance(factory, Architecture):
        factory.initialise(module.double(), seed)
    module = module.to(dtype)
    refuse_batch_normalisation(module)
    dropout = first_dropout(module)
    if dropout is not None and not masks_seeded:
        raise SetupError(
            where=WHERE,
            found=f"dropout without a seed ({dropout})",
            allowed="training that is the same when it is repeated",
            remedy="Set dropout_seed in the recipe, or give the module without dropout.",
        )
    try:
        network = network_from(module, shape, random=dropout is not None)
        if not network.initial:
            raise SetupError(
                where=WHERE, found="a module without parameters", allowed="one to train", remedy=""
            )
        check_examples_apart(network, classes, dtype)
    except StabilityError:
        raise
    except Exception as error:  # a module may fail in any way
        sizes = ", ".join(map(str, shape))
        raise SetupError(
            where=WHERE,
            found=f"a module that fails on three examples, with {in_one_line(error)}",
            allowed=f"a module that can be copied, for inputs of shape (n, {sizes}) "
            f"and type {str(dtype).removeprefix('torch.')}",
            remedy="Try it on such inputs, alone and as copy.deepcopy(module).",
        ) from error
    return network
