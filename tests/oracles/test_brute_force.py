"""Sums over steps and shuffled weights against brute force, over every order for small m."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations, product

import pytest
import sympy

from stability.setup.algorithms import (
    ConstantStep,
    DecayingStep,
    LangevinDynamics,
    StochasticGradientDescent,
)
from stability.setup.setup import Loss, Sample, Setup
from stability.theorems.catalogue import BY_ID
from stability.theorems.statements.symbols import F, alpha, symbols, t, tau
from stability.theorems.statements.term import Term

T, mu = symbols("T mu")


@pytest.mark.parametrize("steps", [1, 2, 7, 30])
@pytest.mark.parametrize("schedule", ["constant", "decay"])
def test_sums_against_brute_force(steps: int, schedule: str) -> None:
    size, strength = Fraction(3, 10), Fraction(2, 5)
    bound = {"T": steps, "mu": strength, ("alpha" if schedule == "constant" else "c"): size}
    step = [size if schedule == "constant" else size / i for i in range(1, steps + 1)]
    risks = tuple(Fraction(i, 10) for i in range(steps))
    contracted = sum(
        step[i] * math.prod((1 - s * strength for s in step[i + 1 :]), start=Fraction(1))
        for i in range(steps)
    )
    kept = sympy.Product(1 - alpha(tau) * mu, (tau, t + 1, T))
    sums = [
        (sympy.Sum(alpha(t), (t, 1, T)), sum(step)),
        (sympy.Sum(alpha(t) ** 2, (t, 1, T)), sum(s**2 for s in step)),
        (sympy.Sum(alpha(t) * kept, (t, 1, T)), contracted),
        (
            sympy.Sum(alpha(t) ** 2 * F(t), (t, 1, T)),
            sum(s**2 * f for s, f in zip(step, risks, strict=True)),
        ),
        (
            sympy.Sum(mu ** (T - t) * F(t), (t, 1, T)),
            sum(strength ** (steps - 1 - i) * f for i, f in enumerate(risks)),
        ),
    ]
    for expression, true in sums:
        found = Term(expression, {**bound, "F": risks}, schedule).enclosure()
        assert found.low <= true <= found.high, expression
        assert found.high - found.low <= abs(true) / 2**80


def brute_weight(size: int, batch: int, steps: list[Fraction], mu_: Fraction) -> Fraction:
    """max over orders and examples of the sum of contracted alpha_t/s_t over the steps seen."""
    length = math.ceil(size / batch)
    kept = [
        math.prod((1 - s * mu_ for s in steps[i + 1 :]), start=Fraction(1))
        for i in range(len(steps))
    ]
    passes = math.ceil(len(steps) / length)
    best = Fraction(0)
    for orders in product(permutations(range(size)), repeat=passes):
        seen = [Fraction(0)] * size
        for i, step in enumerate(steps):
            order, position = orders[i // length], i % length
            members = order[position * batch : (position + 1) * batch]
            for example in members:
                seen[example] += step * kept[i] / len(members)
        best = max(best, *seen)
    return best


CASES = [
    (1, 1, 3),
    (2, 1, 5),
    (3, 1, 4),
    (3, 2, 5),
    (3, 3, 2),
    (3, 2, 3),
    (4, 3, 4),
    (4, 2, 3),
    (3, 2, 1),
]


@pytest.mark.parametrize(("size", "batch", "count"), CASES)
@pytest.mark.parametrize("kind", [ConstantStep, DecayingStep])
@pytest.mark.parametrize("mu_", [None, Fraction(1, 2)])
def test_shuffled_weights_against_every_order(
    size: int, batch: int, count: int, kind: type, mu_: Fraction | None
) -> None:
    c_ = Fraction(1, 2)
    setup = Setup(
        sample=Sample(size),
        loss=Loss(range=1, lipschitz=1, smoothness=1, convex=True),
        algorithm=StochasticGradientDescent(
            step_size=kind(c_), steps=count, batch_size=batch, weight_decay=mu_ or 0
        ),
    )
    name = "elastic-sgd-shuffled" + ("-strongly-convex" if mu_ else "")
    if mu_ and kind is DecayingStep:
        assert (
            BY_ID[name].supports(setup).hypothesis
            == "step sizes for which weight is known: a constant step size"
        )  # type: ignore[union-attr]
        return
    (constant,) = BY_ID[name].apply(setup)  # type: ignore[union-attr]
    steps = [c_ if kind is ConstantStep else c_ / i for i in range(1, count + 1)]
    found = constant.values["U"].enclosure(size)
    true = size * brute_weight(size, batch, steps, mu_ or Fraction(0))
    assert found.low <= true <= found.high
    assert found.is_exact or found.high - found.low < Fraction(1, 10**30)


def test_epochs_follow_the_sample_size() -> None:
    setup = Setup(
        sample=Sample(10),
        loss=Loss(range=1, lipschitz=1, smoothness=1, convex=True),
        algorithm=StochasticGradientDescent(
            step_size=1, epochs=2, batch_size=3, order="with-replacement"
        ),
    )
    (constant,) = BY_ID["elastic-sgd"].apply(setup)[:1]  # type: ignore[union-attr]
    assert constant.values["U"].enclosure(10).high == 2 * 4
    assert constant.values["U"].enclosure(12).high == 2 * 4
    assert constant.values["U"].enclosure(13).high == 2 * 5


@pytest.mark.parametrize("c", ["0.001", "0.5", "3", "40", "1000"])
@pytest.mark.parametrize("steps", [1, 12])
def test_large_steps_of_langevin_dynamics_are_counted(c: str, steps: int) -> None:
    """k0 is the last step above log 2/(b L^2), L bounding differences of gradients: twice 1/2."""
    m_, b, step = 50, 2.0, float(c)
    setup = Setup(
        sample=Sample(m_),
        loss=Loss(range=3, lipschitz="0.5"),
        algorithm=LangevinDynamics(step_size=DecayingStep(c), steps=steps, inverse_temperature=2),
    )
    sizes = [step / k for k in range(1, steps + 1)]
    k0 = sum(size > math.log(2) / b for size in sizes)
    by_hand = 2 * 3 * k0 / m_ + 2 * 1 * 3 / m_ * math.sqrt(b * sum(sizes[k0:]))
    (constant,) = BY_ID["mou2018-sgld"].apply(setup)  # type: ignore[union-attr]
    assert constant.at()["epsilon"] == pytest.approx(by_hand, rel=1e-12)
