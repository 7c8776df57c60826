"""From elasticity to stability: pairs against plain training and steps, correlations, claims."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import pearsonr, rankdata, spearmanr

from stability.datasets import load_digits
from stability.elasticity import EmpiricalKernel, finite_steps, loss_slopes, normalised, relative
from stability.elasticity.step_factors import PARTS
from stability.elasticity.trace_kernel import trace_kernel
from stability.estimate import agreement
from stability.training import train_one
from stability_experiments.elasticity.elasticity_to_stability import body, pairs
from stability_experiments.elasticity.elasticity_to_stability.body import SIZES, Amount, Size
from stability_experiments.elasticity.elasticity_to_stability.claims import claims
from stability_experiments.elasticity.elasticity_to_stability.experiment import EXPERIMENT
from stability_experiments.elasticity.elasticity_to_stability.factors import FACTORS, carried
from stability_experiments.elasticity.elasticity_to_stability.pairs import (
    ANOTHER,
    DELETION,
    INFLUENCE,
    KERNEL,
    MEASURES,
    NOTHING,
    RESIDUAL,
    SIMILARITY,
    STEP,
    TRUTHS,
    Pairs,
    Setting,
    find_pairs,
)
from stability_experiments.elasticity.elasticity_to_stability.relations import (
    CLASSES,
    FIXED,
    KINDS,
    LEVELS,
    MATES,
    PAIRS,
    PEARSON,
    RANK,
    Relation,
    correlations,
    relations,
    resamples,
    scores,
)
from stability_experiments.elasticity.elasticity_to_stability.rows import Seen, rows
from stability_experiments.framework.run import run_experiment

TRAIN, _REST = load_digits().split(80, seed=1)
TEST = _REST.subset(range(60))
SETTING = Setting("digits", width=8, epochs=3, per_class=2, looks=3)


@cache
def found() -> Pairs:
    return find_pairs(SETTING, TRAIN, TEST, 1, lambda *args: None)


def test_true_changes_are_those_of_training_again() -> None:
    one = found()
    recipe, deleted = one.retraining.recipe, one.retraining.deletions.deleted
    assert np.bincount(one.deleted_labels).tolist() == [2] * 10
    whole, without = (train_one(recipe, TRAIN, i).losses(TEST) for i in (None, int(deleted[3])))
    assert whole.max() > np.log(10)  # such losses are not cut
    assert one.true[3] == pytest.approx(without - whole, abs=1e-6)


def test_placebos_delete_nothing_or_another_example() -> None:
    one = found()
    assert (one.truth(ANOTHER)[2] == np.abs(one.true[3])).all()
    assert (one.truth(ANOTHER)[-1] == np.abs(one.true[0])).all()
    pushes = one.retraining.pushes
    assert (pushes.deleted == -1).all() and one.truth(NOTHING).shape == one.true.shape
    assert (one.truth(NOTHING) == np.abs(pushes.changes)).all()
    assert len(one.retraining.placebo.changes) == pairs.ROUNDINGS


def test_measures_are_what_they_are_called() -> None:
    one = found()
    x = TRAIN.subset(one.retraining.deletions.deleted)
    model = train_one(one.retraining.recipe, TRAIN)
    kernel, n = EmpiricalKernel.of(model), len(x)
    K = sum(trace_kernel(kernel, np.vstack([x.inputs, TEST.inputs])).values())
    assert one.predicted(SIMILARITY) == pytest.approx(relative(K)[:n, n:])
    assert one.predicted(KERNEL) == pytest.approx(normalised(K)[:n, n:])
    slopes = loss_slopes("cross-entropy", kernel.outputs(x.inputs), x.labels)
    lost = finite_steps(kernel, x.inputs, slopes, TEST.inputs, 1e-6)
    sizes = np.linalg.norm(lost, axis=2)
    assert one.predicted(RESIDUAL) == pytest.approx(sizes, rel=1e-3)
    at_test = loss_slopes("cross-entropy", kernel.outputs(TEST.inputs), TEST.labels)
    gained = np.einsum("ijk,jk->ij", lost, at_test)  # by the loss if the step is taken back
    assert one.predicted(STEP) == pytest.approx(gained, rel=1e-3, abs=1e-3 * np.abs(gained).max())
    assert agreement(one.predicted(INFLUENCE), one.true).pearson > 0.4


def made(n: int = 12, columns: int = 9) -> Pairs:
    """Pairs of which only the labels are there."""
    labels = np.arange(n) % 3, np.arange(columns) % 3
    return Pairs(SETTING, None, {}, *labels)  # type: ignore[arg-type]


def test_correlations_against_plain_loops() -> None:
    one, (x, y) = made(), np.random.default_rng(0).gamma(1.0, size=(2, 12, 9))
    y = y + 0.3 * x
    rows_, columns = one.deleted_labels, one.test_labels
    for kind, plain in ((PEARSON, pearsonr), (RANK, spearmanr)):
        cells = [
            [t[np.ix_(rows_ == a, columns == b)].mean() for a in range(3) for b in range(3)]
            for t in (x, y)
        ]
        by_hand = {
            PAIRS: plain(x.ravel(), y.ravel())[0],
            CLASSES: plain(*cells)[0],
            FIXED: np.mean([plain(x[:, j], y[:, j])[0] for j in range(9)]),
            MATES: np.mean(
                [plain(x[rows_ == a, j], y[rows_ == a, j])[0] for j in range(9) for a in range(3)]
            ),
        }
        weights = np.ones((1, 12))
        for level in LEVELS:
            sides = [scores(t, one, level, kind, weights) for t in (x, y)]
            [value] = correlations(*sides, level, weights)
            assert value == pytest.approx(by_hand[level]), (level, kind)


def test_a_weight_is_how_often_a_deleted_example_counts() -> None:
    one, (x, y) = made(), np.random.default_rng(1).gamma(1.0, size=(2, 12, 9))
    weights = resamples(one.deleted_labels, 4, seed=0)
    for label in range(3):
        assert (weights[:, one.deleted_labels == label].sum(axis=1) == 4).all()
    drawn = np.repeat(np.arange(12), weights[2].astype(int))
    again = Pairs(SETTING, None, {}, one.deleted_labels[drawn], one.test_labels)  # type: ignore
    for level, kind in ((PAIRS, PEARSON), (CLASSES, PEARSON), (CLASSES, RANK)):
        values = correlations(
            *(scores(t, one, level, kind, weights) for t in (x, y)), level, weights
        )
        ones = np.ones((1, 12))
        taken = [scores(t[drawn], again, level, kind, ones) for t in (x, y)]
        assert values[2] == pytest.approx(correlations(*taken, level, ones)[0])


def test_a_measure_that_knows_the_truth_and_one_that_knows_nothing() -> None:
    one = found()
    signs = np.sign(np.random.default_rng(0).normal(size=one.true.shape))
    known = rankdata(np.abs(one.true)).reshape(one.true.shape) * signs
    noise = np.random.default_rng(1).normal(size=one.true.shape)
    told = np.stack([known, noise, *one.arrays["predicted"][2:]])
    seen = relations([replace(one, arrays={**one.arrays, "predicted": told})] * 2)
    for level in LEVELS:
        if level != CLASSES:
            assert seen[MEASURES[0], DELETION, level, RANK].mean == pytest.approx(1.0)
        for truth in TRUTHS:
            chance = seen[MEASURES[1], truth, level, RANK]
            assert abs(chance.mean) < 0.35 and chance.low <= chance.mean <= chance.high
        assert abs(seen[MEASURES[0], ANOTHER, FIXED, RANK].mean) < 0.2


def test_what_factors_carry_against_all_orders() -> None:
    values: dict[str, Any] = dict(zip(PARTS, np.random.default_rng(0).normal(size=5), strict=True))
    worth = {
        frozenset(): 0.0, frozenset("o"): 0.0, frozenset("r"): 0.0,
        frozenset("k"): values["kernel"], frozenset("kr"): values["kernel and residual"],
        frozenset("ok"): values["observed and kernel"],
        frozenset("or"): values["observed and residual"], frozenset("okr"): values["all"],
    }  # fmt: skip
    share = dict.fromkeys("okr", 0.0)
    for order in permutations("okr"):
        for k, name in enumerate(order):
            share[name] += (worth[frozenset(order[: k + 1])] - worth[frozenset(order[:k])]) / 6
    told = carried(values)
    assert list(told) == list(FACTORS)
    assert [told[n] for n in FACTORS] == pytest.approx([share[n[0]] for n in FACTORS])
    assert sum(told.values()) == pytest.approx(values["all"])


@pytest.mark.parametrize("preset", ["smoke", "paper"])
def test_presets_have_seeds_and_several_deletions_of_a_class(preset: str) -> None:
    size = SIZES[preset]
    assert size.seeds >= (5 if preset == "paper" else 3)
    assert all(amount.per_class >= 4 for amount in (size.digits, size.mnist) if amount)
    assert (size.mnist is None) == (preset == "smoke")  # images of MNIST take minutes


TINY_AMOUNT = Amount(training=80, test=60, width=8, epochs=2, per_class=2)
TINY = Size(digits=TINY_AMOUNT, mnist=TINY_AMOUNT, looks=2, seeds=2)


def test_a_run_goes_on_with_what_is_stored(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", TINY)
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    assert all((tmp_path / name).stat().st_size > 5000 for name in first.findings.figures)
    monkeypatch.setattr(pairs, "look", dict)  # all of it is stored
    monkeypatch.setattr(body, "draw", lambda *args: first.findings.figures)  # seconds each time
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names)) == len(LEVELS) * len(MEASURES) * len(KINDS) + 12
    assert "no MNIST" in (result.findings.scaled_down or "")


GOOD = {SIMILARITY: 0.6, KERNEL: 0.6, RESIDUAL: 0.7, STEP: 0.8, INFLUENCE: 0.9}
"""Correlations that show what is claimed."""

CONTRASTS = [[0.3, 0.3, 0.3, 0.0, 0.3], [0.2, 0.2, 0.2, 0.6, 0.8]]
"""Of `PARTS`, before and after training."""


def told(changes: dict, contrasts=CONTRASTS, ratio: float = 4.0) -> list[str]:
    """The claims that do not hold, with some of the correlations changed."""
    table = {}
    for measure, value in GOOD.items():
        for level in LEVELS:
            for kind in KINDS:
                for truth in TRUTHS:
                    mean = value if truth == DELETION else 0.3 if truth == NOTHING else 0.0
                    key = (measure, truth, level, kind)
                    mean = changes.get(key, mean)
                    table[key] = Relation((mean, mean), mean - 0.01, mean + 0.01)
    one = found()
    mean = one.retraining.pushed.deletions.mean
    pushed = replace(one.retraining.pushed, placebo=np.ones(10), deletions=replace(
        one.retraining.pushed.deletions, mean=np.full_like(mean, ratio)))  # fmt: skip
    arrays = {"steps": np.array([0, 9]), "contrasts": np.array(contrasts)}
    pair = replace(one, retraining=replace(one.retraining, pushed=pushed), arrays=arrays)
    return [
        c.claim for c in claims({"digits": Seen(TRAIN, TEST, (pair, pair), table)}) if not c.holds
    ]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({(SIMILARITY, DELETION, CLASSES, RANK): 0.25}, "class by class, relative similarity"),
        ({(SIMILARITY, ANOTHER, FIXED, RANK): 0.59}, "better than chance"),
        ({(SIMILARITY, NOTHING, FIXED, RANK): 0.59}, "better than chance"),
        ({(SIMILARITY, DELETION, PAIRS, RANK): 0.4}, "pair by pair relative similarity alone"),
        ({(INFLUENCE, DELETION, CLASSES, PEARSON): 0.5}, "influence, which adds"),
        ({(INFLUENCE, DELETION, PAIRS, RANK): 0.5}, "influence, which adds"),
        ({(RESIDUAL, DELETION, MATES, RANK): 0.5}, "the residual tells more"),
        ({(INFLUENCE, DELETION, PAIRS, PEARSON): 0.7}, "Pearson 0.8"),
        ({(STEP, NOTHING, PAIRS, RANK): 0.1}, "some test examples move"),
    ],
)
def test_claims_follow_the_correlations(change, broken: str) -> None:
    assert told({}) == []
    assert [broken in claim for claim in told(change)] == [True]


def test_claims_follow_factors_and_pushes() -> None:
    assert ["at least twice" in c for c in told({}, ratio=1.5)] == [True]
    early = [[0.3, 0.3, 0.3, 0.3, 0.6], CONTRASTS[1]]
    assert ["before training" in c for c in told({}, early)] == [True]
    late = [CONTRASTS[0], [0.6, 0.6, 0.6, 0.2, 0.8]]
    assert ["together carry more" in c for c in told({}, late)] == [True, False]
    divided = [CONTRASTS[0], [0.3, 0.3, 0.3, 0.5, 0.8]]
    assert ["each of the two alone" in c for c in told({}, divided)] == [True]


def test_rows_tell_the_interval_and_the_placebos() -> None:
    one = found()
    seen = Seen(TRAIN, TEST, (one, one), relations([one, one]))
    first = next(iter(rows({"digits": seen})))
    relation = seen.relations[SIMILARITY, DELETION, PAIRS, RANK]
    assert first.computed == pytest.approx(relation.mean) and RANK in first.name
    assert f"{relation.low:.2f} to {relation.high:.2f}" in first.note
    assert str(seen.relations[SIMILARITY, NOTHING, PAIRS, RANK]) in first.note
