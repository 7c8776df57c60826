"""Run the tasks that are missing, chunk by chunk, and store each chunk when it is done."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from typing import Any

from numpy.typing import ArrayLike

from stability.errors import RunError, SetupError
from stability.runs.tasks.executors import Cluster, InProcess, lost_worker
from stability.runs.tasks.manifest import Task, tasks_digest
from stability.runs.tasks.progress import Progress
from stability.runs.tasks.results import RunResults
from stability.runs.tasks.store import RunStore
from stability.runs.tasks.threads import on_one_thread
from stability.runs.tasks.work import Columns, Failure, Work, here, named

CHUNKS_AHEAD = 2
"""How many chunks are handed out for each worker, so that none waits."""
LOOK_SECONDS = 2.0
"""How long to wait for a result before looking whether the workers are still there."""
WORKERS_GUESSED = 16
"""For executors that do not say how many workers they have."""


def run_tasks(
    tasks: Sequence[Task],
    function: Callable[[Any], Mapping[str, ArrayLike]] | Callable[[list[Any]], Any],
    store: RunStore,
    executor: Executor | None = None,
    *,
    progress: Progress | None = None,
    batched: bool = False,
    retries: int = 3,
) -> RunResults:
    """Compute what `store` does not hold yet, and return the results of all tasks, in order.

    `function(argument)` gives one task's arrays by name, the same names, types and shapes for
    every task; with `batched` it takes the list of the arguments of a chunk and gives a
    sequence of such tables (for tasks that are cheaper together). It must depend on nothing
    but its argument and what the manifest says. It is sent to workers by pickle with each
    chunk: let it load large data itself.

    Chunks are those of the manifest, whatever the executor, and each worker uses one thread:
    the numbers are the same for any number of workers. A chunk is stored as a shard when it is
    done. A chunk whose worker died is tried again, up to `retries` times. `progress(done,
    total)` counts tasks, those kept from before included. Ctrl-C, like any other end, leaves
    a directory that can be resumed.

    Raises RunError for a task that fails (named, with its traceback as a note), for workers
    that keep dying, for a disk that refuses; SetupError for tasks other than the manifest's.
    """
    if tasks_digest(tasks) != store.manifest.tasks["sha256"]:
        raise SetupError(
            where="tasks",
            found="another list than the one in the manifest of the run",
            allowed="the list given to describe_run",
            remedy="Describe the run with these tasks.",
        )
    work = Work(function, batched, dict(store.manifest.versions), here())
    before = store.kept()
    with on_one_thread():
        _Execution(tasks, work, store, executor or InProcess(), progress, retries).run()
    return store.results(computed=store.kept() - before)


class _Execution:
    """One call of `run_tasks`: what is still to do, and what is with the workers."""

    def __init__(
        self,
        tasks: Sequence[Task],
        work: Work,
        store: RunStore,
        executor: Executor,
        progress: Progress | None,
        retries: int,
    ) -> None:
        self.tasks, self.work, self.store, self.executor = tasks, work, store, executor
        self.progress, self.retries = progress, retries
        self.ahead = CHUNKS_AHEAD * getattr(executor, "workers", WORKERS_GUESSED)
        self.todo, self.pending = deque(store.missing()), dict[Future[Any], int]()
        self.losses: Counter[int] = Counter()

    def run(self) -> None:
        self.report()
        try:
            while self.todo or self.pending:
                self.hand_out()
                ready, _ = wait(self.pending, LOOK_SECONDS, FIRST_COMPLETED)
                if not ready:
                    self.look()
                for future in sorted(ready, key=self.pending.__getitem__):
                    self.take(future)
        except BaseException:
            self.stop()
            raise

    def look(self) -> None:
        """After a while without results: is there anyone who could bring one?"""
        if isinstance(self.executor, Cluster):
            try:
                self.executor.require_alive()
            except BrokenExecutor as error:
                raise self.no_workers(f"that {error}", "Start the cluster again") from error

    def hand_out(self) -> None:
        while self.todo and len(self.pending) < self.ahead:
            chunk = self.todo[0]
            try:
                future = self.executor.submit(self.work, *self.inputs(chunk))
            except RuntimeError as error:  # broken for good, or shut down
                found = f"that they take no tasks ({error})"
                raise self.no_workers(found, "Open another executor") from error
            self.pending[future] = self.todo.popleft()
            if future.done():
                return

    def inputs(self, chunk: int) -> tuple[list[str], list[Any]]:
        part = [self.tasks[i] for i in self.store.manifest.positions(chunk)]
        return [task.key for task in part], [task.argument for task in part]

    def take(self, future: Future[Any]) -> None:
        """Store what a finished future brings, or see to its failure."""
        chunk = self.pending.pop(future)
        try:
            outcome: Columns | Failure = future.result()
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            if not lost_worker(error):
                raise self.unsendable(chunk, error) from error
            self.losses[chunk] += 1
            if self.losses[chunk] > self.retries:
                raise self.no_workers(
                    f"{self.losses[chunk]} attempts at {named(self.inputs(chunk)[0])} that ended "
                    f"without a result ({type(error).__name__})",
                    "Look for a lack of memory or use fewer workers",
                ) from error
            self.todo.appendleft(chunk)
            return
        if isinstance(outcome, Failure):
            raise self.failed(outcome)
        self.store.append(chunk, self.inputs(chunk)[0], outcome)
        self.report()

    def stop(self) -> None:
        """Call off what has not begun, and keep what has been finished in the meantime."""
        pending, self.pending = self.pending, {}
        if not isinstance(self.executor, Cluster) or self.executor.reachable:
            for future in pending:
                future.cancel()
        for future, chunk in pending.items():
            if not future.done() or future.cancelled() or future.exception() is not None:
                continue
            if not isinstance(future.result(), Failure):
                with suppress(RunError):
                    self.store.append(chunk, self.inputs(chunk)[0], future.result())

    def report(self) -> None:
        if self.progress is not None:
            self.progress(self.store.kept(), self.store.manifest.count)

    def failed(self, failure: Failure) -> RunError:
        error = self.stopped(failure.where, failure.found, failure.allowed, "Mend the cause")
        if failure.trace:
            error.add_note(failure.trace)
        return error

    def unsendable(self, chunk: int, error: BaseException) -> RunError:
        return self.stopped(
            named(self.inputs(chunk)[0]),
            f"{type(error).__name__}: {error}",
            "a function, arguments and results that can go to another process (pickle)",
            "Mend the cause, or use one worker",
        )

    def no_workers(self, found: str, mend: str) -> RunError:
        return self.stopped("workers", found, "workers that live until their tasks are done", mend)

    def stopped(self, where: str, found: str, allowed: str, mend: str) -> RunError:
        """The error that ends the run, written when all that can be kept has been."""
        self.stop()
        return RunError(where=where, found=found, allowed=allowed, remedy=self.store.advice(mend))
