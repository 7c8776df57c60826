"""Setups at the edge of what can be stable, of the kinds of which a theorem speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from stability.setup.algorithms import ConstantStep, DecayingStep
from stability.setup.setup import Loss, Setup, Training
from stability.testing.strategies.applicable import kinds_of
from stability.testing.strategies.edits import FULL_SETUPS
from stability.theorems.kinds import StabilityTheorem


def hard_setups(theorem: StabilityTheorem) -> Iterator[Setup]:
    """Setups at the edge: long runs, large steps, concave losses, losses that are not convex."""
    for kind in kinds_of(theorem):
        full = FULL_SETUPS[kind]
        yield full
        if kind == "erm":
            yield from _not_convex(full)
        if kind not in ("gd", "sgd"):
            continue
        loss = replace(full.loss, range=10**6, mean_lipschitz=None, rms_lipschitz=None)
        for convex in (True, False):
            for size, steps in (("0.06", 8), ("3", 8), ("0.9", 12)):
                for schedule in (ConstantStep, DecayingStep):
                    base = replace(full, loss=replace(loss, convex=convex)).with_size(1000)
                    base = base.with_value("algorithm.steps", steps)
                    base = base.with_value("algorithm.step_size", schedule(size))
                    weak = base.with_value("algorithm.strong_convexity", None)
                    weak = weak.with_value("algorithm.weight_decay", 0)
                    orders = [weak] if kind == "gd" else _orders(weak)
                    yield from orders
        # Losses hardly curved, the largest step: the regulariser forgets earlier gradients.
        sharp = full.with_value("algorithm.strong_convexity", None)
        sharp = replace(sharp, loss=replace(loss, smoothness=Fraction(1, 10**6)))
        for step in (ConstantStep("1.99"), DecayingStep("1.99")):
            tight = sharp.with_value("algorithm.radius", 10**6)
            tight = tight.with_value("algorithm.step_size", step)
            free = tight.with_value("algorithm.radius", None)
            for hard in (tight, free):
                yield from [hard] if kind == "gd" else _orders(hard)


def _orders(setup: Setup) -> list[Setup]:
    return [setup.with_value("algorithm.order", o) for o in ("shuffled", "with-replacement")]


def _not_convex(full: Setup) -> Iterator[Setup]:
    """The setup with losses that are not convex, or of which nothing is said: smooth, and not."""
    for convex in (False, None):
        for smoothness in (None, 1000):
            loss = Loss(range=10**6, lipschitz=1, smoothness=smoothness, convex=convex)
            yield replace(full, loss=loss, training=Training()).with_size(1000)
