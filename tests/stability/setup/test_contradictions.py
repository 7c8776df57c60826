"""Every inequality between fields: at its edge accepted, beyond it refused, with both places."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from stability.errors import SetupError
from stability.setup.algorithms import (
    Bagging,
    GibbsAveraging,
    GradientDescent,
    KernelMinimizer,
    NearestNeighbours,
    PolyakLojasiewicz,
    StochasticGradientDescent,
    Subbagging,
)
from stability.setup.contradictions import ORDERED
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training

DESCENT: dict[str, Any] = {"step_size": 1, "steps": 2}
BAGS = {"subsample": 5, "measured": False}


def build(small: Any, place: str) -> Setup:
    """A setup with a value at the small place of a pair; the large one is 1, or 10 examples."""
    section, _, name = place.partition(".")
    algorithms = {
        "strong_convexity": lambda x: GradientDescent(**DESCENT, strong_convexity=x),
        "pl_constant": lambda x: PolyakLojasiewicz(pl_constant=x),
        "base_range": lambda x: GibbsAveraging(regularization=1, base_range=x),
        "mean_sqrt_kernel": lambda x: KernelMinimizer(
            regularization=1, kernel_bound=1, admissibility=1, mean_sqrt_kernel=x
        ),
        "base_stability": lambda x: Bagging(**BAGS, base_stability=x, prediction_range=1),
        "batch_size": lambda x: StochasticGradientDescent(**DESCENT, batch_size=x),
        "neighbours": lambda x: NearestNeighbours(neighbours=x),
        "subsample": lambda x: Subbagging(subsample=x),
    }
    loss: dict[str, Any] = {"range": 1, "lipschitz": 1, "smoothness": 1}
    training: dict[str, Any] = {}
    if section == "loss":
        loss[name] = small
    if section == "training":
        training = {name: small, "measured": False}
    make = algorithms.get(name, lambda x: GradientDescent(**DESCENT))
    return Setup(
        sample=Sample(10), loss=Loss(**loss), algorithm=make(small), training=Training(**training)
    )


@pytest.mark.parametrize("pair", ORDERED, ids=lambda p: f"{p.small} <= {p.large}")
def test_a_pair_at_its_edge_and_beyond(pair: Any) -> None:
    if (pair.small, pair.large) == ("loss.mean_lipschitz", "loss.rms_lipschitz"):
        with pytest.raises(SetupError, match=r"mean_lipschitz.*at most loss.rms_lipschitz"):
            Loss(lipschitz=1, mean_lipschitz="0.6", rms_lipschitz="0.5")
        return
    whole = pair.large == "sample.size"
    build(10 if whole else 1, pair.small)
    with pytest.raises(SetupError) as caught:
        build(11 if whole else "1.01", pair.small)
    assert caught.value.where == pair.small
    assert caught.value.allowed.startswith(f"at most {pair.large} = ") and caught.value.remedy


def on_a_ball(mu: Any, **loss: Any) -> Setup:
    algorithm = GradientDescent(**DESCENT, strong_convexity=mu, radius=1000)
    return Setup(sample=Sample(10), loss=Loss(**loss), algorithm=algorithm)


def test_strongly_convex_losses_are_steep_somewhere_on_the_ball() -> None:
    """w^2 mu/2 on [-r, r] has the slope mu r at the end, and no shift makes that less."""
    on_a_ball("0.001", lipschitz=1, mean_lipschitz=1)
    for loss in ({"lipschitz": "0.9"}, {"lipschitz": 2, "mean_lipschitz": "0.9"}):
        with pytest.raises(SetupError, match=r"strong_convexity.*/algorithm.radius = 0.0009"):
            on_a_ball("0.001", **loss)


def test_risks_before_each_step_and_of_the_output() -> None:
    def run(risks: list[Any], **algorithm: Any) -> Setup:
        return Setup(
            sample=Sample(10),
            loss=Loss(range=1),
            algorithm=StochasticGradientDescent(step_size=1, **algorithm),
            training=Training(expected_risks=risks, measured=True),
        )

    run([9, 9], steps=2), run([9, 9, 1], steps=2), run([9] * 10, epochs=1)
    for risks in ([1], [1] * 4, [1] * 7):
        with pytest.raises(SetupError, match=r"expected_risks: found \d numbers.*2 numbers"):
            run(risks, steps=2)
    with pytest.raises(SetupError, match=r"expected_risks\[2\].*at most loss.range"):
        run([9, 9, "1.01"], steps=2)
    with pytest.raises(SetupError, match=r"for 50001 steps; allowed: risks of at most 50000"):
        run([1] * 50_001, steps=50_001)
    run([1] * 50_001, steps=50_000)
    with pytest.raises(SetupError, match="without steps"):
        Setup(
            sample=Sample(10),
            algorithm=NearestNeighbours(neighbours=1),
            training=Training(expected_risks=[1], measured=True),
        )


def test_a_failure_of_measuring_needs_something_measured() -> None:
    kernel = KernelMinimizer(
        regularization=1, kernel_bound=1, admissibility=1, mean_sqrt_kernel="0.5"
    )
    loss = Loss(measured_failure="0.01")
    Setup(sample=Sample(10), loss=loss, algorithm=kernel)
    with pytest.raises(SetupError, match=r"measured_failure.*mean_sqrt_kernel"):
        Setup(sample=Sample(10), loss=loss, algorithm=replace(kernel, mean_sqrt_kernel=None))


@pytest.mark.parametrize("name", ["expected_risks", "erm_error"])
def test_measured_or_known_has_to_be_said(name: str) -> None:
    value = {"expected_risks": [1], "erm_error": 0}[name]
    with pytest.raises(SetupError, match=rf"training.measured: found nothing, beside {name}"):
        Training(**{name: value})
    with pytest.raises(SetupError, match=r"algorithm.measured"):
        Bagging(subsample=5, base_stability=1)
    with pytest.raises(SetupError, match=r"algorithm.measured"):
        PolyakLojasiewicz(pl_constant=1, optimization_error=0)


def test_words_that_say_nothing_of_a_constant_of_ones_own() -> None:
    replaced = {"notion": "uniform", "neighbour": "replacement", "values": {"epsilon": 1}}
    with pytest.raises(SetupError, match=r"stability.convention: found 'retrain'"):
        AssumedStability(**replaced, convention="retrain")
    with pytest.raises(SetupError, match=r"stability.structure: found 'product'"):
        AssumedStability(**replaced, structure="product")


OF_THE_RUN = Setup(
    sample=Sample(100),
    loss=Loss(range=1, lipschitz=1),
    algorithm=StochasticGradientDescent(step_size=1, steps=2),
    training=Training(expected_risks=[1, 1], erm_error="0.5", measured=True),
)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("sample.size", 200),
        ("loss.range", 2),
        ("algorithm.step_size", 2),
        ("algorithm.steps", 3),
        ("algorithm.order", "with-replacement"),
        ("algorithm.weight_decay", 1),
    ],
)
def test_what_belongs_to_a_run_is_dropped_with_it(place: str, value: Any) -> None:
    there = OF_THE_RUN.with_value(place, value)
    assert there.training.expected_risks is None and there.training.erm_error is None
    dropped = {d.place: d for d in there.dropped}
    assert set(dropped) == {"training.expected_risks", "training.erm_error"}
    assert place in str(dropped["training.erm_error"])
    assert OF_THE_RUN.with_value(place, OF_THE_RUN.value(place)).training == OF_THE_RUN.training
    again = there.with_value("training.erm_error", "0.5")
    assert {d.place for d in again.dropped} == {"training.expected_risks"}


def test_an_exact_minimiser_stays_one_and_bags_keep_their_base_rule() -> None:
    exactly = replace(OF_THE_RUN, training=Training(erm_error=0, measured=False))
    assert exactly.with_size(7).training.erm_error == 0
    measured = replace(OF_THE_RUN, training=Training(erm_error=0, measured=True))
    assert measured.with_size(7).training.erm_error is None
    bags = Setup(sample=Sample(100), algorithm=Bagging(**BAGS, base_stability=1))
    assert bags.with_size(7).value("algorithm.base_stability") == 1
    assert bags.with_value("algorithm.subsample", 6).value("algorithm.base_stability") is None


def test_a_size_that_has_no_risks_can_be_trained_on() -> None:
    passes = StochasticGradientDescent(step_size=1, epochs=1, batch_size=50)
    setup = replace(OF_THE_RUN, algorithm=passes)
    assert setup.steps == 2 and setup.cannot_train_on(1000) is None
    assert Fraction(setup.with_size(1000).steps) == 20
