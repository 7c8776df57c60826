"""Derivatives in a direction, also of layers that torch cannot take in forward mode or vmap."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import torch

from stability.own_code import OwnCodeError
from stability.training.torch_settings import plain_attention


def directional(function: Any, at: torch.Tensor, direction: torch.Tensor) -> Any:
    """The value of a function at a tensor, and its derivative in a direction.

    >>> value, slope = directional(torch.square, torch.tensor(3.0), torch.tensor(1.0))
    >>> value.item(), slope.item()
    (9.0, 6.0)
    """
    _load()
    with plain_attention():
        try:
            return torch.func.jvp(function, (at,), (direction,))
        except (RuntimeError, OwnCodeError):  # no forward mode: J v is the derivative of u -> J^T u
            value, back = torch.func.vjp(function, at)[:2]
            forth = torch.func.vjp(lambda u: back(u)[0], torch.zeros_like(value))[1]
            return value, forth(direction)[0]


def mapped(function: Any, *rows: torch.Tensor, chunk_size: int | None = None) -> torch.Tensor:
    """A function of the rows of some tensors, at all rows: with vmap, or row after row.

    >>> mapped(torch.square, torch.tensor([1.0, 2.0])).tolist()
    [1.0, 4.0]
    """
    try:
        return torch.func.vmap(function, chunk_size=chunk_size)(*rows)
    except (RuntimeError, ValueError, OwnCodeError):  # recurrent layers, control flow
        return torch.stack([function(*one) for one in zip(*rows, strict=True)])


@cache
def _load() -> None:
    """The first use of forward mode compiles some rules with a deprecated part of torch itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.func.jvp(torch.sin, (torch.zeros(()),), (torch.zeros(()),))
