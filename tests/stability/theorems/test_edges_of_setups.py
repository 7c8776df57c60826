"""Setups at the edge of what theorems assume: what is printed holds in exact runs or is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from stability.bounds.analyse import analyse
from stability.conventions import Kind, Provenance, Quantity
from stability.errors import SetupError
from stability.report.words import setup_words
from stability.setup.algorithms import (
    EmpiricalRiskMinimizer,
    StochasticGradientDescent,
)
from stability.setup.algorithms.gradient_methods import Iterative
from stability.setup.setup import Loss, Sample, Setup, Training
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds.hypotheses import TrainedBy
from stability.theorems.kinds.symbol_values import bind

SIGNS = (1, -1)
FLAT = Loss(range=2, lipschitz=1, smoothness="1e-9", convex=True)
"""1 - z w is linear: any smoothness will do. It is negative for large z w."""


def drawn(steps: int, step_size: Any = 1, **rest: Any) -> StochasticGradientDescent:
    return StochasticGradientDescent(
        step_size=step_size, steps=steps, order="with-replacement", **rest
    )


def linear_run(steps: int, radius: int | None, z: int) -> list[Fraction]:
    """The weights of a run on the one example 1 - z w, with steps of size 1 from 0."""
    path = [Fraction(0)]
    for _ in range(steps):
        w = path[-1] + z
        path.append(w if radius is None else max(Fraction(-radius), min(Fraction(radius), w)))
    return path


def linear_problem(steps: int, radius: int | None) -> tuple[Setup, Fraction]:
    """One example, z = 1 or -1 with probability 1/2 each: its setup and E[R - R_emp], exactly."""
    risks, gap = [Fraction(0)] * (steps + 1), Fraction(0)
    for z in SIGNS:
        path = linear_run(steps, radius, z)
        risks = [r + (1 - z * w) / 2 for r, w in zip(risks, path, strict=True)]
        risk = sum((1 - y * path[-1]) / Fraction(2) for y in SIGNS)
        gap += (risk - (1 - z * path[-1])) / 2
    setup = Setup(
        sample=Sample(1),
        loss=FLAT,
        algorithm=drawn(steps, radius=radius),
        training=Training(expected_risks=tuple(risks), measured=False),
    )
    return setup, gap


def guaranteed(setup: Setup) -> list[float]:
    """Everything that is promised of E[R - R_emp]."""
    return [
        bound.value
        for bound in analyse(setup).bounds
        if bound.quantity is Quantity.EXPECTED_GAP
        and bound.kind is Kind.UPPER
        and bound.provenance is Provenance.PROVED
    ]


def claiming(setup: Setup) -> Setup:
    return replace(setup, loss=replace(setup.loss, nonnegative=True))


@pytest.mark.parametrize(("steps", "radius"), [(1, None), (1, 1), (100, 1)])
def test_losses_that_are_negative_where_no_run_goes(steps: int, radius: int | None) -> None:
    """1 - z w is 1 and 0 where the run goes, and its slope is not small where it is small."""
    setup, gap = linear_problem(steps, radius)
    assert gap == 1 and min(guaranteed(setup)) >= gap
    refused = {r.theorem: r for r in analyse(setup).refused}
    for theorem in ("lei2020-convex-l1", "lei2020-convex-l2"):
        assert refused[theorem].where == "loss.nonnegative"
        assert "never reaches" in refused[theorem].hypothesis


def test_a_projection_is_refused_whatever_is_claimed() -> None:
    setup, gap = linear_problem(100, 1)
    assert min(guaranteed(claiming(setup))) >= gap
    refused = {r.theorem: r for r in analyse(claiming(setup)).refused}
    assert refused["lei2020-convex-l2"].where == "algorithm.radius"


def test_the_claim_is_what_the_number_leans_on() -> None:
    """With what is not true of 1 - z w the number is false: the comparison above can fail."""
    setup, gap = linear_problem(1, None)
    assert min(guaranteed(claiming(setup))) < gap / 10**6


def decayed_gap(steps: int, decay: Fraction, step: Fraction, slope: Fraction) -> Fraction:
    """E[R - R_emp] of runs on slope z w with decay/2 w^2 beside it, one example, cut to [0, 1]."""
    ends = {}
    for z in SIGNS:
        ends[z] = Fraction(0)
        for _ in range(steps):
            ends[z] -= step * (slope * z + decay * ends[z])

    def loss(w: Fraction, z: int) -> Fraction:
        return min(Fraction(1), max(Fraction(0), Fraction(1, 2) + slope * z * w))

    halves = [(sum(loss(w, y) for y in SIGNS) / 2 - loss(w, z)) / 2 for z, w in ends.items()]
    return sum(halves, Fraction(0))


def decayed(steps: int, decay: Any, step: Any, slope: Any, told: bool = True) -> Setup:
    """Linear losses, which any smoothness serves, with weight decay that is told or not."""
    loss = Loss(range=1, lipschitz=slope, smoothness="0.25", convex=True)
    rest = {"weight_decay": decay} if told else {}
    return Setup(sample=Sample(1), loss=loss, algorithm=drawn(steps, step, **rest))


DECAYED = [(1, 50, 2, 1), (11, 1, 8, "0.01"), (11, 2, "1.5", "0.01"), (5, 1, "0.5", 1)]


@pytest.mark.parametrize(("steps", "decay", "step", "slope"), DECAYED)
def test_weight_decay_counts_in_smoothness_and_curvature(
    steps: int, decay: Any, step: Any, slope: Any
) -> None:
    """A long step multiplies weights by |1 - step decay|; the smoothness of the loss is small."""
    gap = decayed_gap(steps, *map(Fraction, (decay, step, slope)))
    assert min(guaranteed(decayed(steps, decay, step, slope)), default=Fraction(1)) >= gap


def test_weight_decay_that_is_not_told_makes_numbers_false() -> None:
    """The comparison above can fail: without the key the setup speaks of other runs."""
    gap = decayed_gap(11, Fraction(1), Fraction(8), Fraction(1, 100))
    assert gap == Fraction(1, 2)
    assert min(guaranteed(decayed(11, 1, 8, "0.01", told=False))) < gap / 10


def test_every_description_says_whether_there_is_weight_decay() -> None:
    assert "no weight decay" in setup_words(decayed(1, 0, 1, 1))
    assert "weight decay 0.5" in setup_words(decayed(1, "0.5", 1, 1))


def test_the_sums_are_what_theorems_get() -> None:
    setup = Setup(
        sample=Sample(9),
        loss=Loss(range=1, lipschitz=1, smoothness="0.5", convex=True),
        algorithm=drawn(3, "0.1", weight_decay="0.25", strong_convexity="0.125"),
    )
    found = bind(setup, ("gamma", "mu"), {}, str).values
    assert found == {"gamma": Fraction(3, 4), "mu": Fraction(3, 8)}
    for kind, mu in (({"regularization": 2}, 2), ({"strong_convexity": 3}, 3)):
        minimiser = replace(setup, algorithm=EmpiricalRiskMinimizer(**kind))
        assert bind(minimiser, ("mu",), {}, str).values == {"mu": mu}


def in_passes(**algorithm: Any) -> Setup:
    return Setup(
        sample=Sample(7),
        loss=Loss(range=1, lipschitz=1, smoothness=1, convex=True),
        algorithm=StochasticGradientDescent(
            step_size="0.5", steps=7, batch_size=3, order="shuffled", **algorithm
        ),
    )


def test_strongly_convex_losses_in_passes_say_nothing_of_one_example_fewer() -> None:
    """A step that skips its example contracts less, unless it is weight decay that contracts."""
    strong = "elastic-sgd-shuffled-strongly-convex"
    pulled = analyse(in_passes(weight_decay="0.5"))
    curved = analyse(in_passes(weight_decay="0.25", strong_convexity="0.25"))
    for analysis, known in ((pulled, True), (curved, False)):
        assert strong in {c.path[0] for c in analysis.constants}
        rows = [b for b in analysis.of("elastic-finite-loo") if b.path[0] == strong]
        assert bool(rows) is known


def test_one_way_to_say_how_convex_a_minimiser_is() -> None:
    with pytest.raises(SetupError, match=r"beside regularization.*sum of both"):
        EmpiricalRiskMinimizer(regularization="0.01", strong_convexity=5)


def test_a_batch_of_the_whole_sample_is_one_without_an_example() -> None:
    loss = Loss(range=1, lipschitz=1, smoothness=1, convex=True)
    for size in (10, 9):
        found = analyse(
            Setup(sample=Sample(10), loss=loss, algorithm=drawn(3, "0.1", batch_size=size))
        )
        assert found.of("elastic-finite-loo")


@dataclass(frozen=True, kw_only=True)
class OwnDescent(Iterative):
    """A descent that does not say how it visits the examples."""

    kind: ClassVar[str] = "sgd"
    title: ClassVar[str] = "descent of my own"


def test_an_order_that_is_not_told_is_no_order() -> None:
    told = {"algorithm.order", "algorithm.batch_size"}
    own = Setup(
        sample=Sample(100),
        loss=Loss(range=1, lipschitz=1, smoothness="0.001", convex=True),
        algorithm=OwnDescent(step_size="0.25", steps=4),
    )
    for theorem in CATALOGUE:
        for hypothesis in theorem.hypotheses:
            if isinstance(hypothesis, TrainedBy) and hypothesis.kinds == ("sgd",):
                failure = hypothesis.failure(own)
                assert failure is not None and failure.where in told, theorem.id
    assert analyse(own).constants == ()


def test_words_say_of_which_loss_and_where() -> None:
    texts = {h.id: h.text for theorem in CATALOGUE for h in theorem.hypotheses}
    assert "loss plus its regulariser" in texts["smooth"] and "all weights" in texts["smooth"]
    assert "trained on" in texts["lipschitz"] and "evaluated" in texts["lipschitz"]
    assert "trained on" in texts["convex"]
