"""The losses that are trained: values, slopes and curvature in the outputs; the cut to a range.

Cross-entropy and squares speak of one output for each class; the binary ones of a single output f
for two classes 0 and 1; those of real targets of a single output f. torch is imported where it is
used, so that names can be read without it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stability.errors import SetupError
from stability.training.loss_function import LossFunction, TrainingLoss

if TYPE_CHECKING:
    from torch import Tensor


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy of each example, in nats: logits (..., n, K), labels (n,) -> (..., n).

    >>> import torch
    >>> round(cross_entropy(torch.zeros(1, 4), torch.tensor([2])).item(), 4)  # log 4
    1.3863
    """
    logs = logits.log_softmax(dim=-1)
    index = labels.expand(logits.shape[:-1]).unsqueeze(-1)
    return -logs.gather(-1, index).squeeze(-1)


def squared(outputs: Tensor, labels: Tensor) -> Tensor:
    """|f - e_y|^2 of each example: outputs (..., n, K), labels (n,) -> (..., n).

    >>> import torch
    >>> squared(torch.zeros(1, 4), torch.tensor([2])).item()
    1.0
    """
    import torch

    classes = torch.arange(outputs.shape[-1], device=outputs.device)
    target = (labels.unsqueeze(-1) == classes).to(outputs.dtype)
    return (outputs - target).square().sum(-1)


def binary_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """-log sigmoid(f) for label 1, -log sigmoid(-f) for label 0: logits (..., n, 1) -> (..., n).

    >>> import torch
    >>> round(binary_cross_entropy(torch.zeros(1, 1), torch.tensor([1])).item(), 4)  # log 2
    0.6931
    """
    from torch.nn.functional import softplus

    f = logits.squeeze(-1)
    return softplus(f) - labels * f


def binary_squared(outputs: Tensor, labels: Tensor) -> Tensor:
    """(f - y)^2 with y = 0 or 1: outputs (..., n, 1), labels (n,) -> (..., n).

    >>> import torch
    >>> binary_squared(torch.full((1, 1), 0.25), torch.tensor([1])).item()
    0.5625
    """
    return (outputs.squeeze(-1) - labels).square()


def target_squared(outputs: Tensor, targets: Tensor) -> Tensor:
    """(f - y)^2 for real targets y: outputs (..., n, 1), targets (n,) -> (..., n).

    >>> import torch
    >>> target_squared(torch.zeros(1, 1), torch.tensor([3.0])).item()
    9.0
    """
    return (outputs.squeeze(-1) - targets).square()


def target_absolute(outputs: Tensor, targets: Tensor) -> Tensor:
    """|f - y| for real targets y: outputs (..., n, 1), targets (n,) -> (..., n).

    >>> import torch
    >>> target_absolute(torch.zeros(1, 1), torch.tensor([-3.0])).item()
    3.0
    """
    return (outputs.squeeze(-1) - targets).abs()


def _softmax_slopes(outputs: Tensor, labels: Tensor) -> Tensor:
    slope = (outputs - outputs.amax(dim=-1, keepdim=True)).exp_()
    slope /= slope.sum(dim=-1, keepdim=True)
    return _less_target(slope, labels)


def _less_target(slope: Tensor, labels: Tensor) -> Tensor:
    index = labels.expand(slope.shape[:-1]).unsqueeze(-1)
    return slope.scatter_add_(
        -1, index, slope.new_full((1,) * slope.dim(), -1.0).expand(index.shape)
    )


def _softmax_curvature(outputs: Tensor, moved: Tensor) -> Tensor:
    p = outputs.softmax(dim=-1)
    weighted = p * moved
    return weighted - p * weighted.sum(dim=-1, keepdim=True)


LOSSES: Mapping[str, TrainingLoss] = MappingProxyType(
    {
        loss.name: loss
        for loss in (
            TrainingLoss(
                "cross-entropy",
                "cross-entropy in nats",
                cross_entropy,
                _softmax_slopes,
                _softmax_curvature,
                math.log,
            ),
            TrainingLoss(
                "squared",
                "|f - e_y|^2 with e_y = 1 at the class, else 0",
                squared,
                lambda outputs, labels: _less_target(outputs.clone(), labels).mul_(2.0),
                lambda outputs, moved: 2.0 * moved,
                lambda classes: 1.0,
            ),
            TrainingLoss(
                "binary-cross-entropy",
                "cross-entropy of sigmoid(f) in nats, one output for two classes",
                binary_cross_entropy,
                lambda outputs, labels: outputs.sigmoid() - labels.unsqueeze(-1),
                lambda outputs, moved: outputs.sigmoid() * (-outputs).sigmoid() * moved,
                math.log,
                classes=2,
            ),
            TrainingLoss(
                "binary-squared",
                "(f - y)^2 with y = 0 or 1, one output for two classes",
                binary_squared,
                lambda outputs, labels: 2.0 * (outputs - labels.unsqueeze(-1)),
                lambda outputs, moved: 2.0 * moved,
                lambda classes: 1.0,
                classes=2,
            ),
        )
    }
)
"""Every loss of classes by its name in recipes and run files."""

TARGET_LOSSES: Mapping[str, TrainingLoss] = MappingProxyType(
    {
        loss.name: loss
        for loss in (
            TrainingLoss(
                "squared",
                "(f - y)^2",
                target_squared,
                lambda outputs, targets: 2.0 * (outputs - targets.unsqueeze(-1)),
                lambda outputs, moved: 2.0 * moved,
                lambda classes: None,
            ),
            TrainingLoss(
                "absolute",
                "|f - y|",
                target_absolute,
                lambda outputs, targets: (outputs - targets.unsqueeze(-1)).sign(),
                lambda outputs, moved: 0.0 * moved,
                lambda classes: None,
            ),
        )
    }
)
"""Every loss of real targets by its name in recipes and run files."""

NAMES = tuple(dict.fromkeys((*LOSSES, *TARGET_LOSSES)))


def training_loss(loss: str | LossFunction, real: bool = False) -> TrainingLoss:
    """The loss of a recipe, for classes or for `real` targets.

    Raises SetupError for a name that does not belong to such data.

    >>> training_loss("squared", real=True).words
    '(f - y)^2'
    """
    if callable(loss):
        from stability.training.own_loss import own_loss

        return own_loss(loss)
    known = TARGET_LOSSES if real else LOSSES
    if loss not in known:
        raise SetupError(
            where="training.loss",
            found=f"{loss!r} for data with {'real targets' if real else 'classes'}",
            allowed=", ".join(map(repr, known)) + ", or a function of your own",
        )
    return known[loss]


def losses(loss: str | LossFunction, outputs: Tensor, truth: Tensor) -> Tensor:
    """The loss of each example: `truth` holds classes, whole numbers, or real targets."""
    return training_loss(loss, truth.is_floating_point()).each(outputs, truth)


def natural_range(loss: str | LossFunction, classes: int) -> float | None:
    """Where losses are cut by default: the loss of a uniform guess, or of predicting 0.

    None for real targets (0 classes) and losses of the user's own.

    >>> natural_range("squared", 10), natural_range("squared", 0)
    (1.0, None)
    """
    return training_loss(loss, classes == 0).natural_range(classes)


def clipped(losses: NDArray[np.float64], loss_range: float) -> NDArray[np.float64]:
    """Losses cut to [0, loss_range]; cutting never increases a change of the loss.

    >>> clipped(np.array([0.5, 1.0, 9.0]), 2.0).tolist()
    [0.5, 1.0, 2.0]
    """
    return np.clip(losses, 0.0, loss_range)
