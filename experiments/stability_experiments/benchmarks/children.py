"""What a program costs: the processor time and the time on the clock of a child process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter


def cost(arguments: Sequence[str], folder: Path | None = None) -> tuple[float, float]:
    """Seconds of processor time, and on the clock, of `python ARGUMENTS`, run to its end.

    Raises subprocess.CalledProcessError if it fails.
    """
    before, start = os.times(), perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, check=True)
    clock, after = perf_counter() - start, os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system, clock
