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

EVERY = 20.0
"""Seconds between the lines of a log."""

_WINDOW = 86_400.0
"""Seconds over which the speed is averaged: tasks may take minutes each."""


@contextmanager
def progress_bars(
    console: Console | None = None, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[NamedProgress]:
    """A bar for each thing that is being done, with counts, time used and time left.

    Drawn on standard error, or on `console`. Where that is no terminal but a log, a line is
    written now and then (every `EVERY` seconds at most) in place of bars, so that a long run is
    seen to be at work. The speed counts from the first call: what was kept from an earlier run is
    not taken for fast work. `clock` tells the time in seconds.
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
    if not screen.is_terminal:
        yield _lines(screen, clock)
        return
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(
        *columns,
        console=screen,
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


def _lines(log: Console, clock: Callable[[], float]) -> NamedProgress:
    """A progress that writes a line to a log once `EVERY` seconds have gone by since the last."""
    started = dict[str, tuple[float, int]]()
    last = [clock()]

    def progress(what: str, done: int, total: int) -> None:
        now = clock()
        since, before = started.setdefault(what, (now, done))
        if now - last[0] < EVERY:
            return
        last[:] = [now]
        used, made = now - since, done - before
        left = f", about {_time(used * (total - done) / made)} left" if made > 0 else ""
        line = f"{what}: {done} of {total}, {_time(used)} used{left}"
        log.print(line, markup=False, highlight=False, soft_wrap=True)

    return progress


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@contextmanager
def progress_bar(
    label: str, console: Console | None = None, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """One bar, as `progress_bars` draws it; gives the `progress` for `run_tasks`."""
    with progress_bars(console, clock=clock) as progress:
        yield lambda done, total: progress(label, done, total)
