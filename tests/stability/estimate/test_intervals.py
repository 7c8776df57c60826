"""Confidence limits: known cases, the direction of rounding, and coverage that can fail."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stability.errors import DataError, SetupError
from stability.estimate import (
    binomial_upper,
    bootstrap_mean_interval,
    empirical_bernstein_upper,
)


def exact(values, upper, failure):
    """The formula with exact sums and 60 digits."""
    numbers = [Fraction(v) for v in values]
    n = len(numbers)
    mean = sum(numbers) / n
    variance = sum((v - mean) ** 2 for v in numbers) / (n - 1)
    with mpmath.workdps(60):

        def real(q):
            return mpmath.mpf(q.numerator) / q.denominator

        weight = mpmath.log(2 / mpmath.mpf(failure))
        value = real(mean) + mpmath.sqrt(2 * real(variance) * weight / n)
        return min(value + 7 * mpmath.mpf(upper) * weight / (3 * (n - 1)), mpmath.mpf(upper))


def test_known_values():
    # no variance: only the last term is left
    assert empirical_bernstein_upper([0.25] * 1001, 1.0, 0.1) == pytest.approx(
        0.25 + 7 * math.log(20) / 3000, rel=1e-12
    )
    # half zeros, half ones: V = n / (4 (n - 1))
    n, log = 2000, math.log(2 / 0.05)
    expected = 0.5 + math.sqrt(2 * n / (4 * (n - 1)) * log / n) + 7 * log / (3 * (n - 1))
    found = empirical_bernstein_upper([0.0, 1.0] * (n // 2), 1.0, 0.05)
    assert found == pytest.approx(expected, rel=1e-12)


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.floats(0.0, 1.0), min_size=2, max_size=20),
    st.floats(1e-6, 0.99),
    st.floats(1e-3, 1e3),
)
def test_never_below_the_exact_value(values, failure, upper):
    data = [min(v * upper, upper) for v in values]
    found = empirical_bernstein_upper(data, upper, failure)
    true = exact(data, upper, failure)
    with mpmath.workdps(60):
        assert mpmath.mpf(found) >= true
        assert mpmath.mpf(found) <= true * (1 + mpmath.mpf(10) ** -13)


def test_rounding_is_seen_in_many_samples():
    rng = np.random.default_rng(0)
    for n in (50, 400, 3000):
        data = rng.uniform(0.3, 0.3 + 1e-7, size=n)  # almost no variance
        assert mpmath.mpf(empirical_bernstein_upper(data, 1.0, 0.05)) >= exact(data, 1.0, 0.05)


def test_scales_with_the_range_and_stays_inside():
    data = np.random.default_rng(1).uniform(size=300)
    one = empirical_bernstein_upper(data, 1.0, 0.01)
    assert empirical_bernstein_upper(8 * data, 8.0, 0.01) == pytest.approx(8 * one, rel=1e-12)
    assert empirical_bernstein_upper([1.0, 0.9], 1.0, 0.01) == 1.0
    limits = [empirical_bernstein_upper(data, 1.0, d) for d in (0.5, 0.1, 0.01, 1e-6)]
    assert limits == sorted(limits) and len(set(limits)) == 4


def without_last_term(data, failure):
    """A tempting mistake: the central-limit-like part alone."""
    n = len(data)
    return data.mean() + math.sqrt(2 * data.var(ddof=1) * math.log(2 / failure) / n)


@pytest.mark.parametrize("p", [0.01, 0.1, 0.5])
def test_coverage_on_bernoulli_values(p):
    rng = np.random.default_rng(7)
    samples = (rng.uniform(size=(4000, 60)) < p).astype(float)
    missed = np.mean([empirical_bernstein_upper(row, 1.0, 0.2) < p for row in samples])
    assert missed <= 0.2
    # and the limit is not there for nothing: it does move with the sample
    assert len({empirical_bernstein_upper(row, 1.0, 0.2) for row in samples}) > 3


def test_the_coverage_test_sees_a_missing_term():
    """With few successes a sample is often all zeros; without the last term the limit is 0."""
    rng = np.random.default_rng(7)
    samples = (rng.uniform(size=(4000, 60)) < 0.01).astype(float)
    assert np.mean([without_last_term(row, 0.2) < 0.01 for row in samples]) > 0.2


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([0.5], 1.0, 0.05), DataError, "at least 2"),
        (([0.5, 1.5], 1.0, 0.05), DataError, "upper = 1"),
        (([0.5, -0.5], 1.0, 0.05), DataError, "0 to upper"),
        (([0.5, np.nan], 1.0, 0.05), DataError, "finite"),
        (([0.5, 0.5], 0.0, 0.05), SetupError, "upper"),
        (([0.5, 0.5], 1.0, 0.0), SetupError, "failure"),
        (([0.5, 0.5], 1.0, 1.0), SetupError, "failure"),
    ],
)
def test_refusals(arguments, error, words):
    with pytest.raises(error, match=words):
        empirical_bernstein_upper(*arguments)


def test_bootstrap_covers_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    hits = 0
    for seed in range(400):
        low, high = bootstrap_mean_interval(rng.exponential(size=100), 0.8, 200, seed)
        hits += low <= 1.0 <= high
    assert 0.72 <= hits / 400 <= 0.86


def test_bootstrap_repeats_and_narrows():
    data = np.random.default_rng(4).normal(size=50)
    assert bootstrap_mean_interval(data, seed=1) == bootstrap_mean_interval(data, seed=1)
    assert bootstrap_mean_interval(data, seed=1) != bootstrap_mean_interval(data, seed=2)
    low, high = bootstrap_mean_interval(data, 0.95)
    inner_low, inner_high = bootstrap_mean_interval(data, 0.5)
    assert low < inner_low < data.mean() < inner_high < high
    error = data.std() / 50**0.5
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_bootstrap_refusals():
    with pytest.raises(DataError, match="at least 1"):
        bootstrap_mean_interval([])
    with pytest.raises(SetupError, match="confidence"):
        bootstrap_mean_interval([1.0], confidence=1.0)
    with pytest.raises(SetupError, match="resamples"):
        bootstrap_mean_interval([1.0], resamples=0)


@pytest.mark.parametrize(("errors", "draws"), [(0, 1), (0, 50), (3, 50), (49, 50), (170, 1000)])
@pytest.mark.parametrize("failure", [0.3, 0.01, 1e-9])
def test_the_exact_limit_of_a_share_is_safe_and_tight(
    errors: int, draws: int, failure: float
) -> None:
    """Against the binomial sum in exact rationals."""
    found = binomial_upper(errors, draws, failure)

    def as_few(q: Fraction) -> Fraction:
        return sum(math.comb(draws, k) * q**k * (1 - q) ** (draws - k) for k in range(errors + 1))  # type: ignore[return-value]

    assert as_few(Fraction(found)) <= Fraction(failure)
    lower = found - 1e-6 * (1 - found) - 1e-7
    assert as_few(Fraction(round(lower, 9)).limit_denominator(10**9)) > Fraction(failure)


def test_the_limit_of_nothing_but_errors_is_one_and_counts_are_checked() -> None:
    assert binomial_upper(5, 5, 0.1) == 1.0
    for errors, draws in ((6, 5), (-1, 5), (0, 0), (1.5, 5)):
        with pytest.raises(DataError):
            binomial_upper(errors, draws, 0.1)  # type: ignore[arg-type]
    with pytest.raises(SetupError):
        binomial_upper(1, 5, 1.0)
