"""The bar shows counts and time left, and does not take what was kept for fast work."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from stability.runs.tasks import progress_bar, progress_bars
from stability.runs.tasks.progress import EVERY


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def screen() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def test_time_left_counts_from_what_was_kept(screen: Console) -> None:
    clock = Clock()
    with progress_bar("deletions", screen, clock=clock) as progress:
        for seconds, done in ((0.0, 50), (600.0, 60), (600.0, 70)):
            clock.now += seconds
            progress(done, 100)
    [last] = [line for line in screen.file.getvalue().splitlines() if "70/100" in line][-1:]
    assert "deletions" in last
    assert "0:20:00 left 0:30:00" in last  # 10 tasks in 10 minutes, 30 to go


def test_a_log_gets_a_line_now_and_then() -> None:
    log, clock = Console(file=io.StringIO(), force_terminal=False, width=20), Clock()
    with progress_bars(log, clock=clock) as progress:
        progress("reading", 0, 1)
        progress("deletions [bold]", 10, 50)
        for done in range(11, 51):
            clock.now += EVERY / 10
            progress("deletions [bold]", done, 50)
    assert log.file.getvalue().splitlines() == [
        "deletions [bold]: 20 of 50, 0:00:20 used, about 0:01:00 left",
        "deletions [bold]: 30 of 50, 0:00:40 used, about 0:00:40 left",
        "deletions [bold]: 40 of 50, 0:01:00 used, about 0:00:20 left",
        "deletions [bold]: 50 of 50, 0:01:20 used, about 0:00:00 left",
    ]


def test_a_log_of_quick_work_is_empty() -> None:
    plain = Console(file=io.StringIO(), force_terminal=False)
    with progress_bar("deletions", plain, clock=Clock()) as progress:
        progress(1, 2)
        progress(2, 2)
    assert plain.file.getvalue() == ""


def test_each_thing_that_is_being_done_has_its_own_bar(screen: Console) -> None:
    clock = Clock()
    with progress_bars(screen, clock=clock) as progress:
        progress("first [bold]", 0, 10)
        clock.now += 60.0
        progress("first [bold]", 5, 10)
        progress("second", 0, 4)
        clock.now += 60.0
        progress("second", 1, 4)
    drawn = screen.file.getvalue().splitlines()
    [first] = [line for line in drawn if "5/10" in line][-1:]
    [second] = [line for line in drawn if "1/4" in line][-1:]
    assert "first [bold]" in first
    assert "second" in second and "left 0:03:00" in second


def test_bars_are_drawn_on_standard_error_only_where_that_is_a_terminal(capfd) -> None:
    with progress_bars() as progress:
        progress("work", 1, 2)
    assert capfd.readouterr() == ("", "")
