"""Small changes of a setup, by place: the same table repairs a hypothesis and breaks it.

An edit says nothing about theorems. Which hypothesis it repairs or breaks is found by asking the
hypotheses, so a theorem made of the parts of `theorems.kinds.hypotheses` needs no entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from stability.errors import SetupError
from stability.setup.algorithms import (
    KINDS,
    Bagging,
    ConstantStep,
    DecayingStep,
    EmpiricalRiskMinimizer,
    GibbsAveraging,
    GradientDescent,
    KernelMinimizer,
    LangevinDynamics,
    NearestNeighbours,
    PolyakLojasiewicz,
    StochasticGradientDescent,
    Subbagging,
)
from stability.setup.setup import AssumedStability, Loss, Setup, Training

Edit = Callable[[Setup], Setup]
FEW_STEPS = 20

FULL_LOSS = Loss(
    range=1,
    lipschitz=1,
    mean_lipschitz="0.5",
    rms_lipschitz="0.6",
    smoothness=1,
    convex=True,
)
"""A loss of which everything is known."""
FULL_TRAINING = Training(expected_risks=(Fraction(1, 2),) * (FEW_STEPS + 1), erm_error="0.1")
_STEPS: Mapping[str, Any] = {"step_size": "0.1", "steps": FEW_STEPS}
_SHRINKING: Mapping[str, Any] = {"strong_convexity": "0.5", "radius": 1}
_BAGS: Mapping[str, Any] = {
    "subsample": 10,
    "base_stability": "0.1",
    "bags": 50,
    "prediction_range": 1,
}

FULL_ALGORITHMS = (
    GradientDescent(**_STEPS, **_SHRINKING),
    StochasticGradientDescent(**_STEPS, **_SHRINKING),
    LangevinDynamics(**_STEPS, inverse_temperature=10),
    EmpiricalRiskMinimizer(regularization="0.1"),
    KernelMinimizer(regularization="0.1", kernel_bound=1, admissibility=1, mean_sqrt_kernel="0.5"),
    GibbsAveraging(regularization=1, base_range=1),
    NearestNeighbours(neighbours=3),
    Bagging(**_BAGS),
    Subbagging(**_BAGS),
    PolyakLojasiewicz(pl_constant="0.1", optimization_error=0),
)
"""One algorithm of every kind, every optional field given."""

FULL_SETUPS: Mapping[str, Setup] = {
    algorithm.kind: Setup(
        sample=100,
        loss=FULL_LOSS,
        algorithm=algorithm,
        training=FULL_TRAINING,  # type: ignore[arg-type]
    )
    for algorithm in FULL_ALGORITHMS
}
"""A setup of every kind of which everything is known."""


def put(place: str, value: Any) -> Edit:
    """Set a place to a value."""
    return lambda setup: setup.with_value(place, value)


def times(place: str, factor: Fraction | int) -> Edit:
    """Multiply the number at a place; a step size keeps its schedule."""

    def edit(setup: Setup) -> Setup:
        value = setup.value(place)
        number = getattr(value, "size", None) or getattr(value, "c", None) or value
        return setup.with_value(place, number * factor)

    return edit


def _without_lipschitz(setup: Setup) -> Setup:
    loss = replace(setup.loss, lipschitz=None, mean_lipschitz=None, rms_lipschitz=None)
    return replace(setup, loss=loss)


def _schedule(kind: type[ConstantStep] | type[DecayingStep]) -> Edit:
    def edit(setup: Setup) -> Setup:
        step = setup.value("algorithm.step_size")
        size = getattr(step, "size", None) or getattr(step, "c", None)
        return setup.with_value("algorithm.step_size", kind(size))  # type: ignore[arg-type]

    return edit


def _inverse_strong_convexity(setup: Setup) -> Setup:
    mu = setup.value("algorithm.strong_convexity")
    return setup.with_value("algorithm.step_size", DecayingStep(1 / mu))


def _just_above(setup: Setup, numerator: int, with_mu: bool) -> Setup:
    mu = setup.value("algorithm.strong_convexity") if with_mu else 0
    limit = Fraction(numerator) / (setup.loss.smoothness + (mu or 0))  # type: ignore[operator]
    return setup.with_value("algorithm.step_size", limit * (1 + Fraction(1, 10**9)))


def _risks_for_all_steps(setup: Setup) -> Setup:
    steps = setup.value("algorithm.steps")
    return setup.with_value("training.expected_risks", (Fraction(1, 2),) * (steps + 1))


def _counted_in_steps(setup: Setup) -> Setup:
    return setup.with_value("algorithm.steps", FEW_STEPS)


def _of_kind(kind: str) -> Edit:
    full = FULL_SETUPS[kind].algorithm
    return lambda setup: replace(setup, algorithm=full, stability=None)


def _assumed(setup: Setup) -> Setup:
    own = AssumedStability(notion="uniform", values=(("beta", Fraction(1, 1000)),))
    return replace(setup, algorithm=None, stability=own)


EDITS: Mapping[str, tuple[Edit, ...]] = {
    "sample.size": (
        put("sample.size", 1000),
        put("sample.size", 1),
        put("sample.size", 2),
        times("sample.size", 10),
    ),
    "loss.range": (put("loss.range", 1), times("loss.range", 2)),
    "loss.lipschitz": (put("loss.lipschitz", 1000), _without_lipschitz),
    "loss.smoothness": (put("loss.smoothness", 1), put("loss.smoothness", None)),
    "loss.convex": (
        put("loss.convex", True),
        put("loss.convex", False),
        put("loss.convex", None),
    ),
    "algorithm.step_size": (
        _inverse_strong_convexity,
        _schedule(ConstantStep),
        _schedule(DecayingStep),
        *(lambda s, n=n, w=w: _just_above(s, n, w) for n in (1, 2) for w in (True, False)),
        times("algorithm.step_size", Fraction(1, 10)),
        times("algorithm.step_size", Fraction(1, 10**6)),
        times("algorithm.step_size", Fraction(11, 10)),
        times("algorithm.step_size", 10**7),
    ),
    "algorithm.steps": (_counted_in_steps, put("algorithm.steps", 1)),
    "algorithm.order": (
        put("algorithm.order", "with-replacement"),
        put("algorithm.order", "shuffled"),
    ),
    "algorithm.batch_size": (put("algorithm.batch_size", 1), put("algorithm.batch_size", 2)),
    "algorithm.strong_convexity": (
        put("algorithm.strong_convexity", Fraction(1, 1000)),
        put("algorithm.strong_convexity", None),
    ),
    "algorithm.radius": (put("algorithm.radius", 1), put("algorithm.radius", None)),
    "algorithm.subsample": (put("algorithm.subsample", 1), times("algorithm.subsample", 10**6)),
    "algorithm.neighbours": (put("algorithm.neighbours", 1), times("algorithm.neighbours", 10**6)),
    "algorithm.bags": (put("algorithm.bags", None), put("algorithm.bags", 50)),
    "algorithm.prediction_range": (
        put("algorithm.prediction_range", 1),
        put("algorithm.prediction_range", 2),
        put("algorithm.prediction_range", None),
    ),
    "algorithm.base_stability": (
        put("algorithm.base_stability", Fraction(1, 10)),
        put("algorithm.base_stability", None),
    ),
    "algorithm.optimization_error": (
        put("algorithm.optimization_error", 0),
        put("algorithm.optimization_error", 1),
    ),
    "training.expected_risks": (
        _risks_for_all_steps,
        lambda setup: _risks_for_all_steps(_counted_in_steps(setup)),
        put("training.expected_risks", None),
    ),
    "training.erm_error": (
        put("training.erm_error", Fraction(1, 10)),
        put("training.erm_error", None),
    ),
    "algorithm.kind": (*(_of_kind(kind) for kind in KINDS), _assumed),
}
"""Edits by the place that they change."""


def edited(setup: Setup, place: str) -> Iterator[Setup]:
    """The setup after every edit of a place that makes sense for it."""
    for edit in EDITS.get(place, ()):
        try:
            changed = edit(setup)
        except (SetupError, TypeError, AttributeError):
            continue  # the setup has no such place, or nothing there
        if changed != setup:
            yield changed
