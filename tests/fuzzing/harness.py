"""Cases in batches, each batch in a forked process: hangs and memory stop a case, not the hour."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzzing.outcomes import FAULT, Fault, Outcome, whole

SECONDS = 120.0
"""Wall time after which a case counts as hanging; a busy machine is slow."""
BYTES = 4 * 2**30

Case = Callable[[random.Random, Path], Outcome]
"""Makes the files of a case in a folder, runs it and judges what comes out."""


@dataclass(frozen=True)
class Ended:
    """A case that ended; `files` are its small files where something is wrong."""

    kind: str
    number: int
    outcome: Outcome
    seconds: float
    files: dict[str, str]


def chance(kind: str, seed: int, number: int) -> random.Random:
    """The random numbers of one case: a case is made again from its kind, seed and number."""
    return random.Random(f"{kind}/{seed}/{number}")


def run_case(kind: str, case: Case, seed: int, number: int) -> Ended:
    """One case in a folder of its own that is gone afterwards."""
    here, folder = Path.cwd(), Path(tempfile.mkdtemp(prefix="fuzz"))
    start = time.perf_counter()
    try:
        os.chdir(folder)
        outcome = case(chance(kind, seed, number), folder)
        files = whole(folder) if outcome.faults else {}
    finally:
        os.chdir(here)
        shutil.rmtree(folder, ignore_errors=True)
    return Ended(kind, number, outcome, time.perf_counter() - start, files)


def run_batch(kind: str, case: Case, seed: int, first: int, count: int) -> Iterator[Ended]:
    """Cases `first`, ..., each of them ends: by itself, by the clock, or with its process."""
    number = first
    while number < first + count:
        for ended in _forked(kind, case, seed, range(number, first + count)):
            yield ended
            number = ended.number + 1


def _forked(kind: str, case: Case, seed: int, numbers: range) -> Iterator[Ended]:
    """The cases until the process ends: after the last one, or with one that broke it."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_work, args=(kind, case, seed, numbers, theirs))
    process.start()
    theirs.close()
    assert process.pid is not None
    waiting, start = numbers[0], time.perf_counter()
    try:
        while waiting is not None:
            if not _answers(ours):
                yield _stopped(kind, waiting, "hang", f"more than {SECONDS:g} s", start)
                return
            try:
                message = ours.recv()
            except EOFError:
                process.join()
                detail = f"the process ended with {process.exitcode}"
                yield _stopped(kind, waiting, "crash", detail, start)
                return
            number, record, seconds, files = message
            outcome = Outcome.of(record)
            yield Ended(kind, number, outcome, seconds, files)
            if any(fault.category == "memory" for fault in outcome.faults):
                return
            start = time.perf_counter()
            waiting = number + 1 if number + 1 in numbers else None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.join()
        ours.close()


def _answers(pipe: Connection) -> bool:
    """Whether something comes before the clock says stop; time in which this process, and so all
    of them, was paused does not count."""
    waited = 0.0
    while waited < SECONDS:
        begin = time.perf_counter()
        if pipe.poll(min(1.0, SECONDS)):
            return True
        waited += min(time.perf_counter() - begin, 2.0)
    return False


def _stopped(kind: str, number: int, category: str, detail: str, start: float) -> Ended:
    outcome = Outcome(FAULT, (Fault(category, detail, f"{kind} {detail}"),))
    return Ended(kind, number, outcome, time.perf_counter() - start, {})


def limit_memory() -> None:
    """Let this process take no more than so much on top of what it has."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))


def _work(kind: str, case: Case, seed: int, numbers: range, pipe: Connection) -> None:
    os.setsid()
    limit_memory()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    for number in numbers:
        try:
            ended = run_case(kind, case, seed, number)
            record, seconds, files = ended.outcome.record(), ended.seconds, ended.files
        except MemoryError:
            record, seconds, files = _broken("memory", "a MemoryError in the case"), 0.0, {}
        except Exception as error:  # a fault of the fuzzer
            import traceback

            told = traceback.format_exc()[-2500:]
            record = _broken("fuzzer", told, f"{type(error).__name__} {told[-300:]}")
            seconds, files = 0.0, {}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if peak > BYTES:
            record = _broken("memory", f"{peak / 2**30:.1f} GB at most", "peak")
        pipe.send((number, record, seconds, files))
    pipe.close()
    os._exit(0)


def _broken(category: str, detail: str, signature: str = "") -> dict:
    return Outcome(FAULT, (Fault(category, detail, signature),)).record()
