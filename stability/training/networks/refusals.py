"""Parts of a module that cannot be measured, seen without running it.

Deleting an example must change the training through that example's gradient alone, in real numbers
of the recipe's precision. What shows only when a module runs is looked for in `probe`.
"""

from __future__ import annotations

import torch
from torch import nn

from stability.errors import SetupError
from stability.training.networks.guarded import WHERE

SEED_DROPOUT = "Give a dropout_seed: in [training] of a run file, or to the Recipe in Python."


def refuse_script(module: nn.Module) -> None:
    """Raise SetupError for TorchScript, which cannot be run with other weights than its own."""
    for name, part in module.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            raise SetupError(
                where=WHERE,
                found=f"a TorchScript module ({name or 'the module'}: {type(part).__name__})",
                allowed="modules of Python: the weights of many models are put in their place",
                remedy="Give the module as it was before torch.jit.script or torch.jit.trace.",
            )


def refuse_number_types(module: nn.Module) -> None:
    """Raise SetupError for parameters that are complex or of less than single precision."""
    for name, values in module.named_parameters():
        if values.is_complex():
            raise SetupError(
                where=WHERE,
                found=f"complex parameters ({name}: {values.dtype})",
                allowed="real parameters",
                remedy="Hold the real and the imaginary part in two parameters, and join them "
                "with torch.complex inside forward.",
            )
        if values.is_floating_point() and torch.finfo(values.dtype).bits < 32:
            raise reduced_precision(f"parameters in {_type(values.dtype)} ({name})")


def reduced_precision(found: str) -> SetupError:
    """The error for half precision."""
    return SetupError(
        where=WHERE,
        found=found,
        allowed="float64 or float32 throughout: a deletion moves losses by less than half "
        "precision shows",
        remedy="Give the module without casts to bfloat16 or float16; the recipe's dtype is used.",
    )


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


def _type(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
