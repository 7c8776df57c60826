"""What is said of slips with files of one's own: the remedy is the one that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from stability.datasets.own.columns import Columns
from stability.datasets.own.files import read_file
from stability.errors import DataError

CSV = 'size,heat,city,rent,area\n1,gas,Basel,"1,200",5\n2,oil,Basel,900,6\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flats.csv").write_text(CSV)
    (tmp_path / "sheet.xlsx").write_bytes(b"PK no zip")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "columns", "advice"),
    [
        ("flats.csv", Columns(targets="city"), 'labels = "city"'),
        ("flats.csv", Columns(targets="rent"), "comma for thousands: write 1200 for 1,200"),
        ("flats.csv", Columns(targets="area"), "a column of 0 and 1 for each category"),
        ("flat.csv", Columns(targets="area"), "Did you mean 'flats.csv'?"),
        ("flats.xlsx", Columns(targets="area"), "No such file.*.csv.*Excel.*save the sheet as CSV"),
        ("sheet.xlsx", Columns(targets="area"), "ends in '.xlsx'.*save the sheet as CSV"),
        ("none/flats.csv", Columns(targets="area"), "There is no folder .*none"),
    ],
)
def test_the_remedy_helps(folder: Path, name: str, columns: Columns, advice: str) -> None:
    with pytest.raises(DataError, match=advice):
        read_file(folder / name, columns)
