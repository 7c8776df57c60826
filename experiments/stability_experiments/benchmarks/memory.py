"""What a piece of work gives in a process of its own, and how much memory a process took."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


def apart(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """What work(...) gives, in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def peak(anew: bool = False) -> int:
    """The largest size of this process so far, in bytes; `anew` forgets what was before (Linux)."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024
