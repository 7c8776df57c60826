"""The picture of `compare` and of a sweep shows the numbers of their other forms."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from stability.bounds.analyse import Analysis
from stability.bounds.best import ABSOLUTE
from stability.bounds.sweep import sweep
from stability.conventions import Quantity
from stability.errors import SetupError
from stability.report.csv_rows import compare_csv
from stability.report.figures.comparison import MOST_SETUPS, plot_compared
from stability.report.figures.sweep_curves import plot_sweep
from stability.setup.overrides import Point


def described(path: Path) -> dict[str, Any]:
    text = re.search(r"<dc:description>(.*?)</dc:description>", path.read_text(), re.DOTALL)
    assert text is not None
    return json.loads(html.unescape(text[1]))


def test_dots_are_the_lines_of_the_csv(
    sgd: Analysis, estimated: Analysis, nothing: Analysis, tmp_path: Path
) -> None:
    named = [("one", sgd), ("two", estimated), ("three", nothing)]
    found = described(plot_compared(named, tmp_path / "p.svg"))
    rows = list(csv.DictReader(io.StringIO(compare_csv(named))))
    asked = {"gap", str(ABSOLUTE[Quantity.GAP])}
    wanted = sorted(
        (r["setup"], r["theorem"], float(r["value"]), r["kind"], r["provenance"], r["trust"])
        for r in rows
        if r["quantity"] in asked
    )
    names = ("setup", "theorem", "value", "kind", "provenance", "trust")
    dots = sorted(tuple(dot[name] for name in names) for dot in found["dots"])
    assert found["quantity"] == "gap" and dots == wanted


def test_what_cannot_be_drawn_is_refused(nothing: Analysis, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no bound on the gap of any setup"):
        plot_compared([("a", nothing), ("b", nothing)], tmp_path / "p.png")
    with pytest.raises(SetupError, match="at most 8"):
        plot_compared([("a", nothing)] * (MOST_SETUPS + 1), tmp_path / "p.png")
    with pytest.raises(SetupError, match="'squared-gap'"):
        plot_compared([("a", nothing)], tmp_path / "p.png", "squard-gap")
    assert not list(tmp_path.iterdir())


def test_a_sweep_is_described_in_its_picture(sgd: Analysis, tmp_path: Path) -> None:
    points = [
        Point((("sample.size", str(size)),), sgd.setup.with_size(size)) for size in (100, 10_000)
    ]
    found = sweep(points, "0.05")
    told = described(plot_sweep(found, tmp_path / "p.svg"))
    values = [bound.value for row in found.rows for bound in row.bounds if bound is not None]
    assert [point["value"] for point in told["points"]] == values
    assert all(point["kind"] == "upper" and point["range"] == 1 for point in told["points"])
