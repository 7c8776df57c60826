"""Relabelling by exclusive or: the worlds, what is claimed, and that a run goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.datasets import load_digits
from stability.kernels import NeuralTangentKernel
from stability_experiments.common.label_aware_scores import BASE, WORDS, Splits
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.lantk_curse_of_label_agnosticism import body
from stability_experiments.kernels.lantk_curse_of_label_agnosticism.body import (
    DIGITS,
    GAUSSIAN,
    LABELLINGS,
    Size,
    claims,
)
from stability_experiments.kernels.lantk_curse_of_label_agnosticism.experiment import EXPERIMENT
from stability_experiments.kernels.lantk_curse_of_label_agnosticism.worlds import (
    composites,
    gaussian,
)


def test_the_product_is_the_exclusive_or_of_two_directions() -> None:
    tasks = gaussian(30, 20, seed=1).tasks()
    x, signs = tasks["first"].inputs, tasks["first"].inputs[:, :2] > 0
    assert np.array_equal(tasks["first"].labels, signs[:, 0])
    assert np.array_equal(tasks["second"].labels, signs[:, 1])
    assert np.array_equal(tasks["product"].labels, x[:, 0] * x[:, 1] < 0)
    outside = tasks["product"]
    z = outside.test_inputs
    assert np.array_equal(outside.test_labels, z[:, 0] * z[:, 1] < 0)
    assert np.allclose(outside.test_kernel, z @ x.T)


def test_composites_show_the_digits_that_they_are_labelled_by() -> None:
    train, test = load_digits().split(1400, seed=0)
    world = composites(train, test, (20, 10), seed=0)
    known = {tuple(row): label for row, label in zip(train.inputs, train.labels, strict=True)}
    for row, labels in zip((world.inputs[:, :-1] + 1) / 2, world.labels, strict=True):
        assert [known[tuple(half)] for half in np.split(row, 2)] == labels.tolist()
    assert (world.inputs[:, -1] == 1).all() and len(world.test_inputs) == 10
    task = world.tasks()["second"]
    assert np.allclose(task.kernel, NeuralTangentKernel().matrix(world.inputs))


def test_a_run_goes_on_with_what_is_stored(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(body.SIZES, "smoke", Size(20, 20, 2))
    first = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None)
    monkeypatch.setattr(body, "scores", None)  # all of it is stored
    result = run_experiment(EXPERIMENT, "smoke", None, 0, tmp_path, lambda *args: None, resume=True)
    assert result.findings == first.findings
    assert all((tmp_path / name).stat().st_size > 5000 for name in result.findings.figures)
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names)) == 2 * 3 * 5
    assert "digits" in (result.findings.scaled_down or "")


def found(**changes: float):
    """Accuracies that show what is claimed; those of the product, some of them changed."""
    product = {GAUSSIAN: 50.0, DIGITS: 80.0, "aware": 90.0} | changes

    def splits(world: str, labelling: str) -> Splits:
        known = labelling == "product"
        base = product[world] if known else 95.0
        numbers = {BASE: np.array([base, 0, 1, 1])}
        for method in list(WORDS)[1:]:
            numbers[f"{method}, validation"] = np.array([product["aware"], 0.1, 1, 1])
        return Splits("task", [numbers])

    return {w: {name: splits(w, name) for name in LABELLINGS} for w in (GAUSSIAN, DIGITS)}


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({GAUSSIAN: 75.0}, "at least 25 points"),
        ({DIGITS: 94.5}, "at least 1 points"),
        ({GAUSSIAN: 35.0}, "guesses at the product"),
        ({"aware": 49.0}, "KR-V1 predicts the product better"),
    ],
)
def test_claims_follow_the_numbers(changes, broken: str) -> None:
    assert all(claim.holds for claim in claims(found()))
    assert any(broken in claim.claim for claim in claims(found(**changes)) if not claim.holds)
