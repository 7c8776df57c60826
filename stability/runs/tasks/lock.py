"""One process at a time in a run directory."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from filelock import FileLock, Timeout

from stability.errors import RunError


def hold(path: Path) -> FileLock:
    """A lock of the operating system on a file: it ends with the process, however that ends.

    So a killed run never blocks its own resumption; the file stays and says who held it last.
    Forked children do not keep the lock. Release it with `release()`. Raises RunError if another
    process (or another store in this one) holds it, OSError if the file cannot be locked at all.
    """
    lock = FileLock(path, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder = path.read_text(encoding="utf-8", errors="replace")[:200].strip()
        raise RunError(
            where=str(path.parent),
            found=f"another run at work ({holder or 'it has not said which'})",
            allowed="one process at a time in a run directory",
            remedy="Wait for it, or stop it and resume.",
        ) from None
    try:
        path.write_text(_holder(), encoding="utf-8")
    except BaseException:
        lock.release()
        raise
    return lock


def _holder() -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"process {os.getpid()} on {socket.gethostname()}, since {since}"
