"""What a loss that is trained consists of; torch is imported where it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stability.errors import SetupError

if TYPE_CHECKING:
    from torch import Tensor

LossFunction = Callable[["Tensor", "Tensor"], "Tensor"]
"""A loss of the user's own: outputs (n, K) and classes or real targets (n,) to losses (n,)."""


@dataclass(frozen=True)
class TrainingLoss:
    """A loss of outputs (..., n, K) and labels or real targets (n,) or (..., n).

    `each` gives the loss (..., n) of every example; `slopes` its gradient (..., n, K) in the
    outputs, which may overwrite them; `curvature` its second derivative times a change of the
    outputs, (n, K) for outputs and changes (n, K). `classes`: how many it takes, None for any
    number; a loss for two classes has one output. `natural_range`: where losses are cut by default,
    None where nothing says so: real targets have no classes (0) and no largest loss.
    """

    name: str
    words: str
    each: Callable[[Tensor, Tensor], Tensor]
    slopes: Callable[[Tensor, Tensor], Tensor]
    curvature: Callable[[Tensor, Tensor], Tensor]
    natural_range: Callable[[int], float | None]
    classes: int | None = None

    def outputs(self, classes: int) -> int:
        """How many outputs a network needs for so many classes; one for real targets (0 classes).

        Raises SetupError for a number of classes that the loss does not take.

        >>> from stability.training.losses import LOSSES
        >>> LOSSES["binary-cross-entropy"].outputs(2), LOSSES["squared"].outputs(10)
        (1, 10)
        """
        if self.classes is None:
            return classes or 1
        if classes != self.classes:
            raise SetupError(
                where="training.loss",
                found=f"{self.name!r} and data of {classes} classes",
                allowed=f"data of {self.classes} classes",
                remedy="Take two of the classes, or give a target (one class against the others), "
                "or use a loss for any number of classes.",
            )
        return 1
