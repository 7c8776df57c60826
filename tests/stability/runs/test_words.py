"""What a person reads of a study: nothing cut off, estimates called so, the map in any width."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from stability.runs.tables import printed

from .conftest import LOGISTIC, NETWORK

NAMES = ("aeroplane", "automobile", "birdhouse", "caterpillar", "deerhound", "x")


@pytest.fixture
def photographs(tmp_path: Path) -> str:
    """A study of ridge regression on six classes with long names."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 6, size=90)
    pixels = 0.1 * labels[:, None] + 0.3 * generator.uniform(size=(90, 5))
    np.savez(tmp_path / "mine.npz", inputs=pixels, labels=labels, classes=np.array(NAMES))
    return f"""
    data = {{ name = "file", file = "{tmp_path / "mine.npz"}", size = 60, target = ["x"] }}
    model = {{ kind = "ridge", regularization = 1000.0 }}
    """


def text(findings, width: int) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(printed(findings))
    return capture.get()


@pytest.mark.parametrize("width", [72, 80, 120, 200])
def test_nothing_is_cut_off(width: int, photographs: str, run) -> None:
    findings, _ = run(photographs)
    shown = text(findings, width)
    assert "…" not in shown and max(map(len, shown.splitlines())) <= width
    rows = [line.split() for line in shown.splitlines()]
    for name in NAMES:
        [row] = [r for r in rows if r and r[0] == name and len(r) > 1 and r[1][0].isdigit()]
        assert len(row) == 1 + len(NAMES)
        assert all(0 <= float(number) < 1000 for number in row[1:])


def test_small_changes_are_shown_with_their_unit(photographs: str, run) -> None:
    findings, _ = run(photographs)
    assert findings.classes.mean.max() < 0.1
    assert "in units of 1e-" in " ".join(text(findings, 100).split())


def test_estimates_are_called_so_and_bounds_too(run) -> None:
    network, _ = run(NETWORK, "network")
    shown = text(network, 160)
    [line] = [line for line in shown.splitlines() if line.startswith("measured on this sample ")]
    assert "estimate" in line and "proved" not in shown
    logistic, _ = run(LOGISTIC, "logistic")
    both = text(logistic, 160)
    [line] = [line for line in both.splitlines() if line.startswith("from the setup ")]
    assert line.rstrip().endswith("proved / certified")


def test_a_bound_is_starred_where_it_says_nothing(run) -> None:
    findings, summary = run(NETWORK)
    shown = text(findings, 160)
    [line] = [line for line in shown.splitlines() if line.startswith("measured on this sample ")]
    stars = [word.endswith("*") for word in line.split()[4:10]]
    assert stars == [bound["vacuous"] for bound in summary["bounds"]] and any(stars)


def test_a_training_in_which_nothing_moves_is_told(run) -> None:
    """The steps are too small for any weight: no loss changes, and no constant is made up."""
    findings, summary = run(NETWORK.replace("step_size = 0.2", "step_size = 1e-300"))
    assert [summary["constants"][name]["value"] for name in ("B", "U", "B1", "D")] == [None] * 4
    assert summary["constants"]["status"] == "degenerate" and findings.plug_in == ()
    assert summary["marks"][0]["what"] == "nothing moved"
    assert "WARNING: No deletion moved any loss" in text(findings, 100).splitlines()[0]
    assert "not a number" not in text(findings, 100)
