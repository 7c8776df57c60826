"""Skipping an example where another is skipped already: what `proofs/README.md` argues, in numbers.

Where a regulariser is strongly convex nothing is lost. Where the losses are, a step that skips an
example contracts less; m/(m - 1) makes up for it in full batches and whole passes, and not always.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import pytest

from stability.bounds.analyse import analyse
from stability.setup.algorithms import StochasticGradientDescent
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID
from stability.theorems.kinds import StabilityStatement
from stability.theorems.statements.symbols import alpha, symbols

RATES = tuple(Fraction(1, n) for n in (1, 2, 5, 50))
"""Step size times strong convexity."""
m, mu, T, batch = symbols("m mu T batch")


def geometric(ratio: Fraction, terms: int) -> Fraction:
    return sum((ratio**k for k in range(terms)), Fraction(0))


@pytest.mark.parametrize("rate", RATES)
def test_full_batches_need_the_slack_and_no_more(rate: Fraction) -> None:
    """Of 1/m of the losses the contraction is missing, in every step (on average, with draws)."""
    needed = {
        (size, steps): geometric(1 - rate * (1 - Fraction(1, size)), steps)
        for size, steps in product((2, 3, 10), (1, 2, 7, 60))
    }
    for (size, steps), distance in needed.items():
        stated = geometric(1 - rate, steps)
        assert distance <= stated * size / (size - 1)
        assert distance > stated or steps == 1


def weight(size: int, of: int, steps: int, rate: Fraction) -> float:
    """What the library states for shuffled passes and a strong convexity of 1."""
    form = BY_ID["elastic-sgd-shuffled-strongly-convex"].statements[0]
    assert isinstance(form, StabilityStatement)
    stated: Any = form.derived["weight"]["constant"]
    at = {m: size, batch: of, T: steps, mu: 1, alpha(1): rate}
    return float(stated.xreplace(at).doit())


def farthest(size: int, of: int, steps: int, rate: Fraction, lost: bool) -> float:
    """The largest distance that the recursion allows, over all orders of each pass.

    `lost`: a batch with the skipped example contracts less by its share.
    """
    length = math.ceil(size / of)
    batches = [of] * (length - 1) + [size - of * (length - 1)]

    def after(distance: float, steps_of_pass: Sequence[int]) -> float:
        found = []
        for own, skipped in product(range(length), repeat=2):
            if own == skipped and batches[own] == 1:
                continue
            d = distance
            for b in steps_of_pass:
                missing = 1 / batches[b] if lost and b == skipped else 0
                d = d * (1 - float(rate) * (1 - missing))
                d += float(rate) / batches[b] if b == own else 0
            found.append(d)
        return max(found)

    distance = 0.0
    for first, last in pairwise([*range(0, steps, length), steps]):
        distance = after(distance, range(last - first))
    return distance


def ratio(size: int, of: int, steps: int, rate: Fraction, lost: bool = True) -> float:
    """The distance, relative to what the leave-one-out theorems assume of it."""
    allowed = weight(size, of, steps, rate) * size / (size - 1)
    return farthest(size, of, steps, rate, lost) / allowed


@pytest.mark.parametrize("rate", RATES[1:])
@pytest.mark.parametrize(("size", "of"), [(2, 1), (4, 1), (4, 2), (9, 3), (6, 6), (5, 2)])
def test_whole_passes_need_no_more_either(size: int, of: int, rate: Fraction) -> None:
    """Whole passes, with batches of one size or a last one of a single example."""
    length = math.ceil(size / of)
    assert max(ratio(size, of, n * length, rate) for n in (1, 2, 30)) <= 1 + 1e-12


@pytest.mark.parametrize(("size", "of", "steps"), [(12, 1, 26), (20, 18, 4000), (12, 2, 7)])
def test_parts_of_passes_and_short_batches_may_need_more(size: int, of: int, steps: int) -> None:
    rate = Fraction(1, 50) if steps > 100 else Fraction(1, 2)
    assert ratio(size, of, steps, rate) > 1.05
    assert ratio(size, of, steps, rate, lost=False) <= 1


def test_the_distance_is_reached() -> None:
    """Losses u^2/2 and u^2/2 - 2 u on [0, 2], 12 examples, two passes and two steps."""
    rate, slope, size, steps = Fraction(1, 2), 2, 12, 26
    passes = [*range(2, size), 0, 1]
    order = [*passes, *passes, 0, 1]

    def trained(skipped: set[int]) -> Fraction:
        u = Fraction(0)
        for example in order:
            if example not in skipped:
                u = min(max(u - rate * (u - slope * (example == 1)), Fraction(0)), Fraction(2))
        return u

    apart = float(abs(trained({0}) - trained({0, 1})))
    assert apart == pytest.approx(slope * farthest(size, 1, steps, rate, lost=True))
    assert apart > 1.05 * slope * weight(size, 1, steps, rate) * size / (size - 1)
    assert abs(trained(set()) - trained({1})) <= slope * weight(size, 1, steps, rate)


def setup(**more: Any) -> Setup:
    return Setup(
        sample=Sample(1200),
        loss=Loss(range=1, lipschitz=2, mean_lipschitz=1, smoothness=1, convex=True),
        algorithm=StochasticGradientDescent(
            step_size="0.5", steps=2600, batch_size=1, order="shuffled", **more
        ),
    )


SHUFFLED = "elastic-sgd-shuffled-strongly-convex"


@pytest.mark.parametrize("theorem", ["elastic-finite-loo", "bousquet2002-thm12-loo"])
def test_where_it_is_false_nothing_is_given(theorem: str) -> None:
    """It is weight decay that may skip its example, on a ball or not."""
    decaying = {"weight_decay": 1, "radius": 2}
    pulled, projected = map(analyse, (setup(**decaying), setup(strong_convexity=1, radius=1)))
    assert any(bound.path[0] == SHUFFLED for bound in pulled.of(theorem))
    assert not any(bound.path[0] == SHUFFLED for bound in projected.of(theorem))
    other = theorem.replace("loo", "emp")
    assert any(bound.path[0] == SHUFFLED for bound in projected.of(other))


def test_the_reason_is_told() -> None:
    (constant,) = (
        c for c in analyse(setup(strong_convexity=1, radius=1)).constants if c.path == (SHUFFLED,)
    )
    refusal = BY_ID["elastic-finite-loo"].supports(constant, Fraction(1, 20))
    assert refusal is not None and refusal.where == "algorithm.strong_convexity"
    assert "pulls in every step" in str(refusal)
