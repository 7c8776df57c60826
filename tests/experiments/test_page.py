"""The page of an experiment's folder: everything that was found, escaped, with its pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.errors import DataError, RunError
from stability_experiments.framework.page import write_page


@pytest.fixture
def folder(stored: Path) -> Path:
    return stored / "ridge-bounds-mnist" / "smoke"


def test_the_page_holds_rows_claims_pictures_and_how_to_run_it_again(folder, tmp_path) -> None:
    page = tmp_path / "page.html"
    done = CliRunner().invoke(app, ["report", str(folder), "--out", str(page)])
    assert done.exit_code == 0 and f"wrote {page}" in done.stdout
    text = page.read_text()
    assert "<h1>ridge-bounds-mnist</h1>" in text
    assert "A uniform bound above the range of the loss beside an elastic one" in text
    for cell in (
        "near",
        "1.1 \N{PLUS-MINUS SIGN} 0.2 (Table 1)",
        "0.250 \N{PLUS-MINUS SIGN} 0.010",
        "why",
        "up",
    ):
        assert f"<td>{cell}</td>" in text
    assert "<tr><td>down</td><td>no</td><td>no</td></tr>" in text
    assert text.count("data:image/svg+xml;base64") == 1
    assert "stability experiment run ridge-bounds-mnist --preset smoke --seed 3" in text
    assert "ten images" in text


def test_everything_is_escaped(folder, edit, tmp_path) -> None:
    evil = "<script>alert(1)</script>"
    before = write_page(folder, tmp_path / "before.html").read_text()

    def change(record) -> None:
        record["scaled_down"] = record["claims"][0]["claim"] = evil
        record["rows"][0] |= {"name": evil, "note": evil, "source": evil}
        record["rows"][1] |= {"source": evil}

    edit(change)
    text = write_page(folder, tmp_path / "page.html").read_text()
    assert "<script" not in text and text.count("&lt;script&gt;") == 5 > before.count("&lt;script")


def test_a_result_of_an_experiment_that_is_no_more_has_a_page(folder, edit, tmp_path) -> None:
    edit(lambda record: record.update(experiment="gone; rm -rf"))
    text = write_page(folder, tmp_path / "page.html").read_text()
    assert "stability experiment run &#39;gone; rm -rf&#39; --preset" in text


def test_a_picture_outside_the_folder_is_refused(folder, edit, tmp_path) -> None:
    (folder.parent / "secret.svg").write_text("<svg/>")
    edit(lambda record: record.update(figures=["../secret.svg"]))
    with pytest.raises(DataError, match="this directory"):
        write_page(folder, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_folder_without_a_result_is_told(tmp_path) -> None:
    with pytest.raises(RunError, match=r"result\.json"):
        write_page(tmp_path, tmp_path / "page.html")


def test_a_report_of_its_own_comes_first(folder, tmp_path) -> None:
    (folder / "report.json").write_text(json.dumps({"title": "Its own"}))
    page = tmp_path / "page.html"
    CliRunner().invoke(app, ["report", str(folder), "--out", str(page)])
    assert "<h1>Its own</h1>" in page.read_text()
