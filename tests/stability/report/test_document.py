"""Reports as data: written and read back, and every kind of damage refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from stability.errors import DataError, RunError
from stability.report.html.document import Figure, Report, Section, Table

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
cells = (
    st.none()
    | st.booleans()
    | st.integers()
    | texts
    | st.floats(allow_nan=False, allow_infinity=False)
)
tables = st.integers(0, 3).flatmap(
    lambda n: st.builds(
        Table,
        st.lists(texts, min_size=n, max_size=n),
        st.lists(st.lists(cells, min_size=n, max_size=n), max_size=3),
    )
)
sections = st.builds(
    Section, texts, texts, st.none() | tables, st.just(()), st.lists(texts, max_size=2)
)
reports = st.builds(
    Report, texts, texts, st.lists(sections, max_size=3), st.dictionaries(texts, cells, max_size=3)
)


@for_all(reports)
def test_written_and_read_back(tmp_path_factory: pytest.TempPathFactory, report: Report) -> None:
    folder = tmp_path_factory.mktemp("report")
    assert report.save(folder).name == "report.json"
    assert Report.load(folder) == report
    assert [path.name for path in folder.iterdir()] == ["report.json"]


def test_the_described_format(tmp_path: Path) -> None:
    raw = {
        "title": "T",
        "sections": [
            {
                "heading": "H",
                "table": {"columns": ["a", "b"], "rows": [[1, "x"], [None, 0.5]]},
                "figures": [{"file": "a.png", "caption": "C"}],
                "notes": ["n"],
            },
            {"heading": "H2", "table": None},
        ],
        "made_with": {"versions": {"numpy": "2.0"}, "seed": 3},
    }
    (tmp_path / "report.json").write_text(json.dumps(raw))
    report = Report.load(tmp_path)
    assert report.made_with == {"versions numpy": "2.0", "seed": 3}
    assert report.sections[0].table == Table(("a", "b"), ((1, "x"), (None, 0.5)))
    assert report.figures == (Figure("a.png", "C"),)
    assert report.sections[1] == Section("H2")


SECTION: dict[str, Any] = {"heading": "H"}


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ([], "report"),
        ({}, "title"),
        ({"title": 3}, "title"),
        ({"title": "T", "sectoins": []}, "sectoins"),
        ({"title": "T", "introduction": None}, "introduction"),
        ({"title": "T", "sections": {}}, "sections"),
        ({"title": "T", "sections": [3]}, r"sections\[0\]"),
        ({"title": "T", "sections": [SECTION, {}]}, r"sections\[1\]"),
        ({"title": "T", "sections": [{**SECTION, "text": []}]}, r"sections\[0\].*text"),
        ({"title": "T", "sections": [{**SECTION, "notes": "n"}]}, r"sections\[0\].*notes"),
        ({"title": "T", "sections": [{**SECTION, "notes": [1]}]}, r"sections\[0\].*notes"),
        ({"title": "T", "sections": [{**SECTION, "table": []}]}, r"sections\[0\].*table"),
        (
            {"title": "T", "sections": [{**SECTION, "table": {"columns": ["a"], "rows": [[]]}}]},
            r"table row 1.*0 cells",
        ),
        (
            {"title": "T", "sections": [{**SECTION, "table": {"columns": ["a"], "rows": [[{}]]}}]},
            "table row 1.*an object",
        ),
        (
            {"title": "T", "sections": [{**SECTION, "table": {"columns": [1], "rows": []}}]},
            "table column",
        ),
        ({"title": "T", "sections": [{**SECTION, "figures": [{}]}]}, r"figures\[0\].*file"),
        ({"title": "T", "sections": [{**SECTION, "figures": [{"file": 3}]}]}, "figure"),
        ({"title": "T", "made_with": []}, "made_with"),
        ({"title": "T", "made_with": {"a": {"b": {}}}}, "made_with a b"),
        ({"title": "\ud800"}, "title.*half a character"),
    ],
)
def test_broken_content(tmp_path: Path, raw: Any, place: str) -> None:
    (tmp_path / "report.json").write_text(json.dumps(raw))
    with pytest.raises(DataError, match=place) as caught:
        Report.load(tmp_path)
    assert str(tmp_path / "report.json") in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Expecting value"),
        (b'{"title": ', "Expecting value"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"title": "T", "made_with": {"a": NaN}}', "NaN"),
        (b'{"title": "T", "made_with": {"a": ' + b"9" * 5000 + b"}}", "digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"title": "T", "made_with": {"a": 1e999}}', "inf"),
    ],
)
def test_broken_files(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(DataError, match=says):
        Report.load(tmp_path)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"report\.json"):
        Report.load(tmp_path)
    with pytest.raises(RunError, match="nowhere"):
        Report.load(tmp_path / "nowhere")
    with pytest.raises(RunError, match="nowhere"):
        Report("T").save(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError):
        Report("T").save(tmp_path / "file")


def test_a_report_is_not_saved_without_its_figures(tmp_path: Path) -> None:
    report = Report("T", sections=(Section("H", figures=(Figure("a.png"),)),))
    with pytest.raises(RunError, match=r"a\.png"):
        report.save(tmp_path)
    (tmp_path / "a.png").write_bytes(PNG)
    assert report.save(tmp_path).exists()


@pytest.mark.parametrize(
    "name",
    [
        "../a.png",
        "/etc/a.png",
        "a/b.png",
        "a\\b.png",
        "C:a.png",
        "..",
        ".png",
        "a.gif",
        "a",
        "",
        "a\0.png",
        "a.svg/../../b.png",
        "http://x/a.png",
        "https:a.svg",
    ],
)
def test_figures_have_plain_names(name: str) -> None:
    with pytest.raises(DataError, match="plain file name"):
        Figure(name)


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), [], {}, b"x", "\ud800"])
def test_cells(cell: Any) -> None:
    with pytest.raises(DataError, match="table row 1"):
        Table(("a",), ((cell,),))


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Report("old").save(tmp_path)

    def full(handle: int, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stability.files.os.write", full)
    with pytest.raises(RunError, match="No space left"):
        Report("new").save(tmp_path)
    monkeypatch.undo()
    assert Report.load(tmp_path).title == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
