"""Runs: long measurements made of many independent tasks, stored so that they can go on.

A run is a list of `Task`, a function that turns each into named numpy arrays, a folder and an
executor. The folder holds a manifest (what the numbers depend on) and one shard per chunk of
tasks, so that a run stopped at any moment goes on where it was and ends with the same numbers,
for any number of workers:

>>> import tempfile
>>> from stability.runs.tasks import Task, describe_run, open_executor, open_run, run_tasks
>>> tasks = [Task(f"square {n}", n) for n in range(5)]
>>> about = describe_run(tasks, {"power": 2}, chunk=2)
>>> with tempfile.TemporaryDirectory() as folder, open_run(folder, about) as store:
...     with open_executor(1) as executor:
...         results = run_tasks(tasks, lambda n: {"value": n**2}, store, executor)
>>> results["value"].tolist()
[0, 1, 4, 9, 16]
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.runs.tasks.execute import run_tasks
    from stability.runs.tasks.executors import open_executor
    from stability.runs.tasks.manifest import Manifest, Task, describe_run
    from stability.runs.tasks.progress import NamedProgress, Progress, progress_bar, progress_bars
    from stability.runs.tasks.results import RunResults, read_run
    from stability.runs.tasks.store import RunStore, open_run

__all__ = [
    "Manifest",
    "NamedProgress",
    "Progress",
    "RunResults",
    "RunStore",
    "Task",
    "describe_run",
    "open_executor",
    "open_run",
    "progress_bar",
    "progress_bars",
    "read_run",
    "run_tasks",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
