"""A stopped run goes on: the same result, and nothing computed twice but what was at work."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from stability.errors import RunError, SetupError
from stability.runs.tasks import Task
from stability_experiments.framework.context import Context, computed
from stability_experiments.framework.declaration import Experiment, presets
from stability_experiments.framework.result import Claim, ExperimentFindings, Row
from stability_experiments.framework.run import run_experiment

STEPS, DRAWS = 4, 6


def counted(
    context: Context, log, hangs: str = "", settings=None, data="digits"
) -> ExperimentFindings:
    """Stages that write down each call: some that run once, and one of many tasks.

    The call `hangs` does not end until it is stopped.
    """
    stages = context.stages({"steps": STEPS, **(settings or {})}, (data,))
    rows = []

    def note(what: str) -> None:
        with log.open("a") as file:
            file.write(what + "\n")
        while what == hangs:
            time.sleep(0.01)

    for step in range(STEPS):

        def compute(step: int = step):
            note(f"step {step}")
            return {"value": np.random.default_rng([context.seed, step]).normal(), "step": step}

        found = stages.cached(f"steps/{step}", compute)
        rows.append(Row(name=f"step {found['step']}", computed=float(found["value"])))

    def draw(arguments):
        note("draws " + " ".join(map(str, arguments)))
        return [{"value": np.random.default_rng([9, k]).normal()} for k in arguments]

    tasks = [Task(f"draw {k}", k) for k in range(DRAWS)]
    drawn = stages.tasks("draws", tasks, draw, chunk=2, progress=lambda done, total: None)
    rows.append(Row(name="mean", computed=float(drawn["value"].mean())))
    return ExperimentFindings(rows=tuple(rows), claims=(Claim(claim="up", holds=True),), figures=())


EVERY = [*(f"step {k}" for k in range(STEPS)), "draws 0 1", "draws 2 3", "draws 4 5"]


@pytest.fixture
def start(tmp_path: Path):
    """Run the experiment in this process; gives its record and what was computed."""

    def run(out="out", preset="smoke", seed=3, resume=False, tell=print, **how):
        log = tmp_path / "log"
        log.unlink(missing_ok=True)
        made = Experiment(
            name="counted", shows="nothing", presets=presets(smoke=0.1, paper=1),
            body=lambda context: counted(context, log, **how),
        )  # fmt: skip
        result = run_experiment(
            made, preset, None, seed, tmp_path / out, lambda *_: None, resume=resume, tell=tell
        )
        return result.findings, log.read_text().splitlines() if log.exists() else []

    return run


def test_a_finished_run_is_read_and_nothing_is_computed(start) -> None:
    first, log = start()
    assert log == EVERY
    again, log = start(resume=True)
    assert (again, log) == (first, [])


def test_a_removed_part_is_computed_again_and_no_other(start, tmp_path: Path) -> None:
    first, _ = start()
    shutil.rmtree(tmp_path / "out" / "stages" / "steps" / "2")
    [shard] = (tmp_path / "out" / "stages" / "draws").glob("shard-000001-*")
    shard.unlink()
    assert start(resume=True) == (first, ["step 2", "draws 2 3"])


def test_a_damaged_part_is_computed_again(start, tmp_path: Path) -> None:
    first, _ = start()
    [shard] = (tmp_path / "out" / "stages" / "steps" / "1").glob("*.parquet")
    shard.write_bytes(shard.read_bytes()[:-1])
    told: list[str] = []
    assert start(resume=True, tell=told.append) == (first, ["step 1"])
    [note] = told
    assert shard.name in note and "is damaged" in note


def test_without_resume_a_folder_with_parts_is_refused(start) -> None:
    start()
    with pytest.raises(RunError, match=r"stored parts of this run of counted.*--resume"):
        start()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"preset": "paper"}, r"preset: found 'smoke'; allowed: 'paper', as asked for now"),
        ({"seed": 4}, r"seed: found 3; allowed: 4, as asked for now"),
        ({"settings": {"steps": 5}}, r"settings.steps: found 4; allowed: 5"),
        ({"data": "mnist"}, r"data: found 'digits'; allowed: 'mnist'"),
    ],
)
@pytest.mark.parametrize("finished", [True, False])
def test_another_run_is_refused_also_with_resume(start, tmp_path, how, words, finished) -> None:
    start()
    if not finished:
        (tmp_path / "out" / "result.json").unlink()
    with pytest.raises(RunError, match=words):
        start(resume=True, **how)


def test_a_result_of_another_experiment_is_not_overwritten(start, tmp_path: Path) -> None:
    start()
    path = tmp_path / "out" / "result.json"
    path.write_text(path.read_text().replace("counted", "another"))
    shutil.rmtree(tmp_path / "out" / "stages")
    with pytest.raises(RunError, match=r"experiment: found 'another'; allowed: 'counted'"):
        start()
    path.write_text("{")
    with pytest.raises(Exception, match="the result of an experiment"):
        start()


def test_a_result_without_parts_is_made_anew(start, tmp_path: Path) -> None:
    first, _ = start()
    shutil.rmtree(tmp_path / "out" / "stages")
    assert start() == (first, EVERY)


def test_a_failure_before_anything_is_kept_does_not_stand_in_the_way(tmp_path: Path) -> None:
    def body(context: Context, fails: bool) -> ExperimentFindings:
        def compute():
            if fails:
                raise SetupError(where="a", found="b", allowed="c")
            return {"value": 1.0}

        context.stages({}, ()).cached("once", compute)
        return ExperimentFindings(rows=(), claims=(), figures=())

    for fails in (True, False):
        made = Experiment(
            name="x", shows="x", presets=presets(smoke=0.1, paper=1),
            body=lambda context, fails=fails: body(context, fails),
        )  # fmt: skip
        if fails:
            with pytest.raises(SetupError):
                run_experiment(made, "smoke", None, 0, tmp_path, lambda *_: None)
        else:
            run_experiment(made, "smoke", None, 0, tmp_path, lambda *_: None)


@pytest.mark.parametrize("one_thread", [True, False])
def test_threads_are_one_unless_an_experiment_wants_more(one_thread, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")

    def body(context: Context) -> ExperimentFindings:
        stages = context.stages({}, (), one_thread=one_thread)
        found = stages.cached("threads", lambda: {"value": float(os.environ["OMP_NUM_THREADS"])})
        row = Row(name="threads", computed=float(found["value"]))
        return ExperimentFindings(rows=(row,), claims=(), figures=())

    made = Experiment(name="x", shows="x", presets=presets(smoke=0.1, paper=1), body=body)
    result = run_experiment(made, "smoke", None, 0, tmp_path, lambda *_: None)
    assert result.findings.rows[0].computed == (1 if one_thread else 7)


def test_without_a_store_the_same_arrays() -> None:
    found = computed("any", lambda: {"value": 2.5})
    assert found["value"].shape == () and float(found["value"]) == 2.5


SCRIPT = f"""
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from stability_experiments.framework import finding
from stability_experiments.framework.declaration import Experiment, presets
from tests.experiments.test_stages import counted

log, hangs = Path(sys.argv[1]), sys.argv[2]
made = Experiment(
    name="counted", shows="nothing", presets=presets(smoke=0.1, paper=1),
    body=lambda context: counted(context, log, hangs),
)
finding.experiments = lambda: (made,)
from stability.cli.app import app
app(["experiment", "run", "counted", *sys.argv[3:]], prog_name="stability")
"""


@contextmanager
def process(log: Path, hangs: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command line, in a process of its own, which ends with the test."""
    command = [sys.executable, "-c", SCRIPT, str(log), hangs, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def finished(log: Path, *arguments: str) -> tuple[int, str]:
    """The exit status of the command line, and what it says on standard error."""
    with process(log, "", *arguments) as started:
        _, words = started.communicate()
        return started.returncode, words


@pytest.mark.parametrize(
    ("ending", "after"), [(signal.SIGINT, "step 1"), (signal.SIGKILL, "draws 2 3")]
)
def test_a_stopped_run_goes_on_where_it_was(ending, after: str, tmp_path: Path) -> None:
    out, whole, log = tmp_path / "out", tmp_path / "whole", tmp_path / "log"
    with process(log, after, "--out", str(out)) as stopped:
        while not (log.exists() and after in log.read_text()):
            assert stopped.poll() is None, stopped.communicate()
            time.sleep(0.01)
        stopped.send_signal(ending)
        _, words = stopped.communicate()
        if ending is signal.SIGINT:
            assert stopped.returncode == 2 and words.count("\n") == 1 and "--resume" in words
    before = log.read_text().splitlines()
    assert before == EVERY[: EVERY.index(after) + 1]
    status, words = finished(log, "--out", str(out))
    assert status == 2 and "--resume" in words, "refused without --resume"
    status, words = finished(log, "--out", str(out), "--resume")
    assert status == 0, words
    calls = log.read_text().splitlines()[len(before) :]
    assert calls == EVERY[EVERY.index(after) :], "the task in hand, and those after it"
    assert finished(tmp_path / "other", "--out", str(whole))[0] == 0
    assert numbers(out) == numbers(whole)


def numbers(folder: Path) -> dict:
    record = json.loads((folder / "result.json").read_text())
    return {
        name: record[name]
        for name in record
        if name not in ("seconds", "peak_memory_bytes", "resumed")
    }
