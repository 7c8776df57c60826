"""A network tried on a few examples: does each act through its own gradient, and nothing else?

A module that draws random numbers without a seed, that mixes the examples of a batch or that keeps
a memory between batches changes when an example is deleted in other ways than by that example's
gradient, and no constant measured would mean anything.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from stability.errors import SetupError
from stability.own_code import OwnCodeError, called
from stability.training.networks.guarded import WHERE, outputs_of
from stability.training.networks.initial import moved
from stability.training.networks.network import Network, Parameters, in_precision
from stability.training.networks.refusals import SEED_DROPOUT, reduced_precision
from stability.training.seeds import seeded

MEMORY = (
    "networks whose whole memory is in their parameters, which steps of the training alone change"
)
APART = "networks in which an example acts through its own gradient only"
EXAMPLES = 3


def made_up(network: Network, dtype: torch.dtype) -> Tensor:
    """Inputs (3, d) between 0 and 1."""
    numbers = EXAMPLES * torch.Size(network.shape).numel()
    return torch.linspace(0.0, 1.0, numbers, dtype=dtype).reshape(EXAMPLES, -1)


def check_network(network: Network, classes: int, dtype: torch.dtype, masks_seeded: bool) -> bool:
    """Whether training draws random numbers, after a look at all that would make it meaningless.

    Tried on three made-up examples, together and alone, at the initial weights and at weights
    that were moved: what is multiplied by a weight that begins at 0 shows only there. Raises
    SetupError with the reason.
    """
    inputs = made_up(network, dtype)
    _require_precision(network, inputs)
    draws = _draws(network, inputs, masks_seeded)
    _require_finite(network, inputs)
    _require_kept(network, inputs)
    for parameters in (network.initial, moved(network.initial, seed=0)):
        _Probe(network, parameters, inputs, network.random or draws, classes).check()
    return draws


def check_trained(network: Network, parameters: Parameters, inputs: Tensor, classes: int) -> None:
    """The same at trained weights, on the first examples (n, d) of the data. Raises SetupError."""
    _Probe(network, parameters, inputs[:EXAMPLES], network.random, classes).check()


@dataclass(frozen=True)
class _Probe:
    """One set of weights and some inputs (n, d)."""

    network: Network
    parameters: Parameters
    inputs: Tensor
    random: bool
    classes: int

    def check(self) -> None:
        with torch.no_grad():
            together = self._watched(self.inputs)
            if together.shape[1] != self.classes:
                raise SetupError(
                    where=WHERE,
                    found=f"outputs of shape {tuple(together.shape)} for {len(self.inputs)} "
                    "examples",
                    allowed=f"shape ({len(self.inputs)}, {self.classes}): one row per example, "
                    "one column per class",
                    remedy="Check the last layer.",
                )
            evaluated = self._quiet(self.inputs)
            if not (torch.isfinite(together).all() and torch.isfinite(evaluated).all()):
                return  # at weights that were moved; training itself refuses such numbers
            for first, function in ((together, self._loud), (evaluated, self._quiet)):
                function(self.inputs[-1:])  # what is kept from this one would show next
                _require_same(first, function(self.inputs), *CHANGING)
            _require_same(evaluated, self._alone(self._quiet), *MIXING)
            if self.random:  # masks depend on the shape: others beside the first instead
                others = torch.cat([self.inputs[:1], self.inputs[1:] * 0.5])
                _require_same(together[:1], self._loud(others)[:1], *MIXING)
            else:
                _require_same(together, self._alone(self._loud), *MIXING)
        places = torch.arange(len(self.inputs), device=self.inputs.device)
        slopes = self._slopes(self.inputs, places)
        if not self.random and all(torch.isfinite(slope).all() for slope in slopes):
            each = [self._slopes(self.inputs[k][None], places[k][None]) for k in places]
            for slope, parts in zip(slopes, zip(*each, strict=True), strict=True):
                sizes = torch.stack([part.abs().max() if part.numel() else part.sum().abs()
                                     for part in parts])  # fmt: skip
                _require_same(slope, torch.stack(parts).sum(0), *MIXING_SLOPES,
                              scale=float(sizes.max()))  # fmt: skip

    def _loud(self, inputs: Tensor) -> Tensor:
        with seeded(0):
            return self.network.forward(self.parameters, inputs)

    def _quiet(self, inputs: Tensor) -> Tensor:
        with seeded(0):
            return self.network.evaluate(self.parameters, inputs)

    def _alone(self, function: Callable[[Tensor], Tensor]) -> Tensor:
        return torch.cat([function(row[None]) for row in self.inputs])

    def _watched(self, inputs: Tensor) -> Tensor:
        """Outputs in training, after a look at what they leave behind."""
        network = self.network
        images = inputs.reshape(-1, *network.shape).clone()
        held = {name: in_precision(values, inputs.dtype) for name, values in network.fixed.items()}
        held |= {name: values.clone() for name, values in self.parameters.items()}
        before = {name: values.clone() for name, values in held.items()}
        own = {name: values.clone() for name, values in network.module.named_buffers()}
        given = images.clone()
        with seeded(0):
            outputs = outputs_of(network.module, images, held)
        after = dict(network.module.named_buffers())
        for name, values in held.items():
            kept = name not in own or torch.equal(own[name], after[name])
            if not (kept and torch.equal(values, before[name])):
                if name not in self.parameters:
                    raise _changing_buffer(name)
                raise SetupError(
                    where=WHERE,
                    found=f"a parameter that forward itself changes ({name})",
                    allowed=MEMORY,
                    remedy="Change no parameter in forward.",
                )
        if not torch.equal(images, given):
            raise SetupError(
                where=WHERE,
                found="a module that changes its input in place",
                allowed="modules that leave their input as it is: the same examples are given to "
                "many models",
                remedy="Use x * 2 in place of x.mul_(2), and no inplace=True in the first layer.",
            )
        return outputs

    def _slopes(self, inputs: Tensor, places: Tensor) -> list[Tensor]:
        """The gradients of a weighted sum of the outputs; 0 for what takes no part in them.

        The weights depend on the `places` (n,) of the inputs, so that no two gradients are alike.
        """
        own = {name: p.detach().clone().requires_grad_() for name, p in self.parameters.items()}
        with torch.enable_grad(), seeded(0):
            outputs = self.network.forward(own, inputs)
            if not outputs.requires_grad:
                raise SetupError(
                    where=WHERE,
                    found="outputs that are cut off from every parameter",
                    allowed="outputs with a gradient in the parameters",
                    remedy="Leave detach(), .data, numpy and torch.no_grad() out of forward.",
                )
            weights = torch.linspace(1.0, 2.0, outputs.shape[1], device=outputs.device)
            total = (outputs * weights.to(outputs.dtype) * (1 + places)[:, None]).sum()

        def slopes() -> Any:
            return torch.autograd.grad(
                total, list(own.values()), allow_unused=True, materialize_grads=True
            )

        return list(called(WHERE, slopes, allowed="a module that can be differentiated"))


CHANGING = (
    "outputs that are not the same when the module is called again",
    "networks whose whole memory is in their parameters",
    "Keep nothing between two calls, and take random numbers out of the module.",
)
MIXING = (
    "outputs that depend on the other examples of the batch",
    APART,
    "Take averages over a batch out of the module.",
)
MIXING_SLOPES = (
    "gradients that depend on the other examples of the batch",
    APART,
    "Take what acts on the gradients of a whole batch (hooks, backward functions) out of it.",
)


def _require_same(
    first: Tensor, second: Tensor, found: str, allowed: str, remedy: str, scale: float = 0.0
) -> None:
    if not first.numel():
        return
    size = max(float(first.abs().max()), scale) + 1.0
    if not float((first - second).abs().max()) <= 1e3 * torch.finfo(first.dtype).eps * size:
        raise SetupError(where=WHERE, found=found, allowed=allowed, remedy=remedy)


def _require_finite(network: Network, inputs: Tensor) -> None:
    with torch.no_grad(), seeded(0):
        outputs = network.forward(network.initial, inputs)
    if not torch.isfinite(outputs).all():
        bad = float(outputs[~torch.isfinite(outputs)][0])
        raise SetupError(
            where=WHERE,
            found=f"outputs that are not finite ({bad}) at the initial weights",
            allowed="finite outputs for inputs between 0 and 1",
            remedy="Look for divisions by 0, logarithms and overflow in forward.",
        )


def _require_kept(network: Network, inputs: Tensor) -> None:
    """Refuse buffers that a plain call replaces by others: as a function the module forgets them,
    and what is trained would not be what the user's own loop trains."""
    alone = network.alone(network.initial)
    before = {name: values.clone() for name, values in alone.named_buffers()}
    with torch.no_grad(), seeded(0):
        outputs_of(alone, inputs.reshape(-1, *network.shape).clone())
    after = dict(alone.named_buffers())
    for name in {**before, **after}:
        kept = name in before and name in after and before[name].shape == after[name].shape
        if not (kept and torch.equal(before[name], after[name])):
            raise _changing_buffer(name)


def _changing_buffer(name: str) -> SetupError:
    return SetupError(
        where=WHERE,
        found=f"a buffer that changes while training ({name})",
        allowed=MEMORY,
        remedy="Give the module with this part in eval() mode.",
    )


def _require_precision(network: Network, inputs: Tensor) -> None:
    """Refuse casts inside forward, and derivatives there; the first call of the module."""
    seen = _Precisions()
    try:
        with torch.no_grad(), seeded(0), seen:
            network.forward(network.initial, inputs)
    except OwnCodeError as error:
        _explain(network, inputs)
        raise error
    if seen.reduced is not None:
        raise reduced_precision(f"a module that computes in {_type(seen.reduced)}")


def _explain(network: Network, inputs: Tensor) -> None:
    """Raise SetupError if a module that failed runs with gradients, or in another precision."""
    if _runs(network, inputs, grad=True):
        raise SetupError(
            where=WHERE,
            found="a module that takes derivatives inside forward",
            allowed="modules whose outputs can be computed without gradients",
            remedy='Write the training as a function: kind = "function" in a run file, or '
            "stability.measure.",
        )
    other = torch.float32 if inputs.dtype == torch.float64 else torch.float64
    if _runs(network, inputs.to(other)):
        mine, theirs = _type(inputs.dtype), _type(other)
        raise SetupError(
            where=WHERE,
            found=f"a module that runs in {theirs} only: forward casts to it",
            allowed=f"{mine}, the recipe's dtype, from inputs to outputs",
            remedy=f"Say dtype = '{theirs}' in the recipe, or leave out .float() and .double(); "
            "x.to(self.weight.dtype) is fine.",
        )


def _runs(network: Network, inputs: Tensor, grad: bool = False) -> bool:
    module = copy.deepcopy(network.module)
    held = {**network.initial, **network.fixed}
    held = {name: in_precision(p.detach(), inputs.dtype) for name, p in held.items()}
    if grad:
        for name in network.initial:
            held[name].requires_grad_()
    try:
        with torch.set_grad_enabled(grad), seeded(0):
            outputs_of(module, inputs.reshape(-1, *network.shape).clone(), held)
    except SetupError:
        return False
    return True


def _draws(network: Network, inputs: Tensor, masks_seeded: bool) -> bool:
    """Whether training draws numbers from torch's generator; refused without a seed."""
    with torch.no_grad(), seeded(0), _refuse_other_chance():
        before = torch.random.get_rng_state()
        network.forward(network.initial, inputs)
        draws = not torch.equal(before, torch.random.get_rng_state())
        before = torch.random.get_rng_state()
        network.evaluate(network.initial, inputs)
        later = not torch.equal(before, torch.random.get_rng_state())
    if later:
        raise SetupError(
            where=WHERE,
            found="a module that draws random numbers also when it is evaluated (in eval() mode)",
            allowed="chance in training alone",
            remedy="Draw only if self.training; for dropout, "
            "torch.nn.functional.dropout(x, p, training=self.training).",
        )
    if draws and not masks_seeded:
        raise SetupError(
            where=WHERE,
            found="a module that draws random numbers in training (dropout, stochastic depth, "
            "noise) without a seed",
            allowed="training that is the same when it is repeated",
            remedy=f"{SEED_DROPOUT} Or take chance out of the module.",
        )
    return draws


@contextmanager
def _refuse_other_chance() -> Iterator[None]:
    """Raise SetupError if numbers are drawn that no seed of a recipe reaches."""
    python, numbers = random.getstate(), repr(np.random.get_state(legacy=True))  # noqa: NPY002
    yield
    after = repr(np.random.get_state(legacy=True))  # noqa: NPY002
    for name, same in (
        ("random", random.getstate() == python),
        ("numpy.random", after == numbers),
    ):
        if not same:
            raise SetupError(
                where=WHERE,
                found=f"a module that draws from Python's {name}",
                allowed="random numbers of torch, which dropout_seed reaches, or none",
                remedy="Draw with torch.rand and the like.",
            )


class _Precisions(TorchDispatchMode):
    """Notes half precision in anything that is computed."""

    reduced: torch.dtype | None = None

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for value in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(value, Tensor) and value.dtype in (torch.bfloat16, torch.float16):
                self.reduced = value.dtype
        return result


def _type(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
