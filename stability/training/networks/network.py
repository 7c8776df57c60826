"""A network as functions of a dictionary of parameters: the data type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

Parameters = dict[str, Tensor]
"""For the networks here `weight0`, `bias0`, `weight1`, `bias1`, ... in the order of layers:
(outputs, inputs) or (channels, inputs, 3, 3), and (outputs,)."""


Function = Callable[[Parameters, Tensor], Tensor]
"""From parameters and inputs (n, d) to outputs (n, classes)."""


@dataclass(frozen=True, eq=False)
class Network:
    """A network as functions: `forward` in training, `evaluate` afterwards (dropout off).

    `initial` are the initial weights; `random` says whether `forward` draws dropout masks.
    """

    initial: Parameters
    forward: Function
    evaluate: Function
    random: bool = False
