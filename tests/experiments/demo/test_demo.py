"""The demonstration end to end: what it writes, and that the numbers are what they say."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from stability.errors import RunError
from stability.report.compared import COMPARED
from stability_experiments.demo.experiment import EXPERIMENT
from stability_experiments.demo.numbers import Number, read_numbers
from stability_experiments.demo.table import bound_text, lines, printed, show
from stability_experiments.framework.result import Result
from stability_experiments.framework.run import run_experiment

Demo = tuple[Path, tuple[Number, ...], Result]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    out = tmp_path_factory.mktemp("demo") / "results"
    result = run_experiment(EXPERIMENT, "smoke", None, 0, out, lambda what, done, total: None)
    return out, read_numbers(out), result


def test_its_result_has_a_row_for_every_number_and_claims_that_hold(demo) -> None:
    _, numbers, result = demo
    rows = result.findings.rows
    assert [row.computed for row in rows] == [one.value for one in numbers]
    assert len({row.name for row in rows}) == len(rows)
    for row, one in zip(rows, numbers, strict=True):
        promised = "upper, proved, derived here" in row.note or "upper, certified" in row.note
        assert promised == (one.kind == "upper") != ("promises nothing" in row.note or not row.note)
        assert ("vacuous" in row.note) == one.vacuous
    assert len(result.findings.claims) == 6 and result.failures == []


def test_the_table_and_what_else_was_found_are_printed(demo, capsys) -> None:
    out, numbers, _ = demo
    show(out, Console(width=400))
    text = capsys.readouterr().out
    for line in lines(numbers):
        assert all(cell in text for cell in line.cells()[1:-1])
    assert "120 deletions" in text and "of its proved limit" in text
    assert f"Written to {out}: report.html" in text


def test_it_writes_numbers_pictures_and_one_page(demo) -> None:
    out, rows, _ = demo
    table = pd.read_parquet(out / "demo.parquet")
    stored = json.loads((out / "demo.json").read_text())
    assert len(table) == len(stored["rows"]) == len(rows)
    assert list(table["value"]) == [row.value for row in rows]
    for name in ("sensitivity.png", "bounds.png"):
        assert (out / name).stat().st_size > 20_000
    page = (out / "report.html").read_text()
    assert page.count("data:image/png;base64") == 2
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_measured_gap_is_below_every_bound(demo) -> None:
    _, rows, _ = demo
    for line in lines(rows):
        assert all(line.gap.value < bound.value for bound in line.bounds), line


def test_elastic_is_below_uniform_by_every_method_and_the_split_is_smallest(demo) -> None:
    _, rows, _ = demo
    for line in lines(rows):
        uniform, elastic = line.bounds[::2], line.bounds[1::2]
        assert all(b.value < a.value for a, b in zip(uniform, elastic, strict=True))
        assert min(line.bounds, key=lambda b: b.value).what == "elastic split"


def test_one_regularization_has_a_vacuous_uniform_and_a_certified_elastic_tail(demo) -> None:
    _, rows, _ = demo
    logistic = [line for line in lines(rows) if line.gap.learner == "logistic"]
    promised = {(b.kind, b.provenance) for line in logistic for b in line.bounds}
    assert promised == {("upper", "proved"), ("upper", "certified")}
    assert [b.provenance for b in logistic[0].bounds] == ["proved", "certified"] * 3
    assert logistic[0].bounds[0].vacuous and not logistic[0].bounds[1].vacuous
    assert not logistic[1].bounds[0].vacuous


def test_plug_in_rows_are_never_bounds(demo) -> None:
    _, rows, _ = demo
    for row in rows:
        if row.learner in ("ridge", "network") and row.what in dict(COMPARED):
            assert (row.kind, row.provenance) == ("estimate", "plug-in")


def test_every_bound_fails_with_the_total_probability_asked_for(demo) -> None:
    _, rows, _ = demo
    bounds = [row for row in rows if row.kind == "upper"]
    assert bounds
    assert all(row.failure == pytest.approx(0.05, abs=1e-15) for row in bounds)


def test_deletions_move_their_own_class_most_and_stay_below_the_proved_limit(demo) -> None:
    out, _, _ = demo
    stored = json.loads((out / "demo.json").read_text())
    mean, count = np.array(stored["sensitivity"]["mean"]), len(stored["sensitivity"]["classes"])
    logs = np.log(np.diag(mean)) - (np.log(mean).sum(0) - np.log(np.diag(mean))) / (count - 1)
    own = stored["sensitivity"]["own_over_others"]
    assert own == pytest.approx(np.exp(logs.mean())) and own > 2
    assert stored["sensitivity"]["deletions"] >= 100
    share = stored["logistic_deletions"]["largest_share_of_the_proved_limit"]
    assert 0.05 < share <= 1
    assert stored["logistic_deletions"]["pairs"] >= 10_000


def test_the_readme_shows_this_table(demo) -> None:
    """Other machines may round differently in the last digits, so numbers are compared to 2%."""
    _, rows, _ = demo
    readme = Path(__file__).parents[3].joinpath("README.md").read_text()
    for line in lines(rows):
        learner, _, *cells = line.cells()
        shown = next((t for t in readme.splitlines() if t.strip().startswith(learner + " ")), None)
        assert shown is not None, learner
        words = shown.replace(learner, "").split()[3:]
        for told, now in zip(words[: len(COMPARED)], cells, strict=False):
            assert told.endswith("*") == now.endswith("*")
            assert float(told.rstrip("*")) == pytest.approx(float(now.rstrip("*")), rel=0.02)


def test_a_vacuous_bound_is_starred_and_an_upper_bound_rounded_up() -> None:
    row = Number("x", "y", "uniform tail", 1.00001, "upper", "proved", "t", 0.05, 1.0)
    assert bound_text(row) == "1.001*"
    small = Number("x", "y", "uniform tail", 0.500001, "upper", "proved", "t", 0.05, 1.0)
    assert bound_text(small) == "0.5001"


@pytest.mark.parametrize("width", [72, 80, 100, 160])
def test_numbers_are_never_cut_off(demo, width: int) -> None:
    _, rows, _ = demo
    console = Console(width=width, record=True, force_terminal=False, quiet=False)
    with console.capture() as capture:
        console.print(printed(rows))
    text = capture.get()
    for line in lines(rows):
        parts = (part for cell in line.cells()[1:-1] for part in cell.split())
        assert all(part in text for part in parts), (width, line)


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(RunError, match=r"file.*a folder in which files can be written"):
        run_experiment(EXPERIMENT, "smoke", None, 0, blocked / "demo", lambda *_: None)
