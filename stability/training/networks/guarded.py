"""Where a module is called: the only place, since it may be the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Size, Tensor, dtype, nn
from torch.func import functional_call

from stability.errors import SetupError
from stability.own_code import called

WHERE = "recipe.network"


def outputs_of(
    module: nn.Module, images: Tensor, parameters: Mapping[str, Tensor] | None = None
) -> Tensor:
    """The outputs (n, classes) of a module, with `parameters` in place of its own where given.

    Raises OwnCodeError for whatever goes wrong inside, SetupError for outputs that are no such
    tensor.

    >>> import torch
    >>> outputs_of(nn.Identity(), torch.ones(2, 3)).shape
    torch.Size([2, 3])
    """
    allowed = f"a module that runs on inputs of shape {_shape(images.shape)} and " + _type(
        images.dtype
    )
    if parameters is None:
        outputs = called(WHERE, module, images, allowed=allowed)
    else:
        outputs = called(
            WHERE, functional_call, module, dict(parameters), (images,), allowed=allowed
        )
    if not (isinstance(outputs, Tensor) and outputs.is_floating_point()):
        kind = outputs.dtype if isinstance(outputs, Tensor) else type(outputs).__name__
        raise SetupError(
            where=WHERE,
            found=f"outputs of type {kind}",
            allowed="one tensor of floating-point numbers",
            remedy="Give the outputs of the last layer alone, before classes are chosen.",
        )
    if outputs.dim() != 2 or len(outputs) != len(images):
        examples = len(images)
        raise SetupError(
            where=WHERE,
            found=f"outputs of shape {_shape(outputs.shape)} for {examples} "
            f"example{'s' * (examples != 1)}",
            allowed=f"shape ({examples}, classes): one row per example, one column per class",
            remedy="squeeze() also drops the axis of a batch of one: name the axis, as in "
            "squeeze(1), or use flatten(1)."
            if examples == 1
            else "Check the last layer.",
        )
    return outputs


def _type(kind: dtype) -> str:
    return str(kind).removeprefix("torch.")


def _shape(shape: Size) -> str:
    return str(tuple(shape))
