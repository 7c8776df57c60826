"""How much of a loss the cap hides, class by class: what no constant shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.errors import DataError

Floats = NDArray[np.float64]

LEVEL = 0.5
"""From this share of a class's test losses at the cap on, its changes say nothing."""


@dataclass(frozen=True)
class ClassLosses:
    """How many losses of one class are at the cap, of how many, in training and in testing."""

    name: str
    training_at_cap: int
    training: int
    test_at_cap: int
    test: int

    @property
    def hidden(self) -> bool:
        """Whether so many test losses are at the cap that a deletion can hardly move them."""
        return self.test > 0 and self.test_at_cap >= LEVEL * self.test


@dataclass(frozen=True)
class Health:
    """The losses of the model on the full sample that are at the cap of `loss_range`.

    A loss above the cap does not move when the model changes a little: where many are, the
    measured changes are small whatever the model does.
    """

    loss_range: float
    classes: tuple[ClassLosses, ...]

    @property
    def hidden(self) -> tuple[ClassLosses, ...]:
        """The classes of which at least the share `LEVEL` of the test losses is at the cap."""
        return tuple(one for one in self.classes if one.hidden)

    @property
    def training_share(self) -> float:
        """The share of training losses at the cap."""
        return _share((one.training_at_cap, one.training) for one in self.classes)

    @property
    def test_share(self) -> float:
        """The share of test losses at the cap."""
        return _share((one.test_at_cap, one.test) for one in self.classes)


def losses_at_cap(
    training: ArrayLike,
    test: ArrayLike,
    training_labels: ArrayLike,
    test_labels: ArrayLike,
    classes: Sequence[str],
    loss_range: float,
) -> Health:
    """Count the losses at the cap: `training` (m,) and `test` (n_test,), cut or not.

    Labels are class numbers. Raises DataError for shapes that do not fit together.

    >>> found = losses_at_cap([0.1, 2.0], [2.0, 0.3, 5.0], [0, 1], [1, 0, 1], ("cat", "dog"), 2.0)
    >>> [(one.name, one.test_at_cap, one.test) for one in found.hidden], found.training_share
    ([('dog', 2, 2)], 0.5)
    """
    counts = []
    for name, losses, labels in (
        ("training", training, training_labels),
        ("test", test, test_labels),
    ):
        values, numbers = np.asarray(losses, dtype=np.float64), np.asarray(labels)
        if values.shape != numbers.shape or values.ndim != 1:
            raise DataError(
                where=f"losses_at_cap.{name}",
                found=f"losses {values.shape} and labels {numbers.shape}",
                allowed="one loss and one label for each example",
            )
        cut = np.bincount(numbers[values >= loss_range], minlength=len(classes))
        counts.append((cut, np.bincount(numbers, minlength=len(classes))))
    (cut, all_), (test_cut, test_all) = counts
    rows = zip(classes, cut, all_, test_cut, test_all, strict=True)
    return Health(
        float(loss_range),
        tuple(ClassLosses(name, *map(int, numbers)) for name, *numbers in rows),
    )


def _share(counts: object) -> float:
    pairs = list(counts)  # type: ignore[call-overload]
    total = sum(b for _, b in pairs)
    return sum(a for a, _ in pairs) / total if total else 0.0
