"""No table of the terminal cuts what stands in it, however narrow: ids are for copying."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from stability.bounds.analyse import Analysis
from stability.bounds.sweep import sweep
from stability.report.sweeps import sweep_table
from stability.report.terminal.comparison import compare_table
from stability.report.terminal.layout import plain_table
from stability.report.terminal.tables import (
    bounds_table,
    constants_table,
    refusals_table,
    theorem_panel,
    theorems_table,
)
from stability.setup.overrides import Point
from stability.theorems.catalogue import BY_ID, CATALOGUE

Tables = dict[str, Callable[[], RenderableType]]


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been cut so far."""
    found: list[str] = []
    truncate = Text.truncate

    def watched(self: Text, max_width: int, **options: object) -> None:
        if cell_len(self.plain.rstrip()) > max_width:
            found.append(self.plain)
        truncate(self, max_width, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Text, "truncate", watched)
    return found


def shown(renderable: RenderableType, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(renderable)
    return out.getvalue()


@pytest.fixture(scope="module")
def made(sgd: Analysis, kernel: Analysis, estimated: Analysis) -> Tables:
    points = [Point((("sample.size", str(m)),), kernel.setup.with_size(m)) for m in (100, 1000)]
    found = sweep(points, "0.05")
    named = [("sgd", sgd), ("kernel", kernel), ("a name that is long", estimated)]
    return {
        "bounds": lambda: bounds_table(sgd, False),
        "every bound": lambda: bounds_table(sgd, True),
        "constants": lambda: constants_table(sgd),
        "refusals": lambda: refusals_table(sgd, True),
        "two setups": lambda: compare_table(named[:2]),
        "three setups": lambda: compare_table(named),
        "theorems": lambda: theorems_table(CATALOGUE),
        "a theorem": lambda: theorem_panel(BY_ID["elastic-finite-emp"]),
        "a sweep": lambda: sweep_table(found, "0.05"),
    }


NAMES = (
    *("bounds", "every bound", "constants", "refusals", "two setups", "three setups"),
    *("theorems", "a theorem", "a sweep"),
)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut(made: Tables, cuts: list[str], name: str, width: int) -> None:
    text = shown(made[name](), width)
    assert not cuts and "…" not in text


def test_a_cut_is_seen(cuts: list[str]) -> None:
    table = plain_table("")
    table.add_column("id")
    table.add_row(Text("elastic-finite-emp"))
    shown(table, 5)
    assert "elastic-finite-emp" in cuts
