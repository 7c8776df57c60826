"""Influence against deletion: cases against retraining by hand, and claims that can break."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stability.datasets import Dataset, load_digits
from stability.estimate import agreement, fit_logistic
from stability.training import Recipe, train_one
from stability_experiments.bounds.influence_vs_deletion import body as influence_vs_deletion
from stability_experiments.bounds.influence_vs_deletion.body import (
    Learner,
    Size,
    claims,
    rows,
)
from stability_experiments.bounds.influence_vs_deletion.cases import (
    Case,
    Comparison,
    Push,
    boxed,
    compare,
    descended,
    logistic_methods,
    minimised,
    network_methods,
    root_mean_square,
    shrunk,
    trained,
)
from stability_experiments.bounds.influence_vs_deletion.experiment import EXPERIMENT
from stability_experiments.framework.run import run_experiment

DECAY = 0.02
TRAIN, TEST = load_digits().split(80, seed=1)
TEST = TEST.subset(range(40))
DELETED = np.array([3, 17, 60])
RECIPE = Recipe(widths=(4,), step_size=0.1, epochs=2, batch_size=10, weight_decay=DECAY)


def test_shrunk_images_are_means_of_blocks() -> None:
    image = np.arange(16.0).reshape(1, 16) / 16
    data = Dataset(image, [0], ("a",), "tiny", (4, 4))
    small = shrunk(data, 2)
    assert small.shape == (2, 2)
    by_hand = [np.mean([0, 1, 4, 5]), np.mean([2, 3, 6, 7]), np.mean([8, 9, 12, 13]), 12.5]
    assert small.inputs[0] == pytest.approx(np.array(by_hand) / 16)
    assert shrunk(data, 1) is data


def test_what_is_missed_is_told_in_random_pushes() -> None:
    assert root_mean_square(np.array([[0.0, 0.0], [0.0, -2.0]])) == 1.0
    assert Push(deletion=2.0, rounding=0.0, random=1.0).share == 0.25
    signal, noise = np.random.default_rng(0).normal(size=(2, 1, 10**5))
    seen = 5.0 + 3.0 * signal + 4.0 * noise
    one = Comparison("a", "b", "c", agreement(signal, seen), signal, seen, push=2.0)
    assert one.missed == pytest.approx(2.0, rel=0.01)
    assert replace(one, push=None).missed is None


def test_the_minimiser_and_its_deletions() -> None:
    case = minimised(TRAIN, TEST, DECAY, DELETED)
    x, y = boxed(TRAIN).inputs, TRAIN.labels
    whole = fit_logistic(x, y, 10, DECAY)
    for k, i in enumerate(DELETED):
        without = fit_logistic(x, y, 10, DECAY, deleted=int(i))
        moved = [m.losses(boxed(TEST).inputs, TEST.labels, np.log(10)) for m in (without, whole)]
        assert case.truth.changes[k] == pytest.approx(moved[0] - moved[1], abs=1e-8)
    found = {x.method: x for x in compare(case, logistic_methods(DECAY))}
    exact, fast = found["exact Hessian"], found["Gauss-Newton"]
    assert exact.agreement.pearson > 0.999 and exact.missed is None
    assert np.abs(exact.predicted - fast.predicted).max() < 1e-5
    assert "condition number" in exact.detail and "iterations" in fast.detail
    assert exact.agreement == agreement(exact.predicted, case.truth.changes)
    damped = [found[f"Gauss-Newton, damping {d}"].agreement.slope for d in ("0.02", "0.2")]
    assert 1.2 < damped[0] < damped[1]


def test_predictions_of_other_examples() -> None:
    true = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    one = Comparison("a", "b", "c", agreement(true, true), true, true)
    assert one.agreement.pearson == pytest.approx(1.0)
    assert one.mismatched == pytest.approx(-0.5)


def test_descent_stops_where_it_is_told() -> None:
    case = descended(TRAIN, TEST, DECAY, 7, DELETED)
    recipe = Recipe(step_size=2.0, epochs=7, batch_size=80, weight_decay=DECAY)
    inside, outside = boxed(TRAIN), boxed(TEST)
    limit = np.log(10)
    with_, without = (train_one(recipe, inside, i).losses(outside) for i in (None, 17))
    moved = np.clip(without, 0, limit) - np.clip(with_, 0, limit)
    assert case.truth.changes[1] == pytest.approx(moved, abs=1e-12)
    assert case.training == "7 steps" and case.push is None


def test_a_network_with_its_pushes() -> None:
    seen: list[tuple[int, int]] = []
    case = trained("net", RECIPE, TRAIN, TEST, DELETED, 3, lambda *x: seen.append(x))
    push = case.push
    assert push is not None and case.training == "2 epochs" and seen[-1] == (8, 8)
    assert push.deletion == root_mean_square(case.truth.changes)
    assert push.rounding < 1e-3 * push.random < push.deletion
    found = list(compare(case, network_methods((0.1, 0.01), perceptron=True)))
    assert [x.method for x in found] == [
        "Gauss-Newton, damping 0.1",
        "Gauss-Newton, damping 0.01",
        "last layer, damping 0.01",
        "layer factors",
    ]
    assert {x.push for x in found} == {push.random}
    assert "layer factors" not in network_methods((0.1,), perceptron=False)


def made_up(learner: str, training: str, method: str, pearson: float, slope: float = 1.0):
    """A comparison with this agreement; its tables agree perfectly with each other."""
    table = np.eye(3)
    found = replace(agreement(table, table), pearson=pearson, slope=slope, error=0.01)
    push = None if learner == "logistic" else 0.1
    return Comparison(learner, training, method, found, table, table, push)


GOOD = [
    made_up("logistic", "minimiser", "exact Hessian", 0.999),
    made_up("logistic", "minimiser", "Gauss-Newton", 0.999),
    made_up("logistic", "minimiser", "Gauss-Newton, damping 1", 0.9, slope=2),
    made_up("logistic", "minimiser", "Gauss-Newton, damping 10", 0.8, slope=3),
    made_up("logistic", "minimiser", "layer factors", 0.5),
    made_up("logistic", "10 steps", "Gauss-Newton", 0.9),
    made_up("logistic", "100 steps", "Gauss-Newton", 0.95),
    made_up("perceptron", "10 epochs", "Gauss-Newton, damping 0.1", 0.7),
    made_up("perceptron", "10 epochs", "Gauss-Newton, damping 0.01", 0.4),
    made_up("perceptron", "10 epochs", "last layer, damping 0.1", 0.6),
    made_up("perceptron", "10 epochs", "layer factors", 0.3),
    made_up("convolutional", "10 epochs", "Gauss-Newton, damping 0.01", 0.6),
]
PUSHES = {"perceptron, 10 epochs": Push(1.0, 0.0, 0.5)}
ALIKE = np.tile([1.0, 2.0, 3.0], (3, 1))

BREAKAGES = {
    "the exact Hessian disagrees": (0, {"pearson": 0.98}, 0),
    "conjugate gradients disagree": (1, {"pearson": 0.98}, 0),
    "another scale": (0, {"slope": 1.2}, 1),
    "a large error": (0, {"error": 0.2}, 1),
    "descent makes it worse": (6, {"pearson": 0.89}, 4),
    "damping makes it better": (3, {"pearson": 0.91}, 5),
    "damping makes it larger": (3, {"slope": 1.5}, 5),
    "a network as good": (11, {"pearson": 0.9995}, 6),
    "the last layer is better": (9, {"pearson": 0.71}, 7),
    "no curvature is better": (10, {"pearson": 0.61}, 7),
    "less is missed than chaos would": (11, {"pearson": 0.998}, 9),
}


def broken_claims(compared, pushes=PUSHES) -> set[int]:
    return {k for k, claim in enumerate(claims(compared, pushes)) if not claim.holds}


def test_claims_that_hold() -> None:
    assert broken_claims(GOOD) == set()
    assert [claim.required for claim in claims(GOOD, PUSHES)] == [True] * 6 + [False] * 4


@pytest.mark.parametrize("name", BREAKAGES)
def test_claims_that_do_not_hold(name: str) -> None:
    place, values, claim = BREAKAGES[name]
    worse = list(GOOD)
    worse[place] = replace(GOOD[place], agreement=replace(GOOD[place].agreement, **values))
    found = broken_claims(worse)
    assert claim in found and found - {claim} <= {9}


def test_claims_about_tables_and_pushes() -> None:
    other = [GOOD[0], replace(GOOD[1], predicted=np.eye(3) * 1.002), *GOOD[2:]]
    assert broken_claims(other) == {2}
    alike = [replace(x, predicted=ALIKE, true=ALIKE) for x in GOOD[:2]]
    assert broken_claims([*alike, *GOOD[2:]]) == {3}
    assert broken_claims(GOOD, {"x": Push(1.0, 0.0, 0.8)}) == {8}


def test_rows_say_what_they_hold() -> None:
    found = {row.name: row for row in rows(GOOD, PUSHES)}
    assert len(found) == len(list(rows(GOOD, PUSHES)))
    assert found["Pearson, logistic, 10 steps, Gauss-Newton"].computed == 0.9
    assert found["slope, logistic, minimiser, Gauss-Newton, damping 10"].computed == 3
    assert found["relative error, perceptron, 10 epochs, layer factors"].computed == 0.01
    assert found["Spearman, logistic, 10 steps, Gauss-Newton"].computed == pytest.approx(1.0)
    share = "mean square change by a random push over that by a deletion, perceptron, 10 epochs"
    assert found[share].computed == 0.25 and "by a deletion 1, " in found[share].note
    control = "Pearson with predictions of other examples, logistic, 10 steps, Gauss-Newton"
    assert found[control].computed == pytest.approx(-0.5)
    name = "convolutional, 10 epochs, Gauss-Newton, damping 0.01"
    missed = found[f"missed over a random push, {name}"]
    assert missed.computed == pytest.approx(np.eye(3).std() * 0.8 / 0.1)
    assert "misses 3.8 times" in found[f"Pearson, {name}"].note
    assert [x.split(",")[0] for x in found][4:6] == ["Pearson", "missed over a random push"]


TINY = Size(
    test=20,
    placebos=2,
    logistic=Learner(60, 4, lengths=(3, 9), shrink=4),
    perceptron=Learner(40, 3, lengths=(1,), shrink=4, widths=(3,), dampings=(0.01,)),
    convolutional=Learner(40, 3, lengths=(1,), shrink=4, widths=(2,), dampings=(0.01,)),
)


def test_on_a_few_digits(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(influence_vs_deletion.SIZES, "smoke", TINY)
    runs = [
        run_experiment(EXPERIMENT, "smoke", None, seed, tmp_path / f"{k}", lambda *_: None)
        for k, seed in enumerate((0, 0, 1))
    ]
    assert runs[0].findings == runs[1].findings
    assert runs[0].findings.rows != runs[2].findings.rows
    names = [row.name for row in runs[0].findings.rows]
    assert len(set(names)) == len(names)
    assert "digits" in (runs[0].findings.scaled_down or "")
    assert runs[0].findings.claims[0].holds
    for figure in ("agreement.png", "training.png"):
        assert (tmp_path / "0" / figure).stat().st_size > 5000


def test_a_case_keeps_its_order() -> None:
    """Predictions are laid beside the deletion they belong to, whatever the order."""
    case = minimised(TRAIN, TEST, DECAY, DELETED[::-1].copy())
    assert isinstance(case, Case) and case.truth.indices.tolist() == [60, 17, 3]
    [one] = compare(case, {"exact Hessian": logistic_methods(DECAY)["exact Hessian"]})
    assert np.abs(one.predicted - one.true).max() < 0.2 * np.abs(one.true).max()
