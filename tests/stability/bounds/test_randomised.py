"""Relative entropies inverted on the safe side, and certified risks of weights with noise."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from stability.bounds.analyse import analyse
from stability.bounds.randomised import best_randomised, randomised_bounds
from stability.bounds.relative_entropy import kl_inverse
from stability.errors import Refusal, SetupError
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import AssumedStability, Loss, Sample, Setup, Training
from stability.theorems.evaluate import evaluate

MNIST = Setup(
    sample=Sample(60000),
    loss=Loss(
        range=1,
        lipschitz=2.0**0.5,
        mean_lipschitz="0.47",
        rms_lipschitz="0.48",
        convex=True,
    ),
    algorithm=EmpiricalRiskMinimizer(regularization="0.0001"),
)


def kl(p: float, q: float) -> mpmath.mpf:
    p, q = mpmath.mpf(p), mpmath.mpf(q)
    first = 0 if p == 0 else p * mpmath.log(p / q)
    return first + (0 if p == 1 else (1 - p) * mpmath.log((1 - p) / (1 - q)))


def test_the_reference_values() -> None:
    """Section R of the theory note: radius, divergence, cap and inverse at lambda = 1e-4."""
    known = {"m": 60000, "u_sup": 1e4 * 2.0**0.5, "u_mean": 4700, "u_rms": 4800}
    radius = evaluate("elastic-radius", {**known, "delta": "0.04"}).value
    assert radius == pytest.approx(55.223748978167, rel=1e-13)
    assert (radius / 1.28) ** 2 / 2 == pytest.approx(930.683121094849, rel=1e-13)
    split = {"delta_1": "0.04", "delta_2": "0.001", "noise": "1.28", "noise_levels": 1}
    cap = evaluate("elastic-pac-bayes", {**known, **split, "offset": 0}).value
    assert cap == pytest.approx(0.0157297512245832, rel=1e-13)
    assert kl_inverse(0.17, cap) == pytest.approx(0.243132527866905, rel=1e-13)


def test_the_inverse_is_never_below_the_true_one() -> None:
    mpmath.mp.dps = 40
    draw = np.random.default_rng(3)
    risks = [*draw.uniform(size=30), 0.0, 1e-300, 5e-324, 1e-9, 1 - 2.0**-53, 0.5]
    caps = [*10 ** draw.uniform(-18, 2, size=6), 1e-300, 3.0]
    for p in risks:
        for cap in caps:
            q = kl_inverse(p, cap)
            assert p <= q <= 1.0
            if q < 1.0:
                assert kl(p, q) >= mpmath.mpf(cap)
            if cap >= 1e-6 and 1e-9 <= p < 0.999 and q < 1.0:
                lower = q - 1e-9 * q
                assert lower <= p or kl(p, lower) < mpmath.mpf(cap)
    assert kl_inverse(0.0, 1.0) == pytest.approx(-math.expm1(-1.0), rel=1e-15)
    assert (kl_inverse(1.0, 0.1), kl_inverse(0.3, 0.0), kl_inverse(0.3, 1e9)) == (1.0, 0.3, 1.0)


@pytest.mark.parametrize(("p", "cap"), [(-0.1, 1), (1.1, 1), (math.nan, 1), (0.5, -1)])
def test_what_is_no_risk_or_no_entropy_is_refused(p: float, cap: float) -> None:
    with pytest.raises(SetupError):
        kl_inverse(p, cap)


def test_levels_charges_and_offsets_cost_something() -> None:
    (one,) = randomised_bounds(MNIST, {"1.28": 0.17})
    more = randomised_bounds(MNIST, {"1.28": 0.17, "0.64": 0.16, "2.56": 1.0})
    (drawn,) = randomised_bounds(MNIST, {"1.28": 0.17}, charged="0.04")
    far = replace(MNIST, training=Training(noise_offset=5))
    (apart,) = randomised_bounds(far, {"1.28": 0.17})
    assert [b.noise for b in more] == [Fraction("0.64"), Fraction("1.28"), Fraction("2.56")]
    assert one.test_risk < more[1].test_risk < min(drawn.test_risk, apart.test_risk) < 0.3
    assert best_randomised(more) is more[1] and more[2].test_risk == 1.0
    assert one.gap == one.test_risk - 0.17 and one.risk_without_noise == 2 * one.test_risk
    chosen = one.entropy.chosen
    assert (chosen["delta_1"], chosen["delta_2"]) == (Fraction(19, 400), Fraction(1, 400))
    assert drawn.entropy.failure == Fraction("0.01")


def test_losses_of_another_range_are_divided_by_it() -> None:
    wide = replace(MNIST, loss=replace(MNIST.loss, range=4))
    (one,), (four,) = (
        randomised_bounds(setup, {"1.28": risk}) for setup, risk in ((MNIST, 0.17), (wide, 0.68))
    )
    assert four.test_risk == pytest.approx(4 * one.test_risk, rel=1e-12)


def test_a_constant_of_ones_own_stands_for_the_algorithm() -> None:
    own = AssumedStability(
        notion="argument",
        neighbour="replacement",
        values={"distance": 0.2},  # type: ignore[arg-type]
    )
    setup = Setup(sample=Sample(1000), loss=Loss(range=1), stability=own)
    (found,) = randomised_bounds(setup, {2: 0.1})
    assert found.entropy.theorem == "uniform-pac-bayes"
    assert found.entropy.path == ("assumed", "uniform-pac-bayes")


@pytest.mark.parametrize(
    ("risks", "rest"),
    [
        ({}, {}),
        ({1: 1.5}, {}),
        ({1: -0.1}, {}),
        ({1: math.nan}, {}),
        ({1: 0.1}, {"charged": "0.05"}),
        ({1: 0.1}, {"charged": -1}),
        ({0: 0.1}, {}),
        ({1: 0.1}, {"delta": 1}),
    ],
)
def test_what_cannot_be_certified_is_refused(risks: dict, rest: dict) -> None:
    with pytest.raises(SetupError):
        randomised_bounds(MNIST, risks, **rest)


def test_hypotheses_are_asked() -> None:
    with pytest.raises(Refusal, match=r"loss\.convex"):
        randomised_bounds(replace(MNIST, loss=replace(MNIST.loss, convex=None)), {1: 0.1})
    with pytest.raises(SetupError, match=r"loss\.range"):
        randomised_bounds(replace(MNIST, loss=replace(MNIST.loss, range=None)), {1: 0.1})


def test_a_setup_with_noise_has_rows_and_one_without_is_told_what_is_missing() -> None:
    noisy = replace(MNIST, training=Training(noise="1.28"))
    found = analyse(noisy)
    (gap,) = found.of("elastic-pac-bayes-gap")
    (entropy,) = found.of("elastic-pac-bayes")
    assert gap.value == pytest.approx((entropy.value / 2) ** 0.5, rel=1e-12)
    assert (gap.quantity, gap.trivial_value) == ("randomised-gap", 1.0)
    assert (entropy.trivial_value, entropy.vacuous) == (None, False)
    assert found.best("gap") is not gap and found.best("randomised-gap") is gap
    refused = {r.theorem: r for r in analyse(MNIST).refused}
    assert refused["elastic-pac-bayes"].where == "training.noise"


def test_the_distance_of_the_solver_stays_where_the_sample_size_changes() -> None:
    """Else a larger sample would be promised an exact solver."""
    noisy = replace(MNIST, training=Training(noise="1.28", noise_offset=5))
    assert noisy.with_size(1000).training.noise_offset == 5
