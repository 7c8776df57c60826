"""How far long work has come, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int], None]
"""Called with (done, total), first of all with what was done before."""

NamedProgress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_WINDOW = 86_400.0
"""Seconds over which the speed is averaged: tasks may take minutes each."""


@contextmanager
def progress_bars(
    console: Console | None = None, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[NamedProgress]:
    """A bar for each thing that is being done, with counts, time used and time left.

    Drawn on standard error, or on `console`, and only if that is a terminal. The speed counts
    from the first call: what was kept from an earlier run is not taken for fast work. `clock`
    tells the time in seconds.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    screen = console or Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(
        *columns,
        console=screen,
        disable=not screen.is_terminal,
        speed_estimate_period=_WINDOW,
        get_time=clock,
    ) as bar:
        lines, last = {}, dict[str, int]()

        def progress(what: str, done: int, total: int) -> None:
            if what not in lines:
                lines[what] = bar.add_task(what, total=total, completed=done)
                bar.advance(lines[what], 0)
            else:
                bar.update(lines[what], total=total)
                bar.advance(lines[what], done - last[what])
            last[what] = done

        yield progress


@contextmanager
def progress_bar(
    label: str, console: Console | None = None, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """One bar, as `progress_bars` draws it; gives the `progress` for `run_tasks`."""
    with progress_bars(console, clock=clock) as progress:
        yield lambda done, total: progress(label, done, total)
