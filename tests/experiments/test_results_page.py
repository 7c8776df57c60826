"""RESULTS.md is what the stored results give; results and pages that were changed are seen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from stability.errors import DataError, RunError
from stability_experiments.framework.context import STAGES
from stability_experiments.framework.results_page import MOST_ROWS, PAGE, check, render, write
from stability_experiments.framework.stored import RESULTS, read_result, stored_results

from .example import FINDINGS

SMALL = 250_000
"""Bytes of a picture that may be kept with the project."""


def test_the_page_of_the_project_is_what_its_results_give() -> None:
    check()
    names = {stored.experiment.name for stored in stored_results()}
    assert PAGE.read_text().count("\n## ") == len(names) > 0


def test_stored_pictures_are_small_and_nothing_else_is_stored() -> None:
    for stored in stored_results():
        folder = RESULTS / stored.place
        names = {path.name for path in folder.iterdir()} - {STAGES}  # which git ignores
        assert names == {"result.json", *stored.result.findings.figures}
        for figure in stored.result.findings.figures:
            assert 1000 < (folder / figure).stat().st_size < SMALL


def test_a_changed_page_is_seen(stored: Path, tmp_path: Path) -> None:
    page = write(stored, tmp_path / "RESULTS.md")
    check(stored, page)
    page.write_text(page.read_text().replace("0.25", "0.24"))
    with pytest.raises(DataError, match=r"RESULTS.md.*make results"):
        check(stored, page)


def test_a_changed_result_is_seen(stored: Path, tmp_path: Path, edit) -> None:
    page = write(stored, tmp_path / "RESULTS.md")
    edit(lambda record: record["rows"][0].update(computed=0.24))
    with pytest.raises(DataError, match="make results"):
        check(stored, page)


def test_a_result_is_read_as_it_was_written(stored: Path, run, tmp_path: Path) -> None:
    written = run(tmp_path / "again")
    read = read_result(tmp_path / "again")
    assert read.findings == written.findings == FINDINGS
    assert (read.seed, read.preset, read.experiment) == (3, "smoke", "ridge-bounds-mnist")


def test_the_page_shows_rows_claims_cost_and_pictures(stored: Path) -> None:
    text = render(stored)
    assert "## ridge-bounds-mnist\n" in text and "Preset smoke, seed 3" in text
    assert "scaled down: ten images" in text
    assert "- holds: up" in text
    assert "- **does not hold** (not required at this size): down" in text
    assert "| near | 1 | 1.1 ± 0.2 (Table 1) | yes |" in text
    assert "| far | 9 | 1.1 ± 0.2 (Table 1) | no | why |" in text
    assert "| own | 0.250 ± 0.010 |  |  | a \\| b |" in text
    assert "](results/ridge-bounds-mnist/smoke/picture.svg)" in text
    assert text.index("| near") < text.index("| own"), "published numbers come first"


def test_the_largest_preset_is_shown_and_others_in_a_line(stored: Path) -> None:
    name = stored / "ridge-bounds-mnist"
    shutil.copytree(name / "smoke", name / "paper")
    record = json.loads((name / "paper" / "result.json").read_text())
    record.update(preset="paper", scaled_down=None)
    record["rows"][0]["computed"] = 0.75
    (name / "paper" / "result.json").write_text(json.dumps(record))
    text = render(stored)
    assert text.count("\n## ") == 1 and "Preset paper, seed 3" in text
    assert "| own | 0.75" in text and "| own | 0.25" not in text
    [line] = [line for line in text.splitlines() if line.startswith("Also stored")]
    assert "Preset smoke" in line and "1 of 2 claims hold" in line
    assert "](results/ridge-bounds-mnist/smoke/result.json)" in line


def test_a_long_table_says_how_much_it_leaves_out(stored: Path, edit) -> None:
    edit(lambda record: record.update(rows=[record["rows"][0]] * (MOST_ROWS + 7)))
    text = render(stored)
    assert text.count("| own") == MOST_ROWS and "7 more rows are in `result.json`" in text


BREAKAGES = {
    "another verdict": (lambda r: r["rows"][2].update(agrees=True), r"agrees = True.*by hand"),
    "another experiment": (lambda r: r.update(experiment="x"), "result of x"),
    "another preset": (lambda r: r.update(preset="paper"), "preset paper"),
    "a missing name": (lambda r: r.pop("seed"), "nothing named 'seed'"),
    "an unknown name": (lambda r: r["rows"][0].update(extra=1), "unknown name 'extra'"),
    "no list": (lambda r: r.update(claims=3), "claims"),
    "no claim": (lambda r: r["claims"].append({}), r"claims\[2\]"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_damaged_result_is_told(name: str, stored: Path, edit) -> None:
    breakage, words = BREAKAGES[name]
    render(stored)
    edit(breakage)
    with pytest.raises(DataError, match=words):
        render(stored)


def test_a_missing_picture_or_result_is_told(stored: Path) -> None:
    folder = stored / "ridge-bounds-mnist" / "smoke"
    (folder / "picture.svg").unlink()
    with pytest.raises(RunError, match=r"picture\.svg"):
        render(stored)
    (folder / "result.json").unlink()
    with pytest.raises(RunError, match=r"result\.json"):
        render(stored)


def test_text_that_is_not_json_is_told(stored: Path) -> None:
    (stored / "ridge-bounds-mnist" / "smoke" / "result.json").write_text('{"rows": [NaN]}')
    with pytest.raises(DataError, match="NaN"):
        render(stored)


def test_a_result_in_the_wrong_place_is_told(elsewhere: Path) -> None:
    with pytest.raises(DataError, match="one of logistic-bounds-mnist"):
        render(elsewhere)


@pytest.mark.parametrize("place", ["nothing/smoke", "ridge-bounds-mnist/huge"])
def test_a_folder_of_no_experiment_is_told(stored: Path, place: str) -> None:
    (stored / place).mkdir(parents=True)
    with pytest.raises(DataError, match="that there are"):
        render(stored)


def test_an_installed_library_holds_no_results_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no folder there.*work in a checkout"):
        render(tmp_path / "results")
