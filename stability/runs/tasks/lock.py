"""One process at a time in a run directory."""

from __future__ import annotations

import fcntl
import os
import socket
import time
import weakref
from contextlib import suppress
from functools import partial
from pathlib import Path

from stability.errors import RunError


class RunLock:
    """A lock of the operating system on a file: it ends with the process, however that ends.

    So a killed run never blocks its own resumption; the file stays and says who held it last.
    Forked children do not keep the lock alive. Raises RunError if another process (or another
    store in this one) holds it, OSError if the file cannot be locked at all.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._handle, 0)
            os.write(self._handle, _holder().encode())
        except BlockingIOError:
            holder = os.read(self._handle, 200).decode(errors="replace").strip()
            self.release()
            raise RunError(
                where=str(path.parent),
                found=f"another run at work ({holder or 'it has not said which'})",
                allowed="one process at a time in a run directory",
                remedy="Wait for it, or stop it and resume.",
            ) from None
        except BaseException:
            self.release()
            raise
        # A forked child would share the lock and keep it after this process is killed.
        os.register_at_fork(after_in_child=partial(_release_in_child, weakref.ref(self)))

    def release(self) -> None:
        """Give the lock back; again is harmless."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            with suppress(OSError):  # the handle is gone all the same, and the lock with it
                os.close(handle)


def _release_in_child(reference: weakref.ref[RunLock]) -> None:
    lock = reference()
    if lock is not None:
        lock.release()


def _holder() -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"process {os.getpid()} on {socket.gethostname()}, since {since}"
