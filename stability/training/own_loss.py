"""A loss of the user's own: what is asked of it, and its slopes by autograd."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from stability.errors import SetupError
from stability.own_code import called
from stability.training.loss_function import LossFunction, TrainingLoss

WHERE = "training.loss"
ALLOWED = (
    "a function of torch from outputs (n, K) and classes or real targets (n,) to losses (n,), each "
    "of its own example alone"
)


@lru_cache(maxsize=8)
def own_loss(function: LossFunction) -> TrainingLoss:
    """A function (outputs (n, K), truth (n,)) -> losses (n,) as a loss that can be trained.

    It has no range of its own, so that [bound] range has to be given. Its losses are to be at
    least 0, and each is to depend on the outputs and the truth of its own example alone: both are
    looked at on the data (`check_own_loss`).

    >>> loss = own_loss(lambda outputs, truth: (outputs[:, 0] - truth).abs() ** 1.5)
    >>> loss.each(torch.zeros(1, 1), torch.tensor([4.0])).item()
    8.0
    """

    def one(outputs: Tensor, truth: Tensor) -> Tensor:
        found = called(WHERE, function, outputs, truth, allowed=ALLOWED)
        if not isinstance(found, Tensor) or found.shape != outputs.shape[:-1]:
            what = f"shape {tuple(found.shape)}" if isinstance(found, Tensor) else repr(found)[:60]
            raise SetupError(
                where=WHERE,
                found=f"{what} for outputs of shape {tuple(outputs.shape)}",
                allowed=f"losses of shape ({len(outputs)},), one for each example, not their mean",
            )
        return found

    def each(outputs: Tensor, truth: Tensor) -> Tensor:
        if outputs.dim() == 2:
            return one(outputs, truth)
        own = truth if truth.dim() > 1 else truth.expand(len(outputs), -1)
        return torch.stack([one(*pair) for pair in zip(outputs, own, strict=True)])

    def slopes(outputs: Tensor, truth: Tensor) -> Tensor:
        with torch.enable_grad():
            at = outputs.detach().clone().requires_grad_()
            total = each(at, truth).sum()
            return torch.autograd.grad(total, at)[0]

    def curvature(outputs: Tensor, moved: Tensor) -> Tensor:
        raise SetupError(
            where=WHERE,
            found="a function of your own",
            allowed="a loss with a name, for influence functions and limits of steps",
            remedy="Retraining measures any loss.",
        )

    return TrainingLoss(
        getattr(function, "__name__", "own"), "your own loss", each, slopes, curvature,
        lambda classes: None,
    )  # fmt: skip


def check_own_loss(function: LossFunction, outputs: Tensor, truth: Tensor) -> None:
    """Raise SetupError for a loss that mixes examples, is negative, or is not finite.

    `outputs` (n, K) of a network at examples of the data, `truth` (n,).
    """
    loss = own_loss(function)
    with torch.no_grad():
        together = loss.each(outputs, truth)
        again = loss.each(outputs, truth)
        alone = torch.cat([loss.each(outputs[[k]], truth[[k]]) for k in range(len(outputs))])
    scale = float(together.abs().max()) + 1.0
    allowed = 1e3 * torch.finfo(together.dtype).eps * scale
    for other, what in ((again, "when it is called again"), (alone, "for an example alone")):
        if not bool(((together - other).abs() <= allowed).all()):
            raise SetupError(
                where=WHERE,
                found=f"losses that are not the same {what}",
                allowed=ALLOWED,
                remedy="Leave averages over the batch and random numbers out of it; weights belong "
                "to the data.",
            )
    if bool((together < -allowed).any()):
        raise SetupError(
            where=WHERE,
            found=f"a loss of {float(together.min()):.3g}",
            allowed="losses of at least 0: they are cut to [0, range]",
            remedy="Add a constant.",
        )
