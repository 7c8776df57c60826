"""Exact deletions: against a training on the others, in closed form, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stability.dynamics import (
    FixedRates,
    Instances,
    ResidualRates,
    delete_instances,
    losses,
    passes,
    tree_population,
)
from stability.dynamics.neurashed import deletions
from stability.dynamics.neurashed.training import train_factors
from stability.errors import DataError


def drawn(count, test):
    both = tree_population()
    return both.sample(count, [3]).of_seed(0), both.sample(test, [4]).of_seed(0)


@pytest.mark.parametrize("rule", [FixedRates(), ResidualRates()])
def test_a_deletion_is_a_training_without_that_instance(rule, monkeypatch):
    monkeypatch.setattr(deletions, "TOGETHER", 2)
    train, test = drawn(12, 9)
    [order] = passes(12, 3, 1, [0])
    found = delete_instances(train, test, order[None], rule, start=0.3, deleted=[7, 0, 4])
    limit = math.log(4)
    assert found.loss_range == limit

    def cut(instances, ln):
        return np.minimum(losses(instances, ln), limit)

    whole = train_factors(train, order[None], rule, start=0.3).last[0]
    for k, i in enumerate([7, 0, 4]):
        others = np.delete(np.arange(12), i)
        kept = order[order[:, 0] != i]
        place = np.searchsorted(others, kept)  # the others alone, numbered anew
        rest = Instances(train.graph, train.patterns[others], train.labels[others])
        without = train_factors(rest, place[None], rule, start=0.3).last[0]
        assert np.allclose(found.changes[k], cut(test, without) - cut(test, whole), atol=1e-14)
        moved = cut(train, without) - cut(train, whole)
        assert found.diagonal[k] == pytest.approx(moved[i], abs=1e-14)
        assert found.training_maximum[k] == pytest.approx(np.abs(moved).max(), abs=1e-14)
    assert found.gap == pytest.approx(cut(test, whole).mean() - cut(train, whole).mean())


def test_in_batches_the_others_stay_where_they_are():
    train, test = drawn(8, 5)
    order = passes(8, 2, 4, [0])
    found = delete_instances(train, test, order, FixedRates(), deleted=[3])
    graph, growth, decay = train.graph, FixedRates().growth, FixedRates().decay
    ln = np.zeros(len(graph.features))
    for batch in order[0]:
        members = [i for i in batch if i != 3]
        reach, fires = graph.reach[train.labels[members]], train.firing.features[members]
        hit, touched = (fires & reach).any(axis=0), reach.any(axis=0)
        ln += 4 * (growth * hit - decay * (touched & ~hit))
    assert np.allclose(losses(test, ln), losses(test, found.log_factors) + found.changes[0])


def test_without_shared_features_other_classes_feel_nothing():
    apart = tree_population(form="apart", elsewhere=0.0)
    train, test = apart.sample(20, [0]).of_seed(0), apart.sample(30, [1]).of_seed(0)
    found = delete_instances(train, test, passes(20, 3, 1, [0]), ResidualRates(), start=0.3)
    same = train.labels[:, None] == test.labels
    assert (found.changes[~same] == 0).all() and np.abs(found.changes[same]).max() > 0


def test_what_cannot_be_deleted_is_refused():
    train, test = drawn(6, 4)
    order = passes(6, 1, 1, [0])
    for wrong in ([6], [-1], []):
        with pytest.raises(DataError, match="numbers from 0 to 5"):
            delete_instances(train, test, order, FixedRates(), deleted=wrong)
    with pytest.raises(DataError, match="one order"):
        delete_instances(train, test, passes(6, 1, 1, [0, 1]), FixedRates())
