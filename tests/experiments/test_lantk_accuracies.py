"""Accuracies of kernels that know the labels: which images, which numbers, and going on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.kernels import KernelTask, NeuralTangentKernel, label_aware_score, label_free_score
from stability_experiments.common.label_aware_scores import BASE, WORDS, Splits, rows_of, scores
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.lantk_binary_cifar10 import body as binary
from stability_experiments.kernels.lantk_binary_cifar10.experiment import EXPERIMENT as BINARY
from stability_experiments.kernels.lantk_multiclass_cifar10 import body as multiclass
from stability_experiments.kernels.lantk_multiclass_cifar10.experiment import (
    EXPERIMENT as MULTICLASS,
)

from .test_lantk_relative_ratio import made  # noqa: F401  (a fixture)


class Quick:
    """In place of the convolutional kernel: the same images, a kernel that takes no time."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        assert shape == (3, 32, 32)
        self.matrix = NeuralTangentKernel().matrix


@pytest.mark.parametrize(
    ("experiment", "body", "size"),
    [
        (BINARY, binary, binary.Size(pool=6, test=4, training=5, splits=2)),
        (MULTICLASS, multiclass, multiclass.Size(training=(2, 4), test=3)),
    ],
)
def test_a_run_goes_on(experiment, body, size, tmp_path: Path, made, monkeypatch) -> None:  # noqa: F811
    (tmp_path / "cifar-10").mkdir()
    monkeypatch.setitem(body.SIZES, "smoke", size)
    monkeypatch.setattr(body, "ConvolutionalTangentKernel", Quick)
    out = tmp_path / "out"
    first = run_experiment(experiment, "smoke", tmp_path, 0, out, lambda *args: None)
    monkeypatch.setattr(body, "scores", None)  # all of it is stored
    again = run_experiment(experiment, "smoke", tmp_path, 0, out, lambda *args: None, resume=True)
    assert again.findings == first.findings
    assert all((out / name).stat().st_size > 5000 for name in again.findings.figures)
    names = [row.name for row in again.findings.rows]
    assert len(names) == len(set(names)) and all(row.note for row in again.findings.rows)


def test_a_split_is_a_part_of_the_pool(made) -> None:  # noqa: F811
    size = binary.Size(pool=8, test=4, training=5, splits=1)
    pool = binary.Pool(made, ("cat", "deer"), size)
    train, test = made.parts(("cat", "deer"), 8, 4)
    ntk = NeuralTangentKernel()
    x, z = train.inputs, test.inputs
    found = pool.split({"inside": ntk.matrix(x), "across": ntk.matrix(z, x)}, seed=3)
    random = np.random.default_rng(3)
    chosen = np.concatenate([np.sort(random.choice(8, 5, False)) + 8 * k for k in (0, 1)])
    task = KernelTask(
        train.centred().inputs[chosen], train.labels[chosen], ntk.matrix(x[chosen]),
        test.centred().inputs, test.labels, ntk.matrix(z, x[chosen]),
    )  # fmt: skip
    assert found[BASE][0] == 100 * label_free_score(task).accuracy
    for system in ("KR-V1", "pair-V2"):
        score = label_aware_score(task, system, seed=3)
        told = found[f"{system}, validation"]
        assert told[:2] == pytest.approx([100 * score.accuracy, score.strength])
    assert scores(task, 3).keys() == found.keys()


def splits(*gains: float) -> Splits:
    numbers = {BASE: np.array([80.0, 0, 10, 1])}
    for k, method in enumerate(list(WORDS)[1:]):
        numbers[f"{method}, validation"] = np.array([80 + gains[k], 0.1, 20, 0])
        numbers[f"{method}, test"] = np.array([81 + gains[k], 1.0, 20, 1])
    return Splits("task", [numbers])


def test_gains_are_paired_and_told() -> None:
    published = dict(zip(WORDS, (80.0, 81.5, 81, 81, 81), strict=True))
    found = {r.name: r for r in rows_of(splits(0.5, 0, 0, 0), published, "table", (1, 0.5), "")}
    row = found["gain in points, task, KR-V1, lambda chosen on test images"]
    assert (row.computed, row.published, row.agrees) == (1.5, 1.5, True)
    assert "not positive definite on 1 splits" in found["accuracy in %, task, KR-V1"].note
    assert found["gain in points, task, KR-V1, lambda validated"].published is None


@pytest.mark.parametrize("body", [binary, multiclass])
def test_claims_follow_the_numbers(body) -> None:
    assert all(c.holds for c in body.claims([splits(0.5, 0.1, 0, 0)]))
    broken = [c.claim for c in body.claims([splits(-0.5, 0.1, 0, 2)]) if not c.holds]
    assert len(broken) == 1 and broken[0].startswith("KR-V1")
    low = splits(0, 0, 0, 0)
    low.scores[0][BASE][0] = 12.0
    low.scores[0]["KR-V2, test"][0] = 70.0
    told = [c.claim for c in body.claims([low]) if c.required and not c.holds]
    assert len(told) == 2
