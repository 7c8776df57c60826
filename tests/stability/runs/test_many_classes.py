"""Class maps of hundreds of classes: bounded pictures, readable tables, no empty rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from stability.report.figures.heat_map import MOST, class_map
from stability.runs.examples import CLASS_MAP
from stability.runs.page import MAP
from stability.runs.summary import LARGEST_CELLS
from stability.runs.tables import printed

CLASSES = 300


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    """Two examples of each of many classes."""
    generator = np.random.default_rng(0)
    labels = generator.permutation(np.repeat(np.arange(CLASSES), 2)) + 10
    inputs = generator.uniform(size=(2 * CLASSES, 4))
    np.savez(tmp_path / "crowd.npz", inputs=inputs, labels=labels)
    return tmp_path / "crowd.npz"


def size_of(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[16:24]
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")


def test_hundreds_of_classes_give_a_small_picture_and_a_short_table(
    run, pages, crowd: Path, tmp_path: Path
) -> None:
    findings, summary = run(f"""
    data = {{ name = "file", file = "{crowd}", size = 400, target = ["12", "14", "99"] }}
    model = {{ kind = "ridge", regularization = 0.1 }}
    deletion.count = 120
    """)
    assert max(size_of(tmp_path / "out" / MAP)) < 2000
    assert (tmp_path / "out" / MAP).stat().st_size < 10**6
    console = Console(width=80)
    with console.capture() as captured:
        console.print(printed(findings))
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= 80 and len(lines) < 120
    grid, cells = findings.classes, summary["class_map"]
    assert cells["mean"] is cells["pairs"] is None and len(cells["largest"]) == LARGEST_CELLS
    means = [cell["mean"] for cell in cells["largest"]]
    assert means == sorted(means, reverse=True) and means[0] == np.nanmax(grid.mean)
    table = pq.read_table(tmp_path / "out" / CLASS_MAP).to_pylist()
    assert len(table) == int((grid.pairs > 0).sum()) and table[0].keys() >= {"deleted", "tested"}
    place = {name: k for k, name in enumerate(grid.classes)}
    for line in table[:: len(table) // 50]:
        at = place[line["deleted"]], place[line["tested"]]
        assert (line["mean"], line["pairs"]) == (grid.mean[at], grid.pairs[at])
    assert sum(line["pairs"] for line in table) == 120 * 200
    page = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len(json.dumps(page)) < 50_000


def test_classes_without_examples_are_left_out(run, tmp_path: Path) -> None:
    """A hundred thousand names, of which three are used."""
    generator = np.random.default_rng(0)
    labels = generator.choice([5, 70_000, 99_999], size=60)
    names = [f"class {k}" for k in range(100_000)]
    inputs = generator.uniform(size=(60, 2))
    np.savez(tmp_path / "names.npz", inputs=inputs, labels=labels, classes=names)
    findings, summary = run(f"""
    data = {{ name = "file", file = "{tmp_path}/names.npz", size = 40, target = ["class 5"] }}
    model = {{ kind = "ridge", regularization = 0.1 }}
    """)
    assert findings.classes.classes == ("class 5", "class 70000", "class 99999")
    assert summary["class_map"]["classes"] == ["class 5", "class 70000", "class 99999"]
    assert sum(map(sum, summary["class_map"]["pairs"])) == 40 * 20


@pytest.mark.parametrize("count", [1, 29, 31, MOST + 1, 3000])
def test_pictures_stay_small(count: int, tmp_path: Path) -> None:
    table = np.random.default_rng(count).uniform(size=(count, count))
    table[0] = np.nan
    names = [f"a class with the long name {k}" for k in range(count)]
    path = class_map(table, names, tmp_path / "map.png", "a title")
    assert max(size_of(path)) < 2000 and path.stat().st_size < 10**6


def test_numbers_stand_in_the_cells_of_small_maps_only(tmp_path: Path, monkeypatch) -> None:
    from stability.report.figures import heat_map

    written: list[int] = []
    numbers = heat_map._numbers
    monkeypatch.setattr(
        heat_map, "_numbers", lambda axes, image, table: (written.append(table.size), numbers)[0]
    )
    for count in (heat_map.NUMBERED, heat_map.NUMBERED + 1):
        class_map(np.ones((count, count)), ["c"] * count, tmp_path / "map.png", "a title")
    assert written == [heat_map.NUMBERED**2]
