"""Training of feature graphs: both rules against a plain loop; the tables on batch sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stability.dynamics import (
    FixedRates,
    Instances,
    ResidualRates,
    accuracy,
    dominant_feature,
    draws,
    in_turn,
    passes,
    robust_and_spurious,
    scores,
    shared_features,
    train_factors,
    tree_population,
)
from stability.dynamics.neurashed import training
from stability.errors import DataError, RunError, SetupError


def plainly(instances, batches, updates, start):
    """One seed, one step and one feature at a time."""
    graph = instances.graph
    size = batches.shape[1]
    exposure = size if updates.exposure is None else updates.exposure
    ln = np.full(len(graph.features), math.log(start))
    for batch in batches:
        members = [i for i in batch if i >= 0]
        if not members:
            continue
        residual = 1.0
        if updates.gated:
            Z = scores(graph, instances.firing, ln)
            soft = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
            residual = np.mean([1 - soft[i, instances.labels[i]] for i in members])
        new = ln.copy()
        for f in range(len(ln)):
            touching = members
            if updates.scope == "label":
                touching = [i for i in members if graph.reach[instances.labels[i], f]]
            if any(instances.firing.features[i, f] for i in touching):
                new[f] += exposure * residual * updates.growth
            elif touching:
                new[f] -= exposure * updates.decay
        ln = new
    return ln


@pytest.mark.parametrize("rule", [FixedRates(), ResidualRates(), ResidualRates(scope="everywhere")])
@pytest.mark.parametrize("size", [1, 3])
def test_training_is_that_of_a_plain_loop(rule, size, monkeypatch):
    monkeypatch.setattr(training, "BLOCK", 200)  # blocks of a few steps
    population = tree_population()
    own = population.sample(30, seeds=[0, 1])
    order = draws(30, 12, size, seeds=[3, 4])
    order[0, 2], order[1, 5, 0] = -1, -1
    found = train_factors(own, order, rule, start=0.4, checkpoints=[0, 5, 12])
    assert np.allclose(found.log_factors[0], math.log(0.4))
    for s in range(2):
        alone = Instances(own.graph, own.patterns[s], own.labels[s])
        assert np.allclose(found.last[s], plainly(alone, order[s], rule, 0.4), rtol=1e-12)
        assert np.allclose(
            found.log_factors[1, s], plainly(alone, order[s, :5], rule, 0.4), rtol=1e-12
        )


def test_a_seed_gives_the_same_numbers_alone_and_beside_others():
    given = shared_features()
    for order in (lambda s: passes(8, 5, 2, s), lambda s: draws(8, 20, 2, s)):
        together, alone = (
            train_factors(given, order(seeds), ResidualRates(), start=0.2)
            for seeds in ([7, 8], [8])
        )
        assert np.array_equal(together.last[1], alone.last[0])
        assert not np.array_equal(together.last[0], together.last[1])
    population = tree_population()
    both, one = population.sample(5, [1, 2]), population.sample(5, [2])
    assert np.array_equal(both.patterns[1], one.patterns[0])
    assert np.array_equal(both.labels[1], one.labels[0])


def test_a_batch_counts_a_feature_once_and_so_is_not_as_many_single_steps():
    """With fractions in place of 'fires for one at least' there would be no effect of the batch."""
    given = dominant_feature()
    up, down = FixedRates().growth, FixedRates().decay
    once = train_factors(given, np.arange(4).reshape(1, 1, 4), FixedRates()).last[0]
    singly = train_factors(given, np.arange(4).reshape(1, 4, 1), FixedRates()).last[0]
    assert once == pytest.approx([4 * up] * 3)
    assert singly == pytest.approx([2 * up - 2 * down, 4 * up, 2 * up - 2 * down])
    share = given.firing.features.mean(axis=0)
    assert 4 * (share * up - (1 - share) * down) == pytest.approx(singly)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_drift_is_that_of_simulation(size):
    population = robust_and_spurious(spurious=40)
    steps = 400
    drawn = population.sample(steps * size, [0, 1], labels=np.zeros(steps * size, dtype=int))
    order = in_turn(steps * size, size)
    found = train_factors(drawn, order, FixedRates()).last
    drift = FixedRates().drift(0.3, size)
    q = FixedRates().batch_rate(0.3, size)
    error = size * (FixedRates().growth + FixedRates().decay) * math.sqrt(q * (1 - q) / steps / 80)
    assert found[:, 1:41].mean() / steps == pytest.approx(float(drift), abs=4 * error)
    assert found[:, 0] == pytest.approx(steps * float(FixedRates().drift(1.0, size)))
    assert (found[:, 41:] == 0).all()  # the other class was never shown


def test_survival():
    rule = FixedRates()
    assert rule.survival_rate == pytest.approx(0.5903, abs=5e-5)
    for rate, least in ((0.5, 1.29), (0.3, 2.50), (0.1, 8.47)):
        assert rule.smallest_batch(rate) == pytest.approx(least, abs=5e-3)
        assert rule.drift(rate, 1 + int(least)) > 0
        assert rule.drift(rate, int(least)) < 0
    assert (rule.smallest_batch(1.0), rule.smallest_batch(0.0)) == (0.0, math.inf)
    with pytest.raises(SetupError, match="from 0 to 1"):
        rule.smallest_batch(1.5)


def test_small_batches_leave_the_dominant_feature_alone():
    """The table of the first example: exact for batches of 1 and 4, a mean for 2."""
    given = dominant_feature()
    effective = []
    for size in (1, 2, 4):
        order = passes(4, 400, size, range(20))
        found = train_factors(given, order, FixedRates(exposure=size / 4)).last
        factors = np.exp(found.mean(axis=0))
        assert factors[1] == pytest.approx(1.007**400, rel=1e-12)
        expected = {1: (1.007 * 0.99) ** 200, 2: 5.2340, 4: 1.007**400}[size]
        assert factors[[0, 2]] == pytest.approx(expected, rel=0.05 if size == 2 else 1e-12)
        effective.append((factors**2).sum() ** 2 / (factors**4).sum())
    assert effective == pytest.approx([1.004, 1.44, 3.0], abs=0.02)
    assert math.exp(400 * (5 * FixedRates().growth - FixedRates().decay) / 6) == pytest.approx(
        5.2340, abs=1e-4
    )


def test_larger_batches_keep_what_is_spurious_and_do_not_generalize():
    """The table of the generalisation: mean ln ratio and accuracy where the spurious come loose."""
    population = robust_and_spurious()
    seeds = range(20)
    loose = population.rates.copy()
    loose[0, 12:], loose[1, 1:11] = 0.3, 0.3
    labels = np.repeat([0, 1], 300)
    tested = type(population)(population.graph, loose).sample(600, range(50, 70), labels=labels)
    known = {
        1: (-7.15, 1.0),
        2: (-4.99, 1.0),
        6: (-1.19, 0.917),
        12: (-0.15, 0.723),
        50: (0, 0.677),
    }
    before = 2.0
    for size, (ratio, share) in known.items():
        steps = 600 // size
        shown = np.tile(np.repeat([0, 1], size), steps)
        drawn = population.sample(len(shown), seeds, labels=shown)
        order = in_turn(len(shown), 2 * size)
        found = train_factors(drawn, order, FixedRates(exposure=size)).last
        seen = (found[:, 1:11] - found[:, :1]).mean()
        formula = -600 * 0.7**size * (FixedRates().growth + FixedRates().decay)
        assert seen == pytest.approx(formula, abs=0.06)
        assert seen == pytest.approx(ratio, abs=0.06)
        assert accuracy(drawn, found).min() == 1.0
        now = accuracy(tested, found).mean()
        assert now == pytest.approx(share, abs=0.02) and now <= before
        before = now


def test_with_decay_everywhere_everything_dies():
    given = shared_features()
    order = draws(8, 3200, 1, range(4))
    halves = [
        train_factors(given, order, FixedRates(scope=scope, exposure=0.5)).last.mean(axis=0)
        for scope in ("label", "everywhere")
    ]
    assert np.exp(halves[1]) == pytest.approx([0.09] * 4, abs=0.03)
    assert (np.exp(halves[0][[1, 3]]) > 100).all()


def test_what_cannot_be_trained_is_refused():
    given = dominant_feature()
    order = passes(4, 2, 1, [0])
    for wrong, word in (
        ({"start": 0.0}, "factors above 0"),
        ({"checkpoints": [9]}, "from 0 to 8"),
        ({"checkpoints": [2, 1]}, "increasing"),
        ({"checkpoints": []}, "increasing"),
    ):
        with pytest.raises(SetupError, match=word):
            train_factors(given, order, FixedRates(), **wrong)
    with pytest.raises(DataError, match="numbers below 4"):
        train_factors(given, order + 1, FixedRates())
    with pytest.raises(DataError, match="the same seeds everywhere"):
        train_factors(given, passes(4, 2, 1, [0, 1, 2]), FixedRates(), start=np.ones((2, 3)))
    with pytest.raises(SetupError, match=r"updates.down.*below 1"):
        ResidualRates(down=1.0)
    with pytest.raises(SetupError, match="at most the 4 instances"):
        passes(4, 1, 5, [0])
    with pytest.raises(RunError, match="smaller start"):
        two = shared_features()
        train_factors(two, passes(8, 1, 1, [0]), ResidualRates(), start=1e308)
