"""What has to show in `logistic-bounds-mnist`, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from stability_experiments.bounds.logistic_bounds_mnist.guarantees import (
    DELTAS,
    ELASTIC,
    FLOOR,
    HELD_OUT,
    LOSS_RANGE,
    PUBLISHED,
)
from stability_experiments.bounds.logistic_bounds_mnist.outcome import REFERENCE, Outcome
from stability_experiments.framework.result import Claim

USUAL = DELTAS[0]
PAIRS = (
    ("elastic-finite-emp", "bousquet2002-thm12-emp"),
    ("elastic-chebyshev", "uniform-chebyshev"),
    ("elastic-chebyshev", "feldman2018-chebyshev"),
    ("elastic-split", "uniform-split"),
)
"""Elastic theorems and the uniform ones that they generalise."""
LAMBDA = 0.0001


def claims(
    outcomes: Sequence[Outcome], descents: Sequence[Outcome], share: float, pairs: int, full: bool
) -> tuple[Claim, ...]:
    """`descents` end in the run without weight decay; `full`: all of MNIST."""
    every, range_, free = (*outcomes, *descents), float(LOSS_RANGE), descents[-1]
    bounds = [(o, o.bounds(delta)) for o in every for delta in DELTAS]
    return (
        Claim(claim=f"no measured change above its proved limit ({pairs} pairs)", holds=share <= 1),
        Claim(
            claim="every measured gap, with what the fit leaves open, is below every bound",
            holds=all(o.gap + o.gap_slack < min(found.values()) for o, found in bounds),
        ),
        Claim(
            claim="elastic is below uniform, theorem by theorem, for every run and delta",
            holds=all(
                found[elastic] < found[uniform]
                for _, found in bounds
                for elastic, uniform in PAIRS
                if elastic in found and uniform in found
            ),
        ),
        Claim(
            claim="at delta = 0.05 the split bound is the smallest for every minimiser",
            holds=all(_smallest(o, USUAL) in ("elastic-split", "elastic-chain") for o in outcomes),
        ),
        Claim(
            claim="at one in a million it is the split bound with a chain",
            holds=all(_smallest(o, DELTAS[1]) == "elastic-chain" for o in outcomes),
            required=False,
        ),
        Claim(
            claim="no bound on a trained model is below that of a predictor fixed beforehand",
            holds=all(
                min(o.bounds(delta).values()) > o.at(delta)[FLOOR]
                for o in every
                for delta in DELTAS
            ),
        ),
        Claim(
            claim="without weight decay every bound of an exponential tail is vacuous",
            holds=min(free.at(USUAL)[PUBLISHED[0]], free.at(USUAL)[ELASTIC[0]]) >= range_,
        ),
        Claim(
            claim="at lambda = 0.0001 every published uniform bound is vacuous and the split bound "
            "is below a fifth of the range",
            holds=any(
                float(o.decay) == LAMBDA
                and min(o.at(USUAL)[theorem] for theorem in PUBLISHED) >= range_
                and o.at(USUAL)["elastic-split"] < range_ / 5
                for o in outcomes
            ),
            required=full,
        ),
        Claim(
            claim="the split bound is at most 2% above the reference and at most 5% below it",
            holds=all(
                0.95 * REFERENCE[o.decay]
                <= o.at(USUAL)["elastic-split"]
                <= 1.02 * REFERENCE[o.decay]
                for o in outcomes
                if o.decay in REFERENCE
            ),
            required=full,
        ),
        Claim(
            claim="where images are held out they give the smaller bound, for every minimiser and "
            "delta",
            holds=all(
                o.at(delta)[HELD_OUT] < min(o.bounds(delta).values())
                for o in outcomes
                for delta in DELTAS
            ),
            required=False,
        ),
    )


def _smallest(outcome: Outcome, delta: Fraction) -> str:
    found = outcome.bounds(delta)
    return min(found, key=found.__getitem__)
