"""Derivatives in a direction (`torch.func.jvp`), without a warning that torch gives of itself."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import torch


def directional(function: Any, at: torch.Tensor, direction: torch.Tensor) -> Any:
    """The value of a function at a tensor, and its derivative in a direction.

    >>> value, slope = directional(torch.square, torch.tensor(3.0), torch.tensor(1.0))
    >>> value.item(), slope.item()
    (9.0, 6.0)
    """
    _load()
    return torch.func.jvp(function, (at,), (direction,))


@cache
def _load() -> None:
    """The first use of forward mode compiles some rules with a deprecated part of torch itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.func.jvp(torch.sin, (torch.zeros(()),), (torch.zeros(()),))
