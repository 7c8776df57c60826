"""Relative ratios of kernels: what is measured, what is claimed, and that a run goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stability.datasets import Dataset
from stability.elasticity import relative_ratio
from stability.kernels import LabelAwareKernel, NeuralTangentKernel
from stability_experiments.common.colour_classes import ColourClasses, Part
from stability_experiments.common.relative_ratios import KEPT, PUBLISHED, Values, ratios
from stability_experiments.framework.run import run_experiment
from stability_experiments.kernels.lantk_relative_ratio import body
from stability_experiments.kernels.lantk_relative_ratio.body import Size, claims
from stability_experiments.kernels.lantk_relative_ratio.experiment import EXPERIMENT

NTK = NeuralTangentKernel()


def images(count: int, seed: int) -> Dataset:
    """Images of ten classes that differ in their brightness along the rows."""
    random = np.random.default_rng(seed)
    labels = np.arange(10 * count) % 10
    tilt = np.random.default_rng(9).uniform(size=(10, 1, 32, 1))[labels]
    pixels = 0.5 * tilt + 0.5 * random.uniform(size=(len(labels), 3, 32, 32))
    return Dataset(
        pixels, labels,
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        "made",
    )  # fmt: skip


@pytest.fixture
def made(monkeypatch) -> ColourClasses:
    found = ColourClasses(images(9, 0), images(5, 1))
    monkeypatch.setattr(ColourClasses, "load", classmethod(lambda cls, data: found))
    return found


def test_the_first_images_of_each_class(made: ColourClasses) -> None:
    train, test = made.parts(("ship", "frog"), 4, 2)
    assert train.labels.tolist() == [0] * 4 + [1] * 4 and test.labels.tolist() == [0, 0, 1, 1]
    assert np.array_equal(train.inputs[4:], made.train.inputs[made.train.labels == 6][:4])
    centred = train.centred().inputs
    assert centred.shape == (8, 3073) and np.array_equal(centred[:, :-1], 2 * train.inputs - 1)
    assert (centred[:, -1] == 1).all()


def test_ratios_are_those_of_the_label_aware_kernel() -> None:
    random = np.random.default_rng(0)
    x, z, y = random.normal(size=(9, 4)), random.normal(size=(5, 4)), np.arange(9) % 2
    w = np.array([0, 1, 1, 0, 1])
    found = ratios(Values.of(Part(x, y), Part(z, w)))
    aware = LabelAwareKernel.fit(NTK, x, y, "KR-V1", 0.1)
    own, other = aware.diagonal(x), NTK.diagonal(z)
    assert found["NTK"][0] == pytest.approx(100 * relative_ratio(NTK.matrix(x), NTK.diagonal(x), y))
    assert found["LANTK"][KEPT] == pytest.approx(
        [
            100 * relative_ratio(aware.matrix(x), own, y),
            100 * relative_ratio(aware.matrix(z, x), other, w, own, y),
        ]
    )


def test_a_run_goes_on_with_what_is_stored(tmp_path: Path, made, monkeypatch) -> None:
    (tmp_path / "cifar-10").mkdir()
    monkeypatch.setitem(body.SIZES, "smoke", Size(8, 4, 6, 4))
    first = run_experiment(EXPERIMENT, "smoke", tmp_path, 0, tmp_path / "a", lambda *args: None)
    monkeypatch.setattr(body, "ratios", None)  # all of it is stored
    result = run_experiment(
        EXPERIMENT, "smoke", tmp_path, 0, tmp_path / "a", lambda *args: None, resume=True
    )
    assert result.findings == first.findings
    assert all((tmp_path / "a" / f).stat().st_size > 5000 for f in result.findings.figures)
    names = [row.name for row in result.findings.rows]
    assert len(names) == len(set(names)) and len(names) > 16


@pytest.mark.parametrize(
    ("at", "value", "broken"),
    [
        (("NTK", 0), 49.0, "more alike within"),
        (("LANTK", (2, 1)), 52.0, "the more KR-V1 listens"),
        (("NTK", 0), 60.5, "told from ship more clearly"),
    ],
)
def test_claims_follow_the_numbers(at, value: float, broken: str) -> None:
    def arrays(pair):
        start = 60.0 if pair[1] == "ship" else 55.0
        return {
            "NTK": np.array([start, start]),
            "LANTK": start + np.array([[0.1, 0.1], [0.2, 0.2], [1.0, 1.0], [np.nan, np.nan]]),
        }

    every = {"NTK": np.full((45, 2), 55.0), "LANTK": np.full((45, 2), 56.0)}
    good, bad = ({pair: arrays(pair) for pair in PUBLISHED} for _ in range(2))
    assert all(c.holds for c in claims(good, every))
    bad["deer", "truck"][at[0]][at[1]] = value
    assert any(broken in c.claim for c in claims(bad, every) if not c.holds)
    every["LANTK"][7, 0] = 54.0
    assert [c.claim for c in claims(good, every) if not c.holds] == [
        "KR-V1 raises the ratio of training images on all 45 pairs of classes"
    ]
