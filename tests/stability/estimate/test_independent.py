"""Certified means from independent samples: coverage, rounding, and what follows from them."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.bounds.analyse import analyse
from stability.conventions import Averaged, Convention, Kind, Notion, Provenance
from stability.errors import DataError, SetupError, UnsafeMixture
from stability.estimate import (
    certified_hypothesis,
    certified_mean,
    certified_mean_gap,
    certified_pointwise,
    empirical_bernstein_upper,
)
from stability.setup.algorithms import EmpiricalRiskMinimizer
from stability.setup.setup import Loss, Sample, Setup

SETUP = Setup(
    sample=Sample(500), loss=Loss(range=2), algorithm=EmpiricalRiskMinimizer(regularization=1)
)
FIXED = {"positions": 0, "symmetric": True, "randomised": False}
CHANGES = np.random.default_rng(0).uniform(0.0, 0.01, size=3000)


@pytest.mark.parametrize("method", ["both", "hoeffding", "empirical-bernstein"])
@pytest.mark.parametrize("low", [0.0, -1.0])
def test_fails_rarely_enough(method, low):
    """A law with its whole variance: 2000 experiments, at most a tenth may fail."""
    rng = np.random.default_rng(1)
    p = 0.4
    values = low + (1.0 - low) * (rng.uniform(size=(2000, 60)) < p)
    expectation = low + (1.0 - low) * p
    failures = sum(certified_mean(v, low, 1.0, "0.1", method).upper < expectation for v in values)
    assert failures <= 200 + 3 * math.sqrt(200)
    assert method != "hoeffding" or failures > 0  # the check can fail: it is not all slack


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    values=st.lists(st.floats(0.0, 1.0), min_size=2, max_size=40),
    failure=st.sampled_from(["0.05", "0.001", "0.3"]),
)
def test_never_below_the_formula(values, failure):
    delta, n = float(failure), len(values)
    mean = Fraction(sum(map(Fraction, values)), n)
    hoeffding = float(mean) + math.sqrt(math.log(1 / delta) / (2 * n))
    found = certified_mean(values, 0.0, 1.0, failure, "hoeffding")
    assert found.upper >= min(1.0, hoeffding) - 1e-15
    assert found.upper <= min(1.0, hoeffding + 1e-12)
    both = certified_mean(values, 0.0, 1.0, failure).upper
    halves = (
        float(mean) + math.sqrt(math.log(2 / delta) / (2 * n)),
        empirical_bernstein_upper(values, 1.0, delta / 2),
        1.0,
    )
    assert min(halves) - 1e-15 <= both <= min(halves) + 1e-12
    shifted = certified_mean(np.array(values) - 1.0, -1.0, 0.0, failure).upper
    assert shifted == pytest.approx(both - 1.0, abs=1e-12)


def test_a_failure_that_no_float_holds_is_not_exceeded():
    third = Fraction(1, 3)
    assert certified_mean([0.0] * 5, 0.0, 1.0, third, "hoeffding").failure == third
    low = certified_mean([0.0] * 5, 0.0, 1.0, third, "hoeffding").upper
    assert low >= math.sqrt(math.log(3) / 10)


def test_hypothesis_stability():
    found = certified_hypothesis(CHANGES, SETUP, "retrain", "0.01", **FIXED)
    assert (found.notion, found.provenance, found.kind) == (
        Notion.HYPOTHESIS, Provenance.CERTIFIED, Kind.UPPER)  # fmt: skip
    assert found.failure == Fraction(1, 100) and found.convention is Convention.RETRAIN
    assert found.averaged_over is Averaged.NOTHING and found.symmetric
    assert found.at()["beta_hyp"] == pytest.approx(
        certified_mean(CHANGES, 0.0, 2.0, "0.01").upper, rel=1e-14
    )
    with pytest.raises(UnsafeMixture, match="known at m = 500 only"):
        found.at(499)
    [bound] = analyse(SETUP, "0.05", measured=[found]).of("bousquet2002-thm11-loo")
    beta, left = found.at()["beta_hyp"], 0.04
    assert bound.failure == Fraction(1, 20) and bound.provenance is Provenance.CERTIFIED
    assert bound.value == pytest.approx(math.sqrt((4 + 12 * 500 * beta) / (1000 * left)))
    refused = analyse(SETUP, "0.01", measured=[found])
    assert not refused.of("bousquet2002-thm11-loo")
    random = certified_hypothesis(
        CHANGES, SETUP, "retrain", "0.01", positions="random", symmetric=True, randomised=True
    )
    assert random.averaged_over is Averaged.BOTH
    ordered = certified_hypothesis(
        CHANGES, SETUP, "retrain", "0.01", positions="random", symmetric=False, randomised=False
    )
    assert not analyse(SETUP, "0.05", measured=[ordered]).of("bousquet2002-thm11-loo")


def test_pointwise_stability_is_never_called_proved():
    found = certified_pointwise(CHANGES, 2 * CHANGES, SETUP, "retrain", "0.02", **FIXED)
    assert set(found.values) == {"beta_hyp", "beta_pt"} and found.failure == Fraction(1, 50)
    assert found.at()["beta_hyp"] == pytest.approx(
        certified_mean(CHANGES, 0.0, 2.0, "0.01").upper, rel=1e-14
    )
    analysis = analyse(SETUP, "0.05", measured=[found])
    rows = [b for b in analysis.bounds if b.path[0] == "measured-on-independent-samples"]
    assert any("deletion-to-replacement" in b.path for b in rows)
    for bound in rows:
        assert bound.provenance is Provenance.CERTIFIED and bound.stability.failure > 0
        assert bound.failure in (Fraction(1, 20), Fraction(1, 50))


def test_the_mean_gap_of_a_known_toy():
    """Memorising means: R = 1/2, R_emp = 1/2 (1 - 1/m) on average; E gap = 1/(2 m) (here 0.05)."""
    rng = np.random.default_rng(2)
    gaps = []
    for _ in range(4000):
        y = rng.integers(0, 2, size=10).astype(float)
        mean = y.mean()
        gaps.append(((mean - 0.5) ** 2 + 0.25) - ((y - mean) ** 2).mean())
    found = certified_mean_gap(gaps, 1.0, "0.05")
    assert found.mean == pytest.approx(0.05, abs=0.005)
    assert 0.05 < found.upper < 0.12
    assert (found.samples, found.kind, found.provenance) == (
        4000, Kind.UPPER, Provenance.CERTIFIED)  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: certified_mean([0.5], 0.0, 1.0, "0.05"), DataError, "at least 2"),
        (lambda: certified_mean([0.5, 1.5], 0.0, 1.0, "0.05"), DataError, "outside"),
        (lambda: certified_mean([0.5, math.nan], 0.0, 1.0, "0.05"), DataError, "independent"),
        (lambda: certified_mean([0.5, 0.5], 1.0, 0.0, "0.05"), SetupError, "low < high"),
        (lambda: certified_mean([0.5, 0.5], 0.0, 1.0, "0"), SetupError, "failure"),
        (lambda: certified_mean([0.5, 0.5], 0.0, 1.0, "0.1", "guess"), SetupError, "method"),
        (lambda: certified_mean_gap([-1.5, 0.0], 1.0, "0.1"), DataError, "outside"),
        (
            lambda: certified_hypothesis([0.1, 2.5], SETUP, "retrain", "0.1", **FIXED),
            DataError, "outside",
        ),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("digits", range(1, 16))
def test_never_below_the_formula_for_a_failure_near_one(digits):
    """log(1/failure) loses its digits there unless it is taken of the failure itself."""
    failure = 1 - Fraction(1, 10**digits)
    with mpmath.workdps(50):
        exact = mpmath.sqrt(-mpmath.log1p(-(mpmath.mpf(10) ** -digits)) / 4)
    upper = certified_mean([0.0, 0.0], 0.0, 1.0, failure, "hoeffding").upper
    assert upper >= exact
    assert upper <= exact * (1 + mpmath.mpf(10) ** (digits - 15)) + 1e-15
