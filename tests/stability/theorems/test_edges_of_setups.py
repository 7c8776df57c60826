"""Setups at the edge of what theorems assume: what is printed holds in exact runs or is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from stability.bounds.analyse import analyse
from stability.conventions import Kind, Provenance, Quantity
from stability.errors import SetupError
from stability.setup.algorithms import (
    EmpiricalRiskMinimizer,
    GibbsAveraging,
    GradientDescent,
    NearestNeighbours,
    StochasticGradientDescent,
)
from stability.setup.algorithms.gradient_methods import Iterative
from stability.setup.contradictions import ORDERED
from stability.setup.setup import Loss, Sample, Setup, Training
from stability.theorems.catalogue import CATALOGUE
from stability.theorems.kinds.hypotheses import TrainedBy

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
        training=Training(expected_risks=tuple(risks)),
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


def decayed_gap(steps: int, decay: Fraction, step: Fraction) -> Fraction:
    """E[R - R_emp] of runs on z w with decay/2 w^2 beside it, one example, cut to [0, 1]."""
    ends = {}
    for z in SIGNS:
        ends[z] = Fraction(0)
        for _ in range(steps):
            ends[z] -= step * (z + decay * ends[z])

    def loss(w: Fraction, z: int) -> Fraction:
        return min(Fraction(1), max(Fraction(0), Fraction(1, 2) + z * w))

    halves = [(sum(loss(w, y) for y in SIGNS) / 2 - loss(w, z)) / 2 for z, w in ends.items()]
    return sum(halves, Fraction(0))


def decayed(smoothness: Any) -> Setup:
    loss = Loss(range=1, lipschitz=1, smoothness=smoothness, convex=True)
    return Setup(sample=Sample(1), loss=loss, algorithm=drawn(1, 2, strong_convexity=50))


def test_strong_convexity_above_smoothness_is_a_contradiction() -> None:
    assert decayed_gap(1, Fraction(50), Fraction(2)) == Fraction(1, 2)
    with pytest.raises(SetupError, match=r"algorithm.strong_convexity.*loss.smoothness = 0.5"):
        decayed("0.5")
    assert min(guaranteed(decayed(50)), default=1) >= Fraction(1, 2)


@pytest.mark.parametrize(
    ("loss", "algorithm", "where", "other"),
    [
        (
            Loss(range=1, smoothness="0.5"),
            GradientDescent(step_size=1, steps=1, strong_convexity="0.51"),
            "algorithm.strong_convexity",
            "loss.smoothness",
        ),
        (
            Loss(range=1, smoothness="0.5"),
            drawn(1, strong_convexity="0.51"),
            "algorithm.strong_convexity",
            "loss.smoothness",
        ),
        (
            Loss(range=1),
            GibbsAveraging(regularization=1, base_range="1.01"),
            "algorithm.base_range",
            "loss.range",
        ),
        (Loss(range=1), NearestNeighbours(neighbours=11), "algorithm.neighbours", "sample.size"),
        (Loss(range=1), drawn(1, batch_size=11), "algorithm.batch_size", "sample.size"),
    ],
)
def test_contradictions_name_both_places(
    loss: Loss, algorithm: Any, where: str, other: str
) -> None:
    with pytest.raises(SetupError) as caught:
        Setup(sample=Sample(10), loss=loss, algorithm=algorithm)
    assert caught.value.where == where and other in caught.value.allowed and caught.value.remedy


def test_what_is_at_the_limit_is_no_contradiction() -> None:
    Setup(sample=Sample(10), algorithm=drawn(1, batch_size=10), loss=Loss(range=1))
    Setup(sample=Sample(10), algorithm=NearestNeighbours(neighbours=10), loss=Loss(range=1))
    Setup(
        sample=Sample(10),
        algorithm=GibbsAveraging(regularization=1, base_range=1),
        loss=Loss(range=1),
    )
    equal = drawn(1, strong_convexity="0.5")
    Setup(sample=Sample(10), loss=Loss(range=1, smoothness="0.5"), algorithm=equal)
    assert {pair.of_loss for pair in ORDERED} == {"smoothness", "range"}


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
