"""Small studies that run in a moment, and images of few classes in a file of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stability.runs import Study, parse_run_file
from stability.runs.findings import Findings
from stability.runs.run import Settings, run_study

NETWORK = """
[data]
name = "digits"
size = 60
[network]
kind = "relu-mlp"
widths = [6]
[training]
step_size = 0.2
epochs = 2
batch_size = 12
[deletion]
count = 7
placebos = 2
[evaluation]
size = 40
"""
LOGISTIC = """
data = { name = "digits", size = 40, target = ["3", "8"] }
model = { kind = "logistic", regularization = 0.1 }
deletion = { count = 6 }
evaluation = { size = 30 }
"""
RIDGE = """
data = { name = "digits", size = 50, target = ["5", "6", "7", "8", "9"] }
model = { kind = "ridge", regularization = 0.1 }
evaluation = { size = 30 }
"""

Run = Callable[..., tuple[Findings, dict[str, Any]]]


def silent(what: str, done: int, total: int) -> None:
    assert what and 0 <= done <= total


@pytest.fixture
def pages() -> None:
    """For tests that look at pages: the runs of all others write none, which takes most of their
    time."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Run:
    """Runs a text as a study into a folder, without progress unless it is given.

    Pages are written for tests that ask for `pages`.
    """
    if "pages" not in request.fixturenames:
        monkeypatch.setattr("stability.runs.run.write_page", lambda *_: None)

    def start(text: str | Study, out: str = "out", progress=silent, own=None, **how: Any):
        study = parse_run_file(text) if isinstance(text, str) else text
        return run_study(study, tmp_path / out, progress, Settings(**how), own)

    return start


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """An .npz file with 80 images of 4 x 4 bytes in three classes."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, size=80)
    pixels = generator.integers(0, 80, size=(80, 4, 4)) + 80 * labels[:, None, None]
    path = tmp_path / "mine.npz"
    names = np.array(["ant", "bee", "cow"])
    np.savez(path, inputs=pixels.astype(np.uint8), labels=labels, classes=names)
    return path
