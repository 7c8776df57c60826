"""Stored results that tests may break."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stability.report.figures import canvas
from stability_experiments.framework.result import Result
from stability_experiments.framework.run import run_experiment

from .example import EXAMPLE


@pytest.fixture(scope="module", autouse=True)
def coarse_pictures() -> Iterator[None]:
    """Pictures with fewer points, in these modules alone: the same code draws them in less time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "DPI", 90)
        yield


@pytest.fixture
def run() -> Callable[..., Result]:
    def started(out: Path) -> Result:
        return run_experiment(EXAMPLE, "smoke", None, 3, out, lambda what, done, total: None)

    return started


@pytest.fixture
def stored(tmp_path: Path, run) -> Path:
    """A folder of results with one in it."""
    folder = tmp_path / "results"
    run(folder / "ridge-bounds-mnist" / "smoke")
    return folder


@pytest.fixture
def edit(stored: Path) -> Callable[..., None]:
    """Change the stored result by a function of its record."""

    def change(by: Callable[[dict[str, Any]], None]) -> None:
        path = stored / "ridge-bounds-mnist" / "smoke" / "result.json"
        record = json.loads(path.read_text())
        by(record)
        path.write_text(json.dumps(record))

    return change


@pytest.fixture
def elsewhere(stored: Path) -> Path:
    """The stored result in a folder where it does not belong."""
    shutil.copytree(
        stored / "ridge-bounds-mnist" / "smoke", stored / "logistic-bounds-mnist" / "smoke"
    )
    return stored
