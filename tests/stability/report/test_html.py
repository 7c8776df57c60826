"""Pages: whole, escaped, and in need of nothing else."""

import base64
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from stability.bounds.analyse import Analysis
from stability.errors import DataError, RunError
from stability.report.figures.bound_curves import plot_bounds
from stability.report.html.document import Figure, Report, Section, Table
from stability.report.html.mathml import formula
from stability.report.html.render import render_analysis, write_report
from stability.report.rows import Refusals, bound_rows
from stability.theorems.catalogue import CATALOGUE

EVIL = '<script>alert("1")</script><img src="http://evil.example/x.png" onerror="x()">'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
VOID = {"meta", "img", "br"}
PLAIN = """html head meta title style body h1 h2 h3 p div span table thead tbody tr th td figure
img figcaption ul li dl dt dd details summary pre code section footer br b math"""
ALLOWED = set(PLAIN.split())


class Page(HTMLParser):
    """What a browser would see: tags, attributes and text; fails on tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def check_alone(source: str) -> Page:
    """No scripts, no links, no requests: every picture is inside."""
    page = Page(source)
    assert set(page.tags) <= ALLOWED | {t for t in page.tags if t.startswith("m")}
    assert "default-src 'none'" in source
    for tag, name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in ("href", "srcset", "action", "data", "background", "style")
        if name == "src":
            assert tag == "img" and value.startswith(("data:image/png;", "data:image/svg+xml;"))
    for word in ("http://", "https://", "url(", "@import", "<script", "javascript:"):
        assert word not in source.lower().replace("&lt;script", "").replace(
            "http://evil.example", ""
        )
    return page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map.png").write_bytes(PNG)
    (tmp_path / "plot.svg").write_bytes(SVG)
    report = Report(
        f"Title {EVIL}",
        f"First {EVIL}\n\nSecond",
        (
            Section(
                f"Heading {EVIL}",
                f"Text {EVIL}",
                Table((f"name {EVIL}", "value", "ok"), ((EVIL, 0.012345678, True), ("b", 7, None))),
                (Figure("map.png", f'"Caption" {EVIL}'), Figure("plot.svg")),
                (f"Note {EVIL}",),
            ),
            Section("Empty", table=Table(("a",), ())),
        ),
        {f"made {EVIL}": EVIL, "seed": 3},
    )
    report.save(tmp_path)
    return tmp_path


def test_report(folder: Path) -> None:
    out = folder / "report.html"
    assert write_report(folder, out) == out
    source = out.read_text(encoding="utf-8")
    page = check_alone(source)
    assert "<script>" not in source and "script" not in page.tags
    for where in ("Title", "First", "Heading", "Text", "name", '"Caption"', "Note", "made"):
        assert f"{where} {EVIL}" in page.text
    for word in ("Second", "0.012345678", "yes", "seed", "no rows", "plug-in", "certified"):
        assert word in page.text
    numbers = [value for tag, name, value in page.attributes if (tag, name) == ("td", "class")]
    assert numbers.count("number") == 2
    pictures = [value for _, name, value in page.attributes if name == "src"]
    assert [base64.b64decode(p.split(",")[1]) for p in pictures] == [PNG, SVG]
    assert source.lstrip().startswith("<!DOCTYPE html>")
    assert sorted(p.name for p in folder.iterdir()) == [
        "map.png",
        "plot.svg",
        "report.html",
        "report.json",
    ]


def with_figure(folder: Path, name: str) -> None:
    raw = {"title": "T", "sections": [{"heading": "H", "figures": [{"file": name}]}]}
    (folder / "report.json").write_text(json.dumps(raw))


@pytest.mark.parametrize("name", ["../secret.png", "sub/secret.png", "{tmp}/secret.png", "x.txt"])
def test_only_pictures_in_the_directory(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "run"
    (folder / "sub").mkdir(parents=True)
    for place in (tmp_path, folder / "sub"):
        (place / "secret.png").write_bytes(PNG)
    (folder / "x.txt").write_bytes(PNG)
    with_figure(folder, name.replace("{tmp}", str(tmp_path)))
    with pytest.raises(DataError, match="plain file name"):
        write_report(folder, tmp_path / "out.html")
    assert not (tmp_path / "out.html").exists()


def test_no_link_leads_outside(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "a.png").symlink_to(tmp_path / "secret.png")
    with_figure(folder, "a.png")
    with pytest.raises(DataError, match="link that leads outside"):
        write_report(folder, tmp_path / "out.html")
    (folder / "a.png").unlink()
    (folder / "a.png").symlink_to("a.png")
    with pytest.raises(RunError, match=r"a\.png"):
        write_report(folder, tmp_path / "out.html")
    (folder / "a.png").unlink()
    (folder / "b.png").write_bytes(PNG)
    (folder / "a.png").symlink_to("b.png")
    assert write_report(folder, tmp_path / "out.html").exists(), "a link inside is no harm"
    other = tmp_path / "other"
    other.mkdir()
    (other / "report.json").symlink_to(folder / "report.json")
    with pytest.raises(DataError, match="link that leads outside"):
        write_report(other, tmp_path / "out.html")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", SVG), ("a.svg", PNG), ("a.png", b""), ("a.svg", b"root:x:0:0")],
)
def test_only_what_is_a_picture(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with_figure(tmp_path, name)
    with pytest.raises(DataError, match="picture"):
        write_report(tmp_path, tmp_path / "out.html")


def test_missing_things(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(RunError, match="no/out"):
        write_report(folder, folder / "no/out.html")
    with pytest.raises(RunError):
        write_report(folder, folder)
    with_figure(folder, "gone.png")
    with pytest.raises(RunError, match=r"gone\.png"):
        write_report(folder, folder / "out.html")
    (folder / "dir.png").mkdir()
    with_figure(folder, "dir.png")
    with pytest.raises(DataError, match=r"dir\.png"):
        write_report(folder, folder / "out.html")


@pytest.mark.parametrize("name", ["sgd", "kernel", "estimated", "nothing"])
def test_analysis(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    analysis: Analysis = request.getfixturevalue(name)
    picture = plot_bounds(analysis, tmp_path / "bounds.svg", [1000, 2000])
    page = check_alone(render_analysis(analysis, EVIL, [(EVIL, picture)]))
    assert EVIL in page.text
    for row in bound_rows(analysis, True):
        assert row.theorem in page.text and row.value in page.text
        if not row.promises:
            assert f"{row.kind}: promises nothing" in page.text
    for refusal in analysis.refused:
        assert refusal.theorem in page.text and refusal.remedy in page.text
    shown = {(b.theorem, b.form): b for b in reversed(analysis.best_per_notion())}.values()
    again = sum(bound.formula is not None for bound in shown)
    assert page.tags.count("math") == len(shown) + again and bool(again) == bool(shown)


def test_figures_of_an_analysis(sgd: Analysis, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"gone\.png"):
        render_analysis(sgd, "T", [("C", tmp_path / "gone.png")])
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(DataError, match="picture"):
        render_analysis(sgd, "T", [("C", tmp_path / "a.pdf")])


def test_every_formula_is_well_formed() -> None:
    for theorem in CATALOGUE:
        for statement in theorem.statements:
            for expression in statement.values.values():
                page = Page(str(formula(expression)))
                assert page.tags[0] == "math" and all(t.startswith("m") for t in page.tags)


def test_a_template_that_misses_a_name_is_an_error() -> None:
    import jinja2

    from stability.report.html.environment import page

    found = Refusals((), (), ())
    words = {"setup_words": "a setup", "losses": "[0, 1]", "delta": "0.05", "verdict": []}
    words |= {"rows": [], "found": found}
    assert "a setup" in page("notebook.html", **words)
    for name in words:
        rest = {key: value for key, value in words.items() if key != name}
        with pytest.raises(jinja2.UndefinedError):
            page("notebook.html", **rest)


def test_templates_are_part_of_the_package() -> None:
    from importlib.resources import files

    names: set[Any] = {p.name for p in (files("stability.report.html") / "templates").iterdir()}
    assert {"base.html", "report.html", "analysis.html", "macros.html", "notebook.html"} <= names
