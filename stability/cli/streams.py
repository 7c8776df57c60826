"""Standard output: for results alone, and what is said when it cannot be written to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress

from stability.errors import RunError

OUTPUT = 1
"""The number that the operating system gives to standard output."""


@contextmanager
def prints_to_stderr() -> Iterator[None]:
    """What is printed meanwhile goes to standard error, also by libraries and worker processes.

    Code of the user's own prints what it likes; standard output then still holds the result alone,
    so that other programs can read it.
    """
    sys.stdout.flush()
    kept = None
    with suppress(OSError, ValueError):  # there may be no such streams
        kept = os.dup(OUTPUT)
        os.dup2(sys.__stderr__.fileno() if sys.__stderr__ is not None else 2, OUTPUT)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if kept is not None:
            os.dup2(kept, OUTPUT)
            os.close(kept)


def flush_output() -> None:
    """Write what is still waiting to be written; a reader that has gone away is no fault.

    Raises RunError if it is refused for another reason.
    """
    with output_errors():
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def output_errors() -> Iterator[None]:
    """Turn an OSError about no file, as writing to standard output gives it, into a RunError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise RunError(
            where="standard output",
            found=f"the error '{error.strerror or error}' while the result was written",
            allowed="a file, pipe or terminal that takes all of it",
            remedy="Make room, or send the output somewhere else.",
        ) from error
