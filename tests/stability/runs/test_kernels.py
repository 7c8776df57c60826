"""Kernel ridge regression with tangent kernels, label-aware ones and those of the user's own."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from stability.errors import DataError, RunError, SetupError, StabilityError
from stability.estimate.statistics.summary import summarise
from stability.kernels import (
    ConvolutionalTangentKernel,
    LabelAwareKernel,
    NeuralTangentKernel,
)
from stability.runs import parse_run_file, read_run_file
from stability.runs.data import source_of
from stability.runs.learners import kernel_measuring, kernel_table
from stability.runs.learners.own_kernel import OwnKernel
from stability.runs.marks import INVERTED
from stability.runs.run import Settings, run_study

RUN = """
data = {{ name = "digits", size = 24, target = ["3", "8", "9"] }}
model = {{ kind = "kernel-ridge", regularization = 0.5, {keys} }}
deletion = {{ indices = [7, 20, 3], convention = "{convention}" }}
evaluation = {{ size = 12 }}
"""
MINE = """
import numpy as np
import widths

def smooth(a, b):
    return np.exp(-((a[:, None] - b[None]) ** 2).sum(axis=2) / widths.WIDTH)

def distance(a, b):
    return 1.0 - ((a[:, None] - b[None]) ** 2).sum(axis=2)

def short(a, b):
    return smooth(a, b)[:, 1:]

def hole(a, b):
    values = smooth(a, b)
    values[-1, -1] = np.nan
    return values

def boom(a, b):
    raise ValueError("boom")

def nothing(a, b):
    return 0.0 * smooth(a, b)

def corner(a, b):
    return a[:, 19:20] @ b[:, 19:20].T

def order(a, b):
    return smooth(a, b) + (np.arange(len(a)) % 2)[:, None] * 1e-3

def restless(a, b):
    if a.shape != b.shape:  # rows of test examples
        from pathlib import Path
        Path(__file__).with_name("widths.py").write_text("WIDTH = 7.0\\n")
    return smooth(a, b)

number = 3
"""
OWN = 'kernel = "mine.py:smooth"'


@pytest.fixture
def home(tmp_path: Path):
    """A folder with kernels of one's own and what they import."""
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "widths.py").write_text("WIDTH = 6.0\n")
    yield tmp_path
    for name in ("widths", OwnKernel.module):
        sys.modules.pop(name, None)


@pytest.fixture
def measure(home: Path, monkeypatch):
    """Measures a model with some keys, from a run file beside the kernels; draws no pictures."""
    for name in ("write_page", "write_tables"):
        monkeypatch.setattr(f"stability.runs.run.{name}", lambda *_: None)

    def measured(keys: str, out: str = "out", convention: str = "keep-1/m", progress=None, **how):
        path = home / "run.toml"
        path.write_text(RUN.format(keys=keys, convention=convention))
        said = progress or (lambda *_: None)
        return run_study(read_run_file(path), home / out, said, Settings(file=path, **how))

    return measured


def smooth(a, b=None):
    b = a if b is None else b
    return np.exp(-((a[:, None] - b[None]) ** 2).sum(axis=2) / 6.0)


def refitted(kernel, system, strength, convention):
    """Losses of fits made anew, with all examples and without each: B, U, B1, D."""
    study = parse_run_file(RUN.format(keys='kernel = "ntk"', convention=convention))
    parts = source_of(study, None).load()
    x, at = (np.asarray(part.inputs) for part in (parts.train, parts.test))
    y, target = parts.ones(parts.train), parts.ones(parts.test)

    def losses(kept, divisor):
        of = kernel
        if system is not None:
            holder = type("Base", (), {"matrix": staticmethod(kernel)})
            of = LabelAwareKernel.fit(holder, x[kept], y[kept].astype(int), system, strength).matrix
        weights = np.linalg.solve(of(x[kept]) + divisor * 0.5 * np.eye(len(kept)), y[kept])
        return tuple(
            (np.clip(of(points, x[kept]) @ weights, 0, 1) - truth) ** 2
            for points, truth in ((x, y), (at, target))
        )

    everything = np.arange(24)
    base = losses(everything, 24)
    rows = []
    for i in (7, 20, 3):
        here = losses(everything[everything != i], 24 if convention == "keep-1/m" else 23)
        rows.append([h - b for h, b in zip(here, base, strict=True)])
    block = type("Block", (), {
        "changes": np.array([r[1] for r in rows]),
        "diagonal": np.array([r[0][i] for r, i in zip(rows, (7, 20, 3), strict=True)]),
        "training_maximum": np.array([np.abs(r[0]).max() for r in rows]),
    })  # fmt: skip
    return summarise([block], 24)


CASES = {
    "ntk": (
        'kernel = "ntk", depth = 2, activation = "erf", weight_std = 1.5, bias_std = 0.3',
        NeuralTangentKernel("erf", 2, 1.5, 0.3).matrix, None, "retrain",
    ),
    "cntk": (
        'kernel = "cntk", strides = [2, 2], pooling = true',
        ConvolutionalTangentKernel((1, 8, 8), (2, 2), pooling=True).matrix, None, "keep-1/m",
    ),
    "own": (OWN, smooth, None, "keep-1/m"),
    "own, KR-V1": (f'{OWN}, label_system = "KR-V1"', smooth, ("KR-V1", 0.1), "retrain"),
    "ntk, KR-V2": (
        'kernel = "ntk", label_system = "KR-V2", label_strength = 0.05',
        NeuralTangentKernel().matrix, ("KR-V2", 0.05), "keep-1/m",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_measured_is_what_refitting_gives(name: str, measure, monkeypatch) -> None:
    monkeypatch.setattr(kernel_table, "CHUNK", 7)
    keys, kernel, aware, convention = CASES[name]
    findings, summary = measure(keys, convention=convention)
    expected = refitted(kernel, *(aware or (None, 0.0)), convention)
    for row in ("row_mean", "row_variance", "row_maximum", "diagonal"):
        assert getattr(findings.summary, row) == pytest.approx(getattr(expected, row), abs=1e-9)
    assert summary["run"]["model"].get("kernel") == keys.split('"')[1]
    assert bool(findings.from_setup) == (aware is None), "no theorem on label-aware kernels"


def stop_at(name: str, done: int):
    def progress(what: str, here: int, total: int) -> None:
        if what.startswith(name) and here >= done:
            raise KeyboardInterrupt

    return progress


def test_the_same_bytes_after_a_stop_and_with_workers(measure, home, monkeypatch) -> None:
    monkeypatch.setattr(kernel_table, "CHUNK", 10)
    monkeypatch.setattr(kernel_measuring, "CHUNK", 1)
    keys = f'{OWN}, label_system = "KR-V1"'
    measure(keys, "whole")
    for name, done in (("kernel values", 10), ("kernels without", 2)):
        with pytest.raises(KeyboardInterrupt):
            measure(keys, "cut", progress=stop_at(name, done), resume=True)
    kept = sorted((home / "cut").rglob("shard-*.parquet"))
    times = [path.stat().st_mtime_ns for path in kept]
    measure(keys, "cut", resume=True, workers=2)
    assert len(kept) == 4 + 2
    assert [path.stat().st_mtime_ns for path in kept] == times, "nothing is done twice"
    first, second = ((home / o / "summary.json").read_bytes() for o in ("whole", "cut"))
    assert first == second


def test_a_kernel_file_that_changes_is_refused_by_name(measure, home, monkeypatch) -> None:
    once = kernel_table.KernelRows.__call__

    def edits(self, arguments):
        (home / "widths.py").write_text("WIDTH = 7.0\n")
        return once(self, arguments)

    with monkeypatch.context() as patched:
        patched.setattr(kernel_table.KernelRows, "__call__", edits)
        with pytest.raises(RunError, match=r"widths.py changed while the run was at work"):
            measure(OWN)
    (home / "widths.py").write_text("WIDTH = 6.0\n")
    _, summary = measure(OWN, resume=True)
    model = summary["run"]["model"]
    assert model["kernel"] == "mine.py:smooth" and set(model["imports"]) == {"widths.py"}
    (home / "widths.py").write_text("WIDTH = 7.0\n")
    with pytest.raises(RunError, match=r"model.imports.widths.py"):
        measure(OWN, resume=True)


def test_rows_of_a_kernel_that_changed_while_they_were_made_are_not_kept(measure, home) -> None:
    with pytest.raises(RunError, match=r"widths.py changed while the run was at work"):
        measure('kernel = "mine.py:restless"')
    assert not list((home / "out").rglob("shard-*"))


MISTAKES = {
    "kernel = 'ntkk'": "Did you mean 'ntk'",
    "kernel = 'mine.py'": "FILE.py:FUNCTION for a kernel",
    "kernel = 'ntk', bandwidth = 2.0": "It belongs to kernel = 'gaussian' or 'laplace': leave it",
    "kernel = 'linear', bandwidth = 2.0": "It belongs to kernel = 'gaussian' or 'laplace': leave",
    "depth = 2": "It belongs to kernel = 'ntk'",
    "kernel = 'ntk', strides = [1, 2]": "found [1, 2]; allowed: nothing beside kernel = 'ntk'",
    "kernel = 'cntk', strides = [3]": "strides[0]",
    "kernel = 'ntk', kernel_bound = 1": "It belongs to kernel = 'FILE.py:FUNCTION'",
    "label_strength = 0.1": "nothing without label_system",
    "label_system = 'KR-V3'": "'KR-V1', 'KR-V2'. It is the estimate of products of labels",
    "kernel = 'mine.py:smooth', kernel_bound = 1": "found nothing; allowed: both kernel_bound and",
}


@pytest.mark.parametrize("keys", MISTAKES)
def test_keys_that_do_not_go_together_are_told(keys: str) -> None:
    with pytest.raises(SetupError) as caught:
        parse_run_file(RUN.format(keys=keys, convention="retrain"))
    assert "model." in caught.value.where and MISTAKES[keys] in str(caught.value), caught.value


BAD = {
    "order": (DataError, "in the other order"),
    "distance": (DataError, "kernel 'mine.py:distance': found a smallest eigenvalue of -"),
    "short": (DataError, r"found values of shape \(24, 23\)|found values of shape \(12, 11\)"),
    "hole": (DataError, "the value nan at"),
    "boom": (SetupError, r"ValueError: boom \(mine.py, line"),
    "nothing": (DataError, "0 for each of the 24 training examples with itself"),
    "number": (SetupError, "no function 'number'"),
    "none": (SetupError, "no function 'none'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_kernels_are_refused(name: str, measure) -> None:
    error, words = BAD[name]
    with pytest.raises(error, match=words):
        measure(f'kernel = "mine.py:{name}"')


def test_a_kernel_file_that_is_not_there_is_told(measure) -> None:
    with pytest.raises(SetupError, match=r"model.kernel .*other.py: found no readable file"):
        measure('kernel = "other.py:smooth"')


def test_examples_at_which_a_kernel_is_zero_are_told(measure) -> None:
    """A kernel of one pixel: where it is 0, nothing is learned."""
    findings, _ = measure('kernel = "mine.py:corner"')
    [mark] = [m for m in findings.marks if m.what == "dead examples"]
    dead = int((findings.parts.train.inputs[:, 19] == 0).sum())
    assert dead > 0 and f"K(x, x) is 0 at {dead} training examples" in mark.text


def test_a_label_aware_matrix_that_is_not_positive_is_told(measure) -> None:
    findings, _ = measure('kernel = "ntk", label_system = "KR-V2", label_strength = 50')
    assert "not positive definite" in [mark.what for mark in findings.marks]
    x = findings.parts.train.inputs
    K = NeuralTangentKernel().matrix(x)
    condition = np.linalg.cond(K + 1e-10 * np.trace(K) / len(K) * np.eye(len(K)), 1)
    assert 0.3 * condition < findings.measured.facts[INVERTED] < 1.01 * condition
    assert "with K^-1, for which 1e-10 mean K(x, x) is added" in findings.study.learner.objective


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.usefixtures("measure")
def test_a_zero_image_is_told_by_its_row(part: str, home: Path, run) -> None:
    inputs = np.random.default_rng(0).uniform(size=(20, 2, 2))
    labels = np.arange(20) % 2
    order = np.random.default_rng(0).permutation(20)
    row = int(order[3] if part == "train" else order[15])
    inputs[row] = 0.0
    np.savez(home / "mine.npz", inputs=inputs, labels=labels)
    text = f"""
    data = {{ name = "file", file = "{home / "mine.npz"}", size = 12, target = ["1"] }}
    model = {{ kind = "kernel-ridge", regularization = 1, kernel = "KERNEL" }}
    """
    for kernel in ("ntk", "cntk"):
        with pytest.raises(DataError, match=rf"mine, row {row}: found an example of zeros"):
            run(text.replace("KERNEL", kernel), kernel)
    run(text.replace('"KERNEL"', '"ntk", bias_std = 0.1'), "biased")


def test_what_the_kernel_cannot_take_is_told(home: Path, run, monkeypatch) -> None:
    rng = np.random.default_rng(0)
    np.savez(home / "mine.npz", inputs=rng.uniform(size=(20, 4)), labels=np.arange(20) % 2)
    text = f"""
    data = {{ name = "file", file = "{home / "mine.npz"}", size = 12, target = ["1"] }}
    model = {{ kind = "kernel-ridge", regularization = 1, kernel = "cntk" }}
    """
    with pytest.raises(DataError, match=r"model.kernel: found 'cntk', and inputs of shape \(4,\)"):
        run(text)
    monkeypatch.setattr(kernel_table, "MEMORY", 10_000)
    run(text.replace("cntk", "ntk"), "small")
    aware = text.replace('"cntk"', '"ntk", label_system = "KR-V1"')
    with pytest.raises(SetupError, match=r"data.size: found 12 training and 8 test .* GiB"):
        run(aware, "aware")
    monkeypatch.setattr(kernel_table, "MEMORY", 6000)
    with pytest.raises(SetupError, match=r"data.size: found 12 training and 8 test .* GiB"):
        run(text.replace("cntk", "ntk"), "large")
    images = np.empty(20, dtype=object)
    images[:] = [rng.uniform(size=(2 + k % 2, 2)) for k in range(20)]
    np.savez(home / "mine.npz", inputs=images, labels=np.arange(20) % 2)
    with pytest.raises(StabilityError, match="inputs"):
        run(text, "ragged")
