"""Collecting the layer factors of per-example gradients, for any module.

Linear layers and 2-d convolutions are seen where they are computed, whatever module computes them:
used once or again and again, with weights of their own or shared. Every example is computed alone
(`torch.func.vmap`), so that no layer can mix the positions of two. What uses parameters in other
ways (normalisation, embeddings, recurrent layers, own parameters) falls back to gradients formed
example by example, and the result names it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.func import grad, vjp, vmap

from stability.own_code import OwnCodeError
from stability.training.networks.factors.factor import Factor, GradientFactors
from stability.training.networks.factors.watch import Call, Watch
from stability.training.networks.network import Network, Parameters

Number = Callable[[Tensor, Tensor], Tensor]
"""From the outputs (1, classes) of one example and its target (1, ...) to what is differentiated:
a loss, one output, or outputs times a weighting."""


def collect_factors(
    network: Network, parameters: Parameters, inputs: Tensor, targets: Tensor, number: Number
) -> GradientFactors:
    """The factors of the gradients of `number` at n examples, in the precision of the tensors.

    `inputs` (n, ...), `targets` (n, ...); gradients in all of `parameters`, dropout off. Memory:
    what enters and leaves every layer, for n examples at once.

    >>> from torch import nn
    >>> from stability.training.networks.network import network_from
    >>> network = network_from(nn.Linear(2, 3), (2,))
    >>> inputs, weighting = torch.ones(5, 2), torch.ones(5, 3)
    >>> found = collect_factors(
    ...     network, network.initial, inputs, weighting, lambda out, w: (out * w).sum()
    ... )
    >>> found.products(found)[0, 0].item(), found.fell_back  # 3 outputs times (1 + 1 + 1)
    (9.0, ())
    """
    names = {id(values): name for name, values in parameters.items()}
    calls, elsewhere = _uses(network, parameters, inputs[:1], targets[:1], number)
    if not calls:
        return _formed_alone(network, parameters, elsewhere, inputs, targets, number)
    device, dtype = inputs.device, inputs.dtype
    zeros = [torch.zeros(call.shape, dtype=dtype, device=device) for call in calls]

    def one(x: Tensor, y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        def shifted(shifts: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            entered: list[Tensor] = []

            def leave(index: int, value: Tensor, result: Tensor) -> Tensor:
                entered.append(value)
                return result + shifts[index]

            with Watch(names, leave):
                outputs = network.evaluate(parameters, x[None])
            return number(outputs, y[None]), entered

        value, back, entered = vjp(shifted, zeros, has_aux=True)  # pyright: ignore
        return entered, back(torch.ones_like(value))[0]

    try:
        entered, slopes = vmap(one)(inputs, targets)
    except (RuntimeError, ValueError, OwnCodeError):  # a module that vmap cannot take
        return _formed_alone(network, parameters, list(parameters), inputs, targets, number)
    pairs = [call.positions(*pair) for call, *pair in zip(calls, entered, slopes, strict=True)]
    factors = _joined(calls, pairs, parameters, elsewhere)
    alone = _formed_alone(network, parameters, elsewhere, inputs, targets, number)
    return GradientFactors((*factors, *alone.factors), alone.fell_back)


def warn_of_fallback(fell_back: Iterable[str]) -> None:
    """Say which gradients were formed example by example, if any were."""
    if found := ", ".join(fell_back):
        warnings.warn(
            f"Gradients formed example by example, which takes longer: {found}. Layer factors are "
            "those of linear layers and 2-d convolutions.",
            stacklevel=3,
        )


def _uses(
    network: Network, parameters: Parameters, inputs: Tensor, targets: Tensor, number: Number
) -> tuple[list[Call], list[str]]:
    """The layers that one example goes through, and the parameters also used in other ways."""
    trained = {name: p.detach().requires_grad_() for name, p in parameters.items()}
    names = {id(values): name for name, values in trained.items()}
    watch = Watch(names, lambda index, entered, result: result, cut=True)
    with torch.enable_grad():
        with watch:
            outputs = network.evaluate(trained, inputs)
        value = number(outputs, targets)
        slopes: Iterable[Tensor | None] = [None] * len(trained)
        if value.requires_grad:
            slopes = torch.autograd.grad(value, list(trained.values()), allow_unused=True)
    elsewhere = [name for name, g in zip(trained, slopes, strict=True) if g is not None]
    groups: dict[str, set[int]] = {}
    for call in watch.calls:
        if call.weight is not None:
            groups.setdefault(call.weight, set()).add(call.groups)
    unlike = {name for name, found in groups.items() if len(found) > 1}
    return watch.calls, [name for name in parameters if name in unlike or name in elsewhere]


def _joined(
    calls: list[Call],
    pairs: list[tuple[Tensor, Tensor]],
    parameters: Parameters,
    elsewhere: list[str],
) -> list[Factor]:
    """One factor for every weight, over all its uses; its bias with it if it has no other use."""
    found: list[Factor] = []
    alone = dict.fromkeys(call.bias for call in calls if call.bias not in (None, *elsewhere))
    for weight in dict.fromkeys(call.weight for call in calls):
        if weight is None or weight in elsewhere:
            continue
        uses = [k for k, call in enumerate(calls) if call.weight == weight]
        biases = {calls[k].bias for k in uses}
        [bias] = biases if len(biases) == 1 else [None]
        joint = bias in alone and all(c.weight == weight for c in calls if c.bias == bias)
        entered = torch.cat([pairs[k][0] for k in uses], dim=1)
        names = (weight,)
        if joint and bias is not None:
            del alone[bias]
            names = (weight, bias)
            entered = torch.cat([entered, torch.ones_like(entered[..., :1])], dim=3)
        slopes = torch.cat([pairs[k][1] for k in uses], dim=1)
        found.append(Factor(names, tuple(parameters[n].shape for n in names), entered, slopes))
    for bias in alone:
        assert bias is not None
        uses = [k for k, call in enumerate(calls) if call.bias == bias]
        total = sum(pairs[k][1].sum(dim=1).flatten(1) for k in uses)
        assert isinstance(total, Tensor)
        slopes = total[:, None, None, :]
        found.append(
            Factor((bias,), (parameters[bias].shape,), torch.ones_like(slopes[..., :1]), slopes)
        )
    return found


def _formed_alone(
    network: Network,
    parameters: Parameters,
    names: list[str],
    inputs: Tensor,
    targets: Tensor,
    number: Number,
) -> GradientFactors:
    """The gradients in some parameters example by example, as factors beside a slope of 1."""
    if not names:
        return GradientFactors((), ())
    some = {name: parameters[name] for name in names}

    def value(chosen: Parameters, x: Tensor, y: Tensor) -> Tensor:
        return number(network.evaluate({**parameters, **chosen}, x[None]), y[None])

    try:
        formed = vmap(grad(value), in_dims=(None, 0, 0))(some, inputs, targets)
    except (RuntimeError, ValueError, OwnCodeError):  # a module that vmap cannot take
        each = [grad(value)(some, x, y) for x, y in zip(inputs, targets, strict=True)]
        formed = {name: torch.stack([one[name] for one in each]) for name in names}
    factors: list[Factor] = []
    for name, g in formed.items():
        entered = g.reshape(len(g), 1, 1, -1)
        slopes = torch.ones_like(entered[..., :1])
        factors.append(Factor((name,), (parameters[name].shape,), entered, slopes))
    return GradientFactors(tuple(factors), tuple(_in_words(network, name) for name in names))


def _in_words(network: Network, name: str) -> str:
    owner = network.module.get_submodule(name.rpartition(".")[0])
    return f"{name} ({type(owner).__name__})"
