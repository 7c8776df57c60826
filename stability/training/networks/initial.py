"""Initial weights: He's, drawn by numpy; the same weights, pushed a little."""

from __future__ import annotations

from math import prod

import numpy as np
import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from stability.training.networks.network import Parameters


def he_normal(module: nn.Module, seed: int) -> None:
    """He's initial weights: normal with variance 2 / fan-in in every layer, biases 0.

    Linear layers and convolutions, in the order of the module, are drawn in float64 from `seed`
    alone; other parts stay as they are.
    Source: He, Zhang, Ren, Sun (ICCV 2015).

    >>> layer = nn.Linear(5000, 1).double()
    >>> he_normal(layer, seed=0)
    >>> round(layer.weight.var().item() * 5000, 1), layer.bias.item()
    (2.0, 0.0)
    """
    generator = np.random.default_rng(seed)
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.Linear | _ConvNd):
                shape = tuple(part.weight.shape)
                drawn = generator.normal(0.0, np.sqrt(2.0 / prod(shape[1:])), size=shape)
                part.weight.copy_(torch.tensor(drawn))
                if part.bias is not None:
                    part.bias.zero_()


def perturbed(parameters: Parameters, relative: float, seed: int) -> Parameters:
    """Every weight times 1 + relative * a standard normal number.

    >>> moved = perturbed({"w": torch.ones(3, dtype=torch.float64)}, 1e-7, seed=0)
    >>> bool(((moved["w"] - 1).abs() < 1e-6).all())
    True
    """
    generator = np.random.default_rng(seed)
    moved: Parameters = {}
    for name, p in parameters.items():
        noise = torch.tensor(generator.standard_normal(tuple(p.shape)), device=p.device)
        moved[name] = (p.double() * (1.0 + relative * noise)).to(p.dtype)
    return moved


def moved(parameters: Parameters, seed: int) -> Parameters:
    """Every weight a little elsewhere, also those that are 0: by a tenth of their usual size.

    >>> away = moved({"w": torch.zeros(3)}, seed=0)["w"]
    >>> bool((away != 0).all()), bool((away.abs() < 0.1).all())
    (True, True)
    """
    generator = np.random.default_rng(seed)
    found: Parameters = {}
    for name, p in parameters.items():
        size = 0.1 * (float(p.double().square().mean().sqrt()) if p.numel() else 0.0) + 0.01
        noise = torch.tensor(generator.standard_normal(tuple(p.shape)), device=p.device)
        found[name] = (p.double() + size * noise).to(p.dtype)
    return found
