"""Tail fits and bootstrap intervals against laws whose answer is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stability.conventions import Kind
from stability.errors import DataError, SetupError
from stability.estimate import BootstrapAccumulator, DeletionBlock, bootstrap_summary, fit_tail


@pytest.mark.parametrize(("shape", "scale"), [(-0.3, 2.0), (0.0, 1e-4), (0.25, 3.0)])
def test_a_pareto_tail_is_found_again(shape, scale):
    values = stats.genpareto.rvs(shape, scale=scale, size=40_000, random_state=1)
    tail = fit_tail(values, share=0.2)
    assert tail.shape == pytest.approx(shape, abs=0.04)
    assert tail.kind is Kind.ESTIMATE and str(tail).startswith("estimate, not a bound")
    assert (tail.values, tail.exceedances, tail.seen) == (40_000, 8_000, values.max())
    assert tail.share == pytest.approx(0.2) and tail.threshold == np.quantile(values, 0.8)
    true = stats.genpareto.isf(1e-6, shape, scale=scale)
    assert tail.level(1e6) == pytest.approx(true, rel=0.25)
    if shape < 0:
        assert tail.endpoint == pytest.approx(-scale / shape, rel=0.1)
        assert tail.level(1e9) <= tail.endpoint
    if shape > 0:
        assert math.isinf(tail.endpoint) and "no end" in str(tail)
    assert tail.level(1 / tail.share) == pytest.approx(tail.threshold)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(unit=st.floats(1e-8, 1e6), seed=st.integers(0, 99))
def test_the_unit_does_not_matter(unit, seed):
    values = np.random.default_rng(seed).exponential(size=600)
    a, b = fit_tail(values, 0.1), fit_tail(unit * values, 0.1)
    assert b.shape == pytest.approx(a.shape, abs=1e-3)
    assert b.level(1e4) == pytest.approx(unit * a.level(1e4), rel=1e-3)


@pytest.mark.parametrize(
    ("values", "share", "error", "words"),
    [
        (np.ones(1000), 0.05, DataError, "0 values above 1"),
        (np.arange(100.0), 0.05, DataError, "5 values above"),
        ([], 0.05, DataError, "no values"),
        ([1.0, -1.0], 0.05, DataError, "negative"),
        ([1.0, math.nan], 0.05, DataError, "tail.values"),
        (np.arange(100.0), 1.0, SetupError, "tail.share"),
    ],
)
def test_refused_tails(values, share, error, words):
    with pytest.raises(error, match=words):
        fit_tail(values, share)


def test_no_level_below_the_threshold():
    tail = fit_tail(np.random.default_rng(0).uniform(size=1000), 0.1)
    with pytest.raises(SetupError, match="at least 10"):
        tail.level(9.0)


def block(table):
    return DeletionBlock(np.arange(len(table)), table, np.zeros(len(table)), np.zeros(len(table)))


def test_intervals_of_means():
    rng = np.random.default_rng(5)
    table = np.abs(rng.normal(size=(6, 400))) * np.arange(1, 7)[:, None] / 50
    found = bootstrap_summary([block(table[:2]), block(-table[2:])], 50, resamples=4000)
    for k in range(6):
        error = 50 * table[k].std() / 20
        mean = 50 * table[k].mean()
        assert found.row_mean[k] == pytest.approx([mean - 1.96 * error, mean + 1.96 * error],
                                                  abs=0.12 * error)  # fmt: skip
    assert pytest.approx(tuple(found.row_mean[5]), rel=0.01) == found.B
    assert found.B1[0] < 50 * table.mean() < found.B1[1]
    joint = 50 * table.mean(axis=0).std() / 20
    assert found.B1[1] - found.B1[0] == pytest.approx(2 * 1.96 * joint, rel=0.06)
    wide = bootstrap_summary([block(table)], 50, confidence=0.99)
    assert wide.B[0] < found.B[0] and wide.B[1] > found.B[1]


def test_blocks_and_seeds():
    table = np.random.default_rng(6).normal(size=(5, 30))
    whole = bootstrap_summary([block(table)], 7, seed=3)
    parts = bootstrap_summary([block(table[:1]), block(table[1:])], 7, seed=3)
    assert np.allclose(whole.row_mean, parts.row_mean, rtol=1e-12)
    assert pytest.approx(parts.B) == whole.B and pytest.approx(parts.B1) == whole.B1
    assert whole.B != bootstrap_summary([block(table)], 7, seed=4).B


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: bootstrap_summary([], 5), DataError),
        (lambda: BootstrapAccumulator(5, 3).finish(), DataError),
        (lambda: BootstrapAccumulator(5, 3).add([[1.0, 2.0]]), DataError),
        (lambda: BootstrapAccumulator(5, 2).add([[1.0, math.nan]]), DataError),
        (lambda: BootstrapAccumulator(5, 0), SetupError),
        (lambda: BootstrapAccumulator(5, 3, confidence=1.0), SetupError),
        (lambda: BootstrapAccumulator(5, 3, resamples=0), SetupError),
    ],
)
def test_refused_bootstraps(call, error):
    with pytest.raises(error, match="bootstrap"):
        call()
