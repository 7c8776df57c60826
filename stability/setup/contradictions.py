"""What cannot hold together in a setup: numbers of an algorithm above those of its loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from stability.conventions import Name
from stability.errors import SetupError
from stability.setup.algorithms import Algorithm


@dataclass(frozen=True)
class AtMost:
    """A field of algorithms of some kinds is at most a field of the loss; `remedy` says why."""

    kinds: tuple[Name, ...]
    field: Name
    of_loss: Name
    remedy: str


ORDERED = (
    AtMost(
        ("gd", "sgd"),
        "strong_convexity",
        "smoothness",
        "Objectives that are mu-strongly convex have gradients that are at least mu-Lipschitz: "
        "loss.smoothness is that of the loss plus its regulariser.",
    ),
    AtMost(
        ("gibbs",),
        "base_range",
        "range",
        "The losses are averages of base losses: give loss.range, at least base_range.",
    ),
)
"""Every such pair. Where the loss does not say its number nothing is compared."""


def check_together(algorithm: Algorithm, loss: Mapping[Name, Fraction | None]) -> None:
    """Raise SetupError, with both places, if the algorithm's numbers contradict the loss's.

    >>> from stability.setup.algorithms import GibbsAveraging
    >>> wide = GibbsAveraging(regularization=1, base_range=5)
    >>> check_together(wide, {"smoothness": None, "range": Fraction(1)})
    Traceback (most recent call last):
    ...
    stability.errors.SetupError: algorithm.base_range: found 5; allowed: at most loss.range = 1. \
The losses are averages of base losses: give loss.range, at least base_range.
    """
    for pair in ORDERED:
        value = getattr(algorithm, pair.field, None) if algorithm.kind in pair.kinds else None
        limit = loss[pair.of_loss]
        if value is not None and limit is not None and value > limit:
            raise SetupError(
                where=f"algorithm.{pair.field}",
                found=value,
                allowed=f"at most loss.{pair.of_loss} = {float(limit):.12g}",
                remedy=pair.remedy,
            )
