"""The gap on a known population: against refits by hand, and claims that break when they should."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import beta

from stability.conventions import Quantity
from stability.datasets import load_digits
from stability.estimate import fit_logistic
from stability_experiments.bounds.gap_vs_bounds import body as gap_vs_bounds
from stability_experiments.bounds.gap_vs_bounds import bounds as gap_bounds
from stability_experiments.bounds.gap_vs_bounds.bounds import (
    Outcome,
    describe,
    failure_at_most,
    line,
    outcome,
)
from stability_experiments.bounds.gap_vs_bounds.experiment import EXPERIMENT
from stability_experiments.bounds.gap_vs_bounds.samples import (
    SEEN,
    Drawing,
    Draws,
    Population,
    load_population,
    principal_features,
    whole_minimiser,
)
from stability_experiments.framework.run import run_experiment

RANGE, DECAY, SIZE = math.log(10), 0.03, 40
POPULATION = load_population(None, "all", 5)
WHOLE = whole_minimiser(POPULATION, DECAY)


def draw_gaps(size: int, count: int, seed: int, population=POPULATION, whole=WHOLE) -> Draws:
    seen = Drawing(population, whole, size, RANGE, seed)(range(count))
    return Draws(size, *(np.array([one[name] for one in seen]) for name in SEEN))


DRAWN = draw_gaps(SIZE, 320, 7)
FOUND = outcome(POPULATION, DRAWN)


def risk(model, x, y) -> float:
    """The mean cut cross-entropy, one example at a time."""
    total = 0.0
    for features, label in zip(x, y, strict=True):
        logits = model.weights @ features
        loss = math.log(sum(math.exp(v - logits[label]) for v in logits))
        total += min(max(loss, 0.0), RANGE)
    return total / len(y)


@pytest.mark.parametrize("k", [0, 3])
def test_a_sample_by_hand(k: int) -> None:
    """Keep-1/m without an example is the minimiser on the others at decay m/(m - 1)."""
    everything = POPULATION.features, POPULATION.labels
    drawn = np.random.default_rng([7, SIZE, k]).integers(len(POPULATION), size=SIZE)
    x, y = POPULATION.features[drawn], POPULATION.labels[drawn]
    model = fit_logistic(x, y, 10, DECAY)
    gap = risk(model, *everything) - risk(model, x, y)
    assert DRAWN.gaps[k] == pytest.approx(gap, abs=1e-8)
    noise = risk(WHOLE, *everything) - risk(WHOLE, x, y)
    assert DRAWN.noise[k] == pytest.approx(noise, abs=1e-8)
    without = fit_logistic(x[1:], y[1:], 10, DECAY * SIZE / (SIZE - 1))
    moved = [
        abs(risk(without, [a], [b]) - risk(model, [a], [b]))
        for a, b in zip(*everything, strict=True)
    ]
    assert DRAWN.changes[k] == pytest.approx(np.mean(moved), abs=1e-7)
    assert DRAWN.diagonal[k] == pytest.approx(moved[drawn[0]], abs=1e-7)


def test_a_sample_does_not_depend_on_how_many_are_drawn_and_sizes_differ() -> None:
    fewer = draw_gaps(SIZE, 2, 7)
    assert (fewer.gaps == DRAWN.gaps[:2]).all() and (fewer.diagonal == DRAWN.diagonal[:2]).all()
    other = draw_gaps(SIZE, 2, 8)
    assert (fewer.gaps != other.gaps).all()


def test_the_mean_gap_is_that_of_the_gaps_with_less_variance() -> None:
    spread = DRAWN.gaps.std(ddof=1) / math.sqrt(len(DRAWN))
    assert abs(DRAWN.noise.mean()) < 4 * DRAWN.noise.std(ddof=1) / math.sqrt(len(DRAWN))
    assert abs(DRAWN.mean_gap - DRAWN.gaps.mean()) < 4 * spread
    assert DRAWN.mean_gap_error < spread
    assert DRAWN.mean_gap == pytest.approx((DRAWN.gaps - DRAWN.noise).mean())


def test_constants_of_the_population_are_not_below_their_exact_values() -> None:
    exact = [Fraction(float(v)) for v in POPULATION.lipschitz]
    count = len(POPULATION)
    mean, square = sum(exact) / count, sum(v * v for v in exact) / count
    assert mean <= Fraction(POPULATION.lipschitz_mean) < mean * (1 + Fraction(1, 10**14))
    assert square <= Fraction(POPULATION.lipschitz_rms) ** 2 < square * (1 + Fraction(1, 10**14))
    assert POPULATION.lipschitz_supremum == max(exact) == pytest.approx(math.sqrt(2))


def test_features_are_principal_components_and_a_constant_of_norm_at_most_one() -> None:
    images = load_digits()
    features = principal_features(images, 3)
    assert features.shape == (1797, 4)
    assert np.linalg.norm(features, axis=1).max() == pytest.approx(1.0)
    assert np.ptp(features[:, 3]) == 0.0 < features[0, 3]
    covariance = np.cov(features[:, :3].T)
    assert np.abs(covariance - np.diag(np.diag(covariance))).max() < 1e-12
    share = np.diag(covariance) / features[0, 3] ** 2
    eigenvalues = np.linalg.eigvalsh(np.cov(images.inputs.T))[::-1][:3]
    assert share / share[0] == pytest.approx(eigenvalues / eigenvalues[0])


def made_up(gaps: list[float], noise: float = 0.0) -> Draws:
    zeros = np.zeros(len(gaps))
    return Draws(9, np.array(gaps), zeros + noise, zeros, zeros)


def test_failures_are_counted_on_the_side_that_the_bound_speaks_of() -> None:
    trial = made_up([-0.5, 0.1, 0.2, 0.3], noise=0.05)
    gap = line(Quantity.GAP, "t", "n", "f", "proved", 0.2, trial)
    assert (gap.failures, gap.tried) == (1, 4)
    assert gap.seen == pytest.approx(np.quantile([-0.5, 0.1, 0.2, 0.3], 0.95))
    size = line(Quantity.ABSOLUTE_GAP, "t", "n", "f", "proved", 0.2, trial)
    assert size.failures == 2 and size.slack < 1
    mean = line(Quantity.EXPECTED_GAP, "t", "n", "f", "proved", 0.2, trial)
    assert (mean.failures, mean.tried) == (0, 0) and mean.seen == pytest.approx(-0.025)
    assert "failed in 2 of 4" in size.note and "failed" not in mean.note
    assert line(Quantity.GAP, "t", "n", "f", "asymptotic", 9.0, trial).promises is False


@pytest.mark.parametrize(("failures", "tried"), [(0, 10), (3, 50), (49, 50)])
def test_clopper_pearson(failures: int, tried: int) -> None:
    expected = beta.ppf(0.9, failures + 1, tried - failures)
    assert failure_at_most(failures, tried, 0.9) == pytest.approx(expected)


def test_certificates_come_from_the_first_half_and_take_their_share_of_delta() -> None:
    half = len(DRAWN) // 2
    swapped = Draws(SIZE, *(np.roll(a, half) for a in
                            (DRAWN.gaps, DRAWN.noise, DRAWN.changes, DRAWN.diagonal)))  # fmt: skip
    other = outcome(POPULATION, swapped)
    changed = replace(DRAWN, changes=DRAWN.changes * np.repeat([1.0, 0.5], [half, half]))
    moved = outcome(POPULATION, changed)
    for before, after, turned in zip(
        FOUND.constants, moved.constants, other.constants, strict=True
    ):
        assert (after.narrow, after.wide) == (before.narrow, before.wide)
        assert turned.narrow != before.narrow
        assert before.seen < before.narrow < before.wide
    assert moved.constants[0].seen == pytest.approx(FOUND.constants[0].seen / 2)
    hypothesis, pointwise = (c.narrow for c in FOUND.constants)
    by_hand = math.sqrt(
        (RANGE**2 + 6 * RANGE * SIZE * (hypothesis + pointwise)) / (2 * SIZE * (0.05 - 0.005))
    )
    found = FOUND.value("bousquet2002-thm11-emp", gap_bounds.NARROW)
    assert found == pytest.approx(by_hand)
    wide = FOUND.value("bousquet2002-thm11-emp", gap_bounds.WIDE)
    assert wide > found


def test_a_proved_range_above_that_of_the_loss_is_not_used() -> None:
    few = outcome(POPULATION, draw_gaps(12, 20, 0))
    assert few.uniform > RANGE
    assert all(c.narrow == pytest.approx(c.wide) for c in few.constants)


def test_proved_bounds_use_the_values_of_the_population() -> None:
    setup = describe(POPULATION, SIZE)
    assert setup.loss.measured_failure == 0
    mean, factor = POPULATION.lipschitz_mean, 1 / (DECAY * SIZE)
    hypothesis, pointwise = FOUND.constants
    assert hypothesis.proved == pytest.approx(mean**2 * factor)
    assert pointwise.proved == pytest.approx(POPULATION.lipschitz_rms**2 * factor)
    assert pytest.approx(2 * factor) == FOUND.uniform
    assert pytest.approx(math.sqrt(2) * mean * factor) == FOUND.elastic
    elastic = [x for x in FOUND.lines if x.theorem == "elastic-finite-emp"]
    assert {x.promise for x in elastic} == {"proved"}
    assert {x.quantity for x in FOUND.lines} == {"gap", "absolute-gap", "expected-gap"}


def test_lines_are_grouped_by_theorem() -> None:
    order = [(x.quantity, x.theorem) for x in FOUND.lines]
    assert len({x.name for x in FOUND.lines}) == len(order) > 20
    starts = [a for a, b in zip(order, [None, *order], strict=False) if a != b]
    assert len(starts) == len(set(starts))


def test_the_claims_hold_on_what_was_found() -> None:
    required = [claim for claim in gap_vs_bounds.claims([FOUND]) if claim.required]
    assert len(required) == 7 and all(claim.holds for claim in required)


def without(o: Outcome, *, quantity: str = "", theorem: str = "", **changes) -> Outcome:
    """The outcome with changed bounds of a quantity, or of a theorem."""
    return replace(
        o,
        lines=tuple(
            replace(x, **changes) if quantity == x.quantity or theorem == x.theorem else x
            for x in o.lines
        ),
    )


def constants(o: Outcome, **changes) -> Outcome:
    first, second = o.constants
    return replace(o, constants=(first, replace(second, **changes)))


BREAKAGES = {
    "bounds that fail": (lambda o: without(o, quantity="gap", failures=9), (0, 1)),
    "too few samples to tell": (lambda o: without(o, quantity="gap", tried=30), (1,)),
    "a bound below the gap": (lambda o: without(o, quantity="absolute-gap", value=1e-3), (2,)),
    "a bound below the mean": (lambda o: without(o, quantity="expected-gap", value=1e-3), (3,)),
    "a certificate below": (lambda o: constants(o, narrow=1e-4), (4,)),
    "a constant below": (lambda o: constants(o, proved=1e-4), (5,)),
    "a row mean below": (lambda o: replace(o, elastic=1e-4), (5,)),
    "a diagonal above": (lambda o: replace(o, uniform=1e-4), (5,)),
    "elastic above": (lambda o: without(o, theorem="elastic-finite-emp", value=1e3), (6,)),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_claims_that_do_not_hold_are_seen(name: str) -> None:
    breakage, where = BREAKAGES[name]
    broken = gap_vs_bounds.claims([FOUND, breakage(FOUND)])
    seen = {k for k, claim in enumerate(broken) if claim.required and not claim.holds}
    assert seen == set(where)


def test_on_a_few_digits(tmp_path, monkeypatch) -> None:
    tiny = gap_vs_bounds.Size(part="test", sizes=(9,), samples=8, digits=(50,))
    monkeypatch.setitem(gap_vs_bounds.SIZES, "smoke", tiny)
    runs = [
        run_experiment(EXPERIMENT, "smoke", None, seed, tmp_path / f"{k}", lambda *_: None)
        for k, seed in enumerate((0, 0, 1))
    ]
    assert runs[0].findings == runs[1].findings
    assert runs[0].findings.rows != runs[2].findings.rows
    names = [row.name for row in runs[0].findings.rows]
    assert len(set(names)) == len(names) and "mean gap, m=50" in names
    assert "digits" in (runs[0].findings.scaled_down or "")
    assert (tmp_path / "0" / "gap.png").stat().st_size > 5000


def test_a_population_of_two_points() -> None:
    """Both points alike but for the class: R is log 2 where the weights are 0."""
    twins = Population(np.ones((2, 1)), np.array([0, 1]), "twins", "")
    whole = whole_minimiser(twins, 0.5)
    drawn = draw_gaps(4, 200, 0, twins, whole)
    even = [
        k for k in range(200) if np.random.default_rng([0, 4, k]).integers(2, size=4).sum() == 2
    ]
    assert len(even) > 40 and np.abs(drawn.gaps[even]).max() < 1e-9
    assert (np.delete(drawn.gaps, even) > 1e-3).all()
