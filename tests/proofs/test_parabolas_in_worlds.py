"""What lies below parabolas on its tangents: smooth losses, and smooth losses that are cut off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from stability_proofs.kernel.terms import VECTOR, num
from stability_proofs.semantics.on_average import evaluated_smooth
from stability_proofs.witnesses.worlds import World

CEILING = 1.0


def squared(w: float) -> float:
    return w * w / 2


def world(loss: Callable[[float], float], slope: Callable[[float], float]) -> World:
    """Losses of one number, at many of them."""
    return World(
        laws={"example": [(0, 1)]},
        functions={
            "measured": lambda w, z: loss(w[0]),
            "incline": lambda w, z: np.array([slope(w[0])]),
        },
        trials={VECTOR: [np.array([w]) for w in np.linspace(-3, 3, 61)]},
    )


WORLDS = {
    "smooth": world(squared, lambda w: w),
    "cut off from above": world(
        lambda w: min(squared(w), CEILING), lambda w: w if squared(w) < CEILING else 0.0
    ),
    "smooth beside a convex regulariser": world(
        lambda w: squared(w) - abs(w), lambda w: w - np.sign(w)
    ),
    "cut off from below": world(
        lambda w: max(squared(w), CEILING), lambda w: w if squared(w) > CEILING else 0.0
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_losses_lie_below_parabolas(name: str) -> None:
    (below,) = evaluated_smooth(num(1))
    assert WORLDS[name].holds(below) == (name != "cut off from below")


def test_a_flatter_parabola_is_too_low() -> None:
    (below,) = evaluated_smooth(num(1) / 2)
    assert not WORLDS["smooth"].holds(below)
