"""What the setup of a kernel minimiser says of kernel ridge regression, and what it rests on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stability.errors import SetupError
from stability.estimate import KernelRidge, summarise
from stability.kernels import ConvolutionalTangentKernel, NeuralTangentKernel
from stability.runs import parse_run_file
from stability.runs.bounds import setup_bounds
from stability.runs.data import source_of

RUN = """
data = {{ name = "digits", size = 60, target = ["3", "8", "9"] }}
model = {{ kind = "kernel-ridge", regularization = 0.25, {keys} }}
evaluation = {{ size = 20 }}
"""
GAUSSIAN = 'kernel = "gaussian"'


def of_setup(keys: str = GAUSSIAN, text: str = RUN, beside: Path | None = None):
    """The study, and its row from the setup."""
    study = parse_run_file(text.format(keys=keys))
    study = replace(study, learner=study.learner.given(None, beside))
    return study, study.learner.from_setup(study, source_of(study, None, beside).load(), 1.0)


def corner_image(pooling: bool) -> float:
    kernel = ConvolutionalTangentKernel((1, 8, 8), (2, 2), pooling=pooling)
    return float(kernel.diagonal(np.ones((1, 64)))[0])


KAPPAS = {
    GAUSSIAN: 1.0,
    'kernel = "laplace"': 1.0,
    'kernel = "linear"': 8.0,  # 64 pixels up to 1
    'kernel = "ntk"': 8.0,  # K(x, x) = |x|^2
    'kernel = "ntk", depth = 2, weight_std = 2, bias_std = 0.5': math.sqrt(
        NeuralTangentKernel("relu", 2, 2.0, 0.5).diagonal(np.ones((1, 64)))[0]
    ),
    'kernel = "cntk", strides = [2, 2]': math.sqrt(corner_image(False)),
    'kernel = "cntk", strides = [2, 2], pooling = true': math.sqrt(corner_image(False)),
}


@pytest.mark.parametrize("keys", KAPPAS)
def test_the_supremum_is_that_of_every_input_there_can_be(keys: str) -> None:
    study, row = of_setup(keys)
    algorithm = row.setup.algorithm
    kappa = float(algorithm.kernel_bound)
    assert KAPPAS[keys] <= kappa <= KAPPAS[keys] * (1 + 1e-9)
    assert float(algorithm.admissibility) == pytest.approx(2 + 2 * kappa, rel=1e-9)
    assert row.seen == () and "sigma" in row.words
    certified = algorithm.mean_sqrt_kernel is not None
    assert certified == (kappa != 1.0) == bool(row.setup.value("loss.measured_failure"))
    labels = {(b.kind.value, b.provenance.value) for _, b in setup_bounds(study, row)}
    assert labels == {("upper", "proved"), ("upper", "certified" if certified else "proved")}


def test_without_a_declared_range_nothing_is_proved(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "mine.npz", inputs=rng.normal(size=(90, 3)), labels=np.arange(90) % 4)
    text = RUN.replace('name = "digits"', 'name = "file", file = "mine.npz"')
    text = text.replace('"8", "9"', '"2"')
    study, row = of_setup('kernel = "ntk"', text, tmp_path)
    assert "data.range" in row.words and "estimate" in row.words
    assert {b.provenance.value for _, b in setup_bounds(study, row)} == {"plug-in"}
    _, known = of_setup(GAUSSIAN, text, tmp_path)  # 1 whatever the inputs are
    assert known.seen == ()


def test_a_kernel_of_ones_own_needs_a_declared_supremum(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def linear(a, b):\n    return a @ b.T + 1.0\n")
    study, row = of_setup('kernel = "mine.py:linear"', beside=tmp_path)
    assert "model.kernel_bound" in row.words
    assert {b.provenance.value for _, b in setup_bounds(study, row)} == {"plug-in"}
    said = 'kernel = "mine.py:linear", kernel_bound = {}, kernel_bound_source = "64 pixels and 1"'
    study, row = of_setup(said.format(8.1), beside=tmp_path)
    assert "64 pixels and 1" in row.words and "on the training examples only" in row.words
    labels = {b.provenance.value for _, b in setup_bounds(study, row)}
    assert labels == {"proved", "certified"}
    with pytest.raises(SetupError, match=r"model.kernel_bound: found 2.0; allowed: at least 4\."):
        of_setup(said.format(2), beside=tmp_path)


def test_label_aware_kernels_have_no_setup() -> None:
    assert of_setup('label_system = "KR-V1"')[1] is None


@pytest.mark.parametrize("regularization", [0.01, 1.0, 30.0])
def test_every_minimiser_is_in_the_ball_and_moves_less_than_is_proved(regularization) -> None:
    """|f| <= 1/(2 sqrt(lambda)), attained by a constant kernel at lambda = 1; and the constant."""
    rng = np.random.default_rng(1)
    for size in (2, 7):
        x = rng.normal(size=(size, 2))
        for kernel in (lambda a, b: np.ones((len(a), len(b))), NeuralTangentKernel(bias_std=1)):
            for y in (np.ones(size), rng.integers(0, 2, size).astype(float)):
                fit = KernelRidge(regularization, kernel).fit(x, y)
                norm = math.sqrt(fit.weights @ fit.gram @ fit.weights)
                most = 1 / (2 * math.sqrt(regularization))
                assert norm <= most * (1 + 1e-12)
                if regularization == 1.0 and y.all() and callable(kernel):
                    assert norm == pytest.approx(most)
                kappa = math.sqrt(np.diagonal(fit.gram).max())
                sigma = 2 + kappa / math.sqrt(regularization)
                for convention, times in (("keep-1/m", 1), ("retrain", 2)):
                    found = summarise(fit.deletions(x, y, convention), size)
                    most = times * sigma**2 * kappa**2 / (2 * regularization)
                    assert most >= found.U
