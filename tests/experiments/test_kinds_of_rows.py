"""What a row promises is declared: the note beside it can be put in any words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stability.conventions import Kind
from stability.errors import DataError
from stability_experiments.framework.result import RESULT, Row
from stability_experiments.framework.stored import RESULTS, read_result

STORED = tuple(sorted(path.parent for path in RESULTS.glob(f"*/*/{RESULT}")))
WITHOUT_FIGURES = {"figures": []}


def test_the_kind_decides_to_which_side_a_number_is_rounded() -> None:
    row = Row(name="b", computed=0.12345, note="Proved, for P")
    texts = {kind: replace(row, kind=kind).text(4) for kind in Kind}
    assert texts[Kind.UPPER] == texts[Kind.EXACT] == "0.1235" and texts[Kind.LOWER] == "0.1234"
    lower, upper = (
        replace(row, kind=k, computed=0.12341).text(4) for k in (Kind.LOWER, Kind.UPPER)
    )
    assert (lower, upper, replace(row, computed=0.12341).text(4)) == ("0.1234", "0.1235", "0.1234")


@pytest.mark.parametrize("folder", STORED, ids=lambda folder: "-".join(folder.parts[-2:]))
def test_stored_rows_say_the_same_in_other_words(folder: Path) -> None:
    rows = read_result(folder).findings.rows
    assert rows
    for row in rows:
        assert replace(row, note=row.note.swapcase()).text(6) == row.text(6)
        promised = (
            row.note.startswith(("proved", "certified", "of all samples"))
            or row.name.startswith("proved")
            or row.name.endswith(", certified")
            or "upper, assumed" in row.note
            or "upper, certified" in row.note
        )
        assert (row.kind is Kind.UPPER) == promised, "as words told it before kinds were stored"


def test_results_of_version_0_1_0_are_read(tmp_path: Path) -> None:
    folder = next(path for path in STORED if path.parts[-2] == "logistic-bounds-mnist")
    raw = json.loads((folder / RESULT).read_text()) | WITHOUT_FIGURES
    for row in raw["rows"]:
        del row["kind"]
    (tmp_path / RESULT).write_text(json.dumps(raw))
    assert read_result(tmp_path).findings.rows == read_result(folder).findings.rows
    raw["rows"][0]["kind"] = "promised"
    (tmp_path / RESULT).write_text(json.dumps(raw))
    with pytest.raises(DataError, match="one of exact, upper, lower"):
        read_result(tmp_path)
