"""The losses that are trained, and the bounded loss that is evaluated."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy of each example, in nats: logits (..., n, K), labels (n,) -> (..., n).

    >>> round(cross_entropy(torch.zeros(1, 4), torch.tensor([2])).item(), 4)  # log 4
    1.3863
    """
    logs = torch.log_softmax(logits, dim=-1)
    index = labels.expand(logits.shape[:-1]).unsqueeze(-1)
    return -logs.gather(-1, index).squeeze(-1)


def squared(outputs: Tensor, labels: Tensor) -> Tensor:
    """|f - e_y|^2 of each example: outputs (..., n, K), labels (n,) -> (..., n).

    >>> squared(torch.zeros(1, 4), torch.tensor([2])).item()
    1.0
    """
    classes = torch.arange(outputs.shape[-1], device=outputs.device)
    target = (labels.unsqueeze(-1) == classes).to(outputs.dtype)
    return (outputs - target).square().sum(-1)


def losses(loss: str, outputs: Tensor, labels: Tensor) -> Tensor:
    """The loss of each example by its name in the recipe."""
    return cross_entropy(outputs, labels) if loss == "cross-entropy" else squared(outputs, labels)


def natural_range(loss: str, classes: int) -> float:
    """Where losses are cut by default: the loss of a uniform guess, or of predicting 0.

    >>> natural_range("squared", 10)
    1.0
    """
    return math.log(classes) if loss == "cross-entropy" else 1.0


def clipped(losses: NDArray[np.float64], loss_range: float) -> NDArray[np.float64]:
    """Losses cut to [0, loss_range]; cutting never increases a change of the loss.

    >>> clipped(np.array([0.5, 1.0, 9.0]), 2.0).tolist()
    [0.5, 1.0, 2.0]
    """
    return np.clip(losses, 0.0, loss_range)
