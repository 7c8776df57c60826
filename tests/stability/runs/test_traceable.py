"""Every example that is named is named by its row in the user's file, in every output."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from stability.errors import SetupError
from stability.runs.examples import EXAMPLES
from stability.runs.page import SHOWN
from stability.runs.tables import printed

from .conftest import NETWORK, RIDGE

SIZE = 60


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """Images whose first pixel tells the row in the file."""
    generator = np.random.default_rng(3)
    pixels = generator.uniform(size=(SIZE, 3, 3))
    pixels[:, 0, 0] = np.arange(SIZE) / SIZE
    names = [f"picture {row}" for row in range(SIZE)]
    path = tmp_path / "marked.npz"
    np.savez(path, inputs=pixels, labels=generator.integers(4, 7, SIZE), row_names=names)
    return path


def study(marked: Path, kind: str, deletion: str) -> str:
    target = ', target = ["4"]' if kind == "ridge" else ""
    return f"""
    data = {{ name = "file", file = "{marked}", size = 30, seed = 5{target} }}
    model = {{ kind = "{kind}", regularization = 0.1 }}
    deletion = {{ {deletion} }}
    """


@pytest.mark.parametrize("kind", ["ridge", "logistic"])
def test_rows_lead_back_to_the_file(kind: str, run, marked: Path, tmp_path: Path) -> None:
    findings, summary = run(study(marked, kind, "count = 12"))
    pixels, labels = (np.load(marked)[name] for name in ("inputs", "labels"))
    assert summary["rows_of"] == {"train": "marked.npz", "test": "marked.npz"}
    for example in summary["most_influential"]:
        kept = findings.parts.train.inputs[example["position"]]
        assert kept[0] == example["row"] / SIZE and example["name"] == f"picture {example['row']}"
        assert example["label"] == str(labels[example["row"]])
    table = pq.read_table(tmp_path / "out" / EXAMPLES).to_pylist()
    assert len(table) == SIZE and {line["source"] for line in table} == {"marked.npz"}
    assert sorted(line["row"] for line in table) == list(range(SIZE))
    losses = {"train": findings.measured.base_training, "test": findings.measured.base_test}
    for line in table:
        part = getattr(findings.parts, line["part"])
        assert part.inputs[line["position"]].tolist() == pixels[line["row"]].ravel().tolist()
        assert line["class"] == str(labels[line["row"]])
        assert line["name"] == f"picture {line['row']}"
        assert line["loss"] == losses[line["part"]][line["position"]]
        assert (line["mean_change"] is None) == (not line["deleted"])
    deleted = [line for line in table if line["deleted"]]
    assert sorted(line["position"] for line in deleted) == sorted(findings.measured.deleted)
    most = max(deleted, key=lambda line: line["mean_change"])
    first = summary["most_influential"][0]
    assert (most["row"], most["mean_change"]) == (first["row"], first["mean"])


def test_text_and_page_name_the_row_and_show_the_picture(
    run, pages, marked: Path, tmp_path: Path
) -> None:
    findings, summary = run(study(marked, "ridge", "count = 12"))
    console = Console(width=100)
    with console.capture() as captured:
        console.print(printed(findings))
    text = " ".join(captured.get().split())
    first = summary["most_influential"][0]
    assert f"{first['row']} ({first['name']}) {first['position']} {first['label']}" in text
    assert "Rows count from 0 in marked.npz" in text
    page = json.loads((tmp_path / "out" / "report.json").read_text())
    [section] = [s for s in page["sections"] if s["heading"] == "Examples that move the loss most"]
    assert section["table"]["rows"][0][0] == f"{first['row']} ({first['name']})"
    assert "marked.npz" in section["text"]
    assert [figure["file"] for figure in section["figures"]] == [SHOWN]
    assert (tmp_path / "out" / SHOWN).read_bytes().startswith(b"\x89PNG")


def test_published_parts_have_rows_of_their_own(run) -> None:
    findings, summary = run(RIDGE)
    assert summary["rows_of"]["train"] == "digits"
    from stability.datasets import load

    everything = load("digits")
    for example in summary["most_influential"]:
        kept = findings.parts.train.inputs[example["position"]]
        assert np.array_equal(everything.inputs[example["row"]], kept)


def test_rows_can_be_asked_for(run, marked: Path) -> None:
    _, first = run(study(marked, "ridge", "count = 12"), "first")
    rows = [example["row"] for example in first["most_influential"]][:4]
    findings, second = run(study(marked, "ridge", f"rows = {rows}"), "second")
    assert findings.parts.train.rows[findings.measured.deleted].tolist() == rows
    changes = {e["row"]: e["mean"] for e in first["most_influential"]}
    assert {e["row"]: e["mean"] for e in second["most_influential"]} == {
        row: pytest.approx(changes[row], rel=1e-9) for row in rows
    }
    tested = findings.parts.test.rows[0]
    with pytest.raises(SetupError, match=rf"deletion.rows: found row {tested}, which is not tr"):
        run(study(marked, "ridge", f"rows = [{tested}]"), "third")


def test_networks_name_rows_too(run, tmp_path: Path) -> None:
    findings, summary = run(NETWORK)
    rows = findings.parts.train.rows
    assert all(e["row"] == rows[e["position"]] for e in summary["most_influential"])
    assert pq.read_table(tmp_path / "out" / EXAMPLES).num_rows == 100
