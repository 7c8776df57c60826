"""Keeping workers on one thread each, so that numbers do not depend on how many there are."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
"""Read by numerical libraries when they are loaded."""


def torch_on_one_thread() -> None:
    """Make torch use one thread in this thread of Python, if torch is loaded."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != 1:
        torch.set_num_threads(1)


def stay_on_one_thread() -> None:
    """Use one thread in this process from now on: for processes that only work."""
    from threadpoolctl import threadpool_limits

    os.environ.update(dict.fromkeys(VARIABLES, "1"))
    threadpool_limits(limits=1)
    torch_on_one_thread()


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Use one thread in this process for a while; then everything is as it was.

    Except torch if it is first loaded in the meantime: it starts, and stays, on one thread.
    """
    from threadpoolctl import threadpool_limits

    torch = sys.modules.get("torch")
    before = {name: os.environ.get(name) for name in VARIABLES}
    torch_threads = torch.get_num_threads() if torch is not None else 0
    os.environ.update(dict.fromkeys(VARIABLES, "1"))
    try:
        with threadpool_limits(limits=1):
            torch_on_one_thread()
            yield
    finally:
        if torch is not None:
            torch.set_num_threads(torch_threads)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
