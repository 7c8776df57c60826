"""How far a run has come, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int], None]
"""Called with (done, total), first of all with what was done before."""

_WINDOW = 86_400.0
"""Seconds over which the speed is averaged: tasks may take minutes each."""


@contextmanager
def progress_bar(
    label: str, console: Console | None = None, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """A bar with counts, time used and time left; gives the `progress` for `run_tasks`.

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
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(
        *columns,
        console=screen,
        disable=not screen.is_terminal,
        speed_estimate_period=_WINDOW,
        get_time=clock,
    ) as bar:
        line = bar.add_task(label, total=None, start=False)
        last: list[int] = []

        def progress(done: int, total: int) -> None:
            if not last:
                bar.reset(line, total=total, completed=done)
                bar.advance(line, 0)
            else:
                bar.advance(line, done - last[-1])
            last[:] = [done]

        yield progress
