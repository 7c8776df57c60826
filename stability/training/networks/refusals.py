"""Refusals of modules in which a deleted example would act otherwise than by its own gradient.

Deleting an example must change the training through that example's gradient alone. A module that
draws random numbers without a seed, that mixes the examples of a batch or that keeps a memory
between batches changes it in other ways, and no constant measured would mean anything.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from stability.errors import SetupError
from stability.training.networks.network import Network, Parameters
from stability.training.seeds import seeded

WHERE = "recipe.network"


def refuse_batch_normalisation(module: nn.Module) -> None:
    """Raise SetupError for batch normalisation that computes averages over the batch."""
    for name, part in module.named_modules():
        if not isinstance(part, nn.modules.batchnorm._NormBase):
            continue
        averages = part.track_running_stats and part.running_mean is not None
        single = isinstance(part, nn.modules.instancenorm._InstanceNorm)  # per example
        if (part.training and (averages or not single)) or not (averages or single):
            raise SetupError(
                where=WHERE,
                found=f"batch normalisation in training mode ({name}: {type(part).__name__})",
                allowed="networks in which an example acts through its own gradient only",
                remedy="A deleted example would still act on its batch through the averages: use "
                "GroupNorm or LayerNorm, or give the module with this part in eval() mode.",
            )


def first_dropout(module: nn.Module) -> str | None:
    """The first part that draws random masks when it trains, in words; None if none does."""
    for name, part in module.named_modules():
        share = getattr(part, "p", 0.0) if isinstance(part, nn.modules.dropout._DropoutNd) else 0.0
        inner = getattr(part, "dropout", 0.0)  # attention, recurrent layers
        share = max(share, inner if isinstance(inner, float) else 0.0)
        if part.training and (share > 0.0 or isinstance(part, nn.RReLU)):
            return f"{name or 'the module'}: {type(part).__name__}"
    return None


def check_examples_apart(network: Network, classes: int, dtype: torch.dtype) -> None:
    """Try the untrained network on three made-up examples, together and alone.

    Raises SetupError for outputs of another shape, for buffers that change, and for outputs that
    depend on the other examples or on chance.
    """
    module = network.module
    inputs = torch.linspace(0.0, 1.0, 3 * torch.Size(network.shape).numel(), dtype=dtype)
    inputs = inputs.reshape(3, -1)
    before = {name: b.detach().clone() for name, b in module.named_buffers()}
    with torch.no_grad(), seeded(0):
        together = network.forward(network.initial, inputs)
        if not (isinstance(together, Tensor) and together.is_floating_point()):
            kind = together.dtype if isinstance(together, Tensor) else type(together).__name__
            raise SetupError(
                where=WHERE,
                found=f"outputs of type {kind}",
                allowed="one tensor of floating-point numbers",
                remedy="Give the outputs of the last layer alone, before classes are chosen.",
            )
        if together.shape != (3, classes):
            raise SetupError(
                where=WHERE,
                found=f"outputs of shape {tuple(together.shape)} for 3 examples",
                allowed=f"shape (3, {classes}): one row per example, one column per class",
                remedy="Check the last layer.",
            )
        for name, values in module.named_buffers():
            if not torch.equal(values, before[name]):
                raise SetupError(
                    where=WHERE,
                    found=f"a buffer that changes while training ({name})",
                    allowed="networks whose whole memory is in their parameters",
                    remedy="Give the module with this part in eval() mode.",
                )
        evaluated = network.evaluate(network.initial, inputs)
        _require_same(evaluated, _row_by_row(network.evaluate, network, inputs))
        if not network.random:
            _require_same(together, _row_by_row(network.forward, network, inputs))
            return
        inputs[1:] *= 0.5  # masks depend on the shape: other examples beside the first instead
        with seeded(0):
            _require_same(together[:1], network.forward(network.initial, inputs)[:1])


def _row_by_row(
    function: Callable[[Parameters, Tensor], Tensor], network: Network, inputs: Tensor
) -> Tensor:
    return torch.cat([function(network.initial, row[None]) for row in inputs])


def _require_same(first: Tensor, second: Tensor) -> None:
    scale = float(first.abs().max()) + 1.0
    if not float((first - second).abs().max()) <= 1e3 * torch.finfo(first.dtype).eps * scale:
        raise SetupError(
            where=WHERE,
            found="outputs that depend on the other examples of the batch, or on chance",
            allowed="networks in which an example acts through its own gradient only",
            remedy="Take averages over a batch, and random numbers, out of the module.",
        )
