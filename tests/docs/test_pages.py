"""Tutorials and how-to pages of the site, followed step by step, and its notebooks."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

from stability_docs import notebooks

from .pages import Reader, Run, Try, Write, compare, steps

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(p for folder in ("tutorials", "howto") for p in (DOCS / folder).glob("*.md"))
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one, and whose modules can be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(page: Path, folder: Path) -> None:
    known = set(sys.modules)
    reader = Reader()
    for step in steps(page.read_text()):
        reader.follow(step)
    for name in set(sys.modules) - known:  # modules of this folder are not those of the next
        if str(folder) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


def test_the_pages_show_commands() -> None:
    """Each tutorial runs something, and every command of the library that people start with."""
    commands = {
        step.command.split()[1]
        for page in PAGES
        for step in steps(page.read_text())
        if isinstance(step, Run)
    }
    assert {"bounds", "estimate", "report", "theorems", "prove", "evaluate", "init"} <= commands


ONE = """
Write `a.py`:

```python
b = 3
```

```python
>>> from a import b
>>> b
3

```

```console
$ stability evaluate mohri2018-replacement m=100 delta=0.05 epsilon=0 M=1
...
bound = 0.12239
```

```text
not run
```
"""


def test_a_page_is_read_as_steps(folder: Path) -> None:
    sys.modules.pop("a", None)
    found = steps(ONE)
    assert [type(step) for step in found] == [Write, Try, Run]
    reader = Reader()
    for step in found:
        reader.follow(step)


@pytest.mark.parametrize("change", [("b = 3", "b = 4"), ("0.12239", "0.129"), ("M=1", "M=2")])
def test_another_result_is_noticed(folder: Path, change: tuple[str, str]) -> None:
    sys.modules.pop("a", None)
    reader, found = Reader(), steps(ONE.replace(*change))

    def follow() -> None:
        for step in found:
            reader.follow(step)

    with pytest.raises(AssertionError):
        follow()


def test_a_command_outside_of_console_is_refused() -> None:
    with pytest.raises(ValueError, match="not run"):
        steps("```text\nstability bounds setup.toml\n```\n")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_the_outputs_that_it_holds(path: Path, folder: Path) -> None:
    stored = notebooks.read(path)
    again = notebooks.run(stored)
    shown = 0
    for old, new in zip(stored["cells"], again["cells"], strict=True):
        if old["cell_type"] == "code":
            told, now = "\n".join(texts(old)), "\n".join(texts(new))
            compare(Run("".join(old["source"]), tuple(told.splitlines())), now)
            shown += len(told)
    assert shown


def texts(cell: dict[str, Any]) -> list[str]:
    return [o.get("text") or o["data"]["text/plain"] for o in cell["outputs"]]


def test_a_notebook_has_what_jupyter_asks_for() -> None:
    assert len(NOTEBOOKS) == 2
    for path in NOTEBOOKS:
        notebook = notebooks.read(path)
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
        assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                ast.parse("".join(cell["source"]))
                assert cell["outputs"] is not None
