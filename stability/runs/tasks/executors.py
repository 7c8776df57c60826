"""Where tasks run, as executors: this process, processes on this machine, or a dask cluster."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from typing import Any

from stability.errors import RunError, SetupError, install_command
from stability.runs.tasks.threads import VARIABLES

CONNECT_SECONDS = 10
"""How long a dask scheduler may take to answer."""
NO_WORKERS_SECONDS = 60
"""How long a dask cluster may be without workers."""


class InProcess(Executor):
    """Runs each call at once, in the thread that submits it. `workers` is 1."""

    workers = 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The finished future of `fn(*args, **kwargs)`; Ctrl-C goes through."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(Executor):
    """`workers` processes on this machine (loky), started anew if one of them dies.

    Each uses one thread, leaves Ctrl-C to this process, and ends when this process ends,
    however that happens.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = self._start()

    def _start(self) -> Executor:
        from joblib.externals.loky import ProcessPoolExecutor

        return ProcessPoolExecutor(
            self.workers,
            initializer=_begin_worker,
            initargs=(os.getpid(),),
            env=dict.fromkeys(VARIABLES, "1"),
        )

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future of `fn(*args, **kwargs)` in one of the processes."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._pool.shutdown(wait=True)
            self._pool = self._start()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: at once with `cancel_futures`, else when they have finished."""
        pool: Any = self._pool
        pool.shutdown(wait=wait, kill_workers=cancel_futures)


class Cluster(Executor):
    """The workers of a dask cluster, through a `distributed.Client`."""

    def __init__(self, client: Any, workers: int) -> None:
        self.workers = workers
        self._client, self._inner = client, client.get_executor(pure=False)
        self._seen = time.monotonic()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future of `fn(*args, **kwargs)` on one of the workers."""
        return self._inner.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Forget the calls; the cluster stays."""
        if self.reachable:
            self._inner.shutdown(wait=wait and not cancel_futures)

    @property
    def reachable(self) -> bool:
        """Whether the scheduler is there to hear of anything."""
        return self._client.status == "running"

    def require_alive(self) -> None:
        """BrokenExecutor if no call can come back any more: dask itself would wait for ever."""
        if self._client.status == "closed":
            raise BrokenExecutor("the dask scheduler is gone")
        if not self.reachable or self._client.nthreads():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > NO_WORKERS_SECONDS:
            raise BrokenExecutor(f"the cluster has had no workers for {NO_WORKERS_SECONDS} seconds")


@contextmanager
def open_executor(workers: int | str = 1) -> Iterator[Executor]:
    """An executor for `run_tasks`: 1 is this process, n > 1 as many processes, a text the
    address of a dask scheduler (such as tcp://10.0.0.5:8786).

    The numbers of a run are the same for all of them. On leaving, processes end (at once
    after an error); a dask cluster stays as it is. Any other `concurrent.futures.Executor`
    serves as well; these start dead workers again.

    Raises SetupError for a number below 1; RunError if dask is not installed, the scheduler
    cannot be reached, or its workers use several threads each.

    >>> with open_executor(1) as executor:
    ...     executor.submit(abs, -3).result()
    3
    """
    if isinstance(workers, str):
        with _cluster(workers) as executor:
            yield executor
        return
    if isinstance(workers, bool) or workers < 1:
        raise SetupError(
            where="workers",
            found=workers,
            allowed="a whole number of at least 1, or the address of a dask scheduler",
            remedy="Use 1 to work in this process.",
        )
    if workers == 1:
        yield InProcess()
        return
    # loky ends a worker whose memory has grown and starts another one, which is harmless here.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
        pool = Processes(workers)
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        pool.shutdown()


def lost_worker(error: BaseException) -> bool:
    """Whether an error of a future means that its worker is gone, so that another may do."""
    distributed = sys.modules.get("distributed")
    lost = (BrokenExecutor, CancelledError, ConnectionError)
    if distributed is not None:
        lost += (distributed.KilledWorker, distributed.CancelledError)
        lost += (distributed.comm.CommClosedError,)
    return isinstance(error, lost)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        from dask import config
        from distributed import Client
    except ImportError:
        raise RunError(
            where=f"dask cluster {address}",
            found="that dask is not installed here",
            allowed="the extra 'distributed' of this library",
            remedy=f"Run: {install_command('distributed')}, here and on every worker.",
        ) from None
    try:
        client: Any = Client(address, set_as_default=False, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise RunError(
            where=f"dask cluster {address}",
            found=f"no scheduler ({type(error).__name__})",
            allowed="the address of a dask scheduler that runs, such as tcp://10.0.0.5:8786",
            remedy="Start one with: dask scheduler.",
        ) from error
    # dask would warn of a function that carries more than 10 MB; run_tasks says what it costs.
    large = {"distributed.admin.large-graph-warning-threshold": "1 TB"}
    with client, config.set(large):
        threads = client.nthreads()
        if not threads or max(threads.values()) > 1:
            raise RunError(
                where=f"dask cluster {address}",
                found="no workers" if not threads else f"{max(threads.values())} threads a worker",
                allowed="at least one worker, with one thread each",
                remedy=f"Start workers with: dask worker {address} --nworkers 2 --nthreads 1.",
            )
        executor = Cluster(client, len(threads))
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)


def _begin_worker(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
