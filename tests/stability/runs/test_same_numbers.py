"""The same bytes of summary for any number of workers, after any interruption, and once more."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from stability.cli.app import app
from stability.errors import RunError, SetupError
from stability.runs.data import Source
from stability.runs.learners import logistic
from stability.runs.learners import retraining as networks

from .conftest import LOGISTIC, NETWORK, RIDGE

CHUNKED = {"network": NETWORK, "logistic": LOGISTIC}


@pytest.fixture
def small_chunks(monkeypatch) -> None:
    monkeypatch.setattr(networks, "CHUNK", 3)
    monkeypatch.setattr(logistic, "CHUNK", 2)


def summary(folder: Path) -> bytes:
    return (folder / "summary.json").read_bytes()


def shards(folder: Path) -> list[Path]:
    return sorted((folder / "deletions").glob("shard-*.parquet"))


def stopping(after: int):
    """A progress in which Ctrl-C is pressed at one of the first calls, also inside of a chunk."""
    seen: set[int] = set()

    def progress(what: str, done: int, total: int) -> None:
        if what.startswith(("retraining", "refitting")):
            seen.add(done)
            if len(seen) > after:
                raise KeyboardInterrupt

    return progress


@pytest.mark.usefixtures("small_chunks")
def test_two_workers_give_the_bytes_of_one(run, tmp_path: Path) -> None:
    run(NETWORK, "one")
    run(NETWORK, "two", workers=2)
    assert summary(tmp_path / "one") == summary(tmp_path / "two")
    names = [[p.name for p in shards(tmp_path / out)] for out in ("one", "two")]
    assert names[0] == names[1] and len(names[0]) >= 3


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("kind", "after"),
    [("network", 1), ("network", 9), ("logistic", 1)],
)
def test_an_interrupted_run_goes_on_to_the_same_bytes(
    kind: str, after: int, run, tmp_path: Path
) -> None:
    run(CHUNKED[kind], "whole")
    with pytest.raises(KeyboardInterrupt):
        run(CHUNKED[kind], "cut", progress=stopping(after))
    kept = shards(tmp_path / "cut")
    assert not (tmp_path / "cut" / "summary.json").exists()
    times = [path.stat().st_mtime_ns for path in kept]
    run(CHUNKED[kind], "cut", resume=True)
    assert [path.stat().st_mtime_ns for path in kept] == times, "nothing is done twice"
    assert summary(tmp_path / "cut") == summary(tmp_path / "whole")


@pytest.mark.usefixtures("small_chunks")
def test_a_finished_run_trains_nothing_again(run, tmp_path: Path, monkeypatch) -> None:
    run(NETWORK)
    before = summary(tmp_path / "out")

    def refuse(*_, **__):
        raise AssertionError("trained again")

    for name in ("check_repeatable", "compare_variants", "deletion_size"):
        monkeypatch.setattr(networks, name, refuse)
    run(NETWORK, resume=True)
    assert summary(tmp_path / "out") == before
    with pytest.raises(AssertionError, match="trained again"):
        run(NETWORK, "elsewhere")


@pytest.mark.usefixtures("small_chunks")
def test_a_damaged_shard_is_told_and_computed_again(run, tmp_path: Path) -> None:
    run(NETWORK)
    before, path = summary(tmp_path / "out"), shards(tmp_path / "out")[1]
    path.write_bytes(path.read_bytes()[:-50])
    findings, _ = run(NETWORK, resume=True)
    assert summary(tmp_path / "out") == before
    [note] = findings.measured.notes
    assert path.name in note and "computed again" in note


def test_other_settings_do_not_go_on(run, tmp_path: Path) -> None:
    run(NETWORK)
    for old, new, place in (
        ("step_size = 0.2", "step_size = 0.1", "run.training.step_size"),
        ("count = 7", "count = 6", "run.deletion.count"),
        ("size = 60", "size = 61", "run.data.size"),
        ("size = 40", "size = 41", "run.evaluation.size"),
    ):
        with pytest.raises(RunError, match=place):
            run(NETWORK.replace(old, new), resume=True)
    (tmp_path / "out" / "summary.json").unlink()
    with pytest.raises(RunError, match=r"settings\.training\.step_size"):
        run(NETWORK.replace("step_size = 0.2", "step_size = 0.1"), resume=True)
    with pytest.raises(RunError, match="--resume"):
        run(NETWORK)


def test_other_data_do_not_go_on(run, images: Path, tmp_path: Path) -> None:
    text = f"""
    data = {{ name = "file", file = "{images}", size = 50, largest = 255, target = ["bee"] }}
    model = {{ kind = "ridge", regularization = 0.1 }}
    """
    run(text)
    run(text)
    arrays = dict(np.load(images))
    np.savez(images, **{**arrays, "inputs": 255 - arrays["inputs"]})
    with pytest.raises(RunError, match=r"data\.train"):
        run(text)


def test_delta_alone_may_change(run, tmp_path: Path) -> None:
    _, first = run(NETWORK)
    _, second = run(NETWORK + "[bound]\ndelta = 0.2", resume=True)
    assert first["constants"] == second["constants"]
    assert first["bounds"][1]["value"] > second["bounds"][1]["value"]


def test_a_folder_of_something_else_is_left_alone(run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.json").write_text('{"mine": true}')
    with pytest.raises(Exception, match="not the summary of a study"):
        run(RIDGE)
    assert (tmp_path / "out" / "summary.json").read_text() == '{"mine": true}'


def test_a_training_that_fails_leaves_the_folder_free(run) -> None:
    diverging = NETWORK.replace("step_size = 0.2", 'step_size = 1e60\nloss = "squared"')
    diverging = diverging.replace("widths = [6]", "")
    with pytest.raises(SetupError, match=r"found a loss of .* Use a step_size below 1e\+60"):
        run(diverging)
    run(NETWORK)


def test_workers_with_other_data_stop_the_run(run, images: Path, monkeypatch) -> None:
    """What a worker reads is compared with what the run was started with."""
    text = f"""
    data = {{ name = "file", file = "{images}", size = 50, largest = 255, target = ["bee"] }}
    model = {{ kind = "logistic", regularization = 0.1 }}
    deletion.count = 4
    """
    load = Source.load

    def changed(self: Source):
        parts = load(self)
        images.write_bytes(b"something else")
        return parts

    monkeypatch.setattr(Source, "load", changed)
    with pytest.raises(RunError, match=r"without example .* found DataError"):
        run(text, workers=2)


def test_killed_in_the_middle_and_resumed_at_the_command_line(run, tmp_path: Path) -> None:
    text = NETWORK.replace("epochs = 2", "epochs = 20").replace("count = 7", "count = 60")
    (tmp_path / "run.toml").write_text(text)
    cut = tmp_path / "cut"
    arguments = ["estimate", str(tmp_path / "run.toml"), "--out", str(cut)]
    process = subprocess.Popen(
        [sys.executable, "-m", "stability.cli.app", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 120
    while not (cut.exists() and shards(cut)) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and len(shards(cut)) == 1
    runner = CliRunner()
    refused = runner.invoke(app, arguments)
    assert refused.exit_code == 2 and "--resume" in refused.stderr
    assert runner.invoke(app, [*arguments, "--resume"]).exit_code == 0
    run(text, "whole")
    assert summary(cut) == summary(tmp_path / "whole")
